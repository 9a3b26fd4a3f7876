"""The images of a build, the errors that BuildKit finds after it has asked for them, and the secrets of the build.

Most files need no more than the images: the patterns of the fast path describe instructions that BuildKit cannot
refuse, and a file of such instructions without secrets is not read again. The rules are imported for the first file
that needs them.

A file with other errors is checked as far as it is known, so that one run reports all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from deployspec._core.diagnostics import InvalidDockerfile
from deployspec._dockerfile.build.images import find_only_image
from deployspec._dockerfile.build.request import Request, read_platforms
from deployspec._dockerfile.dockerfile import (
    BrokenFile,
    CustomFrontend,
    Dockerfile,
    images_of_custom,
    read_unless_custom,
    try_build,
)
from deployspec._dockerfile.explain import explain

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from deployspec._core.diagnostics import Diagnostic
    from deployspec._dockerfile.build.graph import BuildGraph
    from deployspec._dockerfile.build.values import BuildImages
    from deployspec._dockerfile.dispatch.step import MountUse
    from deployspec._references.reference import ImageReference


class Checked(NamedTuple):
    """The file, the images of a build, its diagnostics, and its mounts of secrets and SSH agents.

    Diagnostics and mounts are in the order of the file. Of a file that only a custom frontend can read, `file` is the
    frontend.
    """

    file: Dockerfile | CustomFrontend
    images: BuildImages
    diagnostics: tuple[Diagnostic, ...] = ()
    mounts: tuple[MountUse, ...] = ()


def check_text(  # noqa: PLR0913  # the options of a build
    text: str | bytes,
    builtin: Container[str],
    *,
    build_args: Mapping[str, str],
    target: str,
    platform: str,
    build_platform: str | None,
    contexts: Mapping[str, str],
) -> Checked:
    """Return the file, its images, the errors that BuildKit finds before it runs the first step, and the mounts.

    Frontends with a repository that is not in `builtin` are custom ones. Raises `InvalidDockerfile` with all errors if
    BuildKit fails before it asks a registry.
    """
    file, frontend = read_unless_custom(text, build_args, builtin)
    request = Request(build_args, target, read_platforms(platform, build_platform), contexts)
    if isinstance(file, Dockerfile):
        return _check(file, frontend, request)
    if isinstance(file, BrokenFile):
        raise file.error(lambda: _dispatch(file.source, file.build(request)))
    return Checked(file, images_of_custom(file))


def _check(file: Dockerfile, frontend: ImageReference | None, request: Request) -> Checked:
    platforms = request.platforms
    is_plain = not (file.may_be_refused or file.may_mount_secrets)
    if is_plain and not (request.args or request.target or request.contexts or platforms.errors):
        only = find_only_image(file.arguments, file.stages, file.escape, frontend, platforms.target)
        if only is not None and platforms.target.os != "windows":
            return Checked(file, only)
    images: BuildImages | None = None
    mounts: tuple[MountUse, ...] = ()
    try:
        images, graph = try_build(file, request, frontend)
        if images is not None and is_plain and not (graph.looks_ahead or graph.for_windows):
            return Checked(file, images, graph.found.diagnostics() if graph.found.found else ())
        mounts = _dispatch(file.source, graph)
        found = graph.found.diagnostics()
    except InvalidDockerfile as error:
        found = error.diagnostics
    found = explain(file.source, found)
    if images is not None:
        return Checked(file, images, found, mounts)
    raise InvalidDockerfile((*file.diagnostics, *found))


def _dispatch(text: str, graph: BuildGraph) -> tuple[MountUse, ...]:
    from deployspec._dockerfile.dispatch.dispatch import dispatch

    return dispatch(text, graph)
