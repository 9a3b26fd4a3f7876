"""Policies as data, and what of a plan is against them."""

import json
from collections.abc import Iterable, Iterator
from typing import cast

import attrs

from deployspec._core.diagnostics import DeploySpecError, Diagnostic, capped
from deployspec._logins.credentials import DOCKER_HUB, covers, normal_scope, registry_of
from deployspec._plan import DeployPlan, ImagePull
from deployspec._plans.shapes import Object

__all__ = ["Policy", "audit", "parse_policy"]


def _scopes(given: Iterable[str] | None) -> frozenset[str] | None:
    """Bring registries to their normal form; a `None` allows all of them, an empty collection none."""
    if given is None:
        return None
    if isinstance(given, str):  # whose letters would be taken for registries
        raise TypeError("the allowed registries are several texts, not one")
    pairs = [(text, normal_scope(text)) for text in given]
    bad = sorted(text for text, scope in pairs if scope is None)
    if bad:
        raise DeploySpecError(_fault("policy-registry-invalid", f"`{text}` names no registry") for text in bad)
    return frozenset(scope for _, scope in pairs if scope is not None)


def _fault(code: str, message: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code, message, source="policy", hint=hint)


@attrs.frozen(kw_only=True)
class Policy:
    """What is asked of every image that a plan fetches; without arguments nothing is.

    `require_digest`: each has a digest. `forbid_latest`: none is fetched by the tag `latest`. `allowed_registries`:
    each lies in one of these, a host or a host with a path (`quay.io/acme`); `None` allows all.
    `allow_anonymous_hub`: whether Docker Hub may be asked without a login, which it limits by address.
    `require_complete`: the plan knows all that it fetches.

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


def audit(plan: DeployPlan, policy: Policy) -> tuple[Diagnostic, ...]:
    """Return an error for everything in a plan that is against a policy, in the order of `plan.pulls`.

    >>> from deployspec import App, resolve
    >>> plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run"))
    >>> [one.code for one in audit(plan, Policy(require_digest=True, allowed_registries=["ghcr.io"]))]
    ['policy-digest-missing', 'policy-registry']
    """
    found = dict.fromkeys(one for pull in plan.pulls for one in _against(pull, policy))
    if policy.require_complete and not plan.complete:
        found |= dict.fromkeys(
            _fault("policy-incomplete", f"the plan is not complete: {one.message}")
            for one in plan.unknowns
            if one.severity != "note"
        )
    return tuple(found)


def _against(pull: ImagePull, policy: Policy) -> Iterator[Diagnostic]:
    image, named = pull.reference, f"`{pull.reference.familiar}`"
    if policy.require_digest and image.digest is None:
        yield _fault("policy-digest-missing", f"{named} has no digest", "pin the plan")
    if policy.forbid_latest and image.digest is None and image.tag in {None, "latest"}:
        yield _fault("policy-latest", f"{named} is fetched by the tag `latest`", "name a version")
    allowed = policy.allowed_registries
    if allowed is not None and not any(covers(scope, image) for scope in allowed):
        yield _fault("policy-registry", f"{named} is on `{registry_of(image)}`, which is not among those allowed")
    if not policy.allow_anonymous_hub and registry_of(image) == DOCKER_HUB and pull.credential is None:
        yield _fault("policy-anonymous-hub", f"{named} is fetched from Docker Hub anonymously", "set a login for it")


def parse_policy(text: str | bytes) -> Policy:
    """Read a policy from a JSON object whose members are those of `Policy`; what is left out asks for nothing.

    Raises `DeploySpecError` with every fault: `policy-syntax`, `policy-member-unknown`, `policy-member-twice`,
    `policy-type`, `policy-registry-invalid`.

    >>> parse_policy('{"require_digest": true}').require_digest
    True
    """
    try:
        members = json.loads(text, object_pairs_hook=Object)
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, Object):
        raise DeploySpecError([_fault("policy-syntax", "the policy is no JSON object")])
    faults = [_fault("policy-member-twice", f"the member `{name}` stands twice") for name in members.twice]
    faults += [fault for name, value in members.items() if (fault := _member_fault(name, value)) is not None]
    if faults:
        raise DeploySpecError(capped(faults))
    return Policy(**members)


def _member_fault(name: str, value: object) -> Diagnostic | None:
    known = [field.name for field in attrs.fields(Policy)]
    if name not in known:
        return _fault("policy-member-unknown", f"there is no member `{name}`", f"there are {', '.join(known)}")
    if name == "allowed_registries":
        right = value is None or (
            isinstance(value, list) and all(isinstance(one, str) for one in cast("list[object]", value))
        )
        return None if right else _fault("policy-type", f"`{name}` must be an array of strings, or null")
    return None if isinstance(value, bool) else _fault("policy-type", f"`{name}` must be true or false")
