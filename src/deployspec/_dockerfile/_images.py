"""Stages → the images that a build fetches, in BuildKit's order of phases.

1. Global arguments. 2. Every stage's base and platform. 3. The target. 4. What `COPY --from` and `RUN --mount=from`
name: an earlier or later stage, or an image, which joins the list of states. 5. Cycles. 6. What the target reaches,
triggers of stages included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

import attrs

from deployspec._diagnostics import Diagnostic, InvalidDockerfile, InvalidReference, capped
from deployspec._dockerfile._faults import SOURCE, fault, refuse, shown
from deployspec._dockerfile._frontend import frontend_reference
from deployspec._dockerfile._instructions import Source, go_lower
from deployspec._dockerfile._platforms import Platform, normal_platform, parse_platform
from deployspec._dockerfile._stages import Dockerfile, Stage, trigger_sources
from deployspec._dockerfile._words import ExpansionError, expand, unset_names
from deployspec._reference import ImageReference, parse_reference

__all__ = ["BaseImage", "BuildImages", "BuildRole", "Request", "find_images"]

# Names that a named context never replaces.
_NO_CONTEXT = frozenset({"scratch", "context"})

BuildRole: TypeAlias = Literal["from", "copy", "mount"]


@attrs.frozen(kw_only=True)
class BaseImage:
    """One image that a build fetches: for which platform, in which role first, and in which line (from 1)."""

    reference: ImageReference
    platform: str
    role: BuildRole
    line: int


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


@attrs.frozen
class Request:
    """What is asked of a build, platforms in normal form."""

    args: Mapping[str, str]
    target: str
    platform: Platform
    build_platform: Platform
    contexts: Mapping[str, str]

    @classmethod
    def of(
        cls,
        args: Mapping[str, str],
        target: str,
        platform: str,
        build_platform: str | None,
        contexts: Mapping[str, str],
    ) -> Request:
        """Check the platforms."""
        wanted = _required_platform(platform)
        builder = _required_platform(build_platform or "linux/amd64")
        return cls(args, target, wanted, builder, contexts)


def _required_platform(text: str) -> Platform:
    platform = normal_platform(text)
    if platform is None:
        refuse("platform", f"`{shown(text)}` is no platform", None, "write OS/ARCH, such as `linux/arm64`")
    return platform


@attrs.define
class _State:
    """A node of the build: a stage, or an image that files are copied from."""

    base: str
    line: int
    role: BuildRole
    platform: Platform
    name: str | None = None
    stage: Stage | None = None
    parent: int | None = None
    sources: list[int] = attrs.field(factory=list[int])
    reference: ImageReference | None = None
    replaced: str | None = None
    unread: bool = False

    @property
    def label(self) -> str:
        return f"`{self.name}`" if self.name else f"of line {self.line}"


def find_images(file: Dockerfile, request: Request) -> BuildImages:
    """Tell which images a build of `file` fetches."""
    states = _States(file, request)
    states.check_epoch()
    states.read_stages()
    states.read_sources()
    states.check()
    target = states.target()
    needed = states.reached([target])
    everything = states.reached(range(len(file.stages)), strict=False)
    given = request.args.get("BUILDKIT_SYNTAX", "").split()
    frontend = frontend_reference(given[0] if given else file.syntax)
    images = states.images(needed)
    return BuildImages(
        needed=images, all=states.images(everything, strict=False), frontend=frontend, unknowns=_unknowns(images)
    )


def _unknowns(images: tuple[BaseImage, ...]) -> tuple[Diagnostic, ...]:
    if not any(image.role == "from" for image in images):
        return ()
    message = "a base image's own ONBUILD triggers can fetch further images"
    return (Diagnostic("dockerfile-onbuild-unknown", message, "note", source=SOURCE),)


class _States:
    """The states of a build and the faults that were found on the way."""

    def __init__(self, file: Dockerfile, request: Request) -> None:
        self.file = file
        self.request = request
        self.found: list[Diagnostic] = []
        self.states: list[_State] = []
        self.by_name: dict[str, int] = {}
        self.fired: set[int] = set()
        self.scope = self.global_scope()

    def fault(self, code: str, message: str, line: int | None, hint: str | None = None) -> None:
        self.found.append(fault(code, message, line, hint))

    # Arguments

    def global_scope(self) -> dict[str, str]:
        scope = self.platform_arguments()
        args = self.request.args
        scope.update({name: args[name] for name in scope if name in args})
        for argument in self.file.arguments:
            if argument.name in args:
                scope[argument.name] = args[argument.name]
            elif argument.default is not None:
                value = self.expanded(argument.default, scope, argument.line)
                if value is not None:
                    scope[argument.name] = value
        return scope

    def platform_arguments(self) -> dict[str, str]:
        scope: dict[str, str] = {}
        for prefix, platform in (("BUILD", self.request.build_platform), ("TARGET", self.request.platform)):
            scope[f"{prefix}PLATFORM"] = str(platform)
            scope[f"{prefix}OS"] = platform.os
            scope[f"{prefix}OSVERSION"] = platform.os_version
            scope[f"{prefix}ARCH"] = platform.arch
            scope[f"{prefix}VARIANT"] = platform.variant
        scope["TARGETSTAGE"] = self.request.target or self.file.stages[-1].name or "default"
        return scope

    def expanded(self, word: str, scope: Mapping[str, str], line: int) -> str | None:
        try:
            return expand(word, scope, self.file.escape)
        except ExpansionError as error:
            code = "expansion-too-large" if error.too_large else "expansion"
            self.fault(code, f"`{shown(word)}` cannot be expanded: {error.message}", line)
            return None

    def check_epoch(self) -> None:
        """BuildKit reads this one build argument itself, whether or not the file declares it."""
        epoch = self.request.args.get("SOURCE_DATE_EPOCH", "")
        if epoch and _go_integer(epoch) is None:
            message = "the build argument `SOURCE_DATE_EPOCH` is no integer"
            self.fault("source-date-epoch", message, None, "give it seconds since 1970, such as `0`")

    # Stages

    def read_stages(self) -> None:
        for stage in self.file.stages:
            state = _State(stage.base, stage.line, "from", self.request.platform, stage.name, stage)
            base = self.expanded(stage.base, self.scope, stage.line)
            if base is None:
                state.unread = True
            else:
                self.read_base(state, base)
            self.read_platform(state, stage)
            if stage.name is not None:
                self.by_name[stage.name] = len(self.states)
                if stage.name not in _NO_CONTEXT:
                    state.replaced = self.request.contexts.get(stage.name)
            self.states.append(state)

    def read_base(self, state: _State, base: str) -> None:
        state.base = base
        state.parent = self.by_name.get(base)
        if base:
            return
        names = unset_names(state.stage.base if state.stage else "", self.scope, self.file.escape)
        empty = (
            f"`{names[0]}` has no value" if names else f"`{shown(state.stage.base if state.stage else '')}` is empty"
        )
        hint = f"give it one with `--build-arg {names[0]}=…`, or a default in the file" if names else None
        self.fault("base-empty", f"there is no base image: {empty}", state.line, hint)

    def read_platform(self, state: _State, stage: Stage) -> None:
        if stage.platform is None:
            return
        text = self.expanded(stage.platform, self.scope, stage.line)
        if text is None:
            return
        platform = parse_platform(text, self.request.build_platform)
        if platform is None:
            what = f"`{shown(text)}` is no platform" if text else f"the platform `{shown(stage.platform)}` is empty"
            self.fault("platform", what, stage.line, "write OS/ARCH, such as `linux/arm64`")
        else:
            state.platform = platform

    def target(self) -> int:
        name = self.request.target
        if not name:
            return len(self.file.stages) - 1
        index = self.by_name.get(go_lower(name))
        if index is None:
            named = ", ".join(f"`{stage}`" for stage in list(self.by_name)[:10])
            self.fault(
                "target-unknown",
                f"there is no stage `{shown(name)}`",
                None,
                f"the stages are {named}" if named else None,
            )
            raise InvalidDockerfile(capped(self.found))
        return index

    # Sources

    def read_sources(self) -> None:
        for index in range(len(self.file.stages)):
            state = self.states[index]
            if state.replaced is None:
                state.sources += self.linked(state.stage.sources if state.stage else ())

    def linked(self, sources: tuple[Source, ...]) -> list[int]:
        return [index for source in sources if (index := self.link(source)) is not None]

    def link(self, source: Source) -> int | None:
        """Return the state that a source names; an image joins the list, where numbers reach it later."""
        value = source.value
        if source.kind == "copy":
            plain = self.expanded(value, {}, source.line)
            if plain is None:
                return None
            if plain != value:
                message = f"`--from={shown(value)}` cannot hold a variable, a quote or an escape"
                self.fault("from-variable", message, source.line, "define a stage with `FROM` and name it here")
                return None
            number = _go_integer(value)
            if number is not None:
                return self.numbered(number, source)
        name = value or "scratch"
        if (index := self.by_name.get(go_lower(name))) is not None:
            return index
        self.states.append(_State(name, source.line, source.kind, self.request.platform))
        return len(self.states) - 1

    def numbered(self, number: int, source: Source) -> int | None:
        if 0 <= number < len(self.states):
            return number
        message = f"there is no stage number {number}"
        self.fault("stage-index", message, source.line, f"stages are numbered from 0 to {len(self.file.stages) - 1}")
        return None

    # Checks

    def check(self) -> None:
        """Tell every fault that BuildKit tells before it asks a registry."""
        for state in self.states:
            self.read_reference(state)
        self.check_cycles()
        if self.found:
            self.found.sort(key=lambda one: one.line or 0)
            raise InvalidDockerfile(capped(self.found))

    def read_reference(self, state: _State) -> None:
        if state.parent is not None or state.unread or state.base in ("scratch", ""):
            return
        try:
            state.reference = parse_reference(state.base)
        except InvalidReference as error:
            message = f"`{shown(state.base)}` is no image reference: {error.diagnostics[0].message}"
            self.fault("base-invalid", message, state.line, error.diagnostics[0].hint)

    def edges(self, index: int) -> list[int]:
        state = self.states[index]
        if state.replaced is not None:
            return []
        return state.sources if state.parent is None else [state.parent, *state.sources]

    def check_cycles(self) -> None:
        done: set[int] = set()
        for start in range(len(self.states)):
            self.check_cycle(start, done)

    def check_cycle(self, start: int, done: set[int]) -> None:
        """Walk depth first without recursion: ten thousand stages may stand on each other."""
        path: set[int] = set()
        stack = [(start, iter(self.edges(start)))] if start not in done else []
        path.add(start)
        while stack:
            index, edges = stack[-1]
            following = next((one for one in edges if one not in done), None)
            if following is None:
                done.add(index)
                path.discard(index)
                stack.pop()
            elif following in path:
                state = self.states[following]
                self.fault(
                    "circular", f"the stage {state.label} needs itself", state.line, "take files from an earlier stage"
                )
                done.add(following)
            else:
                path.add(following)
                stack.append((following, iter(self.edges(following))))

    # What is reached

    def reached(self, starts: Iterable[int], *, strict: bool = True) -> set[int]:
        """Return the states that are reached, once triggers have named theirs.

        Triggers fire in what the target reaches alone, so elsewhere their faults are none (`strict` is off).
        """
        reached: set[int] = set()
        waiting = list(starts)
        while waiting:
            index = waiting.pop()
            if index not in reached:
                reached.add(index)
                self.fire(index)
                waiting += self.edges(index)
        if strict and self.found:
            raise InvalidDockerfile(capped(self.found))
        self.found.clear()
        return reached

    def fire(self, index: int) -> None:
        """Put the parent's triggers in front of a stage; they do not carry past one level."""
        state = self.states[index]
        if state.parent is None or index in self.fired or state.replaced is not None:
            return
        self.fired.add(index)
        parent = self.states[state.parent]
        if parent.stage is None or parent.replaced is not None:
            return
        before = len(self.states)
        for trigger, line in parent.stage.triggers:
            try:
                state.sources += self.linked(trigger_sources(trigger, line))
            except InvalidDockerfile as error:
                self.found += error.diagnostics
        for added in self.states[before:]:
            self.read_reference(added)

    def images(self, reached: set[int], *, strict: bool = True) -> tuple[BaseImage, ...]:
        found: dict[tuple[ImageReference, str], BaseImage] = {}
        for index in sorted(reached, key=lambda one: (self.states[one].line, one)):
            state = self.states[index]
            reference = self.fetched(state, strict=strict)
            if reference is not None:
                image = BaseImage(reference=reference, platform=str(state.platform), role=state.role, line=state.line)
                found.setdefault((reference, image.platform), image)
        return tuple(found.values())

    def fetched(self, state: _State, *, strict: bool) -> ImageReference | None:
        """Return what is fetched for a state, once named contexts have had their say."""
        if state.replaced is not None:
            return _context_image(state.replaced, state.line, strict=strict)
        if state.reference is None:
            return None
        contexts = self.request.contexts
        key = (
            state.reference.familiar.removesuffix(":latest")
            if state.reference.digest is None
            else state.reference.familiar
        )
        context = (
            contexts.get(f"{key}::{state.platform}", contexts.get(key)) if key.lower() not in _NO_CONTEXT else None
        )
        return state.reference if context is None else _context_image(context, state.line, strict=strict)


def _context_image(context: str, line: int, *, strict: bool) -> ImageReference | None:
    """`docker-image://X` fetches X; folders, repositories and archives fetch no image."""
    scheme, separator, image = context.partition("://")
    if scheme != "docker-image" or not separator or image == "scratch":
        return None
    try:
        return parse_reference(image)
    except InvalidReference as error:
        first = error.diagnostics[0]
    if not strict:
        return None
    return refuse(
        "base-invalid", f"the context `{shown(context)}` is no image reference: {first.message}", line, first.hint
    )


def _go_integer(text: str) -> int | None:
    """Read a number as Go's `Atoi` does: ASCII digits after an optional sign, no blanks, no underscores."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not digits.isascii() or not digits.isdigit():
        return None
    # Leading zeros are taken off first: Python refuses to read thousands of digits, Go does not mind.
    bare = digits.lstrip("0") or "0"
    if len(bare) > 19:  # noqa: PLR2004  # 64 bits
        return None
    number = -int(bare) if text.startswith("-") else int(bare)
    return number if -(2**63) <= number < 2**63 else None
