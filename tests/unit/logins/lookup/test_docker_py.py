from __future__ import annotations

import json
from typing import Any

import pytest

from deployspec import InvalidReference, Lookup, LookupOutcome, lookup

HUB = "https://index.docker.io/v1/"
LOGIN = {"auth": "YWRhOnB3"}


def read(text: str | bytes, image: str = "quay.io/a") -> Lookup:
    return lookup(text, image, "docker-py")


def found(image: str, auths: object, **members: Any) -> Lookup:
    return read(json.dumps({"auths": auths, **members}), image)


def one(result: Lookup) -> LookupOutcome:
    (outcome,) = result.outcomes
    return outcome


@pytest.mark.parametrize(
    ("image", "key", "rule"),
    [
        ("quay.io/a", "quay.io", "exact"),
        ("quay.io/a", "https://quay.io/v2/", "host-of-key"),
        ("quay.io/a", "http://https://quay.io", "host-of-key"),
        ("ubuntu", "docker.io", "exact"),
        ("ubuntu", HUB, "host-of-key"),
        ("index.docker.io/a", "docker.io/x", "host-of-key"),
    ],
)
def test_a_key_is_used(image: str, key: str, rule: str) -> None:
    outcome = one(found(image, {"other.example.com": LOGIN, key: LOGIN}))
    assert (outcome.kind, outcome.key, outcome.rule) == ("basic", key, rule)


def test_the_first_key_in_the_file_is_used() -> None:
    result = found("quay.io/c", {"ghcr.io": LOGIN, "quay.io/b": LOGIN, "quay.io/a": LOGIN})
    assert one(result).key == "quay.io/b"
    assert [entry.reason for entry in result.skipped] == [
        "it is for another registry",
        "an earlier or exact key is preferred",
    ]


@pytest.mark.parametrize(
    ("entry", "kind", "key"),
    [
        ({"identitytoken": "t"}, "identitytoken", "quay.io"),
        ({"identitytoken": "", **LOGIN}, "anonymous", None),
        ({"username": "u", "password": "p"}, "anonymous", None),
        ({"auth": "Og=="}, "anonymous", "quay.io"),
        ({"auth": "Y W?R\u0000hOnB3=="}, "basic", "quay.io"),  # what is not base64 is dropped
    ],
)
def test_kinds(entry: object, kind: str, key: str | None) -> None:
    outcome = one(found("quay.io/a", {"quay.io": entry}))
    assert (outcome.kind, outcome.key) == (kind, key)


@pytest.mark.parametrize("auth", ["", "!", "YWJj", None, 5, [], "YTpiYw", "YTr/", "/zph", "\u00e9"])
def test_one_entry_that_cannot_be_decoded_is_an_error(auth: object) -> None:
    result = found("quay.io/a", {"quay.io": LOGIN, "ghcr.io": {"auth": auth}})
    assert one(result).kind == "error"
    assert [diagnostic.code for diagnostic in result.diagnostics] == ["lookup-auth"]


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "[]",
        '{"auths": [1]}',
        '{"auths": {"a": null}}',
        '{"credHelpers": [1]}',
        '{"credsStore": 5}',
        '{"credHelpers": {"quay.io": 5}}',
        "[" * 2000 + "]" * 2000,
        "[" * 20_000,
    ],
)
def test_other_wrong_types_are_errors(text: str) -> None:
    assert one(read(text)).kind == "error"


def test_a_helper_is_asked_before_the_file() -> None:
    outcome = one(found("quay.io/a", {"quay.io": LOGIN}, credsStore="s", credHelpers={"quay.io": ""}))
    assert (outcome.asked, outcome.then) == ((("s", "quay.io"),), ("quay.io",))
    outcome = one(found("ubuntu", {"docker.io": {}}, credHelpers={HUB: "h"}))
    assert (outcome.asked, outcome.then) == ((("h", HUB),), ())
    assert one(read('{"credHelpers": {"ghcr.io": "h"}}')).kind == "anonymous"


def test_the_old_format_is_read() -> None:
    assert one(read('{"quay.io": {"auth": "YTpi"}}')).key == "quay.io"
    assert one(read('{"quay.io": {"auth": "YTpi"}, "auths": {}}')).key == "quay.io"
    assert one(read('{"quay.io": {"auth": "YTpi"}, "x": 1}')).kind == "anonymous"
    assert one(read('{"x": 1, "y": {"auth": "!"}}')).kind == "anonymous"
    assert one(read('{"y": {"auth": "!"}, "x": 1}')).kind == "error"
    assert read('{"quay.io": {"auth": "YTpi"}}').diagnostics == ()


def test_two_lines_are_read() -> None:
    assert one(read("auth = YTpi\r\nemail = a\n", "ubuntu")).key == HUB
    for text in ("auth = YTpi", "auth = !\nemail = a", "auth = YTpi\n\n", "{", "{} {}"):
        result = read(text, "ubuntu")
        assert (one(result).kind, result.diagnostics[0].code) == ("anonymous", "lookup-syntax")
    assert one(read(b"auth = YTpi\nemail = \xff\n", "ubuntu")).kind == "anonymous"
    assert one(read('{"auths": {"quay.io": {"auth": "YTpi"}}, "x": NaN}')).kind == "basic"


def test_names_match_exactly() -> None:
    assert one(read('{"Auths": {"quay.io": {"auth": "YTpi"}}}')).kind == "anonymous"


def test_a_reference_may_be_refused() -> None:
    with pytest.raises(InvalidReference) as caught:
        read("{}", "https://quay.io/a")
    assert caught.value.diagnostics[0].hint == "leave out `https://`, and `-` around the registry's name"
