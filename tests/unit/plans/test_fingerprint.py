from __future__ import annotations

from typing import Any

import attrs
import pytest

from deployspec import (
    APTIBLE_CURRENT,
    App,
    Build,
    BuildOptions,
    Credential,
    DeployPlan,
    Keyring,
    Secret,
    diff,
    fingerprint,
    resolve,
)

KEYRING = Keyring([Credential(scope="quay.io", username="u", password=Secret("p"))])
CONFIG = {"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1", "A": "1"}
PULL = App(CONFIG, "web: run\nworker: go", keyring=KEYRING)
BUILD = App({"A": "1"}, "web: run", "FROM quay.io/a/b:1\nCOPY --from=alpine:3 / /", keyring=KEYRING, revision="r1")


def of(app: App, **changes: Any) -> str:
    return fingerprint(resolve(attrs.evolve(app, **changes)))


@pytest.mark.parametrize(
    ("app", "changes"),
    [
        (PULL, {"procfile": "# moved\nworker: go\n\nweb:  run"}),
        (PULL, {"dockerfile": "FROM x"}),
        (PULL, {"revision": "other"}),
        (PULL, {"config": {**CONFIG, "A": "2"}}),
        (PULL, {"profile": attrs.evolve(APTIBLE_CURRENT, host_variable="H", name="other")}),
        (BUILD, {"build": BuildOptions()}),
    ],
)
def test_plans_that_do_the_same_have_equal_fingerprints(app: App, changes: dict[str, Any]) -> None:
    assert of(app) == of(app, **changes)


@pytest.mark.parametrize(
    ("app", "changes"),
    [
        (PULL, {"procfile": "web: run\nworker: stop"}),
        (PULL, {"procfile": "web: run"}),
        (PULL, {"config": {**CONFIG, "B": ""}}),
        (PULL, {"config": {**CONFIG, "APTIBLE_DOCKER_IMAGE": "quay.io/a/b:2"}}),
        (PULL, {"keyring": Keyring()}),
        (PULL, {"keyring": Keyring([Credential(scope="quay.io/a", username="u", password=Secret("p"))])}),
        (BUILD, {"revision": "r2"}),
        (BUILD, {"dockerfile": "FROM quay.io/a/b:1\nCOPY --from=alpine:3 / / "}),
        (BUILD, {"build": BuildOptions(args={"A": "1"})}),
        (BUILD, {"build": BuildOptions(contexts={"a": "."})}),
        (BUILD, {"build": BuildOptions(context="app")}),
        (BUILD, {"build": BuildOptions(dockerfile_path="D")}),
        (BUILD, {"build": BuildOptions(platform="linux/arm64")}),
        (BUILD, {"build": BuildOptions(build_platform="linux/arm64")}),
        (BUILD, {"keyring": Keyring()}),
    ],
)
def test_plans_that_do_something_else_have_different_fingerprints(app: App, changes: dict[str, Any]) -> None:
    assert of(app) != of(app, **changes)


def test_fingerprints_are_stable() -> None:
    """A change of this value changes all stored fingerprints: increase `VERSION`."""
    plan: DeployPlan = resolve(PULL)
    assert fingerprint(plan) == "sha256:2c831a8e2906f926b923c5ace7150a9e7cfdfa341e9ba9b8143a736dfef24da9"


def test_secrets_of_a_build_count_without_their_lines() -> None:
    def plan(*mounts: str) -> DeployPlan:
        text = "".join(f"RUN --mount={mount} x\n" for mount in mounts)
        built = resolve(App({}, "web: run", f"FROM scratch\n{text}"))
        assert isinstance(built.action, Build)
        recipe = attrs.evolve(built.action.recipe, dockerfile_digest="")
        return attrs.evolve(built, action=Build(recipe))

    secret, ssh = "type=secret,id=a", "type=ssh"
    assert fingerprint(plan(secret, ssh)) == fingerprint(plan(ssh, secret))
    different = [
        plan(),
        plan(secret),
        plan(ssh),
        plan(f"{secret},required"),
        plan(f"{secret},env=A"),
        plan(f"{ssh},id=a"),
    ]
    assert len(set(map(fingerprint, different))) == len(different)
    assert list(map(str, diff(different[1], different[3]).changes)) == [
        'recipe secrets a: optional, target "/run/secrets/a" -> required, target "/run/secrets/a"'
    ]
    assert [change.subject for change in diff(different[0], plan(secret, ssh)).changes] == ["secrets a", "ssh default"]


def test_the_frontend_and_the_platform_of_an_image_count() -> None:
    """In plans that differ in nothing else, as two stored plans can."""
    plan = resolve(App({}, "web: run", "# syntax=docker/dockerfile:1\nFROM alpine:3"))
    frontend, base = plan.pulls
    assert frontend.role == "frontend"
    moved = attrs.evolve(frontend, reference=frontend.reference.with_digest("sha256:" + "0" * 64))
    assert fingerprint(attrs.evolve(plan, pulls=(moved, base))) != fingerprint(plan)
    other = attrs.evolve(base, platform="linux/arm64")
    assert fingerprint(attrs.evolve(plan, pulls=(frontend, other))) != fingerprint(plan)
    assert fingerprint(attrs.evolve(plan, pulls=(base, frontend))) == fingerprint(plan)
