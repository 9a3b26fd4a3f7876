"""Image references as each client parses them: the host that is looked up, and the path of the repository.

Every function returns `None` for a reference that the client itself refuses.

docker, docker-build, kubelet and nerdctl follow distribution/reference; podman has a copy of it that knows neither
hosts in upper case nor IPv6; go-containerregistry, docker-py and oras have parsers of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import attrs

from deployspec._logins.lookup.hosts import parse_url
from deployspec._references.grammar import DOCKER_HUB, MAX_PATH_LENGTH, is_digest, is_host, is_image_id, is_path, is_tag

__all__: list[str] = []

_GGCR_PATH = re.compile("[a-z0-9_./-]{1,255}")
_GGCR_TAG = re.compile("[A-Za-z0-9_.-]{1,128}")
_SHA256 = re.compile("sha256:[0-9a-f]{64}")


@attrs.frozen
class Name:
    """A repository: its host, which is empty if the grammar finds none, and its path."""

    host: str
    path: str

    def __str__(self) -> str:
        return f"{self.host}/{self.path}" if self.host else self.path


def distribution(image: str) -> Name | None:
    """Parse a reference as distribution/reference does.

    >>> str(distribution("ubuntu")), str(distribution("Quay.io/acme/app:1")), distribution("quay.io/Acme/app")
    ('docker.io/library/ubuntu', 'Quay.io/acme/app', None)
    >>> distribution("reg_1.example.com/app")
    Name(host='', path='reg_1.example.com/app')
    """
    # distribution/reference normalize.go: ParseNormalizedNamed, splitDockerDomain
    first = image.partition("/")[0]
    return _normalized(image, is_registry=_names_registry(first) or first.lower() != first, is_valid=_is_host)


def podman(image: str) -> Name | None:
    """Parse a reference as containers/image does.

    >>> podman("LOCALHOST/app"), str(podman("localhost/app"))
    (None, 'localhost/app')
    """
    # container-libs image/docker/reference/normalize.go: splitDockerDomain
    name = _normalized(image, is_registry=_names_registry(image.partition("/")[0]), is_valid=_is_podman_host)
    return None if name is None or len(str(name)) > MAX_PATH_LENGTH else name


def _is_host(text: str) -> bool:
    return is_host(text) is not None


def _is_podman_host(text: str) -> bool:
    return not text.startswith("[") and is_host(text) is not None


def _names_registry(first: str) -> bool:
    return "." in first or ":" in first or first == "localhost"


def _normalized(image: str, *, is_registry: bool, is_valid: Callable[[str], bool]) -> Name | None:
    """Split a reference, complete short names and check the grammar; a first part that is not a host joins the path."""
    if is_image_id(image):
        return None
    host, slash, rest = image.partition("/")
    if not slash or not is_registry:
        host, rest = DOCKER_HUB, image
    elif host == "index.docker.io":
        host = DOCKER_HUB
    if not is_valid(host):
        host, rest = "", image
    name, at, digest = rest.partition("@")
    path, colon, tag = name.partition(":")
    if host == DOCKER_HUB and "/" not in path:
        path = f"library/{path}"
    # The length comes before the grammar, so that no long path is tried.
    if len(path) > MAX_PATH_LENGTH or not is_path(path):
        return None
    if (colon and not is_tag(tag)) or (at and not is_digest(digest)):
        return None
    return Name(host, path)


def go_containerregistry(image: str) -> Name | None:
    """Parse a reference as go-containerregistry does; Docker Hub is `index.docker.io`.

    >>> str(go_containerregistry("ubuntu:24.04")), go_containerregistry("Acme/app")
    ('index.docker.io/library/ubuntu', None)
    """
    # go-containerregistry pkg/name/ref.go: ParseReference, NewTag, NewDigest
    found = _ggcr_tagged(image)
    if found is not None or image.count("@") != 1:
        return found
    base, _, digest = image.partition("@")
    return _ggcr_tagged(base) if _SHA256.fullmatch(digest) else None


def _ggcr_tagged(text: str) -> Name | None:
    base, colon, tag = text.rpartition(":")
    if not colon or "/" in tag:
        return _ggcr_repository(text)
    return _ggcr_repository(base) if _GGCR_TAG.fullmatch(tag) else None


def _ggcr_repository(text: str) -> Name | None:
    host, slash, path = text.partition("/")
    if not slash or not _names_registry(host):
        host, path = "", text
    url = parse_url(f"//{host}")
    if not _GGCR_PATH.fullmatch(path) or url is None or url.host != host:
        return None
    host = "index.docker.io" if host in ("", DOCKER_HUB) else host
    if host == "index.docker.io" and "/" not in path:
        path = f"library/{path}"
    return Name(host, path)


def docker_py(image: str) -> Name | None:
    """Parse a reference as docker-py does, which checks little; Docker Hub is `docker.io`.

    >>> str(docker_py("index.docker.io/acme/app:1")), docker_py("https://quay.io/app")
    ('docker.io/acme/app', None)
    """
    # docker-py docker/utils/utils.py: parse_repository_tag; docker/auth.py: resolve_repository_name
    before, at, _ = image.rpartition("@")
    repository = before if at else _without_tag(image)
    if "://" in repository:
        return None
    host, slash, path = repository.partition("/")
    if not slash or not _names_registry(host):
        return Name(DOCKER_HUB, repository)
    if host.startswith("-") or host.endswith("-"):
        return None
    return Name(DOCKER_HUB if host == "index.docker.io" else host, path)


def _without_tag(text: str) -> str:
    before, colon, tag = text.rpartition(":")
    return before if colon and "/" not in tag else text


def oras(image: str) -> Name | None:
    """Parse a reference as oras-go does: there are no short names.

    >>> str(oras("docker.io/library/ubuntu")), oras("ubuntu")
    ('docker.io/library/ubuntu', None)
    """
    # oras-go registry/reference.go: ParseReference
    host, slash, rest = image.partition("/")
    url = parse_url(f"dummy://{host}")
    if not slash or url is None or not host or url.host != host:
        return None
    path, at, digest = rest.partition("@")
    path, _, tag = path.partition(":")
    is_valid = not digest or is_digest(digest) if at else not tag or is_tag(tag)
    return Name(host, path) if is_valid and is_path(path) else None
