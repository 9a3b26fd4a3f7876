"""Text → the instructions of each stage, all of them, with the bodies of their heredocs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.dispatch.step import Body, Read
from deployspec._dockerfile.instructions.parse import lost_instruction, read_instruction
from deployspec._dockerfile.text.lines import LineReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deployspec._dockerfile.stages.stages import Stage, Trigger


def read_stages(text: str, stages: Sequence[Stage]) -> list[list[Read]]:
    """Read the instructions of the stages of a file; its errors have been reported before."""
    instructions: list[list[Read]] = []
    for read in read_all(text):
        if len(instructions) < len(stages) and read.instruction.line.number == stages[len(instructions)].line:
            instructions.append([])
        if instructions and read.instruction.name != "from":
            instructions[-1].append(read)
    return instructions


def read_all(text: str) -> Iterator[Read]:
    """Read all instructions of a file; its errors have been reported before."""
    lines = LineReader(text, DockerfileCollector())
    lines.read_directives()
    return _instructions(lines, None)


# buildkit frontend/dockerfile/dockerfile2llb/convert.go: initOnBuildTriggers
def read_trigger(trigger: Trigger) -> list[Read]:
    """Read the text of a trigger, which is a Dockerfile of its own; errors have been reported before."""
    return list(_instructions(LineReader(trigger.text, DockerfileCollector()), trigger))


def _instructions(lines: LineReader, trigger: Trigger | None) -> Iterator[Read]:
    while (line := lines.next_line()) is not None:
        if line.is_lost:
            yield Read(lost_instruction(line), {}, trigger)
            continue
        instruction = read_instruction(line, lines.escape, lines.found)
        bodies: dict[str, Body] = {}
        for heredoc in instruction.heredocs:
            begin, number = lines.at, lines.number
            lines.skip_heredoc(heredoc, line.place(0))
            body = lines.text[begin : lines.at].removesuffix("\n")
            bodies[heredoc.terminator] = Body(body[: body.rfind("\n") + 1], number)
        yield Read(instruction, bodies, trigger)
