from __future__ import annotations

import pickle
from typing import Any

import attrs
import pytest

from deployspec import (
    Credential,
    CredentialRef,
    Credentials,
    DeploySpecError,
    InvalidReference,
    Keyring,
    Secret,
    parse_reference,
)
from deployspec._logins.credentials import covers, normal_host, normal_scope


def login(scope: str) -> Credential:
    return Credential(scope=scope, username="sentinel-user", password=Secret("sentinel-pw"), email="sentinel-mail")


HUB = ["docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com"]


@pytest.mark.parametrize("host", HUB)
@pytest.mark.parametrize(
    "written", ["{}", "https://{}", "http://{}/", "{}/v1", "https://{}/v1/", "{}/v2", "{}/v2/", "HTTPS://{}"]
)
def test_docker_hub_has_these_spellings(host: str, written: str) -> None:
    assert normal_host(written.format(host)) == "docker.io"
    assert normal_host(written.format(host.upper())) == "docker.io"


@pytest.mark.parametrize(
    "host",
    [
        "docker.io.evil.example",
        "evildocker.io",
        "xdocker.io",
        "docker.io:443",
        "registry-2.docker.io",
        "docker.com",
        "a.docker.io",
        "docker.io.com",
        "index.docker.io.evil.example",
        "hub.docker.com.evil.example",
        "xhub.docker.com",
        "registry-1.docker.io:5000",
        "auth.docker.io",
        "d0cker.io",
        "docker-io.example",
    ],
)
def test_near_aliases_are_other_hosts(host: str) -> None:
    assert normal_host(host) == host
    assert not covers(host, parse_reference("ubuntu"))
    assert not covers("docker.io", parse_reference(f"{host}/library/ubuntu"))


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("quay.io", "quay.io"),
        ("QUAY.IO/team", "quay.io/team"),
        ("https://quay.io/team/", "quay.io/team"),
        ("localhost:5000/a/b", "localhost:5000/a/b"),
        ("[::1]:5000", "[::1]:5000"),
        ("docker.io/acme", "docker.io/acme"),
        ("quay.io/v1", "quay.io"),
        ("quay.io/team/v1", "quay.io/team/v1"),
        ("https://quay.io/team/v2/", "quay.io/team/v2"),
        ("HTTP://Quay.io:5000/v2/", "quay.io:5000"),
    ],
)
def test_scopes_have_one_normal_form(text: str, scope: str) -> None:
    assert normal_scope(text) == scope
    assert normal_scope(scope) == scope


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "https://",
        "user@quay.io",
        "quay.io?x",
        "quay.io#x",
        "qu\u0430y.io",
        "doc\u212aer.io",
        "quay.io//a",
        "quay.io/Team",
        "quay.io/Team/app",
        "q/Team",
        "quay.io/a//b",
        "quay.io/a/..",
        "quay .io",
        "quay.io\n",
        "quay.io:",
        "-quay.io",
        "ftp://quay.io",
        "quay.io/a//",
        "a_b.io",
        "quay.io.",
        ".quay.io",
        "quay..io",
        "quay.io:x",
        "quay.io:80:80",
        "https://https://quay.io",
        "quay.io/v3//",
        "quay.io\\@evil.example",
        "quay.io%2fteam",
        " quay.io",
        "user:pass@quay.io/team",
    ],
)
def test_what_is_no_scope(text: str) -> None:
    assert normal_scope(text) is None


# `[]` alone is no host for a reference to begin with, so there the path is at fault.
@pytest.mark.parametrize(("host", "code"), [("[]", "reference-invalid-path"), ("[]:5000", "reference-invalid-host")])
def test_empty_brackets_are_no_host(host: str, code: str) -> None:
    assert normal_host(host) is None
    with pytest.raises(InvalidReference) as caught:
        parse_reference(f"{host}/a")
    assert caught.value.diagnostics[0].code == code


def test_a_host_has_no_path() -> None:
    assert normal_host("quay.io/org") is None
    assert normal_host("-") is None


