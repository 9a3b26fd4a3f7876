"""States → the images that a build fetches, once named contexts have had their say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from deployspec._diagnostics import Diagnostic, InvalidReference
from deployspec._dockerfile._faults import SOURCE, Place, fault, refuse, shown_image
from deployspec._dockerfile._frontend import read_frontend
from deployspec._dockerfile._reach import check_cycles, reached
from deployspec._dockerfile._states import BaseImage, BuildRole, State, States
from deployspec._reference import ImageReference, parse_reference

if TYPE_CHECKING:
    from deployspec._dockerfile._file import Dockerfile
    from deployspec._dockerfile._request import Request

__all__ = ["BaseImage", "BuildImages", "BuildRole", "find_images"]

_ONBUILD = Diagnostic(
    "dockerfile-onbuild-unknown",
    "a base image's own ONBUILD triggers can fetch further images",
    "note",
    source=SOURCE,
)


@attrs.frozen(kw_only=True)
class BuildImages:
    """The images of a build, in the order of the file, one entry per reference and platform.

    `needed` is what the target reaches, `all` what all stages name, `frontend` the frontend's image. `unknowns` says
    what the text cannot tell.
    """

    needed: tuple[BaseImage, ...]
    all: tuple[BaseImage, ...]
    frontend: ImageReference | None = None
    unknowns: tuple[Diagnostic, ...] = ()


def find_images(file: Dockerfile, request: Request) -> BuildImages:
    """Tell which images a build of `file` fetches."""
    found: list[Diagnostic] = []
    frontend = read_frontend(file.syntax, request.args, found, file.syntax_place)
    states = States(file, request, request.platforms(found), found)
    states.read()
    if states.looks_ahead:
        check_cycles(states)
    target = states.target()
    refuse(found)
    needed, every = _fetched(states, target)
    unknowns = (_ONBUILD,) if any(image.role == "from" for image in needed) else ()
    return BuildImages(needed=needed, all=every, frontend=frontend, unknowns=unknowns)


def _fetched(states: States, target: State) -> tuple[tuple[BaseImage, ...], tuple[BaseImage, ...]]:
    """Return what the target reaches, and what all stages name.

    Triggers fire, and contexts are read, in what the target reaches alone; elsewhere their faults are none.
    """
    needed = reached(states, target)
    images = _images(states, [state for state in states.states if state in needed])
    refuse(states.found)
    if len(needed) == len(states.states):
        return images, images
    every = _images(states, states.states)
    states.found.clear()
    return images, every


def _images(states: States, chosen: list[State]) -> tuple[BaseImage, ...]:
    found: dict[tuple[ImageReference, str], BaseImage] = {}
    for state in sorted(chosen, key=_line):
        image = state.image or _image(state, states)
        if image is not None:
            found.setdefault((image.reference, image.platform), image)
    return tuple(found.values())


def _image(state: State, states: States) -> BaseImage | None:
    reference = _reference(state, states)
    if reference is None:
        return None
    state.image = BaseImage(reference=reference, platform=str(state.platform), role=state.role, line=state.line)
    return state.image


def _line(state: State) -> int:
    return state.line


def _reference(state: State, states: States) -> ImageReference | None:
    if state.replaced is not None:
        return _context_image(state.replaced, state.place, states)
    if state.reference is None or not states.request.contexts:
        return state.reference
    familiar = state.reference.familiar
    key = familiar.removesuffix(":latest") if state.reference.digest is None else familiar
    context = states.context(key, state.platform)
    return state.reference if context is None else _context_image(context, state.place, states)


def _context_image(context: str, place: Place, states: States) -> ImageReference | None:
    """`docker-image://X` fetches X; folders, repositories and archives fetch no image."""
    scheme, separator, rest = context.partition(":")
    image = rest.removeprefix("//")
    if scheme != "docker-image" or not separator or image == "scratch":
        return None
    try:
        return parse_reference(image)
    except InvalidReference as error:
        first = error.diagnostics[0]
    message = f"the context `{shown_image(context)}` is no image reference: {first.message}"
    states.found.append(fault("base-invalid", message, place, first.hint))
    return None
