"""Names of build arguments and named contexts."""

from __future__ import annotations

import pytest

from deployspec import App, Build, BuildOptions, DeployPlan, Recipe, ResolutionError, resolve

INVALID = [
    "",
    "-x",
    "--build-arg",
    "A=B",
    "=",
    "A B",
    " A",
    "A ",
    "A\tB",
    "A\n",
    "A\x00",
    "A\x1f",
    "A\x7f",
    "A\x80",
    "A\x9f",
    "A\u00a0",
    "A\u1680",
    "A\u2000B",
    "A\u200a",
    "A\u2028",
    "A\u2029",
    "A\u202f",
    "A\u205f",
    "A\u3000",
    "${A}",
    "x${",
    "%{if x}",
    "A%{",
    "BUILDKIT_SYNTAX=evil.example/f ",
]
VALID = ["A", "A-B", "A.B", "a/b", "1", "_", "$A", "%", "{}", "$", "A$", "a:b", "\u00e9", "A\u200b", "!", "~", "A-"]


def recipe(plan: DeployPlan) -> Recipe:
    assert isinstance(plan.action, Build)
    return plan.action.recipe


def refused(options: BuildOptions, text: str = "FROM scratch") -> list[str]:
    with pytest.raises(ResolutionError) as caught:
        resolve(App({}, "web: run", text, build=options))
    assert {one.severity for one in caught.value.diagnostics} == {"error"}
    return [f"{one.code}: {one.message}" for one in caught.value.diagnostics]


@pytest.mark.parametrize("name", INVALID)
def test_names_that_become_syntax_are_refused(name: str) -> None:
    (argument,) = refused(BuildOptions(args={name: "1"}))
    (context,) = refused(BuildOptions(contexts={name: "./x"}))
    assert argument.startswith("build-argument-invalid: invalid name `")
    assert context.startswith("build-context-invalid: invalid name `")
    assert "evil" not in argument + context


@pytest.mark.parametrize("name", VALID)
def test_other_names_are_kept(name: str) -> None:
    plan = resolve(App({}, "web: run", "FROM scratch", build=BuildOptions(args={name: "1"}, contexts={name: "./x"})))
    assert (recipe(plan).args, recipe(plan).contexts) == (((name, "1"),), ((name, "./x"),))


def test_invalid_names_do_not_hide_other_errors() -> None:
    options = BuildOptions(args={"-a": "", "-b": ""}, contexts={"-c": "x"})
    codes = [one.partition(":")[0] for one in refused(options, "FORM a")]
    assert codes[:3] == ["build-context-invalid", *["build-argument-invalid"] * 2]
    assert codes[3] == "dockerfile-unknown-instruction"


@pytest.mark.parametrize("name", ["alpine", "alpine:latest", "library/alpine", "docker.io/library/alpine:latest"])
def test_a_context_replaces_the_image_that_builders_replace(name: str) -> None:
    # The client of Docker writes all of them as `alpine`.
    contexts = {name: "docker-image://quay.io/acme/base:1"}
    plan = resolve(App({}, "web: run", "FROM alpine", build=BuildOptions(contexts=contexts)))
    assert [pull.reference.familiar for pull in plan.pulls] == ["quay.io/acme/base:1"]
    assert recipe(plan).contexts == (("alpine", "docker-image://quay.io/acme/base:1"),)


def test_a_context_may_be_for_one_platform() -> None:
    contexts = {"docker.io/library/alpine::linux/amd64": "docker-image://a", "alpine::linux/arm64": "docker-image://b"}
    for platform, image in (("linux/amd64", "a"), ("linux/arm64", "b")):
        options = BuildOptions(contexts=contexts, platform=platform)
        plan = resolve(App({}, "web: run", "FROM alpine", build=options))
        assert [pull.reference.familiar for pull in plan.pulls] == [f"{image}:latest"]


def test_two_names_of_one_context_are_refused() -> None:
    options = BuildOptions(contexts={"alpine": "./a", "library/alpine": "./b"})
    assert refused(options) == ["build-context-invalid: two build contexts are named `alpine`"]
