"""Logins from a Docker `config.json` or a containers `auth.json`.

Grammar (JSON; other members are left alone)::

    config = { "auths": { SCOPE: login }, "credHelpers": { HOST: NAME }, "credsStore": NAME }
    login  = { "auth": base64("USER:PASSWORD") } | { "username", "password" } | { "identitytoken" }   plus "email"

Credential helpers are programs: they are told as notes and never run. No fault quotes a value.
"""

from __future__ import annotations

import base64
import json
from typing import Any, TypeAlias, cast

from deployspec._diagnostics import Diagnostic, InvalidDockerConfig, capped
from deployspec._registry import Credential, Keyring, normal_scope
from deployspec._secret import Secret

__all__ = ["parse_docker_config"]

SOURCE = "docker-config"
_Pairs: TypeAlias = "list[tuple[str, Any]]"


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its keys came twice."""

    def __init__(self, pairs: _Pairs) -> None:
        super().__init__(pairs)
        self.repeated = len(self) != len(pairs)


def parse_docker_config(text: str | bytes) -> Keyring:
    """Read the logins of a Docker `config.json` or a containers `auth.json`.

    `auth` wins over `username` and `password`, as it does for Docker. Helpers (`credHelpers`, `credsStore`) and entries
    without a login become notes in the keyring's `.diagnostics`.

    Raises `InvalidDockerConfig` with all faults; none of them quotes a value.

    >>> parse_docker_config('{"auths": {"quay.io": {"auth": "YWRhOnB3"}}}').credentials
    (Credential(scope='quay.io'),)
    """
    credentials, found = _read(text)
    del text  # what is raised below must not drag the logins along in its frame
    if any(one.severity == "error" for one in found):
        del credentials
        raise InvalidDockerConfig(capped(found))
    return Keyring(credentials, diagnostics=capped(found))


def _read(text: str | bytes) -> tuple[list[Credential], list[Diagnostic]]:
    document, fault = _read_json(text)
    reader = _Reader()
    if fault is not None:
        return [], [fault]
    reader.read(document)
    return reader.credentials, reader.found


def _read_json(text: str | bytes) -> tuple[Any, Diagnostic | None]:
    """Return the document or what is wrong with it; never raises, so that no exception keeps the text."""
    try:
        return json.loads(text, object_pairs_hook=_Object), None
    except json.JSONDecodeError as error:
        line, column = error.lineno, error.colno
        return None, Diagnostic("docker-config-syntax", "this is not JSON", source=SOURCE, line=line, column=column)
    except (ValueError, RecursionError) as error:
        kind = "not-utf8" if isinstance(error, UnicodeDecodeError) else "syntax"
        message = (
            "the file is not UTF-8" if kind == "not-utf8" else "the file is nested too deeply or holds an absurd number"
        )
        return None, Diagnostic(f"docker-config-{kind}", message, source=SOURCE)


class _Reader:
    """Walks the document; `found` and `credentials` grow in the order of the file."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.credentials: list[Credential] = []
        self.scopes: set[str] = set()

    def read(self, document: object) -> None:
        config = self.mapping(document, "the file")
        for key, entry in self.mapping(config.get("auths", _Object([])), "`auths`").items():
            self.read_entry(key, entry)
        for host in self.mapping(config.get("credHelpers", _Object([])), "`credHelpers`"):
            self.helper(f"the login for `{host}`" if normal_scope(host) else "a login")
        if config.get("credsStore"):
            self.helper("every login")

    def mapping(self, value: object, what: str) -> dict[str, Any]:
        if not isinstance(value, _Object):
            self.fault("shape", f"{what} must be a JSON object")
            return {}
        if value.repeated:
            self.fault("duplicate-key", f"{what} has one key twice", hint="keep one of them")
        return value

    def read_entry(self, key: str, entry: object) -> None:
        scope = normal_scope(key)
        # A key that is no scope is not quoted: it may hold a password (`https://user:password@host`).
        what = f"the entry `{key}`" if scope else f"entry {len(self.scopes) + 1} of `auths`"
        if scope is None:
            self.fault("invalid-key", f"{what} is not named by a registry", hint="name it by a host, such as `quay.io`")
        elif scope in self.scopes:
            self.fault("duplicate-key", f"{what} is one more login for `{scope}`", hint="keep one of them")
        self.scopes.add(scope or key)
        self.read_login(key, scope, self.mapping(entry, what), what)

    def read_login(self, key: str, scope: str | None, entry: dict[str, Any], what: str) -> None:
        members = ("auth", "username", "password", "identitytoken", "email")
        wrong = [name for name in members if not isinstance(entry.get(name, ""), str)]
        for name in wrong:
            self.fault("shape", f"`{name}` of {what} must be a string")
        if wrong:
            return
        login = self.user_and_password(entry, what)
        if login is None or scope is None:
            return
        token = entry.get("identitytoken")
        self.credentials.append(
            Credential(
                scope=key,
                username=login[0],
                password=Secret(login[1]),
                identity_token=Secret(cast("str", token)) if token else None,
                email=entry.get("email") or None,
            )
        )

    def user_and_password(self, entry: dict[str, Any], what: str) -> tuple[str, str] | None:
        if entry.get("auth"):
            return self.decoded(entry["auth"], what)
        username, password = entry.get("username", ""), entry.get("password", "")
        if entry.get("identitytoken") or (username and password):
            return username, password
        if username or password:
            missing = "password" if username else "username"
            self.fault("incomplete", f"{what} has no `{missing}`", hint=f"add `{missing}`")
        else:
            self.note("empty-login", f"{what} holds no login")
        return None

    def decoded(self, auth: str, what: str) -> tuple[str, str] | None:
        try:
            text = base64.b64decode(auth, validate=True).decode()
        except ValueError:
            text = None
        if text is None:
            self.fault(
                "invalid-auth", f"`auth` of {what} is not base64 of UTF-8 text", hint="log in again to rewrite it"
            )
            return None
        username, colon, password = text.partition(":")
        if not colon:
            self.fault(
                "missing-colon", f"`auth` of {what} decodes to text without a `:`", hint="log in again to rewrite it"
            )
            return None
        # Docker pads the password with NUL in old files and strips it when it reads them.
        return username, password.strip("\0")

    def helper(self, what: str) -> None:
        self.note("helper", f"{what} is kept by a credential helper, which is not run")

    def fault(self, code: str, message: str, hint: str | None = None) -> None:
        self.found.append(Diagnostic(f"docker-config-{code}", message, hint=hint, source=SOURCE))

    def note(self, code: str, message: str) -> None:
        self.found.append(Diagnostic(f"docker-config-{code}", message, "note", source=SOURCE))
