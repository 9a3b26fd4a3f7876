"""Where an app's files come from: a folder, or a revision of a git repository. Nothing is checked out."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import attrs

__all__ = ["SourceError", "Tree", "read_file", "read_folder", "read_revision"]

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
        raise SourceError(f"{path}: {_reason(error)}") from None


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, IsADirectoryError):
        return "this is a folder, not a file"
    return (error.strerror or "it cannot be read").lower() if isinstance(error, OSError) else "this is no path"


def read_folder(folder: str, dockerfile: str) -> Tree:
    """Read the files at the root of a folder."""
    root = Path(folder)
    if not root.is_dir():
        raise SourceError(f"{folder}: {'this is a file, not a folder' if root.exists() else 'there is no such folder'}")
    return Tree(_optional(root / "Procfile"), _optional(root / dockerfile))


def _optional(path: Path) -> bytes | None:
    return read_file(path) if os.path.lexists(path) else None


def read_revision(repository: str, revision: str, dockerfile: str) -> Tree:
    """Read the files of a revision, from a repository with or without a work tree."""
    if not Path(repository).is_dir():
        raise SourceError(f"{repository}: there is no such folder")
    # `--end-of-options`, since a revision that begins with `-` must not become an option.
    wanted = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    found = _git(repository, *wanted)
    if found is None:
        repository_is_there = _git(repository, "rev-parse", "--git-dir") is not None
        raise SourceError(
            f"{repository}: there is no revision {revision}"
            if repository_is_there
            else f"{repository}: this is no git repository"
        )
    commit = found.decode().strip()
    return Tree(_blob(repository, commit, "Procfile"), _blob(repository, commit, dockerfile), commit)


def _blob(repository: str, commit: str, path: str) -> bytes | None:
    """Read one file of a commit; a folder or a link in its place is told, not followed."""
    path = os.path.normpath(path)
    listed = _git(repository, "ls-tree", "-z", "--full-tree", commit, "--", f":(literal){path}")
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
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", "-C", repository, *arguments]
    try:
        ran = subprocess.run(  # noqa: S603  # a list, no shell
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_GIT_SECONDS, check=False
        )
    except FileNotFoundError:
        raise SourceError("git is not installed, so no revision can be read") from None
    except subprocess.TimeoutExpired:
        raise SourceError(f"{repository}: git did not answer within {_GIT_SECONDS} seconds") from None
    except ValueError:
        raise SourceError(f"{repository}: a name holds a character that git cannot take") from None
    return ran.stdout if ran.returncode == 0 else None
