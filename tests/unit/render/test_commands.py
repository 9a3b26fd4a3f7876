from __future__ import annotations

import json
import shlex
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
    InvalidReference,
    Keyring,
    Pull,
    Secret,
    resolve,
)
from deployspec.render import auth_file, bake, commands, compose, kubernetes

DIGEST = f"sha256:{'a' * 64}"
KEYRING = Keyring([Credential(scope="quay.io", username="ada", password=Secret("hunter2"))])
PULL = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1", "PORT": "1"}, "web: run\nrelease: x", keyring=KEYRING))
TOOLS: list[Any] = ["docker", "buildx", "podman", "buildah", "skopeo"]


@pytest.mark.parametrize(
    ("tool", "shown"),
    [("crane", '"crane"'), ("Docker", '"Docker"'), ("", '""'), (None, "None"), (["docker"], "['docker']")],
)
def test_an_unknown_tool_is_an_error(tool: Any, shown: str) -> None:
    for write in (lambda: commands(PULL, tool=tool), lambda: auth_file(PULL, {}, tool=tool)):
        with pytest.raises(ValueError, match=r"unknown tool .*: use ") as caught:
            write()
        assert str(caught.value) == f"unknown tool {shown}: use docker, buildx, podman, buildah or skopeo"


def built(**options: Any) -> DeployPlan:
    app = App({}, "web: run", "FROM quay.io/a/base AS app\n", build=BuildOptions(**options), keyring=KEYRING)
    return resolve(app)


def lines(plan: DeployPlan, tool: Any, **more: Any) -> list[str]:
    return [str(step) for step in commands(plan, tool=tool, **more).steps]


def codes(plan: DeployPlan, tool: Any, **more: Any) -> list[str]:
    return [one.code for one in commands(plan, tool=tool, **more).losses]


def test_a_pull_for_a_platform() -> None:
    """`resolve` never returns one; an embedder may create one for another machine."""
    assert isinstance(PULL.action, Pull)
    image = attrs.evolve(PULL.action.image, platform="linux/arm64")
    plan = attrs.evolve(PULL, action=Pull(image), pulls=(image,))
    for tool, verb in (("docker", "pull"), ("podman", "pull"), ("buildah", "pull --policy=always")):
        assert lines(plan, tool)[0] == f"{tool} {verb} --platform linux/arm64 quay.io/a/b:1"
        assert codes(plan, tool) == codes(PULL, tool)
    assert lines(plan, "skopeo") == lines(PULL, "skopeo")
    assert set(codes(plan, "skopeo")) - set(codes(PULL, "skopeo")) == {"export-platform-not-carried"}
    assert [one.message for one in kubernetes(plan, secret_name="s").losses][:1] == [
        "platform `linux/arm64` cannot be expressed in this format"
    ]
    (service, _) = json.loads(compose(plan).text)["services"].values()
    assert service["platform"] == "linux/arm64"
    assert "platform" not in json.loads(compose(PULL).text)["services"]["web"]


def test_a_pull() -> None:
    run = "run --rm --pull=never --env PORT --entrypoint /bin/sh quay.io/a/b:1 -c"
    assert lines(PULL, "docker", auth_file="d/config.json") == [
        "docker --config d pull quay.io/a/b:1",
        f"docker --config d {run} x",
        f"docker --config d {run} run",
    ]
    assert lines(PULL, "podman", auth_file="a.json") == [
        "podman pull --authfile a.json quay.io/a/b:1",
        f"podman {run} x",
        f"podman {run} run",
    ]
    assert lines(PULL, "buildah", auth_file="a.json", tag="web:2") == [
        "buildah pull --policy=always --authfile a.json quay.io/a/b:1",
        "buildah tag quay.io/a/b:1 web:2",
        "buildah from --name=release --pull=never web:2",
        "buildah run -- release /bin/sh -c x",
        "buildah from --name=web --pull=never web:2",
        "buildah run -- web /bin/sh -c run",
    ]
    assert lines(PULL, "skopeo", auth_file="a.json") == [
        "skopeo copy --src-authfile a.json docker://quay.io/a/b:1 oci:b:1"
    ]
    assert codes(PULL, "skopeo", auth_file="a.json") == ["export-services-not-carried"] * 2


def test_a_step_names_the_service_it_starts() -> None:
    assert [step.service for step in commands(PULL, tool="docker").steps] == [None, "release", "web"]
    assert [step.service for step in commands(PULL, tool="buildah").steps] == [None, None, "release", None, "web"]


