"""Logins from a Docker `config.json` or a containers `auth.json`.

Grammar (JSON in UTF-8; other members are left alone)::

    config = { "auths": { SCOPE: login }, "credHelpers": { HOST: NAME }, "credsStore": NAME }
    login  = { "auth": base64("USER:PASSWORD") } | { "username", "password" } | { "identitytoken" }   plus "email"

Credential helpers are programs: they are told as notes and never run. No fault quotes a value.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any, TypeAlias, cast

from deployspec._core.diagnostics import Diagnostic, InvalidDockerConfig, capped
from deployspec._core.secret import Secret, hide_frames
from deployspec._logins.credentials import Credential, Keyring, normal_scope

__all__ = ["parse_docker_config"]

SOURCE = "docker-config"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MEMBERS = ("auth", "username", "password", "identitytoken", "email")
_Pairs: TypeAlias = "list[tuple[str, Any]]"


class _Object(dict[str, Any]):
    """A JSON object that remembers whether one of its keys came twice."""

    def __init__(self, pairs: _Pairs) -> None:
        super().__init__(pairs)
        self.repeated = len(self) != len(pairs)


@hide_frames
def parse_docker_config(text: str | bytes) -> Keyring:
    """Read the logins of a Docker `config.json` or a containers `auth.json`.

    `auth` wins over `username` and `password`, as it does for Docker. Helpers (`credHelpers`, `credsStore`) and entries
    without a login become notes in the keyring's `.diagnostics`.

    Raises `InvalidDockerConfig` with all faults; none of them quotes a value.

    >>> parse_docker_config('{"auths": {"quay.io": {"auth": "YWRhOnB3"}}}').credentials
    (Credential(scope='quay.io'),)
    """
    if not isinstance(cast("object", text), (str, bytes)):  # callers without a type checker
        raise TypeError(f"a Docker config is str or bytes, not {type(text).__name__}")
    credentials, found = _read(text)
    if any(one.severity == "error" for one in found):
        raise InvalidDockerConfig(capped(found))
    return Keyring(credentials, diagnostics=capped(found))


def _read(text: str | bytes) -> tuple[list[Credential], list[Diagnostic]]:
    document, fault = _read_json(text)
    if fault is not None:
        return [], [fault]
    reader = _Reader()
    reader.read(document)
    return reader.credentials, reader.found


def _read_json(text: str | bytes) -> tuple[Any, Diagnostic | None]:
    """Return the document or what is wrong with it; never raises, so that no exception keeps the text."""
    try:
        whole = (text if isinstance(text, str) else text.decode()).removeprefix("\ufeff")
        # No number is ever used, and reading a long one is slow.
        return json.loads(
            whole, object_pairs_hook=_Object, parse_int=len, parse_float=len, parse_constant=_refuse
        ), None
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode().removeprefix("\ufeff")
        line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
        return None, _told("not-utf8", "the file is not UTF-8", line, column)
    except json.JSONDecodeError as error:
        return None, _told("syntax", "this is not JSON", error.lineno, error.colno)
    except RecursionError:
        return None, _told("syntax", "the file is nested too deeply")
    except ValueError:
        return None, _told("syntax", "the file holds `NaN` or `Infinity`, which are not JSON")


def _refuse(_constant: str) -> None:
    raise ValueError


def _told(code: str, message: str, line: int | None = None, column: int | None = None) -> Diagnostic:
    return Diagnostic(f"docker-config-{code}", message, source=SOURCE, line=line, column=column)


class _Reader:
    """Walks the document; `found` and `credentials` grow in the order of the file."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.credentials: list[Credential] = []
        self.scopes: set[str] = set()

    def read(self, document: object) -> None:
        config = self.mapping(document, "the file")
        auths = self.mapping(config.get("auths", _Object([])), "`auths`")
        for number, (key, entry) in enumerate(auths.items(), 1):
            self.read_entry(number, key, entry)
        for host, name in self.mapping(config.get("credHelpers", _Object([])), "`credHelpers`").items():
            # As below, what is no host is not quoted.
            self.read_helper(
                name, f"the login for `{host}`" if normal_scope(host) else "a login", "a `credHelpers` entry"
            )
        if "credsStore" in config:
            self.read_helper(config["credsStore"], "every login", "`credsStore`")

    def mapping(self, value: object, what: str) -> dict[str, Any]:
        if not isinstance(value, _Object):
            self.fault("shape", f"{what} must be a JSON object")
            return {}
        if value.repeated:
            self.fault("duplicate-key", f"{what} has one key twice", hint="keep one of them")
        return value

    def read_entry(self, number: int, key: str, entry: object) -> None:
        scope = normal_scope(key)
        # A key that is no scope is not quoted: it may hold a password (`https://user:password@host`).
        what = f"the entry `{key}`" if scope else f"entry {number} of `auths`"
        if scope is None:
            self.fault("invalid-key", f"{what} is not named by a registry", hint="name it by a host, such as `quay.io`")
        elif scope in self.scopes:
            self.fault("duplicate-key", f"{what} is one more login for `{scope}`", hint="keep one of them")
        else:
            self.scopes.add(scope)
        login = self.read_login(self.mapping(entry, what), what)
        if login is not None and scope is not None:
            self.credentials.append(Credential(scope=key, **login))

    def read_login(self, entry: dict[str, Any], what: str) -> dict[str, Any] | None:
        wrong = [name for name in _MEMBERS if not isinstance(entry.get(name, ""), str)]
        for name in wrong:
            self.fault("shape", f"`{name}` of {what} must be a string")
        pair = None if wrong else self.user_and_password(entry, what)
        if pair is None or not self.is_complete(*pair, what, token=bool(entry.get("identitytoken"))):
            return None
        return {
            "username": pair[0],
            "password": Secret(pair[1]),
            "identity_token": Secret(entry["identitytoken"]) if entry.get("identitytoken") else None,
            "email": entry.get("email") or None,
        }

    def user_and_password(self, entry: dict[str, Any], what: str) -> tuple[str, str] | None:
        if not entry.get("auth"):
            return entry.get("username", ""), entry.get("password", "")
        text = _decoded(entry["auth"])
        hint = "log in again to rewrite it"
        if text is None:
            self.fault("invalid-auth", f"`auth` of {what} is not base64 of UTF-8 text", hint)
            return None
        username, colon, password = text.partition(":")
        if not colon:
            self.fault("missing-colon", f"`auth` of {what} decodes to text without a `:`", hint)
            return None
        # Docker pads the password with NUL in old files and strips it when it reads them.
        return username, password.strip("\0")

    def is_complete(self, username: str, password: str, what: str, *, token: bool) -> bool:
        if ":" in username or _CONTROL.search(username):
            message = f"the user name of {what} holds a `:` or a control character"
            self.fault("invalid-username", message, hint="basic authentication cannot carry it")
        elif not token and not username and not password:
            self.note("empty-login", f"{what} holds no login")
        elif not token and not (username and password):
            missing = "password" if username else "username"
            self.fault("incomplete", f"{what} has no {missing}", hint="log in again to rewrite it")
        else:
            return True
        return False

    def read_helper(self, name: object, what: str, member: str) -> None:
        if not isinstance(name, str):
            self.fault("shape", f"{member} must be a string")
        elif name:
            self.note("helper", f"{what} is kept by a credential helper, which is not run")

    def fault(self, code: str, message: str, hint: str | None = None) -> None:
        self.found.append(Diagnostic(f"docker-config-{code}", message, hint=hint, source=SOURCE))

    def note(self, code: str, message: str) -> None:
        self.found.append(Diagnostic(f"docker-config-{code}", message, "note", source=SOURCE))


def _decoded(auth: str) -> str | None:
    """Return what base64 holds; `None` where it is none, so that no exception keeps it."""
    try:
        return base64.b64decode(auth, validate=True).decode()
    except ValueError:
        return None
