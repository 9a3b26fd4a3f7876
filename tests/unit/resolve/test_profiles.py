"""Each choice of a profile, in both directions: what the one takes, the other refuses or tells differently."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from deployspec import (
    APTIBLE_2016,
    APTIBLE_CURRENT,
    App,
    Credential,
    Keyring,
    Profile,
    ResolutionError,
    Secret,
    credentials_for,
    resolve,
)

DIGEST = "sha256:" + "0" * 64
ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


LAST = {
    "image": "DOCKER_IMAGE",
    **{name: f"PRIVATE_REGISTRY_{name.upper()}" for name in ("host", "username", "password", "email")},
}


def told(
    profile: Profile, prefix: str, *, procfile: str | None = "web: run", dockerfile: str | None = None, **variables: str
) -> list[str]:
    """All that a resolution tells, `SEVERITY CODE`, in order; `plan` at the end where there is one."""
    config = {f"{prefix}{LAST[name]}": value for name, value in variables.items()}
    try:
        found = resolve(App(config, procfile, dockerfile, profile=profile)).diagnostics
    except ResolutionError as error:
        return [f"{one.severity} {one.code}" for one in error.diagnostics]
    return [*(f"{one.severity} {one.code}" for one in found), "plan"]


LOGIN = {"username": "ada", "password": "pw"}
CHOICES: dict[str, tuple[dict[str, Any], list[str], list[str]]] = {
    "no Procfile": (
        {"image": "quay.io/a/b:1", "procfile": None},
        ["error procfile-missing"],
        ["note procfile-implicit-service", "plan"],
    ),
    "an empty Procfile": (
        {"image": "quay.io/a/b:1", "procfile": "# none"},
        ["error procfile-no-services"],
        ["error procfile-no-services"],
    ),
    "one component": ({"image": "httpd:1"}, ["error image-repository-missing"], ["note image-official", "plan"]),
    "one component on Docker Hub": (
        {"image": "docker.io/httpd:1"},
        ["error image-repository-missing"],
        ["note image-official", "plan"],
    ),
    "library written": ({"image": "library/httpd:1"}, ["plan"], ["plan"]),
    "one component elsewhere": ({"image": "quay.io/app:1"}, ["warning image-single-component", "plan"], ["plan"]),
    "one component at ECR": ({"image": f"{ECR}/app:1"}, ["warning image-single-component", "plan"], ["plan"]),
    "a login with a host": ({"image": "quay.io/a/b:1", "host": "quay.io", **LOGIN}, ["plan"], ["plan"]),
    "a login without a host": (
        {"image": "quay.io/a/b:1", **LOGIN},
        ["error credentials-host-mismatch"],
        ["plan"],
    ),
    "a login for a build": (
        {"dockerfile": "FROM quay.io/a/b", **LOGIN},
        ["warning credentials-unused", "plan"],
        ["error credentials-host-unknown"],
    ),
    "half a login for a build": (
        {"dockerfile": "FROM quay.io/a/b", "username": "ada"},
        ["error credentials-incomplete"],
        ["error credentials-incomplete"],
    ),
    "a digest": ({"image": f"quay.io/a/b@{DIGEST}"}, ["plan"], ["error image-digest-unsupported"]),
    "a tag and a digest": ({"image": f"quay.io/a/b:1@{DIGEST}"}, ["plan"], ["error image-digest-unsupported"]),
    "an e-mail": (
        {"image": "a/b:1", **LOGIN, "email": "a@b.c"},
        ["plan"],
        ["warning credentials-email-deprecated", "plan"],
    ),
    "an e-mail alone": (
        {"image": "a/b:1", "email": "a@b.c"},
        ["warning credentials-without-login", "plan"],
        ["warning credentials-email-deprecated", "plan"],
    ),
    "the built-in frontend": ({"dockerfile": "# syntax=docker/dockerfile:1\nFROM a/b"}, ["plan"], ["plan"]),
    "its upstream": (
        {"dockerfile": "# syntax=docker.io/docker/dockerfile-upstream:master\nFROM a/b"},
        ["plan"],
        ["plan"],
    ),
    "another frontend": (
        {"dockerfile": "# syntax=a/b\nX"},
        ["warning build-frontend-custom", "plan"],
        ["warning build-frontend-custom", "plan"],
    ),
}
PREFIXES = ["APTIBLE_", "MYPAAS_", ""]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("choice", CHOICES)
def test_each_choice_in_both_directions_under_every_prefix(choice: str, prefix: str) -> None:
    given, in_2016, today = CHOICES[choice]
    assert told(APTIBLE_2016.with_prefix(prefix), prefix, **given) == in_2016
    assert told(APTIBLE_CURRENT.with_prefix(prefix), prefix, **given) == today


SINGLE: dict[str, tuple[str, Any]] = {
    "no Procfile": ("procfile_required", False),
    "one component": ("official_images", True),
    "one component elsewhere": ("warn_single_component", False),
    "a login without a host": ("host_variable", None),
    "a login for a build": ("host_variable", None),
    "a digest": ("digest_supported", False),
    "an e-mail": ("email_supported", False),
}


@pytest.mark.parametrize("choice", SINGLE)
def test_each_choice_is_one_member_of_a_profile_of_one_s_own(choice: str) -> None:
    given, in_2016, today = CHOICES[choice]
    member, value = SINGLE[choice]
    own = attrs.evolve(APTIBLE_2016, name="own", **{member: value})
    assert told(own, "APTIBLE_", **given) == today != in_2016
    back = attrs.evolve(own, **{member: getattr(APTIBLE_2016, member)})
    assert told(back, "APTIBLE_", **given) == in_2016


def test_the_two_differ_in_these_members_alone() -> None:
    differing = {
        member.name
        for member in attrs.fields(Profile)
        if getattr(APTIBLE_2016, member.name) != getattr(APTIBLE_CURRENT, member.name)
    }
    assert differing == {"name", "control_variables", *(member for member, _ in SINGLE.values())}


def test_a_profile_lists_frontends_and_says_where_a_login_goes_by_default() -> None:
    own = attrs.evolve(
        APTIBLE_2016,
        name="own",
        frontends=frozenset({"quay.io/acme/frontend"}),
        default_host="quay.io",
        default_email=None,
        on_host_mismatch="anonymous",
    )
    assert told(own, "APTIBLE_", dockerfile="# syntax=quay.io/acme/frontend:3\nFROM a/b") == ["plan"]
    assert told(own, "APTIBLE_", dockerfile="# syntax=docker/dockerfile:1\nFROM a/b") == [
        "warning build-frontend-custom",
        "plan",
    ]
    assert told(own, "APTIBLE_", image="quay.io/a/b:1", **LOGIN) == ["plan"]
    assert told(own, "APTIBLE_", image="a/b:1", **LOGIN) == ["warning credentials-host-mismatch", "plan"]
    config = {"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}
    config |= {f"APTIBLE_PRIVATE_REGISTRY_{name.upper()}": value for name, value in LOGIN.items()}
    app = App(config, "web: run", profile=own)
    plan = resolve(app)
    assert (plan.profile, plan.environment) == ("own", ())
    assert [one.email for one in credentials_for(plan, app).values()] == [None]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("profile", [APTIBLE_2016, APTIBLE_CURRENT], ids=lambda profile: profile.name)
def test_a_prefix_moves_every_variable_and_nothing_else(profile: Profile, prefix: str) -> None:
    moved = profile.with_prefix(prefix)
    assert moved.control_variables == {name.replace("APTIBLE_", prefix) for name in profile.control_variables}
    assert moved.name == f"{profile.name}+{prefix}"
    assert moved.with_prefix("B_").name == f"{profile.name}+B_"
    assert moved.with_prefix("APTIBLE_", name=profile.name) == profile
    config = dict.fromkeys([*moved.control_variables, "OTHER"], "")
    config[moved.image_variable] = "quay.io/a/b:1"
    assert resolve(App(config, "web: run", profile=moved)).environment == ("OTHER",)


def test_a_variable_that_a_profile_does_not_have_is_an_ordinary_one() -> None:
    host = {"APTIBLE_PRIVATE_REGISTRY_HOST": "evil.example"}
    config = {"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1", **host}
    assert resolve(App(config, "web: run")).environment == ()
    plan = resolve(App(config, "web: run", profile=APTIBLE_CURRENT))
    assert plan.environment == tuple(host)
    keyring = Keyring([Credential(scope="evil.example", username="a", password=Secret("b"))])
    assert resolve(App(config, "web: run", profile=APTIBLE_CURRENT, keyring=keyring)).pulls[0].credential is None
