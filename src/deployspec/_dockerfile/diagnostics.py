"""Diagnostics about a Dockerfile: gathering them in file order, and quoting image references safely."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deployspec._core.diagnostics import Collector, InvalidDockerfile, capped
from deployspec._dockerfile.places import shown

if TYPE_CHECKING:
    from deployspec._core.diagnostics import DeploySpecError, Details, Diagnostic
    from deployspec._dockerfile.places import Place

SOURCE = "Dockerfile"
MAX_ERRORS = 1_000
_DIGEST_LIKE = re.compile(r"[A-Za-z0-9+._-]+:[0-9A-Za-z]*\Z")


class DockerfileCollector(Collector):
    """Gathers the diagnostics of one Dockerfile, or of one build of it.

    Codes are given without the prefix `dockerfile-`, and locations as a `Place`, or as the name of a build option,
    which becomes the source. Build options come first in the result, then the file from top to bottom.

    >>> from deployspec._dockerfile.places import Place
    >>> found = DockerfileCollector()
    >>> found.error_at("no-stage", "the file has no stage", Place(3, 1))
    >>> found.error_at("target-unknown", "unknown stage `x`", "--target")
    >>> [str(diagnostic) for diagnostic in found.diagnostics()]  # doctest: +NORMALIZE_WHITESPACE
    ['--target: error[dockerfile-target-unknown]: unknown stage `x`',
     'Dockerfile:3:1: error[dockerfile-no-stage]: the file has no stage']
    """

    __slots__ = ()

    def __init__(self) -> None:
        # Without the call of `super().__init__`: there are two collectors to a build.
        self.found: list[Diagnostic] = []
        self.source = SOURCE

    def error_at(self, code: str, message: str, place: Place | str, hint: str | None = None) -> None:
        """Add an error at a place in the file, or in a build option."""
        self._add(f"dockerfile-{code}", message, "error", _details(place, hint))

    def warning_at(self, code: str, message: str, place: Place, hint: str | None = None) -> None:
        """Add a warning at a place in the file."""
        self._add(f"dockerfile-{code}", message, "warning", _details(place, hint))

    def note_at(self, code: str, message: str, place: Place | str, hint: str | None = None) -> None:
        """Add a note at a place in the file, or in a build option."""
        self._add(f"dockerfile-{code}", message, "note", _details(place, hint))

    @property
    def is_full(self) -> bool:
        """Whether there are so many diagnostics that reading on is of no use."""
        return len(self.found) > MAX_ERRORS

    def in_order(self) -> list[Diagnostic]:
        """Return the diagnostics in the order of the file, each once."""
        return sorted(dict.fromkeys(self.found), key=lambda found: (found.line or 0, found.column or 0))

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return the first hundred diagnostics in the order of the file, and one that counts the rest."""
        return capped(self.in_order())

    def raise_if_failed(self, exception: type[DeploySpecError] = InvalidDockerfile) -> None:
        """Raise `InvalidDockerfile` with all diagnostics if one of them is an error."""
        if self.found:
            super().raise_if_failed(exception)

    def raise_if_full(self) -> None:
        """Raise `InvalidDockerfile` if there are too many diagnostics to read on: a bound for broken large files."""
        if len(self.found) > MAX_ERRORS:
            raise InvalidDockerfile(capped(self.in_order(), complete=False))


def _details(place: Place | str, hint: str | None) -> Details:
    if isinstance(place, str):
        return {"hint": hint, "source": place}
    end_line, end_column = place.end
    return {"hint": hint, "line": place.line, "column": place.column, "end_line": end_line, "end_column": end_column}


def reference_place(place: Place, text: str, error: Diagnostic) -> Place:
    """Return the location of an error in a reference; all of the reference if the file has another text for it."""
    if place.length != len(text) or error.column is None or error.end_column is None:
        return place
    return place.part(error.column - 1, error.end_column - 1)


def shown_image(text: str) -> str:
    """Quote a text that should be an image reference, without a possible login (`user:password@host`).

    >>> shown_image("https://ada:pw@quay.io/a/b"), shown_image("a/b@sha256:12"), shown_image("a/b@")
    ('…@quay.io/a/b', 'a/b@sha256:12', 'a/b@')
    """
    before, at, after = text.rpartition("@")
    is_harmless = not before or _DIGEST_LIKE.match(after) or (not after and ":" not in before)
    return shown(text if is_harmless else f"…{at}{after}")
