"""Whose logins there are, and which of them an image gets.

The login of the app's variables comes first, the keyring of the app's owner next, the platform's keyring last. Each is
for its scope alone: a host, or a path on one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from deployspec._logins.credentials import Credential, CredentialRef, Keyring, Owner, covers, make_credential_ref

if TYPE_CHECKING:
    from deployspec._references.reference import ImageReference
    from deployspec._resolve.log import Log

__all__: list[str] = []


@attrs.define
class Keys:
    """The logins of a resolution, in the order in which they are tried."""

    login: CredentialRef | None
    keyring: Keyring
    platform_keyring: Keyring

    def find(self, reference: ImageReference) -> CredentialRef | None:
        """Return where the login for an image is found; `None`: it is fetched anonymously."""
        if self.login is not None and covers(self.login.scope, reference):
            return self.login
        if (own := self.keyring.find(reference)) is not None:
            return keyring_ref(own, "app")
        platform = self.platform_keyring.find(reference)
        return None if platform is None else keyring_ref(platform, "platform")


def keyring_ref(credential: Credential, owner: Owner) -> CredentialRef:
    """Name a keyring's login by its key."""
    return make_credential_ref(scope=credential.scope, owner=owner, source=f"keyring:{credential.key}")


def check_platform_keyring(keyring: Keyring, log: Log) -> None:
    """Refuse a bare host, which would lend the platform's login to every tenant's image on it."""
    for credential in keyring.credentials:
        if "/" not in credential.scope:
            message = f"the platform's login for `{credential.scope}` has no path"
            hint = f"name the repositories that every tenant may read, such as `{credential.scope}/base`"
            log.tell("error", "credentials-platform-scope-missing", message, hint=hint)
