"""Whether a tool reads a plan's Dockerfile as `resolve` did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deployspec._core.diagnostics import DeploySpecError
from deployspec._references.reference import find_reference
from deployspec.render._shared import PlanDiagnostics, check_local

if TYPE_CHECKING:
    from deployspec._dockerfile.features import Builder, Version
    from deployspec._plan import DeployPlan, Recipe

_VERSION = re.compile(r"v?([0-9]{1,9})\.([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:([-~])[^\s]*|\+[^\s]*)?")


def check_reader(plan: DeployPlan, recipe: Recipe, tool: Builder, version: str | None) -> None:
    """Raise `DeploySpecError` if a tool would read another Dockerfile, or might find other images in it."""
    check_local(recipe)
    given = None if version is None else _read_version(version)
    _check_contexts(recipe, tool)
    # With a frontend of the file, BuildKit reads nothing itself.
    if not recipe.features or (tool in {"docker", "buildx"} and has_frontend(plan)):
        return
    from deployspec._dockerfile.features import FEATURES, misread_by

    found = PlanDiagnostics()
    for name in misread_by(recipe.features, tool, given):
        first: Version | None = getattr(FEATURES[name], tool)
        message = f"{tool} may find other images in the Dockerfile, which contains {FEATURES[name].title}"
        hint = "build with docker"
        if first is not None:
            minimum = ".".join(map(str, first))
            hint = f"use {tool} {minimum} or later, and pass its version; or build with a current docker"
        found.error("export-feature-not-carried", message, source=recipe.dockerfile_path, hint=hint)
    found.raise_if_failed(DeploySpecError)


def has_frontend(plan: DeployPlan) -> bool:
    """Return whether a frontend reads the Dockerfile."""
    return any(pull.role == "frontend" for pull in plan.pulls)


# docker/buildx util/buildflags/context.go: ParseContextNames (only references). Bake does not call it.
# containers/buildah pkg/cli/build.go: GenBuildOptions (any name, but `::` has no meaning)
def _check_contexts(recipe: Recipe, tool: Builder) -> None:
    """Raise `DeploySpecError` for a named context that the tool refuses, or would not use for its platform."""
    found = PlanDiagnostics()
    for name, _ in recipe.contexts:
        if "::" in name:
            message = f"named context `{name}` is for one platform, which {tool} does not support"
        elif tool in {"docker", "buildx"} and find_reference(name, "latest") is None:
            message = f"named context `{name}` is not a valid image reference, which {tool} requires"
        else:
            continue
        found.error("export-context-not-carried", message, hint="use `docker buildx bake`, or rename the context")
    found.raise_if_failed(DeploySpecError)


def _read_version(text: str) -> Version:
    """Return the major and minor number; a pre-release of a minor version counts as the one before."""
    match = _VERSION.fullmatch(text)
    if match is None:
        found = PlanDiagnostics()
        found.error("export-version-invalid", "invalid version of the tool", hint="write it as in `1.33.7`")
        raise DeploySpecError(found.diagnostics())
    major, minor, patch, before = match.groups()
    is_before = before is not None and not int(patch or 0)
    return int(major), int(minor) - is_before
