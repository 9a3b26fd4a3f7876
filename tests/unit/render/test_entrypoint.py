"""A command replaces the ENTRYPOINT of the image, or its words become the arguments of the ENTRYPOINT."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deployspec import APTIBLE_CURRENT, App, InvalidProcfile, resolve
from deployspec.render import commands, compose, kubernetes

PLAN = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: serve --port $PORT '$(A) b'"))
DEFAULT = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, profile=APTIBLE_CURRENT))
UNCLOSED = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: echo 'a"))
WRITERS = [commands, compose, kubernetes]


def members(text: str) -> dict[str, Any]:
    document = json.loads(text.removeprefix("---\n"))
    found: dict[str, Any]
    if "services" in document:
        found = document["services"]["web"]
    else:
        found = document["spec"]["template"]["spec"]["containers"][0]
    return found


@pytest.mark.parametrize("tool", ["docker", "podman"])
def test_commands(tool: Any) -> None:
    replaced, kept = (commands(PLAN, tool=tool, entrypoint=choice).steps[-1].argv for choice in ("replace", "keep"))
    assert replaced[1:] == (
        *("run", "--rm", "--pull=never", "--entrypoint", "/bin/sh", "quay.io/acme/web:1"),
        *("-c", "serve --port $PORT '$(A) b'"),
    )
    assert kept[1:] == ("run", "--rm", "--pull=never", "quay.io/acme/web:1", "serve", "--port", "$PORT", "$(A) b")


def test_buildah_ignores_the_entrypoint() -> None:
    kept = commands(PLAN, tool="buildah", entrypoint="keep")
    assert [step.service for step in kept.steps] == [None]
    assert [found.code for found in kept.losses] == ["export-entrypoint-not-carried"]
    assert commands(PLAN, tool="buildah").losses == ()


def test_compose() -> None:
    assert members(compose(PLAN).text)["entrypoint"] == ["/bin/sh", "-c"]
    kept = members(compose(PLAN, entrypoint="keep").text)
    assert "entrypoint" not in kept
    assert kept["command"] == ["serve", "--port", "$$PORT", "$$(A) b"]


def test_kubernetes() -> None:
    assert members(kubernetes(PLAN).text)["command"] == ["/bin/sh", "-c"]
    kept = members(kubernetes(PLAN, entrypoint="keep").text)
    assert "command" not in kept
    assert kept["args"] == ["serve", "--port", "$PORT", "$$(A) b"]


@pytest.mark.parametrize("write", WRITERS)
def test_the_default_command_of_an_image_is_the_same_in_both(write: Any) -> None:
    assert write(DEFAULT, entrypoint="keep") == write(DEFAULT)


@pytest.mark.parametrize("write", WRITERS)
def test_words_need_closed_quotes(write: Any) -> None:
    write(UNCLOSED)
    with pytest.raises(InvalidProcfile, match="procfile-unbalanced-quotes"):
        write(UNCLOSED, entrypoint="keep")


@pytest.mark.parametrize("write", WRITERS)
def test_another_choice_is_an_error(write: Any) -> None:
    with pytest.raises(ValueError, match=r'^unknown entrypoint "drop": use replace or keep$'):
        write(PLAN, entrypoint="drop")
