"""The Hypothesis plugin: makes `st.from_type(DeployPlan)`, and the same for other types, use our strategies.

Hypothesis calls `register` when it is imported. The strategies are imported when the first of them is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def register() -> None:
    """Register the strategies for the library's types with Hypothesis."""
    from hypothesis import strategies as st

    import deployspec

    for type_, name in {
        deployspec.App: "apps",
        deployspec.BuildOptions: "build_options",
        deployspec.Credential: "credentials",
        deployspec.DeployPlan: "plans",
        deployspec.Dockerfile: "dockerfiles",
        deployspec.ImageReference: "image_references",
        deployspec.Keyring: "keyrings",
        deployspec.Procfile: "procfiles",
        deployspec.Profile: "profiles",
    }.items():
        st.register_type_strategy(type_, _lazily(name))


def _lazily(name: str) -> Callable[[type], Any]:
    def strategy(_: type) -> Any:  # noqa: ANN401  # the strategy of any type
        from deployspec import strategies

        return getattr(strategies, name)()

    return strategy
