"""Text → arguments and stages.

Grammar::

    dockerfile = *ARG 1*stage
    stage      = FROM *( any other instruction )

What is plain is read by the patterns of `_plain`, anything else by the lexer, one instruction at a time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from deployspec._dockerfile.go import SPACE, lower
from deployspec._dockerfile.instructions.checks import mount_source
from deployspec._dockerfile.instructions.parse import read_instruction
from deployspec._dockerfile.places import Place
from deployspec._dockerfile.stages.fast import Patterns, patterns
from deployspec._dockerfile.stages.stages import (
    NOWHERE,
    Argument,
    Source,
    Stage,
    StartCommand,
    Trigger,
    arguments_of,
    command_of,
    make_argument,
    make_source,
    make_stage,
    sources_of,
)
from deployspec._dockerfile.text.lines import Line, LineReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployspec._dockerfile.diagnostics import DockerfileCollector
    from deployspec._dockerfile.instructions.instruction import Instruction

# A line of more characters may have more bytes than a line may have.
_SHORT = 16_000
_STRING = re.compile(r'"([^"]*)"')
_MOUNT = re.compile(r"--mount=(\S+)")


# The FROM of the stage that is being read: name, base, platform, line, and the places of base and platform.
Head: TypeAlias = "tuple[str | None, str, str | None, int, Place, Place]"


class Reader:
    """Reads a file into its arguments and stages; faults go to `found`."""

    nul: Place | None = None
    # Whether something that may have been a FROM could not be read, and whether it was told that one is missing.
    lost = False
    told = False
    last = NOWHERE
    # Of the stage that is being read.
    head: Head | None = None
    entrypoint: StartCommand = None
    cmd: StartCommand = None

    def __init__(self, text: str, found: DockerfileCollector, *, fast: bool = True) -> None:
        ordinary = _ordinary(text) if fast else None
        self.fast = ordinary is not None
        self.lexer = LineReader(text if ordinary is None else ordinary, found)
        self.found = found
        self.arguments: list[Argument] = []
        self.stages: list[Stage] = []
        self.sources: list[Source] = []
        self.triggers: list[Trigger] = []

    def read(self, *, is_usual: bool = False) -> None:
        """Read all of it; `is_usual` tells that no directive says how."""
        lexer, plain = self.lexer, None
        if not is_usual:
            lexer.read_directives()
        if self.fast:
            plain = _patterns(lexer.text, lexer.escape)
        while True:
            if plain is not None:
                self.read_plain(plain)
                if lexer.at >= len(lexer.text) and self.head is not None:
                    break
            line = lexer.next_line()
            if line is None:
                break
            self.read_line(line)
            self.found.raise_if_full()
        self.end_stage()
        if not self.stages and not lexer.nothing and not self.lost and not lexer.has_lost and not self.told:
            self.found.error_at("no-stage", "the file has no stage", self.last, "begin one with `FROM`")

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
            self.found.error_at("no-stage", message, one.place, "begin the file with `FROM`")

    def add(self, one: Instruction) -> None:
        if one.name in ("copy", "run"):
            self.sources += sources_of(one)
        elif one.name == "entrypoint":
            self.entrypoint = command_of(one)
        elif one.name == "cmd":
            self.cmd = command_of(one)

    def end_stage(self) -> None:
        if self.head is not None:
            name, base, platform, line, base_place, platform_place = self.head
            stage = make_stage(
                name=name,
                base=base,
                platform=platform,
                line=line,
                sources=tuple(self.sources),
                triggers=tuple(self.triggers),
                entrypoint=self.entrypoint,
                cmd=self.cmd,
                base_place=base_place,
                platform_place=platform_place,
            )
            self.stages.append(stage)
            self.head = self.entrypoint = self.cmd = None
            if self.sources:
                self.sources = []
            if self.triggers:
                self.triggers = []

    # Plain instructions

    def read_plain(self, plain: Patterns) -> None:
        """Read up to the next instruction that is not plain."""
        lexer, text = self.lexer, self.lexer.text
        at = counted = lexer.at
        number, size = lexer.number, len(text)
        while at < size:
            # What stands before the first FROM, once that has been told, belongs to no stage, and is passed over.
            pattern = plain.head if self.head is None and not self.told else plain.body
            match = pattern.match(text, at)
            if match is None or match.end() == at:
                break
            stop = match.lastgroup or ""
            take = _TAKES.get(stop)
            if take is not None:
                start = match.start(stop)
                number += text.count("\n", counted, start)
                counted = start
                lexer.nothing = False
                take(self, match, start, number)
            at = match.end()
        lexer.at = at
        # Behind the last line its number is asked for only to tell that there was no instruction.
        if at < size or lexer.nothing:
            lexer.number = number + text.count("\n", counted, at)

    def take_plain_from(self, match: re.Match[str], start: int, number: int) -> None:
        if self.head is not None:
            self.end_stage()
        self.head = _plain_head(match, start, number)

    def take_plain_argument(self, match: re.Match[str], start: int, number: int) -> None:
        name, default = match.group("argument", "default")
        at = match.start("argument" if default is None else "default")
        self.last = Place(number, 1)
        self.arguments.append(make_argument(name, default, number, Place(number, at - start + 1)))

    def take_plain_copy(self, match: re.Match[str], start: int, number: int) -> None:
        place = Place(number, match.start("source") - start + 1)
        self.sources.append(make_source("copy", match["source"][7:], number, place))

    def take_plain_mounts(self, match: re.Match[str], start: int, number: int) -> None:
        mounts = match["mounts"]
        column, line, counted = match.start("mounts") - start + 1, number, 0
        for mount in _MOUNT.finditer(mounts):
            at = mount.start()
            begin = mounts.rfind("\n", 0, at)
            if begin >= 0:
                line += mounts.count("\n", counted, at)
                column, counted = -begin, at
            value = mount[1]
            source = mount_source(value) if "from=" in value.lower() else ""
            self.sources.append(make_source("mount", source, number, Place(line, column + at)))

    def take_plain_command(self, match: re.Match[str], _start: int, _number: int) -> None:
        which, arguments = match.group("which", "arguments")
        if which == "CMD":
            self.cmd = _command(arguments)
        else:
            self.entrypoint = _command(arguments)


# What takes that at which a match stops, by the name of its group.
_TAKES: dict[str, Callable[[Reader, re.Match[str], int, int], None]] = {
    "stage": Reader.take_plain_from,
    "argument_line": Reader.take_plain_argument,
    "copied": Reader.take_plain_copy,
    "mounted": Reader.take_plain_mounts,
    "command": Reader.take_plain_command,
}


def _patterns(text: str, escape: str) -> Patterns:
    return patterns(escape, "<" in text and "<<" in text)


def _ordinary(text: str) -> str | None:
    """Return a text as the patterns read it; `None` where it has what only the lexer can read: NUL, lines too long."""
    if "\0" in text or (len(text) >= _SHORT and max(map(len, text.split("\n"))) >= _SHORT):
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if "\r\n" in text:
            return None
    return text if text.endswith("\n") or not text else text + "\n"


def _plain_head(match: re.Match[str], start: int, number: int) -> Head:
    platform, base, name = match.group("platform", "base", "name")
    return (
        None if name is None else name.lower(),
        base,
        None if platform is None else platform[11:],
        number,
        Place(number, match.start("base") - start + 1),
        NOWHERE if platform is None else Place(number, match.start("platform") - start + 1),
    )


def _command(text: str) -> tuple[str, ...] | str:
    return tuple(_STRING.findall(text)) if text.startswith("[") else text.strip(SPACE)


def _head(one: Instruction) -> Head:
    words, platform = one.words, one.flag("platform")
    base, start = words[0], one.flags_start
    return (
        lower(words[2].text) if len(words) > 1 else None,
        base.text,
        None if platform is None else platform.value,
        one.line.number,
        one.line.place(base.start, base.start + len(base.text)),
        NOWHERE if platform is None else one.line.place(start + platform.start, start + platform.end),
    )
