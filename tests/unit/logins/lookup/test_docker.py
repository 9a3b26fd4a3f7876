from __future__ import annotations

import json
from typing import Any

import pytest

from deployspec import InvalidReference, Lookup, LookupOutcome, lookup

HUB = "https://index.docker.io/v1/"
LOGIN = {"auth": "YWRhOnB3"}
BROKEN = {"auth": "!"}


def found(image: str, auths: object, **members: Any) -> Lookup:
    return lookup(json.dumps({"auths": auths, **members}), image, "docker")


def one(result: Lookup) -> LookupOutcome:
    (outcome,) = result.outcomes
    return outcome


def codes(result: Lookup) -> list[str]:
    return [diagnostic.code for diagnostic in result.diagnostics]


@pytest.mark.parametrize(
    ("image", "key", "rule"),
    [
        ("quay.io/acme/app", "quay.io", "exact"),
        ("quay.io:443/acme/app", "https://quay.io:443/v2/", "host-of-key"),
        ("ubuntu", HUB, "exact"),
        ("index.docker.io/acme/app", HUB, "exact"),
        ("registry-1.docker.io/acme/app", "registry-1.docker.io", "exact"),
    ],
)
def test_the_host_is_looked_up(image: str, key: str, rule: str) -> None:
    outcome = one(found(image, {"other.example.com": LOGIN, key: LOGIN}))
    assert (outcome.kind, outcome.key, outcome.rule) == ("basic", key, rule)


@pytest.mark.parametrize(
    ("image", "key", "reason"),
    [
        ("ubuntu", "docker.io", "only the key `https://index.docker.io/v1/` is used for Docker Hub"),
        ("ubuntu", "https://index.docker.io/v1", "only the key `https://index.docker.io/v1/` is used for Docker Hub"),
        ("quay.io/a", "Quay.io", "the case of the host is different"),
        ("quay.io/a", "quay.io:443", "the port is different"),
        ("quay.io/a", "ghcr.io", "it is for another registry"),
        ("quay.io/a", "", "it is for another registry"),
    ],
)
def test_an_entry_that_is_not_used_has_a_reason(image: str, key: str, reason: str) -> None:
    result = found(image, {key: LOGIN})
    assert (one(result).kind, one(result).rule) == ("anonymous", "none")
    assert [(entry.key, entry.reason) for entry in result.skipped] == [(key, reason)]


def test_an_exact_key_is_preferred() -> None:
    result = found("quay.io/a", {"https://quay.io": LOGIN, "quay.io": LOGIN})
    assert one(result).key == "quay.io"
    assert [entry.reason for entry in result.skipped] == ["the key `quay.io` is preferred"]


def test_any_key_with_the_host_may_be_used() -> None:
    result = found("quay.io/c/app", {"quay.io/a": LOGIN, "quay.io/b": {"identitytoken": "t"}})
    assert [(outcome.kind, outcome.key) for outcome in result.outcomes] == [
        ("basic", "quay.io/a"),
        ("identitytoken", "quay.io/b"),
    ]
    assert not result.certain
    assert codes(result) == ["lookup-path-ignored", "lookup-path-ignored", "lookup-random"]


def test_an_empty_entry_is_used_all_the_same() -> None:
    result = found("quay.io/a", {"quay.io": {}, "https://quay.io": LOGIN})
    assert (one(result).kind, one(result).key, one(result).rule) == ("anonymous", "quay.io", "empty-entry")
    assert codes(result) == ["lookup-empty-entry"]


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({"username": "u", "password": "p"}, "basic"),
        ({"password": "p"}, "basic"),
        ({**LOGIN, "identitytoken": "t"}, "identitytoken"),
        ({**LOGIN, "identitytoken": "t", "registrytoken": "r"}, "registrytoken"),
        ({"auth": ""}, "anonymous"),
    ],
)
def test_a_token_is_preferred_to_a_password(entry: object, kind: str) -> None:
    assert one(found("quay.io/a", {"quay.io": entry})).kind == kind


def test_a_helper_replaces_the_file() -> None:
    result = found("quay.io/a", {"quay.io": LOGIN}, credHelpers={"quay.io": "pass"}, credsStore="desktop")
    assert (one(result).kind, one(result).asked, one(result).key) == ("helper", (("pass", "quay.io"),), None)
    assert one(result).reason == "docker-credential-pass is asked for `quay.io`"
    assert [entry.reason for entry in result.skipped] == ["a credential helper answers for this registry"]
    assert one(found("ghcr.io/a", {}, credsStore="desktop")).asked == (("desktop", "ghcr.io"),)


def test_an_empty_helper_turns_the_store_off() -> None:
    result = found("quay.io/a", {"quay.io": LOGIN}, credHelpers={"quay.io": ""}, credsStore="desktop")
    assert one(result).kind == "basic"


