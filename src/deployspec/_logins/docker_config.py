"""Parsing the logins of a Docker `config.json` or a containers `auth.json`. No diagnostic quotes a value."""

from __future__ import annotations

import base64
import json
import re
from typing import Any, TypeAlias, cast

from deployspec._core.diagnostics import Collector, InvalidDockerConfig
from deployspec._core.secret import Secret, hide_frames
from deployspec._logins.credentials import Credential, Keyring
from deployspec._logins.scope import normal_scope

__all__ = ["parse_docker_config"]

SOURCE = "docker-config"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MEMBERS = ("auth", "username", "password", "identitytoken", "email")
_LOG_IN_AGAIN = "log in again to rewrite it"
_Pairs: TypeAlias = "list[tuple[str, Any]]"


class _Object(dict[str, Any]):
    """A JSON object that knows whether one of its keys is duplicate."""

    def __init__(self, pairs: _Pairs) -> None:
        super().__init__(pairs)
        self.has_duplicate = len(self) != len(pairs)


@hide_frames
def parse_docker_config(text: str | bytes) -> Keyring:
    """Parse the logins of a Docker `config.json` or a containers `auth.json`.

    Grammar, in JSON in UTF-8; other members are ignored::

        config = { "auths": { SCOPE: login }, "credHelpers": { HOST: NAME }, "credsStore": NAME }
        login  = { "auth": base64("USER:PASSWORD") } | { "username", "password" } | { "identitytoken" }   plus "email"

    As in Docker, `auth` has precedence over `username` and `password`. Credential helpers (`credHelpers`, `credsStore`)
    are programs and are never run; they and entries without a login are notes in the keyring's `.diagnostics`.

    Raises `InvalidDockerConfig` with every error. No diagnostic contains a value.

    >>> parse_docker_config('{"auths": {"quay.io": {"auth": "YWRhOnB3"}}}').credentials
    (Credential(scope='quay.io'),)
    """
    if not isinstance(cast("object", text), (str, bytes)):  # callers without a type checker
        raise TypeError(f"a Docker config is str or bytes, not {type(text).__name__}")
    parser = _DockerConfigParser()
    parser.parse(text)
    parser.found.raise_if_failed(InvalidDockerConfig)
    return Keyring(parser.credentials, diagnostics=parser.found.diagnostics())


