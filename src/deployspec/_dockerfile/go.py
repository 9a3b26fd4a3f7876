"""Functions of Go's standard library that differ from Python's, as far as the meaning of a Dockerfile depends on them.

Answers do not depend on the interpreter's Unicode tables. Case matters only in comparisons with ASCII words, so only
those non-ASCII letters are converted that have an ASCII counterpart. Letters and digits are those of Unicode 15.0, the
version of Go 1.26, in which BuildKit is written.
"""

from __future__ import annotations

import re

SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028"
    "\u2029\u202f\u205f\u3000"
)
"""White space as in Go unicode.IsSpace; Python's `str.strip` removes some control characters as well."""

ASCII_SPACE = "\t\n\f\r "
"""White space as in `\\s` of Go's regexp syntax."""

# Go strconv/atob.go: ParseBool
TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
"""Strings that `strconv.ParseBool` reads as true."""

BOOLEANS = TRUE | {"0", "f", "F", "FALSE", "false", "False"}

_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ\u0130\u212a", "abcdefghijklmnopqrstuvwxyzik")
_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz\u0131\u017f", "ABCDEFGHIJKLMNOPQRSTUVWXYZIS")
# Letters and digits that Unicode 15.0 added, which Python 3.11 does not know.
_ADDED_DIGIT = re.compile("[\U00011f50-\U00011f59\U0001e4f0-\U0001e4f9]")
_ADDED_LETTER = re.compile(
    "[\U0001123f\U00011240\U00011f02\U00011f04-\U00011f10\U00011f12-\U00011f33\U0001342f\U00013441-\U00013446"
    "\U0001b132\U0001b155\U0001df25-\U0001df2a\U0001e030-\U0001e06d\U0001e4d0-\U0001e4eb\U0002b739"
    "\U00031350-\U000323af]"
)
# Letters and digits that Unicode added after 15.0.
_LATER = re.compile(
    "[\u0558\u058b-\u058c\u088f\u0c5c\u0cdc\u1c89-\u1c8a\u208f\u209d-\u209f\ua7cb-\ua7cf\ua7d2\ua7d4\ua7da-\ua7dd"
    "\ua7e2\ua7f1\uab6c-\uab6d\U000105c0-\U000105f3\U000107bb-\U000107bf\U00010940-\U00010959"
    "\U00010d40-\U00010d65\U00010d6f-\U00010d85\U00010ec2-\U00010ec7\U00010ed9-\U00010eee\U00011380-\U00011389"
    "\U0001138b\U0001138e\U00011390-\U000113b5\U000113b7\U000113d1\U000113d3\U000116d0-\U000116e3\U00011b0a"
    "\U00011bc0-\U00011be0\U00011bf0-\U00011bf9\U00011db0-\U00011ddb\U00011de0-\U00011de9\U00011df1"
    "\U00013460-\U000143fa\U00016100-\U0001611d\U00016130-\U00016139\U00016d40-\U00016d6c\U00016d70-\U00016d79"
    "\U00016ea0-\U00016eb8\U00016ebb-\U00016ed3\U00016ff2-\U00016ff3\U000187f8-\U000187ff\U00018cd6-\U00018cda"
    "\U00018cff\U00018d09-\U00018d20\U00018d80-\U00018df2\U00018e00-\U00019191\U000191a0-\U000191d2"
    "\U0001b123-\U0001b128\U0001b168\U0001ccf0-\U0001ccf9\U0001d6a6\U0001df1f-\U0001df24\U0001df2b-\U0001df81"
    "\U0001df90-\U0001df96\U0001dfcd-\U0001dfff\U0001e5d0-\U0001e5ed\U0001e5f0-\U0001e5fa\U0001e6c0-\U0001e6de"
    "\U0001e6e0-\U0001e6e2\U0001e6e4-\U0001e6e5\U0001e6e7-\U0001e6ed\U0001e6f0-\U0001e6f4\U0001e6fe-\U0001e6ff"
    "\U0002b73a-\U0002b73f\U0002b81e\U0002cea2-\U0002cead\U0002ebf0-\U0002ee5d\U000323b0-\U00033479"
    "\U0003d000-\U0003fc3f]"
)
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
    """Convert to lower case for a comparison with ASCII text, as Go strings.ToLower.

    U+0130 and U+212A become ASCII letters; any other non-ASCII character stays, since it never becomes one.

    >>> lower("WORKDIR"), lower("\\u0130\\u212a\\u00c9")
    ('workdir', 'ik\u00c9')
    """
    return text.lower() if text.isascii() else text.translate(_LOWER)


def upper(text: str) -> str:
    """Convert to upper case for a comparison with ASCII text, as Go strings.ToUpper.

    U+0131 and U+017F become ASCII letters; any other non-ASCII character stays.
    """
    return text.upper() if text.isascii() else text.translate(_UPPER)


def is_as(word: str) -> bool:
    """Whether a word equals `as` under Go strings.EqualFold, which folds U+017F to `s`."""
    return lower(word).replace("\u017f", "s") == "as"


def is_digit(char: str) -> bool:
    """Whether a character is a decimal digit, as Go unicode.IsDigit."""
    if char.isascii():
        return char.isdecimal()
    return _ADDED_DIGIT.match(char) is not None or (char.isdecimal() and not _LATER.match(char))


def is_name_char(char: str) -> bool:
    """Whether a character can be part of a variable's name: a letter, a digit or `_`.

    Go unicode.IsLetter, unicode.IsDigit.

    >>> [is_name_char(char) for char in ("a", "\u00e9", "_", "-", "\u00b2")]
    [True, True, True, False, False]
    """
    if char.isascii():
        return char.isalnum() or char == "_"
    if char.isalpha():
        return not _LATER.match(char)
    return _ADDED_LETTER.match(char) is not None or is_digit(char)


def integer(text: str, bits: int = 64) -> int | None:
    """Read an integer as Go strconv.Atoi: ASCII digits after an optional sign, no blanks, no underscores.

    >>> integer("+01"), integer("1_0"), integer("9" * 20)
    (1, None, None)
    """
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not digits.isascii() or not digits.isdigit():
        return None
    # Leading zeros are removed first: Python refuses to convert thousands of digits, Go does not.
    bare = digits.lstrip("0") or "0"
    if len(bare) > 19:  # noqa: PLR2004  # 64 bits
        return None
    number = -int(bare) if text.startswith("-") else int(bare)
    return number if -(2 ** (bits - 1)) <= number < 2 ** (bits - 1) else None


def duration(text: str) -> int | None:
    """Read a duration in nanoseconds as Go time.ParseDuration; `None` if it is not one.

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
        # Digits beyond nanoseconds do not change the result.
        total += int(whole.lstrip("0") or "0") * scale + int(fraction[:18] or "0") * scale // 10 ** len(fraction[:18])
    length = -total if text.startswith("-") else total
    return length if -_LARGEST <= length < _LARGEST else None
