"""Plans whose executor may read another Dockerfile than `resolve`, or read it otherwise."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from deployspec import (
    App,
    Build,
    BuildOptions,
    DeployPlan,
    DeploySpecError,
    InvalidPlan,
    Policy,
    audit,
    diff,
    fingerprint,
    pin,
    plan_from_json,
    plan_to_json,
    render,
    resolve,
)

HIDDEN = "FROM scratch AS good\nLABEL a=b\nRUN true <<CMD\nFROM 127.0.0.1:1/evil/x\nCMD\n"
REMOTES = ["https://git.example/app.git", "git@git.example:app", "github.com/acme/app", "ssh://git.example/app"]


def plan_of(text: str, **options: Any) -> DeployPlan:
    return resolve(App({}, "web: run", text, build=BuildOptions(**options)))


def features(plan: DeployPlan) -> tuple[str, ...]:
    assert isinstance(plan.action, Build)
    return plan.action.recipe.features


def refused(plan: DeployPlan, **options: Any) -> list[str]:
    with pytest.raises(DeploySpecError) as caught:
        render.commands(plan, **options)
    return [f"{one.code}: {one.message}" for one in caught.value.diagnostics]


def test_the_recipe_has_the_features_of_the_dockerfile() -> None:
    plan = plan_of(HIDDEN)
    assert (features(plan), plan.pulls, plan.complete) == (("heredoc",), (), True)
    assert plan_from_json(plan_to_json(plan)) == plan
    assert features(plan_of("FROM scratch")) == ()


def test_features_follow_from_the_text_and_are_no_difference() -> None:
    plan = plan_of(HIDDEN)
    assert isinstance(plan.action, Build)
    without = attrs.evolve(plan, action=Build(attrs.evolve(plan.action.recipe, features=())))
    assert fingerprint(plan) == fingerprint(without)
    assert diff(plan, without, config_changed=False).changes == ()


@pytest.mark.parametrize(
    ("tool", "version"),
    [
        ("buildah", None),
        ("buildah", "1.28.2"),
        ("buildah", "1.32"),
        ("buildah", "1.33.0-dev"),
        ("buildah", "1.33-rc1"),
        ("podman", None),
        ("podman", "4.7.9"),
        ("podman", "3.99"),
        ("docker", "20.10.24"),
        ("docker", "v20.10.24+dfsg1"),
    ],
)
def test_a_tool_that_misreads_the_dockerfile_is_refused(tool: Any, version: str | None) -> None:
    assert refused(plan_of(HIDDEN), tool=tool, version=version) == [
        f"export-feature-not-carried: {tool} may find other images in the Dockerfile, which contains a heredoc"
    ]


@pytest.mark.parametrize(
    ("tool", "version"),
    [
        ("buildah", "1.33.0"),
        ("buildah", "1.33.1-dev"),
        ("buildah", "2.0"),
        ("podman", "4.8"),
        ("podman", "5.0.0-rc1"),
        ("docker", None),
        ("docker", "23.0.0"),
        ("skopeo", None),
        ("skopeo", "1"),
    ],
)
def test_other_tools_are_not(tool: Any, version: str | None) -> None:
    assert render.commands(plan_of(HIDDEN), tool=tool, version=version).losses is not None


def test_a_file_without_features_needs_no_version() -> None:
    for tool in ("docker", "podman", "buildah"):
        assert render.commands(plan_of("FROM a"), tool=tool, version="0.1").steps


def test_docker_runs_the_frontend_of_the_file_and_podman_ignores_it() -> None:
    plan = plan_of("# syntax=docker/dockerfile:1\n" + HIDDEN)
    assert render.commands(plan, version="20.10").steps
    assert len(refused(plan, tool="buildah")) == 1


@pytest.mark.parametrize(("tool", "old", "first"), [("buildah", "1.27.4", "1.28.0"), ("podman", "4.2", "4.3")])
def test_an_image_of_an_unused_stage_needs_a_tool_that_skips_the_stage(tool: Any, old: str, first: str) -> None:
    plan = plan_of("FROM evil/x AS a\nFROM scratch\n")
    assert (features(plan), plan.pulls) == (("stage-unused",), ())
    message = f"{tool} may find other images in the Dockerfile, which contains "
    for version in (None, old):
        assert refused(plan, tool=tool, version=version) == [
            f"export-feature-not-carried: {message}an image of a stage that the target does not need"
        ]
    assert render.commands(plan, tool=tool, version=first).steps
    assert features(plan_of("FROM evil/x AS a\nFROM scratch\n", target="a")) == ()
    assert features(plan_of("FROM scratch AS a\nFROM scratch\n")) == ()


def test_a_feature_that_a_tool_never_reads_alike_names_docker() -> None:
    plan = plan_of("FROM scratch AS Build\nFROM build\n")
    assert len(refused(plan, tool="podman", version="99.0")) == 1
    with pytest.raises(DeploySpecError) as caught:
        render.commands(plan, tool="podman")
    assert [one.hint for one in caught.value.diagnostics] == ["build with docker"]


@pytest.mark.parametrize("version", ["", "1", "x", "1.", "1.2.3.4", "1.2 3", "1.2\n", "99999999999.1"])
def test_an_invalid_version_is_refused(version: str) -> None:
    assert refused(plan_of("FROM a"), version=version) == ["export-version-invalid: invalid version of the tool"]


def test_a_frontend_that_is_too_old_makes_a_plan_incomplete() -> None:
    plan = plan_of("# syntax=docker/dockerfile:1.3\n" + HIDDEN)
    assert not plan.complete
    assert [one.code for one in plan.unknowns] == ["build-frontend-old"]
    assert plan.unknowns[0] in plan.diagnostics
    assert [one.code for one in audit(plan, Policy(require_complete=True))] == ["policy-incomplete"]
    assert plan_of("# syntax=docker/dockerfile:1.4\n" + HIDDEN).complete
    assert plan_of("# syntax=docker/dockerfile:1.3\nFROM scratch").complete
    assert not plan_of(HIDDEN, args={"BUILDKIT_SYNTAX": "docker/dockerfile:1.2"}).complete


def test_a_pinned_frontend_stays_as_it_was_resolved() -> None:
    plan = pin(plan_of("# syntax=docker/dockerfile:1\n" + HIDDEN), {"docker/dockerfile:1": "sha256:" + "1" * 64})
    assert plan.complete
    assert plan_from_json(plan_to_json(plan)) == plan


@pytest.mark.parametrize("member", ["context", "dockerfile_path"])
@pytest.mark.parametrize("remote", REMOTES)
def test_a_remote_context_makes_a_plan_incomplete_and_no_command(member: str, remote: str) -> None:
    plan = plan_of("FROM a", **{member: remote})
    assert not plan.complete
    assert [one.code for one in plan.diagnostics] == ["build-context-remote"]
    assert plan_from_json(plan_to_json(plan)) == plan
    assert {one.partition(":")[0] for tool in ("docker", "podman", "buildah") for one in refused(plan, tool=tool)} == {
        "export-context-remote"
    }
    for export in (render.bake, render.compose):
        with pytest.raises(DeploySpecError, match="export-context-remote"):
            export(plan)
    assert render.kubernetes(plan, image="localhost/app:1").text


@pytest.mark.parametrize(
    ("plan", "old", "new", "message"),
    [
        (plan_of("FROM scratch"), '"context": "."', '"context": "https://git.example/x.git"', "context is remote"),
        (plan_of("FROM scratch"), '"Dockerfile"', '"https://git.example/Dockerfile"', "context is remote"),
        (plan_of(HIDDEN), '"heredoc"', '"nothing"', "unknown feature `nothing`"),
        (
            plan_of("# syntax=docker/dockerfile:1.4\n" + HIDDEN),
            "dockerfile:1.4",
            "dockerfile:1.3",
            "`docker/dockerfile:1.3` may not support the Dockerfile",
        ),
    ],
)
def test_a_stored_plan_is_not_more_complete_than_it_can_be(plan: DeployPlan, old: str, new: str, message: str) -> None:
    with pytest.raises(InvalidPlan) as caught:
        plan_from_json(plan_to_json(plan).replace(old, new))
    (error,) = caught.value.diagnostics
    assert error.code == "plan-contradiction"
    assert message in error.message
