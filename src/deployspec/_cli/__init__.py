"""The command line: `deployspec plan | explain | check | images | diff | pin | audit | export | schema`.

The only edge of the library: it reads files and git revisions, and it prints. Config comes from the options alone.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, TextIO, cast

from deployspec._cli.arguments import parser
from deployspec._cli.sources import SourceError
from deployspec._cli.terminal import FAULTY, INTERRUPTED, USAGE, CliError, tell
from deployspec.render._style import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 a plan, 1 the input is at fault, 2 usage."""
    # Where a shell has closed a stream (`2>&-`), Python has none.
    if cast("TextIO | None", sys.stderr) is None:
        sys.stderr = io.StringIO()
    if cast("TextIO | None", sys.stdout) is None:
        print("deployspec: standard output is closed", file=sys.stderr)
        return USAGE
    for stream in (sys.stdout, sys.stderr):
        # Names and commands may hold what the terminal's encoding cannot: it is escaped, not fatal.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up_output()
        return FAULTY
    except OSError as error:
        _give_up_output()
        print(f"deployspec: the output cannot be written: {(error.strerror or '').lower()}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _give_up_output() -> None:
    """Whoever read us has gone, or the disk is full: the interpreter must not complain when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(argv: Sequence[str] | None) -> int:
    try:
        options = parser().parse_args(argv)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else USAGE
    try:
        code: int = options.run(options)
    except SourceError as error:
        print(f"deployspec: {visible(str(error))}", file=sys.stderr)
        return USAGE
    except CliError as error:
        tell(error.diagnostics, error.sources)
        return FAULTY
    return code
