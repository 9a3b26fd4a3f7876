"""A plan as Kubernetes manifests: JSON documents in one YAML stream, which `kubectl` and others read."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

from deployspec._core.diagnostics import DeploySpecError, Diagnostic
from deployspec._core.secret import Secret
from deployspec._plan import Pull
from deployspec._references.reference import parse_reference
from deployspec.render._auth_file import auth_file
from deployspec.render._export import Export, exported, loss
from deployspec.render._shared import check_names, credential_losses, platform_losses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deployspec._logins.credentials import Credential, CredentialRef
    from deployspec._plan import DeployPlan
    from deployspec._procfile.procfile import Service

__all__ = ["kubernetes", "kubernetes_secret"]

ENVIRONMENT = "environment"
"""The Secret that holds the app's variables; whoever has their values makes it."""

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SUBDOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL.pattern}(?:\.{_LABEL.pattern})*")
# As the name of a variable and as a key of a Secret, which may be neither `.` nor begin with `..`.
_VARIABLE = re.compile(r"(?!\.\.|\.\Z)[-._a-zA-Z][-._a-zA-Z0-9]{0,252}")


def kubernetes(plan: DeployPlan, image: str | None = None, secret_name: str | None = None) -> Export:
    """Return a plan as manifests: a Deployment for each service, a Job for `release`.

    `image` is the reference under which a build's result was pushed. `secret_name` names the Secret for pulling, which
    `kubernetes_secret` gives. Variables come from the keys of a Secret named `environment`. An image by tag is always
    pulled, one by digest only if it is missing.

    Raises `DeploySpecError`: `export-image-not-named` for a build without `image`, `export-service-name-not-carried`
    for a service
    whose name is no DNS label, `export-kubernetes-name-invalid` for `secret_name`; `InvalidReference` for `image`.

    >>> from deployspec import App, resolve
    >>> plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run"))
    >>> text = kubernetes(plan, secret_name="registry").text
    >>> json.loads(text.removeprefix("---\\n"))["spec"]["template"]["spec"]["imagePullSecrets"]
    [{'name': 'registry'}]
    """
    reference = parse_reference(_image(plan, image))
    check_names(plan, _LABEL, "DNS label (lower-case letters, digits, inner `-`)")
    pod: dict[str, Any] = {}
    if secret_name is not None:
        _check_name(secret_name)
        pod["imagePullSecrets"] = [{"name": secret_name}]
    policy = "Always" if reference.digest is None else "IfNotPresent"
    container = {"image": str(reference), "imagePullPolicy": policy, **_environment(plan)}
    services = sorted(plan.services, key=lambda one: not one.is_release)
    manifests = [_manifest(service, {"name": service.name, **container}, pod) for service in services]
    text = "".join(f"---\n{json.dumps(manifest, indent=2)}\n" for manifest in manifests)
    return Export(text, tuple(_losses(plan, image, secret_name)))


def _image(plan: DeployPlan, image: str | None) -> str:
    if image is not None:
        return image
    if isinstance(plan.action, Pull):
        return str(plan.action.image.reference)
    message = "a build has no image until it is pushed somewhere"
    hint = "name the reference under which it was pushed"
    raise DeploySpecError([Diagnostic("export-image-not-named", message, source="plan", hint=hint)])


def _check_name(name: str) -> None:
    if not _SUBDOMAIN.fullmatch(name):
        message = "the Secret's name is no DNS name"
        hint = "take lower-case letters, digits, and `-` or `.` between them"
        raise DeploySpecError([Diagnostic("export-kubernetes-name-invalid", message, source="plan", hint=hint)])


def _manifest(service: Service, container: dict[str, Any], pod: dict[str, Any]) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": service.name}
    if service.command is not None:
        *shell, command = service.shell_form()
        container = {**container, "command": shell, "args": [_literal(command)]}
    spec: dict[str, Any] = {**pod, "containers": [container]}
    head = {"metadata": {"name": service.name, "labels": labels}}
    if service.is_release:
        template = {"metadata": {"labels": labels}, "spec": {"restartPolicy": "Never", **spec}}
        return {"apiVersion": "batch/v1", "kind": "Job", **head, "spec": {"template": template}}
    template = {"metadata": {"labels": labels}, "spec": spec}
    deployment = {"selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", **head, "spec": deployment}


def _environment(plan: DeployPlan) -> dict[str, Any]:
    variables = [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": ENVIRONMENT, "key": name}}}
        for name in plan.environment
        if _VARIABLE.fullmatch(name)
    ]
    return {"env": variables} if variables else {}


def _literal(command: str) -> str:
    """Text in which the kubelet replaces nothing: it reads `$(NAME)` as a variable and `$$` as `$`."""
    return re.sub(r"\$(?=[$(])", "$$", command)


def _losses(plan: DeployPlan, image: str | None, secret_name: str | None) -> Iterator[Diagnostic]:
    if image is None and secret_name is None:
        yield from credential_losses(plan, "make a Secret with `kubernetes_secret` and name it")
    if isinstance(plan.action, Pull):
        yield from platform_losses(plan.action.image, "let a `nodeSelector` choose such nodes")
    for name in plan.environment:
        if not _VARIABLE.fullmatch(name):
            message = f"the variable `{name}` is left out, since Kubernetes takes no such name"
            yield loss("export-environment-not-carried", message)
    if any(service.is_release for service in plan.services) and len(plan.services) > 1:
        message = "that the other services wait for `release` is not carried"
        yield loss("export-release-order-not-carried", message, "apply the Job first and wait until it is complete")


def kubernetes_secret(plan: DeployPlan, credentials: Mapping[CredentialRef, Credential], name: str) -> Export:
    """Return a Secret of type `kubernetes.io/dockerconfigjson`, with which a cluster pulls a plan's images.

    Raises as `auth_file` does, and `DeploySpecError` (`export-kubernetes-name-invalid`).

    >>> from deployspec import App, resolve
    >>> plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run"))
    >>> json.loads(kubernetes_secret(plan, {}, "registry").text)["data"]
    {'.dockerconfigjson': 'ewogICJhdXRocyI6IHt9Cn0K'}
    """
    _check_name(name)
    auths = auth_file(plan, credentials, tool="docker")
    manifest = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": base64.b64encode(auths.text.encode()).decode()},
    }
    losses = list(auths.losses)
    for reference, login in credentials.items():
        if login.identity_token is not None:
            message = f"the identity token for `{reference.scope}` is of no use to a kubelet"
            losses.append(loss("export-identity-token-not-carried", message, "use a user name and a password"))
    return exported(manifest, losses, secret=isinstance(auths.content, Secret))
