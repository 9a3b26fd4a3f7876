"""Scopes of logins: normal forms of hosts and scopes, and which scope covers which image.

Grammar of a scope::

    scope = host [ "/" path ]

The input may have any spelling that people and tools use (`https://index.docker.io/v1/`, `QUAY.IO`); the normal form is
unique (`docker.io`, `quay.io`). Hosts must be equal: the names of Docker Hub are an exact list, and suffixes do not
count. Two of them are registries of their own in references (`registry.hub.docker.com/acme/app`): a login for such a
name is for Docker Hub and for images that are spelled with the same name. Paths match by whole components.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployspec._core.diagnostics import Diagnostic
from deployspec._references.grammar import DOCKER_HUB

if TYPE_CHECKING:
    from deployspec._references.reference import ImageReference

# An exact list: a comparison of suffixes would send the login of Docker Hub to `evildocker.io` (as in CVE-2023-45821).
HUB_IN_LOGINS = frozenset(
    {DOCKER_HUB, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com"}
)
# containers/image pkg/docker/config/config.go: normalizeRegistry
HUB_IN_REFERENCES = frozenset({DOCKER_HUB, "index.docker.io", "registry-1.docker.io"})
# Names under which docker looks for a login of its own.
OTHER_NAMES_OF_HUB = HUB_IN_LOGINS - {DOCKER_HUB, "index.docker.io"}

# docker/cli cli/config/credentials/file_store.go: ConvertToHostname
_SCHEME = re.compile(r"\Ahttps?://")
# Tools write these after a host. After a path they would be part of the path, and removing them would widen the scope.
_API_PATHS = frozenset({"", "v1", "v1/", "v2", "v2/"})
# As in references, but in lowercase.
_HOST = re.compile(r"(?:[a-z0-9]+(?:(?:\.|-+)[a-z0-9]+)*|\[[0-9a-f:]+\])(?::[0-9]+)?")
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*")


def normal_scope(text: str) -> str | None:
    """Return the normal form of a scope, or `None` if it is not valid.

    >>> [normal_scope(text) for text in ("https://index.docker.io/v1/", "QUAY.IO/team", "docker.io.evil.example")]
    ['docker.io', 'quay.io/team', 'docker.io.evil.example']
    >>> normal_scope("user@quay.io") is None, normal_scope("quay.io?x") is None
    (True, True)
    """
    if _HOST.fullmatch(text):  # the usual case: a host in lowercase
        return DOCKER_HUB if text in HUB_IN_LOGINS else text
    host, slash, path = spelled_scope(text).partition("/")
    if not _HOST.fullmatch(host) or (slash and not all(map(_COMPONENT.fullmatch, path.split("/")))):
        return None
    return (DOCKER_HUB if host in HUB_IN_LOGINS else host) + slash + path


def spelled_scope(text: str) -> str:
    """Return a scope without scheme and API path, with its host in lower case; other names of Docker Hub are kept.

    All clients use a login whose host is, letter by letter, the host of the image.

    >>> spelled_scope("https://registry.hub.docker.com/v1/")
    'registry.hub.docker.com'
    """
    # Checked before lowercasing, which turns U+212A (the Kelvin sign) into a `k`.
    if not text.isascii():
        return ""
    host, slash, path = _SCHEME.sub("", _with_lowercase_host(text)).partition("/")
    if path in _API_PATHS:
        slash = path = ""
    return host + slash + path.removesuffix("/")


def registry_name(text: str) -> str:
    """Return a valid scope with the name under which docker looks for the login.

    >>> registry_name("https://index.docker.io/v1/"), registry_name("registry-1.docker.io"), registry_name("QUAY.io/a")
    ('docker.io', 'registry-1.docker.io', 'quay.io/a')
    """
    host, slash, path = spelled_scope(text).partition("/")
    return (DOCKER_HUB if host == "index.docker.io" else host) + slash + path


def own_scope(text: str) -> str | None:
    """Return the scope of a login for images on a host that is Docker Hub in logins, but not in references.

    >>> own_scope("https://registry.hub.docker.com/v1/"), own_scope("https://index.docker.io/v1/")
    ('registry.hub.docker.com', None)
    """
    scope = spelled_scope(text)
    host = scope.partition("/")[0]
    is_own = host in HUB_IN_LOGINS and host not in HUB_IN_REFERENCES
    return scope if is_own and normal_scope(text) is not None else None


def _with_lowercase_host(text: str) -> str:
    """Lowercase scheme and host. Paths are case-sensitive, so `quay.io/Team` does not become `quay.io/team`."""
    start = text.find("://") + 3 if "://" in text else 0
    end = text.find("/", start)
    return text.lower() if end < 0 else text[:end].lower() + text[end:]


def normal_host(text: str) -> str | None:
    """Return the normal form of a host, or `None` if it is not valid or has a path.

    >>> normal_host("https://quay.io/v2/"), normal_host("quay.io/org")
    ('quay.io', None)
    """
    scope = normal_scope(text)
    return None if scope is None or "/" in scope else scope


def registry_of(reference: ImageReference) -> str:
    """Return the registry of an image in the form of scopes: DNS names are not case-sensitive."""
    host = reference.host.lower()
    return DOCKER_HUB if host in HUB_IN_REFERENCES else host


def covers(scope: str, reference: ImageReference) -> bool:
    """Return whether a login for `scope` (in normal form) may be used for an image.

    >>> from deployspec import parse_reference
    >>> image = parse_reference("quay.io/team/app")
    >>> covers("quay.io/team", image), covers("quay.io/te", image)
    (True, False)
    """
    registry = registry_of(reference)
    return scope == registry or f"{registry}/{reference.path}/".startswith(f"{scope}/")


# containers/image pkg/docker/config/config.go: authKeysForKey
def scopes_of(reference: ImageReference) -> Iterator[str]:
    """Return all scopes that cover an image, the most specific first."""
    scope = f"{registry_of(reference)}/{reference.path}"
    while scope:
        yield scope
        scope = scope.rpartition("/")[0]


def invalid_host(source: str | None = None) -> Diagnostic:
    """Return the error for an invalid host, which is not quoted: it may contain a password (`user:password@host`)."""
    return Diagnostic(
        "credentials-host-invalid",
        "invalid registry host of a login",
        hint="use only the host, for example `quay.io` or `registry.example.com:5000`",
        source=source,
    )
