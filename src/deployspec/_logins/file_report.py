"""Collects the diagnostics of a login file."""

from __future__ import annotations

import attrs

from deployspec._core.diagnostics import MOST_DIAGNOSTICS, Collector
from deployspec._logins.login_file import LoginFile

__all__: list[str] = []

SOURCE = "docker-config"


class FileReport:
    """The diagnostics of a file, with the locations of offsets in `file`."""

    def __init__(self, file: LoginFile) -> None:
        self.file = file
        self.found = Collector(SOURCE)
        self._unusable: list[int] = []

    def warn(self, code: str, message: str, at: int | None = None, hint: str | None = None) -> None:
        """Add a warning about a place in the file."""
        line, column = self._place(at)
        self.found.warning(code, message, hint=hint, line=line, column=column)

    def note(self, code: str, message: str, at: int | None = None, hint: str | None = None) -> None:
        """Add a note about a place in the file."""
        line, column = self._place(at)
        self.found.note(code, message, hint=hint, line=line, column=column)

    def fail(self, code: str, message: str, at: int | None = None, hint: str | None = None) -> None:
        """Add an error about a place in the file."""
        line, column = self._place(at)
        self.found.error(code, message, hint=hint, line=line, column=column)

    def unusable(self, code: str, message: str, at: int, hint: str | None = None) -> None:
        """Add a warning about a login that cannot be used; it becomes an error if nothing else is found."""
        self._unusable.append(len(self.found.found))
        self.warn(code, message, at, hint)

    def nothing_found(self) -> None:
        """Report that no login of the file can be used."""
        found = self.found.found
        for index in self._unusable:
            found[index] = attrs.evolve(found[index], severity="error")
        if not any(diagnostic.severity != "note" for diagnostic in found):
            hint = "log in again, or check that the login is written to this file"
            self.warn("docker-config-no-login", "file has no login", hint=hint)

    def _place(self, at: int | None) -> tuple[int | None, int | None]:
        # Finding a line takes time, and more than a hundred diagnostics are not shown.
        return self.file.place(at) if len(self.found.found) < MOST_DIAGNOSTICS else (None, None)
