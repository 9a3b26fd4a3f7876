"""JSON as Go's `encoding/json` reads it, in particular the exec form: an array of strings.

Grammar::

    exec form = "[" [ string *( "," string ) ] "]"

An array with other members is an error. A text that is not a JSON array is shell form, which is not an error.

Python's `json` reads the usual texts; two of its answers are corrected: `NaN` and `Infinity` are not JSON, and neither
are numbers that overflow a float. Texts nested deeper than Python's recursion limit are scanned without recursion,
since Go accepts 10,000 levels.
"""

from __future__ import annotations

import json
import re
from math import isinf
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from typing import NoReturn


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


# A string of a valid array.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"')
_NESTING = re.compile(rf"{_STRING.pattern}|[\[\]{{}}]")
_LEVELS = {"[": 1, "{": 1, "]": -1, "}": -1}
_SEPARATORS = re.compile(r"[ \t\r\n,]*+")


def string_starts(text: str) -> list[int]:
    """Return where the content of each string in exec form begins.

    >>> string_starts('["a", "b c"]')
    [2, 7]
    """
    return [found.start() + 1 for found in _STRING.finditer(text)]


def string_end(text: str, start: int) -> int | None:
    """Return where the content of the string that begins at `start` ends; `None` if it is not a string in quotes.

    >>> string_end('["a", "b c"]', 7), string_end("CMD", 0)
    (10, None)
    """
    found = _STRING.match(text, start - 1) if start else None
    return None if found is None else found.end() - 1


def find_other(text: str) -> tuple[int, int]:
    """Return the offsets of the first member of an array that is not a string.

    >>> text = '["a", {"b": 1}]'
    >>> text[slice(*find_other(text))]
    '{"b": 1}'
    """
    at = cast("re.Match[str]", _SEPARATORS.match(text, 1)).end()
    while (string := _STRING.match(text, at)) is not None:
        at = cast("re.Match[str]", _SEPARATORS.match(text, string.end())).end()
    if text[at] not in "[{":
        return at, json.JSONDecoder().raw_decode(text, at)[1]
    # Without recursion: interpreters differ in the depth that their decoders read.
    end, depth = at + 1, 1
    while depth:
        found = cast("re.Match[str]", _NESTING.search(text, end))
        end, depth = found.end(), depth + _LEVELS.get(found[0], 0)
    return at, end


def refuse_constant(_: str) -> NoReturn:
    """`NaN`, `Infinity` and `-Infinity` are JSON for Python, but not for Go."""
    raise ValueError


def go_number(text: str) -> None:
    """Go refuses a number that overflows a float."""
    if isinf(float(text)):
        raise ValueError


def is_json(text: str) -> bool:
    """Whether a text is JSON, with as many levels as Go accepts."""
    # The scanner reads what Python's `json` cannot, so it is imported only then.
    from deployspec._core.json_scan import scan

    return scan(text).is_json


def string_member(text: str, name: str) -> str | None:
    """Return the last member with a name of a JSON object if it is a string, with as many levels as Go accepts.

    >>> string_member('{"a": "b", "c": [{"a": 1}]}', "a"), string_member("[]", "a"), string_member('{"a": "b"', "a")
    ('b', None, None)
    """
    from deployspec._core.json_scan import JsonObject, scan

    found = scan(text)
    member = found.value.last().get(name) if isinstance(found.value, JsonObject) and found.is_json else None
    return member if isinstance(member, str) else None
