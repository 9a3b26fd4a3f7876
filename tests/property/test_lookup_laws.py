"""Laws of the look-ups and of the reader of login files.

They are total and without secrets; look-ups are alike one by one and together, and linear in the length of the file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deployspec import (
    App,
    InvalidDockerConfig,
    InvalidReference,
    compare_lookups,
    lookup,
    lookup_all,
    parse_docker_config,
    parse_reference,
    resolve,
)
from deployspec._logins.lookup.suggest import suggested_key
from deployspec._logins.lookup.values import CLIENTS, Client

SENTINEL = "S3ntinel"
# base64 of `S3ntinel:S3ntinel`.
AUTH = "UzNudGluZWw6UzNudGluZWw="
KEYS = [
    "quay.io",
    "https://quay.io",
    "quay.io/acme",
    "quay.io/ac",
    "https://quay.io/acme/",
    "*.io",
    "docker.io",
    "index.docker.io",
    "https://index.docker.io/v1/",
    "registry-1.docker.io",
    "localhost:5000",
    f"https://{SENTINEL}:{SENTINEL}@quay.io",
    f"{SENTINEL}:{SENTINEL}@quay.io/acme",
    "[::1]",
    "quay.io:443",
    "quay.io\n",
    "",
]
IMAGES = [
    "quay.io/acme/app:1",
    "quay.io/other",
    "ubuntu",
    "registry-1.docker.io/acme/app",
    "localhost:5000/a",
    "dhi.io/a",
    "[::1]/a",
    "Acme/app",
    "reg_1.example.com/a",
    "quay.io:443/a",
    "",
]
images = st.sampled_from(IMAGES) | st.text(max_size=20)

secrets: st.SearchStrategy[object] = st.sampled_from(
    [SENTINEL, AUTH, AUTH[:-1], f"{AUTH}\n", f"{SENTINEL}!", "", None, 5, [SENTINEL], {}]
)
members = st.sampled_from(["auth", "Auth", "username", "password", "identitytoken", "registrytoken", "email"])
entries: st.SearchStrategy[object] = st.dictionaries(members, secrets, max_size=4) | st.sampled_from(
    [None, SENTINEL, 5, [SENTINEL]]
)
logins: st.SearchStrategy[object] = st.dictionaries(st.sampled_from(KEYS), entries, max_size=5)
helpers: st.SearchStrategy[object] = st.dictionaries(
    st.sampled_from(KEYS[:12]), st.sampled_from(["pass", "", None, 5]), max_size=2
)
odd = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)


def written(value: object) -> str:
    return json.dumps(value)


def in_secret(text: str) -> object:
    return {".dockercfg": text}


files: st.SearchStrategy[object] = st.fixed_dictionaries(
    {},
    optional={
        "auths": logins | odd,
        "Auths": logins,
        "credHelpers": helpers | odd,
        "credsStore": st.sampled_from(["desktop", "", None, 5]),
        "detachKeys": odd,
        "kind": st.just("Secret"),
        "metadata": st.just({}),
        "type": st.sampled_from(["kubernetes.io/dockercfg", "Opaque"]),
        "stringData": logins.map(written).map(in_secret),
    },
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A login file, or nearly one."""
    value: object = draw(files | logins)
    text = json.dumps(value, ensure_ascii=draw(st.booleans()))
    at = draw(st.integers(0, len(text)))
    return draw(st.sampled_from([text, text[:at], text[:at] + draw(st.text(max_size=2)) + text[at:], f"{text} {text}"]))


@given(texts() | st.text() | st.binary(), images)
@example("[" * 100_000, "ubuntu")
@example('{"auths":' * 50_000, "quay.io/a")
@example('{"auths": {"\ud800": {}}}', "\ud800/a%")
@example("\0", "\0")
@example('"' + "a" * 1_000_000, "a" * 1_000_000)
@example("a" * 1_000_000, "quay.io/" + "a-" * 100_000)
@example('{"auths": {"' + "*" * 1000 + '.io": {}}}', "a" * 1000 + ".io/a")
def test_total(config: str | bytes, image: str) -> None:
    found = lookup_all(config, image)
    assert tuple(found) == CLIENTS
    for one in found.values():
        assert one.outcomes
        assert len(set(one.outcomes)) == len(one.outcomes)
        assert one.certain == (len(one.outcomes) == 1)


@given(texts() | st.text() | st.binary(), images, st.sampled_from(CLIENTS))
def test_one_by_one_is_as_together(config: str | bytes, image: str, client: Client) -> None:
    together = lookup_all(config, image)[client]
    try:
        assert lookup(config, image, client) == together
    except InvalidReference as error:
        assert together.diagnostics == error.diagnostics
        assert [outcome.kind for outcome in together.outcomes] == ["error"]


@given(texts(), images)
def test_nothing_shows_a_secret(config: str, image: str) -> None:
    shown = repr(dict(lookup_all(config, image))) if SENTINEL not in image else ""
    assert SENTINEL not in shown
    assert AUTH[:-1] not in shown


