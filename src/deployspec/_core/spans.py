"""Locations in config text: the span of each variable's name and value."""

from __future__ import annotations

import attrs

from deployspec._core.fast_init import fast_init

__all__ = ["Span", "VariableSpan"]


@attrs.frozen(weakref_slot=False)
class Span:
    """A part of a text, from its first character to the position after its last one.

    Lines and columns count from 1, in characters.
    """

    __module__ = "deployspec"

    line: int
    column: int
    end_line: int
    end_column: int


@attrs.frozen(weakref_slot=False)
class VariableSpan:
    r"""The location of a variable: `source` is the name of its text, such as `config`.

    `value` includes quotes and escapes. `verbatim_column` is the column of the value's first character if the text
    contains the value as it is, on one line; with escapes or line ends, it is `None`.

    >>> from deployspec import parse_env
    >>> span = parse_env('A=1\nexport B = "two"').spans["B"]
    >>> span.name
    Span(line=2, column=8, end_line=2, end_column=9)
    >>> span.value, span.verbatim_column
    (Span(line=2, column=12, end_line=2, end_column=17), 13)
    """

    __module__ = "deployspec"

    source: str
    name: Span
    value: Span
    verbatim_column: int | None = None


make_span, make_variable_span = fast_init(Span), fast_init(VariableSpan)
