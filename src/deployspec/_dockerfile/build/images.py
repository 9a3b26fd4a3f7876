"""The graph of a build → the images that it pulls."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, NamedTuple

from deployspec._core.diagnostics import Diagnostic
from deployspec._dockerfile.build.contexts import context_name, find_context, image_of_context
from deployspec._dockerfile.build.graph import BuildGraph, BuildState
from deployspec._dockerfile.build.scope import Scope
from deployspec._dockerfile.build.values import BuildImage, BuildImages, make_build_image, make_build_images
from deployspec._dockerfile.diagnostics import SOURCE
from deployspec._dockerfile.words.expand import is_plain
from deployspec._references.origin import make_origin
from deployspec._references.reference import ImageReference, find_reference, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deployspec._dockerfile.build.platforms import Platform
    from deployspec._dockerfile.build.request import Request
    from deployspec._dockerfile.diagnostics import DockerfileCollector
    from deployspec._dockerfile.stages.partial import Lost
    from deployspec._dockerfile.stages.stages import Argument, Stage
    from deployspec._references.origin import Origin

# Of a build with an external base image.
_EXTERNAL_TRIGGERS = (
    Diagnostic(
        "dockerfile-onbuild-unknown",
        "`ONBUILD` triggers of the base image may pull further images",
        "note",
        source=SOURCE,
    ),
)
_line = operator.attrgetter("line")


def find_only_image(
    arguments: Sequence[Argument],
    stages: Sequence[Stage],
    escape: str,
    frontend: ImageReference | None,
    platform: Platform,
) -> BuildImages | None:
    """Return the images of a file with a single stage and without variables; `None` means: build the graph.

    For builds without options. A whole build takes up to a third longer without this; a property test compares the
    results.
    """
    stage = stages[0]
    if len(stages) > 1 or stage.platform or stage.sources or arguments or stage.base == "scratch":
        return None
    reference = find_reference(stage.base, "latest") if is_plain(stage.base, escape) else None
    if reference is None:
        return None
    images = (make_build_image(reference=reference, platform=platform.name, role="from", line=stage.line, origins=()),)
    return make_build_images(needed=images, all=images, frontend=frontend, unknowns=_EXTERNAL_TRIGGERS)


def build_graph(  # noqa: PLR0913, PLR0917  # the parts of a file
    arguments: Sequence[Argument],
    stages: Sequence[Stage],
    escape: str,
    request: Request,
    found: DockerfileCollector,
    lost: Lost | None = None,
) -> BuildGraph:
    """Build the graph of a file and mark the states that the target needs; errors are added to `found`.

    Triggers and contexts are evaluated for the stages that the target needs; in other stages their errors do not count.
    """
    if request.platforms.errors:
        found.extend(request.platforms.errors)
    last = stages[-1].name if stages else None
    graph = BuildGraph(arguments, stages, Scope(request, last, escape, found), request, lost)
    graph.build()
    target = graph.find_target()
    if target is not None:
        graph.reach(target)
    return graph


def find_images(graph: BuildGraph, frontend: ImageReference | None) -> BuildImages | None:
    """Return the images that a build pulls; `None` if its graph has errors."""
    states = [*graph.epoch, *graph.states] if graph.epoch else graph.states
    pulling = [state for state in states if state.reference is not None or state.context is not None]
    reached = [state for state in pulling if state.is_reached]
    needed = every = _images(graph, reached)
    if graph.found.found and graph.found.failed:
        return None
    if len(reached) < len(pulling):
        count = len(graph.found.found)
        every = _images(graph, pulling)
        del graph.found.found[count:]
    unknowns = _EXTERNAL_TRIGGERS if "from" in [image.role for image in needed] else ()
    return make_build_images(needed=needed, all=every, frontend=frontend, unknowns=unknowns)


def _images(graph: BuildGraph, states: Iterable[BuildState]) -> tuple[BuildImage, ...]:
    """Return the images of states in the order of the file, each once."""
    contexts = graph.request.contexts
    images: list[BuildImage] = []
    for state in states:
        if state.image is None:
            context = _context(graph, state) if contexts else None
            reference = state.reference if context is None else image_of_context(context.value, graph.found)
            if reference is None:
                continue
            if context is not None:
                origins: tuple[Origin, ...] = (make_origin("build-context", context.name, None),)
            else:
                origins = () if state.stage is None else graph.find_origins(state.stage)
            state.image = make_build_image(
                reference=reference, platform=state.platform.name, role=state.role, line=state.line, origins=origins
            )
        images.append(state.image)
    if len(images) < 2:  # noqa: PLR2004  # nothing to sort
        return tuple(images)
    images.sort(key=_line)
    unique: dict[tuple[object, str], BuildImage] = {}
    for image in images:
        unique.setdefault((parts_of(image.reference), image.platform), image)
    return tuple(unique.values())


class _Context(NamedTuple):
    """A named context."""

    name: str
    value: str


# buildkit frontend/dockerfile/dockerfile2llb/convert.go: resolveBaseImage (the context of a stage, then of its image)
def _context(graph: BuildGraph, state: BuildState) -> _Context | None:
    """Return the named context that replaces a state, if any."""
    if state.reference is not None:
        name = context_name(state.reference)
        value = find_context(graph.request.contexts, name, state.platform)
    else:
        value = state.context
        name = state.stage.name if state.stage is not None and state.stage.name else graph.epoch_name
    return None if value is None else _Context(name, value)
