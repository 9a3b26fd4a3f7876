"""The diagnostics and the trace of one resolution."""

from __future__ import annotations

from deployspec._core.diagnostics import Collector
from deployspec._plan import Step, make_step


class Report(Collector):
    """Collects the diagnostics of a resolution, and the steps of its decision, in order.

    >>> report = Report()
    >>> report.step("image", "APTIBLE_DOCKER_IMAGE", "unset")
    >>> report.error("nothing-to-deploy", "no image is set, and there is no Dockerfile")
    >>> report.failed, report.steps[0].outcome
    (True, 'unset')
    """

    __slots__ = ("steps",)

    def __init__(self) -> None:
        # Without a call of the base class: each resolution creates a report.
        self.found = []
        self.source = None
        self.steps: list[Step] = []

    def step(self, rule: str, subject: str, outcome: str) -> None:
        """Add a step to the trace. Callers pass existing strings, so that tracing costs next to nothing."""
        self.steps.append(make_step(rule, subject, outcome))
