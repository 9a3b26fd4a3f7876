"""Registries and logins: whose host is meant, and which login covers which image.

Grammar of a scope (what a login is for)::

    scope = host [ "/" path ]

A scope is written in the spellings that people and tools use (`https://index.docker.io/v1/`, `QUAY.IO`) and kept in
one normal form (`docker.io`, `quay.io`). Hosts match whole, by an exact list where Docker Hub has several names and
never by suffix; paths match by whole components.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

import attrs

from deployspec._core.diagnostics import DeploySpecError, Diagnostic
from deployspec._core.fast_init import fast_init
from deployspec._core.secret import Confidential, Secret
from deployspec._references.grammar import DOCKER_HUB
from deployspec._references.reference import ImageReference

__all__ = ["Credential", "CredentialRef", "Credentials", "Keyring", "Owner"]

# An exact list, since a test by suffix would hand Docker Hub's login to `evildocker.io` (compare CVE-2023-45821).
HUB_IN_LOGINS = frozenset(
    {DOCKER_HUB, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com"}
)
_HUB_IN_REFERENCES = frozenset({DOCKER_HUB, "index.docker.io", "registry-1.docker.io"})

_SCHEME = re.compile(r"\Ahttps?://")
# What tools write behind a host; behind a path it would be part of the path, and cutting it off would widen the scope.
_API_PATHS = frozenset({"", "v1", "v1/", "v2", "v2/"})
_HOST = re.compile(r"(?:[a-z0-9]+(?:(?:\.|-+)[a-z0-9]+)*|\[[0-9a-f:]+\])(?::[0-9]+)?")
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*")

Owner: TypeAlias = Literal["app", "platform"]


def normal_scope(text: str) -> str | None:
    """Return the normal form of a login's scope, or `None` where it is none.

    >>> [normal_scope(text) for text in ("https://index.docker.io/v1/", "QUAY.IO/team", "docker.io.evil.example")]
    ['docker.io', 'quay.io/team', 'docker.io.evil.example']
    >>> normal_scope("user@quay.io") is None, normal_scope("quay.io?x") is None
    (True, True)
    """
    if _HOST.fullmatch(text):  # a host in its normal form, as nearly all are
        return DOCKER_HUB if text in HUB_IN_LOGINS else text
    # Before anything is lower-cased: U+212A (the Kelvin sign) becomes an ordinary `k`.
    if not text.isascii():
        return None
    host, slash, path = _SCHEME.sub("", _lower_host(text)).partition("/")
    if path in _API_PATHS:
        slash = path = ""
    path = path.removesuffix("/")
    if not _HOST.fullmatch(host) or (slash and not all(map(_COMPONENT.fullmatch, path.split("/")))):
        return None
    return (DOCKER_HUB if host in HUB_IN_LOGINS else host) + slash + path


def _lower_host(text: str) -> str:
    """Lower-case scheme and host; the path is case-sensitive, so `quay.io/Team` is not taken for `quay.io/team`."""
    start = text.find("://") + 3 if "://" in text else 0
    end = text.find("/", start)
    return text.lower() if end < 0 else text[:end].lower() + text[end:]


def normal_host(text: str) -> str | None:
    """Return the normal form of a login's host, or `None` where it is none; a path is refused.

    >>> normal_host("https://quay.io/v2/"), normal_host("quay.io/org")
    ('quay.io', None)
    """
    scope = normal_scope(text)
    return None if scope is None or "/" in scope else scope


def registry_of(reference: ImageReference) -> str:
    """Return the registry that holds an image, in the form that scopes have: DNS names know no case."""
    host = reference.host.lower()
    return DOCKER_HUB if host in _HUB_IN_REFERENCES else host


def covers(scope: str, reference: ImageReference) -> bool:
    """Tell whether a login for `scope` (in normal form) may be used for an image.

    >>> from deployspec import parse_reference
    >>> image = parse_reference("quay.io/team/app")
    >>> covers("quay.io/team", image), covers("quay.io/te", image)
    (True, False)
    """
    registry = registry_of(reference)
    return scope == registry or f"{registry}/{reference.path}/".startswith(f"{scope}/")


def _scopes_of(reference: ImageReference) -> Iterator[str]:
    """All scopes that cover an image, the most specific first."""
    scope = f"{registry_of(reference)}/{reference.path}"
    while scope:
        yield scope
        scope = scope.rpartition("/")[0]


@attrs.frozen(kw_only=True, weakref_slot=False)
class CredentialRef:
    """Where a login is to be found, never the login itself; this is what plans hold.

    `scope` is the host, or host and path, that the login is for. `owner` is whose login it is. `source` is the name of
    the host variable, `default` (no host variable was set), `image` (taken from the image's host) or `keyring:KEY`.
    """

    __module__ = "deployspec"

    scope: str
    owner: Owner
    source: str


make_credential_ref = fast_init(CredentialRef)


@attrs.frozen(kw_only=True, init=False)
class Credential(Confidential):
    """A login for a registry, or for a part of one.

    `scope` is given in any usual spelling and kept in normal form; `key` keeps the spelling. The user name is as little
    for showing as the password: `repr` tells the scope alone.

    Raises `DeploySpecError` (`credentials-host-invalid`) where the scope is none.

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

    def __init__(
        self,
        *,
        scope: str,
        username: str | Secret,
        password: Secret,
        identity_token: Secret | None = None,
        email: str | Secret | None = None,
    ) -> None:
        normal = normal_scope(scope)
        if normal is None:
            raise DeploySpecError([invalid_host()])
        self.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            scope=scope,
            username=_hidden(username),
            # Callers without a type checker may give a password as it is; it is hidden all the same.
            password=_hidden(password),
            identity_token=None if identity_token is None else _hidden(identity_token),
            email=None if email is None else _hidden(email),
        )
        object.__setattr__(self, "scope", normal)

    @property
    def username(self) -> str:
        """The user name; kept like the password, so that `attrs.asdict` does not give it away."""
        return self._username.reveal()

    @property
    def email(self) -> str | None:
        """The e-mail address that some registries once asked for."""
        return None if self._email is None else self._email.reveal()


def _hidden(value: str | Secret) -> Secret:
    return value if isinstance(value, Secret) else Secret(value)


def invalid_host(source: str | None = None) -> Diagnostic:
    """Tell that a host is none, without quoting it: it may hold a password (`user:password@host`)."""
    return Diagnostic(
        "credentials-host-invalid",
        "the login's host is not the name of a registry",
        hint="write the host alone, for example `quay.io` or `registry.example.com:5000`",
        source=source,
    )


@attrs.frozen
class Keyring(Confidential):
    """Logins, found by the image that they are for: the most specific scope wins.

    Raises `DeploySpecError` (`credentials-duplicate-scope`) where two logins have one scope.

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
    _by_scope: dict[str, Credential] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        by_scope: dict[str, Credential] = {}
        for credential in self.credentials:
            if by_scope.setdefault(credential.scope, credential) is not credential:
                raise DeploySpecError(
                    [Diagnostic("credentials-duplicate-scope", f"two logins are for `{credential.scope}`")]
                )
        object.__setattr__(self, "_by_scope", by_scope)

    def find(self, reference: ImageReference) -> Credential | None:
        """Return the login with the most specific scope that covers an image, if there is one."""
        if not self._by_scope:
            return None
        return next((self._by_scope[scope] for scope in _scopes_of(reference) if scope in self._by_scope), None)


EMPTY_KEYRING = Keyring()


class Credentials(Confidential, Mapping[CredentialRef, Credential]):
    """The logins that a plan names: an immutable mapping from `CredentialRef` to `Credential`.

    `repr` shows references only.
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
