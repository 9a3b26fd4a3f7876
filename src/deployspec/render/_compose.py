"""A plan as a Compose file, written as JSON: JSON is valid YAML, so no YAML library is needed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from deployspec._core.arguments import check_choice, check_type
from deployspec._plan import DeployPlan, Pull
from deployspec.render._build_secrets import has_compose_name, has_one_path, read_sources
from deployspec.render._shared import (
    BUILT_IMAGE,
    Entrypoint,
    Export,
    PlanDiagnostics,
    build_members,
    check_names,
    document_text,
    mirrored_recipe,
    report_credentials,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deployspec._core.diagnostics import Collector
    from deployspec._procfile.procfile import Service
    from deployspec.render._build_secrets import BuildSources, SecretSource

__all__ = ["compose"]

_NAME = re.compile(r"[a-zA-Z0-9._-]+")


def compose(
    plan: DeployPlan,
    *,
    secrets: Mapping[str, str] | None = None,
    ssh: Iterable[str] = (),
    entrypoint: Entrypoint = "replace",
) -> Export:
    """Return a plan as a Compose file for the root of the app's files.

    An image with a tag is always pulled, an image with a digest only if it is missing; a built image is named
    `localhost/app:latest`. Environment variables are listed without values, so Compose passes those of its own
    environment. The other services wait until `release` has succeeded. Compose uses the logins of the Docker client:
    those of the plan are reported in `losses`.

    `secrets` and `ssh` are the sources of the build's secrets and SSH agents, as in `commands`. Compose supports ids of
    letters, digits, `.`, `_` and `-`, and one path for an SSH agent.

    A service's command runs in a shell, which replaces the ENTRYPOINT of the image. With `entrypoint="keep"`, the words
    of the command become the arguments of the ENTRYPOINT.

    Raises `DeploySpecError` (`export-service-name-not-carried`, `export-secret-in-argument`, and
    `export-text-not-carried` for a text that is not valid Unicode), `InvalidProcfile` if `"keep"` meets a command
    with an unclosed quote, and `ValueError` for another value of `entrypoint`.

    >>> from deployspec import App, resolve
    >>> plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run $PORT"))
    >>> print(compose(plan).text, end="")
    {
      "services": {
        "web": {
          "image": "quay.io/acme/web:1",
          "pull_policy": "always",
          "entrypoint": [
            "/bin/sh",
            "-c"
          ],
          "command": [
            "run $$PORT"
          ]
        }
      }
    }
    """
    check_type("plan", plan, DeployPlan)
    check_choice("entrypoint", entrypoint, Entrypoint)
    check_names(plan, _NAME, "name for a Compose service")
    losses = PlanDiagnostics()
    report_credentials(plan, losses, "log in with the Docker client, or write its auth file with `auth_file`")
    sources = read_sources(plan, secrets, ssh, losses, accepts=has_compose_name, accepts_ssh=has_one_path)
    image = _image_members(plan, sources, losses)
    releases = [service.name for service in plan.services if service.is_release]
    services = {
        service.name: {**image, **_command(service, entrypoint), **_service_members(plan, service, releases)}
        for service in plan.services
    }
    document: dict[str, Any] = {"services": services}
    if sources.secrets:
        document["secrets"] = {source.id: _secret(source) for source in sources.secrets}
    return Export(document_text(document), losses.diagnostics())


def _image_members(plan: DeployPlan, sources: BuildSources, losses: Collector) -> dict[str, Any]:
    if isinstance(plan.action, Pull):
        reference, platform = plan.action.image.pulled_from, plan.action.image.platform
        policy = "always" if reference.digest is None else "missing"
        pulled = {"image": str(reference), "pull_policy": policy}
        return pulled if platform is None else {**pulled, "platform": platform}
    recipe = mirrored_recipe(plan, plan.action.recipe, losses)
    build = build_members(recipe, losses, contexts_member="additional_contexts", literal=_literal)
    if sources.secrets:
        build["secrets"] = [source.id for source in sources.secrets]
    if sources.ssh:
        build["ssh"] = [_literal(str(agent)) for agent in sources.ssh]
    # Named, because Compose would derive an invalid reference from a service name with an upper-case letter.
    return {"image": BUILT_IMAGE, "build": build, "pull_policy": "build", "platform": _literal(recipe.platform)}


def _secret(source: SecretSource) -> dict[str, str]:
    if source.path is None:
        return {"environment": _literal(str(source.env))}
    # Compose replaces `~` at the beginning of a path.
    return {"file": _literal(f"./{source.path}" if source.path.startswith("~") else source.path)}


def _command(service: Service, entrypoint: Entrypoint) -> dict[str, Any]:
    if service.command is None:
        return {}
    if entrypoint == "keep":
        return {"command": [_literal(word) for word in service.argument_form()]}
    *shell, command = service.shell_form()
    # Compose keeps the image's ENTRYPOINT if only `command` is set, so the shell replaces it.
    return {"entrypoint": shell, "command": [_literal(command)]}


def _service_members(plan: DeployPlan, service: Service, releases: list[str]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    if plan.environment:
        members["environment"] = [_literal(name) for name in plan.environment]
    if releases and not service.is_release:
        members["depends_on"] = {name: {"condition": "service_completed_successfully"} for name in releases}
    return members


def _literal(text: str) -> str:
    """Escape a text so that Compose replaces nothing in it."""
    return text.replace("$", "$$")
