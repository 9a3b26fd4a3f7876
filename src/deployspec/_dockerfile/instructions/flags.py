"""Flags: the `--name=value` words between an instruction's name and its arguments.

Grammar::

    flags = *( "--" name [ "=" value ] blanks ) [ "--" blanks ]      ; "--" alone ends them

Quotes are removed and white space in them is kept. The escape character makes the next character literal, in both kinds
of quotes too. The first other word ends the flags: `COPY /a --from=nginx /x` has none.

To add a flag, add it to `FLAGS`; a rule about its value belongs in `instructions/checks.py`.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from deployspec._dockerfile.go import lower
from deployspec._dockerfile.places import shown

if TYPE_CHECKING:
    from deployspec._dockerfile.diagnostics import DockerfileCollector
    from deployspec._dockerfile.places import Place
    from deployspec._dockerfile.text.lines import Line

FlagKind: TypeAlias = Literal["text", "bool", "many"]
# buildkit frontend/dockerfile/instructions/parse.go: parseFrom, parseCopy, parseAdd, parseHealthcheck;
# commands_runmount.go, commands_runnetwork.go, commands_runsecurity.go, commands_rundevice.go
FLAGS: dict[str, dict[str, FlagKind]] = {
    "from": {"platform": "text"},
    "copy": {"chown": "text", "from": "text", "chmod": "text", "link": "bool", "exclude": "many", "parents": "bool"},
    "add": {
        "chown": "text",
        "chmod": "text",
        "link": "bool",
        "keep-git-dir": "bool",
        "checksum": "text",
        "unpack": "bool",
        "exclude": "many",
    },
    "run": {"mount": "many", "network": "text", "security": "text", "device": "many"},
    "healthcheck": {
        "interval": "text",
        "timeout": "text",
        "start-period": "text",
        "start-interval": "text",
        "retries": "text",
    },
}
BYTE_SPACE = "\t\n\v\f\r \x85\xa0"
# Characters without a special meaning, in quotes and outside.
_PLAIN = {escape: re.compile(f"[^'\"{BYTE_SPACE}{re.escape(escape)}]+") for escape in ("\\", "`")}
# The two non-ASCII ones that can follow a name, as bytes that are not UTF-8.
_LONE_SPACE = ("\udc85", "\udca0")
# Lone surrogates that do not stand for a byte.
_NOT_A_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
# buildkit frontend/dockerfile/instructions/commands_runnetwork.go: isValidNetwork; and commands_runsecurity.go
_CHOICES = {"network": ("default", "none", "host"), "security": ("sandbox", "insecure")}


@attrs.frozen
class Flag:
    """A flag: its name, its value (`None` without `=`), and its offsets after the instruction's name."""

    name: str
    value: str | None
    start: int
    end: int


def name_place(flag: Flag, line: Line, start: int) -> Place:
    """Return the location of a flag without its value; `start` is the offset of the flags in the line."""
    first, last = start + flag.start, start + flag.end
    equals = line.text.find("=", first, last)
    return line.place(first, last if equals < 0 else equals)


def value_place(flag: Flag, line: Line, start: int) -> Place:
    """Return the location of a flag's value without quotes around it, or of the whole flag if the value is empty."""
    return line.place(*value_span(flag, line, start))


def value_span(flag: Flag, line: Line, start: int) -> tuple[int, int]:
    """Return the offsets of the text of `value_place` in the line."""
    first, last = start + flag.start, start + flag.end
    equals = line.text.find("=", first, last)
    if equals in (-1, last - 1):
        return first, last
    if flag.value and last - equals - 1 != len(flag.value):
        return part_span(flag, line, start, 0, len(flag.value))
    return equals + 1, last


def part_span(flag: Flag, line: Line, start: int, begin: int, end: int) -> tuple[int, int]:
    """Return the offsets in the line of the part of a flag's value from `begin` to `end`, as written.

    If the text is not ASCII, the value consists of bytes, and all of it is meant.
    """
    first, last = start + flag.start, start + flag.end
    value = flag.value or ""
    equals = line.text.find("=", first, last)
    if last - equals - 1 == len(value):
        return equals + 1 + begin, equals + 1 + end
    raw = line.text[first:last]
    for escape in _PLAIN:
        offsets: list[int] = []
        if _word(raw, 0, escape, offsets)[0] == f"--{flag.name}={value}":
            offsets = offsets[len(flag.name) + 3 :]
            return first + offsets[begin], first + offsets[max(begin, end - 1)] + 1
    return equals + 1, last


