"""The rules of a source policy; `tests/property/test_source_policy.py` evaluates them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deployspec import App, DeployPlan, pin, render, resolve

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
