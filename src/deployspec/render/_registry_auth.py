"""The login of one pull for the API of a Docker engine: docker-py's `auth_config` and the `X-Registry-Auth` header."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from deployspec._core.secret import Variables, hide_frames
from deployspec.render._logins import docker_key, find_logins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployspec._logins.credentials import Credential, CredentialRef
    from deployspec._plan import ImagePull

__all__ = ["auth_config", "x_registry_auth"]


@hide_frames
def auth_config(image_pull: ImagePull, credentials: Mapping[CredentialRef, Credential]) -> Mapping[str, str] | None:
    """Return the login of a pull for docker-py, `None` for an anonymous pull.

    The result shows only its names, also to error reporters that expand mappings, and cannot be pickled. docker-py
    needs a dictionary, so make one in the call: `pull(…, auth_config=dict(config))`.

    Raises `DeploySpecError`: `credentials-missing`, `credentials-out-of-scope`, `credentials-username-invalid`,
    `credentials-not-text`.

    >>> from deployspec import Credential, CredentialRef, Credentials, ImagePull, Secret, parse_reference
    >>> wanted = CredentialRef(scope="quay.io", owner="app", source="default")
    >>> login = Credential(scope="quay.io", username="ada", password=Secret("pw"))
    >>> image = ImagePull(reference=parse_reference("quay.io/acme/web"), role="app", credential=wanted)
    >>> auth_config(image, Credentials({wanted: login}))
    <username, password, serveraddress>
    >>> dict(auth_config(image, Credentials({wanted: login})) or {})["serveraddress"]
    'quay.io'
    """
    for login in find_logins([image_pull], credentials):
        credential = login.credential
        config = {
            "username": credential.username,
            "password": credential.password.reveal(),
            "serveraddress": docker_key(login.pull.pulled_from),
        }
        if credential.identity_token is not None:
            config["identitytoken"] = credential.identity_token.reveal()
        return Variables(config)
    return None


@hide_frames
def x_registry_auth(image_pull: ImagePull, credentials: Mapping[CredentialRef, Credential]) -> str:
    """Return the value of the `X-Registry-Auth` header: padded URL-safe base64 of JSON, of `{}` for an anonymous pull.

    The value contains the password. Raises the same errors as `auth_config`.

    >>> from deployspec import ImagePull, parse_reference
    >>> x_registry_auth(ImagePull(reference=parse_reference("quay.io/acme/web"), role="app"), {})
    'e30='
    """
    return base64.urlsafe_b64encode(json.dumps(dict(auth_config(image_pull, credentials) or {})).encode()).decode()
