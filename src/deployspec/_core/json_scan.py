"""JSON as Go's decoder reads it: duplicate members are kept, and no depth is too deep for the stack.

Grammar: RFC 8259, and `NaN`, `Infinity` and `-Infinity`, which only Python accepts. A raw control character in a
string, a comment and a trailing comma are syntax errors. Most Go programs read the first value of a file and ignore the
text after it.
"""

from __future__ import annotations

import json
import re
from math import isinf
from typing import TypeAlias, Union, cast

import attrs

__all__: list[str] = []

JsonValue: TypeAlias = Union[bool, int, str, "list[JsonValue]", "JsonObject", None]
"""A number is 0 or 1: no client uses one, but Python's clients test whether it is 0."""

GO_DEPTH = 10_000
"""The nesting at which Go's decoder stops."""

PYTHON_DEPTH = 990
"""About the nesting at which Python's decoder raises `RecursionError`."""

_TRAILING_COMMA = re.compile(r"(?:,[ \t\r\n]*(?=[\]}]))?")


def error_place(error: json.JSONDecodeError) -> tuple[int, int]:
    """Return the line and column of an error of Python's decoder, as Python 3.11 reports it.

    Python 3.13 reports a trailing comma where it stands, the others report the bracket after it.
    """
    at = cast("re.Match[str]", _TRAILING_COMMA.match(error.doc, error.pos)).end()
    return error.doc.count("\n", 0, at) + 1, at - error.doc.rfind("\n", 0, at)


# Possessive, so that an unterminated string costs no backtracking.
_TOKEN = re.compile(
    r"[ \t\r\n]*+(?:"
    r'("(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+")|'
    r"(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+)|"
    r"(true|false|null)|(NaN|-?Infinity)|([\[\]{},:]))"
)
_BLANKS = re.compile(r"[ \t\r\n]*+")
_CONSTANTS = {"true": True, "false": False, "null": None}
_MOST_DIGITS = 308
_NOT_ZERO = re.compile("-?[0.]*+[1-9]")


class JsonObject:
    """The members of an object in file order: name, value, and the offset of the name in the text."""

    __slots__ = ("members",)

    def __init__(self) -> None:
        self.members: list[tuple[str, JsonValue, int]] = []

    def last(self) -> dict[str, JsonValue]:
        """Return the members as Python's decoder does: the last one of a name wins."""
        return {name: value for name, value, _ in self.members}


@attrs.frozen
class Scan:
    """The first value of a text.

    `fault` is the offset of the first syntax error, if there is one; `blank` says that there is no value at all.
    `rest` is the offset of text after the value. `constant` is the offset of a constant that is not JSON (`NaN`).
    `overflows` says that a number overflows a float, which Go refuses unless it skips the value.
    """

    value: JsonValue = None
    fault: int | None = None
    blank: bool = False
    rest: int | None = None
    constant: int | None = None
    depth: int = 0
    overflows: bool = False

    @property
    def is_json(self) -> bool:
        """Whether the whole text is one value that Go can decode into an interface."""
        return self.fault is None and self.rest is None and self.constant is None and not self.overflows


def scan(text: str) -> Scan:
    """Read the first value of a text, in time that grows with its length.

    >>> scan('{"a": [1, 2]} rest').rest, scan("[1,]").fault, scan(" ").blank
    (14, 3, True)
    """
    return _Scanner(text).scan()


class _Scanner:
    """Reads tokens from `at`; `opened` lists the containers that are not closed yet."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.opened: list[list[JsonValue] | JsonObject] = []
        self.expected = "value"
        self.root: JsonValue = None
        self.name, self.name_at = "", 0
        self.constant: int | None = None
        self.depth = 0
        self.overflows = False

    def scan(self) -> Scan:
        while self.expected != "end":
            token = _TOKEN.match(self.text, self.at)
            if token is None or not self.accept(token):
                return self.failed()
            self.at = token.end()
        rest = self.blanks()
        return Scan(
            self.root,
            rest=rest if rest < len(self.text) else None,
            constant=self.constant,
            depth=self.depth,
            overflows=self.overflows,
        )

    def blanks(self) -> int:
        return cast("re.Match[str]", _BLANKS.match(self.text, self.at)).end()

    def failed(self) -> Scan:
        fault = self.blanks()
        blank = fault == len(self.text) and self.expected == "value" and not self.opened
        return Scan(fault=fault, blank=blank, constant=self.constant, depth=self.depth)

    def accept(self, token: re.Match[str]) -> bool:
        """Read one token; false if it may not be here."""
        string, number, constant, not_json, mark = token.groups()
        if mark is not None:
            return self.accept_mark(mark)
        if self.expected in ("key", "first key"):
            if string is None:
                return False
            self.name, self.name_at, self.expected = _unescaped(string), token.start(1), "colon"
            return True
        if self.expected not in ("value", "first"):
            return False
        if not_json is not None and self.constant is None:
            self.constant = token.start(4)
        if string is not None:
            return self.add(_unescaped(string))
        if constant is not None:
            return self.add(_CONSTANTS[constant])
        self.overflows = self.overflows or (number is not None and _overflows(number))
        return self.add(1 if number is None or _NOT_ZERO.match(number) else 0)

    def add(self, value: JsonValue) -> bool:
        """Add a value to the innermost container."""
        self.place(value)
        self.expected = "next" if self.opened else "end"
        return True

    def place(self, value: JsonValue) -> None:
        if not self.opened:
            self.root = value
        elif isinstance(inner := self.opened[-1], JsonObject):
            inner.members.append((self.name, value, self.name_at))
        else:
            inner.append(value)

    def accept_mark(self, mark: str) -> bool:
        if mark in "[{":
            return self.expected in ("value", "first") and self.open([] if mark == "[" else JsonObject())
        if mark in "]}":
            return self.close(is_object=mark == "}")
        if mark == ":":
            expected, self.expected = self.expected, "value"
            return expected == "colon"
        expected, self.expected = self.expected, ""
        if self.opened:
            self.expected = "key" if isinstance(self.opened[-1], JsonObject) else "value"
        return expected == "next"

    def open(self, container: list[JsonValue] | JsonObject) -> bool:
        self.place(container)
        self.opened.append(container)
        self.expected = "first key" if isinstance(container, JsonObject) else "first"
        self.depth = max(self.depth, len(self.opened))
        return len(self.opened) <= GO_DEPTH

    def close(self, *, is_object: bool) -> bool:
        first = "first key" if is_object else "first"
        if self.expected not in (first, "next") or isinstance(self.opened[-1], JsonObject) != is_object:
            return False
        self.opened.pop()
        self.expected = "next" if self.opened else "end"
        return True


def _overflows(number: str) -> bool:
    """Whether a number overflows a float: that takes an exponent or more than 308 digits."""
    return (len(number) > _MOST_DIGITS or "e" in number or "E" in number) and isinf(float(number))


def _unescaped(token: str) -> str:
    return cast("str", json.loads(token)) if "\\" in token else token[1:-1]
