"""Texts that a format cannot represent: each exporter writes a text that its readers read back, or refuses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from deployspec import App, BuildOptions, DeployPlan, DeploySpecError, plan_to_json, render, resolve
from deployspec._plans.plan_json import plan_from_json

SURROGATES = ["\ud800", "a\udbff", "\udc00b", "\udc7f", "\udd00", "\udfff"]
BYTES = ["\udc80", "\udcff"]
NOT_NORMAL = ["e\u0301", "\u212b", "\u0344", "\uf900"]
PLAIN = ["\ud7ff", "\ue000", "\uffff", "\U0001f600", "\\ud800", "\\\ufeff", "a\ufeff", "\u00e9"]

EXPORTERS: dict[str, Callable[[DeployPlan], object]] = {
    "compose": render.compose,
    "bake": render.bake,
    "kubernetes": lambda plan: render.kubernetes(plan, image="quay.io/acme/web:1"),
    "docker": render.commands,
    "buildah": lambda plan: render.commands(plan, tool="buildah", version="1.40"),
}


def with_argument(name: str, value: str) -> DeployPlan:
    return resolve(App({}, "web: run", "FROM scratch", build=BuildOptions(args={name: value})))


def with_command(command: str) -> DeployPlan:
    """A stored plan: a Procfile cannot contain such a command."""
    document = json.loads(plan_to_json(with_argument("A", "b")))
    document["services"][0]["command"] = command
    return plan_from_json(json.dumps(document))


def refusals(export: Callable[[], object]) -> list[str]:
    with pytest.raises(DeploySpecError) as caught:
        export()
    assert {(one.code, one.severity) for one in caught.value.diagnostics} == {("export-text-not-carried", "error")}
    return [one.message for one in caught.value.diagnostics]


@pytest.mark.parametrize("exporter", ["compose", "bake", "docker", "buildah"])
@pytest.mark.parametrize("text", SURROGATES)
def test_a_lone_surrogate_in_an_argument_is_refused(exporter: str, text: str) -> None:
    for plan in (with_argument(f"A{text}", "b"), with_argument("A", text)):
        (message,) = refusals(partial(EXPORTERS[exporter], plan))
        assert "lone surrogate" in message
        assert message.isprintable()


@pytest.mark.parametrize("exporter", ["compose", "kubernetes", "docker", "buildah"])
@pytest.mark.parametrize("text", SURROGATES)
def test_a_lone_surrogate_in_a_stored_command_is_refused(exporter: str, text: str) -> None:
    assert "lone surrogate" in refusals(lambda: EXPORTERS[exporter](with_command(text)))[0]


@pytest.mark.parametrize("exporter", ["compose", "docker"])
def test_a_lone_surrogate_in_the_name_of_a_variable_is_refused(exporter: str) -> None:
    plan = resolve(App({"A\ud800": "1"}, "web: run", "FROM scratch"))
    assert "lone surrogate" in refusals(lambda: EXPORTERS[exporter](plan))[0]


@pytest.mark.parametrize("text", BYTES)
def test_a_byte_that_is_not_utf8_is_an_argument_but_no_text_of_a_document(text: str) -> None:
    plan = with_argument("A", text)
    assert f"A={text}" in render.commands(plan).steps[0].argv
    for exporter in ("compose", "bake"):
        refusals(partial(EXPORTERS[exporter], plan))


@pytest.mark.parametrize("tool", ["docker", "buildah"])
def test_a_nul_character_is_no_argument(tool: str) -> None:
    plan = with_argument("A", "x\0")
    assert refusals(lambda: EXPORTERS[tool](plan)) == [
        f"argument of `{tool}` contains a NUL character or a lone surrogate"
    ]
    assert json.loads(render.compose(plan).text)["services"]["web"]["build"]["args"] == {"A": "x\0"}


@pytest.mark.parametrize("text", NOT_NORMAL)
def test_bake_refuses_a_text_that_hcl_normalizes(text: str) -> None:
    for plan in (with_argument("A", text), with_argument(text, "b")):
        (message,) = refusals(partial(render.bake, plan))
        assert message.endswith("is not in Unicode's normal form NFC, to which HCL converts it")
        assert json.loads(render.compose(plan).text)["services"]["web"]["build"]["args"]


def test_bake_refuses_a_leading_byte_order_mark() -> None:
    (message,) = refusals(lambda: render.bake(with_argument("A", "\ufeffx")))
    assert message == "text of `target.app.args.A` begins with a byte order mark, which HCL removes"


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_are_read_back(text: str) -> None:
    plan = with_argument("A", text)
    compose: Any = json.loads(render.compose(plan).text)["services"]["web"]["build"]
    bake: Any = json.loads(render.bake(plan).text)["target"]["app"]
    assert compose["args"] == bake["args"] == {"A": text}
    assert f"A={text}" in render.commands(plan).steps[0].argv


def test_every_problem_is_reported() -> None:
    options = BuildOptions(args={"A": "\ud800", "B": "\ud800"}, contexts={"c": "./\ud800"})
    plan = resolve(App({}, "web: run", "FROM scratch", build=options))
    assert [message.partition("`")[2].partition("`")[0] for message in refusals(lambda: render.compose(plan))] == [
        "services.web.build.args.A",
        "services.web.build.args.B",
        "services.web.build.additional_contexts.c",
    ]
