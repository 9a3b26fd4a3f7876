"""What the last stage of a file starts: its ENTRYPOINT and CMD, its own or inherited.

A stage inherits both from the stage of the file that it stands on, whose triggers come first. An ENTRYPOINT resets the
CMD that is inherited. What comes from an image is not in the text.
"""

from __future__ import annotations

from deployspec._dockerfile.build.scope import Request, Scope, read_platforms
from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.stages.convert import command_from, parse_trigger
from deployspec._dockerfile.stages.stages import Argument, Stage, StartCommand


def what_starts(
    arguments: tuple[Argument, ...], stages: tuple[Stage, ...], escape: str
) -> tuple[StartCommand, StartCommand]:
    """Return ENTRYPOINT and CMD of the last stage, with every argument at its default."""
    bases = _bases(arguments, stages, escape)
    parents = _parents(bases, stages)
    chain = [len(stages) - 1]
    while (parent := parents[chain[-1]]) is not None:
        chain.append(parent)
    nothing: StartCommand = () if bases[chain[-1]] == "scratch" else None
    entrypoint = cmd = nothing
    before: Stage | None = None
    for index in reversed(chain):
        own = _commands(stages[index], before)
        if "entrypoint" in own:
            entrypoint, cmd = own["entrypoint"], own.get("cmd", ())
        elif "cmd" in own:
            cmd = own["cmd"]
        before = stages[index]
    return entrypoint, cmd


def _bases(arguments: tuple[Argument, ...], stages: tuple[Stage, ...], escape: str) -> list[str | None]:
    found = DockerfileCollector()
    request = Request({}, "", read_platforms("linux/amd64", None), {})
    scope = Scope(request, stages[-1].name, escape, found)
    for argument in arguments:
        scope.declare(argument)
    return [scope.expanded(stage.base, stage.base_place) for stage in stages]


def _parents(bases: list[str | None], stages: tuple[Stage, ...]) -> list[int | None]:
    """Return for each stage the latest one before it whose name is its base."""
    by_name: dict[str | None, int] = {}
    parents: list[int | None] = []
    for index, stage in enumerate(stages):
        parents.append(by_name.get(bases[index]))
        if stage.name is not None:
            by_name[stage.name] = index
    return parents


def _commands(stage: Stage, parent: Stage | None) -> dict[str, tuple[str, ...] | str]:
    """Return what a stage sets, and what the triggers of its parent set before it."""
    found = DockerfileCollector()
    commands: dict[str, tuple[str, ...] | str] = {}
    for trigger in parent.triggers if parent is not None else ():
        for one in parse_trigger(trigger, found):
            if one.name in ("entrypoint", "cmd"):
                commands[one.name] = command_from(one)
    own = {"entrypoint": stage.entrypoint, "cmd": stage.cmd}
    return {**commands, **{name: value for name, value in own.items() if value is not None}}
