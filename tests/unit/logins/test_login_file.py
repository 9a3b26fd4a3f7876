from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from deployspec._logins.login_file import LoginFile


def secret(**members: Any) -> LoginFile:
    return LoginFile(json.dumps({"kind": "Secret", "metadata": {"name": "pull"}, **members}))


def test_places_count_from_one() -> None:
    file = LoginFile('{\n  "auths": {"a": {}}}')
    assert file.place(file.offset_of("a")) == (2, 13)
    assert file.place(file.offset_of("b")) == (None, None)
    assert LoginFile("{}", inside_secret=True).place(1) == (None, None)
    assert LoginFile("[]").offset_of("a") is None


def test_bytes_are_utf_8_or_almost() -> None:
    assert LoginFile(b'"\xff"').text == '"\ufffd"'
    assert not LoginFile(b"\xff").is_utf8
    assert LoginFile('{"\u00e9": 1}'.encode()).is_utf8


def test_a_secret_needs_metadata() -> None:
    assert LoginFile('{"kind": "Secret"}').looks_like_secret
    assert LoginFile('{"kind": "Secret"}').secret is None
    assert LoginFile("{}").secret is None
    assert LoginFile("[]").secret is None
    assert secret().secret is not None


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": "e30="}}, b"{}"),
        ({"type": "kubernetes.io/dockercfg", "data": {".dockercfg": "e30="}}, b"{}"),
        (
            {"type": "kubernetes.io/dockercfg", "stringData": {".dockercfg": "[]"}, "data": {".dockercfg": "e30="}},
            b"[]",
        ),
        ({"type": "kubernetes.io/dockercfg", "data": {".dockerconfigjson": "e30="}}, None),
        ({"type": "kubernetes.io/dockercfg", "data": {".dockercfg": "?"}}, None),
        ({"type": "kubernetes.io/dockercfg", "data": {".dockercfg": 5}}, None),
        ({"type": "kubernetes.io/dockercfg", "data": []}, None),
        ({"type": "Opaque", "data": {".dockercfg": "e30="}}, None),
        ({"type": 5}, None),
        ({}, None),
    ],
)
def test_the_file_inside_a_secret(members: dict[str, Any], text: bytes | None) -> None:
    assert secret(**members).secret_text() == text


def test_base64_of_a_secret_may_be_wrapped() -> None:
    encoded = base64.encodebytes(b"{}" + b" " * 100).decode()
    file = secret(type="kubernetes.io/dockercfg", data={".dockercfg": encoded})
    assert file.secret_text() == b"{}" + b" " * 100
    assert file.is_dockercfg_secret
