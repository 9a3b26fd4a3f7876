"""Exec form: a JSON array of strings, as Go's `encoding/json` reads it.

Grammar::

    exec form = "[" [ string *( "," string ) ] "]"

An array of anything else is a fault; a text that is no JSON array at all is shell form, which is none.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from typing import NoReturn

__all__: list[str] = []

_DEEPEST = 10_000  # what Go nests
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
        items = cast(
            "list[object]", json.loads(text, parse_constant=refuse_constant, parse_float=go_number, parse_int=go_number)
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


def refuse_constant(text: str) -> NoReturn:
    """`NaN` and its like are JSON to Python alone."""
    raise ValueError(text)


def go_number(text: str) -> None:
    """A number that overflows is no JSON to Go."""
    if float(text) in (float("inf"), float("-inf")):
        raise ValueError(text)


def is_json(text: str) -> bool:
    """Whether a text is JSON, nested as deep as Go reads it: a walk over its tokens with a list of what is open."""
    opened: list[str] = []
    expected, at = "value", 0
    while expected != "end":
        token = _TOKEN.match(text, at)
        if token is None or (token[2] is not None and float(token[2]) in (float("inf"), float("-inf"))):
            return False
        mark = token[3]
        following = _after(mark, expected, opened, is_string=token[1] is not None and token[2] is None)
        if following is None or len(opened) > _DEEPEST:
            return False
        expected, at = following, token.end()
    return not text[at:].strip(" \t\r\n")


def _after(mark: str | None, expected: str, opened: list[str], *, is_string: bool) -> str | None:
    """What may follow a token where `expected` may stand; `None` where the token may not."""
    values = expected in ("value", "first")
    if mark is None:
        if expected in ("key", "first key"):
            return "colon" if is_string else None
        return _closed(opened) if values else None
    if mark in "[{":
        if not values:
            return None
        opened.append(mark)
        return "first" if mark == "[" else "first key"
    if mark in "]}":
        ends = {"]": ("first", "next"), "}": ("first key", "next")}[mark]
        if expected not in ends or not opened or opened[-1] != ("[" if mark == "]" else "{"):
            return None
        opened.pop()
        return _closed(opened)
    if mark == ":":
        return "value" if expected == "colon" else None
    return ("value" if opened[-1] == "[" else "key") if expected == "next" else None


def _closed(opened: list[str]) -> str:
    return "next" if opened else "end"
