"""Plans, differences and diagnostics as dictionaries."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from deployspec import (
    App,
    Diagnostic,
    InvalidPlan,
    counterfactuals,
    diff,
    plan_from_dict,
    plan_to_dict,
    plan_to_json,
    resolve,
    strategies,
)

PULL = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run"))
BUILD = resolve(App({"PORT": "80"}, "web: run\nrelease: migrate\nworker: work", "FROM ruby:3.4"))


@given(strategies.plans())
def test_a_dictionary_is_the_document_of_the_text(plan: Any) -> None:
    document = plan_to_dict(plan)
    assert document == json.loads(plan_to_json(plan))
    assert plan_from_dict(document) == plan


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"version": 2}, "plan-version"),
        ({"more": 1}, "plan-member-unknown"),
        ({"services": {}}, "plan-type"),
        ({"profile": float("nan")}, "plan-syntax"),
        ({"profile": object()}, "plan-syntax"),
        ({"profile": {1, 2}}, "plan-syntax"),
        ({1: 1}, "plan-member-unknown"),
    ],
)
def test_errors_are_those_of_the_text(changed: Any, code: str) -> None:
    with pytest.raises(InvalidPlan) as caught:
        plan_from_dict({**plan_to_dict(PULL), **changed})
    assert [found.code for found in caught.value.diagnostics] == [code]


def test_a_document_without_an_end_is_an_error() -> None:
    endless: dict[str, Any] = {}
    endless["version"] = endless
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    for document in (endless, {"version": deep}):
        with pytest.raises(InvalidPlan, match="plan-syntax"):
            plan_from_dict(document)


def test_only_a_mapping_is_a_document() -> None:
    document: Any = [plan_to_dict(PULL)]
    with pytest.raises(TypeError, match=r"^document must be a Mapping, not list$"):
        plan_from_dict(document)
    with pytest.raises(TypeError, match=r"^plan must be a DeployPlan, not list$"):
        plan_to_dict(document)


def test_results_are_json_objects() -> None:
    found = Diagnostic("x", "y", source="Procfile", line=1, column=2).to_dict()
    assert found == {
        "code": "x",
        "message": "y",
        "severity": "error",
        "hint": None,
        "source": "Procfile",
        "line": 1,
        "column": 2,
        "end_line": 1,
        "end_column": 3,
    }
    difference = diff(PULL, BUILD).to_dict()
    assert difference["requires"] == "rebuild"
    assert difference["changes"][0] == {"kind": "action", "subject": "plan", "old": "pull", "new": "build"}
    assert json.loads(json.dumps(difference)) == difference


def test_a_counterfactual_has_a_plan_or_diagnostics() -> None:
    both = App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run", "FROM alpine:3")
    (found,) = counterfactuals(both)
    outcome = found.to_dict()
    assert plan_from_dict(outcome["plan"]) == found.outcome
    assert outcome["diagnostics"] == outcome["plan"]["diagnostics"]
    (failed,) = counterfactuals(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run"))
    assert failed.to_dict()["plan"] is None
    assert [found["code"] for found in failed.to_dict()["diagnostics"]] == ["nothing-to-deploy"]


def test_release_and_processes() -> None:
    assert BUILD.release == BUILD.services[1]
    assert BUILD.processes == (BUILD.services[0], BUILD.services[2])
    assert (PULL.release, PULL.processes) == (None, PULL.services)
