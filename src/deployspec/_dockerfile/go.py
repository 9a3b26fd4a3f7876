"""What Go's standard library does otherwise than Python's, where a Dockerfile's meaning hangs on it."""

from __future__ import annotations

import re

SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028"
    "\u2029\u202f\u205f\u3000"
)
"""White space as `unicode.IsSpace` has it; Python's `str.strip` takes some control characters as well."""

ASCII_SPACE = "\t\n\f\r "
"""White space as `\\s` of Go's regular expressions has it."""

BOOLEANS = frozenset({"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"})
"""What `strconv.ParseBool` takes."""

_DURATION = re.compile(r"[+-]?(?:0|(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)")
_PART = re.compile(r"([0-9]*)\.?([0-9]*)(ns|us|µs|μs|ms|s|m|h)")
_NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_LARGEST = 2**63


def lower(text: str) -> str:
    """Lower-case character by character, as `strings.ToLower` does: U+0130 stays one character.

    >>> lower("WORKDIR"), len(lower("\\u0130"))
    ('workdir', 1)
    """
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := char.lower()) == 1 else "i" for char in text)


def is_as(word: str) -> bool:
    """Whether a word is `as` to `strings.EqualFold`, to which U+017F is an `s`."""
    return word.lower().replace("\u017f", "s") == "as"


def integer(text: str, bits: int = 64) -> int | None:
    """Read a number as `strconv.Atoi` does: ASCII digits after an optional sign, no blanks, no underscores.

    >>> integer("+01"), integer("1_0"), integer("9" * 20)
    (1, None, None)
    """
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not digits.isascii() or not digits.isdigit():
        return None
    # Leading zeros are taken off first: Python refuses to read thousands of digits, Go does not mind.
    bare = digits.lstrip("0") or "0"
    if len(bare) > 19:  # noqa: PLR2004  # 64 bits
        return None
    number = -int(bare) if text.startswith("-") else int(bare)
    return number if -(2 ** (bits - 1)) <= number < 2 ** (bits - 1) else None


def duration(text: str) -> int | None:
    """Read a duration as `time.ParseDuration` does, in nanoseconds; `None` where it is none.

    >>> duration("1m30s"), duration("30")
    (90000000000, None)
    """
    if not _DURATION.fullmatch(text):
        return None
    total = 0
    for whole, fraction, unit in _PART.findall(text):
        if len(whole.lstrip("0")) > 19:  # noqa: PLR2004  # 64 bits
            return None
        scale = _NANOSECONDS[unit]
        # More digits than a nanosecond has change nothing.
        total += int(whole.lstrip("0") or "0") * scale + int(fraction[:18] or "0") * scale // 10 ** len(fraction[:18])
    length = -total if text.startswith("-") else total
    return length if -_LARGEST <= length < _LARGEST else None
