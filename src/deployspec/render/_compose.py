"""A plan as a Compose file. JSON is YAML, so no library is needed to write it and every Compose reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from deployspec._plan import Pull
from deployspec.render._export import Export, exported
from deployspec.render._shared import BUILT, build_members, check_names, credential_losses

if TYPE_CHECKING:
    from deployspec._core.diagnostics import Diagnostic
    from deployspec._plan import DeployPlan
    from deployspec._procfile.procfile import Service

__all__ = ["compose"]

_NAME = re.compile(r"[a-zA-Z0-9._-]+")


def compose(plan: DeployPlan) -> Export:
    """Return a plan as a Compose file, which is to stand at the root of the app's files.

    An image by tag is always pulled, one by digest only if it is missing; a build is named `localhost/app:latest`. The
    environment is named, so that its values come from whoever starts the services. The other services wait until
    `release` has succeeded. Logins are a loss: Compose uses those of the Docker client.

    Raises `DeploySpecError` (`export-service-name-not-carried`).

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
    check_names(plan, _NAME, "name of a Compose service")
    image, losses = _image(plan)
    services = {service.name: {**image, **_started(plan, service)} for service in plan.services}
    hint = "log the Docker client in, with the auth file that `auth_file` gives"
    return exported({"services": services}, [*credential_losses(plan, hint), *losses])


def _image(plan: DeployPlan) -> tuple[dict[str, Any], list[Diagnostic]]:
    if isinstance(plan.action, Pull):
        reference, platform = plan.action.image.reference, plan.action.image.platform
        policy = "always" if reference.digest is None else "missing"
        pulled = {"image": str(reference), "pull_policy": policy}
        return pulled if platform is None else {**pulled, "platform": platform}, []
    recipe = plan.action.recipe
    build, losses = build_members(recipe, "additional_contexts", _literal)
    # Named, since the name that Compose makes from a service's is no reference where that has an upper-case letter.
    image = {"image": BUILT, "build": build, "pull_policy": "build", "platform": _literal(recipe.platform)}
    return image, losses


def _started(plan: DeployPlan, service: Service) -> dict[str, Any]:
    started: dict[str, Any] = {}
    if service.command is not None:
        *shell, command = service.shell_form()
        # Compose keeps the image's ENTRYPOINT beside a command of its own, so the shell takes its place.
        started = {"entrypoint": shell, "command": [_literal(command)]}
    if plan.environment:
        started["environment"] = [_literal(name) for name in plan.environment]
    waits = {one.name: {"condition": "service_completed_successfully"} for one in plan.services if one.is_release}
    if waits and not service.is_release:
        started["depends_on"] = waits
    return started


def _literal(text: str) -> str:
    """Text in which Compose replaces nothing."""
    return text.replace("$", "$$")
