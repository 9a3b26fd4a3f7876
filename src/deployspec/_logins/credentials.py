"""Credentials, references to them, and keyrings, which find the credential for an image."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

import attrs

from deployspec._core.diagnostics import Collector, DeploySpecError, Diagnostic
from deployspec._core.fast_init import fast_init
from deployspec._core.secret import Confidential, Secret
from deployspec._logins.scope import (
    OTHER_NAMES_OF_HUB,
    invalid_host,
    normal_scope,
    own_scope,
    registry_name,
    registry_of,
    scopes_of,
)
from deployspec._references.reference import ImageReference

__all__ = ["Credential", "CredentialRef", "Credentials", "Keyring", "Owner"]

ANY_REGISTRY = "*"
"""The registry of the default credential helper."""

Owner: TypeAlias = Literal["app", "platform"]


@attrs.frozen(kw_only=True, weakref_slot=False)
class CredentialRef:
    """A reference to a login, without the login; plans contain these.

    `scope` is the host, or the host and path, that the login is for. `owner` is the app or the platform. `source` is
    the name of the host variable, `default` (no host variable was set), `image` (the host of the image) or
    `keyring:KEY`.
    """

    __module__ = "deployspec"

    scope: str
    owner: Owner
    source: str


make_credential_ref = fast_init(CredentialRef)


@attrs.frozen(kw_only=True, init=False)
class Credential(Confidential):
    """A login for a registry, or for a part of one.

    The argument `scope` can have any usual spelling. The attribute `scope` is its normal form, and `key` the spelling.
    The username is as confidential as the password: `repr` shows only the scope.

    Raises `DeploySpecError` (`credentials-host-invalid`) if the scope is not valid.

    >>> from deployspec import Secret
    >>> login = Credential(scope="https://index.docker.io/v1/", username="ada", password=Secret("pw"))
    >>> login
    Credential(scope='docker.io')
    """

    __module__ = "deployspec"

    key: str = attrs.field(alias="scope", repr=False)
    _username: Secret = attrs.field(repr=False)
    password: Secret = attrs.field(repr=False)
    identity_token: Secret | None = attrs.field(repr=False)
    _email: Secret | None = attrs.field(repr=False)
    scope: str = attrs.field(init=False, eq=False)
    _own_scope: str | None = attrs.field(init=False, eq=False, repr=False)

    def __init__(
        self,
        *,
        scope: str,
        username: str | Secret,
        password: Secret,
        identity_token: Secret | None = None,
        email: str | Secret | None = None,
    ) -> None:
        given: Any = scope  # callers without a type checker
        if not isinstance(given, str):
            _refuse("scope", given, str)
        normal = normal_scope(scope)
        if normal is None:
            raise DeploySpecError([invalid_host()])
        self.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            scope=scope,
            username=_hidden("username", username),
            # Callers without a type checker may pass a password as a `str`; it is hidden as well.
            password=_hidden("password", password),
            identity_token=None if identity_token is None else _hidden("identity_token", identity_token),
            email=None if email is None else _hidden("email", email),
        )
        object.__setattr__(self, "scope", normal)
        object.__setattr__(self, "_own_scope", own_scope(scope))

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scope, and that of images whose host is spelled like the host of the login (`hub.docker.com`)."""
        return (self.scope,) if self._own_scope is None else (self.scope, self._own_scope)

    @property
    def username(self) -> str:
        """The username; stored like the password, so that `attrs.asdict` does not show it."""
        return self._username.reveal()

    @property
    def email(self) -> str | None:
        """The e-mail address, which some registries used to require."""
        return None if self._email is None else self._email.reveal()


def _hidden(parameter: str, value: Any) -> Secret:  # noqa: ANN401  # callers without a type checker
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        _refuse(parameter, value, str, Secret)
    return Secret(value)


def _refuse(parameter: str, value: object, *types: type) -> None:
    from deployspec._core.arguments import check_type  # imported here, because valid values do not need it

    check_type(parameter, value, *types)


