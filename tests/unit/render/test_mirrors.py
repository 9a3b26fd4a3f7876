"""Exports of plans with mirrors: everything names the image that is pulled, and keys are for its registry."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from deployspec import (
    App,
    BuildOptions,
    Credential,
    DeployPlan,
    DeploySpecError,
    Keyring,
    Mirror,
    Pull,
    Secret,
    credentials_for,
    pin,
    render,
    resolve,
)

PLATFORM = Keyring([Credential(scope="mirror.example", username="u", password=Secret("p"))])
MIRRORS = [Mirror("docker.io", "mirror.example/hub"), Mirror("quay.io", "mirror.example/quay")]
PULL = App({"APTIBLE_DOCKER_IMAGE": "acme/web:1"}, "web: run")
D0 = f"sha256:{'0' * 64}"


def planned(app: App) -> DeployPlan:
    return resolve(app, platform_keyring=PLATFORM, mirrors=MIRRORS)


def built(dockerfile: str, **build: Any) -> DeployPlan:
    return planned(App({}, "web: run", dockerfile, build=BuildOptions(**build)))


def build_of(plan: DeployPlan, tool: Any, **more: Any) -> str:
    """The options of the build that are about images."""
    argv = iter(render.commands(plan, tool=tool, auth_file="config.json", **more).steps[0].argv)
    return " ".join(next(argv) for option in argv if option in {"--build-context", "--build-arg"})


@pytest.mark.parametrize("tool", ["docker", "buildx", "podman", "buildah"])
def test_a_pull(tool: Any) -> None:
    image = "mirror.example/hub/acme/web:1"
    lines = [str(step) for step in render.commands(planned(PULL), tool=tool).steps]
    assert lines[0].endswith(f" {image}")
    assert all(image in line or line.startswith("buildah run") for line in lines)
    lines = [str(step) for step in render.commands(planned(PULL), tool=tool, tag="web:1").steps]
    assert lines[1] == f"{'docker' if tool == 'buildx' else tool} tag {image} web:1"


def test_a_copy() -> None:
    (copy,) = render.commands(planned(PULL), tool="skopeo").steps
    assert copy.argv[-2:] == ("docker://mirror.example/hub/acme/web:1", "oci:web:1")


def test_compose_and_kubernetes() -> None:
    plan = planned(PULL)
    assert json.loads(render.compose(plan).text)["services"]["web"]["image"] == "mirror.example/hub/acme/web:1"
    manifest = json.loads(render.kubernetes(plan).text.removeprefix("---\n"))
    assert manifest["spec"]["template"]["spec"]["containers"][0]["image"] == "mirror.example/hub/acme/web:1"


def test_logins_have_the_key_of_the_mirror() -> None:
    plan = planned(PULL)
    credentials = credentials_for(plan, PULL, platform_keyring=PLATFORM)
    keys: list[Any] = [("docker", "mirror.example"), ("podman", "mirror.example/hub/acme/web")]
    for tool, key in keys:
        assert list(json.loads(render.auth_file(plan, credentials, tool=tool).text)["auths"]) == [key]
    # For docker, an ONBUILD trigger could pull another image of the registry.
    assert [one.code for one in render.auth_file(plan, credentials).losses] == ["export-credentials-widened"]
    assert render.auth_file(plan, credentials, tool="buildah").losses == ()
    assert list(render.auth_files(plan, credentials).files) == ["buildx/config/mirror.example/hub/acme/web/config.json"]
    assert isinstance(plan.action, Pull)
    config = render.auth_config(plan.action.image, credentials)
    assert config is not None
    assert config["serveraddress"] == "mirror.example"
    secret = render.kubernetes_secret(plan, credentials, name="s")
    assert [one.code for one in secret.losses] == ["export-credentials-widened"]
    assert '"mirror.example/hub/acme/web"' in json.dumps(
        json.loads(render.auth_file(plan, credentials, tool="podman").text)
    )
    assert secret.holds_secrets


@pytest.mark.parametrize("image", ["mirror.example/secret/app", "MIRROR.example/a/b"])
def test_docker_would_send_the_login_for_another_image_of_the_registry(image: str) -> None:
    app = App({}, "web: run", f"FROM ruby:1\nFROM {image}\nCOPY --from=0 / /")
    plan = planned(app)
    credentials = credentials_for(plan, app, platform_keyring=PLATFORM)
    with pytest.raises(DeploySpecError) as caught:
        render.auth_file(plan, credentials)
    assert [one.code for one in caught.value.diagnostics] == ["export-credentials-widened"]
    assert list(json.loads(render.auth_file(plan, credentials, tool="buildah").text)["auths"]) == [
        "mirror.example/hub/library/ruby"
    ]


def test_an_edited_plan_gets_no_login() -> None:
    plan = planned(PULL)
    credentials = credentials_for(plan, PULL, platform_keyring=PLATFORM)
    (pull,) = plan.pulls
    assert pull.mirror is not None
    edited = attrs.evolve(pull, reference=pull.mirror, mirror=None)
    with pytest.raises(DeploySpecError) as caught:
        render.auth_config(edited, credentials)
    assert [one.code for one in caught.value.diagnostics] == ["credentials-out-of-scope"]


# Builds


def test_named_contexts_replace_the_images_of_a_build() -> None:
    plan = built(
        "# syntax=docker/dockerfile:1\nFROM ruby:3.4\nCOPY --from=quay.io/a/b / /\nCOPY --from=ghcr.io/a/b / /"
    )
    wanted = (
        "BUILDKIT_SYNTAX=mirror.example/hub/docker/dockerfile:1 "
        "quay.io/a/b=docker-image://mirror.example/quay/a/b:latest "
        "ruby:3.4=docker-image://mirror.example/hub/library/ruby:3.4"
    )
    assert build_of(plan, "docker") == build_of(plan, "buildx") == wanted
    assert render.commands(plan, tool="docker", auth_file="config.json").losses == ()
    # A source policy converts the images.
    assert build_of(plan, "docker", source_policy="policy.json") == ""
    service = json.loads(render.compose(plan).text)["services"]["web"]["build"]
    assert service["args"] == {"BUILDKIT_SYNTAX": "mirror.example/hub/docker/dockerfile:1"}
    target = json.loads(render.bake(plan).text)["target"]["app"]
    assert service["additional_contexts"] == target["contexts"]
    assert target["contexts"]["ruby:3.4"] == "docker-image://mirror.example/hub/library/ruby:3.4"


def test_podman_and_buildah_get_each_spelling_and_no_frontend() -> None:
    plan = built("# syntax=docker/dockerfile:1\nFROM ruby:3.4")
    options = build_of(plan, "buildah").split()
    assert len(options) == 6
    assert {option.partition("=")[2] for option in options} == {"docker-image://mirror.example/hub/library/ruby:3.4"}


def test_a_docker_build_with_a_mirror_uses_buildkit() -> None:
    argv = render.commands(built("FROM ruby:3"), auth_file="d/config.json").steps[0].argv
    assert argv[:6] == ("docker", "--config", "d", "buildx", "build", "--load")


def test_contexts_of_the_build_are_pulled_from_the_mirror() -> None:
    contexts = {"base": "docker-image://ruby:3", "files": "./files", "other": "docker-image:ghcr.io/a/b"}
    plan = built("FROM base\nCOPY --from=files / /\nCOPY --from=other / /", contexts=contexts)
    assert build_of(plan, "buildx").split() == [
        "base=docker-image://mirror.example/hub/library/ruby:3",
        "files=./files",
        "other=docker-image:ghcr.io/a/b",
        "ruby:3=docker-image://mirror.example/hub/library/ruby:3",
    ]


def test_pinned_images_keep_their_digest_in_the_mirror() -> None:
    plan = built("# syntax=docker/dockerfile:1\nFROM ruby:3.4")
    pinned = pin(plan, dict.fromkeys((str(pull.reference) for pull in plan.pulls), D0))
    assert [str(pull.mirror) for pull in pinned.pulls] == [
        f"mirror.example/hub/docker/dockerfile:1@{D0}",
        f"mirror.example/hub/library/ruby:3.4@{D0}",
    ]
    assert pin(pinned, {}) == pinned
    assert build_of(pinned, "buildx").split() == [
        f"BUILDKIT_SYNTAX=mirror.example/hub/docker/dockerfile:1@{D0}",
        f"ruby:3.4=docker-image://mirror.example/hub/library/ruby:3.4@{D0}",
        f"ruby:3.4@{D0}=docker-image://mirror.example/hub/library/ruby:3.4@{D0}",
    ]


@pytest.mark.parametrize("tool", ["docker", "buildah"])
def test_an_image_whose_name_may_be_a_stage(tool: Any) -> None:
    """The context `ruby` would replace the stage `ruby`, which is something else."""
    plan = built("FROM ruby AS ruby\nRUN make")
    export = render.commands(plan, tool=tool, auth_file="config.json")
    assert [one.code for one in export.losses] == ["export-mirror-not-carried"]
    assert "--build-context" not in export.steps[0].argv
    assert [one.code for one in render.bake(plan).losses][-1:] == ["export-mirror-not-carried"]
    with_policy = render.commands(plan, tool="docker", auth_file="config.json", source_policy="p.json")
    assert with_policy.losses == ()


def test_explain() -> None:
    text = render.explain(built("FROM ruby:3.4"))
    assert "ruby:3.4 (linux/amd64)\n    pulled from mirror.example/hub/library/ruby:3.4 instead of docker.io\n" in text
    assert "pulled with the platform's login for mirror.example (keyring:mirror.example)" in " ".join(text.split())
