"""How Hypothesis searches, and what each run of the tests begins with.

Hypothesis searches at random while one works, the same each time where `CI` is set, and never by the clock.
"""

from __future__ import annotations

import os

from hypothesis import settings

from deployspec._dockerfile import features
from deployspec._dockerfile.build import request
from deployspec._dockerfile.stages import patterns

settings.register_profile("untimed", settings.get_profile("ci" if os.environ.get("CI") else "default"), deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "untimed")


def pytest_sessionstart() -> None:
    """Forget what is cached: mutants run in forks of a process that has run the tests, and would find its answers."""
    for cached in (features.refused_by, patterns.patterns, request.read_platforms):
        cached.cache_clear()
