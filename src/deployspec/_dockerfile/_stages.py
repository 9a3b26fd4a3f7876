"""Instructions → stages: what a Dockerfile says, before anybody asks what it pulls.

Grammar::

    dockerfile = *ARG 1*stage
    stage      = FROM *( any other instruction )
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from deployspec._diagnostics import Diagnostic, InvalidDockerfile, capped
from deployspec._dockerfile._faults import fault
from deployspec._dockerfile._instructions import Instruction, Source, go_lower, mount_source, read_instruction
from deployspec._dockerfile._lexer import Line, decoded, find_heredocs, lex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployspec._dockerfile._images import BuildImages

__all__ = ["Argument", "Dockerfile", "Stage", "parse_dockerfile"]


@attrs.frozen
class Argument:
    """A global ARG (before the first FROM): its name, its default as written (`None`: it has none), its line."""

    name: str
    default: str | None
    line: int


@attrs.frozen(kw_only=True)
class Stage:
    """One stage: its name in lower case (`None`: it has none), its base and platform as written, its line.

    `sources` are what `COPY --from` and `RUN --mount` take files from, `triggers` its ONBUILD instructions with their
    lines. `entrypoint` and `cmd` are as written, or `None` where they come from the base.
    """

    name: str | None
    base: str
    platform: str | None
    line: int
    sources: tuple[Source, ...] = ()
    triggers: tuple[tuple[str, int], ...] = ()
    entrypoint: tuple[str, ...] | str | None = None
    cmd: tuple[str, ...] | str | None = None


@attrs.frozen(kw_only=True)
class Dockerfile:
    """A Dockerfile that BuildKit would read: its global arguments and its stages, in the order of the file."""

    arguments: tuple[Argument, ...]
    stages: tuple[Stage, ...]
    escape: str = "\\"
    syntax: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def entrypoint(self) -> tuple[str, ...] | str | None:
        """ENTRYPOINT of the last stage: exec form as a tuple, shell form as text, `None` where it is inherited."""
        return self.stages[-1].entrypoint

    @property
    def cmd(self) -> tuple[str, ...] | str | None:
        """CMD of the last stage, in the forms of `entrypoint`."""
        return self.stages[-1].cmd

    def images(
        self,
        *,
        build_args: Mapping[str, str] | None = None,
        target: str = "",
        platform: str = "linux/amd64",
        build_platform: str | None = None,
        contexts: Mapping[str, str] | None = None,
    ) -> BuildImages:
        """Tell which images a build fetches from registries.

        `build_args` and `contexts` are what `--build-arg` and `--build-context` give. `target` is a stage's name (""
        for the last one). `platform` is the target platform, `build_platform` the builder's (`None`: `linux/amd64`).

        Raises `InvalidDockerfile` where BuildKit fails before it asks a registry.

        >>> file = parse_dockerfile("FROM golang AS b\\nFROM alpine\\nCOPY --from=b /x /x\\n")
        >>> [str(image.reference) for image in file.images().needed]
        ['docker.io/library/golang:latest', 'docker.io/library/alpine:latest']
        """
        from deployspec._dockerfile._images import Request, find_images

        return find_images(self, Request.of(build_args or {}, target, platform, build_platform, contexts or {}))


def parse_dockerfile(text: str | bytes) -> Dockerfile:
    """Read a Dockerfile as the built-in frontend of BuildKit does.

    Raises `InvalidDockerfile`: the lexer's first fault, or every fault of the instructions.

    >>> parse_dockerfile("FROM alpine AS base").stages[0].name
    'base'
    """
    from deployspec._dockerfile._frontend import syntax_of

    source = decoded(text)
    lines, escape = lex(source)
    found: list[Diagnostic] = []
    instructions = _read_all(lines, escape, found)
    arguments, stages = _divide(instructions, found)
    if not found and not stages:
        found.append(fault("no-stage", "the file has no stage", lines[-1].number, "begin one with `FROM`"))
    if found:
        raise InvalidDockerfile(capped(found))
    return Dockerfile(arguments=arguments, stages=stages, escape=escape, syntax=syntax_of(source))


def _read_all(lines: list[Line], escape: str, found: list[Diagnostic]) -> list[Instruction]:
    read = (read_instruction(line, escape, found) for line in lines)
    return [instruction for instruction in read if instruction is not None]


def _divide(instructions: list[Instruction], found: list[Diagnostic]) -> tuple[tuple[Argument, ...], tuple[Stage, ...]]:
    """Divide the instructions into what stands before the first FROM and the stages."""
    arguments: list[Argument] = []
    stages: list[list[Instruction]] = []
    for one in instructions:
        if one.name == "from":
            stages.append([one])
        elif stages:
            stages[-1].append(one)
        elif one.name == "arg":
            for name, equals, default in (word.partition("=") for word in one.words):
                arguments.append(Argument(name, default if equals else None, one.line))
        elif not found:
            message = f"`{one.name.upper()}` stands before the first `FROM`"
            found.append(fault("no-stage", message, one.line, "begin the file with `FROM`"))
    return tuple(arguments), tuple(map(_stage, stages))


def _stage(instructions: list[Instruction]) -> Stage:
    first, rest = instructions[0], instructions[1:]
    base = next(iter(first.words))
    forms = {one.name: one.words if one.is_json else one.rest for one in rest if one.name in ("entrypoint", "cmd")}
    return Stage(
        name=go_lower(first.words[2]) if len(first.words) > 1 else None,
        base=base,
        platform=first.flag("platform"),
        line=first.line,
        sources=tuple(source for one in rest for source in sources_of(one)),
        triggers=tuple((one.rest, one.line) for one in rest if one.name == "onbuild"),
        entrypoint=forms.get("entrypoint"),
        cmd=forms.get("cmd"),
    )


def sources_of(instruction: Instruction) -> tuple[Source, ...]:
    """Return what an instruction takes files from; a mount without `from` counts, since it takes a number."""
    if instruction.name == "copy" and instruction.flag("from"):
        return (Source("copy", instruction.flag("from") or "", instruction.line),)
    if instruction.name == "run":
        mounts = (value for flag, value in instruction.flags if flag == "mount")
        return tuple(Source("mount", mount_source(value) or "", instruction.line) for value in mounts)
    return ()


def trigger_sources(trigger: str, line: int) -> tuple[Source, ...]:
    """Read an ONBUILD trigger, which is a small Dockerfile of its own, with a backslash to escape."""
    found: list[Diagnostic] = []
    instructions: list[Instruction] = []
    # The bodies of its heredocs come along with a trigger; they name no image, so their ends alone will do.
    text = "\n".join((trigger, *(terminator for terminator, _ in find_heredocs(trigger))))
    try:
        instructions = _read_all(lex(text)[0], "\\", found)
    except InvalidDockerfile as error:
        found += error.diagnostics
    if found:
        raise InvalidDockerfile(tuple(attrs.evolve(one, line=line) for one in found))
    return tuple(attrs.evolve(source, line=line) for one in instructions for source in sources_of(one))
