"""Pinning: every image of a plan gets a digest, so that a moved tag does not change the result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import attrs

from deployspec._core.arguments import check_choice, check_type
from deployspec._core.diagnostics import Collector, InvalidPlan, InvalidReference
from deployspec._plan import Build, DeployPlan, Extend, Pull
from deployspec._plans.lock import Location, Lock, is_digest
from deployspec._references.reference import ImageReference, find_reference, parse_reference

if TYPE_CHECKING:
    from deployspec._core.diagnostics import Diagnostic
    from deployspec._plan import Action, ImagePull

__all__ = ["check_lock", "pin", "pins_needed"]

_IMAGE_CONTEXT = "docker-image://"
_STAGE_NAME = re.compile(r"[a-z][a-z0-9_.-]*")
_RESERVED_NAMES = frozenset({"scratch", "context"})
_Digests = dict[ImageReference, str]


def pins_needed(plan: DeployPlan) -> tuple[str, ...]:
    """Return the references for which `pin` needs a digest, in canonical form and in the order of `plan.pulls`.

    >>> from deployspec import App, resolve
    >>> pins_needed(resolve(App({}, "web: run", "FROM ruby:3.4 AS gems\\nFROM ruby:3.4\\nCOPY --from=gems /a /b")))
    ('docker.io/library/ruby:3.4',)
    """
    check_type("plan", plan, DeployPlan)
    return tuple(dict.fromkeys(str(pull.reference) for pull in plan.pulls if pull.reference.digest is None))


def pin(
    plan: DeployPlan,
    digests: Mapping[ImageReference, str] | Mapping[str, str],
    *,
    extra: Literal["error", "ignore"] = "error",
) -> DeployPlan:
    """Return the same plan with a digest for every image; `digests` maps references to `sha256:…`.

    A key is a reference of the unpinned plan; a digest in it is ignored, and a string may have the familiar form
    (`ruby:3.4`). The mapping may be a `Lock`. Pinning is idempotent. A build does not read a list of images: each base
    image becomes a named context `docker-image://REFERENCE@DIGEST`, with which BuildKit, and buildah from version 1.28,
    replace the image. A frontend becomes the build argument `BUILDKIT_SYNTAX`. The image of a mirror gets the same
    digest. An image that already has a digest needs no entry. With `extra="ignore"`, `digests` may contain images that
    the plan does not pull, such as the entries of a lock that several apps share.

    Raises `InvalidPlan`: `pin-unmatched`, `pin-digest-invalid`, `pin-conflict` if two keys mean the same image,
    `pin-missing` for an image with neither entry nor digest, `pin-impossible` for an image that no context can replace,
    and the errors of `parse_reference` for a key that is not a reference. With a `Lock`, `pin-unmatched` is located in
    the text of the lock, and `pin-missing` in the Dockerfile.

    >>> from deployspec import App, resolve
    >>> plan = resolve(App({}, "web: run", "FROM ruby:3.4"))
    >>> pinned = pin(plan, {"ruby:3.4": "sha256:" + 64 * "0"})
    >>> pinned.action.recipe.contexts[0][0], str(pinned.pulls[0].reference)[:40]
    ('ruby:3.4', 'docker.io/library/ruby:3.4@sha256:000000')
    """
    check_type("plan", plan, DeployPlan)
    check_type("digests", digests, Mapping)
    check_choice("extra", extra, Literal["error", "ignore"])
    found = Collector("pin")
    wanted = _read(digests, found)
    if extra == "error":
        _report_unmatched(plan, wanted, found, digests)
    _check(plan, wanted, found, digests)
    found.raise_if_failed(InvalidPlan)
    return attrs.evolve(
        plan,
        action=_pinned_action(plan, wanted, found),
        pulls=tuple(_pinned(pull, wanted) for pull in plan.pulls),
        diagnostics=(*plan.diagnostics, *found.diagnostics()),
    )


def check_lock(plan: DeployPlan, lock: Lock) -> tuple[Diagnostic, ...]:
    """Return an error for each image of a plan without an entry in a lock, and for each entry without an image.

    The codes are those of `pin`, `pin-missing` and `pin-unmatched`, and the locations too. An image with a digest needs
    no entry.

    >>> from deployspec import App, parse_lock, resolve
    >>> lock = parse_lock('{"version": 1, "images": {"ruby:3.4": "sha256:' + 64 * "0" + '"}}')
    >>> for found in check_lock(resolve(App({}, "web: run", "FROM ruby:3.5")), lock):
    ...     print(found)
    lock:1:27: error[pin-unmatched]: `docker.io/library/ruby:3.4` is not pulled by this plan
    Dockerfile:1: error[pin-missing]: missing digest for `docker.io/library/ruby:3.5`
    """
    check_type("plan", plan, DeployPlan)
    check_type("lock", lock, Lock)
    found = Collector("pin")
    wanted = _read(lock, found)
    _report_unmatched(plan, wanted, found, lock)
    _check(plan, wanted, found, lock)
    return found.diagnostics()


# Checks


def _read(digests: Mapping[ImageReference, str] | Mapping[str, str], found: Collector) -> _Digests:
    wanted: _Digests = {}
    for key, digest in digests.items():
        try:
            reference = (parse_reference(key) if isinstance(key, str) else key).with_digest(None)
        except InvalidReference as error:
            found.extend(error.diagnostics, source="pin")
            continue
        if not is_digest(digest):
            hint = "use `sha256:` followed by 64 hexadecimal digits"
            found.error("pin-digest-invalid", f"invalid digest for `{reference}`", hint=hint)
        elif wanted.setdefault(reference, digest) != digest:
            found.error("pin-conflict", f"conflicting digests for `{reference}`")
    return wanted


def _report_unmatched(
    plan: DeployPlan, wanted: _Digests, found: Collector, given: Mapping[ImageReference, str] | Mapping[str, str]
) -> None:
    known = {pull.reference.with_digest(None) for pull in plan.pulls}
    for reference in wanted:
        if reference not in known:
            hint = "`pulls` of the plan lists its images"
            place: Location = {}
            if isinstance(given, Lock):
                hint = "remove the entry"
                span = given.spans[str(reference)]
                place = {"source": "lock", "line": span.line, "column": span.column}
                place |= {"end_line": span.end_line, "end_column": span.end_column}
            found.error("pin-unmatched", f"`{reference}` is not pulled by this plan", hint=hint, **place)


def _check(
    plan: DeployPlan, wanted: _Digests, found: Collector, given: Mapping[ImageReference, str] | Mapping[str, str]
) -> None:
    for pull in plan.pulls:
        place = _place(plan, pull) if isinstance(given, Lock) else Location()
        if pull.reference.digest is None and pull.reference not in wanted:
            hint = "look it up, for example with `skopeo inspect`"
            found.error("pin-missing", f"missing digest for `{pull.reference}`", hint=hint, **place)
        elif pull.role not in {"app", "frontend"} and _context_name(pull.reference) in _RESERVED_NAMES:
            message = f"image `{pull.reference.familiar}` cannot be replaced by a named context"
            found.error("pin-impossible", message, hint="write the digest into the Dockerfile", **place)


def _place(plan: DeployPlan, pull: ImagePull) -> Location:
    """Return the location of the name of an image: a line of the Dockerfile, a build option or the image variable."""
    if isinstance(plan.action, Pull):
        variable = next((step.subject for step in plan.trace if step.rule == "image"), None)
        return {} if variable is None else {"source": variable}
    if pull.line is None:
        return {"source": "--build-arg"} if pull.role == "frontend" else {}
    return {"source": plan.action.recipe.dockerfile_path, "line": pull.line}


# The pinned plan


def _pinned(pull: ImagePull, wanted: _Digests) -> ImagePull:
    digest = wanted.get(pull.reference.with_digest(None))
    if digest is None:
        return pull
    mirror = None if pull.mirror is None else pull.mirror.with_digest(digest)
    return attrs.evolve(pull, reference=pull.reference.with_digest(digest), mirror=mirror)


def _pinned_action(plan: DeployPlan, wanted: _Digests, found: Collector) -> Action:
    if isinstance(plan.action, Pull):
        return Pull(_pinned(plan.action.image, wanted))
    recipe, before = plan.action.recipe, dict(plan.action.recipe.contexts)
    contexts = _contexts(plan, before, wanted)
    args = dict(recipe.args)
    for pull in plan.pulls:
        if pull.role == "frontend" and pull.reference.with_digest(None) in wanted:
            args["BUILDKIT_SYNTAX"] = str(_pinned(pull, wanted).reference)
    for name in contexts:
        if name not in before:
            _check_context_name(name, found)
    pinned = attrs.evolve(
        recipe,
        args=tuple(sorted(args.items())),
        contexts=tuple(sorted(contexts.items())),
        images=tuple(_pinned(pull, wanted) for pull in recipe.images),
    )
    return Build(pinned) if isinstance(plan.action, Build) else Extend(pinned)


def _contexts(plan: DeployPlan, before: Mapping[str, str], wanted: _Digests) -> dict[str, str]:
    contexts = {name: _pinned_context(value, wanted) for name, value in before.items()}
    for pull in plan.pulls:
        pinned = _pinned(pull, wanted).reference
        if pull.role != "frontend" and pinned != pull.reference:
            contexts.setdefault(_context_name(pull.reference), f"{_IMAGE_CONTEXT}{pinned}")
    return contexts


def _pinned_context(value: str, wanted: _Digests) -> str:
    """Add the digest to a named context that is an image."""
    from deployspec._dockerfile.build.contexts import image_text

    text = image_text(value)
    reference = None if text is None else find_reference(text, "latest")
    digest = None if reference is None else wanted.get(reference.with_digest(None))
    return value if reference is None or digest is None else f"{_IMAGE_CONTEXT}{reference.with_digest(digest)}"


def _context_name(reference: ImageReference) -> str:
    """Return the name of the context that BuildKit looks up for a base image: the familiar form without `:latest`."""
    return reference.familiar if reference.digest is not None else reference.familiar.removesuffix(":latest")


def _check_context_name(name: str, found: Collector) -> None:
    """Warn if a context could replace a stage: a plan does not contain the names of stages."""
    if _STAGE_NAME.fullmatch(name):
        hint = f"if the Dockerfile has such a stage, write the digest into its `FROM {name}` instead"
        found.warning("pin-short-name", f"context `{name}` would also replace a stage of that name", hint=hint)
