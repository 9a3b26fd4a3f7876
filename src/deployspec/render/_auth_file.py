"""Auth files: Docker's `config.json`, the `auth.json` of skopeo, buildah and podman, and buildx's files.

Shape: `{"auths": {KEY: {"auth": base64("USER:PASSWORD")}}}`. Each key is the narrowest that the reader supports, made
from the references that are pulled. Docker compares only hosts. The other tools look for the repository first, then for
its parents, then for the host; a host as key would send the login for every other image on that host. buildx reads one
file for each repository.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from deployspec._core.arguments import check_choice, check_type
from deployspec._core.diagnostics import Collector, DeploySpecError
from deployspec._core.secret import Secret, hide_frames
from deployspec._plan import DeployPlan
from deployspec.render._auth_entries import BUILDX, Entries, entries_for, key_in_folder, reader_of
from deployspec.render._shared import AuthFiles, Export, PlanDiagnostics, Tool, json_text

if TYPE_CHECKING:
    from deployspec._logins.credentials import Credential, CredentialRef

__all__ = ["auth_file", "auth_files"]


@hide_frames
def auth_file(
    plan: DeployPlan,
    credentials: Mapping[CredentialRef, Credential],
    *,
    tool: Tool = "docker",
    allow_widening: bool = False,
) -> Export:
    """Return the auth file with which `tool` can pull every image of a plan, and as little else as the tool allows.

    For `docker` and `buildx` the file must be named `config.json`; see `auth_files` for narrower ones. Docker uses a
    login for a part of a registry for the whole registry, which is the warning `export-credentials-widened`. Without
    logins the text is `{"auths": {}}`.

    Raises `DeploySpecError`: `credentials-missing`, `credentials-out-of-scope`, `credentials-conflict` if two logins
    need the same key, `credentials-username-invalid` and `credentials-not-text` if the file cannot represent a login,
    and `export-credentials-widened` if the tool would send a login for an image that the plan pulls anonymously;
    `allow_widening` makes that a warning. Raises `ValueError` for an unknown tool.

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
    check_type("plan", plan, DeployPlan)
    check_choice("tool", tool, Tool)
    losses = PlanDiagnostics()
    entries = entries_for(plan, credentials, reader_of(tool, plan), losses, allow_widening=allow_widening)
    if tool in {"docker", "buildx"}:
        _report_widened(plan, losses)
    text = json_text({"auths": entries.auths()})
    return Export(Secret(text) if entries.logins else text, losses.diagnostics())


def _report_widened(plan: DeployPlan, losses: Collector) -> None:
    """Docker sends a host's login for every image on the host, even if the plan restricts it to a path or a mirror."""
    for pull in plan.pulls:
        if pull.credential is not None and ("/" in pull.credential.scope or pull.mirror is not None):
            message = f"login for `{pull.credential.scope}` is sent for every image on `{pull.pulled_from.host}`"
            hint = "use skopeo, buildah or podman, which support keys for repositories"
            losses.warning("export-credentials-widened", message, hint=hint)


@hide_frames
def auth_files(
    plan: DeployPlan,
    credentials: Mapping[CredentialRef, Credential],
    *,
    tool: Literal["buildx"] = "buildx",
    allow_widening: bool = False,
) -> AuthFiles:
    """Return the files with which `docker buildx build` can pull every image of a plan: one for each repository.

    Write them into the folder that `DOCKER_CONFIG` or `docker --config` names, with mode 0600. In contrast to
    `auth_file`, a login is used only for its repositories, and several logins for one registry do not conflict. buildx
    reads these files since version 0.31.

    Raises the same errors as `auth_file`.

    >>> from deployspec import App, Credential, Keyring, Secret, credentials_for, resolve
    >>> login = Credential(scope="quay.io/acme", username="ada", password=Secret("pw"))
    >>> app = App({}, "web: run", "FROM quay.io/acme/base", keyring=Keyring([login]))
    >>> plan = resolve(app)
    >>> list(auth_files(plan, credentials_for(plan, app)).files)
    ['buildx/config/quay.io/acme/base/config.json']
    """
    check_type("plan", plan, DeployPlan)
    check_choice("tool", tool, Literal["buildx"])
    losses = PlanDiagnostics()
    entries = entries_for(plan, credentials, BUILDX, losses, allow_widening=allow_widening)
    _check_folders(entries)
    files: dict[str, Export] = {}
    for folder, entry in entries.auths().items():
        text = json_text({"auths": {key_in_folder(entries.images[folder]): entry}})
        files[f"buildx/config/{folder}/config.json"] = Export(Secret(text))
    return AuthFiles(files=MappingProxyType(files), losses=losses.diagnostics())


def _check_folders(entries: Entries) -> None:
    """Report a repository that is named like the file of another one."""
    found = PlanDiagnostics()
    for folder in entries.logins:
        parent, slash, _ = folder.partition("/config.json")
        if slash and parent in entries.logins:
            message = f"`{folder}` is needed both as a file and as a folder"
            found.error("credentials-conflict", message, hint="rename one of the repositories")
    found.raise_if_failed(DeploySpecError)
