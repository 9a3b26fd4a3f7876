"""Arguments of wrong types: the function that receives one names the parameter and never shows a value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

import deployspec
from deployspec import (
    APTIBLE_2016,
    App,
    BuildOptions,
    Credential,
    Env,
    Keyring,
    Policy,
    Profile,
    Secret,
    audit,
    counterfactuals,
    credentials_for,
    diff,
    fingerprint,
    parse_policy,
    pin,
    plan_from_json,
    plan_to_json,
    render,
    resolve,
)

wrong: Any = {"sentinel": "sentinel"}
path: Any = Path("sentinel")
lib: Any = deployspec  # the same functions, without their types
APP = App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run")
PLAN = resolve(APP)

APPS: dict[str, Callable[[], object]] = {
    'config["PORT"] must be a str, not int': lambda: lib.App({"PORT": 81}),
    'config["PORT"] must be a str, not None': lambda: lib.App({"OTHER": "sentinel", "PORT": None}),
    r'config["A\n"] must be a str, not bytes': lambda: lib.App({"A\n": b"sentinel"}),
    "names in config must be str, not int": lambda: lib.App({1: "sentinel"}),
    "config must be a Mapping, not str": lambda: lib.App("PORT=sentinel"),
    "config must be a Mapping, not list": lambda: lib.App([("PORT", "sentinel")]),
    "procfile must be a str, bytes or None, not dict": lambda: App({}, wrong),
    "dockerfile must be a str, bytes or None, not dict": lambda: App({}, "", wrong),
    "build must be a BuildOptions, not dict": lambda: App({}, build=wrong),
    "revision must be a str or None, not int": lambda: lib.App({}, revision=7),
    "keyring must be a Keyring, not dict": lambda: App({}, keyring=wrong),
    "profile must be a Profile, not str": lambda: lib.App({}, profile="aptible-2016"),
    'args["A"] must be a str, not int': lambda: lib.BuildOptions(args={"A": 1}),
    "contexts must be a Mapping, not list": lambda: lib.BuildOptions(contexts=["sentinel"]),
    "target must be a str, not None": lambda: lib.BuildOptions(target=None),
    "build_platform must be a str or None, not dict": lambda: BuildOptions(build_platform=wrong),
    'variables["A"] must be a str, not int': lambda: lib.Env({"A": 1}),
    "variables must be a Mapping, not int": lambda: lib.Env(7),
}
PARTS: dict[str, Callable[[], object]] = {
    "name must be a str, not int": lambda: lib.Profile(name=3),
    "host_variable must be a str or None, not int": lambda: lib.Profile(name="own", host_variable=3),
    "official_images must be a bool, not str": lambda: lib.Profile(name="own", official_images="yes"),
    "frontends must be a frozenset, not str": lambda: lib.Profile(name="own", frontends="docker.io/a/b"),
    "require_digest must be a bool, not str": lambda: lib.Policy(require_digest="yes"),
    "scope must be a str, not int": lambda: lib.Credential(scope=1, username="sentinel", password=Secret("sentinel")),
    "username must be a str or Secret, not int": lambda: lib.Credential(scope="a.io", username=1, password="sentinel"),
    "password must be a str or Secret, not None": lambda: lib.Credential(scope="a.io", username="a", password=None),
    "credentials[0] must be a Credential, not str": lambda: lib.Keyring(["sentinel"]),
}
FUNCTIONS: dict[str, Callable[[], object]] = {
    "app must be an App, not dict": lambda: resolve(wrong),
    "platform_keyring must be a Keyring, not None": lambda: lib.resolve(APP, platform_keyring=None),
    "plan must be a DeployPlan, not dict": lambda: audit(wrong, Policy()),
    "policy must be a Policy, not dict": lambda: audit(PLAN, wrong),
    "old must be a DeployPlan, not dict": lambda: diff(wrong, PLAN),
    "new must be a DeployPlan, not dict": lambda: diff(PLAN, wrong),
    "digests must be a Mapping, not list": lambda: lib.pin(PLAN, []),
    "text must be a str or bytes, not dict": lambda: plan_from_json(wrong),
}
OF_A_PLAN: list[Callable[[Any], object]] = [
    fingerprint,
    plan_to_json,
    render.bake,
    render.commands,
    render.compose,
    render.explain,
    render.kubernetes,
    lambda plan: pin(plan, {}),
    lambda plan: credentials_for(plan, APP),
    lambda plan: render.auth_file(plan, {}),
    lambda plan: render.kubernetes_secret(plan, {}, name="registry"),
]
OF_AN_APP: list[Callable[[Any], object]] = [resolve, counterfactuals, lambda app: credentials_for(PLAN, app)]


@pytest.mark.parametrize(("message", "call"), {**APPS, **PARTS, **FUNCTIONS}.items())
def test_the_parameter_is_named(message: str, call: Callable[[], object]) -> None:
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value) == message


def test_a_path_is_not_a_text() -> None:
    for call in (lambda: App({}, path), lambda: BuildOptions(dockerfile_path=path)):
        with pytest.raises(TypeError, match="must be a str") as caught:
            call()
        assert "sentinel" not in str(caught.value)


@pytest.mark.parametrize("function", OF_A_PLAN)
def test_a_plan_is_needed(function: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match=r"^plan must be a DeployPlan, not App$"):
        function(APP)


@pytest.mark.parametrize("function", OF_AN_APP)
def test_an_app_is_needed(function: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match=r"^app must be an App, not DeployPlan$"):
        function(PLAN)


def test_a_keyring_of_the_platform_is_a_keyring() -> None:
    calls: list[Callable[[], object]] = [
        lambda: lib.counterfactuals(APP, platform_keyring=[]),
        lambda: lib.credentials_for(PLAN, APP, platform_keyring=[]),
    ]
    for call in calls:
        with pytest.raises(TypeError, match=r"^platform_keyring must be a Keyring, not list$"):
            call()


def test_a_policy_is_parsed_from_text() -> None:
    with pytest.raises(TypeError, match=r"^text must be a str or bytes, not dict$"):
        parse_policy(wrong)


def test_an_unknown_choice_is_a_value_error() -> None:
    calls: dict[str, Callable[[], object]] = {
        'unknown tool "nerdctl": use docker, buildx, podman, buildah or skopeo': lambda: lib.render.commands(
            PLAN, tool="nerdctl"
        ),
        'unknown format "GitHub": use text, json, github, gitlab or sarif': lambda: lib.render.diagnostics(
            [], format="GitHub"
        ),
        "unknown format None: use text, json, github, gitlab or sarif": lambda: lib.render.diagnostics([], format=None),
        'unknown on_host_mismatch "ignore": use error or anonymous': lambda: lib.Profile(
            name="own", on_host_mismatch="ignore"
        ),
    }
    for message, call in calls.items():
        with pytest.raises(ValueError, match="unknown ") as caught:
            call()
        assert str(caught.value) == message


def test_subclasses_and_other_mappings_are_accepted() -> None:
    class OwnApp(App):
        pass

    class Text(str):
        __slots__ = ()

    own = OwnApp({"APTIBLE_DOCKER_IMAGE": Text("quay.io/acme/web:1")}, Text("web: run"), profile=APTIBLE_2016)
    assert resolve(own) == PLAN
    assert App(Env({"A": "1"}).variables).config == {"A": "1"}
    assert Keyring([Credential(scope="a.io", username="a", password=Secret("b"))]).credentials[0].username == "a"
    assert Profile(name=Text("own"), frontends=frozenset()).name == "own"


def test_a_plan_can_be_turned_into_dictionaries() -> None:
    for app in (APP, App({}, "web: run", "FROM ruby:3.4")):
        plan = resolve(app)
        members = attrs.asdict(plan)
        assert [step["rule"] for step in members["trace"]] == [step.rule for step in plan.trace]
