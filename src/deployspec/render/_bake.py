"""A plan's build as a Bake file for `docker buildx bake`, in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deployspec._core.arguments import check_type
from deployspec._plan import DeployPlan, Pull
from deployspec.render._build_secrets import csv_option, read_sources
from deployspec.render._shared import (
    BUILT_IMAGE,
    Export,
    PlanDiagnostics,
    build_members,
    document_text,
    mirrored_recipe,
    problem_in_hcl,
    report_credentials,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["bake"]


def bake(plan: DeployPlan, *, secrets: Mapping[str, str] | None = None, ssh: Iterable[str] = ()) -> Export:
    """Return a plan's build as a Bake file with one target, `app`, tagged `localhost/app:latest`.

    Run it at the root of the app's files. Bake neither pulls images nor starts services, and uses the logins of the
    Docker client: pulls, services and logins are reported in `losses`. `secrets` and `ssh` are the sources of the
    build's secrets and SSH agents, as in `commands`.

    Raises `DeploySpecError`: `export-secret-in-argument`, and `export-text-not-carried` for a text that HCL would
    change.

    >>> from deployspec import App, resolve
    >>> bake(resolve(App({}, "web: run", "FROM ruby:3.4"))).losses[0].code
    'export-services-not-carried'
    """
    check_type("plan", plan, DeployPlan)
    losses = PlanDiagnostics()
    if isinstance(plan.action, Pull):
        message = f"`{plan.action.image.reference}` is pulled, so there is nothing to build"
        losses.warning("export-pull-not-carried", message)
    for service in plan.services:
        message = f"service `{service.name}` is left out because Bake does not start services"
        losses.warning("export-services-not-carried", message)
    sources = read_sources(plan, secrets, ssh, losses, accepts=lambda _: True)
    target: dict[str, Any] = {}
    if not isinstance(plan.action, Pull):
        report_credentials(plan, losses, "log in with the Docker client")
        recipe = mirrored_recipe(plan, plan.action.recipe, losses)
        members = build_members(recipe, losses, contexts_member="contexts", literal=_literal, literal_key=_literal)
        if sources.secrets:
            members["secret"] = [_literal(csv_option(source)) for source in sources.secrets]
        if sources.ssh:
            members["ssh"] = [_literal(str(agent)) for agent in sources.ssh]
        target = {"app": {**members, "tags": [BUILT_IMAGE]}}
    document = {"group": {"default": {"targets": list(target)}}, "target": target}
    return Export(document_text(document, problem_in_hcl), losses.diagnostics())


def _literal(text: str) -> str:
    """Escape a text so that HCL replaces nothing in it; in its JSON form, keys and values are both templates."""
    return text.replace("${", "$${").replace("%{", "%%{")
