"""The frontend of a build: the image of `# syntax=`, or of the build argument `BUILDKIT_SYNTAX`.

Grammar::

    syntax = "# syntax=" image [ " " anything ]       ; among the directives, at column 1
           | "// syntax=" image [ " " anything ]
           | a JSON object with a string member "syntax"
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._core.diagnostics import InvalidReference
from deployspec._dockerfile.diagnostics import SOURCE, DockerfileCollector, reference_place, shown_image
from deployspec._dockerfile.go import SPACE
from deployspec._dockerfile.text.directives import read_top
from deployspec._dockerfile.text.lines import BOM, decoded
from deployspec._references.reference import ImageReference, parse_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployspec._dockerfile.places import Place

__all__ = ["frontend_of"]


def frontend_of(text: str | bytes, *, build_args: Mapping[str, str] | None = None) -> ImageReference | None:
    """Return the frontend image that BuildKit runs for a build, or `None` for the built-in frontend.

    `BUILDKIT_SYNTAX` in `build_args` overrides the file; BuildKit fails if it is empty. The text need not be a valid
    Dockerfile: a custom frontend may read any language.

    Raises `InvalidDockerfile` (`dockerfile-frontend-invalid`) if the frontend is not a valid image reference.

    >>> frontend_of("# syntax=docker/dockerfile:1\\nFROM alpine").familiar
    'docker/dockerfile:1'
    """
    top = read_top(decoded(text).removeprefix(BOM), DockerfileCollector())
    found = DockerfileCollector()
    frontend = read_frontend(top.syntax, build_args or {}, found, top.place)
    found.raise_if_failed()
    return frontend


# buildkit frontend/dockerfile/builder/build.go: Build, forwardGateway
def read_frontend(
    syntax: str | None, build_args: Mapping[str, str], found: DockerfileCollector, place: Place | None
) -> ImageReference | None:
    """Parse the frontend image; the build argument overrides the directive, even if it is empty."""
    given = build_args.get("BUILDKIT_SYNTAX") if build_args else None
    image = syntax if given is None else given.strip(SPACE).partition(" ")[0]
    if image is None:
        return None
    if given is not None and not image:
        hint = "remove the argument to use the frontend of the Dockerfile"
        found.error_at("frontend-invalid", "build argument `BUILDKIT_SYNTAX` is empty", "--build-arg", hint)
        return None
    try:
        return parse_reference(image)
    except InvalidReference as error:
        first = error.diagnostics[0]
    message = f"invalid frontend `{shown_image(image)}`: {first.message}"
    in_file = SOURCE if place is None else reference_place(place, image, first)
    where = in_file if given is None else "--build-arg"
    found.error_at("frontend-invalid", message, where, first.hint)
    return None
