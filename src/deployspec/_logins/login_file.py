"""A login file: its text, its JSON, and the Kubernetes Secret that it may be."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import cast

from deployspec._core.json_scan import JsonObject, JsonValue, Scan, scan
from deployspec._logins.base64_text import go_decoded
from deployspec._logins.go_shapes import TEXT, Struct, decode, folded, go_text

__all__: list[str] = []

SECRET_MEMBERS = {
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
    "kubernetes.io/dockercfg": ".dockercfg",
}

_KNOWN = frozenset({"auths", "credhelpers", "credsstore"})
_LOGIN = Struct(dict.fromkeys(("auth", "username", "password", "identitytoken", "registrytoken"), TEXT))
_OF_LOGIN = frozenset({"auth", "username", "identitytoken"})


class LoginFile:
    """The text of a file, scanned once for all clients."""

    def __init__(self, text: str | bytes, *, inside_secret: bool = False) -> None:
        self.is_utf8 = True
        self.inside_secret = inside_secret
        if isinstance(text, bytes):
            try:
                self.text = text.decode()
            except UnicodeDecodeError:
                self.is_utf8 = False
                self.text = text.decode("utf-8", "replace")
        else:
            self.text = text

    @cached_property
    def scan(self) -> Scan:
        """The first JSON value of the text."""
        return scan(self.text)

    def place(self, at: int | None) -> tuple[int | None, int | None]:
        """Return line and column of an offset; nothing for text inside a Secret."""
        if at is None or self.inside_secret:
            return None, None
        return self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)

    def offset_of(self, key: str) -> int | None:
        """Return the offset of a key of `auths`, or of a file without `auths`; the last one if it comes twice."""
        return self._offsets.get(key)

    def have_one_login(self, keys: Iterable[str]) -> bool:
        """Whether all of these entries have the same members."""
        return len({self._members_of_logins.get(key) for key in keys}) == 1

    @cached_property
    def _offsets(self) -> dict[str, int]:
        return {go_text(name): at for holder in self._holders for name, _, at in holder.members}

    @cached_property
    def _members_of_logins(self) -> dict[str, frozenset[tuple[str, str]]]:
        return {
            go_text(name): frozenset(decode(_LOGIN, entry, _ignore).items())
            for holder in self._holders
            for name, entry, _ in holder.members
        }

    @property
    def _holders(self) -> list[JsonObject]:
        """The objects that may contain entries: the file itself, and `auths`."""
        value = self.scan.value
        if not isinstance(value, JsonObject):
            return []
        inner = [member for name, member, _ in value.members if folded(name) == "auths"]
        return [value, *(member for member in inner if isinstance(member, JsonObject))]

    @cached_property
    def looks_like_secret(self) -> bool:
        """Whether the text is a Kubernetes Secret, or would be one with `metadata`."""
        value = self.scan.value
        return isinstance(value, JsonObject) and value.last().get("kind") == "Secret"

    @cached_property
    def secret(self) -> dict[str, JsonValue] | None:
        """The members of a Kubernetes Secret; without `metadata` no API server accepts it, so it does not count."""
        if not self.looks_like_secret:
            return None
        members = cast("JsonObject", self.scan.value).last()
        return members if isinstance(members.get("metadata"), JsonObject) else None

    def secret_text(self) -> bytes | None:
        """Return the login file inside the Secret; `None` if there is none that a kubelet reads."""
        # kubernetes pkg/credentialprovider/secrets/secrets.go: secretsToTrackedDockerConfigs
        members = cast("dict[str, JsonValue]", self.secret)
        kind = members.get("type")
        name = SECRET_MEMBERS.get(kind) if isinstance(kind, str) else None
        if name is None:
            return None
        plain, encoded = _member(members.get("stringData"), name), _member(members.get("data"), name)
        if plain is not None:
            return plain.encode("utf-8", "replace")
        return None if encoded is None else go_decoded(encoded)

    @property
    def is_data_of_secret(self) -> bool:
        """Whether the text is the member `data` of a Secret, as `kubectl --output jsonpath={.data}` prints it."""
        value = self.scan.value
        return isinstance(value, JsonObject) and any(
            _member(value, name) is not None for name in SECRET_MEMBERS.values()
        )

    def login_file_in_secret(self) -> tuple[str | None, bytes | None]:
        """Return the member with the login file in a Secret of any type, and its text; `None` if it is not base64."""
        value = cast("JsonObject", self.scan.value)
        members = value.last()
        for name in SECRET_MEMBERS.values():
            plain = _member(members.get("stringData"), name)
            encoded = _member(members.get("data") if self.looks_like_secret else value, name)
            if plain is not None:
                return name, plain.encode("utf-8", "replace")
            if encoded is not None:
                return name, go_decoded(encoded)
        return None, None

    @property
    def is_dockercfg_secret(self) -> bool:
        """Whether the Secret contains the old format, which has no `auths`."""
        return cast("dict[str, JsonValue]", self.secret).get("type") == "kubernetes.io/dockercfg"


def _ignore(_path: str, _expected: str, _at: int) -> None:
    """Faults of types are reported by the clients."""


def has_old_format(value: JsonObject) -> bool:
    """Whether an object has the format of `.dockercfg`: entries without `auths`."""
    return not any(folded(name) in _KNOWN for name, _, _ in value.members) and any(
        is_login(entry) for _, entry, _ in value.members
    )


def is_login(value: JsonValue) -> bool:
    """Whether a value is an entry with a login."""
    return isinstance(value, JsonObject) and any(
        folded(name) in _OF_LOGIN and isinstance(member, str) for name, member, _ in value.members
    )


def _member(value: JsonValue, name: str) -> str | None:
    found = value.last().get(name) if isinstance(value, JsonObject) else None
    return found if isinstance(found, str) else None
