"""One entry of a login file: the login in it, or the reason why it has none that can be used.

Rule: `auth`, if it is not empty, replaces `username` and `password`; it is base64 of `USER:PASSWORD`, split at the
first `:`. Member names match exactly or else without regard to case, and `null` counts as absent, as in Go. No
diagnostic quotes a value.
"""

from __future__ import annotations

import re
from typing import cast

import attrs

from deployspec._core.json_scan import JsonObject, JsonValue
from deployspec._core.secret import Secret
from deployspec._logins.base64_text import go_decoded
from deployspec._logins.credentials import Credential
from deployspec._logins.go_shapes import TEXT, Struct, decode, folded
from deployspec._logins.misspelt import find_misspelt

__all__: list[str] = []

MEMBERS = ("auth", "username", "password", "identitytoken", "registrytoken", "email")
_SHAPE = Struct(dict.fromkeys((*MEMBERS, "serveraddress"), TEXT))
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LOG_IN_AGAIN = "log in again to rewrite it"
_NOT_OF_ALPHABET = re.compile(r"[^A-Za-z0-9+/=]")


@attrs.frozen
class Login:
    """A login without its scope. The username is as confidential as the password."""

    username: Secret
    password: Secret
    identity_token: Secret | None
    email: Secret | None

    def credential(self, key: str) -> Credential:
        """Return the credential for the registry that a key names."""
        return Credential(
            scope=key,
            username=self.username,
            password=self.password,
            identity_token=self.identity_token,
            email=self.email,
        )

    def is_same(self, other: Login) -> bool:
        """Whether a registry cannot tell the two logins apart."""
        return (self.username, self.password, self.identity_token) == (
            other.username,
            other.password,
            other.identity_token,
        )


@attrs.frozen
class Fault:
    """A problem of an entry. If it `is_fatal`, the login cannot be used."""

    code: str
    message: str
    hint: str | None = None
    is_fatal: bool = True


def read_entry(entry: JsonValue, name: str) -> tuple[Login | None, list[Fault]]:
    """Return the login of an entry, and its problems; `name` is the entry in messages.

    >>> entry = JsonObject()
    >>> entry.members.append(("auth", "YTpi", 0))
    >>> login, faults = read_entry(entry, "entry `quay.io`")
    >>> login is None, faults
    (False, [])
    """
    faults: list[Fault] = []

    def wrong(path: str, expected: str, _at: int) -> None:
        subject = f"`{path}` of {name}" if path else name
        faults.append(Fault("docker-config-shape", f"{subject} must be {expected}", is_fatal=path != "email"))

    members = cast("dict[str, str]", decode(_SHAPE, entry, wrong))
    if isinstance(entry, JsonObject):
        faults += _faults_of_names(entry, name, is_empty=not any(members.get(member) for member in MEMBERS))
    if members.get("registrytoken"):
        message = f"`registrytoken` of {name} is not supported"
        hint = "log in with a username and a password, or with an identity token"
        faults.append(Fault("docker-config-registry-token", message, hint, is_fatal=False))
    if any(fault.is_fatal for fault in faults):
        return None, faults
    found = _read_login(members, name)
    if isinstance(found, Fault):
        return None, [*faults, found]
    return found, faults


def _faults_of_names(entry: JsonObject, name: str, *, is_empty: bool) -> list[Fault]:
    """Report duplicate members and, if there is no login, misspelt ones."""
    faults: list[Fault] = []
    names = [folded(member) for member, _, _ in entry.members]
    if len(set(names)) < len(names):
        message = f"duplicate member in {name}, of which the last one is used"
        faults.append(Fault("docker-config-duplicate-key", message, "keep one of them", is_fatal=False))
    for member, _, _ in entry.members:
        if member not in MEMBERS and folded(member) in MEMBERS:
            message = f"docker-py ignores `{member}` of {name}: it knows only `{folded(member)}`"
            faults.append(Fault("docker-config-member-case", message, f"use `{folded(member)}`", is_fatal=False))
    if is_empty:
        for wrong, correct in find_misspelt((member for member, _, _ in entry.members), MEMBERS):
            message = f"unknown member `{wrong}` in {name}"
            faults.append(Fault("docker-config-unknown-member", message, f"did you mean `{correct}`?", is_fatal=False))
    return faults


def _read_login(members: dict[str, str], name: str) -> Login | Fault | None:
    # docker/cli cli/config/configfile/file.go: LoadFromReader, decodeAuth
    pair: tuple[str, str] | Fault = members.get("username", ""), members.get("password", "")
    if members.get("auth"):
        pair = _read_auth(members["auth"], name)
    token = members.get("identitytoken")
    if isinstance(pair, tuple):
        pair = _check(*pair, name, has_token=bool(token)) or pair
    if isinstance(pair, Fault):
        return pair
    username, password = pair
    if not (username or token):
        return None
    email = members.get("email")
    return Login(Secret(username), Secret(password), Secret(token) if token else None, Secret(email) if email else None)


def _check(username: str, password: str, name: str, *, has_token: bool) -> Fault | None:
    if ":" in username or _CONTROL.search(username):
        message = f"username of {name} contains a `:` or a control character"
        hint = "HTTP basic authentication does not support such a username"
        return Fault("docker-config-invalid-username", message, hint)
    if not has_token and bool(username) != bool(password):
        missing = "password" if username else "username"
        return Fault("docker-config-incomplete", f"{name} has no {missing}", _LOG_IN_AGAIN)
    return None


def _read_auth(auth: str, name: str) -> tuple[str, str] | Fault:
    decoded = go_decoded(auth)
    if decoded is None:
        reason, hint = _reason_of_base64(auth)
        return Fault("docker-config-invalid-auth", f"`auth` of {name} {reason}", hint)
    text = _utf8(decoded)
    if text is None:
        message = f"`auth` of {name} decodes to text that is not UTF-8"
        return Fault("docker-config-invalid-auth", message, _LOG_IN_AGAIN)
    username, colon, password = text.partition(":")
    if not colon:
        inner = go_decoded(text)
        reason = "is base64 of base64" if inner is not None and b":" in inner else "decodes to text without a `:`"
        hint = "encode `USER:PASSWORD` once" if inner is not None and b":" in inner else _LOG_IN_AGAIN
        return Fault("docker-config-missing-colon", f"`auth` of {name} {reason}", hint)
    # Old files pad the password with NUL.
    return username, password.strip("\0")


def _utf8(raw: bytes) -> str | None:
    """Decode UTF-8; `None` if it is not valid, rather than an exception that contains it."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def _reason_of_base64(auth: str) -> tuple[str, str]:
    """Say why a text is not base64, without quoting it."""
    text = auth.replace("\r", "").replace("\n", "")
    bare = text.rstrip("=")
    strange = set(_NOT_OF_ALPHABET.findall(bare))
    if ":" in strange:
        return "is not encoded in base64", "write base64 of `USER:PASSWORD`"
    if any(map(str.isspace, strange)):
        return "contains blanks", "remove the blanks"
    if strange and strange <= set("-_"):
        return "is base64 in the URL-safe alphabet", "use `+` and `/` instead of `-` and `_`"
    if go_decoded(bare, padded=False) is None:
        return "is not base64", _LOG_IN_AGAIN
    if len(text) - len(bare) < -len(bare) % 4:
        return "lacks the padding of base64", "add `=` until the length is a multiple of 4"
    return "has too much padding", "remove `=` until the length is a multiple of 4"
