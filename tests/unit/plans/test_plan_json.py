from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from deployspec import (
    App,
    BuildOptions,
    DeployPlan,
    InvalidPlan,
    Keyring,
    parse_docker_config,
    plan_from_json,
    plan_to_json,
    resolve,
)

KEYRING: Keyring = parse_docker_config('{"auths": {"quay.io": {"auth": "YTpi"}}}')
PULL = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b", "A": "1"}, "web: run\r\nw_2: \u00e9 'x", keyring=KEYRING))
BUILD = resolve(
    App({}, "web: run", "# syntax=docker/dockerfile:1\nFROM a AS x\nFROM b", build=BuildOptions(args={"A": "1"}))
)
EXTEND = resolve(App({}, "web: run", "FROM quay.io/a/b", keyring=KEYRING, revision="abc"))
OPAQUE = resolve(App({}, "web: run", "# syntax=acme/frontend"))


@pytest.mark.parametrize("plan", [PULL, BUILD, EXTEND, OPAQUE])
def test_a_plan_round_trips(plan: DeployPlan) -> None:
    assert plan_from_json(plan_to_json(plan)) == plan
    assert plan_from_json(plan_to_json(plan).encode()) == plan
    assert pickle.loads(pickle.dumps(plan)) == plan  # noqa: S301  # our own
    assert copy.deepcopy(plan) == copy.copy(plan) == plan
    assert len({plan, plan_from_json(plan_to_json(plan))}) == 1


def broken(plan: DeployPlan, path: list[Any], value: Any) -> str:
    document: Any = json.loads(plan_to_json(plan))
    place = document
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("path", "value", "code", "message"),
    [
        (["version"], 2, "plan-version", "$.version"),
        (["version"], True, "plan-version", "$.version"),
        (["extra"], 1, "plan-member-unknown", "`extra`"),
        (["profile"], None, "plan-member-missing", "`profile`"),
        (["action"], [], "plan-type", "$.action"),
        (["action", "kind"], ["pull"], "plan-value", "$.action.kind"),
        (["action", "kind"], "push", "plan-value", "$.action.kind"),
        (["action", "image", "reference"], "quay.io/A", "plan-value", "$.action.image.reference"),
        (["action", "image", "reference"], "ubuntu", "plan-value", "$.action.image.reference"),
        (["action", "image", "reference"], "quay.io/a/b", "plan-value", "with a tag or a digest"),
        (["action", "image", "reference"], 7, "plan-type", "$.action.image.reference"),
        (["action", "image", "credential", "scope"], "QUAY.IO", "plan-value", "$.action.image.credential.scope"),
        (["action", "image", "credential", "scope"], 1, "plan-type", "$.action.image.credential.scope"),
        (["action", "image", "role"], "base", "plan-value", "$.action.image.role"),
        (["services", 1, "name"], 3, "plan-type", "$.services[1].name"),
        (["services", 0, "line"], True, "plan-type", "$.services[0].line"),
        (["services", 0], "web", "plan-type", "$.services[0]"),
        (["environment"], "A", "plan-type", "$.environment"),
        (["complete"], False, "plan-value", "$.complete"),
        (["complete"], 1, "plan-type", "$.complete"),
        (["environment"], ["A", "A"], "plan-value", "$.environment"),
        (["environment", 0], "A=B", "plan-value", "$.environment[0]"),
        (["services", 0, "name"], "we b", "plan-value", "$.services[0].name"),
        (["services", 0, "line"], 0, "plan-type", "$.services[0].line"),
        (["diagnostics", 0, "code"], "Odd", "plan-value", "$.diagnostics[0].code"),
        (["pulls", 0, "platform"], "linux", "plan-value", "$.pulls[0].platform"),
    ],
)
def test_errors_name_the_member(path: list[Any], value: Any, code: str, message: str) -> None:
    with pytest.raises(InvalidPlan) as caught:
        plan_from_json(broken(PULL, path, value))
    assert caught.value.diagnostics[0].code == code
    assert message in caught.value.diagnostics[0].message


def test_duplicate_members_are_reported_with_their_path() -> None:
    text = plan_to_json(PULL).replace('"kind": "pull",', '"kind": "pull", "kind": "pull",')
    text = text.replace('"source": "keyring', '"owner": "app", "source": "keyring', 1)
    with pytest.raises(InvalidPlan) as caught:
        plan_from_json(text)
    assert [(one.code, one.message) for one in caught.value.diagnostics] == [
        ("plan-member-twice", "duplicate member `kind` in `$.action`"),
        ("plan-member-twice", "duplicate member `owner` in `$.action.image.credential`"),
    ]


def test_an_integer_may_be_written_as_a_fraction() -> None:
    text = plan_to_json(PULL).replace('"version": 1', '"version": 1.0').replace('"line": 1\n', '"line": 1e0\n')
    assert plan_from_json(text) == PULL
    with pytest.raises(InvalidPlan, match="plan-type"):
        plan_from_json(text.replace('"line": 1e0', '"line": 1.5'))


def test_another_format_version_is_the_only_error() -> None:
    with pytest.raises(InvalidPlan) as caught:
        plan_from_json('{"version": 2, "new": 1}')
    assert [one.code for one in caught.value.diagnostics] == ["plan-version"]


def test_a_syntax_error_has_a_location() -> None:
    with pytest.raises(InvalidPlan) as caught:
        plan_from_json('{\n  "version" 1}')
    assert (caught.value.diagnostics[0].line, caught.value.diagnostics[0].column) == (2, 13)


def test_pairs_have_two_items() -> None:
    with pytest.raises(InvalidPlan, match=r"args\[0\]"):
        plan_from_json(broken(BUILD, ["action", "recipe", "args"], [["A"]]))


@pytest.mark.parametrize("text", ["", "{", '{"version": NaN}', "[" * 100_000, b"\xff", "1" * 9999])
def test_invalid_json(text: str | bytes) -> None:
    with pytest.raises(InvalidPlan, match="plan-syntax"):
        plan_from_json(text)


def test_every_error_is_reported() -> None:
    with pytest.raises(InvalidPlan) as caught:
        plan_from_json("{}")
    assert len(caught.value.diagnostics) == 10
    with pytest.raises(InvalidPlan, match="must be an object"):
        plan_from_json("[]")


@pytest.mark.parametrize(
    ("plan", "path", "value", "member"),
    [
        (PULL, ["action", "image", "reference"], "evil.example/x:latest", "$.pulls"),
        (BUILD, ["pulls"], [], "$.pulls"),
        (BUILD, ["action", "kind"], "extend", "$.action"),
        (EXTEND, ["action", "kind"], "build", "$.action"),
        (PULL, ["services", 1, "name"], "web", "$.services"),
        (PULL, ["services", 0, "name"], "W-2", "$.services"),
    ],
)
def test_a_plan_does_not_contradict_itself(plan: DeployPlan, path: list[Any], value: Any, member: str) -> None:
    with pytest.raises(InvalidPlan) as caught:
        plan_from_json(broken(plan, path, value))
    (error,) = caught.value.diagnostics
    assert error.code == "plan-contradiction"
    assert f"`{member}`" in error.message


@pytest.mark.parametrize("value", ["A", {"A": "1"}])
def test_a_pair_is_an_array(value: Any) -> None:
    with pytest.raises(InvalidPlan) as caught:
        plan_from_json(broken(BUILD, ["action", "recipe", "args", 0], value))
    assert [(error.code, error.message) for error in caught.value.diagnostics] == [
        ("plan-type", "`$.action.recipe.args[0]` must be an array")
    ]
