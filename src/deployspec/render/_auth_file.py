"""Auth files: Docker's `config.json`, and the `auth.json` of skopeo, buildah and podman.

Shape: `{"auths": {KEY: {"auth": base64("USER:PASSWORD")}}}`. The keys are the narrowest that the reader honours, made
from the references that are pulled. Docker matches by host alone; the others look for the repository first, then its
parents, then the host, so that a host as key would hand the login to every other image on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from deployspec._core.diagnostics import DeploySpecError, Diagnostic
from deployspec.render._export import Export, exported, loss
from deployspec.render._logins import DOCKER_HUB_KEY, basic, docker_key, logins_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deployspec._logins.credentials import Credential, CredentialRef
    from deployspec._plan import DeployPlan, ImagePull

__all__ = ["Reader", "auth_file"]

Reader: TypeAlias = Literal["docker", "podman", "buildah", "skopeo"]


def auth_file(plan: DeployPlan, credentials: Mapping[CredentialRef, Credential], tool: Reader = "docker") -> Export:
    """Return the auth file with which `tool` can fetch every image of a plan, and as little else as the tool allows.

    For `docker` the file is to be named `config.json`. A login that is for a part of a registry becomes one for the
    whole registry there, which is the loss `export-credential-widened`. Without logins the text is `{"auths": {}}`.

    Raises `DeploySpecError`: `credentials-missing`, `credentials-out-of-scope`, `credentials-conflict` where two logins
    would need one key, `credentials-username-invalid` and `credentials-not-text` for what the file cannot carry.

    >>> from deployspec import App, credentials_for, resolve
    >>> config = {"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1", "APTIBLE_PRIVATE_REGISTRY_HOST": "quay.io",
    ...           "APTIBLE_PRIVATE_REGISTRY_USERNAME": "ada", "APTIBLE_PRIVATE_REGISTRY_PASSWORD": "pw"}
    >>> app = App(config, "web: run")
    >>> plan = resolve(app)
    >>> print(auth_file(plan, credentials_for(plan, app), tool="skopeo").text, end="")
    {
      "auths": {
        "quay.io/acme/web": {
          "auth": "YWRhOnB3"
        }
      }
    }
    """
    entries: dict[str, Credential] = {}
    conflicts: list[Diagnostic] = []
    for pull, login in logins_of(plan.pulls, credentials):
        for key in _keys(pull, tool):
            if _entry(entries.setdefault(key, login)) != _entry(login):
                message = f"two different logins would need the one key `{key}`"
                hint = "fetch with a tool that knows keys for repositories, such as skopeo, or give both one login"
                conflicts.append(Diagnostic("credentials-conflict", message, source="plan", hint=hint))
    if conflicts:
        raise DeploySpecError(dict.fromkeys(conflicts))
    document = {"auths": {key: _entry(login) for key, login in entries.items()}}
    return exported(document, _widened(plan, tool), secret=bool(entries))


def _keys(pull: ImagePull, tool: Reader) -> tuple[str, ...]:
    if tool != "docker":
        return (pull.reference.repository,)
    key = docker_key(pull.reference)
    # Names of hosts know no case, but the Docker client compares letter by letter with the image as it is named.
    return (key,) if key in {DOCKER_HUB_KEY, pull.reference.host} else (key, pull.reference.host)


def _entry(login: Credential) -> dict[str, str]:
    """`auth` alone, since the others ignore an entry that has a user name and a password beside it."""
    entry = {"auth": basic(login)} if login.username else {}
    return entry if login.identity_token is None else {**entry, "identitytoken": login.identity_token.reveal()}


def _widened(plan: DeployPlan, tool: Reader) -> Iterator[Diagnostic]:
    """Docker sends a host's login for every image on the host, whatever the plan says of the image."""
    for pull in plan.pulls if tool == "docker" else ():
        if pull.credential is not None and "/" in pull.credential.scope:
            message = f"the login for `{pull.credential.scope}` is offered for every image on `{pull.reference.host}`"
            yield loss("export-credential-widened", message, "skopeo, buildah and podman know keys for repositories")
