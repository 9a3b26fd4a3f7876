"""The login of one pull for the API of a Docker engine: docker-py's `auth_config` and the `X-Registry-Auth` header."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, NoReturn

from deployspec.render._logins import docker_key, find_logins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployspec._logins.credentials import Credential, CredentialRef
    from deployspec._plan import ImagePull

__all__ = ["auth_config", "x_registry_auth"]


class _AuthConfig(dict[str, str]):
    """A dictionary for docker-py whose `repr` shows no secret, and which cannot be pickled."""

    def __repr__(self) -> str:
        return f"<login for {self['serveraddress']}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a login cannot be pickled; build it where it is used")


def auth_config(image_pull: ImagePull, credentials: Mapping[CredentialRef, Credential]) -> dict[str, str] | None:
    """Return the mapping for docker-py's `pull(auth_config=…)`, `None` for an anonymous pull.

    Raises `DeploySpecError`: `credentials-missing`, `credentials-out-of-scope`, `credentials-username-invalid`,
    `credentials-not-text`.

    >>> from deployspec import Credential, CredentialRef, Credentials, ImagePull, Secret, parse_reference
    >>> wanted = CredentialRef(scope="quay.io", owner="app", source="default")
    >>> login = Credential(scope="quay.io", username="ada", password=Secret("pw"))
    >>> image = ImagePull(reference=parse_reference("quay.io/acme/web"), role="app", credential=wanted)
    >>> auth_config(image, Credentials({wanted: login}))
    <login for quay.io>
    >>> sorted(auth_config(image, Credentials({wanted: login})))
    ['password', 'serveraddress', 'username']
    """
    for login in find_logins([image_pull], credentials):
        credential = login.credential
        config = _AuthConfig(
            username=credential.username,
            password=credential.password.reveal(),
            serveraddress=docker_key(login.pull.pulled_from),
        )
        if credential.identity_token is not None:
            config["identitytoken"] = credential.identity_token.reveal()
        return config
    return None


def x_registry_auth(image_pull: ImagePull, credentials: Mapping[CredentialRef, Credential]) -> str:
    """Return the value of the `X-Registry-Auth` header: padded URL-safe base64 of JSON, of `{}` for an anonymous pull.

    The value contains the password. Raises the same errors as `auth_config`.

    >>> from deployspec import ImagePull, parse_reference
    >>> x_registry_auth(ImagePull(reference=parse_reference("quay.io/acme/web"), role="app"), {})
    'e30='
    """
    return base64.urlsafe_b64encode(json.dumps(auth_config(image_pull, credentials) or {}).encode()).decode()
