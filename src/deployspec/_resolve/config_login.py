"""The control variables of an app's config, and the login in them.

| set | result |
|---|---|
| nothing | anonymous |
| only host or e-mail | anonymous, warning `credentials-without-login` |
| only user name or only password | error `credentials-incomplete` |
| user name and password | a login for the host, or for the profile's default host |

An empty variable counts as unset. Diagnostics never quote a value, except the normal form of the host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from deployspec._logins.credentials import CredentialRef, make_credential_ref
from deployspec._logins.scope import invalid_host, normal_host, own_scope, registry_of
from deployspec._references.grammar import DOCKER_HUB
from deployspec._resolve.login_checks import (
    has_control_character,
    report_control_character,
    report_short_lived,
    report_whitespace,
)

if TYPE_CHECKING:
    from deployspec._app import App, Profile
    from deployspec._references.reference import ImageReference
    from deployspec._resolve.report import Report


@attrs.define
class Controls:
    """The values of the control variables: `None` if unset, image and host without surrounding whitespace.

    The class is not frozen, because creating a frozen object takes three times as long, and this one is short-lived.
    """

    image: str | None = attrs.field(repr=False)  # may contain a password if the user pasted one into it
    host: str | None = attrs.field(repr=False)
    username: str | None = attrs.field(repr=False)
    password: str | None = attrs.field(repr=False)
    email: str | None = attrs.field(repr=False)

    @property
    def login(self) -> tuple[str, str] | None:
        """User name and password, if both are set."""
        return (self.username, self.password) if self.username and self.password else None


def read_controls(app: App, report: Report) -> Controls:
    """Read the control variables of an app's config; an empty variable counts as unset."""
    profile, config = app.profile, app.config
    password = config.get(profile.password_variable) or None
    image = _stripped(app, profile.image_variable, report)
    host = None if profile.host_variable is None else _stripped(app, profile.host_variable, report)
    username = config.get(profile.username_variable) or None
    if password is not None:
        report_whitespace(username, password, profile.password_variable, report)
    email = config.get(profile.email_variable) or None
    if email is not None and not profile.email_supported:
        message = "e-mail address is ignored, because this platform does not support one"
        report.warning(
            "credentials-email-deprecated", message, source=profile.email_variable, hint="unset the variable"
        )
        email = None
    return Controls(image, host, username, password, email)


def _stripped(app: App, name: str, report: Report) -> str | None:
    value = app.config.get(name, "")
    bare = value.strip()
    if bare != value:
        message = "value has leading or trailing whitespace, which is ignored"
        report.warning("config-whitespace", message, source=name, hint="remove the whitespace")
    return bare or None


def read_config_login(
    app: App, controls: Controls, image: ImageReference | None, report: Report
) -> tuple[CredentialRef, ...]:
    """Return the login in the variables, for each of its scopes; `image` is the prebuilt image, if it is valid."""
    profile, username, password = app.profile, controls.username, controls.password
    if username is None or password is None:
        _report_incomplete(profile, controls, report)
        return ()
    _check_login(profile, username, password, report)
    if profile.host_variable is None:
        return _login_for_image(app, controls, image, report)
    source = profile.host_variable if controls.host else "default"
    scope = normal_host(controls.host or profile.default_host)
    if scope is None:
        report.extend([invalid_host(profile.host_variable)])
        return ()
    report.step("login", source, scope)
    report_short_lived(scope, username, profile.password_variable, report)
    login = make_credential_ref(scope=scope, owner="app", source=source)
    # All clients use a login whose host is spelled like the host of the image.
    own = own_scope(controls.host) if scope == DOCKER_HUB and controls.host else None
    return (login,) if own is None else (login, make_credential_ref(scope=own, owner="app", source=source))


def _report_incomplete(profile: Profile, controls: Controls, report: Report) -> None:
    if controls.username or controls.password:
        present, missing = profile.username_variable, profile.password_variable
        if controls.password:
            present, missing = missing, present
        message = f"`{present}` is set, but `{missing}` is not"
        hint = f"set `{missing}` as well, or unset `{present}` to pull anonymously"
        report.error("credentials-incomplete", message, source=missing, hint=hint)
    elif controls.host or controls.email:
        source = profile.host_variable if controls.host else profile.email_variable
        message = f"`{source}` is set without a login, so images are pulled anonymously"
        hint = f"set `{profile.username_variable}` and `{profile.password_variable}`, or unset `{source}`"
        report.warning("credentials-without-login", message, source=source, hint=hint)
    else:
        report.step("login", profile.username_variable, "none")


def _check_login(profile: Profile, username: str, password: str, report: Report) -> None:
    if ":" in username or has_control_character(username):
        message = "username contains a `:` or a control character, which basic authentication does not support"
        report.error("credentials-username-invalid", message, source=profile.username_variable)
    report_control_character(username, password, profile.password_variable, report)


def _login_for_image(
    app: App, controls: Controls, image: ImageReference | None, report: Report
) -> tuple[CredentialRef, ...]:
    """Use the login for the image's host, because one person set both variables.

    Never for a build: anyone who can push a Dockerfile chooses its base.
    """
    if controls.image is None and app.dockerfile is not None:
        message = "login has no registry: this platform uses the host of the image, and no image is set"
        hint = (
            "put the login into a keyring with its host, or unset it; a Dockerfile must not choose who gets a password"
        )
        report.error("credentials-host-unknown", message, source=app.profile.username_variable, hint=hint)
    if image is None:
        return ()
    scope = registry_of(image)
    report.step("login", app.profile.image_variable, scope)
    report_short_lived(scope, controls.username, app.profile.password_variable, report)
    return (make_credential_ref(scope=scope, owner="app", source="image"),)
