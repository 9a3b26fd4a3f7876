"""A plan's build as a Bake file for `docker buildx bake`, in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deployspec._plan import Pull
from deployspec.render._export import Export, exported, loss
from deployspec.render._shared import BUILT, build_members, credential_losses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deployspec._core.diagnostics import Diagnostic
    from deployspec._plan import DeployPlan

__all__ = ["bake"]


def bake(plan: DeployPlan) -> Export:
    """Return a plan's build as a Bake file with the one target `app`, tagged `localhost/app:latest`.

    It is to be run at the root of the app's files. A pull has nothing to build, and Bake starts nothing: losses, as are
    logins, which come from the Docker client.

    >>> from deployspec import App, resolve
    >>> bake(resolve(App({}, "web: run", "FROM ruby:3.4"))).losses[0].code
    'export-services-not-carried'
    """
    losses = [*_service_losses(plan)]
    target: dict[str, Any] = {}
    if isinstance(plan.action, Pull):
        losses.insert(
            0, loss("export-pull-not-carried", f"`{plan.action.image.reference}` is pulled, so nothing is built")
        )
    else:
        members, more = build_members(plan.action.recipe, "contexts", _literal)
        target = {"app": {**members, "tags": [BUILT]}}
        losses += (*credential_losses(plan, "log the Docker client in"), *more)
    return exported({"group": {"default": {"targets": list(target)}}, "target": target}, losses)


def _service_losses(plan: DeployPlan) -> Iterator[Diagnostic]:
    for service in plan.services:
        yield loss("export-services-not-carried", f"Bake starts nothing, so the service `{service.name}` is left out")


def _literal(text: str) -> str:
    """Text in which HCL replaces nothing."""
    return text.replace("${", "$${").replace("%{", "%%{")
