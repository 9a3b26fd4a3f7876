"""The command line. `deployspec._cli.commands` lists the commands.

This and `deployspec.sources` are the only parts of the library with input and output. Config comes
only from options, never from the environment.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, TextIO, cast

from deployspec._cli.exit_codes import CLOSED_PIPE, INTERRUPTED, SUCCESS, USAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 success, 1 problems found, 2 wrong usage, 130 interrupted.

    A closed pipe ends the command quietly with 141, as a shell reports it for other tools.
    """
    _prepare_streams()
    if cast("TextIO | None", sys.stdout) is None:
        print("deployspec: standard output is closed", file=sys.stderr)
        return USAGE
    try:
        code = _run(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return CLOSED_PIPE
    except OSError as error:
        _discard_output()
        print(f"deployspec: cannot write the output: {(error.strerror or '').lower()}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _prepare_streams() -> None:
    # A stream is `None` if the shell has closed it (`2>&-`).
    if cast("TextIO | None", sys.stderr) is None:
        sys.stderr = io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        # Characters that the terminal's encoding does not support are escaped.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _discard_output() -> None:
    """Redirect standard output to nowhere, so that the interpreter does not fail when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(argv: Sequence[str] | None) -> int:
    given = sys.argv[1:] if argv is None else argv
    if given[:1] in (["--version"], ("--version",)):
        from deployspec import __version__

        sys.stdout.write(f"deployspec {__version__}\n")
        return SUCCESS
    from deployspec._cli.parser import parse

    try:
        command, options = parse(given)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else USAGE
    from deployspec._cli.inputs import check_standard_input
    from deployspec._cli.terminal import CliError, UsageError, report
    from deployspec._core.text import one_line

    try:
        check_standard_input(options)
        return command.run(options)
    except UsageError as error:
        print(f"deployspec: {one_line(str(error))}", file=sys.stderr)
        return USAGE
    except CliError as error:
        report(error.diagnostics, texts=error.texts, color=getattr(options, "color", "auto"))
        return error.code
