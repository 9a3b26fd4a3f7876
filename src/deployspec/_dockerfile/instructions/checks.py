"""Checks of instructions: one function per rule, registered by the names of the instructions that it applies to.

Grammar::

    FROM        = image [ "AS" name ]
    COPY, ADD   = 1*source destination                      ; the destination must not be a heredoc
    HEALTHCHECK = "NONE" | "CMD" command
    ONBUILD     = any instruction except ONBUILD, FROM and MAINTAINER

BuildKit checks all instructions of the file, whether the target needs their stage or not. Flags are checked in
`instructions/flags.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from deployspec._dockerfile.go import SPACE, duration, integer, is_as, lower, upper
from deployspec._dockerfile.instructions.flags import Flag, value_place
from deployspec._dockerfile.instructions.mounts import csv_fields, invalid_device_field, mount_sources, source_span
from deployspec._dockerfile.places import shown
from deployspec._dockerfile.text.heredocs import heredoc_of
from deployspec._references.grammar import find_parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployspec._dockerfile.diagnostics import DockerfileCollector
    from deployspec._dockerfile.instructions.arguments import Word
    from deployspec._dockerfile.instructions.instruction import Instruction
    from deployspec._dockerfile.places import Place

# buildkit frontend/dockerfile/instructions/parse.go: validStageName
_STAGE_NAME = re.compile(r"[a-z][a-z0-9\-_.]*")
_INTERVALS = frozenset({"interval", "timeout", "start-period", "start-interval"})
_MIN_INTERVAL = 10**6  # nanoseconds


class Report:
    """Adds errors about one instruction: at a word or a flag of it, by default at all of its arguments.

    `has_arguments` is whether the arguments have no error, `lost_flags` are the flags with one.
    """

    has_arguments = True
    lost_flags: list[Flag] | tuple[Flag, ...] = ()

    def __init__(self, instruction: Instruction, found: DockerfileCollector) -> None:
        self.instruction = instruction
        self.found = found

    def error(self, code: str, message: str, at: Word | Flag | None = None, hint: str | None = None) -> None:
        """Add an error."""
        self.lose(at)
        self.found.error_at(code, message, self.place(at), hint)

    def lose(self, at: Word | Flag | None) -> None:
        """Note that a flag, or the arguments, are not valid."""
        if isinstance(at, Flag):
            if isinstance(self.lost_flags, tuple):
                self.lost_flags = []
            self.lost_flags.append(at)
        else:
            self.has_arguments = False

    def place(self, at: Word | Flag | None) -> Place:
        """Return the location of a word, the value of a flag, or the arguments."""
        instruction = self.instruction
        if isinstance(at, Flag):
            return value_place(at, instruction.line, instruction.flags_start)
        if at is None:
            return instruction.line.place(instruction.start, instruction.start + len(instruction.text))
        end = instruction.end_of(at)
        # Of an empty string, the quotes.
        return instruction.line.place(at.start - (end == at.start), end + (end == at.start))

    def arguments(self, message: str, at: Word | Flag | None = None, hint: str | None = None) -> None:
        """Add an error about the arguments; the message continues the instruction's name."""
        self.error("arguments", f"`{self.instruction.name.upper()}` {message}", at, hint)


Check: TypeAlias = "Callable[[Instruction, Report], None]"
_CHECKS: dict[str, list[Check]] = {}


def check(*names: str) -> Callable[[Check], Check]:
    """Register a function as a check of the named instructions."""

    def register(function: Check) -> Check:
        for name in names:
            _CHECKS.setdefault(name, []).append(function)
        return function

    return register


def check_instruction(instruction: Instruction, found: DockerfileCollector) -> Report:
    """Report the errors in the arguments of an instruction, and in the values of flags that are lists."""
    report = Report(instruction, found)
    for function in _CHECKS.get(instruction.name, ()):
        function(instruction, report)
    return report


# buildkit frontend/dockerfile/instructions/parse.go: parseBuildStageName
@check("from")
def _from(instruction: Instruction, report: Report) -> None:
    words = instruction.words
    if len(words) == 3 and is_as(words[1].text):  # noqa: PLR2004  # image, AS, name
        name = words[2]
        if not _is_stage_name(lower(name.text)):
            hint = "begin with a letter, then use letters and digits, with single `-`, `_` or `.` between them"
            report.error("stage-name", f"invalid stage name `{shown(name.text)}`", name, hint)
    elif len(words) != 1:
        is_comment = any(word.text.startswith("#") for word in words)
        advice = "put the comment on a line of its own" if is_comment else None
        at = words[1] if words else None
        report.arguments("needs an image, optionally followed by `AS` and a stage name", at, advice)


# buildkit frontend/dockerfile/instructions/parse.go: parseBuildStageName; frontend/dockerui/config.go: NamedContext,
# which looks for a context with the name of each stage, and first parses the name as an image reference.
def _is_stage_name(name: str) -> bool:
    return _STAGE_NAME.fullmatch(name) is not None and find_parts(name) is not None


# buildkit frontend/dockerfile/instructions/parse.go: parseArg
@check("arg")
def _arg(instruction: Instruction, report: Report) -> None:
    if not instruction.words:
        report.arguments("needs the name of an argument")
    for word in instruction.words:
        if word.text.startswith("="):
            hint = "write `ARG NAME=value`, without blanks around `=`"
            report.arguments("has an argument without a name", word, hint)


