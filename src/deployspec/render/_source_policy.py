"""A plan as a source policy of BuildKit, with which the builder pulls only the images of the plan.

BuildKit evaluates the policy twice for each image: when it resolves the tag, and for the source that it pulls, which
has the digest that was found. Rules are evaluated in order. The last `ALLOW` or `DENY` that matches decides, and a
`CONVERT` that changes the identifier starts the evaluation again with the new one.

==================  ==============================================  ===============================================
image in the plan   identifier when the tag is resolved             identifier when the image is pulled
==================  ==============================================  ===============================================
`ruby:3.4`          `docker-image://docker.io/library/ruby:3.4`     the same with `@sha256:` and the digest found
`ruby:3.4@DIGEST`   the same with `@DIGEST`                         the same
==================  ==============================================  ===============================================

If the image has a mirror, the identifier is converted to that of the mirror's image, also in the second evaluation:
frontends before version 1.6 combine the name in the Dockerfile with the digest that was found in the mirror.

A reference contains neither `*` nor `$`, so it has no meaning in a wildcard or in the replacement of a `CONVERT`.
"""

# buildkit sourcepolicy/engine.go: evaluatePolicy; sourcepolicy/matcher.go: match; sourcepolicy/mutate.go: mutate
# buildkit solver/llbsolver/bridge.go: resolveSourceMetadata, loadResult (the two evaluations)

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from deployspec._core.arguments import check_type
from deployspec._core.diagnostics import DeploySpecError
from deployspec._plan import DeployPlan, Pull
from deployspec.render._shared import Export, PlanDiagnostics, json_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deployspec._references.reference import ImageReference

__all__ = ["source_policy"]

_SCHEME = "docker-image://"
# The digests of manifests in registries; the `*` matches nothing except the digits.
_ANY_DIGEST = "@sha256:*"


def source_policy(plan: DeployPlan) -> Export:
    """Return BuildKit's source policy for a plan: every image is denied, except those that the plan pulls.

    A pinned image is allowed by its digest, and its tag is converted to it. An image with a mirror is converted to the
    image of the mirror. buildx reads the file that the environment variable `EXPERIMENTAL_BUILDKIT_SOURCE_POLICY` names
    (see `commands`), `buildctl` that of `--source-policy-file`. The policy has no effect on git and HTTP sources, and
    on downloads of a `RUN` instruction.

    Raises `DeploySpecError` (`export-source-policy-conflict`) if the plan pulls an image from a mirror, and pulls the
    image of that mirror from elsewhere: a policy cannot express both.

    >>> from deployspec import App, resolve
    >>> print(source_policy(resolve(App({}, "web: run", "FROM quay.io/acme/base:1"))).text, end="")
    {
      "version": 1,
      "rules": [
        {
          "action": "DENY",
          "selector": {
            "identifier": "docker-image://*",
            "match_type": "WILDCARD"
          }
        },
        {
          "action": "ALLOW",
          "selector": {
            "identifier": "docker-image://quay.io/acme/base:1",
            "match_type": "EXACT"
          }
        },
        {
          "action": "ALLOW",
          "selector": {
            "identifier": "docker-image://quay.io/acme/base:1@sha256:*",
            "match_type": "WILDCARD"
          }
        }
      ]
    }
    """
    check_type("plan", plan, DeployPlan)
    losses = PlanDiagnostics()
    if isinstance(plan.action, Pull):
        message = f"`{plan.action.image.reference}` is pulled, so there is nothing to build"
        losses.warning("export-pull-not-carried", message)
    if not plan.complete:
        message = "plan does not list all images of the build, and the source policy denies the others"
        hint = "see `unknowns` of the plan"
        losses.warning("export-images-unknown", message, hint=hint)
    rules = [_rule("DENY", f"{_SCHEME}*", "WILDCARD"), *_Rules(plan).rules()]
    return Export(json_text({"version": 1, "rules": rules}), losses.diagnostics())


class _Rules:
    """The rules for the images of a plan."""

    def __init__(self, plan: DeployPlan) -> None:
        # Each image as the Dockerfile names it, and as it is pulled.
        self.images = dict.fromkeys((pull.reference, pull.pulled_from) for pull in plan.pulls)
        self.pulled = {place for _, place in self.images}
        self.by_tag = Counter(_without_digest(place) for place in self.pulled)
        self.named_by_tag = Counter(_without_digest(image) for image, _ in self.images)
        self.check()

    def check(self) -> None:
        """Raise `DeploySpecError` if an image that is pulled would be converted to another one."""
        found = PlanDiagnostics()
        places: dict[ImageReference, ImageReference] = {}
        for image, place in self.images:
            is_pulled = image in self.pulled or _without_digest(image) in self.pulled
            if (image != place and is_pulled) or places.setdefault(image, place) != place:
                message = f"image `{image.familiar}` is pulled from two places, which a source policy cannot express"
                hint = "use another location for the mirror"
                found.error("export-source-policy-conflict", message, hint=hint)
        found.raise_if_failed(DeploySpecError)

    def rules(self) -> Iterator[dict[str, Any]]:
        for image, place in self.images:
            yield from self.conversions(image, place)
            yield _rule("ALLOW", f"{_SCHEME}{place}", "EXACT")
            if place.digest is None:
                yield _rule("ALLOW", f"{_SCHEME}{place}{_ANY_DIGEST}", "WILDCARD")

    def conversions(self, image: ImageReference, place: ImageReference) -> Iterator[dict[str, Any]]:
        """Yield the conversions of an image: to its mirror, of a tag to its digest."""
        if image != place:
            yield _rule("CONVERT", f"{_SCHEME}{image}", "EXACT", f"{_SCHEME}{place}")
        tag = _without_digest(image)
        if image.digest is None:
            if image != place and tag not in self.by_tag:
                yield _rule("CONVERT", f"{_SCHEME}{image}{_ANY_DIGEST}", "WILDCARD", f"{_SCHEME}{place}@sha256:${{1}}")
        elif tag.tag is not None and self.named_by_tag[tag] == 1 and tag not in self.pulled:
            yield _rule("CONVERT", f"{_SCHEME}{tag}", "EXACT", f"{_SCHEME}{place}")


def _without_digest(image: ImageReference) -> ImageReference:
    return image if image.digest is None else attrs.evolve(image, digest=None)


def _rule(action: str, identifier: str, match_type: str, to: str | None = None) -> dict[str, Any]:
    rule: dict[str, Any] = {"action": action, "selector": {"identifier": identifier, "match_type": match_type}}
    return rule if to is None else {**rule, "updates": {"identifier": to}}
