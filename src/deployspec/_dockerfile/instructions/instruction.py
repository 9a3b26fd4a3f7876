"""One instruction of a Dockerfile, divided into its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from deployspec._dockerfile.go import SPACE
from deployspec._dockerfile.go_json import string_end

if TYPE_CHECKING:
    from deployspec._dockerfile.instructions.arguments import Word
    from deployspec._dockerfile.instructions.flags import Flag
    from deployspec._dockerfile.places import Place
    from deployspec._dockerfile.text.heredocs import Heredoc
    from deployspec._dockerfile.text.lines import Line


@attrs.frozen(kw_only=True)
class Instruction:
    """One instruction.

    `name` is in lower case, or empty for an unknown instruction. `text` are the arguments as written; they begin at the
    offset `start` of the line. Offsets of flags count from `flags_start`. `trigger` is the name of the instruction in
    an ONBUILD, as written.

    `is_valid` if no error has been reported about it. An invalid instruction contains its valid parts: `flags` without
    the `lost_flags`, and no `words` unless `has_arguments`. `guess` is the name that is close to an unknown one.
    """

    name: str
    line: Line
    text: str
    start: int
    words: tuple[Word, ...] = ()
    flags: tuple[Flag, ...] = ()
    flags_start: int = 0
    is_json: bool = False
    trigger: str = ""
    heredocs: tuple[Heredoc, ...] = ()
    is_valid: bool = True
    has_arguments: bool = True
    lost_flags: tuple[Flag, ...] = ()
    guess: str = ""

    def flag(self, name: str) -> Flag | None:
        """Return the first flag with a name, or `None`."""
        return next((flag for flag in self.flags if flag.name == name), None)

    def end_of(self, word: Word) -> int:
        """Return the offset after a word, before its closing quote in exec form."""
        end = string_end(self.line.text, word.start) if self.is_json else None
        return word.end if end is None else end

    @property
    def place(self) -> Place:
        """The location of the whole instruction."""
        return self.line.place(0, len(self.line.text.rstrip(SPACE)))
