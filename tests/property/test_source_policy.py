"""The law of source policies: BuildKit pulls the images of the plan, and no other."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from tests.property.buildkit_policy import Denied, evaluate

from deployspec import (
    App,
    DeployPlan,
    DeploySpecError,
    ImagePull,
    InvalidPlan,
    Mirror,
    parse_mirrors,
    parse_reference,
    pin,
    render,
    resolve,
    strategies,
)

SCHEME = "docker-image://"
DIGESTS = [f"sha256:{digit * 64}" for digit in "0a1"]


def policy_of(plan: DeployPlan) -> dict[str, Any]:
    policy: dict[str, Any] = json.loads(render.source_policy(plan).text)
    return policy


def pulled_for(policy: dict[str, Any], image: str, digest: str) -> str:
    """The image that a build pulls: the policy is asked for the tag, and for the digest that was found."""
    resolved = evaluate(policy, f"{SCHEME}{image}")
    return evaluate(policy, resolved if "@" in resolved else f"{resolved}@{digest}").removeprefix(SCHEME)


def is_denied(policy: dict[str, Any], image: str) -> bool:
    try:
        evaluate(policy, f"{SCHEME}{image}")
    except Denied:
        return True
    return False


def pinned(plan: DeployPlan) -> DeployPlan:
    digests = {str(pull.reference.with_digest(None)): DIGESTS[0] for pull in plan.pulls}
    try:
        return pin(plan, digests)
    except InvalidPlan:  # an image that no named context can replace
        return plan


def with_mirrors(mirrors: tuple[Mirror, ...]) -> st.SearchStrategy[DeployPlan]:
    return strategies.plans(resolver=functools.partial(resolve, mirrors=mirrors))


def has_policy(plan: DeployPlan) -> bool:
    try:
        render.source_policy(plan)
    except DeploySpecError as error:
        assert [one.code for one in error.diagnostics] == ["export-source-policy-conflict"]
        return False
    return True


plans = (strategies.plans() | strategies.mirrors().flatmap(with_mirrors)).filter(has_policy)
plans_and_pinned = plans | plans.map(pinned).filter(has_policy)


def check_old_frontend(policy: dict[str, Any], plan: DeployPlan, pull: ImagePull, digest: str) -> None:
    """It asks for the first name with the digest that was found; that never leads to an image of another place."""
    try:
        found = evaluate(policy, f"{SCHEME}{pull.reference}@{digest}")
    except Denied:
        return
    pinned = {f"{SCHEME}{other.pulled_from}" for other in plan.pulls if other.reference.digest is not None}
    assert found in {f"{SCHEME}{pull.pulled_from}@{digest}", *pinned}


def check_policy(plan: DeployPlan, others: list[str]) -> None:
    """Check the law for the images of a plan, and for other ones."""
    policy = policy_of(plan)
    for pull in plan.pulls:
        for digest in DIGESTS:
            wanted = pull.pulled_from if pull.pulled_from.digest else pull.pulled_from.with_digest(digest)
            assert pulled_for(policy, str(pull.reference), digest) == str(wanted)
            # A named context can name the image of the mirror, and an old frontend adds the digest to the first name.
            assert pulled_for(policy, str(pull.pulled_from), digest) == str(wanted)
            if pull.reference.digest is None:
                check_old_frontend(policy, plan, pull, digest)
    allowed = {image for pull in plan.pulls for image in (pull.reference, pull.pulled_from)}
    by_tag = {image.with_digest(None) for image in allowed}
    for text in others:
        image = parse_reference(text)
        if image in by_tag or image.with_digest(None) in allowed or image in allowed:
            continue
        assert is_denied(policy, str(image))
        assert is_denied(policy, str(image.with_digest(DIGESTS[2])))


def near(text: str) -> list[str]:
    """Images whose names resemble another one's."""
    image = parse_reference(text)
    bare = image.repository
    names = [f"{bare}x:1", f"{bare}/x:1", f"evil{bare}", f"{bare}:other", f"x.example/{image.path}", f"{bare}.x:1"]
    return [name for name in names if not name.startswith("evil[")]


