"""Directives: comments at the top of a file that say how to read it.

Grammar::

    directive = "#" blanks key blanks "=" blanks value       ; key: syntax, escape, check
    check     = option *2( ";" option )                      ; ends at its first space
    option    = "skip=" … | "experimental=" … | "error=" boolean

The first ordinary comment, blank line or unknown directive ends them. `syntax` and `check` are looked for in the raw
text as well, before the file is read: there no blank may stand before the `#`, `syntax` may stand behind `//` or in a
JSON object, and a line that begins with `#!` is passed over.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from deployspec._dockerfile._faults import Place, fault, shown
from deployspec._dockerfile._go import ASCII_SPACE, SPACE
from deployspec._dockerfile._json import go_number, refuse_constant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deployspec._diagnostics import Diagnostic

__all__: list[str] = []

_KEY = re.compile(r"[a-zA-Z][a-zA-Z0-9]*")
_KNOWN = frozenset({"syntax", "escape", "check"})
_ESCAPES = ("\\", "`")
_BOOLEANS = frozenset({"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"})
_OPTIONS = frozenset({"skip", "experimental", "error"})
_OPTIONS_HINT = "the options are `skip=…`, `experimental=…` and `error=true`, with `;` and no blank between them"
_RAW = re.compile(r"(?:#![^\n]*\n)?(?:#|//|\s*\{)")


def read_directive(line: str, prefix: str = "#") -> tuple[str, str] | None:
    """Read a line that begins with `prefix` as a directive: its key in lower case, and its value.

    >>> read_directive("# Escape = `"), read_directive("# a comment")
    (('escape', '`'), None)
    """
    key, equals, value = line[len(prefix) :].lstrip(SPACE).partition("=")
    # Of nothing but blanks the last one is the value.
    key, value = key.rstrip(ASCII_SPACE), value.strip(ASCII_SPACE) or value[-1:]
    if not line.startswith(prefix) or not equals or not value or not _KEY.fullmatch(key):
        return None
    return (key.lower(), value) if key.lower() in _KNOWN else None


class Directives:
    """Takes the lines at the top of a file; `escape` is in force from its line on."""

    def __init__(self, found: list[Diagnostic]) -> None:
        self.found = found
        self.seen: set[str] = set()
        self.done = False
        self.escape = "\\"

    def offer(self, line: str, place: Place) -> None:
        directive = read_directive(line)
        if directive is None:
            self.done = True
            return
        key, value = directive
        if key in self.seen:
            self.found.append(fault("directive", f"the directive `{key}` stands twice", place, "keep one of them"))
        elif key == "escape":
            self.set_escape(value, place.moved(line.index("=") + 1))
        self.seen.add(key)

    def set_escape(self, value: str, place: Place) -> None:
        if value in _ESCAPES:
            self.escape = value
        else:
            hint = "use `\\` or a backtick"
            self.found.append(fault("directive", f"`{shown(value)}` cannot escape", place, hint))


def raw_directive(text: str, wanted: str) -> tuple[str, int] | None:
    """Find a directive in a text as it stands, a Dockerfile or not: its value, and its line from 1."""
    return _scan(text, wanted, "#") if _RAW.match(text) else None


def raw_syntax(text: str) -> str | None:
    """Return the image that the text names as its frontend: the value up to its first space."""
    if not _RAW.match(text):
        return None
    found = _scan(text, "syntax", "#") or _scan(text, "syntax", "//")
    return _json_member(_without_shebang(text)[0]) if found is None else found[0].partition(" ")[0]


def _without_shebang(text: str) -> tuple[str, int]:
    return (text.partition("\n")[2], 1) if text.startswith("#!") else (text, 0)


def _scan(text: str, wanted: str, prefix: str) -> tuple[str, int] | None:
    """A key that stands twice ends the search, but not what was found before it."""
    text, skipped = _without_shebang(text)
    seen: set[str] = set()
    for number, line in enumerate(_lines(text), skipped + 1):
        directive = read_directive(line.removesuffix("\r"), prefix)
        if directive is None or directive[0] in seen:
            return None
        if directive[0] == wanted:
            return directive[1], number
        seen.add(directive[0])
    return None


def _lines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end + 1


def _json_member(text: str) -> str | None:
    if not text.lstrip(" \t\r\n").startswith("{"):
        return None
    try:
        document: object = json.loads(text, parse_constant=refuse_constant, parse_float=go_number, parse_int=go_number)
    except (ValueError, RecursionError):
        return None
    value = cast("dict[str, Any]", document).get("syntax") if isinstance(document, dict) else None
    return value if isinstance(value, str) else None


def check_options(text: str) -> list[Diagnostic]:
    """Return the faults of the file's `check` directive."""
    directive = raw_directive(text, "check")
    if directive is None:
        return []
    value, line = directive
    found: list[Diagnostic] = []
    options = value.partition(" ")[0].strip(SPACE)
    for option in options.split(";", 2) if options else ():
        name, equals, setting = option.partition("=")
        name, setting = name.strip(SPACE), setting.strip(SPACE)
        if not equals or name not in _OPTIONS or (name == "error" and setting not in _BOOLEANS):
            message = f"`check` has no option `{shown(option)}`"
            column = text.split("\n", line)[line - 1].find(options) + 1
            found.append(fault("directive", message, Place(line, column), _OPTIONS_HINT))
    return found
