"""The inputs that the options name: the app's files, files of the user, standard input."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO, cast

from deployspec import sources
from deployspec._cli.hints import with_options
from deployspec._cli.terminal import UsageError
from deployspec._cli.wording import without_value
from deployspec.sources._files import DOCKERFILE, PROCFILE
from deployspec.sources._folders import joined, read_single

if TYPE_CHECKING:
    import argparse

    from deployspec._cli.targets import Target

# These errors are about the command line, not about the content of an app.
STDIN = "stdin"
"""The name of standard input in messages."""

_WRONG_USAGE = frozenset({"sources-not-found", "sources-path-invalid", "sources-git", "sources-revision-unknown"})


# Files of the app: written by anyone who can push to it


def read_app_files(
    target: Target, dockerfile: str | None, procfile: str | None, revision: str | None
) -> sources.AppFiles:
    """Read the files of an app from its folder or from a revision; a file that was named must exist.

    Raises `UsageError` for a wrong path, and `SourceError` for a file of the app that is refused.
    """
    named = target.dockerfile or dockerfile
    names = {"dockerfile": named or DOCKERFILE, "procfile": procfile or PROCFILE}
    try:
        if revision is None:
            files = sources.read_folder(target.folder, **names)
        else:
            repository, subfolder = repository_of(target.folder)
            files = sources.read_revision(repository, revision, subfolder=subfolder, **names)
    except sources.SourceError as error:
        if error.diagnostics[0].code in _WRONG_USAGE:
            raise usage_error(error) from None
        raise
    in_revision = " in the revision" if revision is not None else ""
    for name, content in ((named, files.dockerfile), (procfile, files.procfile)):
        if name is not None and content is None:
            raise UsageError(f"{without_value(joined(target.folder, name))}: no such file{in_revision}")
    return files


def repository_of(path: str) -> tuple[str, str]:
    """Split a path into an existing folder and the rest, which may exist in the revision only."""
    folder, rest = path, ""
    while folder and not os.path.isdir(folder):  # noqa: PTH112  # it never raises
        folder, _, name = folder.rstrip("/").rpartition("/")
        rest = f"{name}/{rest}"
    return folder or ("/" if path.startswith("/") else "."), rest.rstrip("/")


def read_dockerfile(path: str) -> tuple[str, bytes]:
    """Read a Dockerfile, or standard input for `-`; return its name in messages and its content."""
    if path == "-":
        return read_input(path)
    try:
        return path, read_single(path)
    except sources.SourceError as error:
        raise usage_error(error) from None


def usage_error(error: sources.SourceError) -> UsageError:
    """Return the error of a source as one about the command line."""
    (diagnostic,) = error.diagnostics
    (diagnostic,) = with_options([diagnostic])
    hint = "" if diagnostic.hint is None else f" ({diagnostic.hint})"
    return UsageError(f"{without_value(diagnostic.source or '')}: {diagnostic.message}{hint}")


# Files of the user, which may be links or pipes


def read_file(path: str) -> bytes:
    """Read a file that must exist."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # importing `pathlib` takes time
            return file.read()
    except (OSError, ValueError) as error:
        raise UsageError(f"{without_value(path)}: {_reason(error)}") from None


def read_input(path: str) -> tuple[str, bytes]:
    """Read a file that must exist, or standard input for `-`; return its name in messages and its content."""
    if path != "-":
        return path, read_file(path)
    if cast("TextIO | None", sys.stdin) is None:  # closed by the shell: `<&-`
        raise UsageError("standard input is closed")
    try:
        return STDIN, sys.stdin.buffer.read()
    except OSError as error:
        raise UsageError(f"stdin: {_reason(error)}") from None


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or "cannot be read").lower() if isinstance(error, OSError) else "invalid path"


def check_standard_input(options: argparse.Namespace) -> None:
    """Refuse options of which two read standard input."""
    given = vars(options)
    values = [given.get(name) for name in ("docker_config", "policy", "plan", "old", "new")]
    files = [*given.get("env_file", ()), *(given["file"] if isinstance(given.get("file"), list) else ())]
    assigned = [assignment.partition("=")[2] for assignment in given.get("set", ())]
    if [*values, *files, *assigned].count("-") > 1:
        raise UsageError("standard input can be read only once")
