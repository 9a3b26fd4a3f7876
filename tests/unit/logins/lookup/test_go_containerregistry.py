from __future__ import annotations

import json
from typing import Any

import pytest

from deployspec import InvalidReference, Lookup, LookupOutcome, lookup

HUB = "https://index.docker.io/v1/"
LOGIN = {"auth": "YWRhOnB3"}


def found(image: str, auths: object, **members: Any) -> Lookup:
    return lookup(json.dumps({"auths": auths, **members}), image, "go-containerregistry")


def one(result: Lookup) -> LookupOutcome:
    (outcome,) = result.outcomes
    return outcome


@pytest.mark.parametrize(
    ("image", "key"),
    [
        ("quay.io/team/app:1", "quay.io/team/app"),
        ("quay.io/team/app", "quay.io/team"),
        ("quay.io/team/app", "https://quay.io"),
        ("ubuntu", HUB),
        ("ubuntu", "index.docker.io/library/ubuntu"),
        ("registry-1.docker.io/a", "registry-1.docker.io"),
    ],
)
def test_a_key_is_used(image: str, key: str) -> None:
    outcome = one(found(image, {"other.example.com": LOGIN, key: LOGIN}))
    assert (outcome.kind, outcome.key) == ("basic", key)


@pytest.mark.parametrize("key", ["docker.io", "index.docker.io", "docker.io/library/ubuntu"])
def test_no_other_key_is_for_docker_hub(key: str) -> None:
    assert one(found("ubuntu", {key: LOGIN})).rule == "none"


def test_the_repository_is_preferred_unless_it_is_empty() -> None:
    auths: dict[str, object] = {"quay.io": LOGIN, "quay.io/a/b": {"registrytoken": "r"}}
    assert one(found("quay.io/a/b", auths)).kind == "registrytoken"
    assert one(found("quay.io/a/b", {**auths, "quay.io/a/b": {}})).key == "quay.io"
    result = found("quay.io/a/b", {"quay.io": {}})
    assert (one(result).kind, one(result).key, one(result).rule) == ("anonymous", None, "empty-entry")
    assert [diagnostic.code for diagnostic in result.diagnostics] == ["lookup-empty-entry"]


def test_some_of_several_entries_may_be_empty() -> None:
    result = found("quay.io/a", {"https://quay.io": {}, "http://quay.io": LOGIN})
    assert {(outcome.kind, outcome.key) for outcome in result.outcomes} == {
        ("basic", "http://quay.io"),
        ("anonymous", None),
    }


def test_helpers_are_asked_for_both_names() -> None:
    outcome = one(found("quay.io/a", {}, credsStore="s", credHelpers={"quay.io": "h"}))
    assert outcome.asked == (("s", "quay.io/a"), ("h", "quay.io"))
    assert outcome.reason == (
        "docker-credential-s is asked for `quay.io/a`, then docker-credential-h is asked for `quay.io`"
    )


def test_the_file_is_used_after_a_helper() -> None:
    outcome = one(found("quay.io/a", {"quay.io": LOGIN}, credHelpers={"quay.io/a": "h"}))
    assert (outcome.asked, outcome.then) == ((("h", "quay.io/a"),), ("quay.io",))


@pytest.mark.parametrize("text", ["{", '{"detachKeys": 5}', '{"auths": {"x": {"auth": "!"}}}', '{"auths": []}'])
def test_any_fault_is_an_error(text: str) -> None:
    result = lookup(text, "quay.io/a", "go-containerregistry")
    assert one(result).kind == "error"
    assert result.diagnostics[0].severity == "error"


def test_a_reference_may_be_refused() -> None:
    with pytest.raises(InvalidReference):
        found("Acme/app", {})
