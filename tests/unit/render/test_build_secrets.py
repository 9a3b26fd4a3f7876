"""Secrets and SSH agents of a build, in commands, Compose files and Bake files."""

from __future__ import annotations

import csv
import json
from typing import Any

import attrs
import pytest

from deployspec import App, Build, BuildSecret, DeployPlan, DeploySpecError, resolve
from deployspec.render import bake, commands, compose
from deployspec.render._build_secrets import SecretSource, csv_option

TOOLS: list[Any] = ["docker", "buildx", "podman", "buildah"]


def mounting(*mounts: str, base: str = "scratch") -> DeployPlan:
    text = f"FROM {base}\n" + "".join(f"RUN --mount={mount} x\n" for mount in mounts)
    return resolve(App({}, "web: run", text))


PLAN = mounting("type=secret,id=npmrc,required", "type=secret,id=token", "type=ssh", "type=ssh,id=git,required")
SECRETS = {"npmrc": "/run/x", "token": "env=TOKEN"}
SSH = ("default", "git=/run/agent")


def words(plan: DeployPlan, tool: Any = "docker", **sources: Any) -> list[str]:
    """Return the options of the build for secrets and SSH agents, and what precedes the options."""
    build = commands(plan, tool=tool, **sources).steps[0].argv
    return [word for index, word in enumerate(build) if {"--secret", "--ssh"} & {word, build[index - 1]}]


@pytest.mark.parametrize("tool", TOOLS)
def test_commands_pass_the_sources(tool: Any) -> None:
    assert words(PLAN, tool, secrets=SECRETS, ssh=SSH) == [
        *("--secret", "id=npmrc,src=/run/x", "--secret", "id=token,env=TOKEN"),
        *("--ssh", "default", "--ssh", "git=/run/agent"),
    ]
    assert losses(commands(PLAN, tool=tool, secrets=SECRETS, ssh=SSH)) == []


def losses(export: Any) -> list[tuple[str, str]]:
    return [
        (one.severity, one.message) for one in export.losses if one.code.startswith(("export-secret", "export-ssh"))
    ]


def test_docker_builds_with_buildx() -> None:
    assert commands(PLAN, secrets=SECRETS).steps[0].argv[:3] == ("docker", "buildx", "build")
    assert commands(PLAN, ssh=SSH).steps[0].argv[:3] == ("docker", "buildx", "build")
    assert commands(PLAN).steps[0].argv[:2] == ("docker", "build")


def test_compose_and_bake_pass_the_sources() -> None:
    document = json.loads(compose(PLAN, secrets=SECRETS, ssh=SSH).text)
    assert document["secrets"] == {"npmrc": {"file": "/run/x"}, "token": {"environment": "TOKEN"}}
    build = document["services"]["web"]["build"]
    assert (build["secrets"], build["ssh"]) == (["npmrc", "token"], ["default", "git=/run/agent"])
    target = json.loads(bake(PLAN, secrets=SECRETS, ssh=SSH).text)["target"]["app"]
    assert target["secret"] == ["id=npmrc,src=/run/x", "id=token,env=TOKEN"]
    assert target["ssh"] == ["default", "git=/run/agent"]
    for export in (compose(PLAN), bake(PLAN)):
        assert "secret" not in export.text
        assert "ssh" not in export.text


@pytest.mark.parametrize("write", [commands, compose, bake])
def test_a_mount_without_a_source_is_reported(write: Any) -> None:
    assert losses(write(PLAN, secrets={"token": "/t"}, ssh=["git"])) == [
        ("warning", "required secret `npmrc` of the build is not passed"),
        ("warning", "optional SSH agent `default` of the build is not passed"),
    ]
    twice = mounting("type=secret,id=a", "type=secret,id=a,required,target=/x")
    assert losses(write(twice)) == [("warning", "required secret `a` of the build is not passed")]


@pytest.mark.parametrize("write", [commands, compose, bake])
def test_a_source_that_is_not_mounted_is_left_out(write: Any) -> None:
    export = write(PLAN, secrets={**SECRETS, "other=hunter2": "/run/other"}, ssh=[*SSH, "third"])
    assert losses(export) == [
        ("note", "secret `other` is left out because the build does not mount it"),
        ("note", "SSH agent `third` is left out because the build does not mount it"),
    ]
    assert "/run/other" not in str(export.steps if write is commands else export.text)
    pull = resolve(App({"APTIBLE_DOCKER_IMAGE": "a/b:1"}, "web: run"))
    assert losses(write(pull, secrets={"a": "/a"})) == [
        ("note", "secret `a` is left out because the build does not mount it")
    ]


def test_skopeo_does_not_build() -> None:
    assert losses(commands(PLAN, tool="skopeo", secrets={"x": "/x"})) == []


@pytest.mark.parametrize(
    "text", ["# syntax=acme/fe\nx", "FROM a\nRUN --mount=type=secret,id=$ID x"], ids=["frontend", "unknown"]
)
def test_a_source_that_may_be_mounted_is_passed(text: str) -> None:
    plan = resolve(App({}, "web: run", text))
    assert words(plan, secrets={"npmrc": "/run/x"}, ssh=["default"]) == [
        *("--secret", "id=npmrc,src=/run/x", "--ssh", "default")
    ]
    assert losses(commands(plan, secrets={"": "/run/x", "a,b": "/x"}, tool="podman"))[0][0] == "note"


