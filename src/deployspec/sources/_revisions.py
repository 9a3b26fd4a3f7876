"""Reading the files of an app from a revision of a git repository."""

from __future__ import annotations

import os
from collections.abc import Mapping

import attrs

from deployspec.sources._files import (
    DEFAULTS,
    DOCKERFILE,
    MAX_FILE_BYTES,
    MAX_LINK_BYTES,
    PROCFILE,
    AppFiles,
    failure,
    file_parts,
    link_hint,
    parts_of,
    text_of,
)
from deployspec.sources._folders import joined
from deployspec.sources._git import LINK, SUBMODULE, TREE, Entry, Objects, Repository


def read_revision(  # noqa: PLR0913  # names of files, like those of `read_folder`
    repository: str | os.PathLike[str],
    revision: str,
    *,
    subfolder: str = "",
    dockerfile: str = DOCKERFILE,
    procfile: str = PROCFILE,
    object_directory: str | os.PathLike[str] | None = None,
) -> AppFiles:
    """Read the files of an app from git's objects; nothing is checked out.

    `repository` is a bare repository, a working tree, or a folder in one, which is then the app's folder. `subfolder`
    is the app's folder below it. `revision` is anything that git resolves to a commit. `dockerfile` and `procfile` are
    as for `read_folder`: paths inside the app's folder, of which only the default names may be missing. Links,
    submodules and files larger than 4 MiB are errors.

    `object_directory` is a further directory of git objects. A `pre-receive` hook passes the value of
    `GIT_QUARANTINE_PATH`, because git keeps the pushed objects there until the hook accepts them.

    Raises `SourceError`, also for each failure of git: a missing object does not count as a missing file.
    """
    source = Repository(text_of(repository), None if object_directory is None else text_of(object_directory))
    folder = (*parts_of(source.prefix()), *parts_of(subfolder))
    commit = source.commit(revision)
    paths = [(*folder, *file_parts(name)) for name in (procfile, dockerfile)]
    steps = {path[:length]: None for path in paths for length in range(1, len(path) + 1)}
    listed = source.entries(commit, ["/".join(step) for step in steps])
    entries = {tuple(entry.path.split("/")): entry for entry in listed}
    if len(entries) < len(listed):  # only a malformed tree: the file that is judged must be the one that is built
        raise source.problem("revision contains a name twice", "path-invalid")
    with source.objects() as objects:
        reader = _Reader(objects, entries, folder)
        contents = [
            reader.read(path, joined("/".join(folder), name))
            for path, name in zip(paths, (procfile, dockerfile), strict=True)
        ]
    return AppFiles(
        procfile=contents[0],
        dockerfile=contents[1],
        procfile_path=procfile,
        dockerfile_path=dockerfile,
        revision=commit,
    )


@attrs.frozen
class _Reader:
    """Reads files of the app in `folder` from the listed entries of a revision."""

    objects: Objects
    entries: Mapping[tuple[str, ...], Entry]
    folder: tuple[str, ...]

    def read(self, path: tuple[str, ...], shown: str) -> bytes | None:
        """Read one file, `None` if it does not exist and may be missing."""
        for length in range(1, len(path) + 1):
            if path[:length] in self.entries:
                self._check_kind(path, length, shown)
            elif length <= len(self.folder):
                raise failure("not-found", "/".join(self.folder), "no such directory in the revision")
        entry = self.entries.get(path)
        if entry is None:
            if "/".join(path[len(self.folder) :]) in DEFAULTS:
                return None
            raise failure("not-found", shown, "no such file in the revision")
        if entry.mode == TREE:
            raise failure("not-regular", shown, "is a directory in the revision")
        if entry.size > MAX_FILE_BYTES:
            raise failure("too-large", shown, f"file is larger than {MAX_FILE_BYTES} bytes")
        return self.objects.read(entry, shown)

    def _check_kind(self, path: tuple[str, ...], length: int, shown: str) -> None:
        """Refuse links and submodules."""
        entry = self.entries[path[:length]]
        subject = "file" if length == len(path) else f"folder `{entry.path}`"
        if entry.mode == SUBMODULE:
            raise failure("submodule", shown, f"{subject} is a submodule", "commit the files themselves")
        if entry.mode == LINK:
            target = os.fsdecode(self.objects.read(entry, shown)) if entry.size <= MAX_LINK_BYTES else "/"
            inside = path[len(self.folder) :]
            hint = link_hint(target, path[len(self.folder) : length - 1], path[length:], "/".join(inside))
            raise failure("link", shown, f"{subject} is a symbolic link in the revision", hint)


def read_files(
    repository: str, revision: str, subfolder: str, names: tuple[str, ...]
) -> tuple[str, list[tuple[str, bytes]]]:
    """Read files with these names from a folder of a revision and from each folder above it, the nearest first.

    Returns the folder and the paths of the files from the root of the repository. A file that does not exist is left
    out.
    """
    source = Repository(repository)
    folder = (*parts_of(source.prefix()), *parts_of(subfolder))
    commit = source.commit(revision)
    paths = ["/".join((*folder[:length], name)) for length in range(len(folder), -1, -1) for name in names]
    entries = {entry.path: entry for entry in source.entries(commit, paths)}
    found: list[tuple[str, bytes]] = []
    with source.objects() as objects:
        reader = _Reader(objects, {tuple(path.split("/")): entry for path, entry in entries.items()}, ())
        for path in paths:
            if path in entries:
                content = reader.read(tuple(path.split("/")), path)
                found += [] if content is None else [(path, content)]
    return "/".join(folder), found