class _DockerConfigParser:
    """Collects credentials and diagnostics in the order of the file."""

    def __init__(self) -> None:
        self.found = Collector(SOURCE)
        self.credentials: list[Credential] = []
        self.scopes: set[str] = set()

    def parse(self, text: str | bytes) -> None:
        document = self.parse_json(text)
        if not self.found.failed:
            self.read_document(document)

    def parse_json(self, text: str | bytes) -> object:
        """Return the document, or report an error. Nothing is raised, so that no exception contains the text."""
        try:
            whole = (text if isinstance(text, str) else text.decode()).removeprefix("\ufeff")
            # No number is used, and converting a long one is slow.
            return json.loads(
                whole, object_pairs_hook=_Object, parse_int=len, parse_float=len, parse_constant=_reject_constant
            )
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode().removeprefix("\ufeff")
            line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
            self.found.error("docker-config-not-utf8", "file is not UTF-8", line=line, column=column)
        except json.JSONDecodeError as error:
            self.found.error("docker-config-syntax", "invalid JSON", line=error.lineno, column=error.colno)
        except RecursionError:
            self.found.error("docker-config-syntax", "JSON is nested too deeply")
        except ValueError:
            self.found.error("docker-config-syntax", "`NaN` and `Infinity` are not valid JSON")
        return None

    def read_document(self, document: object) -> None:
        config = self.read_object(document, "file")
        auths = self.read_object(config.get("auths", _Object([])), "`auths`")
        for number, (key, entry) in enumerate(auths.items(), 1):
            self.read_entry(number, key, entry)
        for host, name in self.read_object(config.get("credHelpers", _Object([])), "`credHelpers`").items():
            # As in `read_entry`, an invalid host is not quoted.
            registry = f"`{host}`" if normal_scope(host) else "an invalid host"
            self.read_helper(name, f"credential helper for {registry}", "`credHelpers` entry")
        if "credsStore" in config:
            self.read_helper(config["credsStore"], "default credential helper", "`credsStore`")

    def read_object(self, value: object, name: str) -> dict[str, Any]:
        if not isinstance(value, _Object):
            self.found.error("docker-config-shape", f"{name} must be a JSON object")
            return {}
        if value.has_duplicate:
            self.found.error("docker-config-duplicate-key", f"duplicate key in {name}", hint="keep one of them")
        return value

    def read_entry(self, number: int, key: str, entry: object) -> None:
        scope = normal_scope(key)
        # An invalid key is not quoted: it may contain a password (`https://user:password@host`).
        name = f"entry `{key}`" if scope else f"entry {number} of `auths`"
        if scope is None:
            hint = "name the entry by a host, such as `quay.io`"
            self.found.error("docker-config-invalid-key", f"invalid registry host in {name}", hint=hint)
        elif scope in self.scopes:
            message = f"duplicate login for `{scope}` ({name})"
            self.found.error("docker-config-duplicate-key", message, hint="keep one of them")
        else:
            self.scopes.add(scope)
        login = self.read_login(self.read_object(entry, name), name)
        if login is not None and scope is not None:
            self.credentials.append(Credential(scope=key, **login))

    def read_login(self, entry: dict[str, Any], name: str) -> dict[str, Any] | None:
        wrong = [member for member in _MEMBERS if not isinstance(entry.get(member, ""), str)]
        for member in wrong:
            self.found.error("docker-config-shape", f"`{member}` of {name} must be a string")
        pair = None if wrong else self.read_username_and_password(entry, name)
        if pair is None or not self.check_login(*pair, name, has_token=bool(entry.get("identitytoken"))):
            return None
        return {
            "username": pair[0],
            "password": Secret(pair[1]),
            "identity_token": Secret(entry["identitytoken"]) if entry.get("identitytoken") else None,
            "email": entry.get("email") or None,
        }

    # docker/cli cli/config/configfile/file.go: LoadFromReader, decodeAuth
    def read_username_and_password(self, entry: dict[str, Any], name: str) -> tuple[str, str] | None:
        if not entry.get("auth"):
            return entry.get("username", ""), entry.get("password", "")
        text = _decode(entry["auth"])
        if text is None:
            message = f"`auth` of {name} is not base64 of UTF-8 text"
            self.found.error("docker-config-invalid-auth", message, hint=_LOG_IN_AGAIN)
            return None
        username, colon, password = text.partition(":")
        if not colon:
            message = f"`auth` of {name} decodes to text without a `:`"
            self.found.error("docker-config-missing-colon", message, hint=_LOG_IN_AGAIN)
            return None
        # Old files pad the password with NUL.
        return username, password.strip("\0")

    def check_login(self, username: str, password: str, name: str, *, has_token: bool) -> bool:
        if ":" in username or _CONTROL.search(username):
            message = f"username of {name} contains a `:` or a control character"
            hint = "HTTP basic authentication does not support such a username"
            self.found.error("docker-config-invalid-username", message, hint=hint)
        elif not has_token and not username and not password:
            self.found.note("docker-config-empty-login", f"{name} has no login")
        elif not has_token and not (username and password):
            missing = "password" if username else "username"
            self.found.error("docker-config-incomplete", f"{name} has no {missing}", hint=_LOG_IN_AGAIN)
        else:
            return True
        return False

    # docker/cli cli/config/configfile/file.go: getConfiguredCredentialStore
    def read_helper(self, value: object, name: str, member: str) -> None:
        if not isinstance(value, str):
            self.found.error("docker-config-shape", f"{member} must be a string")
        elif value:
            self.found.note("docker-config-helper", f"{name} is not run")


def _reject_constant(_constant: str) -> None:
    raise ValueError


def _decode(auth: str) -> str | None:
    """Decode base64; `None` if it is not valid, rather than an exception that contains it."""
    try:
        return base64.b64decode(auth, validate=True).decode()
    except ValueError:
        return None
