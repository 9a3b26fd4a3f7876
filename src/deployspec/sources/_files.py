"""The files of an app as a value, the error that names a path, and the rule for paths inside a folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import cast

import attrs

from deployspec._app import APTIBLE_2016, App, BuildOptions, Profile
from deployspec._core.diagnostics import DeploySpecError, Diagnostic
from deployspec._core.secret import hide_frames
from deployspec._logins.credentials import EMPTY_KEYRING, Keyring

MAX_FILE_BYTES = 4 * 1024 * 1024
"""Maximum size of a Procfile or a Dockerfile."""

MAX_LINK_BYTES = 4095
"""Maximum size of the target of a symbolic link, as on Linux."""

PROCFILE, DOCKERFILE = "Procfile", "Dockerfile"
DEFAULTS = (PROCFILE, DOCKERFILE)


class SourceError(DeploySpecError):
    """A file, a folder or a revision that cannot be read; `.diagnostics` names the path and shows no content."""

    __module__ = "deployspec.sources"


def failure(code: str, path: str, message: str, hint: str | None = None) -> SourceError:
    """Return the error for a path."""
    return SourceError([Diagnostic(f"sources-{code}", message, hint=hint, source=path)])


def _size(content: bytes | None) -> str:
    return "None" if content is None else f"<{len(content)} bytes>"


@attrs.frozen(kw_only=True)
class AppFiles:
    """The files of an app: their contents, `None` if there is no such file, and their paths inside the app.

    `revision` is the full id of the commit that the files are from, `None` if they are from a folder. `repr` shows
    sizes, not contents.

    >>> AppFiles(procfile=b"web: run", dockerfile=None)
    AppFiles(procfile=<8 bytes>, dockerfile=None, procfile_path='Procfile', dockerfile_path='Dockerfile', revision=None)
    """

    __module__ = "deployspec.sources"

    procfile: bytes | None = attrs.field(repr=_size)
    dockerfile: bytes | None = attrs.field(repr=_size)
    procfile_path: str = PROCFILE
    dockerfile_path: str = DOCKERFILE
    revision: str | None = None

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts of the files for excerpts, by the `source` of the diagnostics about them.

        >>> dict(AppFiles(procfile=b"web: run", dockerfile=None).texts)
        {'Procfile': 'web: run'}
        """
        contents = {PROCFILE: self.procfile, self.dockerfile_path: self.dockerfile}
        return {name: text.decode("utf-8", "replace") for name, text in contents.items() if text is not None}

    @hide_frames
    def app(
        self,
        config: Mapping[str, str] | None = None,
        *,
        build: BuildOptions | None = None,
        keyring: Keyring = EMPTY_KEYRING,
        profile: Profile = APTIBLE_2016,
    ) -> App:
        """Return the app with these files; its Dockerfile's path is that of the files, in `build` too.

        >>> AppFiles(procfile=None, dockerfile=b"FROM a", dockerfile_path="docker/app").app().build.dockerfile_path
        'docker/app'
        """
        options = attrs.evolve(build or BuildOptions(), dockerfile_path=self.dockerfile_path)
        return App(
            config or {},
            self.procfile,
            self.dockerfile,
            build=options,
            revision=self.revision,
            keyring=keyring,
            profile=profile,
        )


# Paths


def text_of(path: str | os.PathLike[str]) -> str:
    """Return a path as text; raises `TypeError` if it is not one."""
    text = cast("object", os.fspath(path))
    if not isinstance(text, str):  # callers without a type checker
        raise TypeError(f"a path is a str or an os.PathLike[str], not {type(path).__name__}")
    return text


def parts_of(path: str, *, shown: str | None = None) -> tuple[str, ...]:
    """Return the components of a relative path, which must stay inside the folder that it is relative to.

    >>> parts_of("./docker//app/../Dockerfile")
    ('docker', 'Dockerfile')
    >>> parts_of("../Dockerfile")
    Traceback (most recent call last):
    deployspec.sources.SourceError: ../Dockerfile: error[sources-path-invalid]: path is not inside the app's folder
    """
    parts: list[str] = []
    inside = not path.startswith("/") and "\0" not in path
    for part in text_of(path).split("/"):
        if part == "..":
            inside = inside and bool(parts)
            del parts[-1:]
        elif part not in {"", "."}:
            parts.append(part)
    if not inside:
        raise failure(
            "path-invalid", shown or path, "path is not inside the app's folder", "use a relative path below it"
        )
    return tuple(parts)


def file_parts(path: str) -> tuple[str, ...]:
    """Return the components of the path of a file, of which there must be at least one."""
    parts = parts_of(path)
    if not parts:
        raise failure("path-invalid", path or "''", "path names a folder, not a file")
    return parts


def link_hint(target: str, folder: tuple[str, ...], rest: tuple[str, ...], name: str) -> str:
    """Return the hint for a link in `folder`: its target if that is inside the app and a path can be chosen for it."""
    try:
        parts = parts_of("/".join((*folder, target, *rest)))
    except SourceError:
        parts = ()
    if target.startswith("/") or not parts or name == PROCFILE:
        return "replace the link with a regular file"
    inside = "/".join(parts)
    return f'name the file itself: `--file {inside}`, or `dockerfile="{inside}"` in Python'
