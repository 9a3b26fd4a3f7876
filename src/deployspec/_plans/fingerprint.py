"""What of a plan its execution depends on, and the digest of that."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import attrs

from deployspec._plan import Build, DeployPlan, Extend, Pull

if TYPE_CHECKING:
    from deployspec._plan import ImagePull, Recipe

__all__ = ["fingerprint"]

VERSION = 1
"""Counted up when the same plan gets another fingerprint, so that two versions are never taken for a change."""

_PAIRS = frozenset({"args", "contexts"})


def fingerprint(plan: DeployPlan) -> str:
    """Return `sha256:` and a digest of what the execution of a plan depends on; plans that execute alike have one.

    It covers the action, the images with platform and login, the recipe with its revision, the services and the names
    of the environment; not diagnostics, trace, profile, line numbers, or the order of services and images. Values of
    config variables are not in a plan: that one has changed is the embedder's to notice.

    >>> from deployspec import App, resolve
    >>> config = {"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}
    >>> plan, again = resolve(App(config, "web: run")), resolve(App(config, "# the same\\nweb: run"))
    >>> fingerprint(plan) == fingerprint(again), fingerprint(plan)[:7]
    (True, 'sha256:')
    """
    canonical = json.dumps(essence(plan), sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def essence(plan: DeployPlan) -> dict[str, Any]:
    """Return what execution depends on, as a value of JSON."""
    return {
        "version": VERSION,
        "action": kind_of(plan),
        "recipe": dict(recipe_members(recipe_of(plan))),
        "fetches": [json.loads(one) for one in sorted({json.dumps(_fetch(pull)) for pull in plan.pulls})],
        "services": {service.name: service.command for service in plan.services},
        "environment": sorted(set(plan.environment)),
    }


def kind_of(plan: DeployPlan) -> str:
    """Return the action's name in one word."""
    match plan.action:
        case Pull():
            return "pull"
        case Build():
            return "build"
        case Extend():
            return "extend"


def recipe_of(plan: DeployPlan) -> Recipe | None:
    """Return the recipe of a build."""
    return None if isinstance(plan.action, Pull) else plan.action.recipe


def recipe_members(recipe: Recipe | None) -> list[tuple[str, str | dict[str, str] | None]]:
    """Return the members of a recipe but its images, which are among the fetches; pairs as a mapping."""
    if recipe is None:
        return []
    fields = [(field.name, getattr(recipe, field.name)) for field in attrs.fields(type(recipe))]
    return [(name, dict(value) if name in _PAIRS else value) for name, value in fields if name != "images"]


def _fetch(pull: ImagePull) -> list[str | list[str] | None]:
    login = None if pull.credential is None else list(attrs.astuple(pull.credential))
    return [str(pull.reference), pull.platform, login]
