"""The fingerprint of a plan: a digest of everything that affects its execution."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import attrs

from deployspec._core.arguments import check_type
from deployspec._plan import Build, DeployPlan, Extend, Pull

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deployspec._core.mounts import BuildSecret, BuildSsh
    from deployspec._plan import ImagePull, Recipe

__all__ = ["fingerprint"]

VERSION = 1
"""Version of the hashed text. It changes with the text, so that fingerprints of two versions are never equal."""

_PAIRS = frozenset({"args", "contexts"})
_MOUNTS = frozenset({"secrets", "ssh"})
# Images are in the plan's pulls, and the other members determine the features.
_IN_OTHER_MEMBERS = frozenset({"images", "features"})


def fingerprint(plan: DeployPlan) -> str:
    """Return `sha256:` and the digest of everything that affects the execution of a plan.

    Plans with equal fingerprints do the same thing. The digest covers the action, the images with platform, login
    and mirror, the recipe with its revision, the services and the names of the environment variables. It does not cover
    diagnostics, trace, profile, line numbers, or the order of services and images. A plan does not contain the values
    of config variables: how you detect a change of a value is up to you.

    >>> from deployspec import App, resolve
    >>> config = {"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}
    >>> plan, again = resolve(App(config, "web: run")), resolve(App(config, "# the same\\nweb: run"))
    >>> fingerprint(plan) == fingerprint(again), fingerprint(plan)[:7]
    (True, 'sha256:')
    """
    check_type("plan", plan, DeployPlan)
    canonical = json.dumps(essence(plan), sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def essence(plan: DeployPlan) -> dict[str, Any]:
    """Return everything that affects the execution of a plan, as a JSON value."""
    pulls = sorted({json.dumps(_pull_members(pull)) for pull in plan.pulls})
    return {
        "version": VERSION,
        "action": kind_of(plan),
        "recipe": dict(recipe_members(recipe_of(plan))),
        "fetches": [json.loads(pull) for pull in pulls],  # renaming a member would change every fingerprint
        "services": {service.name: service.command for service in plan.services},
        "environment": sorted(set(plan.environment)),
    }


def kind_of(plan: DeployPlan) -> str:
    """Return `pull`, `build` or `extend`."""
    match plan.action:
        case Pull():
            return "pull"
        case Build():
            return "build"
        case Extend():
            return "extend"


def recipe_of(plan: DeployPlan) -> Recipe | None:
    """Return the recipe of a build, `None` for a pull."""
    return None if isinstance(plan.action, Pull) else plan.action.recipe


def recipe_members(recipe: Recipe | None) -> list[tuple[str, str | dict[str, str] | None]]:
    """Return the members of a recipe that are not in others of the plan; pairs and mounts become a dictionary."""
    if recipe is None:
        return []
    members: list[tuple[str, str | dict[str, str] | None]] = []
    for field in attrs.fields(type(recipe)):
        value = getattr(recipe, field.name)
        if field.name in _PAIRS:
            value = dict(value)
        elif field.name in _MOUNTS:
            value = _mounts(value)
        if field.name not in _IN_OTHER_MEMBERS:
            members.append((field.name, value))
    return members


def _mounts(mounts: Iterable[BuildSecret | BuildSsh]) -> dict[str, str]:
    """Return a description of the mounts by id, without their lines."""
    described: dict[str, set[str]] = {}
    for mount in mounts:
        described.setdefault(mount.id, set()).add(describe_mount(mount))
    return {name: "; ".join(sorted(found)) for name, found in described.items()}


def describe_mount(mount: BuildSecret | BuildSsh) -> str:
    """Describe a mount without its id and line; texts are quoted, so that different mounts differ.

    >>> from deployspec import BuildSecret
    >>> describe_mount(BuildSecret(id="npmrc", required=True, target="/root/.npmrc", line=3))
    'required, target "/root/.npmrc"'
    """
    texts = (("target", mount.target), ("env", getattr(mount, "env", None)))
    parts = [f"{name} {json.dumps(text)}" for name, text in texts if text is not None]
    return ", ".join(["required" if mount.required else "optional", *parts])


def _pull_members(pull: ImagePull) -> list[str | list[str] | None]:
    login = None if pull.credential is None else list(attrs.astuple(pull.credential))
    members = [str(pull.reference), pull.platform, login]
    # Left out if there is none, so that the fingerprints of plans without mirrors stay the same.
    return members if pull.mirror is None else [*members, str(pull.mirror)]
