"""The outcomes of an app with one input removed, each found by resolving the changed app."""

from collections.abc import Iterator
from typing import Any

import attrs

from deployspec._app import App
from deployspec._core.arguments import check_type
from deployspec._core.diagnostics import Diagnostic, ResolutionError
from deployspec._core.secret import hide_frames
from deployspec._env.env import without
from deployspec._logins.credentials import EMPTY_KEYRING, Keyring
from deployspec._plan import DeployPlan, plan_to_dict
from deployspec._resolve.config_login import read_controls
from deployspec._resolve.report import Report
from deployspec._resolve.resolve import Resolver, resolve

__all__ = ["Counterfactual", "counterfactuals"]


@attrs.frozen
class Counterfactual:
    """A change to an app, in words, and its outcome: a plan, or the diagnostics if the changed app is invalid."""

    __module__ = "deployspec"

    change: str
    outcome: DeployPlan | tuple[Diagnostic, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object with the members `change`, `plan` (`null` if there is none) and `diagnostics`.

        The diagnostics are those of the plan, or of the invalid app.

        >>> Counterfactual("unset `HOST`", ()).to_dict()
        {'change': 'unset `HOST`', 'plan': None, 'diagnostics': []}
        """
        outcome = self.outcome
        plan, found = (outcome, outcome.diagnostics) if isinstance(outcome, DeployPlan) else (None, outcome)
        return {
            "change": self.change,
            "plan": None if plan is None else plan_to_dict(plan),
            "diagnostics": [diagnostic.to_dict() for diagnostic in found],
        }


@hide_frames
def counterfactuals(
    app: App, *, resolver: Resolver = resolve, platform_keyring: Keyring = EMPTY_KEYRING
) -> tuple[Counterfactual, ...]:
    """Return the outcome for each variable or file of an app that changes the outcome if it is removed.

    The outcome changes if there is another action, other images or logins, other services or other errors. The app
    itself may be invalid. Unlike `resolve`, this function reads the Dockerfile even if an image is set. `resolver`
    resolves the changed apps and receives `platform_keyring`.

    >>> from deployspec import App
    >>> app = App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run", "FROM alpine")
    >>> [(found.change, type(found.outcome.action).__name__) for found in counterfactuals(app)]
    [('unset `APTIBLE_DOCKER_IMAGE`', 'Build')]
    """
    check_type("app", app, App)
    check_type("platform_keyring", platform_keyring, Keyring)

    def outcome_of(changed: App) -> DeployPlan | tuple[Diagnostic, ...]:
        try:
            return resolver(changed, platform_keyring=platform_keyring)
        except ResolutionError as error:
            return error.diagnostics

    unchanged = _relevant(outcome_of(app))
    found = (Counterfactual(words, outcome_of(changed)) for words, changed in _changes(app))
    return tuple(counterfactual for counterfactual in found if _relevant(counterfactual.outcome) != unchanged)


def _relevant(outcome: DeployPlan | tuple[Diagnostic, ...]) -> object:
    """Return the parts of an outcome in which a difference is reported."""
    if isinstance(outcome, DeployPlan):
        return type(outcome.action), outcome.pulls, outcome.services
    return tuple((found.code, found.source, found.line) for found in outcome if found.severity == "error")


def _changes(app: App) -> Iterator[tuple[str, App]]:
    profile, controls = app.profile, read_controls(app, Report())
    login = {profile.username_variable: controls.username, profile.password_variable: controls.password}
    if controls.image is not None:
        yield _unset(app, profile.image_variable)
    if any(login.values()):
        yield _unset(app, *(name for name, value in login.items() if value))
    if profile.host_variable is not None and controls.host is not None:
        yield _unset(app, profile.host_variable)
    if app.keyring.credentials:
        yield "remove the keyring", attrs.evolve(app, keyring=EMPTY_KEYRING)
    if app.procfile is not None and not profile.procfile_required:
        yield "delete the Procfile", attrs.evolve(app, procfile=None)


def _unset(app: App, *names: str) -> tuple[str, App]:
    words = " and ".join(f"`{name}`" for name in names)
    return f"unset {words}", attrs.evolve(app, config=without(app.config, names))
