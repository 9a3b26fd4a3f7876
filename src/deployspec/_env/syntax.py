"""The syntax of one assignment, as python-dotenv reads it: its parts, and the reason why it is invalid."""

from __future__ import annotations

import re
from typing import NamedTuple

# python-dotenv parser.py: _export, _single_quoted_key, _unquoted_key, _equal_sign
_EXPORT = re.compile(r"(?:export[^\S\r\n]+)?")
_NAME = re.compile(r"('[^']+'|(?!')[^=#\s]+)[^\S\r\n]*")
_EQUALS = re.compile(r"=[^\S\r\n]*")
# python-dotenv parser.py: _single_quoted_value, _double_quoted_value
_QUOTED = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""", re.DOTALL)
# python-dotenv parser.py: parse_unquoted_value
_COMMENT = re.compile(r"[^\S\r\n]+#")
_LINE = re.compile(r"[^\r\n]*")
_BLANKS = re.compile(r"[^\S\r\n]*")


class Parts(NamedTuple):
    """The indexes at which name and value begin and end; `comment` is that of a `#` that ends an unquoted value."""

    name: tuple[int, int]
    value: tuple[int, int]
    is_quoted: bool
    comment: int | None


class Cause(NamedTuple):
    """Why an assignment is invalid: the code, the texts of the diagnostic, and the part that is wrong."""

    code: str
    message: str
    hint: str
    start: int
    end: int


def split_assignment(text: str) -> Parts:
    """Find the parts of a valid assignment, which begins the text.

    >>> split_assignment("export A = b c #d")
    Parts(name=(7, 8), value=(11, 14), is_quoted=False, comment=15)
    """
    name = _match_name(text)
    equals = None if name is None else _EQUALS.match(text, name.end())
    if name is None or equals is None:
        raise ValueError("not an assignment")
    start = equals.end()
    quoted = _QUOTED.match(text, start)
    if quoted is not None:
        return Parts(name.span(1), quoted.span(), is_quoted=True, comment=None)
    end = _end(_LINE, text, start)
    # A `#` after blanks begins a comment, so that the value is empty.
    if start == end or (text[start] == "#" and start > equals.start() + 1):
        start = equals.start() + 1
        return Parts(name.span(1), (start, start), is_quoted=False, comment=None)
    comment = _COMMENT.search(text, start, end)
    value = text[start : end if comment is None else comment.start()].rstrip()
    at = None if comment is None else comment.end() - 1
    return Parts(name.span(1), (start, start + len(value)), is_quoted=False, comment=at)


def find_cause(text: str) -> Cause:
    """Explain why the assignment that begins a text is invalid.

    >>> find_cause("A='x'; B=1").start, find_cause("A='x").message
    (5, 'unclosed quote')
    """
    name = _match_name(text)
    if name is None:
        return _cause_in_name(text)
    equals = _EQUALS.match(text, name.end())
    if equals is None:
        hint = "write `NAME=VALUE`, or delete the line"
        return Cause("env-missing-equals", "missing `=` after the variable name", hint, 0, name.end(1))
    quoted = _QUOTED.match(text, equals.end())
    if quoted is None:
        return _unclosed(text, equals.end())
    start = _end(_BLANKS, text, quoted.end())
    hint = "put the whole value in one pair of quotes, or begin a comment with `#`"
    if text.startswith(";", start):
        hint = "write each assignment on its own line, without `;`"
    return Cause("env-text-after-quote", "text after the closing quote", hint, start, _end(_LINE, text, start))


def _match_name(text: str) -> re.Match[str] | None:
    return _NAME.match(text, _end(_EXPORT, text, 0))


def _cause_in_name(text: str) -> Cause:
    start = _end(_EXPORT, text, 0)
    if text.startswith("'", start) and not text.startswith("''", start):
        return _unclosed(text, start)
    hint = "write `NAME=VALUE`, or delete the line"
    return Cause("env-syntax", "missing variable name", hint, start, start)


def _unclosed(text: str, start: int) -> Cause:
    hint = f"add the closing `{text[start : start + 1]}`, or put a value with quotes in quotes of the other kind"
    return Cause("env-unclosed-quote", "unclosed quote", hint, start, _end(_LINE, text, start))


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Return the end of a match, or the start if there is none."""
    found = pattern.match(text, start)
    return start if found is None else found.end()
