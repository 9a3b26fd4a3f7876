"""Policies for plans: requirements as data, and the violations of a plan."""

import json
from collections.abc import Iterable
from typing import cast

import attrs

from deployspec._core.arguments import check_type
from deployspec._core.diagnostics import Collector, DeploySpecError, Diagnostic
from deployspec._logins.scope import normal_scope, registry_of, scopes_of
from deployspec._plan import DeployPlan, ImagePull
from deployspec._plans.shapes import Object
from deployspec._references.grammar import DOCKER_HUB

__all__ = ["Policy", "audit", "parse_policy"]


def _scopes(registries: Iterable[str] | None) -> frozenset[str] | None:
    """Convert registries to their canonical form; `None` allows all registries, an empty collection none."""
    if registries is None:
        return None
    if isinstance(registries, str):  # its letters would be read as registries
        raise TypeError("allowed_registries must be a collection of strings, not a string")
    scopes = {registry: normal_scope(registry) for registry in registries}
    found = Collector("policy")
    for registry in sorted(registry for registry, scope in scopes.items() if scope is None):
        found.error("policy-registry-invalid", f"invalid registry `{registry}`")
    found.raise_if_failed(DeploySpecError)
    return frozenset(scope for scope in scopes.values() if scope is not None)


@attrs.frozen(kw_only=True)
class Policy:
    """Requirements for the images of a plan; the default has none.

    `require_digest`: every image has a digest. `forbid_latest`: no image is pulled by the tag `latest`.
    `allowed_registries`: every image is in one of these registries, or paths of a registry (`quay.io/acme`); `None`
    allows all. `allow_anonymous_hub`: images of Docker Hub, which limits anonymous pulls per address, may be pulled
    without a login. `require_complete`: all images of the plan are known. An image with a mirror is in the registry of
    the mirror, because it is pulled from there.

    Raises `DeploySpecError` (`policy-registry-invalid`).

    >>> sorted(Policy(allowed_registries=["QUAY.IO", "index.docker.io/library"]).allowed_registries)
    ['docker.io/library', 'quay.io']
    """

    __module__ = "deployspec"

    require_digest: bool = False
    forbid_latest: bool = False
    allowed_registries: frozenset[str] | None = attrs.field(default=None, converter=_scopes)
    allow_anonymous_hub: bool = True
    require_complete: bool = False

    def __attrs_post_init__(self) -> None:
        for name in ("require_digest", "forbid_latest", "allow_anonymous_hub", "require_complete"):
            check_type(name, getattr(self, name), bool)


def audit(plan: DeployPlan, policy: Policy) -> tuple[Diagnostic, ...]:
    """Return an error for each violation of a policy, in the order of `plan.pulls`.

    >>> from deployspec import App, resolve
    >>> plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run"))
    >>> violations = audit(plan, Policy(require_digest=True, allowed_registries=["ghcr.io"]))
    >>> [violation.code for violation in violations]
    ['policy-digest-missing', 'policy-registry']
    """
    check_type("plan", plan, DeployPlan)
    check_type("policy", policy, Policy)
    found = Collector("policy")
    for pull in plan.pulls:
        _check_pull(pull, policy, found)
    if policy.require_complete:
        for unknown in plan.unknowns:
            if unknown.severity != "note":
                found.error("policy-incomplete", f"plan is incomplete: {unknown.message}")
    return tuple(dict.fromkeys(found.found))


def _check_pull(pull: ImagePull, policy: Policy, found: Collector) -> None:
    image, name = pull.pulled_from, f"`{pull.reference.familiar}`"
    if policy.require_digest and image.digest is None:
        found.error("policy-digest-missing", f"{name} has no digest", hint="pin the plan")
    if policy.forbid_latest and image.digest is None and image.tag in {None, "latest"}:
        found.error("policy-latest", f"{name} uses the tag `latest`", hint="use a version tag")
    allowed, registry = policy.allowed_registries, registry_of(image)
    if allowed is not None and allowed.isdisjoint(scopes_of(image)):
        verb = "is on" if pull.mirror is None else "is pulled from"
        found.error("policy-registry", f"{name} {verb} `{registry}`, which is not an allowed registry")
    if not policy.allow_anonymous_hub and registry == DOCKER_HUB and pull.credential is None:
        found.error("policy-anonymous-hub", f"{name} is pulled anonymously from Docker Hub", hint="add a login")


def parse_policy(text: str | bytes) -> Policy:
    """Parse a policy from a JSON object with the members of `Policy`; members that are left out are not checked.

    Raises `DeploySpecError` with every error: `policy-syntax`, `policy-member-unknown`, `policy-member-twice`,
    `policy-type`, `policy-registry-invalid`.

    >>> parse_policy('{"require_digest": true}').require_digest
    True
    """
    check_type("text", text, str, bytes)
    found = Collector("policy")
    try:
        members = json.loads(text, object_pairs_hook=Object)
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, Object):
        found.error("policy-syntax", "policy is not a JSON object")
        raise DeploySpecError(found.diagnostics())
    for name in members.duplicates:
        found.error("policy-member-twice", f"duplicate member `{name}`")
    for name, value in members.items():
        _check_member(name, value, found)
    found.raise_if_failed(DeploySpecError)
    return Policy(**members)


def _check_member(name: str, value: object, found: Collector) -> None:
    known = [field.name for field in attrs.fields(Policy)]
    if name not in known:
        found.error("policy-member-unknown", f"unknown member `{name}`", hint=f"valid members: {', '.join(known)}")
    elif name == "allowed_registries":
        if value is not None and not _is_list_of_strings(value):
            found.error("policy-type", f"`{name}` must be an array of strings or null")
    elif not isinstance(value, bool):
        found.error("policy-type", f"`{name}` must be true or false")


def _is_list_of_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in cast("list[object]", value))
