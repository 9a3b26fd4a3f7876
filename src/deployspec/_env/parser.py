"""Collecting variables, their locations, and diagnostics from config text or from assignments."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypedDict, cast

import attrs

from deployspec._core.diagnostics import Collector
from deployspec._core.spans import Span, VariableSpan, make_span, make_variable_span
from deployspec._core.text import is_utf16
from deployspec._env.names import check_name, quote_name
from deployspec._env.syntax import Parts, find_cause, split_assignment

if TYPE_CHECKING:
    from dotenv.parser import Binding

MAX_BLANKS = 256

# python-dotenv parser.py: _newline. Blanks are those of its `_whitespace`: what `\s` matches, except line ends.
_LINE_END = re.compile(r"\r\n|\n|\r")
_BLANK_RUN = re.compile(rf"(?<=\S)[^\S\r\n]{{{MAX_BLANKS + 1},}}")


class _Location(TypedDict, total=False):
    """The location of a diagnostic in the text; empty for assignments."""

    source: str
    line: int
    column: int
    end_line: int
    end_column: int


class EnvParser:
    """Collects variables, spans and diagnostics; `source` names the text."""

    places: Places

    def __init__(self, source: str = "") -> None:
        self.found = Collector()
        self.source = source
        self.variables: dict[str, str] = {}
        self.spans: dict[str, VariableSpan] = {}

    def sort(self) -> None:
        """Bring the diagnostics into the order of the text."""
        self.found.found.sort(key=lambda diagnostic: (diagnostic.line or 0, diagnostic.column or 0))

    # Text

    def decode(self, text: str | bytes) -> str | None:
        """Return the text without its byte order mark; `None` after an error."""
        if isinstance(text, str):
            return text.removeprefix("\ufeff")
        hint = "save the file as UTF-8"
        if is_utf16(text):
            self.places = Places("")
            self.found.error("env-not-utf8", "file is UTF-16, not UTF-8", hint=hint, **self.at(0, 0))
            return None
        try:
            return text.decode().removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            start = error.start
        before = text[:start].decode().removeprefix("\ufeff")
        self.places = Places(before)
        self.found.error("env-not-utf8", "file is not UTF-8", hint=hint, **self.at(len(before), len(before)))
        return None

    def parse_text(self, text: str) -> None:
        """Parse config text with python-dotenv."""
        from dotenv.parser import parse_stream

        text = self.without_blank_runs(text)
        self.places = Places(text)
        # The line end before the text keeps a second byte order mark, which some versions of python-dotenv remove.
        end = -1
        for binding in parse_stream(io.StringIO(f"\n{text}")):
            written = binding.original.string
            start, end = end + len(written) - len(written.lstrip()), end + len(written)
            self.parse_binding(binding, written.lstrip(), start)

    def without_blank_runs(self, text: str) -> str:
        """Reject long runs of blanks, for which the time of python-dotenv is quadratic."""
        self.places = Places(text)
        message = f"more than {MAX_BLANKS} blanks in a row"
        hint = "remove them, or write them as `\\t` in double quotes"
        for run in _BLANK_RUN.finditer(text):
            self.found.error("env-blank-run", message, hint=hint, **self.at(*run.span()))
        return _BLANK_RUN.sub(" ", text) if self.found.found else text

    def parse_binding(self, binding: Binding, written: str, index: int) -> None:
        if binding.error or (binding.key is not None and binding.value is None):
            cause = find_cause(written)
            location = self.at(index + cause.start, index + cause.end)
            self.found.error(cause.code, cause.message, hint=cause.hint, **location)
        elif binding.key is not None:
            self.add_binding(binding.key, binding.value or "", split_assignment(written), written, index)

    def add_binding(self, name: str, value: str, parts: Parts, written: str, index: int) -> None:
        name_span = self.span(index + parts.name[0], index + parts.name[1])
        self.add(name, value, self.location(name_span))
        start, end = parts.value
        value_span = self.span(index + start, index + end)
        bare = (start + 1, end - 1) if parts.is_quoted else (start, end)
        is_verbatim = value_span.line == value_span.end_line and written[slice(*bare)] == value
        column = value_span.column + parts.is_quoted if is_verbatim else None
        self.spans[name] = make_variable_span(self.source, name_span, value_span, column)
        if parts.comment is not None:
            message = f"value of {quote_name(name)} ends before a `#`, which begins a comment"
            hint = "put the value in quotes if the `#` is part of it"
            at = index + parts.comment
            self.found.warning("env-inline-comment", message, hint=hint, **self.at(at, at + 1))

    def span(self, start: int, end: int) -> Span:
        """Return the span of a part of the text."""
        return make_span(*self.places.find(start), *self.places.find(end))

    def at(self, start: int, end: int) -> _Location:
        """Return the location of a part of the text for a diagnostic."""
        return self.location(self.span(start, end))

    def location(self, span: Span) -> _Location:
        """Return a span for a diagnostic."""
        return {
            "source": self.source,
            "line": span.line,
            "column": span.column,
            "end_line": span.end_line,
            "end_column": span.end_column,
        }

    # Assignments

    def parse_assignments(self, assignments: Iterable[str]) -> None:
        """Split each assignment at its first `=`."""
        for number, assignment in enumerate(assignments, 1):
            if not isinstance(cast("object", assignment), str):  # callers without a type checker
                raise TypeError(f"an assignment is a str, not {type(assignment).__name__}")
            name, equals, value = assignment.partition("=")
            if equals:
                self.add(name, value, {})
            else:
                self.found.error("env-missing-equals", f"missing `=` in assignment {number}", hint="write `NAME=VALUE`")

    def add(self, name: str, value: str, location: _Location) -> None:
        if (diagnostic := check_name(name)) is not None:
            self.found.extend([attrs.evolve(diagnostic, **location)])
        if name in self.variables:
            message = f"duplicate variable {quote_name(name)}: the later value is used"
            self.found.warning("env-duplicate-name", message, hint="keep one of them", **location)
        self.variables[name] = value


class Places:
    """Finds line and column of ascending indexes into a text; lines end as in python-dotenv."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line, self.start = 1, 0

    def find(self, index: int) -> tuple[int, int]:
        for end in _LINE_END.finditer(self.text, self.start, index):
            self.line, self.start = self.line + 1, end.end()
        return self.line, index - self.start + 1
