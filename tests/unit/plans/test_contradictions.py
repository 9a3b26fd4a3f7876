"""Attacks on stored plans: edits that would make a policy check other images than those that are pulled."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from deployspec import (
    App,
    BuildOptions,
    DeployPlan,
    InvalidPlan,
    Keyring,
    parse_docker_config,
    pin,
    plan_from_json,
    plan_to_json,
    resolve,
)

KEYRING: Keyring = parse_docker_config('{"auths": {"quay.io/acme": {"auth": "YTpi"}}}')
PULL = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run", keyring=KEYRING))
CONTEXTS = {"base": "docker-image://quay.io/acme/base:1", "files": "./files", "date": "docker-image:quay.io/acme/date"}
DIGESTS: dict[str, str] = dict.fromkeys(
    ("docker/dockerfile:1", "quay.io/acme/base:1", "alpine", "ruby"), "sha256:" + "1" * 64
)
TEXT = "# syntax=docker/dockerfile:1\nFROM base\nCOPY --from=alpine / /\nCOPY --from=ruby / /\n"
BUILD = resolve(App({}, "web: run", TEXT, build=BuildOptions(contexts=CONTEXTS, args={"A": "1"}), keyring=KEYRING))
OWN_FRONTEND = resolve(
    App({}, "web: run", "FROM scratch", build=BuildOptions(args={"BUILDKIT_SYNTAX": "docker/dockerfile:1.9 x"}))
)
DATED = resolve(
    App({}, "web: run", "FROM a", build=BuildOptions(args={"SOURCE_DATE_EPOCH": "date"}, contexts=CONTEXTS))
)
OF_PLATFORM = resolve(App({}, "web: run", "FROM quay.io/acme/base"), platform_keyring=KEYRING)
EVIL = "evil.example/x:1"


def edited(plan: DeployPlan, edit: Callable[[Any], object]) -> str:
    document = json.loads(plan_to_json(plan))
    edit(document)
    return json.dumps(document)


def messages(text: str) -> list[str]:
    with pytest.raises(InvalidPlan) as caught:
        plan_from_json(text)
    assert {one.code for one in caught.value.diagnostics} == {"plan-contradiction"}
    return [one.message for one in caught.value.diagnostics]


def pair(member: str, *items: str) -> Callable[[Any], object]:
    def edit(document: Any) -> None:
        document["action"]["recipe"][member].append(list(items))

    return edit


@pytest.mark.parametrize("plan", [PULL, BUILD, OWN_FRONTEND, DATED, OF_PLATFORM, pin(BUILD, DIGESTS)])
def test_resolved_and_pinned_plans_have_no_contradiction(plan: DeployPlan) -> None:
    assert plan_from_json(plan_to_json(plan)) == plan


@pytest.mark.parametrize(
    "item",
    [
        ("contexts", "unused", f"docker-image://{EVIL}"),
        ("contexts", "alpine::linux/arm64", f"docker-image://{EVIL}"),
        ("contexts", "alpine:3", f"docker-image://{EVIL}"),
        ("contexts", "quay.io/acme/base:1", f"docker-image://{EVIL}"),  # BuildKit replaces an image only once
        ("contexts", "alpine", "docker-image:library/alpine:latest"),
        ("args", "BUILDKIT_SYNTAX", "docker/dockerfile:1"),
        ("args", "SOURCE_DATE_EPOCH", "0"),
        ("args", "SOURCE_DATE_EPOCH", "context"),
        ("args", "SOURCE_DATE_EPOCH", "base"),
        ("args", "SOURCE_DATE_EPOCH", "files"),
        ("args", "SOURCE_DATE_EPOCH", "A stage"),
    ],
)
def test_members_that_change_no_image_are_accepted(item: tuple[str, str, str]) -> None:
    text = edited(BUILD, pair(*item))
    assert plan_to_json(plan_from_json(text)) == json.dumps(json.loads(text), indent=2) + "\n"


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (("args", "BUILDKIT_SYNTAX", EVIL), "`$.pulls` does not list the frontend"),
        (("args", "BUILDKIT_SYNTAX", f" {EVIL} x"), "`$.pulls` does not list the frontend"),
        (("args", "BUILDKIT_SYNTAX", ""), "`$.pulls` does not list the frontend"),
        (("args", "BUILDKIT_SYNTAX", "Evil"), "`$.pulls` does not list the frontend"),
        (("contexts", "alpine", f"docker-image://{EVIL}"), "a build context replaces `alpine:latest`"),
        (("contexts", "alpine", f"docker-image:{EVIL}"), "a build context replaces `alpine:latest`"),
        (("contexts", "alpine", "docker-image://Evil"), "a build context replaces `alpine:latest`"),
        (("contexts", "alpine", "./folder"), "a build context replaces `alpine:latest`"),
        (("contexts", "library/alpine:latest", f"docker-image://{EVIL}"), "a build context replaces `alpine:latest`"),
        (("contexts", "alpine::linux/amd64", f"docker-image://{EVIL}"), "a build context replaces `alpine:latest`"),
        (("args", "SOURCE_DATE_EPOCH", "date"), "`$.pulls` does not list `quay.io/acme/date:latest`"),
        (("args", "A", "2"), "`$.action.recipe.args` contains a name twice"),
        (("contexts", "files", "./other"), "`$.action.recipe.contexts` contains two contexts of the same name"),
        (("contexts", "files:latest", "./other"), "`$.action.recipe.contexts` contains two contexts of the same name"),
    ],
)
def test_members_that_change_an_image_are_refused(item: tuple[str, str, str], message: str) -> None:
    (only,) = messages(edited(BUILD, pair(*item)))
    assert only.startswith(message)


def test_a_frontend_that_no_pull_lists_is_refused() -> None:
    assert messages(edited(OWN_FRONTEND, lambda document: document["pulls"].clear())) == [
        "`$.pulls` does not list the frontend that the argument `BUILDKIT_SYNTAX` names"
    ]


def test_a_pull_has_no_frontend_and_a_build_has_one_at_most() -> None:
    frontend = json.loads(plan_to_json(BUILD))["pulls"][0]
    only_one = ["`$.pulls` may contain one frontend, as its first item and without a platform"]
    assert messages(edited(PULL, lambda document: document["pulls"].insert(0, frontend))) == [
        "`$.pulls` does not list the images of `$.action`"
    ]
    assert messages(edited(BUILD, lambda document: document["pulls"].insert(0, frontend))) == only_one
    assert messages(edited(BUILD, lambda document: document["pulls"].append(document["pulls"].pop(0)))) == only_one
    assert messages(edited(BUILD, lambda document: document["pulls"][0].update(platform="linux/amd64"))) == only_one


def credential(**members: str) -> Callable[[Any], object]:
    def edit(document: Any) -> None:
        document["pulls"][0]["credential"].update(members)
        action = document["action"]
        image = action["image"] if action["kind"] == "pull" else action["recipe"]["images"][0]
        image["credential"].update(members)

    return edit


@pytest.mark.parametrize(
    ("plan", "edit"),
    [
        (PULL, credential(scope="quay.io/other")),
        (PULL, credential(owner="platform", scope="quay.io")),
        (PULL, credential(owner="platform", source="default")),
        (OF_PLATFORM, credential(scope="quay.io")),
        (OF_PLATFORM, credential(source="default")),
        (OF_PLATFORM, credential(scope="quay.io/acm")),
    ],
)
def test_a_login_that_does_not_fit_its_image_is_refused(plan: DeployPlan, edit: Callable[[Any], object]) -> None:
    assert messages(edited(plan, edit)) == ["`$.pulls[0].credential` does not fit the image"]


@pytest.mark.parametrize("platform", [None, "linux/amd64", "Linux/AMD64"])
def test_an_image_without_a_platform_is_for_that_of_the_build(platform: str | None) -> None:
    def edit(document: Any) -> None:
        for pull in (*document["pulls"][1:], *document["action"]["recipe"]["images"]):
            pull["platform"] = platform
        document["action"]["recipe"]["contexts"].append(["alpine::linux/amd64", f"docker-image://{EVIL}"])

    assert messages(edited(BUILD, edit)) == ["a build context replaces `alpine:latest`, which `$.pulls` lists"]


def test_invalid_platforms_of_a_recipe_count_as_the_usual_one() -> None:
    def edit(document: Any) -> None:
        document["action"]["recipe"].update(platform="?", build_platform="?")
        for pull in (*document["pulls"], *document["action"]["recipe"]["images"]):
            pull["platform"] = None
        document["action"]["recipe"]["args"].append(["SOURCE_DATE_EPOCH", "date"])
        document["action"]["recipe"]["contexts"].append(["ruby::linux/amd64", "./x"])

    assert len(messages(edited(BUILD, edit))) == 2


@pytest.mark.parametrize("member", ["args", "contexts"])
@pytest.mark.parametrize(
    "name", ["", "-x", "a=b", "a b", "a\tb", "a\n", "a\u00a0b", "a\u0085", "${A}", "x%{y", "a\x7f"]
)
def test_names_that_become_syntax_are_refused(member: str, name: str) -> None:
    with pytest.raises(InvalidPlan) as caught:
        plan_from_json(edited(BUILD, pair(member, name, "1")))
    (error,) = caught.value.diagnostics
    assert (error.code, f"$.action.recipe.{member}[" in error.message) == ("plan-value", True)


@pytest.mark.parametrize("member", ["context", "dockerfile_path"])
def test_a_plan_of_a_remote_source_is_not_complete(member: str) -> None:
    """Each of the two makes the tool read another Dockerfile."""

    def edit(document: Any) -> None:
        document["action"]["recipe"][member] = "https://git.example/app.git"

    assert messages(edited(BUILD, edit)) == ["`$.complete` must be false because the build context is remote"]


def test_a_pinned_frontend_that_is_too_old_is_not_complete() -> None:
    """The digest that `pin` adds does not hide the tag."""
    text = "# syntax=docker/dockerfile:{}\nFROM scratch\nRUN x <<A\nA\n"
    plan = resolve(App({}, "web: run", text.format("1")))
    pinned = pin(plan, {"docker/dockerfile:1": "sha256:" + "1" * 64})
    assert plan_from_json(plan_to_json(pinned)) == pinned
    document = plan_to_json(pinned).replace("docker/dockerfile:1@", "docker/dockerfile:1.2@")
    assert messages(document) == [
        "`$.complete` must be false because `docker/dockerfile:1.2@sha256:"
        + "1" * 64
        + "` may not support the Dockerfile"
    ]
