"""One instruction of a stage that is built, and the input of its rules: places, expansion, state of the stage."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from deployspec._dockerfile.build.scope import report_expansion
from deployspec._dockerfile.go import SPACE, integer, lower
from deployspec._dockerfile.instructions.arguments import BLANKS, Word
from deployspec._dockerfile.instructions.flags import value_span
from deployspec._dockerfile.text.heredocs import heredoc_of
from deployspec._dockerfile.words.lexer import ExpansionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployspec._core.mounts import BuildSecret, BuildSsh
    from deployspec._dockerfile.build.scope import Scope
    from deployspec._dockerfile.diagnostics import DockerfileCollector
    from deployspec._dockerfile.dispatch.environment import Environment
    from deployspec._dockerfile.instructions.flags import Flag
    from deployspec._dockerfile.instructions.instruction import Instruction
    from deployspec._dockerfile.places import Place
    from deployspec._dockerfile.stages.stages import Trigger


class Body(NamedTuple):
    """The body of a heredoc, and the number of its first line."""

    text: str
    line: int


class Read(NamedTuple):
    """An instruction as read, with the bodies of its heredocs by name; `trigger` is the ONBUILD that it comes from."""

    instruction: Instruction
    bodies: Mapping[str, Body]
    trigger: Trigger | None = None


class MountUse(NamedTuple):
    """A mount of a secret or an SSH agent, the line of its instruction, and its place.

    `mount` is `None` if the text does not say which secret is mounted, or whether the mount is one.
    """

    mount: BuildSecret | BuildSsh | None
    line: int
    place: Place


class Build:
    """The part of the input that all stages of one build share, and the mounts of secrets that are found in them."""

    def __init__(  # noqa: PLR0913, PLR0917  # the inputs of a build
        self,
        arguments: Mapping[str, str],
        scope: Scope,
        stages: Mapping[str, int],
        ready: frozenset[int],
        cyclic: frozenset[int],
        environment: Environment,
        found: DockerfileCollector,
    ) -> None:
        self.arguments = arguments
        self.scope = scope
        self.stages = stages
        self.ready = ready
        self.cyclic = cyclic
        self.environment = environment
        self.found = found
        self.mounts: list[MountUse] = []


class StageState:
    """The state of one stage: its number, operating system and working directory (`None` if unknown)."""

    __slots__ = ("build", "index", "os", "working_directory")

    def __init__(self, build: Build, index: int, os: str, working_directory: str | None) -> None:
        self.build = build
        self.index = index
        self.os = os
        self.working_directory = working_directory

    def is_later(self, name: str, *, numbers: bool) -> bool:
        """Whether `name` is a stage that BuildKit builds after this one; `numbers` says whether it may be an index.

        Of stages that depend on each other, that error has been reported.
        """
        number = integer(name) if numbers else None
        index = self.build.stages.get(lower(name), -1) if number is None else number
        in_cycle = index in self.build.cyclic and self.index in self.build.cyclic
        return index > self.index and index in self.build.ready and not in_cycle


class Step:
    """An instruction at its turn. Errors and places are in the file, even if the instruction comes from a trigger."""

    def __init__(self, read: Read, stage: StageState) -> None:
        self.instruction = read.instruction
        self.bodies = read.bodies
        self.trigger = read.trigger
        self.stage = stage
        self.environment = stage.build.environment

    @property
    def line(self) -> int:
        """The line of the instruction, or of the trigger that it comes from."""
        return self.instruction.line.number if self.trigger is None else self.trigger.line

    def place(self, start: int, end: int | None = None) -> Place:
        """Return the place of a part of the logical line, without an `end` up to the end of the word or flag."""
        end = self.end(start) if end is None else end
        if self.trigger is not None:
            return self.trigger.place.part(start, end)
        return self.instruction.line.place(start, end)

    def end(self, start: int) -> int:
        """Return the end of the word or flag that contains the offset `start` of the logical line."""
        instruction = self.instruction
        if start < instruction.start:
            ends = (instruction.flags_start + flag.end for flag in instruction.flags)
            return next((end for end in ends if end > start), start + 1)
        index = bisect_right(instruction.words, start, key=itemgetter(1))
        if index and (end := instruction.end_of(instruction.words[index - 1])) > start:
            return end
        return max(start + 1, instruction.start + len(instruction.text))

    def report_error(self, code: str, message: str, place: Place | int, hint: str | None = None) -> None:
        """Add an error, at a place or at the part of a word or flag from an offset of the logical line on."""
        where = self.place(place) if isinstance(place, int) else place
        self.stage.build.found.error_at(code, message, where, hint)

    def word(self, text: str, start: int) -> str | None:
        """Expand a word that begins at `start` of the line; `None` if the result is unknown or an error."""
        try:
            return self.environment.word(text)
        except ExpansionError as error:
            self.expansion_error(text, start, error)
            return None

    def expansion_error(self, text: str, start: int, error: ExpansionError) -> None:
        """Report a word that cannot be expanded; of a word with escapes in JSON, the whole word."""
        end = self.end(start) if self.instruction.is_json and start > self.instruction.start else start + len(text)
        report_expansion(self.stage.build.found, text, self.place(start, end), error)

    def flag(self, name: str) -> tuple[str, int] | None:
        """Return the value of a flag and where it begins."""
        flag = self.instruction.flag(name)
        if flag is None or flag.value is None:
            return None
        return flag.value, self.value_start(flag)

    def value_start(self, flag: Flag) -> int:
        """Return where the value of a flag begins, after a quote before it."""
        return value_span(flag, self.instruction.line, self.instruction.flags_start)[0]

    @cached_property
    def pairs(self) -> list[tuple[Word, Word]]:
        """Names and values of ENV and LABEL."""
        words, text = self.instruction.words, self.instruction.text
        if "=" not in words[0].text:
            name, value = BLANKS.split(text, maxsplit=1)
            start = self.instruction.start
            return [(Word(name, start), Word(value, start + len(text) - len(value)))]
        pairs: list[tuple[Word, Word]] = []
        for text, start in words:
            name, _, value = text.partition("=")
            pairs.append((Word(name, start), Word(value, start + len(name) + 1)))
        return pairs

    @cached_property
    def sources(self) -> list[tuple[Word, str | None]]:
        """The sources of COPY and ADD that are no heredocs, with their expanded values."""
        sources = [word for word in self.instruction.words[:-1] if heredoc_of(word.text) is None]
        return [(word, self.word(*word)) for word in sources]

    @cached_property
    def destination(self) -> str | None:
        """The expanded destination of COPY and ADD."""
        return self.word(*self.instruction.words[-1]) if self.instruction.words else None

    @cached_property
    def checksum(self) -> tuple[str | None, int]:
        """The expanded value of `ADD --checksum` and where it begins."""
        flag = self.flag("checksum")
        return ("", 0) if flag is None else (self.word(*flag), flag[1])

    @cached_property
    def volumes(self) -> list[Word]:
        """The paths of VOLUME, without white space around them."""
        return [Word(text.strip(SPACE), start) for text, start in self.instruction.words]
