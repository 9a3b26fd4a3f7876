"""A logical line → an instruction: its name, flags, arguments and heredocs, checked.

Grammar::

    instruction = name blanks flags arguments
    blanks      = 1*( tab | vertical tab | form feed | return | space )      ; NBSP is none
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

from deployspec._dockerfile.go import SPACE, lower
from deployspec._dockerfile.instructions.arguments import BLANKS, Word, read_arguments
from deployspec._dockerfile.instructions.checks import CHECKS, Checker
from deployspec._dockerfile.instructions.flags import Flag, check_flags, split_flags
from deployspec._dockerfile.places import fault, shown
from deployspec._dockerfile.text.heredocs import Heredoc, heredocs_of

if TYPE_CHECKING:
    from deployspec._core.diagnostics import Diagnostic
    from deployspec._dockerfile.places import Place
    from deployspec._dockerfile.text.lines import Line

__all__: list[str] = []

_IGNORES_FLAGS = frozenset({"arg", "stopsignal"})
_TAKES_HEREDOCS = frozenset({"add", "copy", "run"})


@attrs.frozen
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


class _Parts(NamedTuple):
    """A line, divided: the name as written, the flags, and the arguments with where they begin."""

    written: str
    name: str
    flags: tuple[Flag, ...]
    flags_start: int
    text: str
    start: int


def _divided(text: str, begin: int, escape: str) -> _Parts:
    """Divide what stands in a line from `begin` on."""
    stripped = text[begin:].strip(SPACE)
    begin = len(text) - len(text[begin:].lstrip(SPACE))
    found = BLANKS.search(stripped)
    if found is None:
        return _Parts(stripped, lower(stripped), (), begin + len(stripped), "", begin + len(stripped))
    rest = stripped[found.end() :]
    flags, text = split_flags(rest, escape)
    flags_start = begin + found.end()
    arguments = text.lstrip(SPACE)
    written = stripped[: found.start()]
    return _Parts(
        written, lower(written), flags, flags_start, arguments.rstrip(SPACE), flags_start + len(rest) - len(arguments)
    )


def read_instruction(line: Line, escape: str, found: list[Diagnostic]) -> Instruction:
    """Read a logical line; its faults go to `found`."""
    faults: list[Diagnostic] = []
    parts = _divided(line.text, 0, escape)
    if parts.name not in CHECKS:
        found.append(_unknown(parts.written, line))
        return Instruction("", line, "", 0, is_valid=False)
    inner = _triggers(parts, line, escape, faults)
    arguments = read_arguments(parts.name, parts.text, parts.start, line, escape, faults)
    bearer = inner[0] if inner else parts
    heredocs: tuple[Heredoc, ...] = ()
    if bearer.name in _TAKES_HEREDOCS and "<<" in line.text:
        is_json = read_arguments(bearer.name, bearer.text, 0, line, escape, []).is_json
        heredocs = () if is_json else heredocs_of(line.text)
    instruction = Instruction(
        parts.name,
        line,
        parts.text,
        parts.start,
        arguments.words,
        () if parts.name in _IGNORES_FLAGS else parts.flags,
        parts.flags_start,
        arguments.is_json,
        inner[0].written if inner else "",
        heredocs,
    )
    _check(instruction, faults)
    if not faults:
        return instruction
    found += faults
    return attrs.evolve(instruction, is_valid=False)


def _check(instruction: Instruction, faults: list[Diagnostic]) -> None:
    # Of `HEALTHCHECK NONE` BuildKit does not look at the flags.
    kind = instruction.words[0].text.upper() if instruction.name == "healthcheck" and instruction.words else ""
    if instruction.flags and kind != "NONE":
        check_flags(instruction.name, instruction.flags, instruction.line, instruction.flags_start, faults)
    if not faults or not any(one.code in ("dockerfile-arguments", "dockerfile-json") for one in faults):
        CHECKS[instruction.name](Checker(instruction, faults))


def _triggers(parts: _Parts, line: Line, escape: str, faults: list[Diagnostic]) -> list[_Parts]:
    """Return the instructions that ONBUILD holds, one in the other; their arguments are read, but not checked."""
    inner: list[_Parts] = []
    # One that chains is refused anyway, so two are enough.
    while parts.name == "onbuild" and parts.text and len(inner) < 2:  # noqa: PLR2004
        parts = _divided(line.text, parts.start, escape)
        inner.append(parts)
        read_arguments(parts.name, parts.text, parts.start, line, escape, faults)
    return inner


def _unknown(written: str, line: Line) -> Diagnostic:
    import difflib

    if "\0" in written:
        return fault("not-text", "the file holds NUL characters", line.place(0), "save it as UTF-8 text")
    close = difflib.get_close_matches(lower(written), sorted(CHECKS)) if len(written) <= 20 else []  # noqa: PLR2004  # names are short
    hint = f"did you mean `{close[0].upper()}`?" if close else None
    return fault("unknown-instruction", f"`{shown(written)}` is no instruction", line.place(0), hint)
