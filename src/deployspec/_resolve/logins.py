"""The logins of a resolution, and the one that an image gets.

The login of the app's variables is tried first, then the keyring of the app's owner, then the keyring of the platform.
A login is only used for its scope: a host, or a path on one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import attrs

from deployspec._logins.credentials import ANY_REGISTRY, Credential, CredentialRef, Keyring, Owner, make_credential_ref
from deployspec._logins.scope import covers, registry_of
from deployspec._resolve.config_login import read_config_login
from deployspec._resolve.login_checks import report_control_character, report_short_lived, report_whitespace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deployspec._app import App
    from deployspec._plan import ImagePull
    from deployspec._references.reference import ImageReference
    from deployspec._resolve.config_login import Controls
    from deployspec._resolve.report import Report


@attrs.define
class Logins:
    """The logins of a resolution, in the order in which they are tried."""

    of_config: tuple[CredentialRef, ...]
    keyring: Keyring
    platform_keyring: Keyring
    used: dict[CredentialRef, Credential]
    mirrored: MirroredLogins | None = None

    def find(self, reference: ImageReference) -> CredentialRef | None:
        """Return the source of the login for an image; `None` if the image is pulled anonymously."""
        for login in self.of_config:
            if covers(login.scope, reference):
                return login
        if (credential := self.keyring.find(reference)) is not None:
            return self._use(credential, "app", reference)
        credential = self.platform_keyring.find(reference)
        return None if credential is None else self._use(credential, "platform", reference)

    def _use(self, credential: Credential, owner: Owner, reference: ImageReference) -> CredentialRef:
        own, *others = keyring_refs(credential, owner)
        found = next((other for other in others if covers(other.scope, reference)), own)
        self.used.setdefault(found, credential)
        return found

    def is_of_config(self, credential: CredentialRef | None) -> bool:
        """Whether a login is the one of the app's variables."""
        return any(credential is login for login in self.of_config)


class MirroredLogins(Protocol):
    """The mirrors of the platform, and their logins."""

    def replace(self, pull: ImagePull, place: str, report: Report, *, source: str) -> ImagePull:
        """Return the pull from a mirror instead, if there is one; `place` is the subject of the trace."""
        ...


def read_logins(
    app: App, controls: Controls, image: ImageReference | None, platform_keyring: Keyring, report: Report
) -> Logins:
    """Collect the logins of an app and its platform; `image` is the prebuilt image, if it is valid."""
    of_config = read_config_login(app, controls, image, report)
    if platform_keyring.credentials:
        check_platform_keyring(platform_keyring, report)
    return Logins(of_config, app.keyring, platform_keyring, {})


def keyring_refs(credential: Credential, owner: Owner) -> list[CredentialRef]:
    """Return the references of a keyring's login, one for each of its scopes, which name it by its key."""
    source = f"keyring:{credential.key}"
    return [make_credential_ref(scope=scope, owner=owner, source=source) for scope in credential.scopes]


def check_platform_keyring(keyring: Keyring, report: Report, hosts: frozenset[str] = frozenset()) -> None:
    """Report bare hosts: with one, every tenant could pull every image on the host with the platform's login.

    `hosts` are the registries of mirrors, for which a login for the whole registry is used only for mirrors.
    """
    for credential in keyring.credentials:
        if "/" not in credential.scope and hosts.isdisjoint(credential.scopes):
            message = f"platform login for `{credential.scope}` has no path"
            hint = f"add the path of the repositories that every tenant may pull, such as `{credential.scope}/base`"
            report.error("credentials-platform-scope-missing", message, hint=hint)


def report_logins(pulls: Iterable[ImagePull], logins: Logins, report: Report) -> None:
    """Report doubtful logins of keyrings that are used, and images whose login a credential helper has."""
    for reference, credential in logins.used.items():
        username, password, source = credential.username, credential.password.reveal(), reference.source
        report_whitespace(username, password, source, report)
        report_control_character(username, password, source, report)
        report_short_lived(reference.scope, username, source, report)
    if logins.keyring.helpers:
        _report_helpers(pulls, set(logins.keyring.helpers), report)


def _report_helpers(pulls: Iterable[ImagePull], helpers: set[str], report: Report) -> None:
    """Report each registry once: a helper has the login for it, or it may be in the default helper."""
    anonymous = (pull for pull in pulls if pull.credential is None and pull.role != "frontend")
    for registry in dict.fromkeys(registry_of(pull.reference) for pull in anonymous):
        hint = (
            "helpers are programs and are not run: write the login into `auths`, without `credHelpers` and `credsStore`"
        )
        start, source = f"images on `{registry}` are pulled anonymously, although", f"keyring:{registry}"
        if registry in helpers:
            report.step("helper", registry, "has login")
            report.warning(
                "credentials-in-helper", f"{start} a credential helper has a login for it", source=source, hint=hint
            )
        elif ANY_REGISTRY in helpers:
            report.step("helper", registry, "may have login")
            message = f"{start} the default credential helper may have a login for it"
            report.note("credentials-in-helper", message, source=source, hint=hint)
