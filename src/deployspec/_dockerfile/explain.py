"""Errors in a file with characters that are not ASCII → the same errors with the text as written, and better hints.

BuildKit reads flags byte by byte, so that a flag's value with `é` becomes one with two other characters. Messages quote
the text as it is in the file. Quotes of a word processor are not quotes for BuildKit, which the hint says.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import attrs

from deployspec._core.text import one_line
from deployspec._dockerfile.places import shown
from deployspec._dockerfile.template import explain_template
from deployspec._dockerfile.text.lines import BOM

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deployspec._core.diagnostics import Diagnostic

_NOT_ASCII = re.compile("[\x80-\ud7ff\ue000-\U0010ffff]+")
_TYPOGRAPHIC = re.compile("[\u2018-\u201f\u2039\u203a\u00ab\u00bb]")

_MOST_RUNS = 32


def explain(text: str, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a file; see `explain_template` for templates."""
    found = explain_template(text, diagnostics)
    if text.isascii():
        return found
    lines = text.removeprefix(BOM).split("\n")
    return tuple(_explain(error, lines) for error in found)


def _explain(error: Diagnostic, lines: Sequence[str]) -> Diagnostic:
    if error.line is None or error.column is None or error.end_column is None or error.line != error.end_line:
        return error
    line = lines[error.line - 1]
    if line.isascii():
        return error
    message, hint = error.message, error.hint
    runs = itertools.islice((found[0] for found in _NOT_ASCII.finditer(line)), _MOST_RUNS)
    for written in sorted(set(runs), key=len, reverse=True):
        as_bytes = one_line(written.encode().decode("latin-1"))
        message = message.replace(as_bytes, one_line(written))
        hint = None if hint is None else hint.replace(as_bytes, one_line(written))
    marked = line[error.column - 1 : error.end_column - 1]
    quote = _TYPOGRAPHIC.search(marked)
    if quote is not None and error.severity == "error" and (hint is None or "did you mean" not in hint):
        without = shown(_TYPOGRAPHIC.sub("", marked))
        hint = f"remove the typographic quotes: `{without}`" if without else "remove the typographic quotes"
    return attrs.evolve(error, message=message, hint=hint)
