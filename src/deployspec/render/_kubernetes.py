"""A plan as Kubernetes manifests: one YAML stream of JSON documents."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

from deployspec._core.arguments import check_choice, check_type
from deployspec._core.diagnostics import Collector, DeploySpecError, Diagnostic
from deployspec._core.secret import Secret, hide_frames
from deployspec._plan import DeployPlan, Pull
from deployspec._references.reference import parse_reference
from deployspec.render._auth_entries import KUBELET, Entries, entries_for
from deployspec.render._shared import (
    Entrypoint,
    Export,
    PlanDiagnostics,
    check_names,
    document_text,
    json_text,
    release_first,
    report_credentials,
    report_platform,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployspec._logins.credentials import Credential, CredentialRef
    from deployspec._procfile.procfile import Service

__all__ = ["kubernetes", "kubernetes_secret"]

ENVIRONMENT = "environment"
"""Name of the Secret with the app's variables, which the deployer creates."""

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SUBDOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL.pattern}(?:\.{_LABEL.pattern})*")
# Valid both as the name of a variable and as a key of a Secret, which must not be `.` or begin with `..`.
_VARIABLE = re.compile(r"(?!\.\.|\.\Z)[-._a-zA-Z][-._a-zA-Z0-9]{0,252}")


def kubernetes(
    plan: DeployPlan,
    *,
    image: str | None = None,
    secret_name: str | None = None,
    entrypoint: Entrypoint = "replace",
) -> Export:
    """Return a plan as manifests: a Deployment for each service, a Job for `release`.

    `image` is the reference under which a built image was pushed. `secret_name` is the name of the Secret that
    `kubernetes_secret` returns. Variables come from the keys of a Secret named `environment`. An image with a tag is
    always pulled, an image with a digest only if it is missing.

    A service's command runs in a shell, which replaces the ENTRYPOINT of the image. With `entrypoint="keep"`, the words
    of the command become the arguments of the ENTRYPOINT.

    Raises `InvalidReference` for `image`, `InvalidProcfile` if `"keep"` meets a command with an unclosed quote,
    `ValueError` for another value of `entrypoint`, and `DeploySpecError`: `export-image-not-named` for a build without
    `image`, `export-service-name-not-carried` for a service whose name is not a DNS label,
    `export-kubernetes-name-invalid` for `secret_name`, `export-text-not-carried` for a text that is not valid Unicode.

    >>> import json
    >>> from deployspec import App, resolve
    >>> plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run"))
    >>> text = kubernetes(plan, secret_name="registry").text
    >>> json.loads(text.removeprefix("---\\n"))["spec"]["template"]["spec"]["imagePullSecrets"]
    [{'name': 'registry'}]
    """
    check_type("plan", plan, DeployPlan)
    check_choice("entrypoint", entrypoint, Entrypoint)
    reference = parse_reference(_image(plan, image))
    check_names(plan, _LABEL, "DNS label (lower-case letters, digits and inner `-`)")
    pod: dict[str, Any] = {}
    if secret_name is not None:
        _check_secret_name(secret_name)
        pod["imagePullSecrets"] = [{"name": secret_name}]
    policy = "Always" if reference.digest is None else "IfNotPresent"
    container = {"image": str(reference), "imagePullPolicy": policy, **_environment(plan)}
    manifests = [
        _manifest(service, {"name": service.name, **container, **_command(service, entrypoint)}, pod)
        for service in release_first(plan)
    ]
    text = "".join(f"---\n{document_text(manifest)}" for manifest in manifests)
    losses = PlanDiagnostics()
    if image is None and secret_name is None:
        report_credentials(plan, losses, "create a Secret with `kubernetes_secret` and pass its name")
    _report_unsupported(plan, losses)
    return Export(text, losses.diagnostics())


def _image(plan: DeployPlan, image: str | None) -> str:
    if image is not None:
        return image
    if isinstance(plan.action, Pull):
        return str(plan.action.image.pulled_from)
    message = "image of the build is missing"
    hint = "pass the reference under which the built image was pushed"
    raise DeploySpecError([Diagnostic("export-image-not-named", message, source="plan", hint=hint)])


def _check_secret_name(name: str) -> None:
    if not _SUBDOMAIN.fullmatch(name):
        message = "name of the Secret is not a valid DNS name"
        hint = "use lower-case letters and digits, with `-` or `.` between them"
        raise DeploySpecError([Diagnostic("export-kubernetes-name-invalid", message, source="plan", hint=hint)])


