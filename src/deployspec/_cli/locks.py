"""Lock files: reading them, and comparing them with a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from deployspec import DeploySpecError, Lock, check_lock, parse_lock
from deployspec._cli.inputs import read_file
from deployspec._cli.terminal import CliError
from deployspec._core.diagnostics import renamed
from deployspec._plans.lock import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deployspec import DeployPlan, Diagnostic


@attrs.frozen
class LockFile:
    """A lock, its path, and its text for excerpts."""

    lock: Lock
    path: str
    text: str

    def named(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return the diagnostics; those about the lock name its path."""
        return renamed(diagnostics, SOURCE, self.path)

    def check(self, plan: DeployPlan) -> list[Diagnostic]:
        """Return an error for each image without an entry, and for each entry without an image."""
        return self.named(check_lock(plan, self.lock))


def read_lock(path: str) -> LockFile:
    """Read a lock file."""
    data = read_file(path)
    text = data.decode("utf-8", "replace")
    try:
        return LockFile(parse_lock(data), path, text)
    except DeploySpecError as error:
        raise CliError(error.diagnostics, source=path, texts={path: text}) from None
