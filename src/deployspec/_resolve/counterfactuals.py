"""What would come of an app if one thing about it were changed: each outcome is got by resolving the changed app."""

from collections.abc import Callable, Iterator

import attrs

from deployspec._app import App
from deployspec._core.diagnostics import Diagnostic, ResolutionError
from deployspec._logins.credentials import Keyring
from deployspec._plan import DeployPlan
from deployspec._resolve.config_login import read_controls
from deployspec._resolve.log import Log
from deployspec._resolve.resolve import resolve

__all__ = ["Counterfactual", "counterfactuals"]


@attrs.frozen
class Counterfactual:
    """A change to an app in words, and what would come of it: a plan, or the diagnostics of the refusal."""

    __module__ = "deployspec"

    change: str
    outcome: DeployPlan | tuple[Diagnostic, ...]


def counterfactuals(app: App, *, resolver: Callable[[App], DeployPlan] = resolve) -> tuple[Counterfactual, ...]:
    """Tell what would become of an app if one variable or file of it were taken away, where that makes a difference.

    A difference is another action, other images or logins, other services, or other errors; also for an app that is
    refused as it is. Unlike `resolve`, this reads a Dockerfile that the image variable overrules. `resolver` is what
    resolves the changed apps, for example `functools.partial(resolve, platform_keyring=…)`.

    >>> from deployspec import App
    >>> app = App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run", "FROM alpine")
    >>> [(one.change, type(one.outcome.action).__name__) for one in counterfactuals(app)]
    [('unset `APTIBLE_DOCKER_IMAGE`', 'Build')]
    """
    now = _matter(_outcome(app, resolver))
    changed = (Counterfactual(words, _outcome(other, resolver)) for words, other in _changes(app))
    return tuple(one for one in changed if _matter(one.outcome) != now)


def _outcome(app: App, resolver: Callable[[App], DeployPlan]) -> DeployPlan | tuple[Diagnostic, ...]:
    try:
        return resolver(app)
    except ResolutionError as error:
        return error.diagnostics


def _matter(outcome: DeployPlan | tuple[Diagnostic, ...]) -> object:
    """What a change must touch in order to be told."""
    if isinstance(outcome, DeployPlan):
        return type(outcome.action), outcome.pulls, outcome.services
    return tuple((one.code, one.source) for one in outcome if one.severity == "error")


def _changes(app: App) -> Iterator[tuple[str, App]]:
    profile, controls = app.profile, read_controls(app, Log())
    login = {profile.username_variable: controls.username, profile.password_variable: controls.password}
    if controls.image is not None:
        yield _unset(app, profile.image_variable)
    if any(login.values()):
        yield _unset(app, *(name for name, value in login.items() if value))
    if profile.host_variable is not None and controls.host is not None:
        yield _unset(app, profile.host_variable)
    if app.keyring.credentials:
        yield "take away the keyring", attrs.evolve(app, keyring=Keyring())
    if app.procfile is not None and not profile.procfile_required:
        yield "delete the Procfile", attrs.evolve(app, procfile=None)


def _unset(app: App, *names: str) -> tuple[str, App]:
    words = " and ".join(f"`{name}`" for name in names)
    return f"unset {words}", attrs.evolve(app, config={k: v for k, v in app.config.items() if k not in names})
