"""Locations in a Dockerfile, across continuation lines."""

import sys
from bisect import bisect_right
from typing import NamedTuple

from deployspec._core.text import one_line


class Place(NamedTuple):
    """The location of a text in the file: line and column, both from 1, in characters, and the length of the text.

    If the text spans several physical lines, `breaks` lists each further line: its first offset in the text and its
    number.
    """

    line: int
    column: int
    breaks: tuple[tuple[int, int], ...] = ()
    length: int = 1

    @property
    def end(self) -> tuple[int, int]:
        """The line and column after the last character.

        >>> Place(2, 10, ((3, 4),), 5).end, Place(2, 10, length=0).end
        ((4, 3), (2, 10))
        """
        last = self.moved(max(0, self.length - 1))
        return last.line, last.column + min(1, self.length)

    def moved(self, offset: int) -> "Place":
        """Return the location of the character at `offset` in the text.

        >>> Place(2, 10, ((3, 4),)).moved(5)
        Place(line=4, column=3, breaks=(), length=1)
        """
        before = breaks_until(self.breaks, offset)
        if before == 0:
            return Place(self.line, self.column + offset)
        begin, line = self.breaks[before - 1]
        return Place(line, offset - begin + 1)

    def part(self, start: int, end: int) -> "Place":
        """Return the location of the part of the text from `start` to `end`."""
        here = self.moved(start)
        if not self.breaks:
            return Place(here.line, here.column, (), end - start)
        inside = self.breaks[breaks_until(self.breaks, start) : breaks_until(self.breaks, end - 1)]
        return Place(here.line, here.column, tuple((at - start, line) for at, line in inside), end - start)


Place.__module__ = "deployspec"  # the body of a named tuple may contain fields and methods only


def breaks_until(breaks: tuple[tuple[int, int], ...], offset: int) -> int:
    """Count the breaks up to an offset; a binary search, since one instruction can have thousands of lines."""
    return bisect_right(breaks, (offset, sys.maxsize))


def shown(text: str) -> str:
    """Quote a text in a message: on one line, and cut after 60 characters."""
    return one_line(text, 60)
