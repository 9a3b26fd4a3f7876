"""Unpacking a revision: the bytes, modes and links of git's objects, unless a path or a link leads out.

Files are created in new folders with `O_EXCL`, and links last, so that no file is ever written through a link. A
malformed tree that contains a name twice is an error.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress

from deployspec.sources._files import MAX_LINK_BYTES, failure, text_of
from deployspec.sources._folders import unreadable
from deployspec.sources._git import EXECUTABLE, LINK, SUBMODULE, Entry, Objects, Repository
from deployspec.sources._system import CLOEXEC, DIRECTORY, NOFOLLOW, check_system

MOST_BYTES = 4 * 1024**3
"""Maximum size of an unpacked revision: a small repository can contain a file of a petabyte."""

_MOST_STEPS = 40
"""Maximum number of links that Linux follows for one path."""

_FILE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NOFOLLOW | CLOEXEC
_FOLDER_MODE, _FILE_MODE, _EXECUTABLE_MODE, _PRIVATE_MODE = 0o755, 0o644, 0o755, 0o700
_NOT_NAMES = frozenset({"", ".", ".."})

Parts = tuple[str, ...]


def extract(
    repository: str | os.PathLike[str],
    revision: str,
    into: str | os.PathLike[str],
    *,
    object_directory: str | os.PathLike[str] | None = None,
) -> str:
    """Unpack all files of a revision into a folder, which is empty or does not exist, and return the commit's full id.

    The files have the bytes that git stores: no attribute of the repository (`export-ignore`, `export-subst`, `eol`,
    `ident`, filters) changes or removes one. Executable files stay executable. A link stays a link; one whose target
    is not inside the folder is an error, and so are submodules and a revision larger than 4 GiB. These are found
    before anything is written. If a later error occurs, part of the files may be in the folder.

    `object_directory` is as for `read_revision`.

    Raises `SourceError`.
    """
    source = Repository(text_of(repository), None if object_directory is None else text_of(object_directory))
    target = text_of(into)
    check_system(target)
    source.prefix()
    commit = source.commit(revision)
    entries = source.entries(commit, recursive=True)
    if sum(entry.size for entry in entries) > MOST_BYTES:
        raise source.problem(f"files of the revision are larger than {MOST_BYTES} bytes", "too-large")
    with source.objects() as objects:
        links = _read_links(entries, objects)
        files = [entry for entry in entries if entry.mode != LINK]
        _write(target, files, links, objects)
    return commit


# Checks before anything is written


def _read_links(entries: Sequence[Entry], objects: Objects) -> dict[Parts, str]:
    """Return the targets of the links, and check all paths."""
    links: dict[Parts, str] = {}
    for entry in entries:
        parts = tuple(entry.path.split("/"))
        if any(part in _NOT_NAMES or part.lower() == ".git" for part in parts):
            raise failure("path-invalid", entry.path, "invalid path in the revision")
        if entry.mode == SUBMODULE:
            raise failure("submodule", entry.path, "submodules are not supported", "commit the files themselves")
        if entry.mode == LINK:
            if entry.size > MAX_LINK_BYTES:
                raise failure("too-large", entry.path, "target of the link is too long")
            links[parts] = os.fsdecode(objects.read(entry, entry.path))
    for parts in links:
        if _leads_out(parts, links):
            hint = "use a relative link to a path inside the repository"
            raise failure("link-outside", "/".join(parts), "link leads out of the repository", hint)
    return links


def _leads_out(path: Parts, links: Mapping[Parts, str]) -> bool:
    """Whether a path leads out of the folder if all of its links are followed.

    A lexical check is not enough: with `a -> .`, the link `a/..` leads out.
    """
    waiting, at, steps = list(reversed(path)), list[str](), 0
    while waiting and steps <= _MOST_STEPS:
        part = waiting.pop()
        if part == "..":
            if not at:
                return True
            at.pop()
        elif part not in _NOT_NAMES:
            at.append(part)
            if (target := links.get(tuple(at))) is not None:
                if target.startswith("/"):
                    return True
                at.pop()
                waiting += reversed(target.split("/"))
                steps += 1
    return False  # the system follows no more links than this either


# Writing


def _write(target: str, files: Sequence[Entry], links: Mapping[Parts, str], objects: Objects) -> None:
    try:
        with suppress(FileExistsError):
            os.mkdir(target, _PRIVATE_MODE)  # noqa: PTH102
        is_empty = not os.listdir(target)  # noqa: PTH208
        root = os.open(target, os.O_RDONLY | DIRECTORY | CLOEXEC)
    except (OSError, ValueError) as error:
        raise unreadable(target, error) from None
    try:
        if not is_empty:
            raise failure("not-empty", target, "folder is not empty")
        for entry in files:
            _write_file(root, entry, objects)
        for parts, leads_to in links.items():
            _write_link(root, parts, leads_to)
    finally:
        os.close(root)


def _write_file(root: int, entry: Entry, objects: Objects) -> None:
    *folders, name = entry.path.split("/")
    mode = _EXECUTABLE_MODE if entry.mode == EXECUTABLE else _FILE_MODE
    try:
        parent = _made_folder(root, folders)
        try:
            file = os.open(name, _FILE_FLAGS, mode, dir_fd=parent)
        finally:
            os.close(parent)
        with os.fdopen(file, "wb") as written:
            os.fchmod(file, mode)  # with any umask
            written.writelines(objects.chunks(entry, entry.path))
    except OSError as error:
        raise unreadable(entry.path, error) from None


def _write_link(root: int, parts: Parts, target: str) -> None:
    try:
        parent = _made_folder(root, parts[:-1])
        try:
            os.symlink(target, parts[-1], dir_fd=parent)
        finally:
            os.close(parent)
    except (OSError, ValueError) as error:
        raise unreadable("/".join(parts), error) from None


def _made_folder(root: int, folders: Sequence[str]) -> int:
    """Open a folder below the root, and create it if it does not exist."""
    at = os.dup(root)
    for name in folders:
        try:
            with suppress(FileExistsError):
                os.mkdir(name, _FOLDER_MODE, dir_fd=at)
                os.chmod(name, _FOLDER_MODE, dir_fd=at)  # with any umask
            below = os.open(name, os.O_RDONLY | DIRECTORY | NOFOLLOW | CLOEXEC, dir_fd=at)
        finally:
            os.close(at)
        at = below
    return at
