"""Laws of logins: each is used for the images in its scope only, at any place in a keyring and for any role."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployspec import (
    App,
    Credential,
    DeployPlan,
    DeploySpecError,
    Keyring,
    ResolutionError,
    Secret,
    credentials_for,
    parse_docker_config,
    parse_reference,
    plan_from_json,
    plan_to_json,
    render,
    resolve,
)
from deployspec._logins.scope import covers, normal_scope
from deployspec._plan import Role

ROLES: tuple[Role, ...] = get_args(Role)
BY_ROLE = {
    "from": "FROM {}",
    "copy": "FROM scratch\nCOPY --from={} / /",
    "mount": "FROM scratch\nRUN --mount=from={},target=/m true",
    "frontend": "# syntax={}\nFROM scratch",
}
MOST_ENTRIES = 6


def image_of(role: Role, number: int) -> str:
    """The image of a role; only frontends that the profile lists get a login."""
    return "docker/dockerfile:1" if role == "frontend" else f"registry{number}.example/team{number}/app:1"


def scope_of(role: Role, number: int) -> str:
    return "docker.io/docker" if role == "frontend" else f"registry{number}.example/team{number}"


def app_of(role: Role, number: int, keyring: Keyring) -> App:
    image = image_of(role, number)
    if role == "app":
        return App({"APTIBLE_DOCKER_IMAGE": image}, "web: run", keyring=keyring)
    return App({}, "web: run", BY_ROLE[role].format(image), keyring=keyring)


def keyring_of(role: Role, at: int) -> Keyring:
    """A keyring of six logins; that of the image is the one at an index."""
    scopes = [f"registry{number}.example/team{number}" for number in range(10, 10 + MOST_ENTRIES)]
    scopes[at] = scope_of(role, at)
    return Keyring(
        [
            Credential(scope=scope, username="ada", password=Secret(f"pw {number}"))
            for number, scope in enumerate(scopes)
        ]
    )


@pytest.mark.parametrize("owner", ["app", "platform"])
@pytest.mark.parametrize("at", range(MOST_ENTRIES))
@pytest.mark.parametrize("role", ROLES)
def test_the_login_of_every_entry_is_found_for_every_role(role: Role, at: int, owner: str) -> None:
    keyring, other = keyring_of(role, at), Keyring()
    app = app_of(role, at, keyring if owner == "app" else other)
    platform = keyring if owner == "platform" else other
    plan = resolve(app, platform_keyring=platform)
    (pull,) = plan.pulls
    assert (pull.role, pull.credential is not None) == (role, True)
    assert pull.credential is not None
    assert (pull.credential.scope, pull.credential.owner) == (scope_of(role, at), owner)
    found = credentials_for(plan, app, platform_keyring=platform)
    assert list(found) == [pull.credential]
    assert found[pull.credential].password == Secret(f"pw {at}")
    assert (render.auth_config(pull, found) or {})["password"] == f"pw {at}"


@pytest.mark.parametrize("at", range(MOST_ENTRIES))
@pytest.mark.parametrize("role", ROLES)
def test_a_login_that_was_edited_into_a_plan_is_refused_for_every_role(role: Role, at: int) -> None:
    """`plan_from_json` checks it too; the plan is changed in memory here."""
    app = app_of(role, 99, keyring_of("from", at))
    plan = resolve(app)
    (pull,) = plan.pulls
    assert pull.credential is None
    stolen = resolve(app_of("from", at, keyring_of("from", at))).pulls[0].credential
    edited: DeployPlan = _with_credential(plan, stolen)
    with pytest.raises(ResolutionError) as caught:
        credentials_for(edited, app)
    assert "credentials-out-of-scope" in {one.code for one in caught.value.diagnostics}
    text = json.loads(plan_to_json(edited))
    with pytest.raises(DeploySpecError):
        plan_from_json(json.dumps(text))


def _with_credential(plan: DeployPlan, credential: Any) -> DeployPlan:
    (pull,) = plan.pulls
    changed = attrs.evolve(pull, credential=credential)
    action: Any = plan.action
    if pull.role == "app":
        action = attrs.evolve(action, image=changed)
    elif pull.role != "frontend":
        action = attrs.evolve(action, recipe=attrs.evolve(action.recipe, images=(changed,)))
    return attrs.evolve(plan, action=action, pulls=(changed,))


@pytest.mark.parametrize("at", range(MOST_ENTRIES))
def test_a_platform_login_without_a_path_is_refused_at_every_place(at: int) -> None:
    for spelling in ("quay.io", "https://quay.io", "https://quay.io/", "quay.io/v1/", "http://quay.io/v2"):
        logins = list(keyring_of("from", 0).credentials)
        logins[at] = Credential(scope=spelling, username="ada", password=Secret("pw"))
        with pytest.raises(ResolutionError) as caught:
            resolve(App({}, "web: run", "FROM scratch"), platform_keyring=Keyring(logins))
        assert [one.code for one in caught.value.diagnostics] == ["credentials-platform-scope-missing"]


# Normal forms against near misses


@pytest.mark.parametrize("path", ["v1", "v2"])
@pytest.mark.parametrize("template", ["quay.io/{}", "quay.io/{}/", "https://quay.io/{}", "https://quay.io/{}/"])
def test_an_api_path_is_only_its_exact_text(path: str, template: str) -> None:
    assert normal_scope(template.format(path)) == "quay.io"
    for near in (path.upper(), path + path, "v3", "v", "v11", "1", f"{path}_", f"{path}/x"):
        assert normal_scope(template.format(near)) != "quay.io"


@given(st.sampled_from(["quay.io", "QUAY.io", "quay.io:443", "[::1]:5000"]), st.text("vV12/aA._-", max_size=5))
def test_a_scope_that_counts_as_a_host_has_no_path(host: str, path: str) -> None:
    """Otherwise a login for a part of a registry would be sent for all of it."""
    scope = normal_scope(f"{host}/{path}")
    if path.removesuffix("/") in {"", "v1", "v2"} and path != "/":
        assert scope == host.lower()
    else:
        assert scope is None or scope == f"{host.lower()}/{path.removesuffix('/')}"


@pytest.mark.parametrize("host", ["registry-1.docker.io", "REGISTRY-1.docker.io", "Registry-1.Docker.IO"])
def test_the_spelling_of_docker_hub_is_compared_without_case(host: str) -> None:
    logins = [Credential(scope=scope, username="ada", password=Secret("p")) for scope in ("docker.io", host)]
    found = Keyring(logins).find(parse_reference(f"{host}/acme/app"))
    assert found is not None
    assert found.key == host


def test_two_equal_logins_are_a_duplicate() -> None:
    twice = [Credential(scope="quay.io", username="ada", password=Secret("p")) for _ in range(2)]
    with pytest.raises(DeploySpecError, match="duplicate"):
        Keyring(twice)
    assert Keyring([twice[0], twice[0]]).credentials == (twice[0], twice[0])


@given(st.sampled_from(["quay.io", "quay.io/a", "quay.io/ab", "quay.io/a/b"]), st.lists(st.text("ab", min_size=1)))
def test_a_scope_covers_whole_components_only(scope: str, path: list[str]) -> None:
    name = "/".join(["quay.io", *path, "x"])
    assert covers(scope, parse_reference(name)) is (name.split("/")[: scope.count("/") + 1] == scope.split("/"))


# Characters at the edges of their classes

CONTROLS = ["\x00", "\x01", "\x1f", "\x7f", "\x80", "\x9f"]
NO_CONTROLS = [" ", "~", "\xa0", "!", "\xad", "\u2028"]


def config_codes(username: str, password: str) -> set[str]:
    config = {
        "APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1",
        "APTIBLE_PRIVATE_REGISTRY_HOST": "quay.io",
        "APTIBLE_PRIVATE_REGISTRY_USERNAME": username,
        "APTIBLE_PRIVATE_REGISTRY_PASSWORD": password,
    }
    try:
        found = resolve(App(config, "web: run")).diagnostics
    except ResolutionError as error:
        found = error.diagnostics
    return {one.code for one in found}


def file_codes(username: str) -> set[str]:
    text = json.dumps({"auths": {"quay.io": {"username": username, "password": "p"}, "a.b": {"auth": "YTpi"}}})
    return {one.code for one in parse_docker_config(text).diagnostics}


@pytest.mark.parametrize("char", [*CONTROLS, *NO_CONTROLS])
def test_control_characters_of_logins(char: str) -> None:
    is_control = char in CONTROLS
    assert ("credentials-username-invalid" in config_codes(f"a{char}b", "p")) is is_control
    assert ("credentials-password-control" in config_codes("a", f"p{char}q")) is is_control
    assert ("docker-config-invalid-username" in file_codes(f"a{char}b")) is is_control
    keyring = Keyring([Credential(scope="quay.io", username="a", password=Secret(f"p{char}q"))])
    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, "web: run", keyring=keyring))
    assert ("credentials-password-control" in {one.code for one in plan.diagnostics}) is is_control


@pytest.mark.parametrize(
    ("password", "is_written"),
    [
        ("\0p", False),
        ("p\0", False),
        ("\0", False),
        ("p\0q", True),
        ("\x01p", True),
        ("\ud800", False),
        ("p\udfff", False),
        ("\ud7ff\ue000", True),
    ],
)
def test_passwords_that_an_auth_file_cannot_represent(password: str, *, is_written: bool) -> None:
    app = App(
        {"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"},
        "web: run",
        keyring=Keyring([Credential(scope="quay.io", username="a", password=Secret(password))]),
    )
    plan = resolve(app)
    given = credentials_for(plan, app)
    exporters: list[Callable[[], object]] = [
        partial(render.auth_file, plan, given),
        partial(render.auth_file, plan, given, tool="podman"),
        partial(render.kubernetes_secret, plan, given, name="registry"),
        partial(render.auth_config, plan.pulls[0], given),
    ]
    for export in exporters:
        try:
            export()
        except DeploySpecError as error:
            assert not is_written
            assert [one.code for one in error.diagnostics] == ["credentials-not-text"]
        else:
            assert is_written
