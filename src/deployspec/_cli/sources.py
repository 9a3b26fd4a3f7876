"""Where an app's files come from: a folder, or a revision of a git repository. Nothing is checked out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TextIO, cast

import attrs

__all__ = ["SourceError", "Tree", "read_file", "read_folder", "read_input", "read_revision", "without_value"]

_GIT_SECONDS = 60


class SourceError(Exception):
    """Something that cannot be read; the message is one line for a person."""


@attrs.frozen
class Tree:
    """An app's files, `None` where there is no such file, and the full id of the commit, if they come from one."""

    procfile: bytes | None
    dockerfile: bytes | None
    revision: str | None = None


def read_file(path: str | Path) -> bytes:
    """Read a file that must be there."""
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise SourceError(f"{without_value(str(path))}: {_reason(error)}") from None


def read_input(path: str) -> tuple[str, bytes]:
    """Read a file that must be there, where `-` is standard input; also return how messages call it."""
    if path != "-":
        return path, read_file(path)
    if cast("TextIO | None", sys.stdin) is None:  # a shell has closed it: `<&-`
        raise SourceError("standard input is closed")
    try:
        return "stdin", sys.stdin.buffer.read()
    except OSError as error:
        raise SourceError(f"stdin: {_reason(error)}") from None


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, IsADirectoryError):
        return "this is a folder, not a file"
    return (error.strerror or "it cannot be read").lower() if isinstance(error, OSError) else "this is no path"


def read_folder(folder: str, dockerfile: str) -> Tree:
    """Read the files at the root of a folder."""
    if not os.path.isdir(folder):  # noqa: PTH112  # unlike `Path.is_dir`, it never raises
        there = os.path.lexists(folder)
        raise SourceError(f"{without_value(folder)}: {'this is no folder' if there else 'there is no such folder'}")
    root = Path(folder)
    return Tree(_optional(root / "Procfile"), _optional(root / dockerfile))


def without_value(argument: str) -> str:
    """An argument as a message may show it: what follows a `=` may be a secret whose `--set` was forgotten."""
    name, equals, _ = argument.partition("=")
    return name + "=…" * bool(equals)


def _optional(path: Path) -> bytes | None:
    if not os.path.lexists(path):
        return None
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):  # noqa: PTH110, PTH112, PTH113
        raise SourceError(f"{path}: this is no regular file")  # a named pipe would never end
    return read_file(path)


def read_revision(repository: str, revision: str, dockerfile: str) -> Tree:
    """Read the files of a revision, from a repository with or without a work tree."""
    shown = without_value(repository)
    if not os.path.isdir(repository):  # noqa: PTH112
        raise SourceError(f"{shown}: there is no such folder")
    prefix = _git(repository, "rev-parse", "--show-prefix")
    if prefix is None:
        raise SourceError(f"{shown}: this is no git repository, or none that git may read")
    if prefix.strip():
        raise SourceError(f"{shown}: this is a folder inside a repository; name the repository itself")
    # `--end-of-options`, since a revision that begins with `-` must not become an option.
    wanted = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    found = _git(repository, *wanted)
    if found is None:
        raise SourceError(f"{shown}: there is no revision {revision}")
    commit = found.decode().strip()
    return Tree(_blob(repository, commit, "Procfile"), _blob(repository, commit, dockerfile), commit)


def _blob(repository: str, commit: str, path: str) -> bytes | None:
    """Read one file of a commit; a folder or a link in its place is told, not followed."""
    inside = os.path.normpath(path)
    if inside in {".", ".."} or inside.startswith(("/", "../")):
        raise SourceError(f"{path}: this is no file inside the repository")
    listed = _git(repository, "ls-tree", "-z", "--full-tree", commit, "--", inside)
    if not listed:
        return None
    mode, kind, identity = listed.split(b"\t", 1)[0].decode().split()
    if kind != "blob" or mode == "120000":
        raise SourceError(f"{path}: this is a {'link' if mode == '120000' else 'folder'} in the repository, not a file")
    content = _git(repository, "cat-file", "blob", identity)
    if content is None:
        raise SourceError(f"{path}: git cannot read it from the repository")
    return content


def _git(repository: str, *arguments: str) -> bytes | None:
    """Run git and return its output, `None` where it fails. Variables that point git elsewhere are left out."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_OPTIONAL_LOCKS": "0"}
    command = ["git", "-C", repository, *arguments]
    try:
        ran = subprocess.run(  # noqa: S603  # a list, no shell
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_GIT_SECONDS, check=False
        )
    except FileNotFoundError:
        raise SourceError("git is not installed, so no revision can be read") from None
    except subprocess.TimeoutExpired:
        raise SourceError(f"{without_value(repository)}: git did not answer within {_GIT_SECONDS} seconds") from None
    except (OSError, ValueError):
        raise SourceError(f"{without_value(repository)}: git cannot be run on this") from None
    return ran.stdout if ran.returncode == 0 else None
