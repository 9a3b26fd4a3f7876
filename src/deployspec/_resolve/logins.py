"""The logins of a resolution, and the one that an image gets.

The login of the app's variables is tried first, then the keyring of the app's owner, then the keyring of the platform.
A login is only used for its scope: a host, or a path on one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from deployspec._logins.credentials import Credential, CredentialRef, Keyring, Owner, make_credential_ref
from deployspec._logins.scope import covers
from deployspec._resolve.config_login import read_config_login

if TYPE_CHECKING:
    from deployspec._app import App
    from deployspec._references.reference import ImageReference
    from deployspec._resolve.config_login import Controls
    from deployspec._resolve.report import Report


@attrs.define
class Logins:
    """The logins of a resolution, in the order in which they are tried."""

    of_config: CredentialRef | None
    keyring: Keyring
    platform_keyring: Keyring

    def find(self, reference: ImageReference) -> CredentialRef | None:
        """Return the source of the login for an image; `None` if the image is pulled anonymously."""
        if self.of_config is not None and covers(self.of_config.scope, reference):
            return self.of_config
        if (credential := self.keyring.find(reference)) is not None:
            return keyring_ref(credential, "app")
        credential = self.platform_keyring.find(reference)
        return None if credential is None else keyring_ref(credential, "platform")


def read_logins(
    app: App, controls: Controls, image: ImageReference | None, platform_keyring: Keyring, report: Report
) -> Logins:
    """Collect the logins of an app and its platform; `image` is the prebuilt image, if it is valid."""
    of_config = read_config_login(app, controls, image, report)
    if platform_keyring.credentials:
        _check_platform_keyring(platform_keyring, report)
    return Logins(of_config, app.keyring, platform_keyring)


def keyring_ref(credential: Credential, owner: Owner) -> CredentialRef:
    """Return the reference of a keyring's login, which names it by its key."""
    return make_credential_ref(scope=credential.scope, owner=owner, source=f"keyring:{credential.key}")


def _check_platform_keyring(keyring: Keyring, report: Report) -> None:
    """Report bare hosts: with one, every tenant could pull every image on the host with the platform's login."""
    for credential in keyring.credentials:
        if "/" not in credential.scope:
            message = f"platform login for `{credential.scope}` has no path"
            hint = f"add the path of the repositories that every tenant may pull, such as `{credential.scope}/base`"
            report.error("credentials-platform-scope-missing", message, hint=hint)
