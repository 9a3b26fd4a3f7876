"""The apps that the paths of a command line name."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import attrs

from deployspec._cli.terminal import UsageError
from deployspec._cli.wording import without_value
from deployspec.sources import find_apps
from deployspec.sources._files import PROCFILE
from deployspec.sources._folders import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_DOCKERFILE_NAME = re.compile(
    r"(?:Dockerfile|Containerfile)(?:\..+)?|.+\.(?:[Dd]ockerfile|[Cc]ontainerfile)", re.DOTALL
)


@attrs.frozen
class Target:
    """An app to read: its folder as the user gave it, and its Dockerfile if the user named one."""

    folder: str
    dockerfile: str | None = None

    @property
    def path(self) -> str:
        """The path in results: of the Dockerfile if one was named, else of the folder."""
        return joined(self.folder, self.dockerfile or "")

    def shown(self, name: str) -> str:
        """Return the path of a file of this app as the user would write it."""
        return joined(self.folder, name)


def is_dockerfile_name(name: str) -> bool:
    """Whether a file is a Dockerfile by its name.

    >>> [is_dockerfile_name(name) for name in ("Containerfile", "web.Dockerfile", "Dockerfile.dockerignore")]
    [True, True, False]
    """
    return _DOCKERFILE_NAME.fullmatch(name) is not None and not name.endswith(".dockerignore")


def find_targets(
    paths: Iterable[str], *, default_dockerfile: Callable[[str], str], recursive: bool, in_revision: bool
) -> list[Target]:
    """Return the app of each path, each app once, in the order of the paths.

    A Dockerfile that is named is another target than the app with its default Dockerfile.
    """
    targets: dict[tuple[str, str], Target] = {}
    for path in paths:
        for target in _below(path) if recursive else [read_target(path, in_revision=in_revision)]:
            folder = os.path.realpath(target.folder)
            key = folder, os.path.normpath(target.dockerfile or default_dockerfile(target.folder))
            if key not in targets or target.dockerfile is not None:
                targets[key] = target
    return list(targets.values())


def read_target(path: str, *, in_revision: bool) -> Target:
    """Return the app of a path: a folder, or a Procfile or Dockerfile by its name."""
    name = os.path.basename(path)  # noqa: PTH119  # a `Path` would remove `./`
    folder = path[: len(path) - len(name)]
    is_named = name == PROCFILE or is_dockerfile_name(name)
    if os.path.isdir(path) or (in_revision and not is_named):  # noqa: PTH112  # it never raises
        return Target(path)
    if is_named and (in_revision or os.path.lexists(path)):
        return Target(folder, None if name == PROCFILE else name)
    if is_named:
        raise UsageError(f"{without_value(path)}: no such file")
    if os.path.isfile(path):  # noqa: PTH113
        raise UsageError(f"{without_value(path)}: not a directory, a Procfile or a Dockerfile")
    return Target(path)  # reading it reports why it is not a directory


def _below(path: str) -> Iterator[Target]:
    for folder in find_apps(path):
        below = os.path.relpath(folder, path)
        yield Target(path if below == os.curdir else joined(path, below))
