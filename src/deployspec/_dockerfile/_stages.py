"""Instructions → stages: what a Dockerfile says, before anybody asks what it fetches.

Grammar::

    dockerfile = *ARG 1*stage
    stage      = FROM *( any other instruction )
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from deployspec._dockerfile._checks import mount_source
from deployspec._dockerfile._faults import Place, fault
from deployspec._dockerfile._go import lower
from deployspec._dockerfile._instructions import Instruction, read_instruction
from deployspec._dockerfile._lexer import Lexer, Line

if TYPE_CHECKING:
    from deployspec._diagnostics import Diagnostic

__all__ = ["Argument", "Command", "Source", "Stage", "Trigger"]

# Exec form as a tuple, shell form as text; `()` for nothing, `None` where the text cannot tell.
Command: TypeAlias = "tuple[str, ...] | str | None"

_NOWHERE = Place(1, 1)
# A place is no part of what a file says: two files that say the same are equal.


@attrs.frozen
class Argument:
    """A global ARG (before the first FROM): its name, its default as written (`None`: it has none), its line."""

    name: str
    default: str | None
    line: int
    place: Place = attrs.field(default=_NOWHERE, eq=False, repr=False)


@attrs.frozen
class Source:
    """A stage or image that an instruction takes files from; `value` is as written, "" for a mount from nothing."""

    kind: Literal["copy", "mount"]
    value: str
    line: int
    place: Place = attrs.field(default=_NOWHERE, eq=False, repr=False)


@attrs.frozen
class Trigger:
    """An ONBUILD instruction: what it holds, with its heredocs, and its line."""

    text: str
    line: int
    place: Place = attrs.field(default=_NOWHERE, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Stage:
    """One stage: its name in lower case (`None`: it has none), its base and platform as written, its line (from 1).

    `sources` are what `COPY --from` and `RUN --mount` take files from, `triggers` its ONBUILD instructions.
    `entrypoint` and `cmd` are its own, as written (exec form as a tuple, shell form as text), or `None`.
    """

    name: str | None
    base: str
    platform: str | None
    line: int
    sources: tuple[Source, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    entrypoint: tuple[str, ...] | str | None = None
    cmd: tuple[str, ...] | str | None = None
    base_place: Place = attrs.field(default=_NOWHERE, eq=False, repr=False)
    platform_place: Place = attrs.field(default=_NOWHERE, eq=False, repr=False)


class Reader:
    """Reads a file into its arguments and stages; faults go to `found`."""

    def __init__(self, text: str, found: list[Diagnostic]) -> None:
        self.lexer = Lexer(text, found)
        self.found = found
        self.arguments: list[Argument] = []
        self.stages: list[Stage] = []
        self.nul: Place | None = None
        # Whether something that may have been a FROM could not be read.
        self.lost = False
        self.told = False
        # Of the stage that is being read.
        self.head: Instruction | None = None
        self.sources: list[Source] = []
        self.triggers: list[Trigger] = []
        self.commands: dict[str, tuple[str, ...] | str] = {}

    def read(self) -> None:
        line = None
        while (following := self.lexer.next_line()) is not None:
            line = following
            instruction = self.read_instruction(line)
            if instruction.is_valid:
                self.take(instruction)
            elif instruction.name in ("", "from"):
                self.lost = True
            if self.nul is None and "\0" in line.text:
                self.nul = line.place(line.text.index("\0"))
        self.end_stage()
        if not self.stages and line is not None and not self.lost and not self.lexer.has_lost and not self.told:
            place = line.place(0)
            self.found.append(fault("no-stage", "the file has no stage", place, "begin one with `FROM`"))

    def read_instruction(self, line: Line) -> Instruction:
        """Read an instruction, and pass over the bodies of its heredocs."""
        instruction = read_instruction(line, self.lexer.escape, self.found)
        begin = self.lexer.at
        for heredoc in instruction.heredocs:
            self.lexer.pass_over(heredoc, line.place(max(0, line.text.find(heredoc.word))))
        if instruction.name == "onbuild" and instruction.is_valid:
            # The bodies of its heredocs come along with a trigger.
            body = self.lexer.text[begin : self.lexer.at].rstrip("\n")
            # BuildKit takes off the name as ASCII has it; another that Go lower-cases to it stays, and fires nothing.
            start = instruction.flags_start if line.text[: instruction.flags_start].isascii() else 0
            text, place = line.text[start:], line.place(start, len(line.text))
            self.triggers.append(Trigger(f"{text}\n{body}" if body else text, line.number, place))
        return instruction

    def take(self, one: Instruction) -> None:
        if one.name == "from":
            self.end_stage()
            self.head = one
        elif self.head is not None:
            self.add(one)
        elif one.name == "arg":
            self.arguments += arguments_of(one)
        elif not self.lost and not self.lexer.has_lost and not self.told:
            self.told = True
            message = f"`{one.name.upper()}` stands before the first `FROM`"
            self.found.append(fault("no-stage", message, one.place, "begin the file with `FROM`"))

    def add(self, one: Instruction) -> None:
        if one.name in ("copy", "run"):
            self.sources += sources_of(one)
        elif one.name in ("entrypoint", "cmd"):
            self.commands[one.name] = command_of(one)

    def end_stage(self) -> None:
        if self.head is None:
            self.triggers.clear()
            return
        self.stages.append(_stage(self.head, tuple(self.sources), tuple(self.triggers), self.commands))
        self.head, self.sources, self.triggers, self.commands = None, [], [], {}


def _stage(
    head: Instruction,
    sources: tuple[Source, ...],
    triggers: tuple[Trigger, ...],
    commands: dict[str, tuple[str, ...] | str],
) -> Stage:
    words, platform = head.words, head.flag("platform")
    base = words[0]
    return Stage(
        name=lower(words[2].text) if len(words) > 1 else None,
        base=base.text,
        platform=None if platform is None else platform.value,
        line=head.line.number,
        sources=sources,
        triggers=triggers,
        entrypoint=commands.get("entrypoint"),
        cmd=commands.get("cmd"),
        base_place=head.line.place(base.start, base.start + len(base.text)),
        platform_place=_NOWHERE if platform is None else head.line.place(head.flags_start + platform.start),
    )


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
        at = one.flags_start + flag.start
        place = one.line.place(at) if trigger is None else trigger.place.moved(at)
        if one.name == "run":
            found.append(Source("mount", mount_source(flag.value), number, place))
        elif flag.value:
            found.append(Source("copy", flag.value, number, place))
    return found


def command_of(one: Instruction) -> tuple[str, ...] | str:
    """Return a command as written."""
    return tuple(word.text for word in one.words) if one.is_json else one.text


def trigger_instructions(trigger: Trigger, found: list[Diagnostic]) -> list[Instruction]:
    """Read a trigger, which is a small Dockerfile of its own, with a backslash to escape."""
    faults: list[Diagnostic] = []
    lexer = Lexer(trigger.text, faults)
    instructions: list[Instruction] = []
    while (line := lexer.next_line()) is not None:
        one = read_instruction(line, lexer.escape, faults)
        for heredoc in one.heredocs:
            lexer.pass_over(heredoc, line.place(0))
        instructions.append(one)
    for wrong in faults:
        place = trigger.place.moved((wrong.column or 1) - 1) if wrong.line == 1 else trigger.place
        found.append(attrs.evolve(wrong, line=place.line, column=place.column))
    return [] if faults else instructions