def test_a_build() -> None:
    plan = built(target="app", args={"B": "2", "A": "$1 '"}, platform="linux/arm64", dockerfile_path="-f", context="-")
    options = "--file ./-f --target app --build-arg 'A=$1 '\"'\"'' --build-arg B=2 --platform linux/arm64"
    tail = "--tag localhost/app:latest ./-"
    assert lines(plan, "docker")[0] == f"docker build --pull {options} {tail}"
    assert lines(plan, "podman", auth_file="a")[0] == f"podman build --authfile a --pull=always {options} {tail}"
    assert lines(plan, "buildah", auth_file="a")[0] == f"buildah bud --authfile a --pull=always {options} {tail}"
    assert lines(plan, "docker", tag="ghcr.io/x/y:1")[1].endswith(" ghcr.io/x/y:1 -c run")
    assert lines(plan, "skopeo") == []
    assert "export-build-not-carried" in codes(plan, "skopeo")


def test_podman_and_buildah_get_every_spelling_of_a_context() -> None:
    plan = built(contexts={"alpine": f"docker-image://alpine@{DIGEST}", "quay.io/a/base": "files", "own": "own"})
    (build, *_) = commands(plan, tool="docker").steps
    assert build.argv.count("--build-context") == 3
    (build, *_) = commands(plan, tool="buildah").steps
    assert f"docker.io/library/alpine:latest=docker-image://alpine@{DIGEST}" in build.argv
    assert "quay.io/a/base:latest=files" in build.argv


@pytest.mark.parametrize(
    ("text", "contexts"),
    [
        ("FROM a", {"a": "files"}),
        ("# syntax=docker/dockerfile:1\nFROM a", {}),
        ("FROM a\nRUN <<E\ntrue\nE", {}),
        ("FROM a\nFROM b", {}),
    ],
)
def test_docker_uses_buildx_if_the_builder_before_buildkit_would_do_something_else(
    text: str, contexts: dict[str, str]
) -> None:
    plan = resolve(App({}, "web: run", text, build=BuildOptions(contexts=contexts)))
    assert lines(plan, "docker")[0].startswith("docker buildx build --load --pull --file Dockerfile ")
    assert lines(plan, "docker") == lines(plan, "buildx")


def test_buildx_runs_the_commands_of_docker() -> None:
    assert lines(PULL, "buildx", auth_file="d/config.json") == lines(PULL, "docker", auth_file="d/config.json")
    build, run = lines(built(), "buildx", auth_file="d/config.json")
    assert build == (
        "docker --config d buildx build --load --pull --file Dockerfile"
        " --platform linux/amd64 --tag localhost/app:latest ."
    )
    assert run == lines(built(), "docker", auth_file="d/config.json")[1]
    (loss,) = commands(PULL, tool="buildx", auth_file="auth.json").losses
    assert loss.message == "auth file `auth.json` is ignored by buildx, which reads `config.json`"


@pytest.mark.parametrize(
    ("tool", "name", "message"),
    [
        ("docker", "ruby::linux/arm64", "named context `ruby::linux/arm64` is for one platform, which docker"),
        ("buildx", "ruby::linux/arm64", "named context `ruby::linux/arm64` is for one platform, which buildx"),
        ("podman", "ruby::linux/arm64", "named context `ruby::linux/arm64` is for one platform, which podman"),
        ("buildah", "ruby::linux/arm64", "named context `ruby::linux/arm64` is for one platform, which buildah"),
        ("docker", "Own", "named context `Own` is not a valid image reference, which docker requires"),
        ("buildx", "Own", "named context `Own` is not a valid image reference, which buildx requires"),
    ],
)
def test_a_context_that_a_command_line_does_not_support_is_refused(tool: Any, name: str, message: str) -> None:
    with pytest.raises(DeploySpecError) as caught:
        commands(built(contexts={"a": "a", name: "files"}), tool=tool)
    (error,) = caught.value.diagnostics
    assert error.code == "export-context-not-carried"
    assert error.message.removesuffix(" does not support") == message


def test_other_names_of_contexts_are_accepted() -> None:
    plan = built(contexts={"Own": "files", "ruby::linux/arm64": "files"})
    assert lines(plan, "skopeo") == []
    assert set(json.loads(bake(plan).text)["target"]["app"]["contexts"]) == {"Own", "ruby::linux/arm64"}
    assert "--build-context Own=files" in lines(built(contexts={"Own": "files"}), "podman")[0]


def test_unsupported_features_are_reported() -> None:
    assert codes(PULL, "docker") == ["export-credentials-not-carried"]
    assert codes(PULL, "docker", auth_file="/x/auth.json") == ["export-auth-file-name"]
    assert lines(PULL, "docker", auth_file="config.json")[0].startswith("docker --config . ")
    assert lines(PULL, "docker", auth_file="/config.json")[0].startswith("docker --config / ")
    plan = resolve(App({}, "web: run", "FROM a", build=BuildOptions(build_platform="linux/arm64"), revision="abc"))
    assert codes(plan, "podman") == ["export-build-platform-not-carried", "export-revision-not-carried"]