@given(plans_and_pinned, st.lists(strategies.image_texts(kind="valid"), max_size=5))
def test_a_build_pulls_the_images_of_the_plan_and_no_other(plan: DeployPlan, others: list[str]) -> None:
    images = [str(pull.reference) for pull in plan.pulls]
    check_policy(plan, [*others, *(other for image in images for other in near(image))])


# Few names, so that the image of one mirror is often an image of the plan, or below the prefix of another mirror.
NAMES = ["ruby", "quay.io/ruby", "m.example/ruby", "m.example/hub/library/ruby", "docker.io/a/ruby", "quay.io/a/ruby"]
VERSIONS = ["", ":1", ":2", f":1@{DIGESTS[0]}", f":1@{DIGESTS[1]}", f"@{DIGESTS[0]}"]
PREFIXES = ["docker.io", "docker.io/library", "quay.io", "quay.io/a", "m.example", "m.example/hub"]
LOCATIONS = ["m.example", "m.example/hub", "docker.io/library", "quay.io", "quay.io/a"]
close_images = st.tuples(st.sampled_from(NAMES), st.sampled_from(VERSIONS)).map("".join)
close_mirrors = st.dictionaries(st.sampled_from(PREFIXES), st.sampled_from(LOCATIONS), max_size=3)


@given(close_images, st.lists(close_images, max_size=3), close_mirrors, st.sampled_from([pinned, attrs.evolve]))
def test_mirrors_of_images_that_the_plan_pulls(
    base: str, copied: list[str], places: dict[str, str], change: Callable[[DeployPlan], DeployPlan]
) -> None:
    dockerfile = "\n".join([f"FROM {base}", *(f"COPY --from={image} / /" for image in copied)])
    try:
        mirrors = parse_mirrors(f"{prefix}={location}" for prefix, location in places.items())
    except DeploySpecError:
        reject()
    plan = change(resolve(App({}, "web: run", dockerfile), mirrors=mirrors))
    if has_policy(plan):
        check_policy(plan, [name + version for name in NAMES for version in ("", ":1", ":2")])


@given(plans_and_pinned)
def test_no_reference_has_a_meaning_in_a_rule(plan: DeployPlan) -> None:
    for rule in policy_of(plan)["rules"][1:]:
        identifier = rule["selector"]["identifier"].removesuffix("@sha256:*")
        assert re.fullmatch(r"docker-image://[A-Za-z0-9._:/@\[\]-]+", identifier)


@pytest.mark.parametrize(
    "text", ["quay.io/a/*", "quay.io/a/b:*", "quay.io/$1", "quay.io/a:${1}", "*/a", "a.*", "q?.io/a"]
)
def test_no_reference_contains_syntax_of_a_rule(text: str) -> None:
    with pytest.raises(ValueError, match="reference"):
        parse_reference(text)


def test_the_model_follows_the_engine() -> None:
    """Cases of BuildKit's own tests (engine_test.go, matcher_test.go, wildcard_test.go)."""
    allow = {"action": "ALLOW", "selector": {"identifier": "a:*", "match_type": "WILDCARD"}}
    deny = {"action": "DENY", "selector": {"identifier": "a:*", "match_type": "EXACT"}}
    assert evaluate({"version": 1, "rules": [deny, allow]}, "a:1") == "a:1"
    with pytest.raises(Denied):
        evaluate({"version": 1, "rules": [allow, deny]}, "a:*")
    selector = {"identifier": "docker.io/library/golang:*", "match_type": "WILDCARD"}
    rule = {
        "action": "CONVERT",
        "selector": selector,
        "updates": {"identifier": "docker.io/library/golang:${1}-alpine"},
    }
    with pytest.raises(AssertionError, match="too many"):
        evaluate({"version": 1, "rules": [rule]}, "docker.io/library/golang:1.19")
    rule["updates"] = {"identifier": "quay.io/$1$2x/$$"}
    assert evaluate({"version": 1, "rules": [rule]}, "docker.io/library/golang:1") == "quay.io/1/$"
    for odd in ({**rule, "action": "X"}, {**rule, "selector": {**selector, "match_type": "X"}}):
        with pytest.raises(AssertionError, match="unknown"):
            evaluate({"version": 1, "rules": [odd]}, "docker.io/library/golang:1")
