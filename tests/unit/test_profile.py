"""Profiles from data."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from deployspec import APTIBLE_2016, APTIBLE_CURRENT, App, DeploySpecError, Diagnostic, parse_profile, resolve


def errors(**members: Any) -> list[str]:
    with pytest.raises(DeploySpecError) as caught:
        parse_profile(members)
    assert {found.source for found in caught.value.diagnostics} == {"profile"}
    return [f"{found.code} {found.message}" for found in caught.value.diagnostics]


def hint(**members: Any) -> str | None:
    with pytest.raises(DeploySpecError) as caught:
        parse_profile(members)
    return caught.value.diagnostics[0].hint


@pytest.mark.parametrize("profile", [APTIBLE_2016, APTIBLE_CURRENT], ids=lambda profile: profile.name)
def test_a_profile_extends_another(profile: Any) -> None:
    assert parse_profile({"name": "own", "extends": profile.name}) == attrs.evolve(profile, name="own")
    members = attrs.asdict(profile, filter=lambda field, _: field.init)
    assert parse_profile(json.loads(json.dumps(members, default=sorted))) == profile
    assert parse_profile(members) == profile


def test_members_replace_those_of_the_base() -> None:
    profile = parse_profile(
        {
            "name": "own",
            "extends": "aptible-current",
            "image_variable": "OWN_IMAGE",
            "host_variable": "OWN_HOST",
            "default_email": None,
            "procfile_required": True,
            "on_host_mismatch": "anonymous",
            "default_host": "quay.io",
            "frontends": ["docker/dockerfile", "quay.io/acme/frontend"],
        }
    )
    assert profile.frontends == {"docker.io/docker/dockerfile", "quay.io/acme/frontend"}
    assert (profile.official_images, profile.procfile_required, profile.default_email) == (True, True, None)
    plan = resolve(App({"OWN_IMAGE": "quay.io/acme/web:1"}, "web: run", profile=profile))
    assert plan.profile == "own"


def test_every_error_is_reported_at_once() -> None:
    assert errors(
        extends="aptible-2017",
        image_variabel="A",
        host_variable=3,
        username_variable="A=B",
        password_variable="",
        default_host="QUAY.IO",
        official_images="yes",
        on_host_mismatch="ignore",
        frontends="docker/dockerfile",
    ) == [
        "profile-value unknown profile `aptible-2017`",
        "profile-member-missing missing member `name`",
        "profile-member-unknown unknown member `image_variabel`",
        "profile-type `host_variable` must be a string or null",
        "profile-value `username_variable` must be the name of a variable",
        "profile-value `password_variable` must be the name of a variable",
        "profile-value `default_host` must be the host of a registry, in lowercase",
        "profile-type `official_images` must be true or false",
        "profile-value `on_host_mismatch` must be `error` or `anonymous`",
        "profile-type `frontends` must be an array of strings",
    ]
    assert errors(name="", extends=1, email_variable=None, frontends=["A B", 1]) == [
        "profile-type `extends` must be a string",
        "profile-value `name` must be a name",
        "profile-type `email_variable` must be a string",
        "profile-type `frontends` must be an array of strings",
    ]
    assert errors(name="own", frontends=["A B"]) == [
        "profile-value `frontends` contains `A B`, which is not a repository"
    ]


def test_close_names_are_suggested() -> None:
    assert hint(name="own", image_variabel="A") == "did you mean `image_variable`?"
    assert hint(name="own", extends="aptible2016") == "did you mean `aptible-2016`?"
    assert hint(name="own", extends="heroku") == "use `aptible-2016`, `aptible-current`"
    unknown: Any = {"name": "own", 1: 2}
    with pytest.raises(DeploySpecError, match="unknown member `1`"):
        parse_profile(unknown)


def test_two_members_cannot_name_the_same_variable() -> None:
    assert errors(name="own", host_variable="LOGIN", password_variable="LOGIN", email_variable="LOGIN") == [
        "profile-variable-twice `host_variable` and `password_variable` name the same variable",
        "profile-variable-twice `host_variable` and `email_variable` name the same variable",
    ]


def test_an_unusual_variable_is_accepted() -> None:
    assert parse_profile({"name": "own", "image_variable": "own.image"}).image_variable == "own.image"


def test_only_a_mapping_is_parsed() -> None:
    text: Any = "name = 'own'"
    with pytest.raises(TypeError, match=r"^members must be a Mapping, not str$"):
        parse_profile(text)


@pytest.mark.parametrize("code", ["", "Acme", "acme_web", "acme-", "-acme", "acme--web", "a b", "é", "acme\n"])
def test_the_code_of_a_diagnostic_is_kebab_case(code: str) -> None:
    with pytest.raises(ValueError, match=r"is not kebab-case$"):
        Diagnostic(code, "message")


def test_the_severity_of_a_diagnostic_is_checked() -> None:
    fatal: Any = "fatal"
    with pytest.raises(ValueError, match=r'^unknown severity "fatal": use error, warning or note$'):
        Diagnostic("acme-web", "message", fatal)
    with pytest.raises(ValueError, match="unknown severity"):
        attrs.evolve(Diagnostic("acme-web", "message"), severity=fatal)


def test_a_prefix_names_all_variables() -> None:
    profile = parse_profile({"name": "acme", "prefix": "ACME_", "email_variable": "MAIL"})
    assert (profile.name, profile.image_variable, profile.email_variable) == ("acme", "ACME_DOCKER_IMAGE", "MAIL")
    for prefix, code in ((1, "profile-type"), ("A=", "profile-value")):
        with pytest.raises(DeploySpecError) as caught:
            parse_profile({"name": "acme", "prefix": prefix})
        assert [one.code for one in caught.value.diagnostics] == [code]
