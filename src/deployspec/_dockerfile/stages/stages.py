"""What a Dockerfile says, before anybody asks what it fetches: its arguments and stages, made of instructions."""

from typing import Literal, TypeAlias

import attrs

from deployspec._core.fast_init import fast_init
from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.instructions.checks import mount_source
from deployspec._dockerfile.instructions.instruction import Instruction
from deployspec._dockerfile.instructions.parse import read_instruction
from deployspec._dockerfile.places import Place
from deployspec._dockerfile.text.lines import LineReader

__all__ = ["Argument", "Source", "Stage", "StartCommand", "Trigger"]

# Exec form as a tuple, shell form as text; `()` for nothing, `None` where the text cannot tell.
StartCommand: TypeAlias = tuple[str, ...] | str | None

NOWHERE = Place(1, 1)
# A place is no part of what a file says: two files that say the same are equal.


@attrs.frozen(weakref_slot=False)
class Argument:
    """A global ARG (before the first FROM): its name, its default as written (`None`: it has none), its line."""

    __module__ = "deployspec"

    name: str
    default: str | None
    line: int
    place: Place = attrs.field(default=NOWHERE, eq=False, repr=False)


@attrs.frozen(weakref_slot=False)
class Source:
    """A stage or image that an instruction takes files from; `value` is as written, "" for a mount from nothing."""

    __module__ = "deployspec"

    kind: Literal["copy", "mount"]
    value: str
    line: int
    place: Place = attrs.field(default=NOWHERE, eq=False, repr=False)


@attrs.frozen
class Trigger:
    """An ONBUILD instruction: what it holds, with its heredocs, and its line."""

    __module__ = "deployspec"

    text: str
    line: int
    place: Place = attrs.field(default=NOWHERE, eq=False, repr=False)


@attrs.frozen(kw_only=True, weakref_slot=False)
class Stage:
    """One stage: its name in lower case (`None`: it has none), its base and platform as written, its line (from 1).

    `sources` are what `COPY --from` and `RUN --mount` take files from, `triggers` its ONBUILD instructions.
    `entrypoint` and `cmd` are its own, as written (exec form as a tuple, shell form as text), or `None`.
    """

    __module__ = "deployspec"

    name: str | None
    base: str
    platform: str | None
    line: int
    sources: tuple[Source, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    entrypoint: StartCommand = None
    cmd: StartCommand = None
    base_place: Place = attrs.field(default=NOWHERE, eq=False, repr=False)
    platform_place: Place = attrs.field(default=NOWHERE, eq=False, repr=False)


make_argument, make_source, make_stage = fast_init(Argument), fast_init(Source), fast_init(Stage)


def arguments_of(one: Instruction) -> list[Argument]:
    """Return what an ARG declares."""
    found: list[Argument] = []
    for word in one.words:
        name, equals, default = word.text.partition("=")
        end = word.start + len(word.text)
        place = one.line.place(end - len(default) if equals else word.start, end)
        found.append(Argument(name, default if equals else None, one.line.number, place))
    return found


def sources_of(one: Instruction, trigger: Trigger | None = None) -> list[Source]:
    """Return what an instruction takes files from; a mount without `from` counts, since it takes a number."""
    number = one.line.number if trigger is None else trigger.line
    wanted = {"copy": "from", "run": "mount"}.get(one.name)
    found: list[Source] = []
    for flag in one.flags:
        if flag.name != wanted or flag.value is None:
            continue
        at, end = one.flags_start + flag.start, one.flags_start + flag.end
        place = one.line.place(at, end) if trigger is None else trigger.place.part(at, end)
        if one.name == "run":
            found.append(Source("mount", mount_source(flag.value), number, place))
        elif flag.value:
            found.append(Source("copy", flag.value, number, place))
    return found


def command_of(one: Instruction) -> tuple[str, ...] | str:
    """Return a command as written."""
    return tuple(word.text for word in one.words) if one.is_json else one.text


def trigger_instructions(trigger: Trigger, found: DockerfileCollector) -> list[Instruction]:
    """Read a trigger, which is a small Dockerfile of its own, with a backslash to escape."""
    faults = DockerfileCollector()
    lexer = LineReader(trigger.text, faults)
    instructions: list[Instruction] = []
    while (line := lexer.next_line()) is not None:
        one = read_instruction(line, lexer.escape, faults)
        for heredoc in one.heredocs:
            lexer.pass_over(heredoc, line.place(0))
        instructions.append(one)
    for wrong in faults.found:
        place = trigger.place.moved((wrong.column or 1) - 1) if wrong.line == 1 else trigger.place
        found.extend([attrs.evolve(wrong, line=place.line, column=place.column)])
    return [] if faults.found else instructions
