"""One instruction → the values that a file is made of: arguments, sources, triggers, commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.instructions.flags import value_span
from deployspec._dockerfile.instructions.mounts import find_mount_source, source_span
from deployspec._dockerfile.instructions.parse import read_instruction
from deployspec._dockerfile.stages.stages import Argument, Source, Trigger
from deployspec._dockerfile.text.lines import LineReader

if TYPE_CHECKING:
    from deployspec._dockerfile.instructions.instruction import Instruction


# buildkit frontend/dockerfile/instructions/parse.go: parseArg (one ARG may declare several names)
def arguments_from(instruction: Instruction) -> list[Argument]:
    """Return the arguments that an ARG declares."""
    arguments: list[Argument] = []
    for word in instruction.words:
        name, equals, default = word.text.partition("=")
        place = instruction.line.place(word.end - len(default) if equals else word.start, word.end)
        arguments.append(Argument(name, default if equals else None, instruction.line.number, place))
    return arguments


# buildkit frontend/dockerfile/instructions/parse.go: parseCopy; commands_runmount.go: parseMount
def sources_from(instruction: Instruction, trigger: Trigger | None = None) -> list[Source]:
    """Return the sources of a COPY or RUN, which may be the instruction of a trigger.

    A mount without `from` is included, because BuildKit adds a state for it, and states are numbered.
    """
    number = instruction.line.number if trigger is None else trigger.line
    wanted = {"copy": "from", "run": "mount"}.get(instruction.name)
    sources: list[Source] = []
    for flag in instruction.flags:
        if flag.name != wanted or flag.value is None:
            continue
        if instruction.name == "run":
            span = source_span(flag, instruction.line, instruction.flags_start)
            source = Source("mount", find_mount_source(flag.value)[0], number)
        elif flag.value:
            span = value_span(flag, instruction.line, instruction.flags_start)
            source = Source("copy", flag.value, number)
        else:
            continue
        place = instruction.line.place(*span) if trigger is None else trigger.place.part(*span)
        sources.append(attrs.evolve(source, place=place))
    return sources


def command_from(instruction: Instruction) -> tuple[str, ...] | str:
    """Return the command of a CMD or ENTRYPOINT as written."""
    return tuple(word.text for word in instruction.words) if instruction.is_json else instruction.text


# buildkit frontend/dockerfile/instructions/parse.go: parseOnBuild. It removes the word ONBUILD with a regular
# expression that knows ASCII only. A spelling that Go lower-cases to `onbuild` (with `İ` or `K`) therefore stays in the
# text of the trigger.
def trigger_from(instruction: Instruction, heredocs: str) -> Trigger:
    """Return the trigger of an ONBUILD, whose heredocs are the raw lines `heredocs`."""
    line = instruction.line
    start = instruction.flags_start if line.text[: instruction.flags_start].isascii() else 0
    text, place = line.text[start:], line.place(start, len(line.text))
    body = "\n".join(raw.rstrip("\r") for raw in heredocs.split("\n")).rstrip("\n")
    return Trigger(f"{text}\n{body}" if body else text, line.number, place)


# buildkit frontend/dockerfile/dockerfile2llb/convert.go: initOnBuildTriggers
def parse_trigger(trigger: Trigger, found: DockerfileCollector) -> list[Instruction]:
    """Parse the text of a trigger as a Dockerfile of its own, in which the backslash is the escape character.

    Errors are reported at the place of the ONBUILD; a trigger with errors has no instructions.
    """
    errors = DockerfileCollector()
    lines = LineReader(trigger.text, errors)
    instructions: list[Instruction] = []
    while (line := lines.next_line()) is not None:
        instruction = read_instruction(line, lines.escape, errors)
        for heredoc in instruction.heredocs:
            lines.skip_heredoc(heredoc, line.place(0, len(line.text)))
        instructions.append(instruction)
    for error in errors.found:
        place = trigger.place
        if error.line == error.end_line == 1:
            place = place.part((error.column or 1) - 1, (error.end_column or 1) - 1)
        end_line, end_column = place.end
        found.extend(
            [attrs.evolve(error, line=place.line, column=place.column, end_line=end_line, end_column=end_column)]
        )
    return [] if errors.found else instructions
