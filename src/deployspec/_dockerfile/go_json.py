"""JSON as Go's `encoding/json` reads it, in particular the exec form: an array of strings.

Grammar::

    exec form = "[" [ string *( "," string ) ] "]"

An array with other members is an error. A text that is not a JSON array is shell form, which is not an error.

Python's `json` reads the usual texts; two of its answers are corrected: `NaN` and `Infinity` are not JSON, and neither
are numbers that overflow a float. Texts nested deeper than Python's recursion limit are walked token by token, since Go
accepts 10,000 levels.
"""

from __future__ import annotations

import json
import re
from math import isinf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

# Go encoding/json/scanner.go: maxNestingDepth
_DEEPEST = 10_000
_KEYS = ("key", "first key")
_TOKEN = re.compile(
    r'[ \t\r\n]*(?:("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|'
    r"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|true|false|null)|([\[\]{},:]))"
)


class NotStringsError(Exception):
    """A JSON array that contains other members than strings."""


# buildkit frontend/dockerfile/parser/line_parsers.go: parseJSON
def strings_of(text: str) -> tuple[str, ...] | None:
    """Read exec form; `None` for shell form.

    >>> strings_of('["a", "b c"]'), strings_of('["a"'), strings_of("a b")
    (('a', 'b c'), None, None)
    """
    if not text.startswith("["):
        return None
    try:
        items: list[object] | None = json.loads(
            text, parse_constant=refuse_constant, parse_float=go_number, parse_int=go_number
        )
    except RecursionError:
        items = None
    except ValueError:
        return None
    if items is None:
        # Nested too deep for Python. A nested value is not a string anyway.
        if is_json(text):
            raise NotStringsError
        return None
    strings = tuple(item for item in items if isinstance(item, str))
    if len(strings) != len(items):
        raise NotStringsError
    return strings


def refuse_constant(_: str) -> NoReturn:
    """`NaN`, `Infinity` and `-Infinity` are JSON for Python, but not for Go."""
    raise ValueError


def go_number(text: str) -> None:
    """Go refuses a number that overflows a float."""
    if isinf(float(text)):
        raise ValueError


def is_json(text: str) -> bool:
    """Whether a text is JSON, with as many levels as Go accepts."""
    try:
        for _ in _tokens(text):
            pass
    except ValueError:
        return False
    return True


def string_member(text: str, name: str) -> str | None:
    """Return the last member with a name of a JSON object if it is a string.

    Raises `ValueError` if the text is not JSON.

    >>> string_member('{"a": "b", "c": [{"a": 1}]}', "a")
    'b'
    """
    key, member = None, None
    for value, expected, depth in _tokens(text):
        string: str | None = json.loads(value) if depth == 1 and value.startswith('"') else None
        if depth == 1 and expected in _KEYS:
            key = string
        elif depth == 1 and expected == "value" and key == name:
            member = string
    return member


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield each token, which kind of token was expected there, and how many arrays and objects are open."""
    opened: list[str] = []
    expected, at = "value", 0
    while expected != "end":
        token = _TOKEN.match(text, at)
        if token is None or (token[2] is not None and isinf(float(token[2]))):
            raise ValueError(text)
        value = token[1] or token[3]
        yield value, expected, len(opened)
        following = _after(token[3], expected, opened, is_string=value.startswith('"'))
        if following is None or len(opened) > _DEEPEST:
            raise ValueError(text)
        expected, at = following, token.end()
    if text[at:].strip(" \t\r\n"):
        raise ValueError(text)


def _after(mark: str | None, expected: str, opened: list[str], *, is_string: bool) -> str | None:
    """Return what is expected after a token; `None` if the token is not allowed here."""
    values = expected in ("value", "first")
    if mark is None:
        if expected in _KEYS:
            return "colon" if is_string else None
        return _closed(opened) if values else None
    if mark in "[{":
        if not values:
            return None
        opened.append(mark)
        return "first" if mark == "[" else "first key"
    if mark in "]}":
        ends = {"]": ("first", "next"), "}": ("first key", "next")}[mark]
        if expected not in ends or opened[-1] != ("[" if mark == "]" else "{"):
            return None
        opened.pop()
        return _closed(opened)
    if mark == ":":
        return "value" if expected == "colon" else None
    return ("value" if opened[-1] == "[" else "key") if expected == "next" else None


def _closed(opened: list[str]) -> str:
    return "next" if opened else "end"