# Odd characters

ODD = ["a,b", 'a"b', "a b", "a=b", "a'b", "$x", "${x}", "%{x}", "-x", "~", "é", '"', ",", "src=/etc/passwd", "#a"]


def with_ids(*names: str) -> DeployPlan:
    plan = mounting("type=secret,id=a")
    assert isinstance(plan.action, Build)
    secrets = tuple(BuildSecret(id=name, line=2) for name in names)
    return attrs.evolve(plan, action=Build(attrs.evolve(plan.action.recipe, secrets=secrets)))


@pytest.mark.parametrize("name", ODD)
def test_docker_reads_odd_ids_and_paths(name: str) -> None:
    for source, field in ((f"/run/{name}", f"src=/run/{name}"), (f"env={name}", f"env={name}")):
        _, option = words(with_ids(name), secrets={name: source})
        assert next(csv.reader([option], strict=True)) == [f"id={name}", field]


@pytest.mark.parametrize("tool", ["podman", "buildah"])
def test_podman_and_buildah_cannot_read_a_comma(tool: Any) -> None:
    plan = with_ids("a,b", 'q"')
    refused = ("warning", "optional secret `a,b` of the build cannot be expressed in this format")
    assert losses(commands(plan, tool=tool, secrets={"a,b": "/x", 'q"': "/y"})) == [refused]
    assert words(plan, tool, secrets={"a,b": "/x", 'q"': "/y"}) == ["--secret", 'id=q",src=/y']
    assert len(losses(commands(plan, tool=tool, secrets={"a,b": "/x", 'q"': "/y,z"}))) == 2


@pytest.mark.parametrize("source", ["", "env=", "/a\nb", "env=A\0", "/a\x7f"])
@pytest.mark.parametrize("write", [commands, compose, bake])
def test_a_source_without_a_place_or_with_control_characters_is_refused(write: Any, source: str) -> None:
    refused = ("warning", "required secret `npmrc` of the build cannot be expressed in this format")
    assert losses(write(PLAN, secrets={**SECRETS, "npmrc": source}, ssh=SSH)) == [refused]


def test_compose_supports_few_characters() -> None:
    plan = mounting("type=secret,id=a/b", "type=secret,id=A.b-c_1", "type=ssh")
    export = compose(plan, secrets={"a/b": "/x", "A.b-c_1": "~$x"}, ssh=["default=/a,/b"])
    assert losses(export) == [
        ("warning", "optional secret `a/b` of the build cannot be expressed in this format"),
        ("warning", "optional SSH agent `default` of the build cannot be expressed in this format"),
    ]
    assert json.loads(export.text)["secrets"] == {"A.b-c_1": {"file": "./~$$x"}}


def test_bake_has_no_template_in_a_source() -> None:
    plan = mounting("type=secret,id=a", "type=ssh")
    target = json.loads(bake(plan, secrets={"a": "/${x}%{y}"}, ssh=["default=/${x}"]).text)["target"]["app"]
    assert target["secret"] == ["id=a,src=/$${x}%%{y}"]
    assert target["ssh"] == ["default=/$${x}"]


@pytest.mark.parametrize("write", [commands, compose, bake])
def test_an_ssh_agent_with_control_characters_is_not_passed(write: Any) -> None:
    plan = mounting("type=ssh")
    refused = ("warning", "optional SSH agent `default` of the build cannot be expressed in this format")
    assert losses(write(plan, ssh=["default=\n"])) == [refused]
    assert losses(write(plan, ssh=["=x", "default"])) == [
        ("note", "SSH agent `` is left out because the build does not mount it")
    ]


@pytest.mark.parametrize("write", [commands, compose, bake])
def test_a_secret_in_place_of_its_path_is_an_error(write: Any) -> None:
    token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
    with pytest.raises(DeploySpecError) as caught:
        write(PLAN, secrets={"npmrc": token, "token": "/x"})
    (error,) = caught.value.diagnostics
    assert error.code == "export-secret-in-argument"
    assert token not in f"{error!r}"


@pytest.mark.parametrize("write", [commands, compose, bake])
@pytest.mark.parametrize(
    "sources",
    [{"secrets": ["a"]}, {"secrets": {"a": 1}}, {"secrets": {1: "a"}}, {"ssh": "default"}, {"ssh": [1]}, {"ssh": b"x"}],
)
def test_wrong_types(write: Any, sources: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        write(PLAN, **sources)


@pytest.mark.parametrize(
    ("field", "option"),
    [('a"b', '"id=a""b",src=/x'), ("a,b", '"id=a,b",src=/x'), ('a"', '"id=a""",src=/x'), ("a b'", "id=a b',src=/x")],
)
def test_a_quote_or_a_comma_in_an_option_is_quoted(field: str, option: str) -> None:
    written = csv_option(SecretSource(field, path="/x"))
    assert written == option
    assert next(csv.reader([written])) == [f"id={field}", "src=/x"]
