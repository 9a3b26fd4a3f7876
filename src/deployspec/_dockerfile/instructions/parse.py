"""A logical line → an instruction: its name, flags, arguments and heredocs, checked.

Grammar::

    instruction = name blanks flags arguments
    blanks      = 1*( tab | vertical tab | form feed | return | space )      ; NBSP is none
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

from deployspec._dockerfile.go import SPACE, lower
from deployspec._dockerfile.instructions.arguments import BLANKS, is_exec_form, read_arguments
from deployspec._dockerfile.instructions.checks import CHECKS, Checker
from deployspec._dockerfile.instructions.flags import check_flags, split_flags
from deployspec._dockerfile.instructions.instruction import Instruction
from deployspec._dockerfile.places import shown
from deployspec._dockerfile.text.heredocs import heredocs_of

if TYPE_CHECKING:
    from deployspec._dockerfile.diagnostics import DockerfileCollector
    from deployspec._dockerfile.instructions.flags import Flag
    from deployspec._dockerfile.text.lines import Line

_IGNORES_FLAGS = frozenset({"arg", "stopsignal"})
_TAKES_HEREDOCS = frozenset({"add", "copy", "run"})


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


def read_instruction(line: Line, escape: str, found: DockerfileCollector) -> Instruction:
    """Read a logical line; its faults go to `found`."""
    before = len(found.found)
    parts = _divided(line.text, 0, escape)
    if parts.name not in CHECKS:
        _report_unknown(parts.written, line, found)
        return Instruction(name="", line=line, text="", start=0, is_valid=False)
    inner = _triggers(parts, line, escape, found)
    arguments = read_arguments(parts.name, parts.text, parts.start, line, escape, found)
    bearer = inner[0] if inner else parts
    has_heredocs = "<<" in line.text and bearer.name in _TAKES_HEREDOCS and not is_exec_form(bearer.name, bearer.text)
    instruction = Instruction(
        name=parts.name,
        line=line,
        text=parts.text,
        start=parts.start,
        words=arguments.words,
        flags=() if parts.name in _IGNORES_FLAGS else parts.flags,
        flags_start=parts.flags_start,
        is_json=arguments.is_json,
        trigger=inner[0].written if inner else "",
        heredocs=heredocs_of(line.text) if has_heredocs else (),
    )
    # Arguments that cannot be divided have been reported, and are not checked.
    divided = len(found.found) == before
    # buildkit frontend/dockerfile/instructions/parse.go: parseHealthcheck does not look at the flags of NONE.
    kind = instruction.words[0].text.upper() if instruction.name == "healthcheck" and instruction.words else ""
    if instruction.flags and kind != "NONE":
        check_flags(instruction.name, instruction.flags, instruction.line, instruction.flags_start, found)
    if divided:
        CHECKS[instruction.name](Checker(instruction, found))
    return instruction if len(found.found) == before else attrs.evolve(instruction, is_valid=False)


def _triggers(parts: _Parts, line: Line, escape: str, found: DockerfileCollector) -> list[_Parts]:
    """Return the instructions that ONBUILD holds, one in the other; their arguments are read, but not checked."""
    inner: list[_Parts] = []
    # One that chains is refused anyway, so two are enough.
    while parts.name == "onbuild" and parts.text and len(inner) < 2:  # noqa: PLR2004
        parts = _divided(line.text, parts.start, escape)
        inner.append(parts)
        read_arguments(parts.name, parts.text, parts.start, line, escape, found)
    return inner


def _report_unknown(written: str, line: Line, found: DockerfileCollector) -> None:
    import difflib

    if "\0" in written:
        found.error_at("not-text", "the file holds NUL characters", line.place(0), "save it as UTF-8 text")
        return
    close = difflib.get_close_matches(lower(written), sorted(CHECKS)) if len(written) <= 20 else []  # noqa: PLR2004  # names are short
    hint = f"did you mean `{close[0].upper()}`?" if close else None
    found.error_at("unknown-instruction", f"`{shown(written)}` is no instruction", line.place(0), hint)
