"""A plan's logins, joined with their secrets at the moment of execution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._core.diagnostics import Diagnostic, ResolutionError
from deployspec._core.secret import Secret
from deployspec._logins.credentials import Credential, CredentialRef, Credentials, Keyring, covers
from deployspec._resolve.config_login import read_controls, variables_login
from deployspec._resolve.log import Log
from deployspec._resolve.logins import keyring_ref
from deployspec._resolve.pull import read_image

if TYPE_CHECKING:
    from deployspec._app import App
    from deployspec._plan import DeployPlan, ImagePull

__all__ = ["credentials_for"]

_NO_LOGINS = Keyring()


def credentials_for(plan: DeployPlan, app: App, *, platform_keyring: Keyring = _NO_LOGINS) -> Credentials:
    """Join a plan with the secrets it names, at the moment of execution.

    Raises `ResolutionError`: `credentials-gone` where a login is no longer there or is now for another registry, and
    `credentials-out-of-scope` where a plan that was changed names a login for an image that it is not for.

    >>> from deployspec import resolve, App
    >>> app = App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web"}, "web: run")
    >>> credentials_for(resolve(app), app)
    Credentials([])
    """
    found: dict[CredentialRef, Credential] = {}
    gone: list[Diagnostic] = []
    named = [(pull, pull.credential) for pull in plan.pulls if pull.credential is not None]
    gone += (_out_of_scope(pull) for pull, reference in named if not covers(reference.scope, pull.reference))
    for reference in dict.fromkeys(reference for _, reference in named):
        credential = _credential(reference, app, platform_keyring)
        if credential is None:
            message = f"the login for `{reference.scope}` is gone or is for another registry now"
            gone.append(Diagnostic("credentials-gone", message, source=reference.source, hint="resolve the app again"))
        else:
            found[reference] = credential
    if gone:
        raise ResolutionError(gone)
    return Credentials(found)


def _out_of_scope(pull: ImagePull) -> Diagnostic:
    message = f"the plan's login for an image on `{pull.reference.host}` is not for that image"
    return Diagnostic("credentials-out-of-scope", message, source="plan", hint="resolve the app again")


def _credential(wanted: CredentialRef, app: App, platform_keyring: Keyring) -> Credential | None:
    if wanted.source.startswith("keyring:"):
        keyring = app.keyring if wanted.owner == "app" else platform_keyring
        return next((one for one in keyring.credentials if keyring_ref(one, wanted.owner) == wanted), None)
    log = Log()
    controls = read_controls(app, log)
    login = variables_login(app, controls, read_image(app, controls, log), log)
    if controls.login is None or login != wanted or log.failed:
        return None
    username, password = controls.login
    email = controls.email or app.profile.default_email if app.profile.email_supported else None
    return Credential(scope=wanted.scope, username=username, password=Secret(password), email=email)
