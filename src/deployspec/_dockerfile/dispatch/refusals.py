"""The uses of features that older frontends refuse."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING

from deployspec._dockerfile.dispatch.read import read_all
from deployspec._dockerfile.instructions.flags import name_place, value_place
from deployspec._dockerfile.instructions.mounts import csv_fields

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from deployspec._dockerfile.instructions.flags import Flag
    from deployspec._dockerfile.instructions.instruction import Instruction
    from deployspec._dockerfile.places import Place

# Instructions whose words the frontend expands; a shell expands those of the others.
_EXPANDED = frozenset({
    *("from", "arg", "env", "label", "copy", "add", "workdir", "user", "expose", "volume", "stopsignal"),
})  # fmt: skip
_PATTERN = re.compile(r"(?<!\\)\$\{\w+[#%/]")
_REQUIRED = re.compile(r"(?<!\\)\$\{\w+:?\?")
_OCTAL = re.compile("[0-7]+")


def find_uses(text: str, names: Container[str]) -> dict[str, Place]:
    """Return the features in `names` that a valid file uses, with the place of the first use, in its order.

    Triggers are left out, since a frontend reads the instruction in an ONBUILD only when it fires.
    """
    found: dict[str, Place] = {}
    for instruction, _, _ in read_all(text):
        for name, place in _features(instruction):
            if name in names:
                found.setdefault(name, place)
    return dict(sorted(found.items(), key=itemgetter(1)))


def _features(instruction: Instruction) -> Iterator[tuple[str, Place]]:
    line, start = instruction.line, instruction.flags_start
    for flag in instruction.flags:
        yield f"--{flag.name}", name_place(flag, line, start)
        for name in _features_of_value(flag):
            yield name, value_place(flag, line, start)
    if instruction.name == "arg" and len(instruction.words) > 1:
        yield "arguments", line.place(instruction.words[1].start, instruction.words[1].end)
    if instruction.name in _EXPANDED:
        for name, pattern in (("pattern", _PATTERN), ("required", _REQUIRED)):
            match = pattern.search(line.text)
            if match is not None:
                yield name, line.place(*match.span())


def _features_of_value(flag: Flag) -> Iterator[str]:
    value = flag.value or ""
    if flag.name == "chmod" and "$" in value:
        yield "chmod-variable"
    elif flag.name == "chmod" and not _OCTAL.fullmatch(value):
        yield "chmod-symbolic"
    elif flag.name == "mount" and any(field.lower().startswith("env=") for field in csv_fields(value) or ()):
        yield "env"
