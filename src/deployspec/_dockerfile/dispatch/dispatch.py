"""The stages that a target needs → the errors that BuildKit reports before it runs an instruction, and the mounts."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from deployspec._dockerfile.dispatch.environment import Environment
from deployspec._dockerfile.dispatch.read import read_stages, read_trigger
from deployspec._dockerfile.dispatch.rules import RULES
from deployspec._dockerfile.dispatch.step import Build, MountUse, StageState, Step
from deployspec._dockerfile.go import SPACE
from deployspec._dockerfile.stages.partial import defined_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deployspec._dockerfile.build.graph import BuildGraph
    from deployspec._dockerfile.diagnostics import DockerfileCollector
    from deployspec._dockerfile.dispatch.step import Read
    from deployspec._dockerfile.instructions.instruction import Instruction

# Instructions with rules about their flags.
_CHECK_FLAGS = frozenset({"copy", "add", "run"})
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Triggers times the stages built on theirs: a file of 4 MB could ask for thousands of millions.
MAX_FIRED = 20_000


def dispatch(text: str, graph: BuildGraph) -> tuple[MountUse, ...]:
    """Add the errors in the instructions of the stages that the target of a graph reaches to those of the graph.

    The result are the mounts of secrets and SSH agents in these instructions, in the order of the file.
    """
    dispatcher = Dispatcher(text, graph, graph.found)
    dispatcher.run()
    return tuple(sorted(dispatcher.build.mounts, key=attrgetter("line")))


# buildkit frontend/dockerfile/dockerfile2llb/convert.go: dispatchStages
class Dispatcher:
    """Walks the forest of stages, each after its parent, and applies the rules to the instructions of each."""

    def __init__(self, text: str, graph: BuildGraph, found: DockerfileCollector) -> None:
        self.graph = graph
        self.states = graph.states[: len(graph.stages)]
        self.instructions = read_stages(text, graph.stages)
        self.index = {id(state): index for index, state in enumerate(self.states)}
        ready = frozenset(index for index, state in enumerate(self.states) if state.context is None)
        names = {name: self.index[id(state)] for name, state in graph.by_name.items()}
        scope, request = graph.scope, graph.request
        self.environment = Environment(scope.escape)
        cyclic = frozenset(self.index[id(state)] for state in graph.cyclic if id(state) in self.index)
        self.build = Build(request.args, scope, names, ready, cyclic, self.environment, found)
        self.found = found
        self.triggers: dict[int, list[Read]] = {}
        self.fired = 0

    def run(self) -> None:
        """Dispatch all stages that the target reaches."""
        children: dict[int | None, list[int]] = {}
        for state in self.graph.reached_stages():
            parent = None if state.parent is None else self.index[id(state.parent)]
            children.setdefault(parent, []).append(self.index[id(state)])
        for root in children.get(None, ()):
            self.walk(root, children)
            if self.fired > MAX_FIRED:
                break

    def walk(self, root: int, children: Mapping[int | None, Sequence[int]]) -> None:
        """Dispatch a stage and those built on it; without recursion, because thousands may be built on each other."""
        environment = self.environment
        start = environment.mark()
        inherited = self.base(root)
        # Stages to visit, each with what it inherits: the mark of the variables, and the state of its parent.
        waiting = [(root, environment.mark(), inherited)]
        while waiting and self.fired <= MAX_FIRED:
            index, mark, inherited = waiting.pop()
            environment.undo(mark)
            stage = StageState(self.build, index, inherited.os, inherited.working_directory)
            if self.states[index].context is None:
                self.dispatch(stage)
            mark = environment.mark()
            waiting += [(child, mark, stage) for child in reversed(children.get(index, ()))]
        environment.undo(start)

    def base(self, index: int) -> StageState:
        """Return the state in which a stage without a parent begins, and set the variables of its base."""
        state = self.states[index]
        is_scratch = state.reference is None and state.context is None and not state.is_unknown
        os = self.graph.request.platforms.target.os if is_scratch else state.platform.os
        self.environment.seen.is_open = not is_scratch
        if not is_scratch:
            self.environment.set_env("PATH", None)
        elif os != "windows":
            self.environment.set_env("PATH", _PATH)
        return StageState(self.build, index, os, None if state.may_inherit else "/")

    def dispatch(self, stage: StageState) -> None:
        """Apply the rules to the instructions of a stage, after those of the triggers that fire in it."""
        parent = self.states[stage.index].parent
        if parent is not None:
            for read in self.fired_by(self.index[id(parent)]):
                self.apply(read, stage)
            if self.fired > MAX_FIRED:
                return
        for read in self.instructions[stage.index]:
            self.apply(read, stage)
        self.environment.end_stage()

    def apply(self, read: Read, stage: StageState) -> None:
        """Apply the rules to an instruction."""
        instruction = read.instruction
        rules = RULES.get(instruction.name, ())
        if not instruction.has_arguments:
            self.forget(instruction, stage)
            rules = rules if instruction.name in _CHECK_FLAGS else ()
        if rules and not self.found.is_full:
            step = Step(read, stage)
            limits = len(self.environment.limits)
            for rule in rules:
                rule(step)
            if len(self.environment.limits) > limits:
                reason = list(self.environment.limits)[-1]
                message = f"from this instruction on, some words are not checked: {reason}"
                self.found.warning_at("not-checked", message, step.place(0, len(instruction.line.text.rstrip(SPACE))))

    def forget(self, instruction: Instruction, stage: StageState) -> None:
        """Make unknown what an instruction without valid arguments may change."""
        if instruction.name in ("", "arg", "env"):
            for name in defined_names(instruction):
                self.environment.set_env(name, None)
        if "workdir" in (instruction.name, instruction.guess):
            stage.working_directory = None

    def fired_by(self, parent: int) -> list[Read]:
        """Return the instructions of the triggers of a stage; they are read once, even if many stages fire them."""
        reads = self.triggers.get(parent)
        if reads is None:
            triggers = self.graph.stages[parent].triggers
            reads = self.triggers[parent] = [read for trigger in triggers for read in read_trigger(trigger)]
        self.fired += len(reads)
        if self.fired <= MAX_FIRED:
            return reads
        # Nothing is known about the instructions after the skipped ones, nor about the secrets that they mount.
        trigger = self.graph.stages[parent].triggers[0]
        self.build.mounts.append(MountUse(None, trigger.line, trigger.place))
        message = f"`ONBUILD` triggers fire more than {MAX_FIRED:,} times, so the rest of the build is not checked"
        self.found.warning_at("not-checked", message, trigger.place)
        return []
