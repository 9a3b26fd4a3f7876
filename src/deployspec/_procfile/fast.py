"""The fast path for a Procfile without diagnostics.

Most files have none, and reading them is a good part of a resolution: the whole job takes 1.2 to 1.4 times as long
without this path. It accepts only files that the parser in `parser.py` reads without a diagnostic, and a property test
checks that both return the same value.
"""

from __future__ import annotations

import re

from deployspec._core.templates import find_mark, may_be_template
from deployspec._core.tokens import find_secrets
from deployspec._procfile.service import Procfile, Service, make_procfile, make_service
from deployspec._procfile.shell_words import find_open_quote

# A blank line, a comment, or a service for which no diagnostic is possible, except those that `parse_clean` looks for
# in the whole text.
_CLEAN_LINE = re.compile(r"^(?:([a-z0-9][a-z0-9-]{0,62}): +([!-~][ -~]*)|#[ -~]*)?\n", re.MULTILINE)


def parse_clean(text: str | bytes, max_bytes: int, max_line_bytes: int, max_services: int) -> Procfile | None:
    """Parse a file without diagnostics; `None` means: use the full parser.

    One search matches all lines. Comments in commands, blanks at the end of a line, continued lines, names that end in
    `-`, secrets and marks of templates are looked for in the whole text, because that is faster than in each line.
    """
    if not isinstance(text, str):
        text = str(text, "ascii", "replace") if type(text) is bytes else "?"
    if len(text) > max_bytes or not text.isascii():
        return None
    if text[-1:] != "\n":
        text += "\n"
    lines: list[tuple[str, str]] = _CLEAN_LINE.findall(text)
    if len(lines) != text.count("\n") or " #" in text or " \n" in text or "\\\n" in text or "-:" in text:
        return None
    if len(text) > max_line_bytes and max(map(len, text.split("\n"))) > max_line_bytes:
        return None
    services: list[Service] = []
    names: set[str] = set()
    number = 0
    for name, command in lines:
        number += 1  # noqa: SIM113  # `enumerate` is slower
        if name:
            names.add(name)
            services.append(make_service(name, command, line=number))
    if not 0 < len(services) == len(names) <= max_services or "run" in names or "cmd" in names:  # reserved names
        return None
    return make_procfile(tuple(services), ()) if _are_clean(text, lines) else None


def _are_clean(text: str, lines: list[tuple[str, str]]) -> bool:
    """Whether commands have neither open quotes nor secrets nor marks of a template."""
    return not (
        (("'" in text or '"' in text) and any(find_open_quote(command) is not None for _, command in lines))
        or find_secrets(text)
        or (may_be_template(text) and any(find_mark(f": {command}") is not None for _, command in lines))
    )
