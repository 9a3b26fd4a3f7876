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
    Keyring,
    Secret,
    parse_reference,
)


def login(scope: str) -> Credential:
    return Credential(scope=scope, username="sentinel-user", password=Secret("sentinel-pw"), email="sentinel-mail")


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


def test_a_credential_has_the_values_it_is_given_and_the_key_as_written() -> None:
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


def test_an_invalid_registry_is_an_error_that_does_not_quote_it() -> None:
    with pytest.raises(DeploySpecError) as caught:
        login("sentinel@quay.io")
    assert caught.value.diagnostics[0].code == "credentials-host-invalid"
    assert "sentinel" not in str(caught.value)


def test_only_the_scope_of_a_login_is_shown_and_it_cannot_be_pickled() -> None:
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


def test_a_password_given_as_a_str_is_hidden() -> None:
    given: Any = "hunter2"
    login = Credential(scope="quay.io", username="ada", password=given, identity_token=given)
    assert (login.password, login.identity_token) == (Secret("hunter2"), Secret("hunter2"))
    assert "hunter2" not in str(attrs.asdict(login))