def test_skopeo_accepts_a_tag_or_a_digest() -> None:
    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": f"quay.io/a/b:1@{DIGEST}"}, "web: run"))
    assert lines(plan, "skopeo") == [f"skopeo copy docker://quay.io/a/b@{DIGEST} oci:b:1"]
    assert codes(plan, "skopeo") == ["export-tag-not-carried", "export-services-not-carried"]
    by_digest = resolve(App({"APTIBLE_DOCKER_IMAGE": f"quay.io/a/b@{DIGEST}"}, "web: run"))
    assert lines(by_digest, "skopeo") == [f"skopeo copy docker://quay.io/a/b@{DIGEST} oci:b:latest"]
    assert lines(by_digest, "skopeo", tag="x/y:2") == [f"skopeo copy docker://quay.io/a/b@{DIGEST} oci:y:2"]
    assert lines(by_digest, "docker")[0] == f"docker pull quay.io/a/b@{DIGEST}"


def test_a_service_with_the_default_command_of_the_image() -> None:
    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, profile=APTIBLE_CURRENT))
    assert lines(plan, "docker")[1] == "docker run --rm --pull=never quay.io/a/b:1"
    assert lines(plan, "buildah") == ["buildah pull --policy=always quay.io/a/b:1"]
    assert codes(plan, "buildah") == ["export-image-command-not-carried"]


def test_a_variable_that_podman_reads_as_a_pattern_is_left_out() -> None:
    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1", "AWS_*": "x"}, "web: run"))
    assert "'AWS_*'" not in " ".join(lines(plan, "podman"))
    assert codes(plan, "podman") == codes(plan, "buildah") == ["export-environment-not-carried"]
    assert "--env" not in " ".join(lines(plan, "buildah"))
    assert "--env 'AWS_*'" in " ".join(lines(plan, "docker"))


@pytest.mark.parametrize("command", ["echo $HOME # x", "a 'b' \"c\"", "-c", "pässe ✓", "a && b; c | d > e"])
def test_a_command_is_one_argument(command: str) -> None:
    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, f"web: {command}"))
    for tool in ("docker", "podman", "buildah"):
        step = commands(plan, tool=tool).steps[-1]
        assert step.argv[-2:] == ("-c", command)
        assert tuple(shlex.split(str(step))) == step.argv


@pytest.mark.parametrize("tool", TOOLS)
def test_an_invalid_tag_is_an_error(tool: Any) -> None:
    with pytest.raises(InvalidReference):
        commands(PULL, tool=tool, tag="--privileged")


@pytest.mark.parametrize("tool", TOOLS)
def test_no_argument_contains_a_secret(tool: Any) -> None:
    for plan in (PULL, built()):
        assert "hunter2" not in repr(commands(plan, tool=tool, auth_file="a"))


@pytest.mark.parametrize(("tool", "lost"), [("docker", []), ("buildah", ["export-frontend-not-carried"])])
def test_an_ignored_frontend_is_reported(tool: Any, lost: list[str]) -> None:
    plan = resolve(App({}, "web: run", "# syntax=docker/dockerfile:1\nFROM scratch"))
    assert [one.code for one in commands(plan, tool=tool).losses] == lost


BASE = resolve(App({}, "web: run", "FROM quay.io/a/base"))


@pytest.mark.parametrize("tool", ["docker", "buildx"])
def test_a_source_policy_is_set_for_the_build_only(tool: Any) -> None:
    build, run = lines(BASE, tool, source_policy="run/p 1.json")
    assert build.startswith("env 'EXPERIMENTAL_BUILDKIT_SOURCE_POLICY=run/p 1.json' docker buildx build --load --pull ")
    assert run.startswith("docker run ")
    assert codes(BASE, tool, source_policy="p.json") == []
    # There is nothing to build.
    assert lines(PULL, tool, source_policy="p.json") == lines(PULL, tool)
    assert codes(PULL, tool, source_policy="p.json") == codes(PULL, tool)


@pytest.mark.parametrize("tool", ["podman", "buildah", "skopeo"])
def test_an_ignored_source_policy_is_reported(tool: Any) -> None:
    assert lines(BASE, tool, source_policy="p.json") == lines(BASE, tool)
    assert set(codes(BASE, tool, source_policy="p.json")) - set(codes(BASE, tool)) == {
        "export-source-policy-not-carried"
    }
    assert codes(PULL, tool, source_policy="p.json") == codes(PULL, tool)


@pytest.mark.parametrize("path", ["", "a\0b"])
def test_a_path_that_buildx_would_read_as_no_policy_is_an_error(path: str) -> None:
    with pytest.raises(DeploySpecError) as caught:
        commands(BASE, source_policy=path)
    assert [one.code for one in caught.value.diagnostics] == ["export-source-policy-invalid"]
