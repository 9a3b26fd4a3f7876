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
        ({"auth": auth("ada:sentinel1").rstrip("=") + "\n"}, ["invalid-auth"]),
        ({"auth": auth("sentinel")}, ["missing-colon"]),
        ({"username": "sentinel"}, ["incomplete"]),
        ({"password": "sentinel"}, ["incomplete"]),
        ({"auth": 1, "password": None, "username": 2}, ["shape", "shape"]),
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
    assert [one.message for one in keyring.diagnostics] == [
        "clients ignore the credential helper for an invalid host: the key is not the host of an image",
        "credential helper `x` for `quay.io` is not run",
    ]
    assert keyring.helpers == ("quay.io",)


def helpers_of(text: str) -> tuple[tuple[str, ...], list[str]]:
    keyring = parse_docker_config(text)
    return keyring.helpers, [one.message for one in keyring.diagnostics]


@pytest.mark.parametrize("value", ['""', "null"])
def test_an_empty_name_turns_the_default_helper_off(value: str) -> None:
    text = f'{{"auths": {{"quay.io": {{}}}}, "credHelpers": {{"quay.io": {value}}}, "credsStore": "desktop"}}'
    assert helpers_of(text) == (
        ("*",),
        ["default credential helper `desktop` is not run", "entry `quay.io` has no login"],
    )
    login = text.replace("{}", json.dumps({"auth": auth("ada:pw")}))
    assert helpers_of(login) == (("*",), ["default credential helper `desktop` is not run"])


def test_an_empty_entry_may_have_a_helper_of_its_own() -> None:
    text = '{"auths": {"quay.io": {}, "ghcr.io": {}}, "credHelpers": {"quay.io": "pass"}, "credsStore": "desktop"}'
    assert helpers_of(text) == (
        ("quay.io", "*", "ghcr.io"),
        [
            "credential helper `pass` for `quay.io` is not run",
            "default credential helper `desktop` is not run",
            "credential helper `desktop`, which is not run, keeps the login for `ghcr.io`",
        ],
    )


@pytest.mark.parametrize("name", ["a b", "x" * 61, "../x", "-x"])
def test_the_name_of_a_helper_is_the_name_of_a_program(name: str) -> None:
    text = json.dumps({"credsStore": name, "credHelpers": {"quay.io": name}})
    assert helpers_of(text) == (
        (),
        ["`credHelpers` entry must be the name of a program", "`credsStore` must be the name of a program"],
    )


def test_a_key_without_clients_is_not_a_helper() -> None:
    keys = {"index.docker.io": "a", "quay.io/acme": "b", "https://quay.io": "c", "https://index.docker.io/v1/": "d"}
    helpers, messages = helpers_of(json.dumps({"credHelpers": keys}))
    assert helpers == ("docker.io",)
    ignored = [f"clients ignore the credential helper for `{key}`: the key is not the host of an image" for key in keys]
    assert messages == [*ignored[:3], "credential helper `d` for `https://index.docker.io/v1/` is not run"]


def test_the_clients_of_a_helper_for_docker_hub() -> None:
    file = {"auths": {"docker.io": {"auth": auth("ada:pw")}}}
    for key, who in (("https://index.docker.io/v1/", "docker and crane ask"), ("docker.io", "podman asks")):
        _, messages = helpers_of(json.dumps({**file, "credHelpers": {key: "pass"}}))
        assert messages[-1] == f"{who} a credential helper for `docker.io`, not `auths`"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (auth("ada:sentinel1").rstrip("="), "lacks the padding of base64"),
        (auth("ada:sentinel1")[:-1] + "\n", "lacks the padding of base64"),
        (auth("ada:sentinel1") + "=", "has too much padding"),
        (" " + auth("ada:sentinel"), "contains blanks"),
        (auth("ada:sentinel") + "\t", "contains blanks"),
        (auth("ad:???sentinel").replace("/", "_"), "is base64 in the URL-safe alphabet"),
        ("ada:sentinel", "is not encoded in base64"),
        ("sentinel\u00e9", "is not base64"),
        ("sentinels", "is not base64"),
        (base64.b64encode(b"ada:\xffsentinel").decode(), "decodes to text that is not UTF-8"),
        (auth(auth("ada:sentinel")), "is base64 of base64"),
        (auth("sentinel"), "decodes to text without a `:`"),
    ],
)
def test_the_reason_why_auth_cannot_be_decoded(text: str, reason: str) -> None:
    with pytest.raises(InvalidDockerConfig) as caught:
        read({"auth": text})
    assert [one.message for one in caught.value.diagnostics] == [f"`auth` of entry `quay.io` {reason}"]


