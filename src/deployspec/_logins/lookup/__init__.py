"""Which login each of eight clients uses for an image, from the text of one login file.

Every client has a module of its own, which opens with its rule and the source that it follows:

======================  ==============================================  ===============================================
client                  programs                                        followed and run
======================  ==============================================  ===============================================
`docker`                `docker pull`, `run`, `create`                  docker/cli 28f7560, after 29.7.2
`docker-build`          `docker build` with BuildKit, `docker buildx`   buildx 461836b, buildkit 73ed682
`podman`                podman, skopeo, buildah, CRI-O                  container-libs 9869b8f (image 5.41.0-dev)
`kubelet`               `imagePullSecrets`                              kubernetes 78fc8e4 (1.33 and later)
`go-containerregistry`  crane, ko, kaniko                               3f4ff3c, after 0.21.9
`docker-py`             the Docker SDK for Python                       7.2.0
`nerdctl`               nerdctl                                         8da5040, after 2.3.4
`oras`                  oras-go, the `oras` command                     2.6.2
======================  ==============================================  ===============================================

Shared by them: `_core.json_scan` and `_logins.go_shapes` (JSON, and Go's structs), `_logins.base64_text` (`auth`),
`_logins.login_file` (the text), `hosts` (the host of a key), `names` (references), `docker_cli` (the Docker CLI's code,
on which four clients are built).

Not modelled: several files or Secrets at once, `DOCKER_AUTH_CONFIG`, registries.conf, credential provider plugins,
cloud keychains, containerd's hosts.toml, buildx's files for one repository, and the token exchange that follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from deployspec._core.diagnostics import InvalidReference
from deployspec._core.secret import hide_frames
from deployspec._logins.login_file import LoginFile
from deployspec._logins.lookup.docker import lookup_docker
from deployspec._logins.lookup.docker_build import lookup_docker_build
from deployspec._logins.lookup.docker_py import lookup_docker_py
from deployspec._logins.lookup.go_containerregistry import lookup_go_containerregistry
from deployspec._logins.lookup.kubelet import lookup_kubelet
from deployspec._logins.lookup.nerdctl import lookup_nerdctl
from deployspec._logins.lookup.oras import lookup_oras
from deployspec._logins.lookup.podman import lookup_podman
from deployspec._logins.lookup.values import (
    CLIENTS,
    Client,
    Lookup,
    LookupKind,
    LookupOutcome,
    LookupRule,
    SkippedEntry,
)

__all__ = [
    "Client",
    "Lookup",
    "LookupKind",
    "LookupOutcome",
    "LookupRule",
    "SkippedEntry",
    "lookup",
    "lookup_all",
]

_RULES: dict[Client, Callable[[LoginFile, str], Lookup]] = {
    "docker": lookup_docker,
    "docker-build": lookup_docker_build,
    "podman": lookup_podman,
    "kubelet": lookup_kubelet,
    "go-containerregistry": lookup_go_containerregistry,
    "docker-py": lookup_docker_py,
    "nerdctl": lookup_nerdctl,
    "oras": lookup_oras,
}


@hide_frames
def lookup(config: str | bytes, image: str, client: Client) -> Lookup:
    """Find the login that a client uses for an image.

    `config` is the text of a `config.json`, an `auth.json`, a `.dockercfg` or a Kubernetes Secret in JSON; each client
    reads it as it would read that file, and only the kubelet looks inside a Secret. `image` is the reference as spelt:
    the case of the host and names such as `index.docker.io` matter. Faults of the file are diagnostics of the result.
    The result contains no user name, password or token.

    Raises `InvalidReference` (`lookup-reference`) if the client refuses the reference, `ValueError` for an unknown
    client, and `TypeError` for other types.

    >>> file = '{"auths": {"quay.io/acme": {"auth": "YWRhOnB3"}}}'
    >>> found = lookup(file, "quay.io/other/app:1", "docker")
    >>> found.outcomes[0].key, found.outcomes[0].kind, found.certain
    ('quay.io/acme', 'basic', True)
    >>> print(found.diagnostics[0].message)
    docker drops the path of `quay.io/acme` and uses the login for all of quay.io
    >>> lookup(file, "quay.io/other/app:1", "podman").outcomes[0].kind
    'anonymous'
    """
    _check(config, image)
    if client not in _RULES:
        raise ValueError(f"unknown client {client!r}; the clients are {', '.join(CLIENTS)}")
    return _RULES[client](LoginFile(config), image)


@hide_frames
def lookup_all(config: str | bytes, image: str) -> Mapping[Client, Lookup]:
    """Find the login that each client uses for an image; see `lookup`.

    A client that refuses the reference has one outcome of the kind `error`.

    >>> found = lookup_all('{"auths": {"docker.io": {"auth": "YWRhOnB3"}}}', "docker.io/acme/app")
    >>> [client for client, found in found.items() if found.outcomes[0].kind == "basic"]
    ['podman', 'kubelet', 'docker-py']
    """
    _check(config, image)
    file = LoginFile(config)
    return MappingProxyType({client: lookup_or_error(file, image, client) for client in CLIENTS})


def _check(config: object, image: object) -> None:
    """Callers without a type checker may give anything."""
    if not isinstance(config, (str, bytes)):
        raise TypeError(f"a login file is str or bytes, not {type(config).__name__}")
    if not isinstance(image, str):
        raise TypeError(f"an image reference is a str, not {type(image).__name__}")


def lookup_or_error(file: LoginFile, image: str, client: Client) -> Lookup:
    """Find the login that a client uses; if it refuses the reference, that is the outcome."""
    try:
        return _RULES[client](file, image)
    except InvalidReference as error:
        diagnostics = error.diagnostics
    reason = diagnostics[0].message
    outcome = LookupOutcome(kind="error", rule="none", reason=reason)
    return Lookup(client=client, outcomes=(outcome,), diagnostics=diagnostics)