# buildkit frontend/dockerfile/instructions/parse.go: parseAdd, parseCopy, parseSourcesAndDest
@check("add", "copy")
def _sources_and_destination(instruction: Instruction, report: Report) -> None:
    words = instruction.words
    if len(words) < 2:  # noqa: PLR2004  # a source and a destination
        report.arguments("needs at least one source and a destination")
    elif heredoc_of(words[-1].text) is not None:
        report.arguments("cannot write to a heredoc", words[-1], "put the destination last")


# buildkit frontend/dockerfile/instructions/parse.go: parseKvps
@check("env", "label")
def _pairs(instruction: Instruction, report: Report) -> None:
    for word in instruction.words:
        if word.text.startswith("="):
            report.arguments("has a value without a name", word)


# buildkit frontend/dockerfile/instructions/parse.go: parseOnBuild
@check("onbuild")
def _onbuild(instruction: Instruction, report: Report) -> None:
    # A name ends at an ASCII blank, but is compared without any Unicode blank at its end.
    trigger = upper(instruction.trigger.strip(SPACE))
    if not instruction.trigger:
        report.arguments("needs an instruction")
    elif trigger in ("ONBUILD", "FROM", "MAINTAINER"):
        report.arguments(f"cannot contain `{trigger}`")


# buildkit frontend/dockerfile/instructions/commands_runmount.go: runMountPostHook, parseMount
@check("run")
def _mounts(instruction: Instruction, report: Report) -> None:
    for flag, value in _values(instruction, "mount"):
        fields = csv_fields(value)
        if fields is None:
            hint = "write `--mount=type=…,target=…`; a double quote encloses a whole field"
            report.error("flag-value", "invalid list of fields in `--mount`", flag, hint)
        elif any("$" in source[:-1] for source in mount_sources(fields)):
            hint = "define a stage with `FROM` and name it here"
            place = instruction.line.place(*source_span(flag, instruction.line, instruction.flags_start))
            report.lose(flag)
            report.found.error_at("from-variable", "`from` of `--mount` cannot contain a variable", place, hint)


# buildkit frontend/dockerfile/instructions/commands_rundevice.go: runDevicePostHook, setDeviceState
@check("run")
def _devices(instruction: Instruction, report: Report) -> None:
    hint = "write `--device=name=…,required=true`"
    for flag, value in _values(instruction, "device"):
        fields = csv_fields(value)
        if fields is None:
            report.error("flag-value", "invalid list of fields in `--device`", flag, hint)
        elif (invalid := invalid_device_field(fields)) is not None:
            field = f"invalid field `{shown(invalid)}`" if invalid else "empty field"
            report.error("flag-value", f"{field} in `--device`", flag, hint)


def _values(instruction: Instruction, name: str) -> list[tuple[Flag, str]]:
    return [(flag, flag.value) for flag in instruction.flags if flag.name == name and flag.value is not None]


# buildkit frontend/dockerfile/instructions/parse.go: parseShell
@check("shell")
def _shell(instruction: Instruction, report: Report) -> None:
    if not instruction.is_json or not instruction.words:
        report.arguments("needs a JSON array of strings", hint='write `SHELL ["/bin/sh", "-c"]`')


# buildkit frontend/dockerfile/instructions/parse.go: parseHealthcheck
@check("healthcheck")
def _healthcheck(instruction: Instruction, report: Report) -> None:
    words = instruction.words
    kind = upper(words[0].text) if words else ""
    if kind not in ("NONE", "CMD") or (kind == "CMD" and len(words) == 1):
        report.arguments("needs `NONE`, or `CMD` and a command")
    elif kind == "NONE" and len(words) > 1:
        report.error("arguments", "`HEALTHCHECK NONE` accepts no arguments", words[1])
    if kind != "NONE":
        # Only the first of each name: a second one has been reported.
        for flag in {flag.name: flag for flag in reversed(instruction.flags)}.values():
            _check_interval(flag, report)


# buildkit frontend/dockerfile/instructions/parse.go: parseOptInterval, parseHealthcheck (retries)
def _check_interval(flag: Flag, report: Report) -> None:
    if not flag.value:
        return
    hint: str | None = None
    if flag.name in _INTERVALS and not _is_interval(flag.value):
        hint = "write at least 1 ms with a unit, such as `30s`"
    elif flag.name == "retries" and not _is_count(flag.value):
        hint = "write a number, such as `3`"
    if hint:
        message = f"invalid value `{shown(flag.value)}` of flag `--{flag.name}`"
        report.error("flag-value", message, flag, hint)


def _is_count(text: str) -> bool:
    number = integer(text, 32)
    return number is not None and number >= 0


def _is_interval(text: str) -> bool:
    length = duration(text)
    return length is not None and (length == 0 or length >= _MIN_INTERVAL)


# buildkit frontend/dockerfile/instructions/parse.go: errExactlyOneArgument
@check("maintainer", "stopsignal", "user", "workdir")
def _exactly_one(instruction: Instruction, report: Report) -> None:
    if not instruction.words:
        report.arguments("needs exactly one argument")


# buildkit frontend/dockerfile/instructions/parse.go: errAtLeastOneArgument
@check("env", "expose", "label", "volume")
def _at_least_one(instruction: Instruction, report: Report) -> None:
    if not instruction.words:
        report.arguments("needs at least one argument")


# buildkit frontend/dockerfile/instructions/parse.go: parseVolume
@check("volume")
def _paths(instruction: Instruction, report: Report) -> None:
    for word in instruction.words:
        if not word.text.strip(SPACE):
            report.arguments("has an empty path", word)
