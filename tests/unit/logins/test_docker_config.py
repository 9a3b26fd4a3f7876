from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from deployspec import InvalidDockerConfig, Keyring, parse_docker_config


def auth(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def read(entry: Any, key: str = "quay.io") -> Keyring:
    return parse_docker_config(json.dumps({"auths": {key: entry}}))


def refused(text: str | bytes) -> list[str]:
    with pytest.raises(InvalidDockerConfig) as caught:
        parse_docker_config(text)
    error = caught.value
    assert error.__context__ is None
    assert "sentinel" not in str(error)
    return [one.code.removeprefix("docker-config-") for one in error.diagnostics]


def refused_entry(entry: Any, key: str = "quay.io") -> list[str]:
    return refused(json.dumps({"auths": {key: entry}}))


@pytest.mark.parametrize(
    ("entry", "login"),
    [
        ({"auth": auth("ada:pw")}, ("ada", "pw")),
        ({"auth": auth("ada:p:w\u00e9")}, ("ada", "p:w\u00e9")),
        ({"auth": auth("ada:pw\0\0")}, ("ada", "pw")),
        ({"auth": auth("ada:XpwX")}, ("ada", "XpwX")),
        ({"auth": auth("ada:\0 p\0w \0")}, ("ada", " p\0w ")),
        ({"username": "ada", "password": "pw"}, ("ada", "pw")),
        ({"auth": auth("bob:x"), "username": "ada", "password": "pw"}, ("bob", "x")),
    ],
)
def test_logins(entry: dict[str, str], login: tuple[str, str]) -> None:
    (credential,) = read(entry).credentials
    assert (credential.username, credential.password.reveal()) == login
    assert credential.identity_token is None


def test_an_identity_token_is_kept() -> None:
    (credential,) = read({"identitytoken": "t", "email": "a@b.c"}).credentials
    assert credential.identity_token is not None
    assert credential.identity_token.reveal() == "t"
    assert (credential.username, credential.email) == ("", "a@b.c")


def test_the_key_is_kept_as_written() -> None:
    (credential,) = read({"auth": auth("a:b")}, "https://index.docker.io/v1/").credentials
    assert (credential.scope, credential.key) == ("docker.io", "https://index.docker.io/v1/")


@pytest.mark.parametrize(
    ("entry", "codes"),
    [
        ({"auth": "sentinel"}, ["invalid-auth"]),
        ({"auth": "sentinel\u00e9"}, ["invalid-auth"]),
        ({"auth": base64.b64encode(b"\xff:x").decode()}, ["invalid-auth"]),
        ({"auth": auth("ada:sentinel").rstrip("=") + "\n"}, ["invalid-auth"]),
        ({"auth": auth("sentinel")}, ["missing-colon"]),
        ({"username": "sentinel"}, ["incomplete"]),
        ({"password": "sentinel"}, ["incomplete"]),
        ({"auth": 1, "password": None}, ["shape", "shape"]),
        (["sentinel"], ["shape"]),
    ],
)
def test_bad_entries(entry: Any, codes: list[str]) -> None:
    assert [code for code in refused_entry(entry) if code != "empty-login"] == codes


def test_an_invalid_key_is_not_quoted() -> None:
    assert refused_entry({"auth": auth("a:b")}, "https://user:sentinel@quay.io") == ["invalid-key"]


def test_entries_are_numbered_in_the_order_of_the_file() -> None:
    with pytest.raises(InvalidDockerConfig) as caught:
        parse_docker_config('{"auths": {"docker.io": {}, "index.docker.io": {}, "a@b": {}, "c@d": {}, "e@f": {}}}')
    wrong = [one.message for one in caught.value.diagnostics if one.code == "docker-config-invalid-key"]
    assert wrong == [f"invalid registry host in entry {number} of `auths`" for number in (3, 4, 5)]


def test_the_invalid_host_of_a_helper_is_not_quoted() -> None:
    keyring = parse_docker_config('{"credHelpers": {"quay.io": "x", "user:sentinel@quay.io": "x"}}')
    assert [note.message for note in keyring.diagnostics] == [
        "credential helper for `quay.io` is not run",
        "credential helper for an invalid host is not run",
    ]


def test_one_scope_twice_is_an_error() -> None:
    login = f'{{"auth": "{auth("a:b")}"}}'
    assert refused(f'{{"auths": {{"docker.io": {login}, "https://index.docker.io/v1/": {login}}}}}') == [
        "duplicate-key"
    ]
    assert refused(f'{{"auths": {{"quay.io": {login}, "quay.io": {login}}}}}') == ["duplicate-key"]


def test_helpers_and_empty_entries_are_notes() -> None:
    text = '{"auths": {"quay.io": {}}, "credHelpers": {"ghcr.io": "x", "?": "y"}, "credsStore": "desktop"}'
    keyring = parse_docker_config(text)
    assert keyring.credentials == ()
    assert [(one.code, one.severity) for one in keyring.diagnostics] == [
        ("docker-config-empty-login", "note"),
        *[("docker-config-helper", "note")] * 3,
    ]


def test_errors_of_all_entries_are_reported() -> None:
    entries = {f"h{number}.io": {"auth": "?"} for number in range(150)}
    assert refused(json.dumps({"auths": entries}))[-2:] == ["invalid-auth", "more-diagnostics"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("{", ["syntax"]),
        ("", ["syntax"]),
        ("[]", ["shape"]),
        ('{"auths": []}', ["shape"]),
        (b"\xff\xfe\xff", ["not-utf8"]),
        ("[" * 100_000, ["syntax"]),
        ('{"x": NaN}', ["syntax"]),
        ('{"auths": -Infinity}', ["syntax"]),
        ("3", ["shape"]),
        ('{"auths": {"quay.io": 3}, "credHelpers": 4, "credsStore": 5}', ["shape", "empty-login", "shape", "shape"]),
        ('{"credHelpers": {"sentinel@quay.io": ["sentinel"]}}', ["shape"]),
    ],
)
def test_invalid_docker_configs(text: str | bytes, codes: list[str]) -> None:
    assert refused(text) == codes


