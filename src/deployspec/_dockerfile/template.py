"""Errors of a file that is a template → the one error that the template was not rendered.

A template gives an error for each of its marks, none of which names the cause. Marks are valid in many places, for
example in `RUN docker ps --format {{.Names}}`, so that a file is a template only if one of its errors is due to a mark:
an instruction that begins with one, or an error in a line whose arguments are words, not a command.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from deployspec._core.diagnostics import Diagnostic
from deployspec._core.templates import begins_with_mark, find_any_mark, find_mark, may_be_template
from deployspec._dockerfile.diagnostics import SOURCE
from deployspec._dockerfile.text.lines import BOM

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_Mark: TypeAlias = tuple[int, int, int]
# Instructions whose arguments are words, in which a mark is hardly ever meant literally.
_WORDS = re.compile(
    r"\s*(?:(FROM)|ARG|COPY|ADD|ENV|LABEL|EXPOSE|VOLUME|USER|WORKDIR|STOPSIGNAL|MAINTAINER)\b", re.IGNORECASE
)


def explain_template(text: str, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a file; if it is a template, those in the file become one error at its first mark."""
    found = tuple(diagnostics)
    if not may_be_template(text):
        return found
    lines = text.removeprefix(BOM).split("\n")
    marks = [mark for error in found if (mark := _cause(error, lines)) is not None]
    if not marks:
        return found
    options = (diagnostic for diagnostic in found if diagnostic.source != SOURCE)
    return (*options, _template_error(min(marks), lines))


def _cause(error: Diagnostic, lines: Sequence[str]) -> _Mark | None:
    """Return the mark that an error is due to: its line number and its span."""
    if error.severity != "error" or error.line is None or error.column is None or error.end_column is None:
        return None
    line = lines[error.line - 1]
    if error.code == "dockerfile-unknown-instruction":
        mark = find_mark(line) if begins_with_mark(line) else None
    elif error.code == "dockerfile-frontend-invalid":
        mark = find_any_mark(line)
    else:
        mark = _mark_in(line)
        if mark is not None and not _WORDS.match(line) and not error.column <= mark[0] + 1 < error.end_column:
            mark = None
    return None if mark is None else (error.line, *mark)


def _mark_in(line: str) -> tuple[int, int] | None:
    words = _WORDS.match(line)
    return find_mark(line) if words is None else find_any_mark(line, quotes=words[1] is None)


def _template_error(first: _Mark, lines: Sequence[str]) -> Diagnostic:
    marks = ((number, mark) for number, line in enumerate(lines[: first[0]], 1) if (mark := _mark_in(line)))
    line, (start, end) = next(marks, (first[0], first[1:]))
    return Diagnostic(
        "dockerfile-template",
        "file is an unrendered template",
        hint="render the template first",
        source=SOURCE,
        line=line,
        column=start + 1,
        end_column=end + 1,
    )
