"""What an instruction's arguments must be, as BuildKit checks the whole file, reached or not.

Grammar::

    FROM        = image [ "AS" name ]
    COPY, ADD   = 1*source destination                      ; a heredoc is no destination
    HEALTHCHECK = "NONE" | "CMD" command
    ONBUILD     = any instruction but ONBUILD, FROM and MAINTAINER
    mount       = field *( "," field )                      ; `--mount` of RUN; a field may stand in double quotes
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deployspec._dockerfile.go import BOOLEANS, SPACE, duration, integer, is_as, lower
from deployspec._dockerfile.places import shown
from deployspec._dockerfile.text.heredocs import heredoc_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployspec._dockerfile.diagnostics import DockerfileCollector
    from deployspec._dockerfile.instructions.instruction import Instruction

_STAGE_NAME = re.compile(r"[a-z][a-z0-9\-_.]*")
_SHORTEST_INTERVAL = 10**6
_INTERVALS = frozenset({"interval", "timeout", "start-period", "start-interval"})


class Checker:
    """Checks one instruction."""

    def __init__(self, instruction: Instruction, found: DockerfileCollector) -> None:
        self.one = instruction
        self.found = found

    def tell(self, code: str, message: str, at: int | None = None, hint: str | None = None) -> None:
        place = self.one.line.place(self.one.start if at is None else at)
        self.found.error_at(code, message, place, hint)

    def wrong(self, message: str, at: int | None = None, hint: str | None = None) -> None:
        self.tell("arguments", f"`{self.one.name.upper()}` {message}", at, hint)

    def check_from(self) -> None:
        words = self.one.words
        if len(words) == 3 and is_as(words[1].text):  # noqa: PLR2004  # image, AS, name
            name = words[2]
            if not _STAGE_NAME.fullmatch(lower(name.text)):
                hint = "begin with a letter, then letters, digits, `-`, `_` and `.`"
                self.tell("stage-name", f"`{shown(name.text)}` is no name for a stage", name.start, hint)
        elif len(words) != 1:
            is_comment = any(one.text.startswith("#") for one in words)
            advice = "a comment stands on a line of its own" if is_comment else None
            self.wrong("takes an image, or an image, `AS` and a name", words[1].start if words else None, advice)

    def check_arg(self) -> None:
        if not self.one.words:
            self.wrong("takes the name of an argument")
        for word in self.one.words:
            if word.text.startswith("="):
                hint = "write `ARG NAME=value`, without blanks around `=`"
                self.wrong("has an argument without a name", word.start, hint)

    def check_copy(self) -> None:
        words = self.one.words
        if len(words) < 2:  # noqa: PLR2004  # a source and a destination
            self.wrong("takes at least a source and a destination")
        elif heredoc_of(words[-1].text) is not None:
            self.wrong("cannot write to a heredoc", words[-1].start, "name the destination last")

    def check_pairs(self) -> None:
        if not self.one.words:
            self.wrong("takes at least one argument")
        for word in self.one.words:
            if word.text.startswith("="):
                self.wrong("has a value without a name", word.start)

    def check_onbuild(self) -> None:
        # A name ends at a blank of ASCII, and is looked up without any blank at its end.
        trigger = self.one.trigger.strip(SPACE).upper()
        if not self.one.trigger:
            self.wrong("takes an instruction")
        elif trigger in ("ONBUILD", "FROM", "MAINTAINER"):
            self.wrong(f"cannot hold `{trigger}`")

    def check_run(self) -> None:
        for flag in self.one.flags:
            if flag.name == "mount" and flag.value is not None:
                self.check_mount(flag.value, self.one.flags_start + flag.start)
            elif flag.name == "device" and flag.value is not None:
                self.check_device(flag.value, self.one.flags_start + flag.start)

    def check_mount(self, value: str, at: int) -> None:
        fields = csv_fields(value)
        if fields is None:
            hint = "write `--mount=type=…,target=…`; a double quote encloses a whole field"
            self.tell("flag-value", "`--mount` is no list of fields", at, hint)
        elif any("$" in source[:-1] for source in _sources(fields)):
            hint = "define a stage with `FROM` and name it here"
            self.tell("from-variable", "`from` of a mount cannot hold a variable", at, hint)

    def check_device(self, value: str, at: int) -> None:
        hint = "write `--device=name=…,required=true`"
        fields = csv_fields(value)
        if fields is None:
            self.tell("flag-value", "`--device` is no list of fields", at, hint)
        elif (wrong := _wrong_device_field(fields)) is not None:
            field = f"the field `{shown(wrong)}`" if wrong else "an empty field"
            self.tell("flag-value", f"`--device` cannot hold {field}", at, hint)

    def check_shell(self) -> None:
        if not self.one.is_json or not self.one.words:
            self.wrong("takes a JSON array of strings", hint='write `SHELL ["/bin/sh", "-c"]`')

    def check_volume(self) -> None:
        self.check_some()
        for word in self.one.words:
            if not word.text.strip(SPACE):
                self.wrong("has an empty path")

    def check_healthcheck(self) -> None:
        words = self.one.words
        kind = words[0].text.upper() if words else ""
        if kind not in ("NONE", "CMD") or (kind == "CMD" and len(words) == 1):
            self.wrong("takes `NONE`, or `CMD` and a command")
        elif kind == "NONE" and len(words) > 1:
            self.wrong("`NONE` takes no arguments", words[1].start)
        elif kind == "CMD":
            self.check_intervals()

    def check_intervals(self) -> None:
        # Of a flag that is given twice the second one is a fault already.
        for flag in {flag.name: flag for flag in reversed(self.one.flags)}.values():
            retries = flag.name == "retries"
            known = retries or flag.name in _INTERVALS
            if known and flag.value and (not _is_count(flag.value) if retries else not _is_interval(flag.value)):
                hint = "write a number, such as `3`" if retries else "write at least 1 ms with a unit, such as `30s`"
                at = self.one.flags_start + flag.start
                self.tell("flag-value", f"`--{flag.name}` cannot be `{shown(flag.value)}`", at, hint)

    def check_one(self) -> None:
        if not self.one.words:
            self.wrong("takes exactly one argument")

    def check_some(self) -> None:
        if not self.one.words:
            self.wrong("takes at least one argument")

    def check_command(self) -> None:
        """Any text is a command, and so is none."""


CHECKS: dict[str, Callable[[Checker], None]] = {
    "add": Checker.check_copy,
    "arg": Checker.check_arg,
    "cmd": Checker.check_command,
    "copy": Checker.check_copy,
    "entrypoint": Checker.check_command,
    "env": Checker.check_pairs,
    "expose": Checker.check_some,
    "from": Checker.check_from,
    "healthcheck": Checker.check_healthcheck,
    "label": Checker.check_pairs,
    "maintainer": Checker.check_one,
    "onbuild": Checker.check_onbuild,
    "run": Checker.check_run,
    "shell": Checker.check_shell,
    "stopsignal": Checker.check_one,
    "user": Checker.check_one,
    "volume": Checker.check_volume,
    "workdir": Checker.check_one,
}


def _is_count(text: str) -> bool:
    number = integer(text, 32)
    return number is not None and number >= 0


def _is_interval(text: str) -> bool:
    length = duration(text)
    return length is not None and (length == 0 or length >= _SHORTEST_INTERVAL)


def csv_fields(value: str) -> list[str] | None:
    """Split a flag's value as Go reads RFC 4180; `None` where a quote stands wrong, or there is nothing.

    A CR at the end belongs to the end of the record.

    >>> csv_fields('type=bind,"from=a,b"'), csv_fields('a"b')
    (['type=bind', 'from=a,b'], None)
    """
    value = value.removesuffix("\r")
    if not value:
        return None
    if '"' not in value:
        return value.split(",")
    fields: list[str] = []
    at = 0
    while True:
        field = _FIELD.match(value, at)
        if field is None:
            return None
        fields.append(field[2] if field[1] is None else field[1].replace('""', '"'))
        at = field.end()
        if at == len(value):
            return fields
        at += 1


_FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^",]*))(?=,|\Z)')


def _wrong_device_field(fields: list[str]) -> str | None:
    """Return the first field that BuildKit refuses: one name is taken, with `name=` or without, and `required`."""
    name = ""
    for field in fields:
        key, equals, value = field.partition("=")
        if lower(key) == "required":
            if equals and value not in BOOLEANS:
                return field
        elif name:
            return field
        else:
            name = value if equals and lower(key) == "name" else field
    return None


def _sources(fields: list[str]) -> list[str]:
    pairs = (field.partition("=") for field in fields)
    return [source for key, equals, source in pairs if equals and lower(key) == "from"]


def mount_source(value: str) -> str:
    """Return the `from` of a `--mount` value, the last one given; empty where there is none."""
    sources = _sources(csv_fields(value) or [])
    return sources[-1] if sources else ""