@pytest.mark.parametrize(
    ("scope", "reference", "covered"),
    [
        ("quay.io", "quay.io/a/b", True),
        ("quay.io", "QUAY.IO/a/b", True),
        ("quay.io", "quay.io:443/a/b", False),
        ("quay.io/team", "quay.io/team/app", True),
        ("quay.io/team", "quay.io/team", True),
        ("quay.io/team", "quay.io/teams/app", False),
        ("quay.io/team/app", "quay.io/team", False),
        ("docker.io", "registry-1.docker.io/acme/app", True),
        ("docker.io", "hub.docker.com/acme/app", False),
        ("docker.io/acme", "acme/app", True),
        ("docker.io/library", "ubuntu", True),
    ],
)
def test_a_scope_covers_by_whole_host_and_whole_components(scope: str, reference: str, *, covered: bool) -> None:
    assert covers(scope, parse_reference(reference)) is covered


def test_keyrings_find_the_most_specific_login() -> None:
    keyring = Keyring([login("quay.io"), login("quay.io/team"), login("quay.io/team/app")])
    found = {
        text: (keyring.find(parse_reference(text)) or login("none")).scope
        for text in ("quay.io/x/y", "quay.io/team/y", "quay.io/team/app:1", "ghcr.io/team/app")
    }
    assert list(found.values()) == ["quay.io", "quay.io/team", "quay.io/team/app", "none"]


def test_two_logins_for_one_scope_are_an_error() -> None:
    with pytest.raises(DeploySpecError) as caught:
        Keyring([login("docker.io"), login("https://index.docker.io/v1/")])
    assert [one.code for one in caught.value.diagnostics] == ["credentials-duplicate-scope"]


def test_a_credential_holds_what_it_is_given_and_keeps_the_key_as_written() -> None:
    token = Secret("t")
    credential = Credential(
        scope="https://QUAY.IO/v2/", username="ada", password=Secret("pw"), identity_token=token, email="a@b.c"
    )
    assert (credential.scope, credential.key) == ("quay.io", "https://QUAY.IO/v2/")
    assert (credential.username, credential.email) == ("ada", "a@b.c")
    assert (credential.password, credential.identity_token) == (Secret("pw"), token)
    assert login("quay.io") == login("quay.io") != login("ghcr.io")
    assert hash(login("quay.io")) == hash(login("quay.io"))
    assert Credential(scope="quay.io", username="", password=Secret("")).email is None
    moved = attrs.evolve(credential, scope="ghcr.io", username="bob")
    assert (moved.scope, moved.username, moved.email, moved.password) == ("ghcr.io", "bob", "a@b.c", Secret("pw"))


def test_a_credential_for_no_registry_is_an_error_that_does_not_quote_it() -> None:
    with pytest.raises(DeploySpecError) as caught:
        login("sentinel@quay.io")
    assert caught.value.diagnostics[0].code == "credentials-host-invalid"
    assert "sentinel" not in str(caught.value)


def test_nothing_of_a_login_but_its_scope_is_shown_or_pickled() -> None:
    credential = login("quay.io")
    reference = CredentialRef(scope="quay.io", owner="app", source="keyring:quay.io")
    credentials = Credentials({reference: credential})
    for value in (credential, Keyring([credential]), credentials):
        assert "sentinel" not in f"{value!r}{value}"
        with pytest.raises(TypeError):
            pickle.dumps(value)
    assert credentials[reference] is credential
    assert list(credentials) == [reference]
    assert len(credentials) == 1


@pytest.mark.parametrize("text", ["quay.https://io", "quay.iohttp://", "foohttps://quay.io", "quay.io/http://team"])
def test_a_scheme_stands_at_the_beginning_or_the_host_is_none(text: str) -> None:
    assert normal_scope(text) is None


def test_a_password_that_is_no_secret_yet_is_hidden_all_the_same() -> None:
    given: Any = "hunter2"
    login = Credential(scope="quay.io", username="ada", password=given, identity_token=given)
    assert (login.password, login.identity_token) == (Secret("hunter2"), Secret("hunter2"))
    assert "hunter2" not in str(attrs.asdict(login))
