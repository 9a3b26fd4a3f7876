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
def test_a_plan_comes_back_as_it_was(plan: DeployPlan) -> None:
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
    ("path", "value", "code", "told"),
    [
        (["version"], 2, "plan-version", "$.version"),
        (["version"], True, "plan-version", "$.version"),
        (["extra"], 1, "plan-member-unknown", "`extra`"),
        (["profile"], None, "plan-member-missing", "`profile`"),
        (["action"], [], "plan-value", "$.action.kind"),
        (["action", "kind"], "push", "plan-value", "$.action.kind"),
        (["action", "image", "reference"], "quay.io/A", "plan-value", "$.action.image.reference"),
        (["action", "image", "reference"], "ubuntu", "plan-value", "$.action.image.reference"),
        (["action", "image", "reference"], 7, "plan-value", "$.action.image.reference"),
        (["action", "image", "credential", "scope"], "QUAY.IO", "plan-value", "$.action.image.credential.scope"),
        (["action", "image", "credential", "scope"], 1, "plan-value", "$.action.image.credential.scope"),
        (["action", "image", "role"], "base", "plan-value", "$.action.image.role"),
        (["services", 1, "name"], 3, "plan-type", "$.services[1].name"),
        (["services", 0, "line"], True, "plan-type", "$.services[0].line"),
        (["services", 0], "web", "plan-type", "$.services[0]"),
        (["environment"], "A", "plan-type", "$.environment"),
        (["complete"], False, "plan-value", "$.complete"),
    ],
)
def test_faults_name_the_member(path: list[Any], value: Any, code: str, told: str) -> None:
    with pytest.raises(InvalidPlan) as caught:
        plan_from_json(broken(PULL, path, value))
    assert caught.value.diagnostics[0].code == code
    assert told in caught.value.diagnostics[0].message


def test_pairs_have_two_items() -> None:
    with pytest.raises(InvalidPlan, match=r"args\[0\]"):
        plan_from_json(broken(BUILD, ["action", "recipe", "args"], [["A"]]))


@pytest.mark.parametrize("text", ["", "{", '{"version": 1, "version": 1}', "[" * 100_000, b"\xff"])
def test_what_is_no_json(text: str | bytes) -> None:
    with pytest.raises(InvalidPlan, match="plan-syntax"):
        plan_from_json(text)


def test_all_faults_are_told() -> None:
    with pytest.raises(InvalidPlan) as caught:
        plan_from_json("{}")
    assert len(caught.value.diagnostics) == 10
    with pytest.raises(InvalidPlan, match="must be an object"):
        plan_from_json("[]")
