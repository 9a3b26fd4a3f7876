"""The secrets of a plan's logins, looked up when the plan is executed."""

from __future__ import annotations

from collections.abc import Iterable

from deployspec._app import App
from deployspec._core.arguments import check_type
from deployspec._core.diagnostics import Collector, ResolutionError
from deployspec._core.secret import Secret, hide_frames
from deployspec._logins.credentials import EMPTY_KEYRING, Credential, CredentialRef, Credentials, Keyring
from deployspec._logins.mirrors import Mirror, Mirrors, check_mirrors
from deployspec._plan import DeployPlan
from deployspec._resolve.config_login import read_config_login, read_controls
from deployspec._resolve.logins import keyring_refs
from deployspec._resolve.pull import read_image
from deployspec._resolve.report import Report

__all__ = ["credentials_for"]

_HINT = "resolve the app again"


@hide_frames
def credentials_for(
    plan: DeployPlan,
    app: App,
    *,
    platform_keyring: Keyring = EMPTY_KEYRING,
    mirrors: Iterable[Mirror] | None = None,
) -> Credentials:
    """Look up the logins that a plan names, with their secrets. Call it when the plan is executed.

    Pass the `mirrors` of `resolve` for a plan that was stored, so that a modified plan does not send the login of a
    mirror to another image of its registry (`None`: not checked).

    Raises `ResolutionError`: `credentials-gone` if a login no longer exists or is now for another registry, and
    `credentials-out-of-scope` if a modified plan names a login for an image that the login does not cover, or an image
    of a mirror that is not the one in `mirrors`.

    >>> from deployspec import resolve, App
    >>> app = App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web"}, "web: run")
    >>> credentials_for(resolve(app), app)
    Credentials([])
    """
    check_type("plan", plan, DeployPlan)
    check_type("app", app, App)
    check_type("platform_keyring", platform_keyring, Keyring)
    credentials: dict[CredentialRef, Credential] = {}
    found = Collector()
    named = [(pull, pull.credential) for pull in plan.pulls if pull.credential is not None]
    for pull, reference in named:
        if not pull.login_fits:
            message = f"login for `{reference.scope}` does not cover the image `{pull.pulled_from.familiar}`"
            found.error("credentials-out-of-scope", message, source="plan", hint=_HINT)
    if mirrors is not None:
        _check_mirrors(plan, mirrors, found)
    known = _known_credentials(app, platform_keyring) if named else {}
    for reference in dict.fromkeys(reference for _, reference in named):
        credential = known.get(reference)
        if credential is None:
            message = f"login for `{reference.scope}` no longer exists, or is now for another registry"
            found.error("credentials-gone", message, source=reference.source, hint=_HINT)
        else:
            credentials[reference] = credential
    found.raise_if_failed(ResolutionError)
    return Credentials(credentials)


def _check_mirrors(plan: DeployPlan, mirrors: Iterable[Mirror], found: Collector) -> None:
    """Report images that are not those of the mirrors."""
    known = Mirrors(check_mirrors(mirrors), found)
    for pull in plan.pulls:
        if pull.mirror is not None and pull.mirror != known.image(pull.reference):
            message = f"image `{pull.mirror.familiar}` is not the one of a mirror of `{pull.reference.familiar}`"
            found.error("credentials-out-of-scope", message, source="plan", hint=_HINT)


def _known_credentials(app: App, platform_keyring: Keyring) -> dict[CredentialRef, Credential]:
    """Return all logins of an app and its platform by their references."""
    known: dict[CredentialRef, Credential] = {}
    for login in app.keyring.credentials:
        known.update(dict.fromkeys(keyring_refs(login, "app"), login))
    for login in platform_keyring.credentials:
        known.update(dict.fromkeys(keyring_refs(login, "platform"), login))
    report = Report()
    controls = read_controls(app, report)
    references = read_config_login(app, controls, read_image(app, controls, report), report)
    if controls.login is None or report.failed:
        return known
    username, password = controls.login
    email = controls.email or app.profile.default_email if app.profile.email_supported else None
    for reference in references:
        known[reference] = Credential(scope=reference.scope, username=username, password=Secret(password), email=email)
    return known
