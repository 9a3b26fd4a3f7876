"""Finding the marks of Jinja, Go, Helm and ERB templates in a text that was not rendered."""

from __future__ import annotations

import re

# A mark at the beginning of a line, or in the name of a service.
_OUTSIDE_COMMAND = re.compile(r"[ \t]*[\w.-]*?(\{\{|\{%|\{#|<%|<no value>)")
# A mark in a command, or a part that is skipped: an escaped character, quoted text, the rest after an open quote. In
# quotes, a mark can be an argument, such as in `docker ps --format '{{.Names}}'`; without blanks, quotes are optional.
_IN_COMMAND = re.compile(
    r"""(\{\{[ \t-]|\{\{\w[^{},\n]*\}\}|\{\{\.(?:Values|Release|Chart)\b|\{%[ \t+-]|<%[ \t=-]|<no value>)"""
    r"""|\\.|'[^']*'|"[^"\\]*(?:\\.[^"\\]*)*"|['"].*"""
)
# `${{a}` may also be an expansion of a Dockerfile.
_ANYWHERE = re.compile(r"((?<!\$)\{\{|(?<=\$)\{\{(?=[ \t])|\{%|\{#|<%|<no value>)")
_UNQUOTED = re.compile(rf"""{_ANYWHERE.pattern}|\\.|'[^']*'|"[^"\\]*(?:\\.[^"\\]*)*"|['"].*""")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}", "<%": "%>"}


def may_be_template(text: str) -> bool:
    """Whether a text contains the marks of a template; a fast check."""
    return ("{" in text and ("{{" in text or "{%" in text or "{#" in text)) or (
        "<" in text and ("<%" in text or "<no value>" in text)
    )


def find_mark(line: str) -> tuple[int, int] | None:
    """Return the span of the first mark in a line, unless the line is a comment or the mark is in quotes.

    >>> find_mark("{% if worker %}"), find_mark("web: gunicorn {{ project }}.wsgi")
    ((0, 15), (14, 27))
    >>> find_mark("web: docker ps --format '{{ .Names }}'") is None
    True
    """
    if line.lstrip(" \t").startswith("#"):
        return None
    found = _OUTSIDE_COMMAND.match(line)
    if found is None:
        found = next((part for part in _IN_COMMAND.finditer(line) if part[1]), None)
    return None if found is None else _span(line, found.start(1))


def begins_with_mark(line: str) -> bool:
    """Whether the first word of a line contains a mark.

    >>> begins_with_mark("  {{- end }}"), begins_with_mark("RUN echo {{ x }}")
    (True, False)
    """
    return _OUTSIDE_COMMAND.match(line) is not None


def find_any_mark(text: str, *, quotes: bool = False) -> tuple[int, int] | None:
    """Return the span of the first mark in a text that is not a command; `quotes`: not in quotes.

    >>> find_any_mark("quay.io/acme/web:{{.Tag}}"), find_any_mark("A='{{.B}}'", quotes=True)
    ((17, 25), None)
    """
    pattern = _UNQUOTED if quotes else _ANYWHERE
    found = next((part for part in pattern.finditer(text) if part[1]), None)
    return None if found is None else _span(text, found.start(1))


def _span(text: str, start: int) -> tuple[int, int]:
    """Return the span of the mark that begins at an index, up to its end or that of the text."""
    if text.startswith("<no", start):
        return start, start + len("<no value>")
    closing = _CLOSING[text[start : start + 2]]
    end = text.find(closing, start + 2)
    return start, len(text) if end < 0 else end + len(closing)
