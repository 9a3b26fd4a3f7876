from __future__ import annotations

import json
from typing import Any

import pytest

from deployspec import InvalidReference, Lookup, LookupOutcome, lookup

HUB = "https://index.docker.io/v1/"
LOGIN = {"auth": "YWRhOnB3"}


def found(image: str, auths: object, **members: Any) -> Lookup:
    return lookup(json.dumps({"auths": auths, **members}), image, "nerdctl")


def one(result: Lookup) -> LookupOutcome:
    (outcome,) = result.outcomes
    return outcome


def servers(image: str) -> list[str]:
    return [server for _, server in one(found(image, {}, credsStore="s")).asked]


def test_names_are_tried_in_turn() -> None:
    assert servers("quay.io/a") == [
        "quay.io:443",
        "https://quay.io:443",
        "http://quay.io:443",
        "quay.io",
        "https://quay.io",
        "http://quay.io",
    ]
    assert servers("quay.io:443/a") == servers("quay.io/a")
    assert servers("quay.io:5000/a") == ["quay.io:5000", "https://quay.io:5000", "http://quay.io:5000"]
    assert servers("ubuntu")[:3] == ["registry-1.docker.io:443", HUB, "https://registry-1.docker.io:443"]
    assert servers("[::1]/a")[:1] == ["::1:443"]
    assert servers("[::1]:443/a")[3] == "::1"


def test_the_first_login_is_used() -> None:
    assert one(found("quay.io/a", {"quay.io": LOGIN, "quay.io:443": LOGIN})).key == "quay.io:443"
    assert one(found("quay.io/a", {"quay.io": {}, "https://quay.io": LOGIN})).key == "https://quay.io"
    assert one(found("ubuntu", {HUB: LOGIN, "registry-1.docker.io": LOGIN})).key == HUB
    assert one(found("ubuntu", {"docker.io": LOGIN})).kind == "anonymous"


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({"identitytoken": "t", "registrytoken": "r"}, "identitytoken"),
        ({"username": " u ", "password": ""}, "basic"),
        ({"username": " ", "password": ""}, "anonymous"),
        ({"password": "p"}, "basic"),
        ({**LOGIN, "registrytoken": "r"}, "basic"),
    ],
)
def test_kinds(entry: object, kind: str) -> None:
    assert one(found("quay.io/a", {"quay.io": entry})).kind == kind


def test_a_registry_token_is_not_used_and_ends_the_search() -> None:
    outcome = one(found("quay.io/a", {"quay.io:443": {"registrytoken": "r"}, "quay.io": LOGIN}))
    assert (outcome.kind, outcome.key) == ("anonymous", None)
    assert outcome.reason == "`registrytoken` is not used"
    outcome = one(found("quay.io/a", {"quay.io": {"registrytoken": "r"}}, credsStore="s"))
    assert len(outcome.asked) == 4


def test_any_fault_is_an_error() -> None:
    assert one(lookup("{", "quay.io/a", "nerdctl")).kind == "error"


def test_a_reference_may_be_refused() -> None:
    with pytest.raises(InvalidReference):
        found("quay.io/A", {})
