"""The images of a build, the errors that BuildKit finds after it has asked for them, and the secrets of the build.

Most files need no more than the images: the patterns of the fast path describe instructions that BuildKit cannot
refuse, and a file of such instructions without secrets is not read again. The rules are imported for the first file
that needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from deployspec._dockerfile.build.images import find_only_image
from deployspec._dockerfile.build.request import Request, read_platforms
from deployspec._dockerfile.dockerfile import find_build
from deployspec._dockerfile.template import explain_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployspec._core.diagnostics import Diagnostic
    from deployspec._dockerfile.build.values import BuildImages
    from deployspec._dockerfile.dispatch.step import MountUse
    from deployspec._dockerfile.dockerfile import Dockerfile


class Checked(NamedTuple):
    """The images of a build, its errors, and its mounts of secrets and SSH agents in the order of the file."""

    images: BuildImages
    errors: tuple[Diagnostic, ...] = ()
    mounts: tuple[MountUse, ...] = ()


def check_build(  # noqa: PLR0913  # the options of a build
    file: Dockerfile,
    *,
    build_args: Mapping[str, str],
    target: str,
    platform: str,
    build_platform: str | None,
    contexts: Mapping[str, str],
) -> Checked:
    """Return the images of a build, the errors that BuildKit finds before it runs the first step, and the mounts.

    The parameters are those of `Dockerfile.images`. Raises `InvalidDockerfile` if BuildKit fails before it asks a
    registry.
    """
    platforms = read_platforms(platform, build_platform)
    if not (file.may_be_refused or file.may_mount_secrets or build_args or target or contexts or platforms.errors):
        only = find_only_image(file.arguments, file.stages, file.escape, file.syntax, platforms.target)
        if only is not None and platforms.target.os != "windows":
            return Checked(only)
    images, graph = find_build(file, Request(build_args, target, platforms, contexts))
    if not (file.may_be_refused or file.may_mount_secrets or graph.looks_ahead or graph.for_windows):
        return Checked(images)
    from deployspec._dockerfile.dispatch.dispatch import dispatch

    errors, mounts = dispatch(file.source, graph)
    return Checked(images, explain_template(file.source, errors), mounts)
