"""Reading files below a folder without following links.

Each component of a path is opened relative to its parent with `O_NOFOLLOW`. Its kind is looked at twice: before it is
opened, since to open a device can have an effect, and afterwards, since it may have been replaced in between.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from deployspec.sources._files import (
    DEFAULTS,
    DOCKERFILE,
    MAX_FILE_BYTES,
    PROCFILE,
    AppFiles,
    SourceError,
    failure,
    file_parts,
    link_hint,
    text_of,
)
from deployspec.sources._system import CLOEXEC, DIRECTORY, NOFOLLOW, NONBLOCK, check_system

if TYPE_CHECKING:
    from pathlib import Path

MOST_LEVELS = 100
"""Maximum depth at which `find_apps` looks for apps."""

_FLAGS = os.O_RDONLY | CLOEXEC | NOFOLLOW | NONBLOCK
_ROOT_FLAGS = os.O_RDONLY | CLOEXEC | DIRECTORY
_NOT_DEPLOYED = frozenset({".git", "node_modules"})
_VIRTUAL_ENVIRONMENT = "pyvenv.cfg"


# Reading the files of one app


def read_folder(path: str | os.PathLike[str], *, dockerfile: str = DOCKERFILE, procfile: str = PROCFILE) -> AppFiles:
    """Read the files of an app from its folder.

    `dockerfile` and `procfile` are paths inside the folder. Only the default names may be missing; a file with another
    name must exist. A link is an error, also if its target is inside the folder, and so is a link to a folder on the
    way to a file. Only `path` itself may be or contain a link. Files have at most 4 MiB.

    Raises `SourceError`.
    """
    folder = text_of(path)
    with opened_root(folder) as root:
        contents = [_read_named(root, folder, name) for name in (procfile, dockerfile)]
    return AppFiles(procfile=contents[0], dockerfile=contents[1], procfile_path=procfile, dockerfile_path=dockerfile)


def _read_named(root: int, folder: str, name: str) -> bytes | None:
    content = read_below(root, file_parts(name), joined(folder, name))
    if content is None and name not in DEFAULTS:
        raise failure("not-found", joined(folder, name), "no such file")
    return content


def read_single(path: str) -> bytes:
    """Read one Dockerfile, which may not be a link; the caller named its folder, as for `read_folder`."""
    folder, name = os.path.split(path)
    with opened_root(folder) as root:
        content = read_below(root, file_parts(name), path)
    if content is None:
        raise failure("not-found", path, "no such file")
    return content


def joined(folder: str, name: str) -> str:
    """Return the path of a file as the user would write it."""
    if folder in {"", "."}:
        return name or "."
    return os.path.join(folder, name) if name else folder  # noqa: PTH118  # it keeps `./`


@contextmanager
def opened_root(folder: str) -> Generator[int, None, None]:
    """Open the folder that the caller named, which may be a link."""
    check_system(folder)
    try:
        root = os.open(folder or ".", _ROOT_FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        reason = "not a directory" if os.path.lexists(folder) else "no such directory"
        raise failure("not-found", folder, reason) from None
    except (OSError, ValueError) as error:
        raise unreadable(folder, error) from None
    try:
        yield root
    finally:
        os.close(root)


def unreadable(path: str, error: OSError | ValueError) -> SourceError:
    """Return the error for a path that the system refuses."""
    reason = (error.strerror or "").lower() if isinstance(error, OSError) else "invalid path"
    return failure("unreadable", path, reason or "cannot be read")


# Opening files below a folder


def read_below(root: int, parts: tuple[str, ...], shown: str) -> bytes | None:
    """Read a regular file below an open folder, `None` if it does not exist."""
    try:
        with _opened_parent(root, parts, shown) as parent:
            _check_kind(parent, parts, len(parts) - 1, shown)
            file = os.open(parts[-1], _FLAGS, dir_fd=parent)
        with os.fdopen(file, "rb", buffering=0):
            status = os.fstat(file)
            _check_regular(status.st_mode, shown)
            return _read_limited(file, status.st_size, shown)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(shown, error) from None


@contextmanager
def _opened_parent(root: int, parts: tuple[str, ...], shown: str) -> Generator[int, None, None]:
    parent = os.dup(root)
    try:
        for index, part in enumerate(parts[:-1]):
            _check_kind(parent, parts, index, shown)
            child = os.open(part, _FLAGS | DIRECTORY, dir_fd=parent)
            os.close(parent)
            parent = child
        yield parent
    finally:
        os.close(parent)


def _check_kind(parent: int, parts: tuple[str, ...], index: int, shown: str) -> None:
    """Check a component before it is opened: folders, and at the end a regular file."""
    part, is_last = parts[index], index == len(parts) - 1
    mode = os.stat(part, dir_fd=parent, follow_symlinks=False).st_mode
    if stat.S_ISLNK(mode):
        subject = "file" if is_last else f"folder `{'/'.join(parts[: index + 1])}`"
        target = os.readlink(part, dir_fd=parent)
        hint = link_hint(target, parts[:index], parts[index + 1 :], "/".join(parts))
        raise failure("link", shown, f"{subject} is a symbolic link", hint)
    if is_last:
        _check_regular(mode, shown)


def _check_regular(mode: int, shown: str) -> None:
    if not stat.S_ISREG(mode):
        message = "is a directory" if stat.S_ISDIR(mode) else "not a regular file"
        raise failure("not-regular", shown, message)


def _read_limited(file: int, size: int, shown: str) -> bytes:
    """Read a file up to the limit: it may grow while it is read, or report no size as files in `/proc` do."""
    chunks: list[bytes] = []
    room = MAX_FILE_BYTES + 1
    while size <= MAX_FILE_BYTES and room > 0 and (chunk := os.read(file, room)):
        chunks.append(chunk)
        room -= len(chunk)
    if size > MAX_FILE_BYTES or room <= 0:
        raise failure("too-large", shown, f"file is larger than {MAX_FILE_BYTES} bytes")
    return b"".join(chunks)


# Finding apps


def find_apps(folder: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Return every folder below `folder`, and `folder` itself, that has a Procfile or a Dockerfile; sorted.

    `.git`, `node_modules` and virtual environments are left out, and links are not followed. A Procfile that is a link
    counts, so that `read_folder` reports it.

    Raises `SourceError` if a folder cannot be read, or is more than 100 levels deep.
    """
    from pathlib import Path  # imported here, because it takes time

    top = text_of(folder)
    found: list[tuple[str, ...]] = []
    with opened_root(top) as root:
        waiting: list[tuple[str, ...]] = [()]
        while waiting:
            parts = waiting.pop()
            is_app, folders = _scan(root, parts, joined(top, "/".join(parts)))
            found += [parts] * is_app
            waiting += folders
    return tuple(Path(top, *parts) for parts in sorted(found))


def _scan(root: int, parts: tuple[str, ...], shown: str) -> tuple[bool, list[tuple[str, ...]]]:
    """Return whether a folder is an app's, and the folders in it."""
    if len(parts) > MOST_LEVELS:
        raise failure("too-deep", shown, f"folder is more than {MOST_LEVELS} levels deep")
    try:
        # The name at the end is not opened: it makes the folder itself the parent.
        with _opened_parent(root, (*parts, ""), shown) as opened, os.scandir(opened) as entries:
            folders = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
    except OSError as error:
        raise unreadable(shown, error) from None
    if _VIRTUAL_ENVIRONMENT in folders:
        return False, []
    is_app = any(folders.get(name) is False for name in DEFAULTS)
    return is_app, [(*parts, name) for name, is_dir in folders.items() if is_dir and name not in _NOT_DEPLOYED]