def _registry_first(item: tuple[str, Credential]) -> tuple[bool, str]:
    name = item[0]
    return not name.startswith("registry-1.docker.io"), name


@attrs.frozen
class Keyring(Confidential):
    """Logins, from which the most specific one for an image is chosen.

    Other names of Docker Hub may have other logins: images that are spelled `registry-1.docker.io/…` get the login that
    is spelled so, if there is one. `helpers` lists the registries whose login a credential helper keeps; `*` is for
    a default helper, which may keep the others.

    Raises `DeploySpecError` (`credentials-duplicate-scope`) if two logins have the same scope.

    >>> from deployspec import Secret, parse_reference
    >>> keyring = Keyring([Credential(scope="quay.io", username="ada", password=Secret("pw"))])
    >>> keyring.find(parse_reference("quay.io/team/app"))
    Credential(scope='quay.io')
    >>> keyring.find(parse_reference("ghcr.io/team/app")) is None
    True
    """

    __module__ = "deployspec"

    credentials: tuple[Credential, ...] = attrs.field(default=(), converter=tuple[Credential, ...])
    diagnostics: tuple[Diagnostic, ...] = attrs.field(default=(), kw_only=True)
    helpers: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=tuple[str, ...])
    _by_scope: dict[str, Credential] = attrs.field(init=False, repr=False, eq=False)
    _by_spelling: dict[str, Credential] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        by_scope: dict[str, Credential] = {}
        by_spelling: dict[str, Credential] = {}
        for index, credential in enumerate(self.credentials):
            given: Any = credential  # callers without a type checker
            if not isinstance(given, Credential):
                _refuse(f"credentials[{index}]", given, Credential)
            name = registry_name(credential.key)
            known = by_scope if name == credential.scope else by_spelling
            if known.setdefault(name, credential) is not credential:
                found.error("credentials-duplicate-scope", f"duplicate login for `{name}`")
        found.raise_if_failed(DeploySpecError)
        # Without a login for `docker.io`, podman and nerdctl use that for `registry-1.docker.io`; no client uses the
        # others. The order of the logins makes no difference.
        for _, credential in sorted(by_spelling.items(), key=_registry_first):
            by_scope.setdefault(credential.scope, credential)
        object.__setattr__(self, "_by_scope", by_scope)
        object.__setattr__(self, "_by_spelling", by_spelling)

    def find(self, reference: ImageReference) -> Credential | None:
        """Return the login with the most specific scope that covers an image, or `None`."""
        if not self._by_scope:
            return None
        if self._by_spelling and reference.host.lower() in OTHER_NAMES_OF_HUB:
            return self._find_by_spelling(reference)
        return next((self._by_scope[scope] for scope in scopes_of(reference) if scope in self._by_scope), None)

    def _find_by_spelling(self, reference: ImageReference) -> Credential | None:
        """Return the most specific login; of two for one path, the one that is spelled like the image."""
        registry, host = registry_of(reference), reference.host.lower()
        for scope in scopes_of(reference):
            spelled = self._by_spelling.get(host + scope[len(registry) :])
            if spelled is not None or scope in self._by_scope:
                return spelled or self._by_scope[scope]
        return None


EMPTY_KEYRING = Keyring()


class Credentials(Confidential, Mapping[CredentialRef, Credential]):
    """The logins that a plan refers to: an immutable mapping from `CredentialRef` to `Credential`.

    `repr` shows only the references.
    """

    __module__ = "deployspec"

    __slots__ = ("_found",)
    _found: dict[CredentialRef, Credential]

    def __init__(self, found: Mapping[CredentialRef, Credential]) -> None:
        self._found = dict(found)

    def __getitem__(self, reference: CredentialRef) -> Credential:
        return self._found[reference]

    def __iter__(self) -> Iterator[CredentialRef]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return f"Credentials({list(self._found)!r})"
