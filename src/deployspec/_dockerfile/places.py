"""How the readers of a Dockerfile tell a fault, and where in the file it stands."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple, cast

from deployspec._core.diagnostics import Diagnostic, InvalidDockerfile, capped

if TYPE_CHECKING:
    from collections.abc import Callable

__all__: list[str] = []

SOURCE = "Dockerfile"
MOST_FAULTS = 1_000
_DIGEST_LIKE = re.compile(r"[A-Za-z0-9+._-]+:[0-9A-Za-z]*\Z")


class Place(NamedTuple):
    """Where a text begins in the file: line and column, both from 1; the column counts characters.

    A word may go on behind a continuation: `breaks` says where, as offsets in the word, and in which lines.
    """

    line: int
    column: int
    breaks: tuple[tuple[int, int], ...] = ()

    def moved(self, offset: int) -> Place:
        """Return the place of the character at `offset` in the text.

        >>> Place(2, 10, ((3, 4),)).moved(5)
        Place(line=4, column=3, breaks=())
        """
        before = breaks_until(self.breaks, offset)
        if before == 0:
            return Place(self.line, self.column + offset)
        begin, line = self.breaks[before - 1]
        return Place(line, offset - begin + 1)

    def part(self, start: int, end: int) -> Place:
        """Return the place of the word from `start` to `end` of the text, in which it may go on as well."""
        here = self.moved(start)
        inside = self.breaks[breaks_until(self.breaks, start) : breaks_until(self.breaks, end - 1)]
        return Place(here.line, here.column, tuple((at - start, line) for at, line in inside))


_new = cast("Callable[[type[Place], tuple[int, int, tuple[()]]], Place]", tuple.__new__)


def place_at(line: int, column: int) -> Place:
    """Make a place of one line, past the named tuple's own `__new__`, which takes twice as long."""
    return _new(Place, (line, column, ()))


def breaks_until(breaks: tuple[tuple[int, int], ...], offset: int) -> int:
    """Count the breaks up to an offset, by halves: one instruction may have ten thousand lines, each with a word."""
    return bisect_right(breaks, (offset, sys.maxsize))


def fault(code: str, message: str, place: Place | None, hint: str | None = None) -> Diagnostic:
    """Describe a fault in a Dockerfile; without a place it stands in what was asked, not in the file."""
    line, column = (None, None) if place is None else (place.line, place.column)
    return Diagnostic(f"dockerfile-{code}", message, hint=hint, source=SOURCE, line=line, column=column)


def in_order(found: list[Diagnostic]) -> list[Diagnostic]:
    """Sort faults as they stand in the file, each told once; those that stand in what was asked come first."""
    return sorted(dict.fromkeys(found), key=lambda one: (one.line or 0, one.column or 0))


def refuse(found: list[Diagnostic]) -> None:
    """Raise what was found, if anything."""
    if found:
        raise InvalidDockerfile(capped(in_order(found)))


def refuse_many(found: list[Diagnostic]) -> None:
    """Raise what was found once it is more than anybody reads, so that a broken megabyte is not read to its end."""
    if len(found) > MOST_FAULTS:
        raise InvalidDockerfile(capped(in_order(found), complete=False))


def shown(text: str) -> str:
    """Text as a message may show it: on one line and in bounds."""
    cut = text if len(text) <= 60 else text[:60] + "…"  # noqa: PLR2004  # a line's worth
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in cut)


def shown_image(text: str) -> str:
    """What should be an image, as a message may show it: without what may be a login (`user:password@host`).

    >>> shown_image("https://ada:pw@quay.io/a/b"), shown_image("a/b@sha256:12")
    ('…@quay.io/a/b', 'a/b@sha256:12')
    """
    before, at, after = text.rpartition("@")
    return shown(text if not before or _DIGEST_LIKE.match(after) else f"…{at}{after}")