def test_a_registry_token_stays_beside_the_helper() -> None:
    result = found("quay.io/a", {"quay.io": {"registrytoken": "r"}}, credsStore="desktop")
    assert (one(result).kind, one(result).key) == ("helper", "quay.io")
    assert one(result).reason.endswith("the `registrytoken` of `quay.io` is sent too and is preferred")


def test_the_empty_host_of_an_odd_name_asks_only_the_store() -> None:
    assert one(found("reg_1.example.com/a", {}, credHelpers={"": "x"}, credsStore="s")).asked == (("s", ""),)
    assert one(found("reg_1.example.com/a", {"reg_1.example.com": LOGIN})).kind == "anonymous"


def test_a_broken_auth_may_take_others_with_it() -> None:
    result = found(
        "quay.io/a", {"quay.io": LOGIN, "ghcr.io": BROKEN, "x.io": {"auth": "YQ=="}, "y.io": {"auth": "OmE="}}
    )
    assert {(outcome.kind, outcome.key) for outcome in result.outcomes} == {("basic", "quay.io"), ("anonymous", None)}
    assert [diagnostic.message for diagnostic in result.diagnostics] == [
        "`auth` of `ghcr.io` is not padded base64",
        "`auth` of `x.io` has no `:` after decoding",
        "`auth` of `y.io` has no username before the `:`",
        "docker finds the login only in some runs, because it reads the entries in random order",
    ]
    assert {diagnostic.severity for diagnostic in result.diagnostics} == {"warning"}


def test_a_broken_auth_leaves_its_own_entry_and_plain_ones_alone() -> None:
    assert (one(found("quay.io/a", {"quay.io": BROKEN})).kind, one(found("quay.io/a", {"quay.io": BROKEN})).key) == (
        "anonymous",
        None,
    )
    plain = {"username": "u", "password": "p"}
    assert one(found("quay.io/a", {"quay.io": plain, "ghcr.io": BROKEN})).kind == "basic"


def test_a_wrong_type_keeps_every_auth_unread() -> None:
    result = found("quay.io/a", {"quay.io": LOGIN}, detachKeys=5)
    assert (one(result).kind, one(result).key, one(result).rule) == ("anonymous", None, "file-error")
    assert codes(result) == ["lookup-type"]
    assert result.diagnostics[0].message == "`detachKeys` must be a string"
    plain = {"username": "u", "password": "p", **LOGIN}
    outcome = one(found("quay.io/a", {"quay.io": plain}, plugins=[]))
    assert (outcome.kind, outcome.key) == ("basic", "quay.io")
    assert outcome.reason.endswith("its `auth` is not decoded because of a fault of the file")


@pytest.mark.parametrize("text", ["{", '{"auths": {"quay.io": {"auth": "YTpi"}}, "x": NaN}', "// c"])
def test_without_json_there_is_no_login(text: str) -> None:
    result = lookup(text, "quay.io/a", "docker")
    assert (one(result).kind, one(result).rule) == ("anonymous", "file-error")
    assert codes(result) == ["lookup-syntax"]
    assert result.diagnostics[0].line == 1


def test_an_empty_file_is_fine_and_later_text_is_ignored() -> None:
    assert lookup(" \n", "quay.io/a", "docker").diagnostics == ()
    result = lookup('{"auths": {"quay.io": {"auth": "YTpi"}}}\n}', "quay.io/a", "docker")
    assert (one(result).kind, codes(result)) == ("basic", ["lookup-trailing-text"])
    assert (result.diagnostics[0].line, result.diagnostics[0].column) == (2, 1)


@pytest.mark.parametrize("key", ["ftp://quay.io", "HTTPS://quay.io", "https://u@quay.io", "https://quay.io?x"])
def test_a_daemon_may_take_another_host(key: str) -> None:
    result = found("quay.io/a", {key: LOGIN})
    assert one(result).kind == "basic"
    assert "lookup-daemon-host" in codes(result)


def test_a_reference_may_be_refused() -> None:
    with pytest.raises(InvalidReference) as caught:
        found("quay.io/Acme", {})
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["lookup-reference"]


def test_other_formats_are_explained() -> None:
    old = lookup('{"quay.io": {"auth": "YTpi"}}', "quay.io/a", "docker")
    assert (one(old).kind, codes(old)) == ("anonymous", ["lookup-old-format"])
    secret = lookup('{"kind": "Secret", "metadata": {}}', "quay.io/a", "docker")
    assert (one(secret).kind, codes(secret)) == ("anonymous", ["lookup-kubernetes-secret"])
    assert lookup('{"x": 1, "y": {"z": 1}}', "quay.io/a", "docker").diagnostics == ()