def _manifest(service: Service, container: dict[str, Any], pod: dict[str, Any]) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": service.name}
    spec: dict[str, Any] = {**pod, "containers": [container]}
    head = {"metadata": {"name": service.name, "labels": labels}}
    if service.is_release:
        template = {"metadata": {"labels": labels}, "spec": {"restartPolicy": "Never", **spec}}
        return {"apiVersion": "batch/v1", "kind": "Job", **head, "spec": {"template": template}}
    template = {"metadata": {"labels": labels}, "spec": spec}
    deployment = {"selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", **head, "spec": deployment}


def _command(service: Service, entrypoint: Entrypoint) -> dict[str, Any]:
    if service.command is None:
        return {}
    if entrypoint == "keep":
        return {"args": [_literal(word) for word in service.argument_form()]}
    *shell, command = service.shell_form()
    return {"command": shell, "args": [_literal(command)]}


def _environment(plan: DeployPlan) -> dict[str, Any]:
    variables = [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": ENVIRONMENT, "key": name}}}
        for name in plan.environment
        if _VARIABLE.fullmatch(name)
    ]
    return {"env": variables} if variables else {}


def _literal(command: str) -> str:
    """Escape a command so that the kubelet replaces nothing in it: it expands `$(NAME)` and reads `$$` as `$`."""
    return re.sub(r"\$(?=[$(])", "$$", command)


def _report_unsupported(plan: DeployPlan, losses: Collector) -> None:
    if isinstance(plan.action, Pull):
        report_platform(plan.action.image, losses, "select nodes of that platform with a `nodeSelector`")
    for name in plan.environment:
        if not _VARIABLE.fullmatch(name):
            message = f"variable `{name}` is left out because Kubernetes does not allow its name"
            losses.warning("export-environment-not-carried", message)
    if len(plan.services) > 1 and any(service.is_release for service in plan.services):
        message = "other services do not wait for `release`"
        hint = "apply the Job first and wait until it is complete"
        losses.warning("export-release-order-not-carried", message, hint=hint)


@hide_frames
def kubernetes_secret(
    plan: DeployPlan,
    credentials: Mapping[CredentialRef, Credential],
    *,
    name: str,
    allow_widening: bool = False,
) -> Export:
    """Return a Secret of type `kubernetes.io/dockerconfigjson` with the logins for a plan's images.

    Each key is a repository. The kubelet compares it as a string: a login for `quay.io/acme/app` is also sent for
    `quay.io/acme/app-test`. For a login that is for a part of a registry that is the warning
    `export-credentials-widened`.

    Raises the same errors as `auth_file`, and `DeploySpecError` (`export-kubernetes-name-invalid`).

    >>> import json
    >>> from deployspec import App, resolve
    >>> plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run"))
    >>> json.loads(kubernetes_secret(plan, {}, name="registry").text)["data"]
    {'.dockerconfigjson': 'ewogICJhdXRocyI6IHt9Cn0K'}
    """
    check_type("plan", plan, DeployPlan)
    _check_secret_name(name)
    losses = PlanDiagnostics()
    entries = entries_for(plan, credentials, KUBELET, losses, allow_widening=allow_widening)
    auths = entries.auths()
    text = json_text(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name},
            "type": "kubernetes.io/dockerconfigjson",
            "data": {".dockerconfigjson": base64.b64encode(json_text({"auths": auths}).encode()).decode()},
        }
    )
    _report_logins(plan, entries, losses)
    return Export(Secret(text) if auths else text, losses.diagnostics())


def _report_logins(plan: DeployPlan, entries: Entries, losses: Collector) -> None:
    for pull in plan.pulls:
        if pull.credential is None:
            continue
        scope, repository = pull.credential.scope, pull.pulled_from.repository
        if not KUBELET.written(pull.pulled_from):
            message = f"login for `{scope}` is left out because the kubelet does not support an IPv6 address as key"
            losses.warning("export-credentials-not-carried", message, hint="use a host name, or add a port")
        elif "/" in scope or pull.mirror is not None:
            message = f"login for `{scope}` is also sent for images whose names begin with `{repository}`"
            hint = (
                "the kubelet compares keys as strings; do not use names that begin with the name of another repository"
            )
            losses.warning("export-credentials-widened", message, hint=hint)
    for login in entries.logins.values():
        if login.identity_token is not None:
            message = f"identity token for `{login.scope}` is ignored by the kubelet"
            losses.warning("export-identity-token-not-carried", message, hint="use a username and a password")
