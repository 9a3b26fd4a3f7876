"""Lock files: reading them, and comparing them with a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from deployspec import DeploySpecError
from deployspec._cli.inputs import read_file
from deployspec._cli.terminal import CliError
from deployspec._core.diagnostics import renamed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deployspec import DeployPlan, Diagnostic, Env, Lock
    from deployspec.render import CheckedApp

_UNUSED = "pin-unmatched"


@attrs.frozen
class LockFile:
    """A lock, its path, and its text for excerpts."""

    lock: Lock
    path: str
    text: str

    def named(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return the diagnostics; those about the lock name its path."""
        from deployspec._plans.lock import SOURCE

        return renamed(diagnostics, SOURCE, self.path)

    def check(self, plan: DeployPlan) -> list[Diagnostic]:
        """Return an error for each image without an entry, and for each entry without an image."""
        from deployspec import check_lock

        return self.named(check_lock(plan, self.lock))


def read_lock(path: str) -> LockFile:
    """Read a lock file."""
    from deployspec import parse_lock

    data = read_file(path)
    text = data.decode("utf-8", "replace")
    try:
        return LockFile(parse_lock(data), path, text)
    except DeploySpecError as error:
        raise CliError(error.diagnostics, source=path, texts={path: text}) from None


class SharedLock:
    """The lock file of any number of apps: an entry is unused if no plan needs it.

    Its errors are diagnostics of each app, so that they do not hide those of the app.
    """

    def __init__(self, path: str | None) -> None:
        self.file: LockFile | None = None
        self.errors: tuple[Diagnostic, ...] = ()
        self.texts: Mapping[str, str | Env] = {}
        self.unused: list[dict[Diagnostic, None]] = []
        if path is not None:
            try:
                self.file = read_lock(path)
                self.texts = {path: self.file.text}
            except CliError as error:
                self.errors, self.texts = tuple(error.diagnostics), error.texts

    def check(self, plan: DeployPlan) -> list[Diagnostic]:
        """Return an error for each image of a plan without an entry, and remember the entries that it does not use."""
        if self.file is None:
            return []
        found = self.file.check(plan)
        self.unused.append(dict.fromkeys(one for one in found if one.code == _UNUSED))
        return [one for one in found if one.code != _UNUSED]

    def with_unused(self, result: CheckedApp) -> CheckedApp:
        """Return the result of an app with an error for each entry that no plan uses."""
        if not self.unused or result.verdict in {"refused", "unknown"}:
            return result
        first, *others = self.unused
        unused = [one for one in first if all(one in other for other in others)]
        return attrs.evolve(result, diagnostics=(*result.diagnostics, *unused))
