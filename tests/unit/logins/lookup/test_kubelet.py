from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from deployspec import InvalidReference, Lookup, LookupOutcome, lookup

LOGIN = {"auth": "YWRhOnB3"}
HUB = "https://index.docker.io/v1/"


def found(image: str, auths: object, **members: Any) -> Lookup:
    return lookup(json.dumps({"auths": auths, **members}), image, "kubelet")


def one(result: Lookup) -> LookupOutcome:
    (outcome,) = result.outcomes
    return outcome


def codes(result: Lookup) -> list[str]:
    return [diagnostic.code for diagnostic in result.diagnostics]


@pytest.mark.parametrize(
    ("image", "key", "rule"),
    [
        ("quay.io/team/app:1", "quay.io", "exact"),
        ("quay.io/team/app", "quay.io/team/app", "exact"),
        ("quay.io/team/app", "quay.io/team", "parent"),
        ("quay.io/team/app", "https://u:p@quay.io/v2/team?x#y", "parent"),
        ("quay.io/team/app", "quay.io/", "exact"),
        ("quay.io:443/a", "quay.io:443", "exact"),
        ("quay.io/a", "quay.io:", "parent"),
        ("a.quay.io/x", "*.quay.io", "glob"),
        ("a.quay.io/x", "https://*.q*y.io/v1/", "glob"),
        ("abcabc.quay.io/x", "a*bc*c.quay.io", "glob"),
        ("ubuntu", "docker.io", "exact"),
        ("ubuntu", "docker.io/library", "parent"),
        ("ubuntu", HUB, "default-registry"),
        ("localhost/a", "index.docker.io", "default-registry"),
        ("[::1]:5000/a", "[::1]:5000", "exact"),
    ],
)
def test_a_key_matches(image: str, key: str, rule: str) -> None:
    outcome = one(found(image, {"other.example.com": LOGIN, key: LOGIN}))
    assert (outcome.kind, outcome.rule) == ("basic", rule)
    assert outcome.key == key.replace("u:p@", "***@")


@pytest.mark.parametrize(
    ("image", "key"),
    [
        ("quay.io/team", "quay.io/team/"),
        ("quay.io/a", "Quay.io"),
        ("quay.io/a", "quay.io:443"),
        ("quay.io:443/a", "quay.io"),
        ("a.b.quay.io/x", "*.quay.io"),
        ("quay.io/x", "*"),
        ("ab.io/x", "ab*b.io"),
        ("abc.io/x", "a*x*c.io"),
        ("abc.io/x", "b*c.io"),
        ("abc.io/x", "a*b.io"),
        ("quay.io/x", "qu?y.io"),
        ("[::1]/a", "[::1]"),
        ("quay.io/a", "https://quay.io/%25"),
        ("quay.io/a", "::1"),
        ("quay.io/a", HUB),
    ],
)
def test_a_key_does_not_match(image: str, key: str) -> None:
    result = found(image, {key: LOGIN})
    assert (one(result).kind, one(result).rule) == ("anonymous", "none")
    assert [entry.key for entry in result.skipped] == [key]


def test_a_key_that_is_not_a_url_is_ignored() -> None:
    result = found("quay.io/a", {"[q": LOGIN, "quay.io ": LOGIN, "quay.io": LOGIN})
    assert one(result).key == "quay.io"
    assert codes(result) == ["lookup-key", "lookup-key"]


def test_all_matches_are_tried_and_longer_ones_first() -> None:
    result = found("a.quay.io/team/app", {"*.quay.io": LOGIN, "a.quay.io": LOGIN, "a.quay.io/team": LOGIN})
    assert (one(result).key, one(result).then) == ("a.quay.io/team", ("a.quay.io", "*.quay.io"))


def test_entries_with_one_index_key_come_in_random_order() -> None:
    result = found("quay.io/a/b", {"quay.io": LOGIN, "https://quay.io": {}, "quay.io/a": LOGIN})
    assert [(outcome.key, outcome.then) for outcome in result.outcomes] == [
        ("quay.io/a", ("quay.io", "https://quay.io")),
        ("quay.io/a", ("https://quay.io", "quay.io")),
    ]
    result = found("quay.io/a/b", {"quay.io": {}, "https://quay.io": LOGIN})
    assert [(outcome.key, outcome.kind) for outcome in result.outcomes] == [
        ("quay.io", "anonymous"),
        ("https://quay.io", "basic"),
    ]


def many(host: str, number: int) -> dict[str, object]:
    return {f"https://{host}?{index}": LOGIN for index in range(number)}


