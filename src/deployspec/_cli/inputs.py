"""The inputs that the options name: the app's files, files of the user, standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from deployspec import sources
from deployspec._cli.terminal import UsageError, without_value
from deployspec.sources._folders import read_single

if TYPE_CHECKING:
    import argparse


# Files of the app: written by anyone who can push to it


def read_app_files(options: argparse.Namespace) -> sources.AppFiles:
    """Read the files of the app from its folder or from a revision."""
    try:
        if options.git_rev is not None:
            return sources.read_revision(options.path, options.git_rev, dockerfile=options.file)
        return sources.read_folder(options.path, dockerfile=options.file)
    except sources.SourceError as error:
        raise _usage_error(error) from None


def read_dockerfile(path: str) -> tuple[str, bytes]:
    """Read a Dockerfile, or standard input for `-`; return its name in messages and its content."""
    if path == "-":
        return read_input(path)
    try:
        return path, read_single(path)
    except sources.SourceError as error:
        raise _usage_error(error) from None


def _usage_error(error: sources.SourceError) -> UsageError:
    (diagnostic,) = error.diagnostics
    hint = "" if diagnostic.hint is None else f" ({diagnostic.hint})"
    return UsageError(f"{without_value(diagnostic.source or '')}: {diagnostic.message}{hint}")


# Files of the user, which may be links or pipes


def read_file(path: str | Path) -> bytes:
    """Read a file that must exist."""
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise UsageError(f"{without_value(str(path))}: {_reason(error)}") from None


def read_input(path: str) -> tuple[str, bytes]:
    """Read a file that must exist, or standard input for `-`; return its name in messages and its content."""
    if path != "-":
        return path, read_file(path)
    if cast("TextIO | None", sys.stdin) is None:  # closed by the shell: `<&-`
        raise UsageError("standard input is closed")
    try:
        return "stdin", sys.stdin.buffer.read()
    except OSError as error:
        raise UsageError(f"stdin: {_reason(error)}") from None


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or "cannot be read").lower() if isinstance(error, OSError) else "invalid path"
