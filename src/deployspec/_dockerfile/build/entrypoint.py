"""ENTRYPOINT and CMD of the last stage of a file, its own or inherited."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from deployspec._dockerfile.build.request import Request, read_platforms
from deployspec._dockerfile.build.scope import Scope
from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.stages.convert import command_from, parse_trigger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deployspec._dockerfile.stages.stages import Argument, Stage, StartCommand


class EntryPoint(NamedTuple):
    """ENTRYPOINT and CMD of a stage."""

    entrypoint: StartCommand
    cmd: StartCommand


# buildkit frontend/dockerfile/dockerfile2llb/convert.go: dispatchCmd, dispatchEntrypoint (it resets CMD)
def find_entrypoint(arguments: Sequence[Argument], stages: Sequence[Stage], escape: str) -> EntryPoint:
    """Return ENTRYPOINT and CMD of the last stage, with every argument at its default.

    Both are inherited from the parent stage, whose triggers come first. Those of an image are not in the text.
    """
    bases = _bases(arguments, stages, escape)
    parents = _parents(bases, stages)
    ancestry = [len(stages) - 1]
    while (parent := parents[ancestry[-1]]) is not None:
        ancestry.append(parent)
    inherited: StartCommand = () if bases[ancestry[-1]] == "scratch" else None
    entrypoint = cmd = inherited
    previous: Stage | None = None
    for index in reversed(ancestry):
        commands = _commands(stages[index], previous)
        if "entrypoint" in commands:
            entrypoint, cmd = commands["entrypoint"], commands.get("cmd", ())
        elif "cmd" in commands:
            cmd = commands["cmd"]
        previous = stages[index]
    return EntryPoint(entrypoint, cmd)


def _bases(arguments: Sequence[Argument], stages: Sequence[Stage], escape: str) -> list[str | None]:
    """Return the expanded base of each stage."""
    request = Request({}, "", read_platforms("linux/amd64", None), {})
    scope = Scope(request, stages[-1].name, escape, DockerfileCollector())
    for argument in arguments:
        scope.declare(argument)
    return [scope.expanded(stage.base, stage.base_place) for stage in stages]


def _parents(bases: Sequence[str | None], stages: Sequence[Stage]) -> list[int | None]:
    """Return for each stage the latest earlier one whose name is its base."""
    by_name: dict[str | None, int] = {}
    parents: list[int | None] = []
    for index, stage in enumerate(stages):
        parents.append(by_name.get(bases[index]))
        if stage.name is not None:
            by_name[stage.name] = index
    return parents


def _commands(stage: Stage, parent: Stage | None) -> dict[str, tuple[str, ...] | str]:
    """Return the commands of the parent's triggers and of the stage itself, which override them."""
    found = DockerfileCollector()
    commands: dict[str, tuple[str, ...] | str] = {}
    for trigger in parent.triggers if parent is not None else ():
        for instruction in parse_trigger(trigger, found):
            if instruction.name in ("entrypoint", "cmd"):
                commands[instruction.name] = command_from(instruction)
    own = {"entrypoint": stage.entrypoint, "cmd": stage.cmd}
    return {**commands, **{name: value for name, value in own.items() if value is not None}}
