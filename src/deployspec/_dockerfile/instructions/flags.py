"""Flags: what stands between an instruction's name and its arguments.

Grammar::

    flags = *( "--" name [ "=" value ] blanks ) [ "--" blanks ]      ; "--" alone ends them

Quotes are taken off, white space in them is kept, and the escape character keeps what follows it, in quotes of both
kinds. The first word that is no flag ends them: `COPY /a --from=nginx /x` has none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from deployspec._dockerfile.go import lower
from deployspec._dockerfile.places import shown

if TYPE_CHECKING:
    from deployspec._dockerfile.diagnostics import DockerfileCollector
    from deployspec._dockerfile.text.lines import Line

FlagKind: TypeAlias = Literal["text", "bool", "many"]
_FLAGS: dict[str, dict[str, FlagKind]] = {
    "from": {"platform": "text"},
    "copy": {"chown": "text", "from": "text", "chmod": "text", "link": "bool", "exclude": "many", "parents": "bool"},
    "add": {
        "chown": "text",
        "chmod": "text",
        "link": "bool",
        "keep-git-dir": "bool",
        "checksum": "text",
        "unpack": "bool",
        "exclude": "many",
    },
    "run": {"mount": "many", "network": "text", "security": "text", "device": "many"},
    "healthcheck": {
        "interval": "text",
        "timeout": "text",
        "start-period": "text",
        "start-interval": "text",
        "retries": "text",
    },
}
BYTE_SPACE = "\t\n\v\f\r \x85\xa0"
# What stands for itself, in quotes and outside.
_PLAIN = {escape: re.compile(f"[^'\"{BYTE_SPACE}{re.escape(escape)}]+") for escape in ("\\", "`")}
# The two of them that can follow a name, as bytes that are no UTF-8.
_LONE_SPACE = ("\udc85", "\udca0")
_CHOICES = {"network": ("default", "none", "host"), "security": ("sandbox", "insecure")}


@attrs.frozen
class Flag:
    """A flag: its name, its value (`None` without `=`), and where it stands behind the instruction's name."""

    name: str
    value: str | None
    start: int
    end: int


def split_flags(text: str, escape: str) -> tuple[tuple[Flag, ...], str]:
    """Take the flags off what follows an instruction's name, and return what is left.

    The walk is by byte: what is not ASCII becomes Latin-1, in which two bytes are white space, so that
    `--from=bui<NBSP>lder` is divided where BuildKit divides it.
    """
    if text[:2] != "--" and text[:1] not in _LONE_SPACE:
        return (), text
    if text.isascii():
        flags, end = _walk(text, 0, escape)
        return flags, text[end:]
    source = file_bytes(text)
    flags, end = _walk(source.decode("latin-1"), 0, escape)
    rest = source[end:].decode("utf-8", "surrogateescape")
    # From the end, so that each character is decoded once; a flag begins with one, but may end within one.
    placed: list[Flag] = []
    start = len(text) - len(rest)
    for one in reversed(flags):
        start -= _characters(source[one.start : end])
        end = one.start
        placed.append(attrs.evolve(one, start=start, end=start + _characters(source[one.start : one.end])))
    return tuple(reversed(placed)), rest


def _characters(source: bytes) -> int:
    return len(source.decode("utf-8", "surrogateescape"))


def file_bytes(text: str) -> bytes:
    """Return the bytes of a file; a lone surrogate stands for a byte that is no UTF-8, or, in a `str`, for itself."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _walk(text: str, at: int, escape: str) -> tuple[tuple[Flag, ...], int]:
    flags: list[Flag] = []
    while True:
        while at < len(text) and text[at] in BYTE_SPACE:
            at += 1
        if not text.startswith("--", at):
            return tuple(flags), at
        start = at
        word, at = _word(text, at, escape)
        if word == "--":
            return tuple(flags), at
        name, equals, value = word[2:].partition("=")
        flags.append(Flag(name, value if equals else None, start, at))


def _word(text: str, at: int, escape: str) -> tuple[str, int]:
    out: list[str] = []
    quote = ""
    while at < len(text):
        plain = _PLAIN[escape].match(text, at)
        if plain is not None:
            out.append(plain[0])
            at = plain.end()
            continue
        char = text[at]
        if char == escape:
            at += 1
            out.append(text[at : at + 1])
        elif quote:
            if char == quote:
                quote = ""
            else:
                out.append(char)
        elif char in BYTE_SPACE:
            break
        else:
            quote = char
        at += 1
    return "".join(out), min(at, len(text))


def check_flags(instruction: str, flags: tuple[Flag, ...], line: Line, start: int, found: DockerfileCollector) -> None:
    """Tell the flags that an instruction does not take, takes once, or takes with other values."""
    known = _FLAGS.get(instruction, {})
    given: set[str] = set()
    for flag in flags:
        wrong = _wrong(known.get(flag.name), flag, given, instruction)
        if wrong is not None:
            code, message, hint = wrong
            found.error_at(code, message, line.place(start + flag.start), hint)
            if found.is_full:
                return
        given.add(flag.name)


def _wrong(kind: FlagKind | None, flag: Flag, given: set[str], instruction: str) -> tuple[str, str, str | None] | None:
    name = f"`--{shown(flag.name)}`"
    if kind is None:
        known = ", ".join(f"`--{one}`" for one in _FLAGS.get(instruction, {}))
        hint = f"it takes {known}" if known else "it takes no flags"
        return "unknown-flag", f"`{instruction.upper()}` has no flag {name}", hint
    if kind != "many" and flag.name in given:
        return "duplicate-flag", f"the flag {name} is given twice", "keep one of them"
    if kind == "bool":
        wrong = flag.value is not None and lower(flag.value) not in ("true", "false")
        return ("flag-value", f"the flag {name} is either `true` or `false`", None) if wrong else None
    if flag.value is None:
        return "flag-value", f"the flag {name} has no value", f"write `--{shown(flag.name)}=…`"
    if flag.name in _CHOICES and flag.value not in _CHOICES[flag.name]:
        choices = ", ".join(f"`{one}`" for one in _CHOICES[flag.name])
        return "flag-value", f"{name} cannot be `{shown(flag.value)}`", f"one of {choices}"
    return None
