"""Diagnostics as text for people, JSON for programs, or workflow commands for GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from deployspec._core.arguments import check_choice
from deployspec._core.secret import hide_frames
from deployspec._core.text import one_line, without_workflow_commands
from deployspec._core.tokens import hide_secrets
from deployspec._env.env import Env
from deployspec.render._config_lines import config_line, is_config
from deployspec.render._is_file import is_about_file
from deployspec.render._style import Style, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deployspec._core.diagnostics import Diagnostic

__all__ = ["Format", "diagnostics"]

Format: TypeAlias = Literal["text", "json", "github", "gitlab", "sarif"]

_EXCERPT_WIDTH = 72


@hide_frames
def diagnostics(
    found: Iterable[Diagnostic],
    *,
    format: Format = "text",  # noqa: A002  # the usual name of this option
    sources: Mapping[str, str | Env] | None = None,
    color: bool = False,
) -> str:
    """Return diagnostics as one text, which is empty if there are none.

    `format` is `text`, `json` (an array), `github` (workflow commands), `gitlab` (a Code Quality report) or `sarif`
    (version 2.1.0). `sources` maps file names, as in `Diagnostic.source`, to the files' texts: the text format shows
    the line of each diagnostic and underlines what is wrong, with everything that looks like a secret replaced by `*`.
    Pass config as an `Env`, under the `source` of `parse_env`: its values are not shown, except that of an image or a
    host that was parsed. Config in a text is never shown. No line of the text format is a workflow command of GitHub.
    `color` adds ANSI colours to the text format.

    Raises `ValueError` for an unknown format.

    >>> from deployspec import Diagnostic
    >>> message = "missing `:` after the service name"
    >>> found = [Diagnostic("procfile-no-colon", message, source="Procfile", line=1, column=1, end_column=4)]
    >>> print(diagnostics(found, sources={"Procfile": "web run"}), end="")
    Procfile:1:1: error[procfile-no-colon]: missing `:` after the service name
     1 | web run
       | ^^^
    """
    check_choice("format", format, Format)
    match format:
        case "text":
            found = tuple(found)
            texts = (sources or {}).items()
            lines = {name: text.split("\n") for name, text in texts if not isinstance(text, Env)}
            configs = {name: text for name, text in texts if isinstance(text, Env)}
            _hide_secrets(found, lines)
            return "".join(_text(diagnostic, lines, configs, Style(color)) for diagnostic in found)
        case "json":
            from deployspec.render._shared import json_text  # imported here, because text does not need it

            return json_text([diagnostic.to_dict() for diagnostic in found])
        case "github":
            return "".join(map(_github, found))
        case "gitlab":
            from deployspec.render._code_quality import code_quality  # imported here, because it is rarely needed

            return code_quality(found)
        case "sarif":
            from deployspec import __version__
            from deployspec.render._sarif import sarif

            return sarif(found, version=__version__)


# Text


def _text(diagnostic: Diagnostic, lines: Mapping[str, list[str]], configs: Mapping[str, Env], style: Style) -> str:
    severity = style(diagnostic.severity, f"{diagnostic.severity}[{diagnostic.code}]")
    text = [f"{style('bold', one_line(diagnostic.location))}{severity}: {one_line(diagnostic.message)}"]
    text += _excerpt_of(diagnostic, lines, configs)
    if diagnostic.hint is not None:
        text.append(f"  {style('dim', 'hint:')} {one_line(diagnostic.hint)}")
    return without_workflow_commands("\n".join(text)) + "\n"


def _excerpt_of(diagnostic: Diagnostic, lines: Mapping[str, list[str]], configs: Mapping[str, Env]) -> list[str]:
    """Return the line of a diagnostic, if it is known and may be shown."""
    number, name = diagnostic.line, diagnostic.source or ""
    if number is None:
        return []
    if name in configs:
        part = config_line(diagnostic, configs[name])
        return [] if part is None else _with_gutter(number, _excerpt(*part))
    if number > len(lines.get(name, [])):
        return []
    line = lines[name][number - 1].rstrip("\r")
    if is_config(diagnostic.code, line):
        return []
    end = diagnostic.end_column if diagnostic.end_line == number else len(line) + 1
    return _with_gutter(number, _excerpt(line, diagnostic.column, end))


def _hide_secrets(found: tuple[Diagnostic, ...], lines: Mapping[str, list[str]]) -> None:
    """Hide the secrets in the lines that are shown; each once, because a line may have a million characters."""
    for name, number in {(diagnostic.source or "", diagnostic.line or 0) for diagnostic in found}:
        if 0 < number <= len(text := lines.get(name, [])):
            text[number - 1] = hide_secrets(text[number - 1])


def _with_gutter(number: int, excerpt: list[str]) -> list[str]:
    """Put the number of the line before an excerpt."""
    margin = " " * len(str(number))
    return [f" {margin if index else number} | {text}" for index, text in enumerate(excerpt)]


def _excerpt(text: str, column: int | None, end_column: int | None) -> list[str]:
    """Return a line, underlined from a column to its end; of a long line, only the part around the column."""
    at = (column or 1) - 1
    # Only the part that could be shown, because a line may have a million characters.
    start = max(0, at - _EXCERPT_WIDTH)
    before, after = text[start:at], text[at : at + _EXCERPT_WIDTH]
    is_long = start > 0 or width(_shown(text[start : at + _EXCERPT_WIDTH + 1])) > _EXCERPT_WIDTH
    left = _shown(before)
    if is_long and width(left) > _EXCERPT_WIDTH // 2:
        left = "…" + "".join(reversed(_cut(before[::-1], _EXCERPT_WIDTH // 2 - 1)))
    right = _shown(after)
    room = _EXCERPT_WIDTH - width(left)
    if len(text) > at + _EXCERPT_WIDTH or width(right) > room:
        right = "".join(_cut(after, room - 1)) + "…"
    excerpt = [f"{left}{right}".rstrip()]
    if column is None:
        return excerpt
    marked = _shown(text[at : min(end_column or column, at + _EXCERPT_WIDTH + 1) - 1])
    return [*excerpt, f"{' ' * width(left)}{'^' * max(1, min(width(marked), width(right)))}"]


def _shown(text: str) -> str:
    return one_line(text.replace("\t", " "))


def _cut(text: str, room: int) -> list[str]:
    """Return as many characters as fit, each as it is shown."""
    shown: list[str] = []
    for char in map(_shown, text):
        room -= width(char)
        if room < 0:
            break
        shown.append(char)
    return shown


# GitHub


def _github(diagnostic: Diagnostic) -> str:
    """Return one workflow command."""
    properties: dict[str, object] = {}
    if diagnostic.line is not None:
        properties = {"file": diagnostic.source, "line": diagnostic.line, "endLine": diagnostic.end_line}
        # GitHub accepts columns only within one line (actions/runner IssueCommandExtension: ValidateLinesAndColumns).
        if diagnostic.end_line == diagnostic.line:
            properties |= {"col": diagnostic.column, "endColumn": diagnostic.end_column}
    elif is_about_file(diagnostic):
        properties = {"file": diagnostic.source}
    properties["title"] = diagnostic.code
    pairs = [f"{name}={_github_property(str(value))}" for name, value in properties.items() if value is not None]
    hint = "" if diagnostic.hint is None else f"%0Ahint: {_github_text(diagnostic.hint)}"
    command = {"error": "error", "warning": "warning", "note": "notice"}[diagnostic.severity]
    return f"::{command} {','.join(pairs)}::{_github_text(diagnostic.message)}{hint}\n"


def _github_text(text: str) -> str:
    return one_line(text).replace("%", "%25")


def _github_property(text: str) -> str:
    return _github_text(text).replace(":", "%3A").replace(",", "%2C")
