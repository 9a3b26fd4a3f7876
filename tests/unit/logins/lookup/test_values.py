from __future__ import annotations

from deployspec import Lookup, LookupOutcome


def test_one_outcome_is_certain() -> None:
    outcome = LookupOutcome(kind="anonymous", rule="none", reason="")
    assert Lookup(client="docker", outcomes=(outcome,)).certain
    assert not Lookup(client="docker", outcomes=(outcome, outcome)).certain
