"""Stages → states: the nodes of a build, and what each of them takes from which.

In BuildKit's order: every stage's base and platform, reached or not; then what `COPY --from` and `RUN --mount=from`
name, which is a stage, earlier or later, or an image. An image joins the list of states, where numbers reach it.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from deployspec._core.diagnostics import InvalidReference
from deployspec._core.fast_init import fast_init
from deployspec._dockerfile.build.platforms import Platform, parse_platform
from deployspec._dockerfile.build.scope import Request, Scope, report_expansion
from deployspec._dockerfile.diagnostics import DockerfileCollector, shown_image
from deployspec._dockerfile.go import integer, lower
from deployspec._dockerfile.places import Place, shown
from deployspec._dockerfile.stages.stages import Source, Stage
from deployspec._dockerfile.words.expand import expand, is_plain
from deployspec._dockerfile.words.lexer import ExpansionError
from deployspec._references.reference import ImageReference, parse_reference

if TYPE_CHECKING:
    from deployspec._dockerfile.dockerfile import Dockerfile

__all__ = ["BuildImage", "BuildRole"]

BuildRole: TypeAlias = Literal["from", "copy", "mount"]
# Stages that a named context never replaces.
_NO_CONTEXT = frozenset({"scratch", "context"})
_PLATFORM_HINT = "write OS/ARCH, such as `linux/arm64`"


@attrs.frozen(kw_only=True, weakref_slot=False)
class BuildImage:
    """One image that a build fetches: for which platform, in which role first, and in which line (from 1)."""

    __module__ = "deployspec"

    reference: ImageReference
    platform: str
    role: BuildRole
    line: int


make_build_image = fast_init(BuildImage)


@attrs.define(eq=False)
class State:
    """A node of the build: a stage, or an image that files are taken from.

    `parent` is the state that it stands on, `sources` are the states that it takes files from, with the places that say
    so, `reference` is what it fetches, and `replaced` the named context that stands for it, for a stage that such a
    context replaces loses its base, and nothing else. `fires` is what its triggers take files from, once that was read.
    """

    line: int
    role: BuildRole
    platform: Platform
    place: Place
    stage: Stage | None = None
    parent: "State | None" = None
    sources: "Sequence[tuple[State, Place]]" = ()
    reference: ImageReference | None = None
    replaced: str | None = None
    image: BuildImage | None = None
    fires: Sequence[Source] | None = None
    is_reached: bool = False

    @property
    def label(self) -> str:
        name = None if self.stage is None else self.stage.name
        return f"`{name}`" if name else f"of line {self.line}"


class States:
    """The states of a build; faults go to `found`."""

    def __init__(self, file: "Dockerfile", request: Request, found: DockerfileCollector) -> None:
        self.file = file
        self.stages = stages = file.stages
        self.request = request
        self.found = found
        self.scope = Scope(request, stages[-1].name, file.escape, found)
        # Whether a stage takes files from one that does not stand before it, without which there is no cycle.
        self.looks_ahead = False
        # In how many places triggers have fired.
        self.fired = 0
        self.states: list[State] = []
        self.by_name: dict[str, State] = {}
        # One for all that name the same image, be it ten thousand times.
        self.references: dict[str, ImageReference] = {}

    def read(self) -> None:
        """Read the whole file."""
        for argument in self.file.arguments:
            self.scope.declare(argument)
            self.found.raise_if_full()
        self.scope.set_epoch(self.is_name)
        for stage in self.stages:
            self.read_stage(stage)
            self.found.raise_if_full()
        for index, stage in enumerate(self.stages):
            if stage.sources:
                self.link(self.states[index], stage.sources)

    def is_name(self, text: str) -> bool:
        """Whether a stage or a context is called so; only that of a context has a case."""
        folded = lower(text)
        return text in self.request.contexts or folded == "context" or any(one.name == folded for one in self.stages)

    # Stages

    def read_stage(self, stage: Stage) -> None:
        state = State(stage.line, "from", self.request.platforms.target, stage.base_place, stage)
        base: str | None = stage.base
        if not is_plain(stage.base, self.scope.escape):
            base = self.scope.expanded(stage.base, stage.base_place)
        if base:
            state.parent = self.by_name.get(base)
            if state.parent is None and base != "scratch":
                state.reference = self.reference(base, stage.base_place, stage.base)
        elif base is not None:
            self.tell_empty(stage)
        if stage.platform:
            self.read_platform(state, stage, stage.platform)
        if stage.name is not None:
            self.by_name[stage.name] = state
            if self.request.contexts and stage.name not in _NO_CONTEXT:
                self.replace(state, stage.name)
        self.states.append(state)

    def replace(self, state: State, name: str) -> None:
        """Let a named context stand for a stage."""
        state.replaced = self.context(name, state.platform)
        if state.replaced is not None:
            state.parent = state.reference = None

    def context(self, name: str, platform: Platform) -> str | None:
        contexts = self.request.contexts
        return contexts.get(f"{name}::{platform.normal()}", contexts.get(name))

    def tell_empty(self, stage: Stage) -> None:
        names = self.scope.unset(stage.base)
        why = f"`{names[0]}` has no value" if names else f"`{shown(stage.base)}` is empty"
        hint = self.scope.advice(names[0]) if names else "name an image, or `scratch` for none"
        self.found.error_at("base-empty", f"there is no base image: {why}", stage.base_place, hint)

    def reference(self, base: str, place: Place, written: str) -> ImageReference | None:
        known = self.references.get(base)
        if known is not None:
            return known
        try:
            return self.references.setdefault(base, parse_reference(base))
        except InvalidReference as error:
            first = error.diagnostics[0]
        names = self.scope.unset(written) if "$" in written else ()
        hint = f"`{names[0]}` has no value; {self.scope.advice(names[0])}" if names else first.hint
        code = "not-text" if "\0" in base else "base-invalid"
        message = f"`{shown_image(base)}` is no image reference: {first.message}"
        column = (first.column or 1) - 1 if base == written else 0
        self.found.error_at(code, message, place.moved(column), hint)
        return None

    def read_platform(self, state: State, stage: Stage, written: str) -> None:
        text = self.scope.expanded(written, stage.platform_place, "--platform=")
        if text is None:
            return
        platform = parse_platform(text, self.request.platforms.builder)
        if platform is not None:
            state.platform = platform
            return
        message = f"`{shown(text)}` is no platform" if text else f"the platform `{shown(written)}` is empty"
        names = self.scope.unset(written)
        hint = f"`{names[0]}` has no value; {self.scope.advice(names[0])}" if names else _PLATFORM_HINT
        self.found.error_at("platform", message, stage.platform_place, hint)

    # Sources

    def link(self, state: State, sources: Iterable[Source]) -> None:
        edges = list(state.sources)
        for source in sources:
            # The name of a stage can be nothing else.
            other = self.by_name.get(source.value) or self.linked(source)
            if other is None:
                self.found.raise_if_full()
            else:
                edges.append((other, source.place))
                if other.stage is not None and other.line >= state.line:
                    self.looks_ahead = True
        state.sources = edges

    def linked(self, source: Source) -> State | None:
        """Return the state that a source names."""
        if source.kind == "copy":
            if not self.is_literal(source):
                return None
            number = None if source.value[0].isalpha() else integer(source.value)
            if number is not None:
                return self.numbered(number, source)
        name = source.value or "scratch"
        stage = self.by_name.get(lower(name))
        if stage is not None:
            return stage
        state = State(source.line, source.kind, self.request.platforms.target, source.place)
        if name != "scratch":
            state.reference = self.reference(name, source.place, "")
        self.states.append(state)
        return state

    def is_literal(self, source: Source) -> bool:
        """Whether expansion leaves a `--from` alone; there is nothing to expand it with."""
        if is_plain(source.value, self.scope.escape):
            return True
        try:
            plain = expand(source.value, {}, self.scope.escape, self.scope.budget)
        except ExpansionError as error:
            report_expansion(self.found, source.value, source.place, error, "--from=")
            return False
        if plain == source.value:
            return True
        message = f"`--from={shown(source.value)}` cannot hold a variable, a quote or an escape"
        hint = "define a stage with `FROM` and name it here"
        self.found.error_at("from-variable", message, source.place, hint)
        return False

    def numbered(self, number: int, source: Source) -> State | None:
        if 0 <= number < len(self.states):
            state = self.states[number]
            if state.stage is None:
                # BuildKit appends an image once more whenever a number hits it, which moves what follows.
                self.states.append(state)
            return state
        hint = f"stages are numbered from 0 to {len(self.stages) - 1}"
        self.found.error_at("stage-index", f"there is no stage number {number}", source.place, hint)
        return None

    def target(self) -> State:
        """Return the state that is built."""
        last = self.states[len(self.stages) - 1]
        name = self.request.target
        state = self.by_name.get(lower(name)) if name else last
        if state is not None:
            return state
        named = ", ".join(f"`{stage}`" for stage in list(self.by_name)[:10])
        hint = f"the stages are {named}" if named else "no stage of the file has a name"
        self.found.error_at("target-unknown", f"there is no stage `{shown(name)}`", None, hint)
        return last