def test_many_orders_are_not_listed_in_full() -> None:
    result = found("quay.io/a", many("quay.io", 300))
    assert len(result.outcomes) == len({outcome.key for outcome in result.outcomes}) == 300
    assert {len(outcome.then) for outcome in result.outcomes} == {100}
    result = found("quay.io/a", {"quay.io/a": LOGIN, **many("quay.io", 300)})
    assert {outcome.key for outcome in result.outcomes} == {"quay.io/a"}
    assert len(result.outcomes) == 2
    single = {f"quay.io/{'a' * number}": LOGIN for number in range(1, 130)}
    assert found("quay.io/" + "a" * 200, single).certain


@pytest.mark.parametrize(
    ("entry", "kind", "code"),
    [
        ({"username": "u"}, "basic", "lookup-no-password"),
        ({"password": "p"}, "basic", None),
        ({"auth": "Og=="}, "anonymous", "lookup-empty-entry"),
        ({"auth": "YTpi"}, "basic", None),
        ({"auth": "YTpiYw"}, "basic", None),  # padding may be missing
        ({"identitytoken": "t", "registrytoken": "r"}, "anonymous", "lookup-empty-entry"),
        ({"auth": "OmE=", "identitytoken": "t"}, "basic", None),
        ({"auth": "YTo=", "identitytoken": "t"}, "basic", "lookup-no-password"),
        (None, "anonymous", "lookup-empty-entry"),
    ],
)
def test_only_user_names_and_passwords_are_read(entry: object, kind: str, code: str | None) -> None:
    result = found("quay.io/a", {"quay.io": entry}, credsStore="s")
    assert (one(result).kind, one(result).key) == (kind, "quay.io")
    assert codes(result) == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" ", "lookup-syntax"),
        ("{} {}", "lookup-trailing-text"),
        ("[]", "lookup-type"),
        ('{"auths": []}', "lookup-type"),
        ('{"HttpHeaders": {"X": 5}}', "lookup-type"),
        ('{"auths": {"a": {"email": 5}}}', "lookup-type"),
        ('{"auths": {"a": {"auth": "!"}, "a": {}}}', "lookup-auth"),
        ('{"Auths": {"a": {"Auth": "YQ=="}}, "auths": null}', "lookup-auth"),
    ],
)
def test_one_fault_makes_the_pod_fail(text: str, code: str) -> None:
    result = lookup(text, "quay.io/a", "kubelet")
    assert (one(result).kind, one(result).rule) == ("error", "file-error")
    assert [(diagnostic.code, diagnostic.severity) for diagnostic in result.diagnostics] == [(code, "error")]


def test_an_empty_file_is_skipped() -> None:
    assert one(lookup("", "quay.io/a", "kubelet")).kind == "anonymous"
    assert one(lookup("null", "quay.io/a", "kubelet")).kind == "anonymous"


def test_a_prefix_that_is_not_a_path_is_a_warning() -> None:
    assert codes(found("quay.io/teammate/x", {"quay.io/team": LOGIN})) == ["lookup-path-prefix"]
    assert codes(found("quay.io/team/x", {"quay.io/team": LOGIN, "quay.io/team/": LOGIN})) == []


def secret(kind: str, text: str) -> str:
    member = {"kubernetes.io/dockerconfigjson": ".dockerconfigjson", "kubernetes.io/dockercfg": ".dockercfg"}[kind]
    data = {member: base64.b64encode(text.encode()).decode()}
    return json.dumps({"kind": "Secret", "metadata": {"name": "pull"}, "type": kind, "data": data})


def test_both_types_of_secrets_are_read() -> None:
    text = secret("kubernetes.io/dockerconfigjson", json.dumps({"auths": {"quay.io": LOGIN}}))
    assert one(lookup(text, "quay.io/a", "kubelet")).key == "quay.io"
    text = secret("kubernetes.io/dockercfg", json.dumps({"quay.io": LOGIN, "auths": {"ghcr.io": LOGIN}}))
    assert one(lookup(text, "quay.io/a", "kubelet")).key == "quay.io"
    text = secret("kubernetes.io/dockercfg", '{"quay.io": {"auth": "!"}}')
    result = lookup(text, "quay.io/a", "kubelet")
    assert (one(result).kind, result.diagnostics[0].line) == ("error", None)
    assert one(lookup(secret("kubernetes.io/dockercfg", "[]"), "quay.io/a", "kubelet")).kind == "error"


def test_other_secrets_have_no_login() -> None:
    result = lookup('{"kind": "Secret", "metadata": {}, "type": "Opaque"}', "quay.io/a", "kubelet")
    assert (one(result).kind, codes(result)) == ("anonymous", ["lookup-kubernetes-secret"])
    result = lookup('{"kind": "Secret"}', "quay.io/a", "kubelet")
    assert result.diagnostics[0].message == "file is not a complete Kubernetes Secret: `metadata` is missing"


def test_a_reference_may_be_refused() -> None:
    with pytest.raises(InvalidReference):
        found("quay.io/A", {})