# buildkit frontend/dockerfile/parser/split_command.go: extractBuilderFlags
def split_flags(text: str, escape: str) -> tuple[tuple[Flag, ...], str]:
    """Split the text after an instruction's name into flags and the rest.

    BuildKit converts each byte to a character, so non-ASCII text becomes Latin-1, in which the bytes 0x85 and 0xA0 are
    white space: `--from=bui<NBSP>lder` is divided at the NBSP.
    """
    if text[:2] != "--" and text[:1] not in _LONE_SPACE:
        return (), text
    if text.isascii():
        flags, end = _walk(text, 0, escape)
        return flags, text[end:]
    source = file_bytes(text)
    flags, end = _walk(source.decode("latin-1"), 0, escape)
    # The offset in bytes of each character; a flag may begin or end within one.
    errors = _handler(text)
    starts = list(itertools.accumulate((len(char.encode("utf-8", errors)) for char in text), initial=0))
    placed = [
        attrs.evolve(flag, start=bisect_right(starts, flag.start) - 1, end=bisect_left(starts, flag.end))
        for flag in flags
    ]
    return tuple(placed), source[end:].decode("utf-8", "surrogateescape")


def file_bytes(text: str) -> bytes:
    """Return the bytes of a text; lone surrogates become the bytes they stand for, if all of them stand for one."""
    return text.encode("utf-8", _handler(text))


def _handler(text: str) -> str:
    return "surrogatepass" if _NOT_A_BYTE.search(text) else "surrogateescape"


def _walk(text: str, at: int, escape: str) -> tuple[tuple[Flag, ...], int]:
    flags: list[Flag] = []
    while True:
        while at < len(text) and text[at] in BYTE_SPACE:
            at += 1
        if not text.startswith("--", at):
            return tuple(flags), at
        start = at
        word, at = _word(text, at, escape)
        if word == "--":
            return tuple(flags), at
        name, equals, value = word[2:].partition("=")
        flags.append(Flag(name, value if equals else None, start, at))


def _word(text: str, at: int, escape: str, offsets: list[int] | None = None) -> tuple[str, int]:
    """Return the word at an offset, and the offset after it; the offset of each of its characters goes to `offsets`."""
    out: list[str] = []
    quote = ""
    while at < len(text):
        plain = _PLAIN[escape].match(text, at)
        if plain is not None:
            out.append(plain[0])
            if offsets is not None:
                offsets += range(at, plain.end())
            at = plain.end()
            continue
        char = text[at]
        if char == escape:
            at += 1
            out.append(text[at : at + 1])
            if offsets is not None:
                offsets.append(at)
        elif quote:
            if char == quote:
                quote = ""
            else:
                out.append(char)
                if offsets is not None:
                    offsets.append(at)
        elif char in BYTE_SPACE:
            break
        else:
            quote = char
        at += 1
    return "".join(out), min(at, len(text))


# buildkit frontend/dockerfile/instructions/bflag.go: Parse
def check_flags(
    instruction: str, flags: tuple[Flag, ...], line: Line, start: int, found: DockerfileCollector
) -> list[Flag]:
    """Report unknown and duplicate flags, and invalid values; `start` is the offset of the flags in the line.

    The result are the flags without a valid value. So are all duplicates, since the file does not say which one is
    meant.
    """
    known = FLAGS.get(instruction, {})
    given: set[str] = set()
    lost: list[Flag] = []
    for flag in flags:
        count = len(found.found)
        kind = known.get(flag.name)
        if kind is None:
            _report_unknown(instruction, flag, name_place(flag, line, start), found)
        elif kind != "many" and flag.name in given:
            place = line.place(start + flag.start, start + flag.end)
            found.error_at("duplicate-flag", f"duplicate flag `--{flag.name}`", place, "keep one of them")
        else:
            _check_value(kind, flag, value_place(flag, line, start), found)
        if len(found.found) > count:
            lost.append(flag)
            if found.is_full:
                break
        given.add(flag.name)
    if lost:
        invalid = set(lost)
        duplicates = {flag.name for flag in lost if known.get(flag.name) not in (None, "many")}
        lost = [flag for flag in flags if flag.name in duplicates or flag in invalid]
    return lost


def _report_unknown(instruction: str, flag: Flag, place: Place, found: DockerfileCollector) -> None:
    known = ", ".join(f"`--{name}`" for name in FLAGS.get(instruction, {}))
    supported = known or "no flags"
    message = f"unknown flag `--{shown(flag.name)}` of `{instruction.upper()}`"
    found.error_at("unknown-flag", message, place, f"`{instruction.upper()}` supports {supported}")


def _check_value(kind: FlagKind, flag: Flag, place: Place, found: DockerfileCollector) -> None:
    if kind == "bool":
        if flag.value is not None and lower(flag.value) not in ("true", "false"):
            found.error_at("flag-value", _invalid_value(flag), place, "use `true` or `false`")
    elif flag.value is None:
        found.error_at("flag-value", f"flag `--{flag.name}` has no value", place, f"write `--{flag.name}=…`")
    elif flag.name in _CHOICES and flag.value not in _CHOICES[flag.name]:
        choices = ", ".join(f"`{choice}`" for choice in _CHOICES[flag.name])
        found.error_at("flag-value", _invalid_value(flag), place, f"use one of {choices}")


def _invalid_value(flag: Flag) -> str:
    value = f"invalid value `{shown(flag.value)}`" if flag.value else "empty value"
    return f"{value} of flag `--{flag.name}`"
