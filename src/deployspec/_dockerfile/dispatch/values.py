"""Values that BuildKit checks once they are expanded: ports, signals, file modes, digests and sizes.

Grammar::

    port   = [ [ ip ":" ] [ range ] ":" ] range [ "/" protocol ]      ; protocol: tcp, udp, sctp, or nothing
    range  = number [ "-" number ]                                    ; 0 to 65535
    signal = number | [ "SIG" ] name
    mode   = octal | clause *( "," clause )
    clause = *( "a" | "u" | "g" | "o" ) 1*( ( "+" | "-" | "=" ) *permission )
    digest = algorithm ":" encoded
    size   = number [ [ " " ] ( "b" | unit [ "b" | "ib" ] ) ]         ; unit: k, m, g, t, p

Each function returns `None` for a valid value, and otherwise the reason why it is not valid, as a clause for a message.
Reasons do not quote values, because they may come from a build argument.
"""

from __future__ import annotations

import re

from deployspec._dockerfile.go import integer, upper

_MAX_PORT = 65_535
_PROTOCOLS = frozenset({"", "tcp", "udp", "sctp"})
_SIGNALS = frozenset({
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL",
    "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1",
    "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
    *(f"RTMIN+{number}" for number in range(1, 16)), *(f"RTMAX-{number}" for number in range(1, 15)),
})  # fmt: skip
_SYMBOLIC_MODE = re.compile(r"[augo]*(?:[-+=][rstwXxugo]*)+(?:,[augo]*(?:[-+=][rstwXxugo]*)+)*")
_OCTAL = re.compile(r"[0-7]+")
_MAX_MODE = 0o7777
_DIGEST = re.compile(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+")
_NO_DIGEST = "a digest is an algorithm, a colon and digits"
_HEX_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}
_HEX = re.compile(r"[a-f0-9]+")
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
_FLOAT = re.compile(
    r"\+?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|(?:inf|infinity)|"
    r"0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)p[-+]?[0-9]+)|[-+]?nan|-0*\.?0+(?:[eE][-+]?[0-9]+)?",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(.*[0-9.])([^0-9.]*)", re.DOTALL)
_UNIT = re.compile(r"b|[kmgtp](?:i?b)?", re.IGNORECASE)


# buildkit frontend/dockerfile/dockerfile2llb/convert_expose.go: parsePort, splitParts, splitProtoPort
def port_fault(text: str) -> str | None:
    """Check a port of EXPOSE; an address and a port of the host may precede it.

    >>> port_fault("8000-8010/udp"), port_fault("127.0.0.1::80")
    (None, None)
    >>> port_fault("80/http")
    'the protocol is not `tcp`, `udp` or `sctp`'
    """
    parts = text.rsplit(":", 2)
    port, _, protocol = parts[-1].partition("/")
    if not port:
        return "the port is missing"
    if protocol.lower() not in _PROTOCOLS:
        return "the protocol is not `tcp`, `udp` or `sctp`"
    if len(parts) == 3 and not _is_address(parts[0]):  # noqa: PLR2004  # address, port of the host, port
        return "the IP address is invalid"
    container = _port_range(port)
    if container is None:
        return f"ports are numbers from 0 to {_MAX_PORT}"
    if len(parts) == 1 or not parts[-2]:
        return None
    host = _port_range(parts[-2])
    if host is None:
        return f"ports are numbers from 0 to {_MAX_PORT}"
    differs = container[1] - container[0] not in (0, host[1] - host[0])
    return "the ranges of ports differ in length" if differs else None


# net.SplitHostPort and net.ParseIP of Go's standard library
def _is_address(text: str) -> bool:
    import ipaddress

    if text.startswith("["):
        inside = _BRACKETED.fullmatch(text)
        if inside is None:
            return False
        text = inside[1]
    if not text:
        return True
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


# buildkit frontend/dockerfile/dockerfile2llb/convert_expose.go: parsePortRange, parsePortNumber
def _port_range(text: str) -> tuple[int, int] | None:
    start, dash, end = text.partition("-")
    first = integer(start)
    last = integer(end) if dash and start != end else first
    if first is None or last is None or not 0 <= first <= last <= _MAX_PORT:
        return None
    return first, last


# moby/sys signal/signal.go: ParseSignal; signal_linux.go: SignalMap
def signal_fault(text: str) -> str | None:
    """Check the signal of STOPSIGNAL; any number but zero is one.

    >>> signal_fault("sigterm"), signal_fault("RTMIN+3"), signal_fault("0")
    (None, None, 'no signal has the number 0')
    """
    number = integer(text)
    if number is not None:
        return None if number else "no signal has the number 0"
    return None if upper(text).removeprefix("SIG") in _SIGNALS else "no signal has this name"


# buildkit frontend/dockerfile/dockerfile2llb/convert_copy.go: dispatchCopy; tonistiigi/dchapes-mode mode.go: Parse
def mode_fault(text: str) -> str | None:
    """Check the value of `--chmod`, which is not empty.

    >>> mode_fault("0755"), mode_fault("u=rwX,go-w"), mode_fault("888")
    (None, None, 'not an octal number up to 7777')
    """
    if _OCTAL.fullmatch(text) and int(text, 8) <= _MAX_MODE:
        return None
    if text[0] in "0123456789":
        return "not an octal number up to 7777"
    return None if _SYMBOLIC_MODE.fullmatch(text) else "neither an octal number nor a symbolic mode"


# opencontainers/go-digest digest.go: Validate; algorithm.go: Validate
def digest_fault(text: str) -> str | None:
    """Check the digest of `ADD --checksum` for a URL.

    >>> digest_fault("sha256:12"), digest_fault("md5:aa")
    ('a sha256 digest has 64 hexadecimal digits', 'the algorithm is not supported')
    """
    algorithm, _, encoded = text.partition(":")
    if not algorithm or not encoded:
        return _NO_DIGEST
    size = _HEX_DIGITS.get(algorithm)
    if size is None:
        return "the algorithm is not supported" if _DIGEST.fullmatch(text) else _NO_DIGEST
    if len(encoded) != size or not _HEX.fullmatch(encoded):
        return f"a {algorithm} digest has {size} hexadecimal digits"
    return None


# docker/go-units size.go: RAMInBytes, parseSize; ParseFloat of Go's standard library
def is_size(text: str) -> bool:
    """Whether a text is a size, such as `64m`.

    >>> is_size("1.5 GiB"), is_size("64x"), is_size("-1")
    (True, False, False)
    """
    number, space, unit = text.partition(" ")
    if not space:
        parts = _SIZE.fullmatch(text)
        if parts is None:
            return False
        number, unit = parts[1], parts[2]
    if not _FLOAT.fullmatch(number) or (unit and not _UNIT.fullmatch(unit)):
        return False
    # A number that is too large for 64 bits is refused.
    return number.lower().lstrip("+-").startswith(("0x", "i")) or float(number) != float("inf")


# strconv.ParseUint of Go's standard library, for 32 bits
def is_unsigned(text: str, base: int) -> bool:
    """Whether a text is a number without a sign, of 32 bits, in base 8 or 10."""
    digits = text.lstrip("0")
    if not text.isascii() or not text.isdigit() or len(digits) > 11:  # noqa: PLR2004  # 32 bits in base 8
        return False
    if base == 8 and not _OCTAL.fullmatch(text):  # noqa: PLR2004  # octal
        return False
    return int(digits or "0", base) < 2**32
