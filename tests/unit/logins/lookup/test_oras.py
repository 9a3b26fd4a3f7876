from __future__ import annotations

import json
from typing import Any

import pytest

from deployspec import InvalidReference, Lookup, LookupOutcome, lookup

HUB = "https://index.docker.io/v1/"
LOGIN = {"auth": "YWRhOnB3"}


def read(text: str, image: str = "quay.io/a") -> Lookup:
    return lookup(text, image, "oras")


def found(image: str, auths: object, **members: Any) -> Lookup:
    return read(json.dumps({"auths": auths, **members}), image)


def one(result: Lookup) -> LookupOutcome:
    (outcome,) = result.outcomes
    return outcome


@pytest.mark.parametrize(
    ("image", "key", "rule"),
    [
        ("quay.io/a", "quay.io", "exact"),
        ("quay.io/a", "http://https://quay.io/v2/", "host-of-key"),
        ("docker.io/a/b", HUB, "exact"),
        ("registry-1.docker.io/a", HUB, "exact"),
        ("index.docker.io/a", "index.docker.io", "exact"),
    ],
)
def test_a_key_is_used(image: str, key: str, rule: str) -> None:
    outcome = one(found(image, {"other.example.com": LOGIN, key: LOGIN}))
    assert (outcome.kind, outcome.key, outcome.rule) == ("basic", key, rule)


def test_any_key_with_the_host_may_be_used() -> None:
    result = found("quay.io/c", {"quay.io/a": LOGIN, "quay.io/b": {}})
    assert [(outcome.kind, outcome.key) for outcome in result.outcomes] == [("basic", "quay.io/a"), ("anonymous", None)]


def test_entries_that_are_not_used_have_a_reason() -> None:
    result = found("quay.io/c", {"https://quay.io": LOGIN, "quay.io": LOGIN, "ghcr.io": {"auth": 5}})
    assert [entry.reason for entry in result.skipped] == [
        "the key `quay.io` is preferred",
        "it is for another registry",
    ]


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({"auth": "OmE="}, "basic"),
        ({"username": "u"}, "basic"),
        ({**LOGIN, "identitytoken": "t"}, "identitytoken"),
        ({"identitytoken": "t", "registrytoken": "r"}, "registrytoken"),
        ({"auth": "Og=="}, "anonymous"),
        (None, "anonymous"),
        ({"auth": "YQ=="}, "error"),
        ({"auth": "!"}, "error"),
        ({"Auth": 5}, "error"),
        ([], "error"),
    ],
)
def test_kinds(entry: object, kind: str) -> None:
    assert one(found("quay.io/a", {"quay.io": entry})).kind == kind


def test_a_helper_replaces_the_file() -> None:
    result = found("docker.io/a/b", {HUB: LOGIN}, credHelpers={HUB: ""}, credsStore="s")
    assert (one(result).asked, one(result).kind) == ((("s", HUB),), "helper")
    assert [entry.reason for entry in result.skipped] == ["a credential helper answers for this registry"]
    assert one(found("quay.io/a", None, credHelpers={"quay.io": "h"})).asked == (("h", "quay.io"),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "lookup-syntax"),
        ("[NaN]", "lookup-syntax"),
        ("[]", "lookup-type"),
        ('{"auths": 5}', "lookup-type"),
        ('{"credsStore": 5}', "lookup-type"),
        ('{"credHelpers": []}', "lookup-type"),
        ('{"credHelpers": {"a": 5}}', "lookup-type"),
    ],
)
def test_a_fault_of_the_file_is_an_error(text: str, code: str) -> None:
    result = read(text)
    assert (one(result).kind, result.diagnostics[0].code) == ("error", code)


def test_an_empty_file_is_fine_and_later_text_is_ignored() -> None:
    assert read(" ").diagnostics == ()
    assert read("null").diagnostics == ()
    result = read('{"auths": {"quay.io": {"auth": "YTpi"}}} x')
    assert (one(result).kind, result.diagnostics[0].code) == ("basic", "lookup-trailing-text")


def test_top_level_names_match_exactly_and_the_last_one_counts() -> None:
    assert one(read('{"Auths": {"quay.io": {"auth": "YTpi"}}}')).kind == "anonymous"
    assert one(read('{"auths": {"quay.io": {"auth": "YTpi"}}, "auths": {}}')).kind == "anonymous"


def test_a_reference_may_be_refused() -> None:
    with pytest.raises(InvalidReference) as caught:
        found("ubuntu", {})
    assert caught.value.diagnostics[0].hint == "name the registry, for example `docker.io/library/ubuntu`"
