"""The rules of a source policy; `tests/property/test_source_policy.py` evaluates them."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from deployspec import App, DeployPlan, DeploySpecError, Mirror, pin, render, resolve

D0, D1 = f"sha256:{'0' * 64}", f"sha256:{'1' * 64}"
RUBY = "docker-image://docker.io/library/ruby"


def rules(plan: DeployPlan) -> list[tuple[str, ...]]:
    policy: Any = json.loads(render.source_policy(plan).text)
    assert policy["version"] == 1
    assert policy["rules"][0] == {
        "action": "DENY",
        "selector": {"identifier": "docker-image://*", "match_type": "WILDCARD"},
    }
    return [
        (
            rule["action"],
            rule["selector"]["match_type"],
            rule["selector"]["identifier"],
            *rule.get("updates", {}).values(),
        )
        for rule in policy["rules"][1:]
    ]


def built(dockerfile: str) -> DeployPlan:
    return resolve(App({}, "web: run", dockerfile))


def test_an_image_with_a_tag() -> None:
    assert rules(built("FROM ruby:3.4")) == [
        ("ALLOW", "EXACT", f"{RUBY}:3.4"),
        ("ALLOW", "WILDCARD", f"{RUBY}:3.4@sha256:*"),
    ]


def test_a_pinned_image() -> None:
    assert rules(pin(built("FROM ruby:3.4"), {"ruby:3.4": D0})) == [
        ("CONVERT", "EXACT", f"{RUBY}:3.4", f"{RUBY}:3.4@{D0}"),
        ("ALLOW", "EXACT", f"{RUBY}:3.4@{D0}"),
    ]


def test_a_digest_without_a_tag() -> None:
    assert rules(built(f"FROM ruby@{D0}")) == [("ALLOW", "EXACT", f"{RUBY}@{D0}")]


def test_a_tag_that_means_several_images_is_not_converted() -> None:
    found = rules(built(f"FROM ruby:3@{D0}\nFROM ruby:3@{D1}\nCOPY --from=0 / /"))
    assert found == [("ALLOW", "EXACT", f"{RUBY}:3@{D0}"), ("ALLOW", "EXACT", f"{RUBY}:3@{D1}")]
    found = rules(built(f"FROM ruby:3@{D0}\nFROM ruby:3\nCOPY --from=0 / /"))
    assert [rule[0] for rule in found] == ["ALLOW"] * 3


def test_each_image_is_listed_once_and_a_frontend_like_any_other() -> None:
    found = rules(
        built("# syntax=docker/dockerfile:1\nFROM ruby AS a\nFROM --platform=linux/arm64 ruby\nCOPY --from=a / /")
    )
    assert [rule[2].removeprefix("docker-image://docker.io/") for rule in found] == [
        "docker/dockerfile:1",
        "docker/dockerfile:1@sha256:*",
        "library/ruby:latest",
        "library/ruby:latest@sha256:*",
    ]


@pytest.mark.parametrize(
    ("app", "codes"),
    [
        (App({}, "web: run", "FROM scratch"), []),
        (App({}, "web: run", "# syntax=acme/frontend\nFROM a"), ["export-images-unknown"]),
        (App({"APTIBLE_DOCKER_IMAGE": "a/b:1"}, "web: run"), ["export-pull-not-carried"]),
    ],
)
def test_unsupported_features(app: App, codes: list[str]) -> None:
    assert [one.code for one in render.source_policy(resolve(app)).losses] == codes


# Mirrors

HUB = Mirror("docker.io", "m.example/hub")
MIRROR = "docker-image://m.example/hub/library/ruby"


def mirrored(dockerfile: str, *mirrors: Mirror) -> DeployPlan:
    return resolve(App({}, "web: run", dockerfile), mirrors=mirrors or [HUB])


def test_an_image_with_a_mirror() -> None:
    assert rules(mirrored("FROM ruby:3.4")) == [
        ("CONVERT", "EXACT", f"{RUBY}:3.4", f"{MIRROR}:3.4"),
        ("CONVERT", "WILDCARD", f"{RUBY}:3.4@sha256:*", f"{MIRROR}:3.4@sha256:${{1}}"),
        ("ALLOW", "EXACT", f"{MIRROR}:3.4"),
        ("ALLOW", "WILDCARD", f"{MIRROR}:3.4@sha256:*"),
    ]


def test_a_pinned_image_with_a_mirror() -> None:
    assert rules(pin(mirrored("FROM ruby:3.4"), {"ruby:3.4": D0})) == [
        ("CONVERT", "EXACT", f"{RUBY}:3.4@{D0}", f"{MIRROR}:3.4@{D0}"),
        ("CONVERT", "EXACT", f"{RUBY}:3.4", f"{MIRROR}:3.4@{D0}"),
        ("ALLOW", "EXACT", f"{MIRROR}:3.4@{D0}"),
    ]
    assert rules(mirrored(f"FROM ruby@{D0}")) == [
        ("CONVERT", "EXACT", f"{RUBY}@{D0}", f"{MIRROR}@{D0}"),
        ("ALLOW", "EXACT", f"{MIRROR}@{D0}"),
    ]


CHAIN = HUB, Mirror("m.example", "n.example")


@pytest.mark.parametrize(
    "image", ["m.example/hub/library/ruby:1", f"m.example/hub/library/ruby:1@{D0}"], ids=["the tag", "a digest of it"]
)
def test_the_image_of_a_mirror_that_is_mirrored_itself(image: str) -> None:
    """The builder asks for the same identifier for both images."""
    plan = mirrored(f"FROM ruby:1\nFROM {image}\nCOPY --from=0 / /", *CHAIN)
    with pytest.raises(DeploySpecError) as caught:
        render.source_policy(plan)
    assert [one.code for one in caught.value.diagnostics] == ["export-source-policy-conflict"]
    assert "image `m.example/hub/library/ruby:1" in str(caught.value)


def test_an_image_that_is_pulled_from_two_places() -> None:
    """Only an edited plan."""
    plan = mirrored("FROM ruby:1")
    (pull,) = plan.pulls
    assert pull.mirror is not None
    other = attrs.evolve(pull, mirror=attrs.evolve(pull.mirror, host="x.example"))
    with pytest.raises(DeploySpecError):
        render.source_policy(attrs.evolve(plan, pulls=(pull, other)))


def test_a_tag_is_not_converted_if_a_mirror_has_it() -> None:
    """`ruby:1` is pulled from `m.example`, where `ruby:1` is pinned for another stage."""
    plan = mirrored(f"FROM ruby:1\nFROM m.example/hub/library/ruby:1@{D0}\nCOPY --from=0 / /")
    assert ("CONVERT", "EXACT", f"{MIRROR}:1", f"{MIRROR}:1@{D0}") not in rules(plan)
    plan = mirrored(
        f"FROM quay.io/ruby:1@{D0}\nFROM ruby:1\nCOPY --from=0 / /", HUB, Mirror("quay.io", "docker.io/library")
    )
    assert [rule[:2] for rule in rules(plan)] == [
        ("CONVERT", "EXACT"),
        ("CONVERT", "EXACT"),
        ("ALLOW", "EXACT"),
        ("CONVERT", "EXACT"),
        ("ALLOW", "EXACT"),
        ("ALLOW", "WILDCARD"),
    ]