@given(texts(), images)
def test_an_error_is_explained(config: str, image: str) -> None:
    for found in lookup_all(config, image).values():
        errors = [one for one in found.diagnostics if one.severity == "error"]
        assert bool(errors) == any(outcome.kind == "error" for outcome in found.outcomes)


@given(texts() | st.text() | st.binary())
@example("[" * 100_000)
@example('{"auths":' * 50_000)
@example('{"auths": {"\ud800": {}}}')
@example('{"auths": {"quay.io": {"username": "\ud800", "password": "\ud800"}}}')
@example(b'{"kind": "Secret", "data": {".dockercfg": "/w=="}}')
def test_the_reader_is_total_and_shows_no_secret(text: str | bytes) -> None:
    try:
        shown = repr(parse_docker_config(text))
    except InvalidDockerConfig as error:
        assert any(one.severity == "error" for one in error.diagnostics)
        shown = repr(error.diagnostics)
    assert SENTINEL not in shown
    assert AUTH[:-1] not in shown


@given(logins, entries, helpers)
def test_no_entry_hides_the_login_of_another_one(auths: dict[str, object], entry: object, named: object) -> None:
    file = {"auths": {"odd.example": entry, **auths, "eve.example": {"auth": AUTH}}, "credHelpers": named}
    keyring = parse_docker_config(json.dumps(file))
    assert "eve.example" in [login.key for login in keyring.credentials]
    alone = parse_docker_config(json.dumps({"auths": {"eve.example": {"auth": AUTH}}}))
    assert keyring.find(parse_reference("eve.example/a")) == alone.credentials[0]


@given(st.text(max_size=300), st.sampled_from(["quay.io/a:1", "acme/b:1"]))
def test_nothing_is_ever_read_in_silence(text: str, image: str) -> None:
    """Every file either has a login, or a diagnostic says why not."""
    for file in (text, json.dumps({text: {"auth": AUTH}}), json.dumps({"auths": {text: {"auth": AUTH}}})):
        try:
            keyring = parse_docker_config(file)
        except InvalidDockerConfig:
            continue
        assert keyring.credentials or keyring.diagnostics
        app = App({"APTIBLE_DOCKER_IMAGE": image}, "web: run", keyring=keyring)
        assert SENTINEL not in repr(compare_lookups(resolve(app), file))


hosts = st.from_regex(r"[a-z0-9]{1,9}(\.[a-z0-9]{1,5}(-[a-z]{1,3})?){1,3}(:[0-9]{1,5})?", fullmatch=True)
paths = st.from_regex(r"[a-z0-9]{1,5}(/[a-z]{1,5}){0,2}", fullmatch=True)
images_of_hosts = st.builds("{}/{}".format, hosts | st.sampled_from(["localhost:5000", "docker.io", "dhi.io"]), paths)


@given(images_of_hosts | paths)
def test_every_client_uses_the_suggested_key(image: str) -> None:
    key = suggested_key(image)
    assert key is not None
    text = json.dumps({"auths": {"other.example.com": {"auth": AUTH}, key: {"auth": AUTH}}})
    for found in lookup_all(text, image).values():
        (outcome,) = found.outcomes
        if [diagnostic.code for diagnostic in found.diagnostics] == ["lookup-reference"]:
            continue
        # For oras, `acme/app` is an image of the registry `acme`.
        if found.client == "oras" and "." not in image and ":" not in image:
            continue
        assert (outcome.kind, outcome.key) == ("basic", key)


def calls_of(function: Callable[[], object]) -> int:
    """How many functions are called, which does not depend on the machine."""
    count = 0

    def profile(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(profile)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


ENTRIES: dict[str, Callable[[int], str]] = {
    "of other hosts": lambda number: json.dumps({"auths": {f"h{i}.io": {"auth": AUTH} for i in range(number)}}),
    "of one host": lambda number: json.dumps(
        {"auths": {f"https://quay.io/{i}": {"auth": AUTH} for i in range(number)}}
    ),
    "of one index key": lambda number: json.dumps({"auths": {f"quay.io?{i}": {"auth": AUTH} for i in range(number)}}),
    "that cannot be decoded": lambda number: json.dumps(
        {"auths": {f"https://quay.io/{i}": {"auth": "!"} for i in range(number)}}
    ),
    "of a wrong type": lambda number: json.dumps({"auths": {f"https://quay.io/{i}": 5 for i in range(number)}}),
    "of helpers": lambda number: json.dumps({"credHelpers": {f"h{i}.io": "x" for i in range(number)}}),
    "of nothing": lambda number: "[" + "[]," * number + "1]",
}


@pytest.mark.parametrize("entries", ENTRIES)
@pytest.mark.parametrize("client", CLIENTS)
def test_work_grows_linearly(entries: str, client: Client) -> None:
    def calls(number: int) -> int:
        text = ENTRIES[entries](number)
        return calls_of(lambda: lookup(text, "quay.io/1", client))

    assert calls(400) <= 4.5 * calls(100)
