"""The logins of a plan's pulls, checked again before a secret is written for a tool.

A plan may have been stored as text and edited: a login is used for an image only if its scope covers the image.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import attrs

from deployspec._core.diagnostics import Collector, DeploySpecError
from deployspec.render._shared import PlanDiagnostics

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deployspec._logins.credentials import Credential, CredentialRef
    from deployspec._plan import ImagePull
    from deployspec._references.reference import ImageReference

# Docker reads only this spelling (moby issue 22018), and the kubelet needs the final slash.
DOCKER_HUB_KEY = "https://index.docker.io/v1/"


@attrs.frozen
class Login:
    """A pull and the credential that it uses."""

    pull: ImagePull
    credential: Credential


def docker_key(reference: ImageReference) -> str:
    """Return Docker's key for the registry of an image."""
    return DOCKER_HUB_KEY if reference.host == "docker.io" else reference.host.lower()


def find_logins(pulls: Iterable[ImagePull], credentials: Mapping[CredentialRef, Credential]) -> list[Login]:
    """Return the logins of the pulls that have one; raises `DeploySpecError` with every problem."""
    logins: list[Login] = []
    found = PlanDiagnostics()
    for pull in pulls:
        if pull.credential is None:
            continue
        credential = credentials.get(pull.credential)
        if credential is None:
            message = f"login for `{pull.credential.scope}` is missing"
            hint = "pass the result of `credentials_for` for this plan"
            found.error("credentials-missing", message, source=pull.credential.source, hint=hint)
        elif _is_usable(pull, pull.credential, credential, found):
            logins.append(Login(pull, credential))
    if found.failed:
        del credentials, logins  # so that a traceback with locals does not contain them
        raise DeploySpecError(found.diagnostics())
    return logins


def _is_usable(pull: ImagePull, wanted: CredentialRef, credential: Credential, found: Collector) -> bool:
    if wanted.scope not in credential.scopes or not pull.login_fits:
        message = f"login for `{wanted.scope}` does not cover `{pull.pulled_from}`"
        hint = "resolve the app again: the plan was edited"
        found.error("credentials-out-of-scope", message, source=wanted.source, hint=hint)
        return False
    return _is_writable(credential, wanted.source, found)


def _is_writable(credential: Credential, source: str, found: Collector) -> bool:
    """Whether `user:password` in base64 can represent a login, and its readers leave it unchanged."""
    username, password = credential.username, credential.password.reveal()
    if ":" in username or not (username or credential.identity_token):
        message = f"username of the login for `{credential.scope}` is empty or contains `:`"
        hint = "use another username: basic authentication does not support this one"
        found.error("credentials-username-invalid", message, source=source, hint=hint)
        return False
    if not _is_utf8(username + password) or password.strip("\0") != password:
        message = f"login for `{credential.scope}` is not valid UTF-8, or its password begins or ends with NUL"
        found.error("credentials-not-text", message, source=source, hint="set the login again")
        return False
    return True


def _is_utf8(value: str) -> bool:
    """Whether UTF-8 can encode a value; checked without an exception, which would contain the value."""
    return not any("\ud800" <= char <= "\udfff" for char in value)


def basic(credential: Credential) -> str:
    """Return `user:password` in standard base64 with padding, the only form that every reader accepts."""
    return base64.b64encode(f"{credential.username}:{credential.password.reveal()}".encode()).decode()
