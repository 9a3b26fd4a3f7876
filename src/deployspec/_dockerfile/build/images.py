"""States → the images that a build fetches, once named contexts have had their say."""

import operator
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import attrs

from deployspec._core.diagnostics import Diagnostic, InvalidReference
from deployspec._core.fast_init import fast_init
from deployspec._dockerfile.build.graph import BuildImage, BuildRole, State, States, make_build_image
from deployspec._dockerfile.build.reach import check_cycles, mark_reached
from deployspec._dockerfile.build.scope import Platforms, Request
from deployspec._dockerfile.diagnostics import SOURCE, DockerfileCollector, shown_image
from deployspec._dockerfile.places import Place
from deployspec._dockerfile.text.frontend import read_frontend
from deployspec._dockerfile.words.expand import is_plain
from deployspec._references.reference import ImageReference, find_reference, parse_reference, parts_of

if TYPE_CHECKING:
    from deployspec._dockerfile.dockerfile import Dockerfile

__all__ = ["BuildImage", "BuildImages", "BuildRole", "find_images"]

_ONBUILD = Diagnostic(
    "dockerfile-onbuild-unknown",
    "a base image's own ONBUILD triggers can fetch further images",
    "note",
    source=SOURCE,
)


@attrs.frozen(kw_only=True, weakref_slot=False)
class BuildImages:
    """The images of a build, in the order of the file, one entry per reference and platform.

    `needed` is what the target reaches, `all` what all stages name, `frontend` the frontend's image. `unknowns` says
    what the text cannot tell.
    """

    __module__ = "deployspec"

    needed: tuple[BuildImage, ...]
    all: tuple[BuildImage, ...]
    frontend: ImageReference | None = None
    unknowns: tuple[Diagnostic, ...] = ()


_line = operator.attrgetter("line")
make_build_images = fast_init(BuildImages)


def find_images(
    file: "Dockerfile", args: Mapping[str, str], target: str, platforms: Platforms, contexts: Mapping[str, str]
) -> BuildImages:
    """Tell which images a build of `file` fetches."""
    found = DockerfileCollector()
    asked = file.syntax is not None or args
    frontend = read_frontend(file.syntax, args, found, file.syntax_place) if asked else None
    if platforms.faults:
        found.extend(platforms.faults)
    only = None if found.found or args or target or contexts else _only_image(file, platforms.target.name)
    if only is not None:
        return make_build_images(needed=(only,), all=(only,), frontend=frontend, unknowns=(_ONBUILD,))
    states = States(file, Request(args, target, platforms, contexts), found)
    states.read()
    if states.looks_ahead:
        check_cycles(states)
    reached = states.target()
    found.raise_if_failed()
    needed, every = _fetched(states, reached)
    unknowns = (_ONBUILD,) if "from" in [image.role for image in needed] else ()
    return make_build_images(needed=needed, all=every, frontend=frontend, unknowns=unknowns)


def _only_image(file: "Dockerfile", platform: str) -> BuildImage | None:
    """The fast path: what a file of one stage fetches where nothing is asked and nothing can change its base.

    `None` leaves it to the states, which come to the same, as a property test holds.
    """
    stage = file.stages[0]
    if len(file.stages) > 1 or stage.platform or stage.sources or file.arguments:
        return None
    is_text = stage.base != "scratch" and is_plain(stage.base, file.escape)
    reference = None if not is_text else find_reference(stage.base, "latest")
    if reference is None:
        return None
    return make_build_image(reference=reference, platform=platform, role="from", line=stage.line)


def _fetched(states: States, target: State) -> tuple[tuple[BuildImage, ...], tuple[BuildImage, ...]]:
    """Return what the target reaches, and what all stages name.

    Triggers fire, and contexts are read, in what the target reaches alone; elsewhere their faults are none.
    """
    mark_reached(states, target)
    fetching = [state for state in states.states if state.reference is not None or state.replaced is not None]
    reached = [state for state in fetching if state.is_reached]
    needed = _images(states, reached)
    states.found.raise_if_failed()
    if len(reached) == len(fetching):
        return needed, needed
    every = _images(states, fetching)
    states.found.found.clear()
    return needed, every


def _images(states: States, chosen: Iterable[State]) -> tuple[BuildImage, ...]:
    """Return the images of states in the order of the file, each once."""
    contexts = states.request.contexts
    images: list[BuildImage] = []
    for state in chosen:
        if state.image is None:
            reference = _reference(state, states) if contexts else state.reference
            if reference is None:
                continue
            state.image = make_build_image(
                reference=reference, platform=state.platform.name, role=state.role, line=state.line
            )
        images.append(state.image)
    if len(images) < 2:  # noqa: PLR2004  # nothing to sort
        return tuple(images)
    images.sort(key=_line)
    found: dict[tuple[object, str], BuildImage] = {}
    for image in images:
        found.setdefault((parts_of(image.reference), image.platform), image)
    return tuple(found.values())


def _reference(state: State, states: States) -> ImageReference | None:
    """Return what a state fetches, once contexts have had their say."""
    context = state.replaced
    if state.reference is not None:
        context = states.context(state.reference.familiar.removesuffix(":latest"), state.platform)
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
    states.found.error_at("base-invalid", message, place, first.hint)
    return None
