from __future__ import annotations

import pytest

from deployspec import InvalidReference, parse_reference
from deployspec._logins.scope import covers, normal_host, normal_scope

HUB = ["docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com"]


@pytest.mark.parametrize("host", HUB)
@pytest.mark.parametrize(
    "written", ["{}", "https://{}", "http://{}/", "{}/v1", "https://{}/v1/", "{}/v2", "{}/v2/", "HTTPS://{}"]
)
def test_docker_hub_has_these_spellings(host: str, written: str) -> None:
    assert normal_host(written.format(host)) == "docker.io"
    assert normal_host(written.format(host.upper())) == "docker.io"


@pytest.mark.parametrize(
    "host",
    [
        "docker.io.evil.example",
        "evildocker.io",
        "xdocker.io",
        "docker.io:443",
        "registry-2.docker.io",
        "docker.com",
        "a.docker.io",
        "docker.io.com",
        "index.docker.io.evil.example",
        "hub.docker.com.evil.example",
        "xhub.docker.com",
        "registry-1.docker.io:5000",
        "auth.docker.io",
        "d0cker.io",
        "docker-io.example",
    ],
)
def test_near_aliases_are_other_hosts(host: str) -> None:
    assert normal_host(host) == host
    assert not covers(host, parse_reference("ubuntu"))
    assert not covers("docker.io", parse_reference(f"{host}/library/ubuntu"))


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("quay.io", "quay.io"),
        ("QUAY.IO/team", "quay.io/team"),
        ("https://quay.io/team/", "quay.io/team"),
        ("localhost:5000/a/b", "localhost:5000/a/b"),
        ("[::1]:5000", "[::1]:5000"),
        ("docker.io/acme", "docker.io/acme"),
        ("quay.io/v1", "quay.io"),
        ("quay.io/team/v1", "quay.io/team/v1"),
        ("https://quay.io/team/v2/", "quay.io/team/v2"),
        ("HTTP://Quay.io:5000/v2/", "quay.io:5000"),
    ],
)
def test_scopes_have_one_normal_form(text: str, scope: str) -> None:
    assert normal_scope(text) == scope
    assert normal_scope(scope) == scope


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "https://",
        "user@quay.io",
        "quay.io?x",
        "quay.io#x",
        "qu\u0430y.io",
        "doc\u212aer.io",
        "quay.io//a",
        "quay.io/Team",
        "quay.io/Team/app",
        "q/Team",
        "quay.io/a//b",
        "quay.io/a/..",
        "quay .io",
        "quay.io\n",
        "quay.io:",
        "-quay.io",
        "ftp://quay.io",
        "quay.io/a//",
        "a_b.io",
        "quay.io.",
        ".quay.io",
        "quay..io",
        "quay.io:x",
        "quay.io:80:80",
        "https://https://quay.io",
        "quay.io/v3//",
        "quay.io\\@evil.example",
        "quay.io%2fteam",
        " quay.io",
        "user:pass@quay.io/team",
    ],
)
def test_invalid_scopes(text: str) -> None:
    assert normal_scope(text) is None


# Without a port, `[]` does not count as the host of a reference, so the path is invalid.
@pytest.mark.parametrize(("host", "code"), [("[]", "reference-invalid-path"), ("[]:5000", "reference-invalid-host")])
def test_empty_brackets_are_not_a_host(host: str, code: str) -> None:
    assert normal_host(host) is None
    with pytest.raises(InvalidReference) as caught:
        parse_reference(f"{host}/a")
    assert caught.value.diagnostics[0].code == code


def test_a_host_has_no_path() -> None:
    assert normal_host("quay.io/org") is None
    assert normal_host("-") is None


@pytest.mark.parametrize(
    ("scope", "reference", "covered"),
    [
        ("quay.io", "quay.io/a/b", True),
        ("quay.io", "QUAY.IO/a/b", True),
        ("quay.io", "quay.io:443/a/b", False),
        ("quay.io/team", "quay.io/team/app", True),
        ("quay.io/team", "quay.io/team", True),
        ("quay.io/team", "quay.io/teams/app", False),
        ("quay.io/team/app", "quay.io/team", False),
        ("docker.io", "registry-1.docker.io/acme/app", True),
        ("docker.io", "hub.docker.com/acme/app", False),
        ("docker.io/acme", "acme/app", True),
        ("docker.io/library", "ubuntu", True),
    ],
)
def test_a_scope_covers_by_whole_host_and_whole_components(scope: str, reference: str, *, covered: bool) -> None:
    assert covers(scope, parse_reference(reference)) is covered


@pytest.mark.parametrize("text", ["quay.https://io", "quay.iohttp://", "foohttps://quay.io", "quay.io/http://team"])
def test_a_scheme_must_be_at_the_beginning(text: str) -> None:
    assert normal_scope(text) is None
