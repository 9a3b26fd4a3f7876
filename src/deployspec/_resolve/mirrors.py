"""Mirrors in a resolution: which images are pulled from one, and with which login.

The login for the image itself is found first. If it is one of the app's owner, the image is private and stays where it
is. Otherwise the login for the mirror is looked up in the platform's keyring only: a login for the image never goes to
the mirror, and a mirror never changes the action.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from deployspec._logins.credentials import EMPTY_KEYRING, Keyring
from deployspec._logins.mirrors import Mirrors, check_mirrors
from deployspec._resolve.logins import Logins, check_platform_keyring, read_logins

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deployspec._app import App
    from deployspec._logins.mirrors import Mirror
    from deployspec._plan import ImagePull
    from deployspec._references.reference import ImageReference
    from deployspec._resolve.config_login import Controls
    from deployspec._resolve.report import Report


def read_mirrors(  # noqa: PLR0913, PLR0917  # the inputs of the logins, and the mirrors
    app: App,
    controls: Controls,
    image: ImageReference | None,
    platform_keyring: Keyring,
    given: Iterable[Mirror],
    report: Report,
) -> Logins:
    """Collect the logins of an app and its platform, and the mirrors of the platform."""
    mirrors = Mirrors(check_mirrors(given), report)
    check_platform_keyring(platform_keyring, report, mirrors.hosts)
    # A login for a whole registry is only for mirrors: a tenant that names an image on the registry does not get it.
    with_path = Keyring(login for login in platform_keyring.credentials if "/" in login.scope)
    logins = read_logins(app, controls, image, with_path, report)
    for_mirrors = Logins((), EMPTY_KEYRING, platform_keyring, logins.used)
    return attrs.evolve(logins, mirrored=_MirroredLogins(app.profile.frontends, mirrors, for_mirrors))


@attrs.define
class _MirroredLogins:
    """The mirrors, the logins for them, and the frontends that may be pulled from one."""

    frontends: frozenset[str]
    mirrors: Mirrors
    logins: Logins

    def replace(self, pull: ImagePull, place: str, report: Report, *, source: str) -> ImagePull:
        """Return the pull from a mirror instead, if there is one; `place` is the subject of the trace."""
        if not self.mirrors.covers(pull.reference):
            return pull
        mirror = self.mirrors.image(pull.reference)
        reason = self._reason_to_skip(pull)
        if mirror is None or reason is not None:
            reason = reason or "its name in the mirror is not a valid reference"
            message = f"image `{pull.reference.familiar}` is not pulled from a mirror, because {reason}"
            report.note("mirror-skipped", message, source=source, line=pull.line)
            report.step("mirror", place, "skipped")
            return pull
        report.step("mirror", place, str(mirror))
        return attrs.evolve(pull, mirror=mirror, credential=self.logins.find(mirror))

    def _reason_to_skip(self, pull: ImagePull) -> str | None:
        if pull.credential is not None and pull.credential.owner == "app":
            return f"the login for `{pull.credential.scope}` covers it"
        if pull.role == "frontend" and pull.reference.repository not in self.frontends:
            return "it is a custom frontend"
        return None
