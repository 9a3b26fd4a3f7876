"""How Hypothesis searches: at random while one works, the same each time where `CI` is set, and never by the clock."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("untimed", settings.get_profile("ci" if os.environ.get("CI") else "default"), deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "untimed")
