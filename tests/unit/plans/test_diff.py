from __future__ import annotations

from typing import Any

import attrs
import pytest

from deployspec import App, BuildOptions, Credential, Keyring, Secret, diff, parse_reference, resolve

D1, D2 = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
IMAGE = "APTIBLE_DOCKER_IMAGE"
KEYRING = Keyring([Credential(scope="quay.io", username="u", password=Secret("p"))])
PULL = App({IMAGE: f"quay.io/a/b:1@{D1}", "A": "1"}, "web: run\nworker: go", keyring=KEYRING)
BUILD = App({"A": "1"}, "web: run", f"FROM quay.io/a/b:1@{D1} AS x\nCOPY --from=alpine@{D1} / /", revision="r1")


def summary(old: App, new: App, **more: Any) -> tuple[list[str], str]:
    found = diff(resolve(old), resolve(new), **more)
    return [str(change) for change in found.changes], found.requires


def changed(app: App, **changes: Any) -> tuple[list[str], str]:
    return summary(app, attrs.evolve(app, **changes), config_changed=False)


def config(image: str, *names: str) -> dict[str, str]:
    return {IMAGE: image, **dict.fromkeys(names, "")}


@pytest.mark.parametrize(
    ("changes", "expected", "requires"),
    [
        ({}, [], "nothing"),
        ({"revision": "r9"}, [], "nothing"),
        ({"procfile": "web: run"}, ["service-removed worker: go"], "restart"),
        ({"procfile": "web: run\nworker: go\nx: y"}, ["service-added x: y"], "restart"),
        ({"procfile": "web: stop\nworker: go"}, ["service-command web: run -> stop"], "restart"),
        ({"config": config(f"quay.io/a/b:1@{D1}", "B")}, ["environment-added B", "environment-removed A"], "restart"),
        ({"config": config(f"quay.io/a/b:1@{D2}", "A")}, [f"image-digest quay.io/a/b: {D1} -> {D2}"], "pull"),
        (
            {"config": config("quay.io/a/b:2", "A")},
            ["image-tag quay.io/a/b: 1 -> 2", f"image-digest quay.io/a/b: {D1} -> none"],
            "pull",
        ),
        (
            {"config": config(f"ghcr.io/x/y:1@{D1}", "A")},
            [
                "image-host quay.io/a/b: quay.io -> ghcr.io",
                "image-path quay.io/a/b: a/b -> x/y",
                f"credential ghcr.io/x/y:1@{D1}: app login for quay.io (keyring:quay.io) -> anonymous",
            ],
            "pull",
        ),
        (
            {"keyring": Keyring()},
            [f"credential quay.io/a/b:1@{D1}: app login for quay.io (keyring:quay.io) -> anonymous"],
            "pull",
        ),
    ],
)
def test_a_pull_at_a_digest(changes: dict[str, Any], expected: list[str], requires: str) -> None:
    assert changed(PULL, **changes) == (expected, requires)


def test_a_plan_with_a_tag_never_requires_nothing() -> None:
    by_tag = attrs.evolve(PULL, config={IMAGE: "quay.io/a/b:1"})
    assert summary(by_tag, by_tag, config_changed=False) == ([], "pull")
    assert summary(PULL, PULL, config_changed=True) == ([], "restart")
    assert summary(PULL, PULL) == ([], "restart")
    build_by_tag = attrs.evolve(BUILD, dockerfile="FROM quay.io/a/b:1")
    assert summary(build_by_tag, build_by_tag, config_changed=False) == ([], "rebuild")
    unknown_sources = attrs.evolve(BUILD, revision=None)
    assert summary(unknown_sources, unknown_sources, config_changed=False) == ([], "rebuild")
    opaque = attrs.evolve(BUILD, dockerfile=f"# syntax=evil/x@{D1}\n")
    assert summary(opaque, opaque, config_changed=False) == ([], "rebuild")


@pytest.mark.parametrize(
    ("place", "requires"),
    [
        ("files", "nothing"),
        ("./a/..b", "nothing"),
        (f"docker-image://x@{D1}", "nothing"),
        ("../files", "rebuild"),
        ("a/../../b", "rebuild"),
        ("a/..", "rebuild"),
        ("/files", "rebuild"),
        ("https://example.com/x.git", "rebuild"),
        ("git@example.com:x", "rebuild"),
        ("deploy@example.com:x", "rebuild"),
        ("github.com/acme/app", "rebuild"),
    ],
)
def test_contexts_outside_the_source_tree_require_a_rebuild(place: str, requires: str) -> None:
    app = attrs.evolve(BUILD, build=BuildOptions(contexts={"more": place}))
    assert summary(app, app, config_changed=False) == ([], requires)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"revision": "r2"}, ["recipe revision: r1 -> r2"]),
        ({"build": BuildOptions(args={"A": "1"})}, ["recipe args A: none -> 1"]),
        ({"build": BuildOptions(target="x", context="c")}, ["recipe context: . -> c", "recipe target: none -> x"]),
    ],
)
def test_a_build_at_digests(changes: dict[str, Any], expected: list[str]) -> None:
    assert changed(BUILD) == ([], "nothing")
    assert changed(BUILD, **changes) == (expected, "rebuild")
    assert changed(BUILD, procfile="web: stop")[1] == "restart"


def test_the_images_of_a_build_are_paired_by_repository() -> None:
    found = diff(resolve(BUILD), resolve(attrs.evolve(BUILD, dockerfile=f"FROM quay.io/a/b:2@{D1}\nFROM ghcr.io/c/d")))
    assert [str(change) for change in found.changes if change.kind.startswith("image")] == [
        f"image-removed quay.io/a/b:1@{D1} (linux/amd64): anonymous",
        f"image-removed docker.io/library/alpine@{D1} (linux/amd64): anonymous",
        "image-added ghcr.io/c/d:latest (linux/amd64): anonymous",
    ]
    found = diff(resolve(BUILD), resolve(attrs.evolve(BUILD, dockerfile=f"FROM quay.io/a/b:2@{D1}")))
    assert "image-tag quay.io/a/b: 1 -> 2" in map(str, found.changes)


def test_another_action() -> None:
    dockerfile = f"FROM quay.io/a/b:1@{D1}"
    pull, build = attrs.evolve(PULL, dockerfile=dockerfile), attrs.evolve(BUILD, dockerfile=dockerfile)
    extend = attrs.evolve(build, keyring=KEYRING)
    assert summary(pull, build)[0][:1] == ["action plan: pull -> build"]
    assert summary(pull, build)[1] == "rebuild"
    assert summary(build, pull)[1] == "pull"
    assert summary(build, extend) == (
        [
            "action plan: build -> extend",
            f"credential quay.io/a/b:1@{D1} (linux/amd64): anonymous -> app login for quay.io (keyring:quay.io)",
        ],
        "rebuild",
    )


def test_a_pull_for_another_platform() -> None:
    old = resolve(PULL)
    (pull,) = old.pulls
    moved = attrs.evolve(pull, platform="linux/arm64", reference=parse_reference("quay.io/a/b:2"))
    found = diff(old, attrs.evolve(old, pulls=(moved,)))
    assert [change.kind for change in found.changes] == ["image-tag", "image-digest", "image-platform"]
