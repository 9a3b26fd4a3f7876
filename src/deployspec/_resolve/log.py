"""What a resolution finds and decides on its way, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from deployspec._core.diagnostics import Diagnostic, Severity
from deployspec._plan import Step

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__: list[str] = []


class Log:
    """The diagnostics and the steps of a resolution so far.

    >>> log = Log()
    >>> log.tell("error", "nothing-to-deploy", "there is neither an image nor a Dockerfile")
    >>> log.failed
    True
    """

    __slots__ = ("diagnostics", "steps")

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.steps: list[Step] = []

    def tell(  # the parts of a diagnostic
        self, severity: Severity, code: str, message: str, *, source: str | None = None, hint: str | None = None
    ) -> None:
        """Add a diagnostic."""
        self.diagnostics.append(Diagnostic(code, message, severity, hint=hint, source=source))

    def take(self, diagnostics: Iterable[Diagnostic], source: str) -> None:
        """Add what a parser found, told of the variable or file that it was given."""
        self.diagnostics += (attrs.evolve(one, source=source) for one in diagnostics)

    def step(self, rule: str, subject: str, outcome: str) -> None:
        """Add a step of the trace, made of texts that are there already: tracing is to cost next to nothing."""
        # Past the named tuple's own `__new__`, which would take twice as long.
        self.steps.append(tuple.__new__(Step, (rule, subject, outcome)))  # pyright: ignore[reportUnknownMemberType]

    @property
    def failed(self) -> bool:
        """Whether an error was told."""
        return any(one.severity == "error" for one in self.diagnostics)
