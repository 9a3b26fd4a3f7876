"""A plan as a source policy of BuildKit, with which the builder pulls only the images of the plan.

BuildKit evaluates the policy twice for each image: when it resolves the tag, and for the source that it pulls, which
has the digest that was found. Rules are evaluated in order. The last `ALLOW` or `DENY` that matches decides, and a
`CONVERT` that changes the identifier starts the evaluation again with the new one.

===================  =============================================  ================================================
image in the plan    identifier when the tag is resolved            identifier when the image is pulled
===================  =============================================  ================================================
`ruby:3.4`           `docker-image://docker.io/library/ruby:3.4`    the same with `@sha256:` and the digest found
`ruby:3.4@DIGEST`    the same with `@DIGEST`                        the same
===================  =============================================  ================================================

A reference contains neither `*` nor `$`, so it has no meaning in a wildcard or in the replacement of a `CONVERT`.
"""

# buildkit sourcepolicy/engine.go: evaluatePolicy; sourcepolicy/matcher.go: match; sourcepolicy/mutate.go: mutate
# buildkit solver/llbsolver/bridge.go: resolveSourceMetadata, loadResult (the two evaluations)

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from deployspec._core.arguments import check_type
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

    A pinned image is allowed by its digest, and its tag is converted to it. buildx reads the file that the environment
    variable `EXPERIMENTAL_BUILDKIT_SOURCE_POLICY` names (see `commands`), `buildctl` that of `--source-policy-file`.
    The policy has no effect on git and HTTP sources, and on downloads of a `RUN` instruction.

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
    pulled = dict.fromkeys(pull.reference for pull in plan.pulls)
    tags = Counter(_by_tag(image) for image in pulled)
    rules = [_rule("DENY", f"{_SCHEME}*", "WILDCARD")]
    for image in pulled:
        rules += _rules(image, is_only=tags[_by_tag(image)] == 1)
    return Export(json_text({"version": 1, "rules": rules}), losses.diagnostics())


def _by_tag(image: ImageReference) -> ImageReference:
    return image if image.digest is None else attrs.evolve(image, digest=None)


def _rules(image: ImageReference, *, is_only: bool) -> Iterator[dict[str, Any]]:
    """Yield the rules of one image; `is_only`: the plan pulls its tag with only one digest."""
    if image.digest is None:
        yield _rule("ALLOW", f"{_SCHEME}{image}", "EXACT")
        yield _rule("ALLOW", f"{_SCHEME}{image}{_ANY_DIGEST}", "WILDCARD")
    else:
        if image.tag is not None and is_only:
            yield _rule("CONVERT", f"{_SCHEME}{_by_tag(image)}", "EXACT", f"{_SCHEME}{image}")
        yield _rule("ALLOW", f"{_SCHEME}{image}", "EXACT")


def _rule(action: str, identifier: str, match_type: str, to: str | None = None) -> dict[str, Any]:
    rule: dict[str, Any] = {"action": action, "selector": {"identifier": identifier, "match_type": match_type}}
    return rule if to is None else {**rule, "updates": {"identifier": to}}