@pytest.mark.parametrize("text", [auth("ada:sentinel")[:8] + "\r\n" + auth("ada:sentinel")[8:], auth("ada:pw") + "\n"])
def test_line_ends_in_base64_are_ignored(text: str) -> None:
    assert [login.username for login in read({"auth": text}).credentials] == ["ada"]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (b'"\xff"', "not-utf8", "`.dockercfg` of the Kubernetes Secret is not UTF-8"),
        (b"3", "shape", "`.dockercfg` of the Kubernetes Secret must be a JSON object"),
        (b"{", "syntax", "invalid JSON: file ends too early"),
    ],
)
def test_a_fault_inside_a_secret(text: bytes, code: str, message: str) -> None:
    data = {".dockercfg": base64.b64encode(text).decode()}
    with pytest.raises(InvalidDockerConfig) as caught:
        parse_docker_config(json.dumps({"kind": "Secret", "type": "kubernetes.io/dockercfg", "data": data}))
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.message, fault.line) == (f"docker-config-{code}", message, None)


@pytest.mark.parametrize("text", [b"", b"null"])
def test_an_empty_file_inside_a_secret(text: bytes) -> None:
    data = {".dockerconfigjson": base64.b64encode(text).decode()}
    kind = "kubernetes.io/dockerconfigjson"
    keyring = parse_docker_config(json.dumps({"kind": "Secret", "type": kind, "data": data}))
    assert [one.code for one in keyring.diagnostics] == ["docker-config-no-login"]


def test_a_token_is_used_without_auth_and_an_email_of_a_wrong_type_is_ignored() -> None:
    keyring = read({"identitytoken": "t", "email": 3})
    assert [login.scope for login in keyring.credentials] == ["quay.io"]
    assert [one.message for one in keyring.diagnostics] == ["`email` of entry `quay.io` must be a string"]


def test_errors_of_all_entries_are_reported() -> None:
    entries = {f"h{number}.io": {"auth": "?"} for number in range(150)}
    assert refused(json.dumps({"auths": entries}))[-2:] == ["invalid-auth", "more-diagnostics"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("{", ["syntax"]),
        ("[]", ["shape"]),
        ('{"auths": []}', ["shape"]),
        (b"\xff\xfe\xff", ["not-utf8"]),
        ("[" * 100_000, ["syntax"]),
        ('{"x": NaN}', ["syntax"]),
        ('{"auths": -Infinity}', ["syntax"]),
        ("3", ["shape"]),
        ('{"auths": {"quay.io": 3}, "credHelpers": 4, "credsStore": 5}', ["shape"] * 3),
    ],
)
def test_invalid_docker_configs(text: str | bytes, codes: list[str]) -> None:
    assert refused(text) == codes


