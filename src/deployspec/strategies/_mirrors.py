"""Mirrors of well-known registries, and of parts of them."""

from __future__ import annotations

from hypothesis import strategies as st

from deployspec._core.diagnostics import Collector
from deployspec._logins.mirrors import Mirror, Mirrors

__all__ = ["mirrors"]

_PREFIXES = ["docker.io", "docker.io/library", "docker.io/team", "quay.io", "quay.io/te", "quay.io/team", "ghcr.io"]
_LOCATIONS = [
    "mirror.example/hub",
    "mirror.example",
    "mirror.example:5000/a/b",
    "registry.example:5000/team",
    "quay.io/x",
]
_MIRRORS = st.builds(Mirror, st.sampled_from(_PREFIXES), st.sampled_from(_LOCATIONS))


def _as_tuple(found: list[Mirror]) -> tuple[Mirror, ...]:
    return tuple(found)


def mirrors(*, max_size: int = 3) -> st.SearchStrategy[tuple[Mirror, ...]]:
    """Up to `max_size` mirrors that `resolve` accepts: each prefix once, and none leads back to itself."""
    drawn = st.lists(_MIRRORS, max_size=max_size, unique_by=lambda mirror: mirror.prefix)
    return drawn.filter(_are_accepted).map(_as_tuple)


def _are_accepted(found: list[Mirror]) -> bool:
    errors = Collector()
    Mirrors(found, errors)
    return not errors.failed
