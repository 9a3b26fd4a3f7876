"""Diagnostics as a person, a program or a code review reads them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from deployspec.render._style import Style, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deployspec._diagnostics import Diagnostic

__all__ = ["diagnostics"]

Format: TypeAlias = Literal["text", "json", "github"]

_WIDEST_EXCERPT = 76


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
            return "".join(_text(one, sources or {}, Style(color)) for one in found)
        case "json":
            return json.dumps([attrs.asdict(one) for one in found], indent=2) + "\n"
        case "github":
            return "".join(map(_github, found))


def _text(one: Diagnostic, sources: Mapping[str, str], style: Style) -> str:
    what = style(one.severity, f"{one.severity}[{one.code}]")
    lines = [f"{style('bold', visible(one.location))}{what}: {visible(one.message)}"]
    source = sources.get(one.source or "")
    if source is not None and one.line is not None:
        lines += _excerpt(source.split("\n"), one.line, one.column)
    if one.hint is not None:
        lines.append(f"  {style('dim', 'hint:')} {visible(one.hint)}")
    return "\n".join(lines) + "\n"


def _excerpt(lines: list[str], line: int, column: int | None) -> list[str]:
    """The line with a caret below the column; of a long line, the part around it."""
    if line > len(lines):
        return []
    text, at = lines[line - 1].rstrip("\r"), (column or 1) - 1
    start = max(0, at - _WIDEST_EXCERPT // 2) if len(text) > _WIDEST_EXCERPT else 0
    shown, before = text[start : start + _WIDEST_EXCERPT], text[start:at]
    excerpt = ["    " + visible(shown).replace("\t", " ")]
    return excerpt if column is None else [*excerpt, "    " + " " * len(visible(before)) + "^"]


def _github(one: Diagnostic) -> str:
    """One workflow command; GitHub wants `%` and line ends escaped, and in properties `:` and `,` as well."""

    def escaped(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

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
