from __future__ import annotations

from typing import Any

import attrs
import pytest

from deployspec import (
    App,
    Build,
    BuildOptions,
    DeployPlan,
    Extend,
    InvalidPlan,
    Pull,
    Recipe,
    parse_reference,
    pin,
    pins_needed,
    resolve,
)

D1, D2 = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
PULL = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, "web: run"))
DOCKERFILE = "# syntax=docker/dockerfile:1\nFROM quay.io/a/b:1 AS one\nFROM ruby\nCOPY --from=one / /\n"
BUILD = App({}, "web: run", DOCKERFILE)
DIGESTS = {"docker/dockerfile:1": D1, "quay.io/a/b:1": D1, "ruby": D2}


def recipe_of(plan: DeployPlan) -> Recipe:
    assert isinstance(plan.action, Build | Extend)
    return plan.action.recipe


def codes(plan: DeployPlan, digests: dict[str, str]) -> list[str]:
    with pytest.raises(InvalidPlan) as caught:
        pin(plan, digests)
    assert all(one.source == "pin" for one in caught.value.diagnostics)
    return [one.code for one in caught.value.diagnostics]


@pytest.mark.parametrize("key", ["quay.io/a/b:1", parse_reference("quay.io/a/b:1"), f"quay.io/a/b:1@{D2}"])
def test_a_pull_gets_the_digest(key: Any) -> None:
    pinned = pin(PULL, {key: D1})
    assert isinstance(pinned.action, Pull)
    assert str(pinned.action.image.reference) == f"quay.io/a/b:1@{D1}"
    assert pinned.pulls == (pinned.action.image,)
    assert attrs.evolve(pinned, action=PULL.action, pulls=PULL.pulls) == PULL


def test_the_bases_of_a_build_become_named_contexts() -> None:
    plan = resolve(BUILD)
    pinned = pin(plan, DIGESTS)
    recipe = recipe_of(pinned)
    assert recipe.contexts == (
        ("quay.io/a/b:1", f"docker-image://quay.io/a/b:1@{D1}"),
        ("ruby", f"docker-image://docker.io/library/ruby:latest@{D2}"),
    )
    assert recipe.args == (("BUILDKIT_SYNTAX", f"docker.io/docker/dockerfile:1@{D1}"),)
    assert all(pull.reference.digest for pull in (*pinned.pulls, *recipe.images))
    assert [one.code for one in pinned.diagnostics] == ["pin-short-name"]
    assert pin(pinned, DIGESTS) == pinned


def test_resolving_a_pinned_recipe_gives_the_same_images() -> None:
    pinned = pin(resolve(BUILD), DIGESTS)
    recipe = recipe_of(pinned)
    again = attrs.evolve(BUILD, build=BuildOptions(args=dict(recipe.args), contexts=dict(recipe.contexts)))
    assert resolve(again).pulls == pinned.pulls
    assert resolve(again).action == pinned.action


def test_pinning_again_replaces_the_digests() -> None:
    moved = pin(pin(resolve(BUILD), DIGESTS), dict.fromkeys(DIGESTS, D2))
    assert moved.pulls == pin(resolve(BUILD), dict.fromkeys(DIGESTS, D2)).pulls
    contexts = dict(recipe_of(moved).contexts)
    assert {value.rpartition("@")[2] for value in contexts.values()} == {D2}
    assert contexts["quay.io/a/b:1"] == f"docker-image://quay.io/a/b:1@{D2}"


def test_a_context_that_is_an_image_is_pinned() -> None:
    contexts = {"base": "docker-image://quay.io/a/b:1", "files": "src", "odd": "docker-image://A"}
    plan = resolve(App({}, "web: run", "FROM base", build=BuildOptions(contexts=contexts)))
    pinned = pin(plan, {"quay.io/a/b:1": D1})
    given = dict(recipe_of(pinned).contexts)
    assert given["base"] == given["quay.io/a/b:1"] == f"docker-image://quay.io/a/b:1@{D1}"
    assert (given["files"], given["odd"]) == ("src", "docker-image://A")
    again = dict(recipe_of(pin(pinned, {"quay.io/a/b:1": D2})).contexts)
    assert again["base"] == again["quay.io/a/b:1"] == f"docker-image://quay.io/a/b:1@{D2}"


def test_a_context_without_slashes_is_pinned_too() -> None:
    plan = resolve(
        App({}, "web: run", "FROM base", build=BuildOptions(contexts={"base": "docker-image:quay.io/a/b:1"}))
    )
    pinned = pin(plan, {"quay.io/a/b:1": D1})
    assert dict(recipe_of(pinned).contexts)["base"] == f"docker-image://quay.io/a/b:1@{D1}"
    assert [str(pull.reference) for pull in pinned.pulls] == [f"quay.io/a/b:1@{D1}"]


def test_existing_contexts_are_kept() -> None:
    contexts = {"base": "docker-image://quay.io/a/b:1", "quay.io/a/b:1": "src"}
    plan = resolve(App({}, "web: run", "FROM base", build=BuildOptions(contexts=contexts)))
    assert dict(recipe_of(pin(plan, {"quay.io/a/b:1": D1})).contexts)["quay.io/a/b:1"] == "src"


def test_an_image_with_a_digest_needs_no_entry() -> None:
    plan = resolve(App({}, "web: run", f"FROM quay.io/a/b:1@{D1}"))
    assert pin(plan, {}) == plan
    moved = recipe_of(pin(plan, {"quay.io/a/b:1": D2}))
    assert moved.contexts == ((f"quay.io/a/b:1@{D1}", f"docker-image://quay.io/a/b:1@{D2}"),)


def test_faults() -> None:
    plan = resolve(BUILD)
    assert codes(plan, {}) == ["pin-missing"] * 3
    assert codes(plan, {**DIGESTS, "quay.io/x": D1, "B": D1}) == ["reference-uppercase", "pin-unmatched"]
    assert codes(plan, {**DIGESTS, "ruby:latest": D1}) == ["pin-conflict"]
    assert codes(PULL, {"quay.io/a/b:1": "sha256:12"}) == ["pin-digest-invalid", "pin-missing"]
    assert codes(PULL, {"quay.io/a/b:1": f"{D1}\n"}) == ["pin-digest-invalid", "pin-missing"]
    assert codes(resolve(attrs.evolve(BUILD, dockerfile="FROM context")), {"context": D1}) == ["pin-impossible"]


def test_the_references_to_look_up_are_listed_once_and_pin_the_plan() -> None:
    dockerfile = f"FROM alpine AS a\nFROM alpine\nCOPY --from=quay.io/a/b:1@{D1} /x /x\nCOPY --from=quay.io/a/c:2 / /\n"
    plan = resolve(App({}, "web: run", dockerfile))
    assert pins_needed(plan) == ("docker.io/library/alpine:latest", "quay.io/a/c:2")
    pinned = pin(plan, dict.fromkeys(pins_needed(plan), D1))
    assert pins_needed(pinned) == ()


def test_further_entries_are_ignored_if_asked() -> None:
    plan = resolve(App({}, "web: run", "FROM alpine:3"))
    lock = {"alpine:3": D1, "quay.io/other/app:1": D1}
    assert pin(plan, lock, extra="ignore") == pin(plan, {"alpine:3": D1})
    assert codes(plan, lock) == ["pin-unmatched"]
    with pytest.raises(InvalidPlan, match="pin-digest-invalid"):
        pin(plan, {**lock, "quay.io/other/app:2": "3"}, extra="ignore")
    with pytest.raises(ValueError, match=r'^unknown extra "drop": use error or ignore$'):
        pin(plan, lock, extra="drop")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
