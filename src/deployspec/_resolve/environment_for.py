"""The variables that an app gets, looked up when the plan is executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._app import App
from deployspec._core.arguments import check_type
from deployspec._core.diagnostics import Collector, ResolutionError
from deployspec._core.secret import Variables, hide_frames
from deployspec._plan import DeployPlan

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["environment_for"]

_HINT = "resolve the app again"


@hide_frames
def environment_for(plan: DeployPlan, app: App) -> Mapping[str, str]:
    """Return the names and values of the variables that the app gets. Call it when the plan is executed.

    `repr` of the mapping shows only the names, and it cannot be pickled.

    Raises `ResolutionError`: `config-variable-gone` if a variable no longer exists, and `config-control-variable` if a
    modified plan names a variable that controls the deploy, such as the password for the registry.

    >>> from deployspec import resolve
    >>> app = App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web", "PORT": "80"}, "web: run")
    >>> environment = environment_for(resolve(app), app)
    >>> environment, dict(environment)
    (<PORT>, {'PORT': '80'})
    """
    check_type("plan", plan, DeployPlan)
    check_type("app", app, App)
    found = Collector("plan")
    for name in plan.environment:
        if name in app.profile.control_variables:
            message = f"variable `{name}` controls the deploy, so the app must not get it"
            found.error("config-control-variable", message, hint=_HINT)
        elif name not in app.config:
            found.error("config-variable-gone", f"variable `{name}` no longer exists", hint=_HINT)
    found.raise_if_failed(ResolutionError)
    return Variables({name: app.config[name] for name in plan.environment})
