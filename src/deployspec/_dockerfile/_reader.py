"""Text → arguments and stages.

Grammar::

    dockerfile = *ARG 1*stage
    stage      = FROM *( any other instruction )

What is plain is read by the patterns of `_plain`, anything else by the lexer, one instruction at a time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from deployspec._dockerfile._checks import mount_source
from deployspec._dockerfile._faults import Place, fault, refuse_many
from deployspec._dockerfile._go import SPACE, lower
from deployspec._dockerfile._instructions import Instruction, read_instruction
from deployspec._dockerfile._lexer import Lexer, Line
from deployspec._dockerfile._plain import Patterns, patterns
from deployspec._dockerfile._stages import (
    NOWHERE,
    Argument,
    Source,
    Stage,
    Trigger,
    arguments_of,
    command_of,
    sources_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployspec._diagnostics import Diagnostic

__all__: list[str] = []

# A line of more characters may have more bytes than a line may have.
_SHORT = 16_000
_STRING = re.compile(r'"([^"]*)"')
_MOUNT = re.compile(r"--mount=(\S+)")


class Head(NamedTuple):
    """The FROM of the stage that is being read."""

    name: str | None
    base: str
    platform: str | None
    line: int
    base_place: Place
    platform_place: Place


class Reader:
    """Reads a file into its arguments and stages; faults go to `found`."""

    def __init__(self, text: str, found: list[Diagnostic], *, fast: bool = True) -> None:
        self.fast = fast and _is_ordinary(text)
        if self.fast:
            text = text.replace("\r\n", "\n")
            self.fast = "\r\n" not in text
            text = text if text.endswith("\n") or not text else text + "\n"
        self.lexer = Lexer(text, found)
        self.found = found
        self.arguments: list[Argument] = []
        self.stages: list[Stage] = []
        self.nul: Place | None = None
        # Whether something that may have been a FROM could not be read, and whether it was told that one is missing.
        self.lost = False
        self.told = False
        self.last = NOWHERE
        # Of the stage that is being read.
        self.head: Head | None = None
        self.sources: list[Source] = []
        self.triggers: list[Trigger] = []
        self.commands: dict[str, tuple[str, ...] | str] = {}

    def read(self) -> None:
        lexer = self.lexer
        lexer.read_directives()
        plain = patterns(lexer.escape, heredocs="<<" in lexer.text) if self.fast else None
        while True:
            if plain is not None:
                self.read_plain(plain)
            line = lexer.next_line()
            if line is None:
                break
            self.read_line(line)
            refuse_many(self.found)
        self.end_stage()
        if not self.stages and not lexer.nothing and not self.lost and not lexer.has_lost and not self.told:
            self.found.append(fault("no-stage", "the file has no stage", self.last, "begin one with `FROM`"))

    # Any instruction

    def read_line(self, line: Line) -> None:
        instruction = self.read_instruction(line)
        if self.head is None:
            self.last = line.place(0)
        if instruction.is_valid:
            self.take(instruction)
        elif instruction.name in ("", "from"):
            self.lost = True
        if self.nul is None and "\0" in line.text:
            self.nul = line.place(line.text.index("\0"))

    def read_instruction(self, line: Line) -> Instruction:
        """Read an instruction, and pass over the bodies of its heredocs."""
        instruction = read_instruction(line, self.lexer.escape, self.found)
        begin, at = self.lexer.at, 0
        for heredoc in instruction.heredocs:
            at = max(at, line.text.find(heredoc.word, at))
            if not self.lexer.pass_over(heredoc, line.place(at)):
                break
            at += 1
        if instruction.name == "onbuild" and instruction.is_valid:
            # The bodies of its heredocs come along with a trigger.
            lines = self.lexer.text[begin : self.lexer.at].split("\n")
            body = "\n".join(one.rstrip("\r") for one in lines).rstrip("\n")
            # BuildKit takes off the name as ASCII has it; another that Go lower-cases to it stays, and fires nothing.
            start = instruction.flags_start if line.text[: instruction.flags_start].isascii() else 0
            text, place = line.text[start:], line.place(start, len(line.text))
            self.triggers.append(Trigger(f"{text}\n{body}" if body else text, line.number, place))
        return instruction

    def take(self, one: Instruction) -> None:
        if one.name == "from":
            self.end_stage()
            self.head = _head(one)
        elif self.head is not None or self.told:
            self.add(one)
        elif one.name == "arg":
            self.arguments += arguments_of(one)
        elif not self.lost and not self.lexer.has_lost:
            self.told = True
            message = f"`{one.name.upper()}` stands before the first `FROM`"
            self.found.append(fault("no-stage", message, one.place, "begin the file with `FROM`"))

    def add(self, one: Instruction) -> None:
        if one.name in ("copy", "run"):
            self.sources += sources_of(one)
        elif one.name in ("entrypoint", "cmd"):
            self.commands[one.name] = command_of(one)

    def end_stage(self) -> None:
        head = self.head
        if head is not None:
            stage = Stage(
                name=head.name,
                base=head.base,
                platform=head.platform,
                line=head.line,
                sources=tuple(self.sources),
                triggers=tuple(self.triggers),
                entrypoint=self.commands.get("entrypoint"),
                cmd=self.commands.get("cmd"),
                base_place=head.base_place,
                platform_place=head.platform_place,
            )
            self.stages.append(stage)
        self.head, self.sources, self.triggers, self.commands = None, [], [], {}

    # Plain instructions

    def read_plain(self, plain: Patterns) -> None:
        """Read up to the next instruction that is not plain."""
        lexer, text = self.lexer, self.lexer.text
        at = counted = lexer.at
        number, size = lexer.number, len(text)
        while at < size:
            # What stands before the first FROM, once that has been told, belongs to no stage, and is passed over.
            in_stage = self.head is not None or self.told
            match = (plain.body if in_stage else plain.head).match(text, at)
            if match is None or match.end() == at:
                break
            if in_stage:
                self.add_plain_commands(match)
            stop = _STOPS.get(match.lastgroup or "")
            if stop is not None:
                group, take = stop
                # Where the line begins in which the instruction does, and its number.
                start = text.rfind("\n", at, match.start(group)) + 1 or at
                number += text.count("\n", counted, start)
                counted = start
                lexer.nothing = False
                if not take(self, match, start, number):
                    at = start
                    break
            at = match.end()
        lexer.at, lexer.number = at, number + text.count("\n", counted, at)

    def add_plain_commands(self, match: re.Match[str]) -> None:
        """CMD and ENTRYPOINT among what was passed over; each time the last one counts."""
        cmd, entrypoint = match.group("cmd", "entrypoint")
        if cmd is not None:
            self.commands["cmd"] = _command(cmd)
        if entrypoint is not None:
            self.commands["entrypoint"] = _command(entrypoint)

    def take_plain_from(self, match: re.Match[str], start: int, number: int) -> bool:
        self.end_stage()
        platform, base, name = match.group("platform", "base", "name")
        self.head = Head(
            None if name is None else name.lower(),
            base,
            None if platform is None else platform[11:],
            number,
            Place(number, match.start("base") - start + 1),
            NOWHERE if platform is None else Place(number, match.start("platform") - start + 1),
        )
        return True

    def take_plain_argument(self, match: re.Match[str], start: int, number: int) -> bool:
        name, default = match.group("argument", "default")
        at = match.start("argument" if default is None else "default")
        self.last = Place(number, 1)
        self.arguments.append(Argument(name, default, number, Place(number, at - start + 1)))
        return True

    def take_plain_copy(self, match: re.Match[str], start: int, number: int) -> bool:
        before, source, after = match.group("before", "source", "after")
        if before is not None and after is not None and before[:5] == after[:5]:
            # The same flag twice is for the lexer to tell.
            return False
        place = Place(number, match.start("source") - start + 1)
        self.sources.append(Source("copy", source[7:], number, place))
        return True

    def take_plain_mounts(self, match: re.Match[str], start: int, number: int) -> bool:
        text = self.lexer.text
        for mount in _MOUNT.finditer(text, match.start("mounts"), match.end("mounts")):
            at = mount.start()
            line = number + text.count("\n", start, at)
            place = Place(line, at - max(start, text.rfind("\n", start, at) + 1) + 1)
            value = mount[1]
            source = mount_source(value) if "from=" in value.lower() else ""
            self.sources.append(Source("mount", source, number, place))
        return True


# By the empty group at the end of a stop: what stands first in it, and what takes it.
_STOPS: dict[str, tuple[str, Callable[[Reader, re.Match[str], int, int], bool]]] = {
    "is_from": ("base", Reader.take_plain_from),
    "is_arg": ("argument", Reader.take_plain_argument),
    "is_copy": ("source", Reader.take_plain_copy),
    "is_run": ("mounts", Reader.take_plain_mounts),
}


def _is_ordinary(text: str) -> bool:
    """Whether a text has nothing that is the lexer's business all along: NUL, and lines that may be too long."""
    return "\0" not in text and (len(text) < _SHORT or max(map(len, text.split("\n"))) < _SHORT)


def _command(text: str) -> tuple[str, ...] | str:
    return tuple(_STRING.findall(text)) if text.startswith("[") else text.strip(SPACE)


def _head(one: Instruction) -> Head:
    words, platform = one.words, one.flag("platform")
    base, start = words[0], one.flags_start
    return Head(
        lower(words[2].text) if len(words) > 1 else None,
        base.text,
        None if platform is None else platform.value,
        one.line.number,
        one.line.place(base.start, base.start + len(base.text)),
        NOWHERE if platform is None else one.line.place(start + platform.start, start + platform.end),
    )
