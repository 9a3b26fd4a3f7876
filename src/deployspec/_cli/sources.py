"""The files of an app: from a directory, or from a revision of a git repository without checking it out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TextIO, cast

import attrs

from deployspec._cli.terminal import UsageError, without_value

_GIT_SECONDS = 60


@attrs.frozen
class Tree:
    """The files of an app, `None` for those that do not exist, and the full id of the commit that they are from."""

    procfile: bytes | None
    dockerfile: bytes | None
    revision: str | None = None


# Files


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


def read_directory(directory: str, dockerfile: str) -> Tree:
    """Read the files in a directory."""
    if not os.path.isdir(directory):  # noqa: PTH112  # unlike `Path.is_dir`, it never raises
        reason = "not a directory" if os.path.lexists(directory) else "no such directory"
        raise UsageError(f"{without_value(directory)}: {reason}")
    root = Path(directory)
    return Tree(_read_optional(root / "Procfile"), _read_optional(root / dockerfile))


def _read_optional(path: Path) -> bytes | None:
    if not os.path.lexists(path):
        return None
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):  # noqa: PTH110, PTH112, PTH113
        raise UsageError(f"{path}: not a regular file")  # reading a named pipe could block forever
    return read_file(path)


# Git


def read_revision(repository: str, revision: str, dockerfile: str) -> Tree:
    """Read the files of a revision from a repository, which may be bare."""
    shown = without_value(repository)
    if not os.path.isdir(repository):  # noqa: PTH112
        raise UsageError(f"{shown}: no such directory")
    prefix = _git(repository, "rev-parse", "--show-prefix")
    if prefix is None:
        raise UsageError(f"{shown}: not a git repository, or not accessible to git")
    if prefix.strip():
        raise UsageError(f"{shown}: not the root directory of the git repository")
    # `--end-of-options`, so that a revision beginning with `-` is not an option.
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    found = _git(repository, *arguments)
    if found is None:
        raise UsageError(f"{shown}: unknown revision {revision}")
    commit = found.decode().strip()
    return Tree(_read_blob(repository, commit, "Procfile"), _read_blob(repository, commit, dockerfile), commit)


def _read_blob(repository: str, commit: str, path: str) -> bytes | None:
    """Read one file of a commit; links are not followed."""
    inside = os.path.normpath(path)
    if inside in {".", ".."} or inside.startswith(("/", "../")):
        raise UsageError(f"{path}: not a path inside the repository")
    entry = _git(repository, "ls-tree", "-z", "--full-tree", commit, "--", inside)
    if not entry:
        return None
    mode, kind, identity = entry.split(b"\t", 1)[0].decode().split()
    if kind != "blob" or mode == "120000":
        raise UsageError(f"{path}: is a {'symbolic link' if mode == '120000' else 'directory'} in the repository")
    content = _git(repository, "cat-file", "blob", identity)
    if content is None:
        raise UsageError(f"{path}: git cannot read this file")
    return content


def _git(repository: str, *arguments: str) -> bytes | None:
    """Run git and return its output, `None` if it fails. Variables that point git to other repositories are removed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_OPTIONAL_LOCKS": "0"}
    command = ["git", "-C", repository, *arguments]
    try:
        process = subprocess.run(  # noqa: S603  # a list, no shell
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_GIT_SECONDS, check=False
        )
    except FileNotFoundError:
        raise UsageError("git is not installed (required by --git-rev)") from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"{without_value(repository)}: git did not respond within {_GIT_SECONDS} seconds") from None
    except (OSError, ValueError):
        raise UsageError(f"{without_value(repository)}: git cannot be run") from None
    return process.stdout if process.returncode == 0 else None
