"""Exec form: a JSON array of strings, as Go's `encoding/json` reads it; and what else of JSON Python reads otherwise.

Grammar::

    exec form = "[" [ string *( "," string ) ] "]"

An array of anything else is a fault; a text that is no JSON array at all is shell form, which is none.
"""

from __future__ import annotations

import json
import re
from math import isinf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

_DEEPEST = 10_000  # what Go nests
_KEYS = ("key", "first key")
_TOKEN = re.compile(
    r'[ \t\r\n]*(?:("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|'
    r"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|true|false|null)|([\[\]{},:]))"
)


class NotStringsError(Exception):
    """A JSON array that holds something else than strings."""


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
        # Deeper than Python reads; what is nested is no string in any case.
        if is_json(text):
            raise NotStringsError
        return None
    strings = tuple(item for item in items if isinstance(item, str))
    if len(strings) != len(items):
        raise NotStringsError
    return strings


def refuse_constant(_: str) -> NoReturn:
    """`NaN` and its like are JSON to Python alone."""
    raise ValueError


def go_number(text: str) -> None:
    """A number that overflows is no JSON to Go."""
    if isinf(float(text)):
        raise ValueError


def is_json(text: str) -> bool:
    """Whether a text is JSON, nested as deep as Go reads it."""
    try:
        for _ in _tokens(text):
            pass
    except ValueError:
        return False
    return True


def string_member(text: str, name: str) -> str | None:
    """Return a member of a JSON object, the last one of its name, if it is a string; the nesting is Go's.

    Raises `ValueError` where the text is no JSON.

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
    """Walk over the tokens with a list of what is open: each with what may stand there, and how much is open."""
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
    """What may follow a token where `expected` may stand; `None` where the token may not."""
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
