"""Parsing a Procfile: the fast path, and the full parser for files with diagnostics."""

from typing import cast

from deployspec._core.diagnostics import InvalidProcfile
from deployspec._procfile.fast import parse_clean
from deployspec._procfile.parser import ProcfileParser
from deployspec._procfile.service import Procfile, Service

__all__ = ["Procfile", "Service", "parse_procfile"]


def parse_procfile(
    text: str | bytes, *, max_bytes: int = 262_144, max_line_bytes: int = 32_768, max_services: int = 100
) -> Procfile:
    r"""Parse a Procfile.

    Grammar, in UTF-8; a line ends at `\n`, and one `\r` before it is removed::

        procfile = *( line "\n" ) [ line ]
        line     = blank | comment | service
        blank    = *( " " | tab )
        comment  = *( " " | tab ) "#" *char
        service  = name ":" *( " " | tab ) command       ; the name begins at column 1
        name     = 1*63( letter | digit | "_" | "-" )    ; ASCII
        command  = 1*char                                ; verbatim, without surrounding spaces and tabs

    There are no continuation lines, variables are not expanded, and a `#` in a command is part of it. Control
    characters are errors, in comments as well, because they can hide text from a reviewer. No line is ignored silently.

    `max_bytes` is the maximum size of the file and `max_line_bytes` that of a line, both in bytes of UTF-8;
    `max_services` is the maximum number of services.

    Raises `InvalidProcfile` with every error, in the order of the file.

    >>> parse_procfile("web: bundle exec rails s\nworker: rake jobs").services[1]
    Service(name='worker', command='rake jobs', line=2)
    >>> parse_procfile("web run")
    Traceback (most recent call last):
    deployspec.InvalidProcfile: Procfile:1:1: error[procfile-no-colon]: missing `:` after the service name
    """
    clean = parse_clean(text, max_bytes, max_line_bytes, max_services)
    return parse_fully(text, max_bytes, max_line_bytes, max_services) if clean is None else clean


def parse_fully(text: str | bytes, max_bytes: int, max_line_bytes: int, max_services: int) -> Procfile:
    """Parse any file, line by line."""
    if not isinstance(cast("object", text), (str, bytes)):  # callers without a type checker
        raise TypeError(f"a Procfile is str or bytes, not {type(text).__name__}")
    parser = ProcfileParser(max_line_bytes, max_services)
    parser.parse(text, max_bytes)
    parser.found.raise_if_failed(InvalidProcfile)
    return Procfile(tuple(parser.services), parser.found.diagnostics())
