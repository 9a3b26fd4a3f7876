"""The value `Instruction`: one instruction of a Dockerfile, divided into its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from deployspec._dockerfile.instructions.arguments import Word
    from deployspec._dockerfile.instructions.flags import Flag
    from deployspec._dockerfile.places import Place
    from deployspec._dockerfile.text.heredocs import Heredoc
    from deployspec._dockerfile.text.lines import Line


@attrs.frozen(kw_only=True)
class Instruction:
    """One instruction; its name is in lower case, and empty where the file has another one than there are.

    `text` are the arguments as written, which begin at `start` of the line, `flags_start` is where flags may begin. Of
    ONBUILD, `trigger` is the name of the instruction in it.
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

    def flag(self, name: str) -> Flag | None:
        """Return a flag, if it was given."""
        return next((flag for flag in self.flags if flag.name == name), None)

    @property
    def place(self) -> Place:
        """Where the instruction begins."""
        return self.line.place(0)
