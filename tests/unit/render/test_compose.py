from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from deployspec import (
    APTIBLE_CURRENT,
    App,
    BuildOptions,
    Credential,
    DeployPlan,
    DeploySpecError,
    Keyring,
    Secret,
    Service,
    resolve,
)
from deployspec.render import bake, compose

DIGEST = f"sha256:{'a' * 64}"
KEYRING = Keyring([Credential(scope="quay.io", username="ada", password=Secret("hunter2"))])


def pulling(image: str = "quay.io/a/b:1", procfile: str = "web: run", **config: str) -> DeployPlan:
    return resolve(App({"APTIBLE_DOCKER_IMAGE": image, **config}, procfile))


def building(**options: Any) -> DeployPlan:
    app = App({}, "web: run", "FROM quay.io/a/base AS app", build=BuildOptions(**options), keyring=KEYRING)
    return resolve(app)


def services(plan: DeployPlan) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(compose(plan).text)
    assert list(document) == ["services"]
    found: dict[str, Any] = document["services"]
    return found


def target(plan: DeployPlan) -> dict[str, Any]:
    document = json.loads(bake(plan).text)
    assert document["group"] == {"default": {"targets": ["app"]}}
    found: dict[str, Any] = document["target"]["app"]
    return found


def test_a_pull() -> None:
    assert services(pulling(procfile="web: run $X $$", PORT="secret", **{"A$B": "x"})) == {
        "web": {
            "image": "quay.io/a/b:1",
            "pull_policy": "always",
            "entrypoint": ["/bin/sh", "-c"],
            "command": ["run $$X $$$$"],
            "environment": ["A$$B", "PORT"],
        }
    }


def test_an_image_with_a_digest_is_pulled_if_it_is_missing() -> None:
    assert services(pulling(f"quay.io/a/b@{DIGEST}"))["web"]["pull_policy"] == "missing"


def test_release_runs_first() -> None:
    found = services(pulling(procfile="web: a\nrelease: b\nworker: c"))
    waits = {"release": {"condition": "service_completed_successfully"}}
    assert [one.get("depends_on") for one in found.values()] == [waits, None, waits]


def test_a_service_with_the_default_command_of_the_image() -> None:
    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, profile=APTIBLE_CURRENT))
    assert services(plan) == {"cmd": {"image": "quay.io/a/b:1", "pull_policy": "always"}}


def test_a_build() -> None:
    plan = building(target="app", args={"A": "$x"}, contexts={"ruby": f"docker-image://ruby@{DIGEST}"})
    assert services(plan)["web"] == {
        "image": "localhost/app:latest",
        "build": {
            "context": ".",
            "dockerfile": "Dockerfile",
            "target": "app",
            "args": {"A": "$$x"},
            "additional_contexts": {"ruby": f"docker-image://ruby@{DIGEST}"},
            "platforms": ["linux/amd64"],
            "pull": True,
        },
        "pull_policy": "build",
        "platform": "linux/amd64",
        "entrypoint": ["/bin/sh", "-c"],
        "command": ["run"],
    }
    assert target(plan) == {
        "context": ".",
        "dockerfile": "Dockerfile",
        "target": "app",
        "args": {"A": "$x"},
        "contexts": {"ruby": f"docker-image://ruby@{DIGEST}"},
        "tags": ["localhost/app:latest"],
        "platforms": ["linux/amd64"],
        "pull": True,
    }


def test_bake_expands_no_variables() -> None:
    assert target(building(args={"A": "${x} %{y} $z"}))["args"] == {"A": "$${x} %%{y} $z"}


@pytest.mark.parametrize(
    ("dockerfile", "context", "seen"),
    [
        ("Dockerfile", ".", "Dockerfile"),
        ("docker/Dockerfile", "./", "docker/Dockerfile"),
        ("app/Dockerfile", "app", "Dockerfile"),
        ("Dockerfile", "app", "../Dockerfile"),
        ("docker/web/D", "docker/x/y", "../../web/D"),
        ("../D", ".", "../D"),
        ("/etc/D", "app", "/etc/D"),
    ],
)
def test_the_dockerfile_path_is_relative_to_the_context(dockerfile: str, context: str, seen: str) -> None:
    plan = building(dockerfile_path=dockerfile, context=context)
    assert services(plan)["web"]["build"]["dockerfile"] == target(plan)["dockerfile"] == seen


@pytest.mark.parametrize("context", ["..", "/srv/app", "../other"])
def test_an_unknown_dockerfile_path_is_reported(context: str) -> None:
    for export in (compose, bake):
        assert "export-dockerfile-path-not-carried" in [one.code for one in export(building(context=context)).losses]


def test_unsupported_features_are_reported() -> None:
    plan = attrs.evolve(building(build_platform="linux/arm64"), services=())
    expected = ["export-credentials-not-carried", "export-build-platform-not-carried"]
    assert [one.code for one in compose(plan).losses] == [one.code for one in bake(plan).losses] == expected
    assert compose(pulling()).losses == ()
    assert [one.code for one in bake(pulling()).losses] == ["export-pull-not-carried", "export-services-not-carried"]
    assert json.loads(bake(pulling()).text) == {"group": {"default": {"targets": []}}, "target": {}}


def test_an_invalid_service_name_is_an_error() -> None:
    plan = attrs.evolve(pulling(), services=(Service("we b"), Service("ok"), Service("é")))
    with pytest.raises(DeploySpecError) as caught:
        compose(plan)
    assert [one.code for one in caught.value.diagnostics] == ["export-service-name-not-carried"] * 2
