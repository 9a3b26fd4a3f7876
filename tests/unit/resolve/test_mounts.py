"""Secrets and SSH agents of a build: which ones the target needs, and which the platform does not provide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from deployspec import (
    App,
    BuildOptions,
    BuildSecret,
    BuildSsh,
    DeployPlan,
    Diagnostic,
    Pull,
    Recipe,
    ResolutionError,
    resolve,
)
from deployspec._dockerfile.dispatch import dispatch

NPMRC = BuildSecret(id="npmrc", required=True, target="/run/secrets/npmrc", line=2)


def plan_of(text: str, **options: Any) -> DeployPlan:
    return resolve(App({}, "web: run", text, build=BuildOptions(**options)))


def recipe_of(text: str, **options: Any) -> Recipe:
    action = plan_of(text, **options).action
    assert not isinstance(action, Pull)
    return action.recipe


def run(*mounts: str) -> str:
    return "".join(f"RUN {mount} x\n" for mount in mounts)


def found(text: str, **options: Any) -> list[Diagnostic]:
    try:
        return list(plan_of(text, **options).diagnostics)
    except ResolutionError as error:
        return list(error.diagnostics)


def ids(values: Iterable[BuildSecret | BuildSsh]) -> list[str]:
    return [value.id for value in values]


@pytest.mark.parametrize(
    ("mount", "secret"),
    [
        ("id=npmrc,required", NPMRC),
        ("id=npmrc,required=true", NPMRC),
        ("required=1,id=npmrc", NPMRC),
        ("ID=npmrc,Required=T", NPMRC),
        ('"id=npmrc",required', NPMRC),
        ("id=npmrc,required,required=0", BuildSecret(id="npmrc", target="/run/secrets/npmrc", line=2)),
        ("source=npmrc", BuildSecret(id="npmrc", target="/run/secrets/npmrc", line=2)),
        ("src=a/b", BuildSecret(id="a/b", target="/run/secrets/b", line=2)),
        ("target=/root/.npmrc", BuildSecret(id=".npmrc", target="/root/.npmrc", line=2)),
        ("dst=/root/.npmrc/", BuildSecret(id=".npmrc", target="/root/.npmrc/", line=2)),
        ("target=//", BuildSecret(id="/", target="//", line=2)),
        ("id=,target=a", BuildSecret(id="a", target="a", line=2)),
        ("id=a,destination=/b", BuildSecret(id="a", target="/b", line=2)),
        ("id=a,env=A", BuildSecret(id="a", env="A", line=2)),
        ("id=a,env=A,target=/b", BuildSecret(id="a", env="A", target="/b", line=2)),
        ('\\"id=a,b\\"', BuildSecret(id="a,b", target="/run/secrets/a,b", line=2)),
    ],
)
def test_a_secret(mount: str, secret: BuildSecret) -> None:
    assert recipe_of(f"FROM scratch\nRUN --mount=type=secret,{mount} x\n").secrets == (secret,)


@pytest.mark.parametrize(
    ("mount", "agent"),
    [
        ("type=ssh", BuildSsh(line=2)),
        ("TYPE=SSH,required", BuildSsh(required=True, line=2)),
        ("type=ssh,id=git,target=/agent", BuildSsh(id="git", target="/agent", line=2)),
        ("type=ssh,id=,required=false", BuildSsh(line=2)),
    ],
)
def test_an_ssh_agent(mount: str, agent: BuildSsh) -> None:
    recipe = recipe_of(f"FROM scratch\nRUN --mount={mount} x\n")
    assert recipe.ssh == (agent,)
    assert recipe.secrets == ()


@pytest.mark.parametrize("flag", ["", "--network=none "])  # the fast path, and the full parser
def test_other_mounts_are_none_of_these(flag: str) -> None:
    text = f"FROM scratch\nRUN {flag}--mount=type=cache,id=ssh-secret,target=/c x\n"
    assert recipe_of(text) == recipe_of(text, secrets=None)
    assert (recipe_of(text).secrets, recipe_of(text).ssh) == ((), ())


def test_only_mounts_of_needed_stages_count() -> None:
    text = "".join(
        f"FROM {base}\nRUN --mount=type=secret,id={name} x\n"
        for base, name in (
            ("scratch AS base", "base"),
            ("scratch AS copied", "copied"),
            ("scratch AS unused", "unused"),
            ("base AS last", "last"),
        )
    )
    assert ids(recipe_of(text + "COPY --from=copied / /\n").secrets) == ["base", "copied", "last"]
    assert ids(recipe_of(text, target="unused").secrets) == ["unused"]
    assert ids(recipe_of(text, contexts={"base": "./x"}).secrets) == ["last"]


def test_triggers_count_where_they_fire() -> None:
    trigger = "ONBUILD RUN --mount=type=secret,id=$NAME,required x\n"
    text = f"FROM scratch AS base\nENV NAME=npmrc\n{trigger}FROM base AS child\n"
    assert recipe_of(text).secrets == (BuildSecret(id="npmrc", required=True, target="/run/secrets/npmrc", line=3),)
    assert recipe_of(text, target="base").secrets == ()
    (missing,) = found(text, secrets=[])
    assert (missing.code, missing.line, missing.column, missing.end_column) == ("build-secret-missing", 3, 21, 50)


def test_variables_are_expanded_as_in_the_build() -> None:
    text = "ARG G=global\nFROM scratch\nARG G\nARG A=$G-a\nENV B=b\n"
    text += run("--mount=type=secret,id=$A,target=/$B", "--mount=type=$T,id=x,target=/x")
    (secret,) = recipe_of(text.replace("$T", "secret")).secrets[:1]
    assert (secret.id, secret.target) == ("global-a", "/b")
    assert ids(recipe_of(text.replace("$T", "secret"), args={"A": "given"}).secrets) == ["given", "x"]


def test_each_mount_is_listed_once() -> None:
    mount = "--mount=type=secret,id=a"
    text = "FROM scratch\n" + run(mount, mount, f"{mount},required", "--mount=type=ssh", "--mount=type=ssh")
    recipe = recipe_of(text)
    assert [(secret.required, secret.line) for secret in recipe.secrets] == [(False, 2), (True, 4)]
    assert [agent.line for agent in recipe.ssh] == [5]


@pytest.mark.parametrize(
    "mount",
    ["type=secret,id=$U", "type=secret,id=a,required=$U", "type=$U,id=a", "type=ssh,id=$U", "type=secret,target=$U"],
)
def test_a_mount_that_depends_on_the_base_image_is_unknown(mount: str) -> None:
    plan = plan_of(f"FROM a\n{run(f'--mount={mount}')}", secrets=["a"], ssh=["b"])
    assert isinstance(plan.action, Pull) is False
    assert [(unknown.code, unknown.line, unknown.column) for unknown in plan.unknowns[1:]] == [
        ("build-secret-unknown", 2, 13)
    ]
    assert plan.complete
    # Any secret that is provided may be the unknown one.
    assert not plan.diagnostics


def test_an_unknown_target_or_variable_is_left_out() -> None:
    (secret,) = recipe_of("FROM a\nRUN --mount=type=secret,id=a,target=$HOME/x x\n").secrets
    assert secret == BuildSecret(id="a", line=2)
    (secret,) = recipe_of("FROM a\nRUN --mount=type=secret,id=a,env=$E,target=/x x\n").secrets
    assert secret == BuildSecret(id="a", target="/x", line=2)


def test_triggers_that_are_not_read_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "MAX_FIRED", 0)
    plan = plan_of(f"FROM scratch AS a\nONBUILD {run('--mount=type=ssh')}FROM a\n")
    assert [(unknown.code, unknown.line) for unknown in plan.unknowns] == [
        ("dockerfile-not-checked", 2),
        ("build-secret-unknown", 2),
    ]


# The platform's secrets

REQUIRED = "FROM scratch\n" + run(
    "--mount=type=secret,id=npmrc,required --mount=type=ssh,required",
    "--mount=type=secret,id=npmrc,required,target=/x",
    "--mount=type=secret,id=optional",
)


def test_a_missing_secret_is_an_error() -> None:
    missing, ssh = found(REQUIRED, secrets=["optional"], ssh=iter(()))
    assert missing == Diagnostic(
        "build-secret-missing",
        "required secret `npmrc` is not provided to the build",
        hint="provide it, or remove `required` from the mount",
        source="Dockerfile",
        line=2,
        column=13,
        end_line=2,
        end_column=42,
    )
    assert (ssh.code, ssh.line, ssh.column) == ("build-ssh-missing", 2, 51)
    assert ssh.message == "required SSH agent `default` is not provided to the build"
    assert found(REQUIRED, secrets=["npmrc", "optional"], ssh=["default"]) == []


def test_nothing_is_checked_unless_the_platform_says_it() -> None:
    assert found(REQUIRED) == []
    assert [one.code for one in found(REQUIRED, ssh=())] == ["build-ssh-missing"]
    assert [one.code for one in found(REQUIRED, secrets={})] == ["build-secret-missing"]


def test_an_unused_secret_is_a_note() -> None:
    assert found("FROM scratch", secrets={"b": "x", "a=hunter2": "y"}, ssh={"git"}) == [
        Diagnostic(
            "build-secret-unused",
            f"secret `{name}` is provided, but the build does not mount it",
            "note",
            source="--secret",
        )
        for name in ("a", "b")
    ] + [
        Diagnostic(
            "build-ssh-unused", "SSH agent `git` is provided, but the build does not mount it", "note", source="--ssh"
        )
    ]


def test_an_id_of_the_dockerfile_is_shown_in_full() -> None:
    (missing,) = found("FROM scratch\nRUN --mount=type=secret,id=a=b,required x\n", secrets=[])
    assert missing.message == "required secret `a=b` is not provided to the build"


def test_a_close_id_is_suggested() -> None:
    missing, unused, _ = found(REQUIRED, secrets=["npm-rc", "optional"], ssh=[])
    assert (missing.hint, unused.hint) == ("did you mean `npm-rc`?", "did you mean `npmrc`?")
    many = [f"npm{number}" for number in range(1_001)]
    assert found(REQUIRED, secrets=many, ssh=["default"])[0].hint == "provide it, or remove `required` from the mount"


def test_diagnostics_name_the_path_of_the_dockerfile() -> None:
    assert {one.source for one in found(REQUIRED, secrets=[], ssh=[], dockerfile_path="d/D")} == {"d/D"}


def test_thousands_of_ids_are_reported_as_a_hundred() -> None:
    text = "FROM scratch\n" + "".join(f"RUN --mount=type=secret,id=a{n},required x\n" for n in range(1_000))
    diagnostics = found(text, secrets=[f"b{n}" for n in range(5_000)])
    assert len(diagnostics) == 101
    assert diagnostics[-1].code == "more-diagnostics"


def test_secrets_of_a_custom_frontend_are_unknown() -> None:
    codes = [one.code for one in found("# syntax=acme/fe\nFROM scratch", secrets=["a"], ssh=["b"])]
    assert codes == ["build-frontend-custom"]
    assert recipe_of("# syntax=acme/fe\nRUN --mount=type=ssh x", secrets=["a"]).ssh == ()


def test_an_ignored_dockerfile_needs_no_secret() -> None:
    app = App({"APTIBLE_DOCKER_IMAGE": "a/b:1"}, "web: run", REQUIRED, build=BuildOptions(secrets=[], ssh=[]))
    assert [one.code for one in resolve(app).diagnostics] == ["dockerfile-ignored"]


@pytest.mark.parametrize("value", ["npmrc", b"npmrc", [7], [None], 7])
def test_ids_are_strings(value: Any) -> None:
    for name in ("secrets", "ssh"):
        with pytest.raises(TypeError):
            BuildOptions(**{name: value})


# The way out of a secret in a build argument


def test_the_hint_about_a_secret_argument_works() -> None:
    (warning,) = found("FROM scratch\nARG NPM_TOKEN\n", args={"NPM_TOKEN": "x"})
    assert warning.code == "build-argument-looks-secret"
    assert warning.hint is not None
    instruction, path = warning.hint.split("`")[1::2]
    (secret,) = recipe_of(f"FROM scratch\n{instruction}\n").secrets
    assert (secret.id, secret.target) == ("NPM_TOKEN", path)


def test_the_hint_about_an_argument_with_an_odd_name() -> None:
    (warning,) = found("FROM scratch", args={"a,PASSWORD": "x"})
    assert warning.hint == "pass it as a build secret, with `RUN --mount=type=secret,id=…`"
