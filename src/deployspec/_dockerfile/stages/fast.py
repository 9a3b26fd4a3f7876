r"""The fast path: plain instructions are read, or skipped, by one regular expression.

Skipped instructions. Most instructions of a file cannot influence the result: RUN of a shell command, COPY from the
build context, ENV, WORKDIR and the like name no image, and in their plain forms they contain no error that the full
parser would report. The patterns (`patterns.py`) therefore describe only spellings that are certainly valid: upper-case
names, known flags in their usual order, enough arguments, ASCII characters if white space matters, no quote or escape
that changes the meaning. One match skips any number of such instructions and stops after the first one with content
that matters, whose groups contain the values.

Why the result is equal. The first instruction that does not match is left to the full parser, which continues from that
line; after it the fast path tries again. So each line is read by exactly one of the two, a pattern that is too narrow
costs time only, and a pattern that is too wide is a bug: a property test compares the values and places of both paths
on generated files, and unit tests list plain and other spellings.

Time saved. Reading a Dockerfile and finding its images takes 2.7 to 3.6 times as long without it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deployspec._dockerfile.go import SPACE
from deployspec._dockerfile.instructions.mounts import find_mount_source
from deployspec._dockerfile.places import Place
from deployspec._dockerfile.stages.builder import FileBuilder
from deployspec._dockerfile.stages.patterns import Patterns, patterns
from deployspec._dockerfile.stages.stages import NO_PLACE, make_argument, make_source, make_stage

if TYPE_CHECKING:
    from collections.abc import Callable

# A line with more characters than this may exceed the limit of bytes.
_SHORT = 16_000
_STRING = re.compile(r'"([^"]*)"')
# The offset and the line number at which a file begins.
START = (0, 1)
_MOUNT = re.compile(r"--mount=(\S+)")
_WORD = "[A-Za-z0-9_./@:-]+"
_TARGET = rf"(?:target|dst|destination)=/{_WORD}"
_NAMED = rf"(?:(?:id|from|source|src)={_WORD}|(?:ro|rw|readonly|readwrite)(?:=(?:true|false))?)"
# Mounts that BuildKit cannot refuse.
_SOUND_MOUNT = re.compile(
    rf"type=cache(?:,{_NAMED}|,sharing=(?:locked|shared|private))*,{_TARGET}"
    rf"(?:,{_NAMED}|,sharing=(?:locked|shared|private)|,(?:uid|gid|mode)=[0-7]{{1,4}})*"
    rf"|(?:type=bind,)?(?:{_NAMED},)*{_TARGET}(?:,{_NAMED})*(?:,type=bind)?"
    rf"|type=secret,id={_WORD}(?:,(?:target|dst|destination)={_WORD}|,required(?:=(?:true|false))?|,env={_WORD})*|type=ssh"
)


def normalized(text: str) -> str | None:
    r"""Return a text with "\n" after each line, as the patterns expect it.

    `None` means: use the full parser, because the text has a NUL, a line that may be too long, or a stray "\r".
    """
    if "\0" in text or (len(text) >= _SHORT and max(map(len, text.split("\n"))) >= _SHORT):
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if "\r\n" in text:
            return None
    return text if text.endswith("\n") or not text else text + "\n"


def patterns_for(text: str, escape: str) -> Patterns:
    """Return the patterns for a normalized text."""
    return patterns(escape, "<" in text and "<<" in text)


def read_plain(plain: Patterns, text: str, position: tuple[int, int], builder: FileBuilder) -> tuple[int, int]:
    """Read plain instructions from an offset and line number on; return those of the first other instruction."""
    at, number = position
    counted, size = at, len(text)
    head, body, heredocs = plain
    while at < size:
        match = (head if builder.head is None else body).match(text, at)
        if match is None or (end := match.end()) == at:
            break
        if heredocs and builder.head is not None and any(match.group(*heredocs)):
            builder.features.add("heredoc")
        at, stop = end, match.lastgroup
        if stop in _READERS:
            start = match.start(stop)
            number += text.count("\n", counted, start)
            counted = start
            _READERS[stop](builder, match, start, number)
    # At the end of a file with a stage nobody needs the line number.
    return at, number if at == size and builder.head is not None else number + text.count("\n", counted, at)


# One reader for each group that ends a match; `start` is the offset of the instruction, `number` its line.


def _read_from(builder: FileBuilder, match: re.Match[str], start: int, number: int) -> None:
    platform, base, name = match.group("platform", "base", "name")
    if builder.head is not None:
        builder.end_stage()
    if name is not None and not name.islower():
        builder.features.add("stage-case")
    builder.head = make_stage(
        name=None if name is None else name.lower(),
        base=base,
        platform=None if platform is None else platform[11:],
        line=number,
        sources=(),
        triggers=(),
        entrypoint=None,
        cmd=None,
        base_place=Place(number, match.start("base") - start + 1, (), len(base)),
        platform_place=NO_PLACE if platform is None else _value_place(match, "platform", start, number),
    )


def _read_argument(builder: FileBuilder, match: re.Match[str], start: int, number: int) -> None:
    name, default = match.group("argument", "default")
    begin, end = match.span("argument" if default is None else "default")
    builder.last_place = Place(number, 1)
    builder.arguments.append(make_argument(name, default, number, Place(number, begin - start + 1, (), end - begin)))


def _read_copy(builder: FileBuilder, match: re.Match[str], start: int, number: int) -> None:
    place = _value_place(match, "source", start, number)
    builder.sources.append(make_source("copy", match["source"][7:], number, place))


def _value_place(match: re.Match[str], group: str, start: int, number: int) -> Place:
    """Return the location of a flag's value; the value has no quotes and no escapes."""
    begin, end = match.span(group)
    begin += match[group].index("=") + 1
    return Place(number, begin - start + 1, (), end - begin)


def _read_mounts(builder: FileBuilder, match: re.Match[str], start: int, number: int) -> None:
    mounts = match["mounts"]
    column, line, counted = match.start("mounts") - start + 1, number, 0
    for mount in _MOUNT.finditer(mounts):
        offset = mount.start()
        line_end = mounts.rfind("\n", 0, offset)
        if line_end >= 0:
            line += mounts.count("\n", counted, offset)
            column, counted = -line_end, offset
        value = mount[1]
        if not _SOUND_MOUNT.fullmatch(value):
            builder.may_be_refused = True
        lowered = value.lower()
        if "type=s" in lowered:
            builder.may_mount_secrets = True
        froms = lowered.count("from=")
        source, begin = find_mount_source(value) if froms else ("", 0)
        if froms > 1:
            builder.features.add("mount-twice")
        begin += column + mount.start(1)
        place = Place(line, begin, (), len(source or value))
        builder.sources.append(make_source("mount", source, number, place))


def _read_command(builder: FileBuilder, match: re.Match[str], _start: int, _number: int) -> None:
    which, arguments = match.group("which", "arguments")
    command = tuple(_STRING.findall(arguments)) if arguments.startswith("[") else arguments.strip(SPACE)
    if which == "CMD":
        builder.cmd = command
    else:
        builder.entrypoint = command


_READERS: dict[str, Callable[[FileBuilder, re.Match[str], int, int], None]] = {
    "stage": _read_from,
    "argument_line": _read_argument,
    "copied": _read_copy,
    "mounted": _read_mounts,
    "command": _read_command,
}
