"""Text on a terminal: colour, width and lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

import attrs

_COLUMNS = 80
_STYLED = re.compile(r"\x1b\[[0-9;]*m")
_CODES = {"bold": "1", "dim": "2", "error": "1;31", "warning": "1;33", "note": "1;36", "good": "1;32"}


@attrs.frozen
class Style:
    """Colours words with ANSI codes if `color` is set."""

    color: bool = False

    def __call__(self, name: str, text: str) -> str:
        return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if self.color and name in _CODES else text


def width(text: str) -> int:
    """Return the number of terminal columns of a text: two for wide characters, none for combining ones.

    >>> width("app"), width("\u30a2\u30d7\u30ea"), width("e\u0301")
    (3, 6, 1)
    """
    if text.isascii():
        return len(text)
    narrow = sum(not unicodedata.combining(char) for char in text)
    return narrow + sum(unicodedata.east_asian_width(char) in "WF" for char in text)


def wrapped(lines: Iterable[str], margin: str = "  ") -> Iterator[str]:
    """Wrap lines at 80 columns after a margin; continuation lines are indented by two more columns."""
    for line in lines:
        first, *words = line.lstrip().split(" ")
        indent = margin + line[: len(line) - len(line.lstrip())]
        current = indent + first
        for word in words:
            # Not `textwrap`, which counts the codes of colours, and wide characters as one column.
            if width(_STYLED.sub("", f"{current} {word}")) > _COLUMNS:
                yield current
                current = f"{indent}  {word}"
            else:
                current = f"{current} {word}"
        yield current
