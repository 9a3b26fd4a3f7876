"""How each reader of an auth file finds the login for an image, and the entries that are written for it.

=============  ==========================================  ====================================================
reader         key that is written                         keys that are tried for an image
=============  ==========================================  ====================================================
docker         host, or `https://index.docker.io/v1/`      the same
docker build   the same                                    the same; for `dhi.io`, then the key of Docker Hub
podman         repository                                  the repository, its parents, the host
kubelet        repository                                  every key with which `HOST/PATH` begins, as a string
buildx         one file for each repository                the file for the repository
=============  ==========================================  ====================================================

The rules of `deployspec.lookup` are written independently of these, and a property test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import attrs

from deployspec._core.diagnostics import DeploySpecError
from deployspec._plan import Pull
from deployspec.render._logins import DOCKER_HUB_KEY, basic, docker_key, find_logins
from deployspec.render._shared import PlanDiagnostics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployspec._core.diagnostics import Collector
    from deployspec._logins.credentials import Credential, CredentialRef
    from deployspec._plan import DeployPlan
    from deployspec._references.reference import ImageReference

_HUB_HOSTS = frozenset({"docker.io", "registry-1.docker.io"})
# buildx util/dockerutil/dockerconfig/configprovider.go: load
_BACKED_BY_HUB = frozenset({"dhi.io", "registry.scout.docker.com"})


@attrs.frozen(kw_only=True)
class Reader:
    """A reader of auth files: keys to write, keys that it tries, and what to do about two logins for one key."""

    written: Callable[[ImageReference], tuple[str, ...]]
    tried: Callable[[ImageReference], Iterable[str]]
    entry: Callable[[Credential], dict[str, str] | None]
    advice: str


# Entries


def _docker_entry(login: Credential) -> dict[str, str]:
    """Only `auth`, and the token: docker refuses an `auth` without a user name."""
    entry = {"auth": basic(login)} if login.username else {}
    return entry if login.identity_token is None else {**entry, "identitytoken": login.identity_token.reveal()}


def _podman_entry(login: Credential) -> dict[str, str]:
    """Always with `auth`: podman ignores other members without it."""
    return {"auth": basic(login), **_docker_entry(login)}


def _kubelet_entry(login: Credential) -> dict[str, str] | None:
    """Only `auth`: the kubelet does not read tokens, and would try an entry without a password as a login."""
    return {"auth": basic(login)} if login.username and login.password.reveal() else None


# Keys


def _docker_pull_keys(reference: ImageReference) -> tuple[str, ...]:
    key = docker_key(reference)
    # Host names are case-insensitive, but the Docker client compares them with the case of the reference.
    return (key,) if key in {DOCKER_HUB_KEY, reference.host} else (key, reference.host)


def _docker_build_keys(reference: ImageReference) -> tuple[str, ...]:
    """With BuildKit `registry-1.docker.io` is Docker Hub; for the builder before it, it is a registry of its own."""
    if reference.host == "registry-1.docker.io":
        return (DOCKER_HUB_KEY, reference.host)
    return _docker_pull_keys(reference)


def _tried_by_docker_build(reference: ImageReference) -> tuple[str, ...]:
    keys = _docker_build_keys(reference)
    return (*keys, DOCKER_HUB_KEY) if reference.host in _BACKED_BY_HUB else keys


def _repository_keys(reference: ImageReference) -> tuple[str, ...]:
    return (reference.repository,)


# containers/image pkg/docker/config/config.go: authKeysForKey
def _tried_by_podman(reference: ImageReference) -> Iterable[str]:
    key = reference.repository
    while key:
        yield key
        key = key.rpartition("/")[0]


# kubernetes pkg/credentialprovider/keyring.go: BasicDockerKeyring.Add, URLsMatch
def _kubelet_key(repository: str) -> str:
    """The kubelet drops a leading `/v1` or `/v2` of the path once, so it is written twice."""
    return re.sub(r"/(?=v[12]/)", "/v1/", repository, count=1) if _HAS_VERSION.match(repository) else repository


_HAS_VERSION = re.compile("[^/]+/v[12]/")


def _kubelet_keys(reference: ImageReference) -> tuple[str, ...]:
    # Go reads a host in brackets as a pattern, unless it has a port.
    return () if reference.host.endswith("]") else (_kubelet_key(reference.repository),)


def _tried_by_kubelet(reference: ImageReference) -> Iterable[str]:
    name = reference.repository
    return (_kubelet_key(name[:end]) for end in range(len(reference.host) + 2, len(name) + 1))


# buildx util/dockerutil/dockerconfig/configprovider.go: loadHost, parseConfigKey
def _folder(reference: ImageReference) -> str:
    """The path of the folder with the file of a repository, relative to `buildx/config`."""
    host = "registry-1.docker.io" if reference.host == "docker.io" else reference.host
    return f"{host}/{reference.path}"


def _folders(reference: ImageReference) -> tuple[str, ...]:
    return (_folder(reference),)


def _tried_by_buildx(reference: ImageReference) -> tuple[str, ...]:
    hub = (f"registry-1.docker.io/{reference.path}",) if reference.host in _BACKED_BY_HUB else ()
    return (_folder(reference), *hub)


def key_in_folder(reference: ImageReference) -> str:
    """Return the key under which buildx looks in the file of a repository."""
    return DOCKER_HUB_KEY if reference.host in _HUB_HOSTS else reference.host


# Readers


_NARROW = "use a tool with keys for repositories, such as skopeo"
_DOCKER = Reader(written=_docker_pull_keys, tried=_docker_pull_keys, entry=_docker_entry, advice=_NARROW)
_DOCKER_BUILD = Reader(
    written=_docker_build_keys,
    tried=_tried_by_docker_build,
    entry=_docker_entry,
    advice=f"{_NARROW}, or files for buildx (`auth_files`)",
)
_RENAME = "move one of the images to another repository"
KUBELET = Reader(written=_kubelet_keys, tried=_tried_by_kubelet, entry=_kubelet_entry, advice=_RENAME)
BUILDX = Reader(written=_folders, tried=_tried_by_buildx, entry=_docker_entry, advice=_RENAME)


def reader_of(tool: str, plan: DeployPlan) -> Reader:
    """Return how a tool reads its auth file while it carries out a plan."""
    if tool in {"docker", "buildx"}:
        return _DOCKER if isinstance(plan.action, Pull) else _DOCKER_BUILD
    return Reader(written=_repository_keys, tried=_tried_by_podman, entry=_podman_entry, advice=_RENAME)


# Entries of a plan


@attrs.frozen
class Entries:
    """The login for each key, and the image for which the key was first needed.

    The values are credentials, because a traceback with locals must not show passwords.
    """

    logins: dict[str, Credential]
    images: dict[str, ImageReference]
    reader: Reader

    def auths(self) -> dict[str, dict[str, str]]:
        """Return the member `auths`. It contains secrets."""
        found = {key: self.reader.entry(login) for key, login in self.logins.items()}
        return {key: entry for key, entry in found.items() if entry is not None}


def entries_for(
    plan: DeployPlan,
    credentials: Mapping[CredentialRef, Credential],
    reader: Reader,
    losses: Collector,
    *,
    allow_widening: bool,
) -> Entries:
    """Return the entries of a plan's logins; raises `DeploySpecError` if they conflict or reach other images."""
    entries = Entries({}, {}, reader)
    found = PlanDiagnostics()
    for login in find_logins(plan.pulls, credentials):
        for key in reader.written(login.pull.pulled_from):
            entries.images.setdefault(key, login.pull.pulled_from)
            if not _are_equal(entries.logins.setdefault(key, login.credential), login.credential):
                message, hint = f"key `{key}` is needed for two different logins", f"{reader.advice}, or use one login"
                found.error("credentials-conflict", message, hint=hint)
    _report_anonymous(plan, entries, found, allow_widening=allow_widening)
    if found.failed:
        del credentials, entries  # so that a traceback with locals does not contain them
        raise DeploySpecError(found.diagnostics())
    losses.extend(found.diagnostics())
    return entries


def _are_equal(one: Credential, other: Credential) -> bool:
    return _docker_entry(one) == _docker_entry(other)


def _report_anonymous(plan: DeployPlan, entries: Entries, found: Collector, *, allow_widening: bool) -> None:
    """Report images that the plan pulls anonymously and for which the reader nevertheless finds a login."""
    reader = entries.reader
    add = found.warning if allow_widening else found.error
    hint = reader.advice if allow_widening else f"{reader.advice}, or pass `allow_widening`"
    for pull in plan.pulls:
        if pull.credential is None:
            key = next((key for key in reader.tried(pull.pulled_from) if key in entries.logins), None)
            if key is not None:
                image, scope = pull.pulled_from.familiar, entries.logins[key].scope
                message = f"login for `{scope}` would also be sent for `{image}`, pulled anonymously"
                add("export-credentials-widened", message, hint=hint)
