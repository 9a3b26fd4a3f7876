"""How the readers of a Dockerfile tell a fault, and where in the file it stands."""

import sys
from bisect import bisect_right
from typing import NamedTuple


class Place(NamedTuple):
    """Where a text begins in the file: line and column, both from 1; the column counts characters.

    A word may go on behind a continuation: `breaks` says where, as offsets in the word, and in which lines.
    """

    line: int
    column: int
    breaks: tuple[tuple[int, int], ...] = ()

    def moved(self, offset: int) -> "Place":
        """Return the place of the character at `offset` in the text.

        >>> Place(2, 10, ((3, 4),)).moved(5)
        Place(line=4, column=3, breaks=())
        """
        before = breaks_until(self.breaks, offset)
        if before == 0:
            return Place(self.line, self.column + offset)
        begin, line = self.breaks[before - 1]
        return Place(line, offset - begin + 1)

    def part(self, start: int, end: int) -> "Place":
        """Return the place of the word from `start` to `end` of the text, in which it may go on as well."""
        here = self.moved(start)
        inside = self.breaks[breaks_until(self.breaks, start) : breaks_until(self.breaks, end - 1)]
        return Place(here.line, here.column, tuple((at - start, line) for at, line in inside))


Place.__module__ = "deployspec"  # the body of a named tuple may contain fields and methods only


def breaks_until(breaks: tuple[tuple[int, int], ...], offset: int) -> int:
    """Count the breaks up to an offset, by halves: one instruction may have ten thousand lines, each with a word."""
    return bisect_right(breaks, (offset, sys.maxsize))


def shown(text: str) -> str:
    """Text as a message may show it: on one line and in bounds."""
    cut = text if len(text) <= 60 else text[:60] + "…"  # noqa: PLR2004  # a line's worth
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in cut)
