"""The lines of a TOML text: the standard library has no positions, and only errors need them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HEADER = re.compile(r"\s*\[\[?(.*?)\]\]?\s*(?:#.*)?")
_PART = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)\s*(\.?)""")
_ASSIGNED = re.compile(r"""(?:^|[{,])\s*((?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w.-]+|\s*\.\s*)+?)\s*=""")

Location = tuple[int, int]


def find_key(text: str, path: Sequence[str]) -> Location:
    """Return the line and column of a key, or of the longest part of its path that is found; else of the first line.

    >>> find_key('[policy]\\nrequire_digest = 1\\n', ["policy", "require_digest"])
    (2, 1)
    >>> find_key('[apps."services/api"]\\nargs = { A = 1 }\\n', ["apps", "services/api", "args", "A"])
    (2, 10)
    """
    best: tuple[int, Location] = (0, (1, 1))
    for found, location in _keys(text):
        length = 0
        while length < min(len(found), len(path)) and found[length] == path[length]:
            length += 1
        if length == len(found) and length > best[0]:
            best = length, location
    return best[1]


def _keys(text: str) -> Iterator[tuple[list[str], Location]]:
    """Yield the path and the location of each key and each header, without nested tables in several lines."""
    table: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        header = _HEADER.fullmatch(line)
        if header is not None and "=" not in line:
            table = _parts(header[1])
            yield table, (number, line.index("[") + 1)
            continue
        outer: list[str] = []
        for found in _ASSIGNED.finditer(line):
            parts = _parts(found[1])
            location = number, found.start(1) + len(found[1]) - len(found[1].lstrip()) + 1
            if found.start() == 0:
                outer = parts
                yield [*table, *parts], location
            else:
                yield [*table, *outer, *parts], location


def _parts(key: str) -> list[str]:
    return [part[1].strip("\"'") for part in _PART.finditer(key)]