def test_an_empty_object_is_an_empty_keyring() -> None:
    assert parse_docker_config("{}") == Keyring()
    assert parse_docker_config(b"\xef\xbb\xbf{}") == Keyring()


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"auths": {\n  "quay.io": {"auth" "sentinel"}\n}}', 2, 22),
        ("{", 1, 2),
        ("", 1, 1),
        (b'{\n"\xc3\xa9\xff"}', 2, 3),
        (b'\xef\xbb\xbf{"\xff"}', 1, 3),
        (b'\xef\xbb\xbf{"', 1, 2),
        ("[" * 100_000, None, None),
        ('{"auths": NaN}', None, None),
    ],
)
def test_a_syntax_error_has_a_location_and_no_value(text: str | bytes, line: int | None, column: int | None) -> None:
    with pytest.raises(InvalidDockerConfig) as caught:
        parse_docker_config(text)
    (fault,) = caught.value.diagnostics
    assert (fault.source, fault.line, fault.column) == ("docker-config", line, column)
    assert "sentinel" not in str(fault)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "invalid JSON"),
        ("[" * 100_000, "JSON is nested too deeply"),
        ('{"x": NaN}', "`NaN` and `Infinity` are not valid JSON"),
        ('{"auths": []}', "`auths` must be a JSON object"),
        ('{"auths": {"quay.io": ["sentinel"]}}', "entry `quay.io` must be a JSON object"),
    ],
)
def test_messages_of_syntax_and_shape(text: str, message: str) -> None:
    with pytest.raises(InvalidDockerConfig) as caught:
        parse_docker_config(text)
    assert caught.value.diagnostics[0].message == message


def test_other_members_and_long_numbers_are_ignored() -> None:
    other = f'"HttpHeaders": {{"X": "y"}}, "n": {"1" * 50_000}, "m": {"1" * 50_000}.5e9, "detachKeys": null'
    assert parse_docker_config(f'{{{other}, "credsStore": ""}}') == Keyring()


def test_a_duplicate_member_is_an_error_at_every_level() -> None:
    login = f'"auth": "{auth("a:b")}"'
    for text in (
        '{"auths": {}, "auths": {}}',
        f'{{"auths": {{"quay.io": {{{login}, {login}}}}}}}',
        '{"credHelpers": {"quay.io": "a", "quay.io": "b"}}',
    ):
        with pytest.raises(InvalidDockerConfig) as caught:
            parse_docker_config(text)
        assert [one.code for one in caught.value.diagnostics if one.severity == "error"] == [
            "docker-config-duplicate-key"
        ]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"auth": auth(":sentinel")}, "entry `quay.io` has no username"),
        ({"auth": auth("sentinel:")}, "entry `quay.io` has no password"),
        ({"password": "sentinel"}, "entry `quay.io` has no username"),
        ({"username": "sentinel"}, "entry `quay.io` has no password"),
        (
            {"username": "sentinel:x", "password": "sentinel"},
            "username of entry `quay.io` contains a `:` or a control character",
        ),
        ({"auth": auth("sentinel\n:x")}, "username of entry `quay.io` contains a `:` or a control character"),
    ],
)
def test_an_invalid_login_is_reported_without_its_values(entry: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidDockerConfig) as caught:
        parse_docker_config(json.dumps({"auths": {"quay.io": entry}}))
    assert [one.message for one in caught.value.diagnostics] == [message]


def test_a_token_needs_no_password_and_an_empty_pair_is_not_a_login() -> None:
    (credential,) = read({"auth": auth("00000000:"), "identitytoken": "t"}).credentials
    assert (credential.username, credential.password.reveal()) == ("00000000", "")
    keyring = read({"auth": auth(":")})
    assert (keyring.credentials, [one.code for one in keyring.diagnostics]) == ((), ["docker-config-empty-login"])


@pytest.mark.parametrize("value", [None, 3, {"auths": "sentinel"}])
def test_only_a_str_or_bytes_is_parsed(value: object) -> None:
    with pytest.raises(TypeError, match=f"a Docker config is str or bytes, not {type(value).__name__}$") as caught:
        parse_docker_config(value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert "sentinel" not in str(caught.value)