def test_an_empty_object_is_an_empty_keyring() -> None:
    for text in ("{}", "", " \n", "null", '{"auths": null}', '{"auths": {}, "credHelpers": null, "credsStore": null}'):
        keyring = parse_docker_config(text)
        assert (keyring.credentials, keyring.helpers) == ((), ())
        assert [(one.code, one.severity) for one in keyring.diagnostics] == [("docker-config-no-login", "warning")]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"auths": {\n  "quay.io": {"auth" "sentinel"}\n}}', 2, 22),
        ("{", 1, 2),
        (b'{\n"\xc3\xa9\xff"}', 2, 3),
        (b'\xef\xbb\xbf{"\xff"}', 1, 3),
        (b'\xef\xbb\xbf{"', 1, 2),
        ("[" * 100_000, 1, 10_001),
        ('{"auths": NaN}', 1, 11),
        ('{"auths": {},\n}', 1, 13),
    ],
)
def test_a_syntax_error_has_a_location_and_no_value(text: str | bytes, line: int | None, column: int | None) -> None:
    with pytest.raises(InvalidDockerConfig) as caught:
        parse_docker_config(text)
    *_, fault = caught.value.diagnostics
    assert (fault.source, fault.line, fault.column) == ("docker-config", line, column)
    assert "sentinel" not in str(fault)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "invalid JSON: file ends too early"),
        ("[" * 100_000, "JSON is nested too deeply"),
        ('{"x": NaN}', "`NaN` and `Infinity` are not valid JSON"),
        ('{"auths": []}', "`auths` must be a JSON object"),
        ('{"auths": {"quay.io": ["sentinel"]}}', "entry `quay.io` must be an object"),
        ('{"auths": {"quay.io": {"auth": "sentinel",}}}', "invalid JSON: trailing comma"),
        ('{"auths": {},\n}', "invalid JSON: trailing comma"),
        ("[1,\n\t]", "invalid JSON: trailing comma"),
        ("}", "invalid JSON"),
        ("{]", "invalid JSON"),
        ("{'auths': {}}", "invalid JSON: strings need double quotes"),
        ('{"auths": {}} // x'.replace("{}}", "{} //", 1), "invalid JSON: comments are not valid JSON"),
        ("# x\n{}", "invalid JSON: comments are not valid JSON"),
        (
            '{"auths": {"quay.io": {"auth": "sen\ntinel"}}}',
            "invalid JSON: unterminated string, or one with a line end or an invalid escape",
        ),
        ("apiVersion: v1\nkind: Secret\n", "file is YAML, not JSON"),
        ("---\nkind: Secret\n", "file is YAML, not JSON"),
        (auth('{"auths": {}}'), "file is base64 of JSON"),
        (auth('{\n  "auths": {}}') + "\n", "file is base64 of JSON"),
        ("{}".encode("utf-16"), "file is UTF-16"),
        (b'{"\xe9": 1}', "file is not UTF-8"),
    ],
)
def test_messages_of_syntax_and_shape(text: str | bytes, message: str) -> None:
    with pytest.raises(InvalidDockerConfig) as caught:
        parse_docker_config(text)
    assert caught.value.diagnostics[0].message == message


def test_other_members_and_long_numbers_are_ignored() -> None:
    other = f'"HttpHeaders": {{"X": "y"}}, "n": {"1" * 50_000}, "m": {"1" * 50_000}.5e9, "detachKeys": null'
    keyring = parse_docker_config(f'{{{other}, "credsStore": ""}}')
    assert (keyring.credentials, [one.code for one in keyring.diagnostics]) == ((), ["docker-config-no-login"])


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
    assert (keyring.credentials, [one.code for one in keyring.diagnostics]) == (
        (),
        ["docker-config-empty-login", "docker-config-no-login"],
    )


@pytest.mark.parametrize("value", [None, 3, {"auths": "sentinel"}])
def test_only_a_str_or_bytes_is_parsed(value: object) -> None:
    with pytest.raises(TypeError, match=f"a Docker config is str or bytes, not {type(value).__name__}$") as caught:
        parse_docker_config(value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert "sentinel" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ('{"auths": {"a.b": LOGIN}, "auths": {"c.d": LOGIN}}', ["a.b", "c.d"]),
        ('{"auths": {"a.b": LOGIN}, "auths": null, "auths": {"c.d": LOGIN}}', ["c.d"]),
        ('{"auths": null, "auths": {"c.d": LOGIN}}', ["c.d"]),
        ('{"auths": {"a.b": LOGIN}, "auths": null, "credHelpers": {"x.y": "z"}}', []),
    ],
)
def test_null_empties_the_members_before_it(text: str, scopes: list[str]) -> None:
    """Go decodes each member into the same map, and `null` into none."""
    keyring = parse_docker_config(text.replace("LOGIN", '{"auth": "YTpi"}'))
    assert [credential.scope for credential in keyring.credentials] == scopes
