"""Diagnostics as a person, a program or a code review reads them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from deployspec.render._style import Style, visible, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deployspec._core.diagnostics import Diagnostic

__all__ = ["diagnostics"]

Format: TypeAlias = Literal["text", "json", "github"]

_WIDEST_EXCERPT = 76
# Config holds secrets, so it is not excerpted even for a caller who passes its text along.
_OF_CONFIG = ("env-", "docker-config-")


def diagnostics(
    found: Iterable[Diagnostic],
    format: Format = "text",  # noqa: A002  # the name that callers know
    sources: Mapping[str, str] | None = None,
    *,
    color: bool = False,
) -> str:
    """Return diagnostics as text, one after the other; the empty string where there are none.

    `sources` maps file names (as in `Diagnostic.source`) to their texts, for excerpts with a caret; config is never
    excerpted. `format` is `text`, `json` (an array) or `github` (workflow commands). `color` concerns `text` alone.

    >>> from deployspec import Diagnostic
    >>> fault = Diagnostic("procfile-no-colon", "this line has no `:`", source="Procfile", line=1, column=1)
    >>> print(diagnostics([fault], sources={"Procfile": "web run"}), end="")
    Procfile:1:1: error[procfile-no-colon]: this line has no `:`
        web run
        ^
    """
    match format:
        case "text":
            lines_of = {name: text.split("\n") for name, text in (sources or {}).items()}
            return "".join(_text(one, lines_of, Style(color)) for one in found)
        case "json":
            return json.dumps([attrs.asdict(one) for one in found], indent=2) + "\n"
        case "github":
            return "".join(map(_github, found))


def _text(one: Diagnostic, lines_of: Mapping[str, list[str]], style: Style) -> str:
    what = style(one.severity, f"{one.severity}[{one.code}]")
    lines = [f"{style('bold', visible(one.location))}{what}: {visible(one.message)}"]
    source = [] if one.code.startswith(_OF_CONFIG) else lines_of.get(one.source or "", [])
    if one.line is not None and one.line <= len(source):
        lines += _excerpt(source[one.line - 1].rstrip("\r"), one.column)
    if one.hint is not None:
        lines.append(f"  {style('dim', 'hint:')} {visible(one.hint)}")
    return "\n".join(lines) + "\n"


def _excerpt(text: str, column: int | None) -> list[str]:
    """The line with a caret below the column; of a long line, the part around it."""
    at = (column or 1) - 1
    # No more of a line than could be shown, which may have a million characters.
    start = max(0, at - _WIDEST_EXCERPT)
    before, after = text[start:at], text[at : at + _WIDEST_EXCERPT]
    is_long = start > 0 or width(_shown(text[start : at + _WIDEST_EXCERPT + 1])) > _WIDEST_EXCERPT
    left = _shown(before)
    if is_long and width(left) > _WIDEST_EXCERPT // 2:
        left = "…" + _cut(before[::-1], _WIDEST_EXCERPT // 2 - 1, backwards=True)
    right = _shown(after)
    room = _WIDEST_EXCERPT - width(left)
    if len(text) > at + _WIDEST_EXCERPT or width(right) > room:
        right = _cut(after, room - 1) + "…"
    excerpt = [f"    {left}{right}".rstrip()]
    return excerpt if column is None else [*excerpt, f"    {' ' * width(left)}^"]


def _shown(text: str) -> str:
    return visible(text).replace("\t", " ").replace("\n", " ")


def _cut(text: str, room: int, *, backwards: bool = False) -> str:
    """As many whole characters as there is room for."""
    shown: list[str] = []
    for char in map(_shown, text):
        room -= width(char)
        if room < 0:
            break
        shown.append(char)
    return "".join(shown[::-1] if backwards else shown)


def _github(one: Diagnostic) -> str:
    """One workflow command; GitHub wants `%` and line ends escaped, and in properties `:` and `,` as well."""

    def escaped(text: str) -> str:
        return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def escaped_property(text: str) -> str:
        return escaped(text).replace(":", "%3A").replace(",", "%2C")

    place = {"line": one.line, "col": one.column} if one.line is not None else {}
    given = {"file": one.source if one.line is not None else None, **place, "title": one.code}
    properties = ",".join(
        f"{name}={escaped_property(str(value))}" for name, value in given.items() if value is not None
    )
    message = one.message if one.hint is None else f"{one.message}\nhint: {one.hint}"
    command = {"error": "error", "warning": "warning", "note": "notice"}[one.severity]
    return f"::{command} {properties}::{escaped(message)}\n"
