"""A plan with every image at a digest, so that no moved tag changes what is carried out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from deployspec._core.diagnostics import Diagnostic, InvalidPlan, InvalidReference, capped
from deployspec._plan import Build, DeployPlan, Extend, Pull
from deployspec._references.reference import ImageReference, parse_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deployspec._plan import Action, ImagePull

__all__ = ["pin"]

_IMAGE_CONTEXT = "docker-image://"
_STAGE_NAME = re.compile(r"[a-z][a-z0-9_.-]*")
_NO_CONTEXT = frozenset({"scratch", "context"})
_Digests = dict[ImageReference, str]


def pin(plan: DeployPlan, digests: Mapping[ImageReference, str] | Mapping[str, str]) -> DeployPlan:
    """Return the same plan with every image at a digest; `digests` maps references to `sha256:…`.

    A key is an image as the plan had it before pinning, a digest on either side left out; as text it may be familiar
    (`ruby:3.4`). Pinning twice is pinning once. A build does not look at a list of images: each of its bases becomes a
    named context `docker-image://REFERENCE@DIGEST`, which BuildKit, and buildah from 1.28, put in the base's place. A
    frontend goes into the build argument `BUILDKIT_SYNTAX`. An image that has a digest of its own needs no entry.

    Raises `InvalidPlan`: `pin-unmatched`, `pin-digest-invalid`, `pin-conflict` where two keys mean one image,
    `pin-missing` for an image with neither entry nor digest, `pin-impossible` for one that no context can replace, and
    what `parse_reference` says of a key that is no reference.

    >>> from deployspec import App, resolve
    >>> plan = resolve(App({}, "web: run", "FROM ruby:3.4"))
    >>> pinned = pin(plan, {"ruby:3.4": "sha256:" + 64 * "0"})
    >>> pinned.action.recipe.contexts[0][0], str(pinned.pulls[0].reference)[:40]
    ('ruby:3.4', 'docker.io/library/ruby:3.4@sha256:000000')
    """
    faults: list[Diagnostic] = []
    wanted = _read(digests, faults)
    _check(plan, wanted, faults)
    if faults:
        raise InvalidPlan(capped(faults))
    action, warnings = _action(plan, wanted)
    return attrs.evolve(
        plan,
        action=action,
        pulls=tuple(_pinned(pull, wanted) for pull in plan.pulls),
        diagnostics=(*plan.diagnostics, *warnings),
    )


def _fault(code: str, message: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code, message, source="pin", hint=hint)


def _read(digests: Mapping[ImageReference, str] | Mapping[str, str], faults: list[Diagnostic]) -> _Digests:
    wanted: _Digests = {}
    for key, digest in digests.items():
        try:
            reference = (parse_reference(key) if isinstance(key, str) else key).with_digest(None)
        except InvalidReference as error:
            faults += (attrs.evolve(one, source="pin") for one in error.diagnostics)
            continue
        if not _is_digest(digest):
            message = f"the digest for `{reference}` is none"
            faults.append(_fault("pin-digest-invalid", message, "write `sha256:` and 64 hexadecimal digits"))
        elif wanted.setdefault(reference, digest) != digest:
            faults.append(_fault("pin-conflict", f"two different digests are given for `{reference}`"))
    return wanted


def _is_digest(text: str) -> bool:
    try:
        return parse_reference(f"image@{text}").digest == text
    except InvalidReference:
        return False


def _check(plan: DeployPlan, wanted: _Digests, faults: list[Diagnostic]) -> None:
    known = {pull.reference.with_digest(None) for pull in plan.pulls}
    hint = "`pulls` of the plan tells what it fetches"
    faults += (_fault("pin-unmatched", f"the plan fetches no `{one}`", hint) for one in wanted if one not in known)
    for pull in plan.pulls:
        if pull.reference.digest is None and pull.reference not in wanted:
            message = f"`{pull.reference}` has no digest and none is given"
            faults.append(_fault("pin-missing", message, "look it up, for example with `skopeo inspect`"))
        elif pull.role not in {"app", "frontend"} and _context_name(pull.reference).lower() in _NO_CONTEXT:
            message = f"no named context can stand for the image `{pull.reference.familiar}`"
            faults.append(_fault("pin-impossible", message, "write the digest into the Dockerfile"))


def _pinned(pull: ImagePull, wanted: _Digests) -> ImagePull:
    digest = wanted.get(pull.reference.with_digest(None))
    return pull if digest is None else attrs.evolve(pull, reference=pull.reference.with_digest(digest))


def _action(plan: DeployPlan, wanted: _Digests) -> tuple[Action, list[Diagnostic]]:
    if isinstance(plan.action, Pull):
        return Pull(_pinned(plan.action.image, wanted)), []
    recipe, before = plan.action.recipe, dict(plan.action.recipe.contexts)
    contexts = _contexts(plan, before, wanted)
    args = dict(recipe.args)
    for pull in plan.pulls:
        if pull.role == "frontend" and pull.reference.with_digest(None) in wanted:
            args["BUILDKIT_SYNTAX"] = str(_pinned(pull, wanted).reference)
    pinned = attrs.evolve(
        recipe,
        args=tuple(sorted(args.items())),
        contexts=tuple(sorted(contexts.items())),
        images=tuple(_pinned(pull, wanted) for pull in recipe.images),
    )
    action = Build(pinned) if isinstance(plan.action, Build) else Extend(pinned)
    return action, [_short_name(name) for name in contexts if name not in before and _STAGE_NAME.fullmatch(name)]


def _contexts(plan: DeployPlan, before: Mapping[str, str], wanted: _Digests) -> dict[str, str]:
    contexts = {name: _repointed(value, wanted) for name, value in before.items()}
    for pull in plan.pulls:
        pinned = _pinned(pull, wanted).reference
        if pull.role != "frontend" and pinned != pull.reference:
            contexts.setdefault(_context_name(pull.reference), f"{_IMAGE_CONTEXT}{pinned}")
    return contexts


def _repointed(value: str, wanted: _Digests) -> str:
    """A context that is an image goes to the digest as well."""
    if not value.startswith(_IMAGE_CONTEXT):
        return value
    try:
        reference = parse_reference(value.removeprefix(_IMAGE_CONTEXT))
    except InvalidReference:
        return value
    digest = wanted.get(reference.with_digest(None))
    return value if digest is None else f"{_IMAGE_CONTEXT}{reference.with_digest(digest)}"


def _context_name(reference: ImageReference) -> str:
    """The name that BuildKit looks a base up by: the familiar form, without `:latest`."""
    return reference.familiar if reference.digest is not None else reference.familiar.removesuffix(":latest")


def _short_name(name: str) -> Diagnostic:
    """A context named as a stage takes the stage's place, steps and all, and the plan does not know the stages."""
    message = f"the context `{name}` would also take the place of a stage of that name"
    hint = f"if the Dockerfile has such a stage, write the digest into its `FROM {name}` instead"
    return Diagnostic("pin-short-name", message, "warning", source="pin", hint=hint)
