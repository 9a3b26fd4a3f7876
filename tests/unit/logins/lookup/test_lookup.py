from __future__ import annotations

import json
import traceback
from typing import Any, cast

import pytest

from deployspec import InvalidReference, lookup, lookup_all
from deployspec._logins.lookup.values import CLIENTS, Client


def test_an_unknown_client_is_a_value_error() -> None:
    with pytest.raises(
        ValueError, match="unknown client 'dokcer'; the clients are docker, docker-build, podman, kubelet"
    ):
        lookup("{}", "quay.io/a", cast("Client", "dokcer"))


@pytest.mark.parametrize(("config", "image"), [(None, "a"), ({}, "a"), ("{}", None), ("{}", b"a")])
def test_other_types_are_type_errors(config: Any, image: Any) -> None:
    with pytest.raises(TypeError):
        lookup(config, image, "docker")
    with pytest.raises(TypeError):
        lookup_all(config, image)


def test_all_clients_are_looked_up_in_order() -> None:
    assert tuple(lookup_all("{}", "quay.io/a")) == CLIENTS


def test_a_client_that_refuses_the_reference_is_an_error() -> None:
    found = lookup_all("{}", "ubuntu")
    assert [outcome.kind for outcome in found["oras"].outcomes] == ["error"]
    assert found["oras"].diagnostics[0].code == "lookup-reference"


def test_bytes_and_text_are_read_alike() -> None:
    text = '{"auths": {"quay.io": {"auth": "YTpi"}, "b\u00fccher.example": {}}}'
    assert lookup_all(text, "quay.io/a") == lookup_all(text.encode(), "quay.io/a")


def test_a_refusal_keeps_no_text_in_its_frames() -> None:
    config = '{"auths": {"quay.io": {"auth": "c2VudGluZWw6c2VudGluZWw="}}}'
    with pytest.raises(InvalidReference) as caught:
        lookup(config, "ubuntu", "oras")
    frames = [
        frame for frame, _ in traceback.walk_tb(caught.value.__traceback__) if "deployspec" in frame.f_code.co_filename
    ]
    assert frames
    assert not any(
        "c2Vud" in repr(frame.f_locals)
        for frame in frames
        if frame.f_code.co_name != __name__ and "tests" not in frame.f_code.co_filename
    )


def test_messages_are_on_one_line_and_not_too_long() -> None:
    config = '{"auths": {"quay.io/\\n' + "a" * 5000 + '": {}}}'
    found = lookup(config, "quay.io/a", "docker")
    messages = [diagnostic.message for diagnostic in found.diagnostics] + [outcome.reason for outcome in found.outcomes]
    assert messages
    assert all("\n" not in message and len(message) < 450 for message in messages)


def test_misspelt_members_are_reported_for_every_client() -> None:
    for found in lookup_all('{"auth": {"quay.io": {"auth": "YTpi"}}}', "quay.io/a").values():
        assert [(one.code, one.message, one.hint, one.column) for one in found.diagnostics] == [
            ("lookup-unknown-member", "unknown member `auth`", "did you mean `auths`?", 2)
        ]


def test_member_names_in_another_case_are_reported_for_the_clients_that_ignore_them() -> None:
    found = lookup_all('{"auths": {}, "credsstore": "x", "HttpHeaders": {}}', "quay.io/a")
    for client, one in found.items():
        messages = [diagnostic.message for diagnostic in one.diagnostics]
        exact = client in {"docker-py", "oras"}
        assert messages == [f"{client} ignores `credsstore`: it knows only `credsStore`"] * exact


def test_go_containerregistry_uses_a_key_for_the_repository_itself() -> None:
    found = lookup('{"auths": {"quay.io/acme/app": {"auth": "YTpi"}}}', "quay.io/acme/app", "go-containerregistry")
    assert (found.outcomes[0].rule, found.diagnostics) == ("exact", ())


@pytest.mark.parametrize(
    ("other", "severity"),
    [({"auth": "YTpi"}, "note"), ({"Auth": "YTpi", "x": 1}, "note"), ({"auth": "YTpj"}, "warning"), ({}, "warning")],
)
def test_a_random_choice_between_equal_logins_is_a_note(other: object, severity: str) -> None:
    file = json.dumps({"auths": {"https://quay.io": {"auth": "YTpi"}, "http://quay.io": other}})
    found = lookup(file, "quay.io/a", "docker")
    assert not found.certain
    assert ("lookup-random", severity) in [(one.code, one.severity) for one in found.diagnostics]


def test_the_data_of_a_secret_is_reported() -> None:
    for client, found in lookup_all('{".dockerconfigjson": "e30="}', "quay.io/a").items():
        codes = [one.code for one in found.diagnostics]
        assert codes == ["lookup-kubernetes-secret"]
        assert client in found.diagnostics[0].message
