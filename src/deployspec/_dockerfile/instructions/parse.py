"""A logical line → an instruction: its name, flags, arguments and heredocs, checked.

Grammar::

    instruction = name blanks flags arguments
    blanks      = 1*( tab | vertical tab | form feed | carriage return | space )      ; not NBSP

Theory of operation. `_divide` splits the line into a name, flags and arguments, each with its offset in the line. The
name decides how the arguments are divided into words (`arguments.py`). Words that cannot be divided are reported, and
not checked further; otherwise the flags (`flags.py`) and the words (`checks.py`) are checked. An ONBUILD contains
another instruction: it is divided now, which can fail, but checked only when it fires, in the build of a stage that is
based on this one. Last, an instruction that supports heredocs lists the ones that its line opens, so that the caller
can skip their bodies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.go import SPACE, lower, upper
from deployspec._dockerfile.instructions.arguments import BLANKS, is_exec_form, read_arguments
from deployspec._dockerfile.instructions.checks import check_instruction
from deployspec._dockerfile.instructions.flags import check_flags, split_flags
from deployspec._dockerfile.instructions.instruction import Instruction
from deployspec._dockerfile.places import Place, shown
from deployspec._dockerfile.text.heredocs import heredocs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deployspec._dockerfile.instructions.flags import Flag
    from deployspec._dockerfile.text.heredocs import Heredoc
    from deployspec._dockerfile.text.lines import Line

# buildkit frontend/dockerfile/command/command.go: Commands
NAMES = frozenset({
    "add", "arg", "cmd", "copy", "entrypoint", "env", "expose", "from", "healthcheck", "label", "maintainer", "onbuild",
    "run", "shell", "stopsignal", "user", "volume", "workdir",
})  # fmt: skip
# buildkit frontend/dockerfile/instructions/parse.go: parseArg and parseStopSignal do not read flags.
_IGNORES_FLAGS = frozenset({"arg", "stopsignal"})
# buildkit frontend/dockerfile/parser/parser.go: heredocDirectives
_SUPPORTS_HEREDOCS = frozenset({"add", "copy", "run"})
_LONGEST_TYPO = 20
# git merge-file, option --marker-size
_CONFLICT_MARKERS = frozenset({"<" * 7, "|" * 7, "=" * 7, ">" * 7})


class _Parts(NamedTuple):
    """A line, divided: the name as written and in lower case, the flags, the arguments, and their offsets."""

    written: str
    name: str
    flags: tuple[Flag, ...]
    flags_start: int
    text: str
    start: int


# buildkit frontend/dockerfile/parser/split_command.go: splitCommand
def _divide(text: str, begin: int, escape: str) -> _Parts:
    """Divide the text of a line from the offset `begin` on."""
    stripped = text[begin:].strip(SPACE)
    begin = len(text) - len(text[begin:].lstrip(SPACE))
    blanks = BLANKS.search(stripped)
    if blanks is None:
        end = begin + len(stripped)
        return _Parts(stripped, lower(stripped), (), end, "", end)
    written, rest = stripped[: blanks.start()], stripped[blanks.end() :]
    flags, text = split_flags(rest, escape)
    flags_start = begin + blanks.end()
    arguments = text.lstrip(SPACE)
    start = flags_start + len(rest) - len(arguments)
    return _Parts(written, lower(written), flags, flags_start, arguments.rstrip(SPACE), start)


def read_instruction(line: Line, escape: str, found: DockerfileCollector) -> Instruction:
    """Read a logical line; its errors are added to `found`."""
    before = len(found.found)
    parts = _divide(line.text, 0, escape)
    if parts.name not in NAMES:
        return _lost(line, "", _report_unknown(parts.written, line, found))
    trigger = _trigger(parts, line, escape, found) if parts.name == "onbuild" else None
    arguments = read_arguments(parts.name, parts.text, parts.start, line, escape, found)
    instruction = Instruction(
        name=parts.name,
        line=line,
        text=parts.text,
        start=parts.start,
        words=arguments.words,
        flags=() if parts.name in _IGNORES_FLAGS else parts.flags,
        flags_start=parts.flags_start,
        is_json=arguments.is_json,
        trigger="" if trigger is None else trigger.written,
        heredocs=_heredocs(parts if trigger is None else trigger, line),
    )
    return _check(instruction, found, before, is_divided=len(found.found) == before)


def lost_instruction(line: Line) -> Instruction:
    """Return the instruction of a line that is not read; its name may be known."""
    name = lower(line.text.split(maxsplit=1)[0])
    return _lost(line, name if name in NAMES else "", "")


def _lost(line: Line, name: str, guess: str) -> Instruction:
    return Instruction(name=name, line=line, text="", start=0, is_valid=False, has_arguments=False, guess=guess)


def _check(instruction: Instruction, found: DockerfileCollector, before: int, *, is_divided: bool) -> Instruction:
    """Check an instruction whose errors begin with number `before`; if it has any, return it without invalid parts."""
    # buildkit frontend/dockerfile/instructions/parse.go: parseHealthcheck does not read the flags of NONE.
    is_none = instruction.name == "healthcheck" and instruction.words and upper(instruction.words[0].text) == "NONE"
    lost: Sequence[Flag] = ()
    if instruction.flags and not is_none:
        lost = check_flags(instruction.name, instruction.flags, instruction.line, instruction.flags_start, found)
    # The checks of RUN are about its flags.
    report = check_instruction(instruction, found) if is_divided or instruction.name == "run" else None
    if len(found.found) == before:
        return instruction
    has_arguments = is_divided and report is not None and report.has_arguments
    lost = lost if report is None else [*lost, *report.lost_flags]
    flags = set(lost)
    return attrs.evolve(
        instruction,
        is_valid=False,
        has_arguments=has_arguments,
        words=instruction.words if has_arguments else (),
        flags=tuple(flag for flag in instruction.flags if flag not in flags),
        lost_flags=tuple(lost),
    )


# buildkit frontend/dockerfile/parser/parser.go: canContainHeredoc, Parse
def _heredocs(parts: _Parts, line: Line) -> tuple[Heredoc, ...]:
    """Return the heredocs that a line opens; `parts` is its instruction, or the one in an ONBUILD."""
    if "<<" not in line.text or parts.name not in _SUPPORTS_HEREDOCS or is_exec_form(parts.text):
        return ()
    return heredocs_of(line.text)


# buildkit frontend/dockerfile/parser/line_parsers.go: parseSubCommand
def _trigger(parts: _Parts, line: Line, escape: str, found: DockerfileCollector) -> _Parts | None:
    """Return the instruction in an ONBUILD; errors in dividing it, and one more ONBUILD in it, are reported."""
    inner: _Parts | None = None
    # A chain of ONBUILD is refused anyway, so that two levels are enough.
    for _ in range(2):
        if parts.name != "onbuild" or not parts.text:
            break
        parts = _divide(line.text, parts.start, escape)
        inner = inner or parts
        read_arguments(parts.name, parts.text, parts.start, line, escape, found)
    return inner


# buildkit frontend/dockerfile/instructions/parse.go: UnknownInstructionError
def _report_unknown(written: str, line: Line, found: DockerfileCollector) -> str:
    """Report an unknown instruction, and return the name that is close to it, if any."""
    import difflib

    if "\0" in written:
        at = written.index("\0")
        found.error_at("not-text", "file contains NUL characters", line.place(at), "save it as UTF-8 text")
        return ""
    if not written:
        place = Place(line.number, line.column)
        found.error_at("unknown-instruction", "line continuation without an instruction", place, "remove it")
        return ""
    if written in _CONFLICT_MARKERS:
        place = line.place(0, len(written))
        found.error_at("merge-conflict", "unresolved merge conflict marker", place, "resolve the conflict")
        return ""
    close = difflib.get_close_matches(lower(written), sorted(NAMES)) if len(written) <= _LONGEST_TYPO else []
    hint = f"did you mean `{close[0].upper()}`?" if close else None
    place = line.place(0, len(written))
    found.error_at("unknown-instruction", f"unknown instruction `{shown(written)}`", place, hint)
    return close[0] if close else ""
