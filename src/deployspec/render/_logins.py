"""The logins of a plan's pulls, checked once more before a secret is written down for a tool.

A plan may have been kept as text, and edited there: a login goes to an image only if its scope covers the image.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from deployspec._core.diagnostics import DeploySpecError, Diagnostic
from deployspec._logins.credentials import covers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from deployspec._logins.credentials import Credential, CredentialRef
    from deployspec._plan import ImagePull
    from deployspec._references.reference import ImageReference

__all__: list[str] = []

DOCKER_HUB_KEY = "https://index.docker.io/v1/"
"""The one spelling that the Docker client reads (moby issue 22018); the kubelet needs its final slash too."""


def docker_key(reference: ImageReference) -> str:
    """Return what Docker calls the registry of an image."""
    return DOCKER_HUB_KEY if reference.host == "docker.io" else reference.host.lower()


def logins_of(
    pulls: Iterable[ImagePull], credentials: Mapping[CredentialRef, Credential]
) -> list[tuple[ImagePull, Credential]]:
    """Return the pulls that have a login, each with it; raises `DeploySpecError` with every fault."""
    found: list[tuple[ImagePull, Credential]] = []
    faults: list[Diagnostic] = []
    for pull in pulls:
        if pull.credential is None:
            continue
        login = credentials.get(pull.credential)
        fault = _fault(pull, pull.credential, login)
        if login is None or fault is not None:
            faults += () if fault is None else (fault,)
        else:
            found.append((pull, login))
    if faults:
        del credentials, found  # a traceback with locals must not hold what was found so far
        raise DeploySpecError(dict.fromkeys(faults))
    return found


def _fault(pull: ImagePull, wanted: CredentialRef, login: Credential | None) -> Diagnostic | None:
    def told(code: str, message: str, hint: str) -> Diagnostic:
        return Diagnostic(code, message, source=wanted.source, hint=hint)

    if login is None:
        message = f"the credentials hold no login for `{wanted.scope}`"
        return told("credentials-missing", message, "pass what `credentials_for` gives for this plan")
    if login.scope != wanted.scope or not covers(wanted.scope, pull.reference):
        message = f"the login for `{wanted.scope}` does not cover `{pull.reference}`"
        return told("credentials-out-of-scope", message, "resolve the app again: this plan was changed by hand")
    return _unwritable(login, told)


def _unwritable(login: Credential, told: Callable[[str, str, str], Diagnostic]) -> Diagnostic | None:
    """Tell what `user:password` in base64 cannot carry, or what its readers change."""
    username, password = login.username, login.password.reveal()
    if ":" in username or not (username or login.identity_token):
        message = f"the user name of the login for `{login.scope}` is empty or holds a `:`"
        return told("credentials-username-invalid", message, "basic authentication cannot carry it")
    if not _is_text(username + password) or password.strip("\0") != password:
        message = f"the login for `{login.scope}` is no text in UTF-8, or its password begins or ends with NUL"
        return told("credentials-not-text", message, "set the login again")
    return None


def _is_text(value: str) -> bool:
    """Whether UTF-8 can carry a value: no lone surrogates. Asked without an exception, which would hold the value."""
    return not any("\ud800" <= char <= "\udfff" for char in value)


def basic(login: Credential) -> str:
    """Return `user:password` in standard base64 with padding, the one form that every reader takes."""
    return base64.b64encode(f"{login.username}:{login.password.reveal()}".encode()).decode()
