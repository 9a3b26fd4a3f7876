r"""Files with errors: the parts that are known, and the names that an unreadable part may define.

Every error that does not follow from another one is reported in one run. So a file with errors is read to its end, its
valid parts are built and dispatched as usual, and a word that depends on an unreadable part is unknown, as a word that
depends on the variables of a base image is. For example, after `FORM golang AS build` the name `build` in a
`COPY --from` is not reported, because it may be a stage.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deployspec._dockerfile.go import SPACE, is_as, lower
from deployspec._dockerfile.instructions.arguments import BLANKS, split_words
from deployspec._dockerfile.instructions.flags import value_place
from deployspec._dockerfile.stages.stages import NO_PLACE, Argument, Stage
from deployspec._dockerfile.words.expand import is_plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deployspec._dockerfile.instructions.instruction import Instruction

# Names that an unreadable instruction may define: `A` and `B` in `AGR A=1 B`.
_DEFINED = re.compile(rf"(?<![^{SPACE}])[A-Za-z_][A-Za-z0-9_]*(?=[={SPACE}]|\Z)")
_FROM = re.compile(r"^[ \t]*FROM[ \t]+(.*)$", re.IGNORECASE | re.MULTILINE)
_SOURCE = re.compile(r"--(?:from|mount)=")


class Lost:
    """What a file with errors may define in the parts that could not be read.

    `stages` and `arguments` are the lines of the stages with an unknown base, and of the global arguments with an
    unknown value. `names` are names of stages, in lower case; `states` is a number of stages and images. `has_last`:
    the last stage of the file is known.
    """

    def __init__(self) -> None:
        self.stages: set[int] = set()
        self.arguments: set[int] = set()
        self.names: set[str] = set()
        self.states = 0
        self.has_last = True

    def add_heredoc(self, text: str) -> None:
        """Add the text of a heredoc without an end, which contains the rest of the file."""
        self.states += len(_SOURCE.findall(text))
        for arguments in _FROM.findall(text):
            self.has_last = False
            self.states += 1
            self.names.update(map(lower, BLANKS.split(arguments)))

    def add_sources(self, instruction: Instruction) -> None:
        """Add the images that lost flags of a COPY or RUN may name."""
        self.states += sum(not _is_other(flag.name) for flag in instruction.lost_flags)
        if not instruction.has_arguments and not instruction.flags and not instruction.lost_flags:
            self.states += len(_SOURCE.findall(instruction.line.text))


def _is_other(flag: str) -> bool:
    """Whether a flag is certainly not a misspelt `--from` or `--mount`."""
    return flag in ("chown", "chmod", "link", "exclude", "parents", "network", "security", "device")


def defined_names(instruction: Instruction) -> Iterable[str]:
    """Return the names of variables that an instruction without valid arguments may define."""
    return dict.fromkeys(_DEFINED.findall(instruction.line.text))


def partial_arguments(instruction: Instruction, lost: Lost) -> list[Argument]:
    """Return the global arguments that an invalid instruction may declare, as arguments of unknown value."""
    number = instruction.line.number
    lost.arguments.add(number)
    return [Argument(name, None, number, instruction.place) for name in defined_names(instruction)]


def partial_stage(instruction: Instruction, lost: Lost) -> Stage:
    """Return the stage of an invalid FROM, as far as it is clear."""
    line, platform = instruction.line, instruction.flag("platform")
    written = split_words(instruction.text, instruction.start)
    comment = next((index for index, word in enumerate(written) if word.text.startswith("#")), len(written))
    words = written[:comment]
    named = len(words) > 1 and is_as(words[1].text)
    base = words[0] if words else None
    # The words of `FROM ${A:-b c}` are parts of one.
    if base is not None and len(words) != 1 and not (named and len(words) == 3) and not is_plain(base.text, "\\"):  # noqa: PLR2004  # image, AS, name
        base = None
    if base is None:
        lost.stages.add(line.number)
    lost.names.update(lower(word.text) for word in words[1:] if not is_as(word.text))
    return Stage(
        name=lower(words[2].text) if named and len(words) > 2 else None,  # noqa: PLR2004  # image, AS, name
        base="" if base is None else base.text,
        platform=None if platform is None else platform.value,
        line=line.number,
        base_place=NO_PLACE if base is None else line.place(base.start, base.end),
        platform_place=NO_PLACE if platform is None else value_place(platform, line, instruction.flags_start),
    )


def unknown_stage(instruction: Instruction, lost: Lost) -> Stage:
    """Return the stage that an instruction begins which is not a FROM, or is unreadable."""
    line = instruction.line
    lost.stages.add(line.number)
    if not instruction.has_arguments:
        lost.names.update(map(lower, BLANKS.split(line.text)[1:]))
    return Stage(name=None, base="", platform=None, line=line.number)


def begins_stage(instruction: Instruction) -> bool:
    """Whether an unknown instruction looks like a FROM."""
    if instruction.guess == "from":
        return True
    words = BLANKS.split(instruction.line.text, maxsplit=4)
    return len(words) == 4 and is_as(words[2])  # noqa: PLR2004  # FROM, image, AS, name
