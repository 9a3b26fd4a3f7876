"""The login that an app's variables hold: which parts are set, for which host, and what is wrong with it.

| set | result |
|---|---|
| none of them | anonymous |
| only host and e-mail | anonymous, warning `credentials-without-login` |
| user name or password alone | error `credentials-incomplete` |
| user name and password | a login for the host, or for the profile's default host |

An empty string is unset. Nothing here quotes a value other than the host's normal form.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from deployspec._logins.credentials import CredentialRef, invalid_host, make_credential_ref, normal_host

if TYPE_CHECKING:
    from deployspec._app import App, Profile
    from deployspec._references.reference import ImageReference
    from deployspec._resolve.log import Log

__all__: list[str] = []

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SHORT_LIVED = re.compile(r"[0-9]+\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?")


@attrs.define
class Controls:
    """The control variables as they are meant: stripped where white space cannot matter, `None` where unset.

    Like everything that lives only while an app is resolved, it is not frozen, which would take three times as long.
    """

    image: str | None = attrs.field(repr=False)  # as written: it may hold a password where none belongs
    host: str | None = attrs.field(repr=False)
    username: str | None = attrs.field(repr=False)
    password: str | None = attrs.field(repr=False)
    email: str | None = attrs.field(repr=False)

    @property
    def login(self) -> tuple[str, str] | None:
        """User name and password, where both are set."""
        return (self.username, self.password) if self.username and self.password else None


def read_controls(app: App, log: Log) -> Controls:
    """Read the control variables of an app's config; an empty string is unset."""
    profile, config = app.profile, app.config
    password = config.get(profile.password_variable) or None
    image = _stripped(app, profile.image_variable, log)
    host = None if profile.host_variable is None else _stripped(app, profile.host_variable, log)
    if password is not None and password != password.strip():
        message = "the password begins or ends with white space, which is kept"
        log.tell("warning", "config-whitespace", message, source=profile.password_variable)
    email = config.get(profile.email_variable) or None
    if email is not None and not profile.email_supported:
        message = "this platform no longer takes an e-mail address, so it is ignored"
        log.tell(
            "warning", "credentials-email-deprecated", message, source=profile.email_variable, hint="unset the variable"
        )
        email = None
    return Controls(image, host, config.get(profile.username_variable) or None, password, email)


def _stripped(app: App, name: str, log: Log) -> str | None:
    value = app.config.get(name, "")
    bare = value.strip()
    if bare != value:
        message = "the value begins or ends with white space, which is left out"
        log.tell("warning", "config-whitespace", message, source=name, hint="set the variable again without it")
    return bare or None


def variables_login(app: App, controls: Controls, image: ImageReference | None, log: Log) -> CredentialRef | None:
    """Tell which login the variables hold, if they hold one; `image` is the prebuilt image, where it is valid."""
    profile, username, password = app.profile, controls.username, controls.password
    if username is None or password is None:
        _tell_incomplete(profile, controls, log)
        return None
    _check_login(profile, username, password, log)
    if profile.host_variable is None:
        return _login_for_image(app, controls, image, log)
    source = profile.host_variable if controls.host else "default"
    scope = normal_host(controls.host or profile.default_host)
    if scope is None:
        log.diagnostics.append(invalid_host(profile.host_variable))
        return None
    log.step("login", source, scope)
    _tell_short_lived(profile, scope, username, log)
    return make_credential_ref(scope=scope, owner="app", source=source)


def _tell_incomplete(profile: Profile, controls: Controls, log: Log) -> None:
    if controls.username or controls.password:
        present, missing = profile.username_variable, profile.password_variable
        if controls.password:
            present, missing = missing, present
        message = f"`{present}` is set but `{missing}` is not"
        hint = f"set `{missing}` as well, or unset `{present}` to go on anonymously"
        log.tell("error", "credentials-incomplete", message, source=missing, hint=hint)
    elif controls.host or controls.email:
        source = profile.host_variable if controls.host else profile.email_variable
        message = "a registry is named but no login for it, so images are fetched anonymously"
        hint = f"set `{profile.username_variable}` and `{profile.password_variable}`, or unset this variable"
        log.tell("warning", "credentials-without-login", message, source=source, hint=hint)
    else:
        log.step("login", profile.username_variable, "none")


def _check_login(profile: Profile, username: str, password: str, log: Log) -> None:
    # `isprintable` is the fast way, and nearly always enough.
    if ":" in username or not (username.isprintable() or _CONTROL.search(username) is None):
        message = "the user name holds a `:` or a control character, which basic authentication cannot carry"
        log.tell("error", "credentials-username-invalid", message, source=profile.username_variable)
    if not (password.isprintable() or _CONTROL.search(password) is None):
        message = "the password holds a control character"
        hint = "set the variable again if a line end came with it by accident"
        log.tell("warning", "credentials-password-control", message, source=profile.password_variable, hint=hint)


def _login_for_image(app: App, controls: Controls, image: ImageReference | None, log: Log) -> CredentialRef | None:
    """Take the image's host for the login's: one person set both. A build's base is somebody's push, so never there."""
    if controls.image is None and app.dockerfile is not None:
        message = "a login is set, but nothing says which registry it is for"
        hint = "pass it in a keyring with a host, or unset it: a Dockerfile must not choose where a password goes"
        log.tell("error", "credentials-host-unknown", message, source=app.profile.username_variable, hint=hint)
    scope = None if image is None else normal_host(image.host)
    if scope is None:
        return None
    log.step("login", app.profile.image_variable, scope)
    _tell_short_lived(app.profile, scope, controls.username, log)
    return make_credential_ref(scope=scope, owner="app", source="image")


def _tell_short_lived(profile: Profile, scope: str, username: str | None, log: Log) -> None:
    if username == "AWS" and _SHORT_LIVED.fullmatch(scope):
        message = "logins for this registry expire after hours, so a later deploy will fail with it"
        log.tell(
            "note", "credentials-short-lived", message, source=profile.password_variable, hint="renew it on each deploy"
        )
