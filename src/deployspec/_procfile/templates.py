"""Finding the marks of Jinja, Go, Helm and ERB templates in a Procfile that was not rendered."""

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


def may_be_template(text: str) -> bool:
    """Whether a text contains the marks of a template; a fast check."""
    return ("{" in text and ("{{" in text or "{%" in text or "{#" in text)) or (
        "<" in text and ("<%" in text or "<no value>" in text)
    )


def find_mark(line: str) -> int | None:
    """Return the index of the first mark in a line, unless the line is a comment or the mark is in quotes.

    >>> find_mark("{% if worker %}"), find_mark("web: gunicorn {{ project }}.wsgi")
    (0, 14)
    >>> find_mark("web: docker ps --format '{{ .Names }}'") is None
    True
    """
    if line.lstrip(" \t").startswith("#"):
        return None
    found = _OUTSIDE_COMMAND.match(line)
    if found is None:
        found = next((part for part in _IN_COMMAND.finditer(line) if part[1]), None)
    return None if found is None else found.start(1)
