"""Auth files: Docker's `config.json`, and the `auth.json` of skopeo, buildah and podman.

Shape: `{"auths": {KEY: {"auth": base64("USER:PASSWORD")}}}`. Each key is the narrowest that the reader supports, made
from the references that are pulled. Docker compares only hosts. The other tools look for the repository first, then for
its parents, then for the host; a host as key would send the login for every other image on that host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._core.arguments import check_choice, check_type
from deployspec._core.diagnostics import Collector, DeploySpecError
from deployspec._core.secret import Secret
from deployspec._plan import DeployPlan
from deployspec.render._logins import DOCKER_HUB_KEY, basic, docker_key, find_logins
from deployspec.render._shared import Export, PlanDiagnostics, Tool, json_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployspec._logins.credentials import Credential, CredentialRef
    from deployspec._plan import ImagePull

__all__ = ["auth_file"]


def auth_file(
    plan: DeployPlan,
    credentials: Mapping[CredentialRef, Credential],
    *,
    tool: Tool = "docker",
    allow_widening: bool = False,
) -> Export:
    """Return the auth file with which `tool` can pull every image of a plan, and as little else as the tool allows.

    For `docker` the file must be named `config.json`. Docker uses a login for a part of a registry for the whole
    registry, which is reported as `export-credential-widened`: a warning, or an error if the plan pulls another image
    on the registry anonymously, unless you set `allow_widening`. Without logins the text is `{"auths": {}}`.

    Raises `DeploySpecError`: `credentials-missing`, `credentials-out-of-scope`, `credentials-conflict` if two logins
    need the same key, `credentials-username-invalid` and `credentials-not-text` if the file cannot represent a login.
    Raises `ValueError` for an unknown tool.

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
    entries = _entries(plan, credentials, tool)
    losses = PlanDiagnostics()
    if tool == "docker":
        _report_widened(plan, losses)
        if not allow_widening:
            _check_anonymous(plan)
    text = json_text({"auths": {key: _entry(login) for key, login in entries.items()}})
    return Export(Secret(text) if entries else text, losses.diagnostics())


def _entries(plan: DeployPlan, credentials: Mapping[CredentialRef, Credential], tool: Tool) -> dict[str, Credential]:
    """Return the credential for each key; credentials, because a traceback with locals must not show passwords."""
    entries: dict[str, Credential] = {}
    conflicts = PlanDiagnostics()
    for login in find_logins(plan.pulls, credentials):
        for key in _keys(login.pull, tool):
            if _entry(entries.setdefault(key, login.credential)) != _entry(login.credential):
                hint = "use a tool with keys for repositories, such as skopeo, or use the same login for both"
                conflicts.error("credentials-conflict", f"key `{key}` is needed for two different logins", hint=hint)
    conflicts.raise_if_failed(DeploySpecError)
    return entries


def _keys(pull: ImagePull, tool: Tool) -> tuple[str, ...]:
    if tool != "docker":
        return (pull.reference.repository,)
    key = docker_key(pull.reference)
    # Host names are case-insensitive, but the Docker client compares them with the case of the reference.
    return (key,) if key in {DOCKER_HUB_KEY, pull.reference.host} else (key, pull.reference.host)


def _entry(login: Credential) -> dict[str, str]:
    """Only `auth`: the other tools ignore an entry that also has a user name and a password."""
    entry = {"auth": basic(login)} if login.username else {}
    return entry if login.identity_token is None else {**entry, "identitytoken": login.identity_token.reveal()}


def _report_widened(plan: DeployPlan, losses: Collector) -> None:
    """Docker sends a host's login for every image on the host, even if the plan restricts it."""
    for pull in plan.pulls:
        if pull.credential is not None and "/" in pull.credential.scope:
            message = f"login for `{pull.credential.scope}` is sent for every image on `{pull.reference.host}`"
            hint = "use skopeo, buildah or podman, which support keys for repositories"
            losses.warning("export-credential-widened", message, hint=hint)


def _check_anonymous(plan: DeployPlan) -> None:
    """Raise `DeploySpecError` if docker would send a login for an image that the plan pulls anonymously."""
    served = {key: pull.credential.scope for pull in plan.pulls if pull.credential for key in _keys(pull, "docker")}
    found = PlanDiagnostics()
    for pull in plan.pulls:
        scope = None if pull.credential else next(filter(None, map(served.get, _keys(pull, "docker"))), None)
        if scope is not None:
            message = f"login for `{scope}` would also be sent for `{pull.reference.familiar}`, pulled anonymously"
            hint = "use skopeo, buildah or podman, which support keys for repositories, or allow the wider use"
            found.error("export-credential-widened", message, hint=hint)
    found.raise_if_failed(DeploySpecError)
