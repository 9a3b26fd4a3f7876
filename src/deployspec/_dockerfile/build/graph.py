"""Stages → a graph of states → the states that the target reaches.

Theory of operation. A state is a node of the build: a stage of the file, or an image that files are copied from. The
edges of a state are its parent (the stage named by FROM) and its dependencies (the states named by `COPY --from` and
`RUN --mount=from`). The graph is built in the order of BuildKit, because the order decides which error is reported and
which state a number means:

1. All stages in the order of the file, needed or not: base and platform are expanded. The base is the latest earlier
   stage of that exact name, or an image. After that the stage's own name is registered.
2. All sources in the order of the file: a name may be that of any stage, also of a later one. A name that no stage has
   adds a state for an image to the end of the list, so that `--from=3` can mean an image if there are three stages.
3. No stage may depend on itself through its dependencies. Parents are always earlier stages and cannot form a cycle.
4. The target's states are marked: the target, and what its marked states lead to. On the way the ONBUILD triggers of a
   parent fire: their sources become dependencies of the child. Triggers in stages without a marked child never fire.

All walks use a stack of their own, since ten thousand stages may depend on each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

from deployspec._dockerfile.build.bases import BaseParser
from deployspec._dockerfile.build.contexts import RESERVED, find_context, find_epoch_context
from deployspec._dockerfile.build.origins import Origins, find_usual
from deployspec._dockerfile.build.scope import EPOCH, Scope
from deployspec._dockerfile.go import integer, lower
from deployspec._dockerfile.places import Place, shown
from deployspec._dockerfile.stages.convert import parse_trigger, sources_from
from deployspec._references.reference import ImageReference, find_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deployspec._dockerfile.build.platforms import Platform
    from deployspec._dockerfile.build.request import Request
    from deployspec._dockerfile.build.values import BuildImage, BuildRole
    from deployspec._dockerfile.stages.partial import Lost
    from deployspec._dockerfile.stages.stages import Argument, Source, Stage, Trigger
    from deployspec._references.origin import Origin

# Triggers times the stages that inherit them: a file of 4 MB could ask for thousands of millions.
MAX_FIRED = 100_000
_MAX_NAMES = 10


class Dependency(NamedTuple):
    """A state that another one copies or mounts files from, and the place of its name."""

    state: BuildState
    place: Place


# buildkit frontend/dockerfile/dockerfile2llb/convert.go: dispatchState
@attrs.define(eq=False)
class BuildState:
    """A node of the graph: a stage, or an image that files are copied from (`stage` is `None`).

    `reference` is the image to pull, if any. `context` is the value of the named context that replaces the stage; such
    a stage loses its parent and its reference, and keeps its dependencies. `trigger_sources` are the sources in the
    stage's triggers, once they have been parsed. `image` is the result. `is_unknown`: the base has an error.
    `may_inherit`: the base may be a stage that could not be read.
    """

    line: int
    role: BuildRole
    platform: Platform
    place: Place
    stage: Stage | None = None
    parent: BuildState | None = None
    dependencies: Sequence[Dependency] = ()
    reference: ImageReference | None = None
    context: str | None = None
    image: BuildImage | None = None
    trigger_sources: Sequence[Source] | None = None
    is_reached: bool = False
    is_unknown: bool = False
    may_inherit: bool = False

    @property
    def label(self) -> str:
        """The name of the state in messages."""
        name = None if self.stage is None else self.stage.name
        return f"stage `{name}`" if name else f"stage on line {self.line}"


class BuildGraph:
    """The states of a build; errors are added to `found`.

    `looks_ahead` says that a stage depends on itself or on a later one, without which there is no cycle, `for_windows`
    that the target platform or that of a stage is Windows. `epoch` has the state of the named context that the date of
    the build is taken from, if any, and `epoch_name` its name. `cyclic` are the states of the cycles that were
    reported. `lost` are the unreadable parts of a file with errors: an error that may follow from them is not reported.
    """

    def __init__(
        self,
        arguments: Sequence[Argument],
        stages: Sequence[Stage],
        scope: Scope,
        request: Request,
        lost: Lost | None = None,
    ) -> None:
        self.arguments = arguments
        self.stages = stages
        self.scope = scope
        self.request = request
        self.found = scope.found
        self.bases = BaseParser(scope)
        self.looks_ahead = False
        self.for_windows = request.platforms.target.os == "windows"
        self.fired = 0
        self.states: list[BuildState] = []
        self.by_name: dict[str, BuildState] = {}
        self.epoch: list[BuildState] = []
        self.epoch_name = ""
        self.origins: Origins | None = None
        self.cyclic: set[BuildState] = set()
        self.lost = lost
        if lost is not None:
            scope.lost_lines = lost.arguments

    def find_origins(self, stage: Stage) -> tuple[Origin, ...]:
        """Return the origins of a stage's base, once all arguments are declared."""
        if "$" not in stage.base:
            return ()
        found = find_usual(self.scope, stage.base)
        if found is not None:
            return found
        if self.origins is None:
            self.origins = Origins(self.scope, self.arguments, self.stages[-1].name)
        return self.origins.find(stage.base, stage.line)

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: toDispatchState
    def build(self) -> None:
        """Add all stages, then all sources, and look for cycles."""
        for argument in self.arguments:
            self.scope.declare(argument)
            self.found.raise_if_full()
        self.scope.set_epoch(self.is_epoch)
        for stage in self.stages:
            self.add_stage(stage)
            self.found.raise_if_full()
        for index, stage in enumerate(self.stages):
            if stage.sources:
                self.link(self.states[index], stage.sources)
        if self.looks_ahead:
            self.check_cycles()

    # buildkit frontend/dockerfile/dockerfile2llb/epoch.go: resolveSourceDateEpochState, which loads a named context, so
    # that its image is pulled; frontend/dockerui/config.go: NamedContext, which parses the name as an image reference
    def is_epoch(self, name: str) -> bool:
        """Whether a build can take its date from `name`: `context`, a named context, or a stage."""
        if name == "context":
            return True
        if find_reference(name, "latest") is None:
            return False
        builder = self.request.platforms.builder
        context = find_epoch_context(self.request.contexts, name, builder)
        if context is not None:
            line = max((argument.line for argument in self.arguments if argument.name == EPOCH), default=1)
            self.epoch.append(BuildState(line, "copy", builder, Place(line, 1), context=context, is_reached=True))
            self.epoch_name = name
            return True
        return any(stage.name == lower(name) for stage in self.stages)

    # Stages

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: buildDispatchStates, dispatchStates.addState
    def add_stage(self, stage: Stage) -> None:
        state = BuildState(stage.line, "from", self.request.platforms.target, stage.base_place, stage)
        is_lost = self.lost is not None and stage.line in self.lost.stages
        base = None if is_lost else self.bases.base(stage)
        if base is not None:
            state.parent = self.by_name.get(base)
            if state.parent is None and base != "scratch":
                state.reference = self.bases.reference(base, stage.base_place, stage.base)
                base = None if state.reference is None else base
        state.is_unknown = base is None
        state.may_inherit = is_lost or (base is not None and state.parent is None and self.may_be_stage(base))
        if stage.platform:
            state.platform = self.bases.platform(stage, stage.platform) or state.platform
            self.for_windows = self.for_windows or state.platform.os == "windows"
        if stage.name is not None:
            self.by_name[stage.name] = state
            if self.request.contexts and stage.name not in RESERVED:
                self.replace(state, stage.name)
        self.states.append(state)

    def replace(self, state: BuildState, name: str) -> None:
        """Replace a stage by the named context of its name, if there is one."""
        state.context = find_context(self.request.contexts, name, state.platform)
        if state.context is not None:
            state.parent = state.reference = None

    # Sources

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: buildStageDependencyGraph
    def link(self, state: BuildState, sources: Iterable[Source]) -> None:
        """Add the dependencies of a state."""
        dependencies = list(state.dependencies)
        for source in sources:
            # The name of a stage needs no further check.
            other = self.by_name.get(source.value) or self.source_state(source)
            if other is None:
                self.found.raise_if_full()
            else:
                dependencies.append(Dependency(other, source.place))
                if other.stage is not None and other.line >= state.line:
                    self.looks_ahead = True
        state.dependencies = dependencies

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: toCommand; convert_runmount.go: detectRunMount (in which
    # digits are not an index, and a mount without `from` names `scratch`)
    def source_state(self, source: Source) -> BuildState | None:
        """Return the state that a source names, or `None` if it has an error."""
        if source.kind == "copy":
            if not self.bases.is_literal(source):
                return None
            index = None if source.value[0].isalpha() else integer(source.value)
            if index is not None:
                return self.state_at(index, source)
        name = source.value or "scratch"
        return self.by_name.get(lower(name)) or self.add_image(name, source)

    def add_image(self, name: str, source: Source) -> BuildState:
        state = BuildState(source.line, source.kind, self.request.platforms.target, source.place)
        if name != "scratch" and not self.may_be_stage(name):
            state.reference = self.bases.reference(name, source.place, source.value)
        self.states.append(state)
        return state

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: dispatchStates.findStateByIndex. The state of an image
    # that is found by its index is added once more (buildStageDependencyGraph), which shifts the indexes after it.
    def state_at(self, index: int, source: Source) -> BuildState | None:
        if 0 <= index < len(self.states):
            state = self.states[index]
            if state.stage is None:
                self.states.append(state)
            return state
        if self.lost is not None and (
            0 <= index < len(self.states) + self.lost.states or self.may_be_stage(source.value)
        ):
            return None
        last = len(self.stages) - 1
        hint = f"stages have the indexes 0 to {last}" if last else "the only stage has index 0"
        self.found.error_at("stage-index", f"unknown stage index `{index}`", source.place, hint)
        return None

    def may_be_stage(self, name: str) -> bool:
        """Whether an unreadable part of the file may define a stage of that name."""
        return self.lost is not None and lower(name) in self.lost.names

    # Cycles

    # buildkit frontend/dockerfile/dockerfile2llb/validations.go: validateCircularDependency
    def check_cycles(self) -> None:
        """Report stages that depend on themselves, needed or not."""
        done: set[BuildState] = set()
        for start in self.states[: len(self.stages)]:
            if start.dependencies and start not in done:
                self.check_cycle(start, done)

    def check_cycle(self, start: BuildState, done: set[BuildState]) -> None:
        """Walk depth first; `path` has for each state on the way the place of the name that leads on from it.

        `lowest` has for a state the depth of the first state on the way that it leads back to.
        """
        path = {start: start.place}
        depths, lowest = {start: 0}, dict[BuildState, int]()
        stack: list[tuple[BuildState, Iterator[Dependency]]] = [(start, iter(start.dependencies))]
        while stack:
            state, following = stack[-1]
            dependency = next((dependency for dependency in following if dependency.state not in done), None)
            if dependency is None:
                done.add(state)
                del path[state]
                stack.pop()
                depth, first = depths.pop(state), lowest.pop(state, len(self.states))
                if first <= depth:
                    self.cyclic.add(state)
                if stack and first < depth:
                    lowest[stack[-1][0]] = min(first, lowest.get(stack[-1][0], first))
                continue
            other = dependency.state
            path[state] = dependency.place
            if other in path:
                hint = "copy files from an earlier stage only"
                self.found.error_at("circular", f"{other.label} depends on itself", path[other], hint)
                self.found.raise_if_full()
                lowest[state] = min(depths[other], lowest.get(state, depths[other]))
            else:
                path[other], depths[other] = other.place, len(stack)
                stack.append((other, iter(other.dependencies)))

    # Reaching

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: resolveTarget
    def find_target(self) -> BuildState | None:
        """Return the state to build; `None` if it is unknown, which is reported unless it may be unreadable."""
        target = self.request.target
        if not target:
            is_known = self.stages and (self.lost is None or self.lost.has_last)
            return self.states[len(self.stages) - 1] if is_known else None
        state = self.by_name.get(lower(target))
        if state is not None or not self.stages or self.may_be_stage(target):
            return state
        names = ", ".join(f"`{name}`" for name in list(self.by_name)[:_MAX_NAMES])
        hint = f"defined stages: {names}" if names else "no stage in the file has a name"
        self.found.error_at("target-unknown", f"unknown stage `{shown(target)}`", "--target", hint)
        return None

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: resolveStages, allReachableStages
    def reach(self, target: BuildState) -> None:
        """Mark the states that the target reaches, and fire the triggers on the way."""
        waiting = [target]
        while waiting:
            state = waiting.pop()
            if state.is_reached:
                continue
            state.is_reached = True
            parent = state.parent
            if parent is not None:
                if parent.stage is not None and parent.stage.triggers:
                    self.fire(state, parent, parent.stage.triggers)
                waiting.append(parent)
            if state.dependencies:
                waiting += [dependency.state for dependency in state.dependencies]

    def reached_stages(self) -> list[BuildState]:
        """Return the states of the reached stages in the order of the file, in which BuildKit dispatches them."""
        return [state for state in self.states[: len(self.stages)] if state.is_reached]

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: initOnBuildTriggers
    def fire(self, state: BuildState, parent: BuildState, triggers: tuple[Trigger, ...]) -> None:
        """Add the sources of the parent's triggers to a state."""
        if parent.trigger_sources is None:
            # Parsed once, even if a thousand stages have this parent.
            parent.trigger_sources = self.parse_triggers(triggers)
        self.fired += len(parent.trigger_sources)
        if self.fired > MAX_FIRED:
            message = f"`ONBUILD` triggers copy or mount files from more than {MAX_FIRED:,} sources"
            self.found.error_at("expansion-too-large", message, triggers[0].place)
            self.found.raise_if_failed()
        self.link(state, parent.trigger_sources)

    def parse_triggers(self, triggers: Iterable[Trigger]) -> list[Source]:
        """Return the sources of triggers."""
        sources: list[Source] = []
        for trigger in triggers:
            for instruction in parse_trigger(trigger, self.found):
                sources += sources_from(instruction, trigger)
            self.found.raise_if_full()
        return sources
