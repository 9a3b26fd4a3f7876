"""The secrets of a plan's logins, looked up when the plan is executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._core.diagnostics import Collector, ResolutionError
from deployspec._core.secret import Secret
from deployspec._logins.credentials import EMPTY_KEYRING, Credential, CredentialRef, Credentials, Keyring
from deployspec._logins.scope import covers
from deployspec._resolve.config_login import read_config_login, read_controls
from deployspec._resolve.logins import keyring_ref
from deployspec._resolve.pull import read_image
from deployspec._resolve.report import Report

if TYPE_CHECKING:
    from deployspec._app import App
    from deployspec._plan import DeployPlan

__all__ = ["credentials_for"]

_HINT = "resolve the app again"


def credentials_for(plan: DeployPlan, app: App, *, platform_keyring: Keyring = EMPTY_KEYRING) -> Credentials:
    """Look up the logins that a plan names, with their secrets. Call it when the plan is executed.

    Raises `ResolutionError`: `credentials-gone` if a login no longer exists or is now for another registry, and
    `credentials-out-of-scope` if a modified plan names a login for an image that the login does not cover.

    >>> from deployspec import resolve, App
    >>> app = App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web"}, "web: run")
    >>> credentials_for(resolve(app), app)
    Credentials([])
    """
    credentials: dict[CredentialRef, Credential] = {}
    found = Collector()
    named = [(pull, pull.credential) for pull in plan.pulls if pull.credential is not None]
    for pull, reference in named:
        if not covers(reference.scope, pull.reference):
            message = f"login for `{reference.scope}` does not cover the image `{pull.reference.familiar}`"
            found.error("credentials-out-of-scope", message, source="plan", hint=_HINT)
    for reference in dict.fromkeys(reference for _, reference in named):
        credential = _find_credential(reference, app, platform_keyring)
        if credential is None:
            message = f"login for `{reference.scope}` no longer exists, or is now for another registry"
            found.error("credentials-gone", message, source=reference.source, hint=_HINT)
        else:
            credentials[reference] = credential
    found.raise_if_failed(ResolutionError)
    return Credentials(credentials)


def _find_credential(wanted: CredentialRef, app: App, platform_keyring: Keyring) -> Credential | None:
    if wanted.source.startswith("keyring:"):
        keyring = app.keyring if wanted.owner == "app" else platform_keyring
        matches = (login for login in keyring.credentials if keyring_ref(login, wanted.owner) == wanted)
        return next(matches, None)
    report = Report()
    controls = read_controls(app, report)
    login = read_config_login(app, controls, read_image(app, controls, report), report)
    if controls.login is None or login != wanted or report.failed:
        return None
    username, password = controls.login
    email = controls.email or app.profile.default_email if app.profile.email_supported else None
    return Credential(scope=wanted.scope, username=username, password=Secret(password), email=email)
