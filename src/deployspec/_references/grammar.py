"""The patterns of image references, and the split of a reference into its parts.

The names of the patterns are those of `regexp.go` in distribution/reference. All of them match only ASCII.
"""

from __future__ import annotations

import re
from typing import TypeAlias

Parts: TypeAlias = tuple[str, str, "str | None", "str | None"]
"""Host, path, tag and digest of a reference, in normal form."""

# distribution/reference normalize.go: defaultDomain, legacyDefaultDomain
DOCKER_HUB = "docker.io"
DOCKER_HUB_ALIAS = "index.docker.io"
_DOCKER_HUB_NAMES = frozenset({DOCKER_HUB, DOCKER_HUB_ALIAS})

# distribution/reference reference.go: RepositoryNameTotalLengthMax
MAX_PATH_LENGTH = 255
# Not in Go: an upper bound for the work on one text.
MAX_REFERENCE_LENGTH = 1024
IMAGE_ID_LENGTH = 64

# distribution/reference regexp.go: domainNameComponent. A label is one loop here, and cannot begin or end with `-`.
_LABEL = "[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*"
# distribution/reference regexp.go: domainName, ipv6address, optionalPort, domainAndPort
_DOMAIN_NAME = rf"{_LABEL}(?:\.{_LABEL})*"
_IPV6_ADDRESS = r"\[[0-9a-fA-F:]+\]"
_HOST = rf"(?:{_DOMAIN_NAME}|{_IPV6_ADDRESS})(?::[0-9]+)?"
# distribution/reference regexp.go: alphanumeric, separator, pathComponent, remoteName. The path is one loop here, which
# is faster than a loop of components.
_ALPHANUMERIC = "[a-z0-9]+"
_SEPARATOR_OR_SLASH = "(?:[./_]|__|-+)"
_PATH = f"{_ALPHANUMERIC}(?:{_SEPARATOR_OR_SLASH}{_ALPHANUMERIC})*"
# distribution/reference regexp.go: tag
_TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
# distribution/reference regexp.go: digestPat, which admits any algorithm
_ANY_DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
# opencontainers/go-digest algorithm.go: algorithms, anchoredEncodedRegexps
DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_DIGEST = "|".join(f"{algorithm}:[0-9a-f]{{{length}}}" for algorithm, length in DIGEST_LENGTHS.items())

# Methods rather than patterns: looking up `fullmatch` takes a tenth of the time of a short match.
is_host = re.compile(_HOST).fullmatch
is_path = re.compile(_PATH).fullmatch
is_tag = re.compile(_TAG).fullmatch
is_any_digest = re.compile(_ANY_DIGEST).fullmatch
is_digest = re.compile(_DIGEST).fullmatch
# distribution/reference regexp.go: identifier
is_image_id = re.compile("[0-9a-f]{64}").fullmatch
find_uppercase = re.compile("[A-Z]+").search
_is_path_with_version = re.compile(f"{_PATH}(?::{_TAG})?(?:@(?:{_DIGEST}))?").fullmatch


def find_parts(text: str, default_tag: str | None = None) -> Parts | None:  # noqa: C901
    """Split a reference into its parts; `None` if it is not valid.

    This is the hot path, and therefore one function. It gives no reason; `faults.explain` finds it in a second pass.

    >>> find_parts("ubuntu:24.04"), find_parts("Ubuntu")
    (('docker.io', 'library/ubuntu', '24.04', None), None)
    """
    if len(text) > MAX_REFERENCE_LENGTH:
        return None
    # As in `split_host`. `lower` is enough here, because a text with letters other than ASCII is invalid either way.
    first, slash, rest = text.partition("/")
    if not slash or not ("." in first or ":" in first or first == "localhost" or first.lower() != first):
        host, rest = DOCKER_HUB, text
    elif first in _DOCKER_HUB_NAMES:
        host = DOCKER_HUB
    elif is_host(first):
        host = first
    else:
        return None
    path, tag = rest, default_tag
    digest: str | None = None
    if "@" in rest:
        path, _, digest = rest.partition("@")
        tag = None
    if ":" in path:
        path, _, tag = path.partition(":")
    elif tag is not None and (
        len(text) + len(":") + len(tag) > MAX_REFERENCE_LENGTH or (tag != "latest" and not is_tag(tag))
    ):
        return None
    if host is DOCKER_HUB and "/" not in path:
        # distribution/reference normalize.go: officialRepoPrefix
        path = "library/" + path
        # distribution/reference normalize.go: ParseNormalizedNamed, which rejects identifiers
        if len(text) == IMAGE_ID_LENGTH and is_image_id(text):
            return None
    # The length is checked before the pattern, so that no long path is matched.
    if len(path) > MAX_PATH_LENGTH or not _is_path_with_version(rest):
        return None
    return host, path, tag, digest


# distribution/reference normalize.go: splitDockerDomain
def split_host(text: str) -> tuple[str, str]:
    """Split a text into its host, valid or not, and the rest; a text without a host belongs to Docker Hub.

    >>> split_host("localhost/app"), split_host("acme/app"), split_host("index.docker.io/acme/app")
    (('localhost', 'app'), ('docker.io', 'acme/app'), ('docker.io', 'acme/app'))
    """
    first, slash, rest = text.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost" or find_uppercase(first)):
        return (DOCKER_HUB if first == DOCKER_HUB_ALIAS else first), rest
    return DOCKER_HUB, text
