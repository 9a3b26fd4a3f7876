"""Named contexts (`--build-context NAME=VALUE`), which replace stages and images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._core.diagnostics import InvalidReference
from deployspec._dockerfile.diagnostics import shown_image
from deployspec._dockerfile.go import integer
from deployspec._references.reference import ImageReference, find_reference, parse_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployspec._dockerfile.build.platforms import Platform
    from deployspec._dockerfile.diagnostics import DockerfileCollector

# buildkit frontend/dockerfile/dockerfile2llb/convert.go: namedContextFunc (names that no context replaces)
RESERVED = frozenset({"scratch", "context"})


# buildkit frontend/dockerui/config.go: Client.NamedContext (the name for one platform wins)
def find_context(contexts: Mapping[str, str], name: str, platform: Platform) -> str | None:
    """Return the value of the context that replaces a stage or image, if there is one."""
    return contexts.get(f"{name}::{platform.normal()}", contexts.get(name))


# docker/buildx util/buildflags/context.go: ParseContextNames
def normal_name(name: str) -> str:
    """Return the name of a context in the form in which builders look it up; platforms follow `::`.

    >>> normal_name("docker.io/library/ruby:latest"), normal_name("ruby:3::linux/arm64"), normal_name("Files")
    ('ruby', 'ruby:3::linux/arm64', 'Files')
    """
    image, separator, platform = name.partition("::")
    reference = find_reference(image, "latest")
    return name if reference is None else f"{context_name(reference)}{separator}{platform}"


# buildkit frontend/dockerfile/dockerfile2llb/epoch.go: resolveSourceDateEpochState
def find_epoch_context(contexts: Mapping[str, str], epoch: str, builder: Platform) -> str | None:
    """Return the value of the context that `SOURCE_DATE_EPOCH` names, if any.

    BuildKit loads it without a platform, so that the platform is that of the builder.
    """
    reference = None if epoch == "context" or integer(epoch) is not None else find_reference(epoch, "latest")
    return None if reference is None else find_context(contexts, context_name(reference), builder)


def context_name(reference: ImageReference) -> str:
    """Return the name under which a context replaces an image: its familiar form without `:latest`."""
    return reference.familiar.removesuffix(":latest")


# buildkit frontend/dockerui/namedcontext.go: NamedContext.load (the slashes are optional)
def image_text(context: str) -> str | None:
    """Return the image of `docker-image://IMAGE` as written.

    `None` for `scratch`, and for folders, repositories and archives, which pull nothing.

    >>> image_text("docker-image:ruby"), image_text("./folder")
    ('ruby', None)
    """
    scheme, separator, rest = context.partition(":")
    image = rest.removeprefix("//")
    return None if scheme != "docker-image" or not separator or image == "scratch" else image


def image_of_context(context: str, found: DockerfileCollector) -> ImageReference | None:
    """Return the image that a context pulls, if any; an invalid one is reported."""
    image = image_text(context)
    if image is None:
        return None
    try:
        return parse_reference(image)
    except InvalidReference as error:
        first = error.diagnostics[0]
    message = f"invalid image reference in build context `{shown_image(context)}`: {first.message}"
    found.error_at("base-invalid", message, "--build-context", first.hint)
    return None
