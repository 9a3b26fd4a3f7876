"""The frontend that a file asks for: the image of `# syntax=`, or of the build argument `BUILDKIT_SYNTAX`.

Grammar::

    syntax = "# syntax=" image [ " " anything ]       ; among the directives, at column 1
           | "// syntax=" image [ " " anything ]
           | a JSON object with a string member "syntax"
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._core.diagnostics import InvalidReference
from deployspec._dockerfile.diagnostics import DockerfileCollector, shown_image
from deployspec._dockerfile.go import SPACE
from deployspec._dockerfile.text.directives import read_top
from deployspec._dockerfile.text.lines import BOM, decoded
from deployspec._references.reference import ImageReference, parse_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployspec._dockerfile.places import Place
    from deployspec._dockerfile.text.directives import Top

__all__ = ["frontend_of"]


def frontend_of(text: str | bytes, *, build_args: Mapping[str, str] | None = None) -> ImageReference | None:
    """Return the frontend image that a build is handed to, or `None` for the built-in one.

    `BUILDKIT_SYNTAX` in `build_args` wins over the file. Answers for any text, a Dockerfile or not.

    Raises `InvalidDockerfile` (`dockerfile-frontend-invalid`) where the frontend is no image reference.

    >>> frontend_of("# syntax=docker/dockerfile:1\\nFROM alpine").familiar
    'docker/dockerfile:1'
    """
    top = read_top(decoded(text).removeprefix(BOM), DockerfileCollector())
    return frontend_in(top, build_args or {})


def frontend_in(top: Top, build_args: Mapping[str, str]) -> ImageReference | None:
    """Return the frontend that the top of a file asks for."""
    found = DockerfileCollector()
    frontend = read_frontend(top.syntax, build_args, found, top.place)
    found.raise_if_failed()
    return frontend


def read_frontend(
    syntax: str | None, build_args: Mapping[str, str], found: DockerfileCollector, place: Place | None
) -> ImageReference | None:
    """Read a frontend's image; the build argument wins."""
    given = build_args.get("BUILDKIT_SYNTAX", "").strip(SPACE).partition(" ")[0] if build_args else ""
    image = given or syntax
    if image is None:
        return None
    try:
        return parse_reference(image)
    except InvalidReference as error:
        first = error.diagnostics[0]
    message = f"the frontend `{shown_image(image)}` is no image reference: {first.message}"
    found.error_at("frontend-invalid", message, None if given else place, first.hint)
    return None
