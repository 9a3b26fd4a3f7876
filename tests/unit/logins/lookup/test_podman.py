from __future__ import annotations

import json
from typing import Any

import pytest

from deployspec import InvalidReference, Lookup, LookupOutcome, lookup

LOGIN = {"auth": "YWRhOnB3"}


def found(image: str, auths: object, **members: Any) -> Lookup:
    return lookup(json.dumps({"auths": auths, **members}), image, "podman")


def one(result: Lookup) -> LookupOutcome:
    (outcome,) = result.outcomes
    return outcome


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("quay.io/a/b/c", "exact"),
        ("quay.io/a/b", "parent"),
        ("quay.io/a", "parent"),
        ("quay.io", "exact"),
        ("https://quay.io/other", "host-of-key"),
    ],
)
def test_the_most_specific_key_is_used(key: str, rule: str) -> None:
    outcome = one(found("quay.io/a/b/c:1", {"quay.io/x": LOGIN, key: LOGIN, "https://ghcr.io": LOGIN}))
    assert (outcome.kind, outcome.key, outcome.rule) == ("basic", key, rule)


def test_a_more_specific_key_is_preferred() -> None:
    result = found("quay.io/a/b", {"quay.io": LOGIN, "https://quay.io": LOGIN, "quay.io/a": LOGIN, "ghcr.io": LOGIN})
    assert one(result).key == "quay.io/a"
    assert [entry.reason for entry in result.skipped] == [
        "the path is different, or a more specific key is preferred",
        "the path is different, or a more specific key is preferred",
        "it is for another registry",
    ]


@pytest.mark.parametrize("key", ["docker.io", "index.docker.io", "https://index.docker.io/v1/", "registry-1.docker.io"])
@pytest.mark.parametrize("image", ["ubuntu", "registry-1.docker.io/a"])
def test_all_names_of_docker_hub_are_equal(key: str, image: str) -> None:
    assert one(found(image, {key: LOGIN})).key == key


@pytest.mark.parametrize("key", ["quay.io/", "quay.io/v2/", "quay.io/te", "Quay.io", "quay.io:443"])
def test_other_keys_do_not_match(key: str) -> None:
    assert one(found("quay.io/team/app", {key: LOGIN})).kind == "anonymous"


def test_a_scheme_drops_the_path() -> None:
    result = found("quay.io/b/app", {"https://quay.io/a": LOGIN, "http://quay.io": LOGIN})
    assert [outcome.key for outcome in result.outcomes] == ["https://quay.io/a", "http://quay.io"]
    assert [diagnostic.code for diagnostic in result.diagnostics] == ["lookup-path-ignored", "lookup-random"]


@pytest.mark.parametrize(
    ("entry", "kind", "key"),
    [
        ({**LOGIN, "identitytoken": "t"}, "identitytoken", "quay.io"),
        ({"identitytoken": "t"}, "anonymous", "quay.io"),
        ({"username": "u", "password": "p"}, "anonymous", "quay.io"),
        ({"auth": "YQ=="}, "anonymous", "quay.io"),
        ({"auth": "OmE="}, "basic", "quay.io"),
        ({"auth": "Og=="}, "anonymous", None),
        ({"auth": "Og==", "identitytoken": "t"}, "identitytoken", "quay.io"),
        ({"auth": "YWI6YQ"}, "error", None),
    ],
)
def test_only_auth_has_a_login(entry: object, kind: str, key: str | None) -> None:
    outcome = one(found("quay.io/a", {"quay.io": entry, "https://quay.io": LOGIN}))
    assert (outcome.kind, outcome.key) == (kind, key)


def test_only_the_entry_that_is_used_is_decoded() -> None:
    assert one(found("quay.io/a", {"quay.io": LOGIN, "ghcr.io": {"auth": "!"}})).kind == "basic"


def test_a_helper_replaces_the_file() -> None:
    result = found(
        "docker.io/a/b", {"https://docker.io": LOGIN, "x": LOGIN}, credHelpers={"docker.io": "pass"}, credsStore="s"
    )
    assert (one(result).asked, one(result).kind) == ((("pass", "docker.io"),), "helper")
    assert [entry.reason for entry in result.skipped] == [
        "a credential helper answers for this registry",
        "it is for another registry",
    ]
    assert one(found("quay.io/a", {}, credHelpers={"quay.io": ""})).kind == "error"
    assert one(found("quay.io/a", {}, credsStore="s")).kind == "anonymous"


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "lookup-syntax", "file is empty"),
        ("{", "lookup-syntax", "file is not valid JSON"),
        ("[NaN]", "lookup-syntax", "file is not valid JSON"),
        ("{} x", "lookup-trailing-text", "there is text after the JSON"),
        ("[]", "lookup-type", "file must be an object"),
        ('{"auths": {"a": {"auth": 5}}}', "lookup-type", "`auths.a.auth` must be a string"),
    ],
)
def test_a_fault_of_the_file_is_an_error(text: str, code: str, message: str) -> None:
    result = lookup(text, "quay.io/a", "podman")
    assert (one(result).kind, one(result).rule, one(result).reason) == (
        "error",
        "file-error",
        message,
    )
    assert [(diagnostic.code, diagnostic.severity) for diagnostic in result.diagnostics] == [(code, "error")]


def test_members_that_podman_does_not_know_are_ignored() -> None:
    assert one(found("quay.io/a", {"quay.io": {**LOGIN, "username": 5}}, detachKeys=5)).kind == "basic"


def test_a_reference_may_be_refused() -> None:
    with pytest.raises(InvalidReference):
        found("Quay/a", {})
