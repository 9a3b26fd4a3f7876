from __future__ import annotations

import pytest

from deployspec._logins.lookup.hosts import GoUrl, before_slash, cli_host, parse_url, podman_host


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://quay.io/v1/", GoUrl("quay.io", "/v1/")),
        ("HTTPS://quay.io?x=1#f", GoUrl("quay.io", "")),
        ("//quay.io:80/a", GoUrl("quay.io:80", "/a")),
        ("///a", GoUrl("", "///a")),
        ("https:///a", GoUrl("", "/a")),
        ("https://a:b@c@quay.io", GoUrl("quay.io", "")),
        ("https://a%20:b@quay.io", GoUrl("quay.io", "")),
        ("https://a%2:b@quay.io", None),
        ("https://a b@quay.io", None),
        ("https://quay.io:", GoUrl("quay.io:", "")),
        ("https://quay.io:x", None),
        ("https://::1", GoUrl("::1", "")),
        ("https://[::1]:80/x", GoUrl("[::1]:80", "/x")),
        ("https://[fe80::1%25eth0]", GoUrl("[fe80::1%eth0]", "")),
        ("https://[fe80::1%eth0]", None),
        ("https://[fe80::1%25e%20]", None),
        ("https://[::1", None),
        ("https://[::1]x", None),
        ("https://[quay.io]", None),
        ("https://a[::1]", None),
        ("https://quay.io/%zz", None),
        ("https://quay.io/%41%ff", GoUrl("quay.io", "/A\ufffd")),
        ("https://quay%41.io", None),
        ("https://quay%25.io", GoUrl("quay%.io", "")),
        ("https://quay%C3%A9.io", GoUrl("quay\u00e9.io", "")),
        ("https://qu\\ay.io", None),
        ("https://b\u00fccher.example", GoUrl("b\u00fccher.example", "")),
        ("https://quay.io\t", None),
        ("https://quay.io#%z", None),
        (":x", None),
        ("mailto:x", GoUrl()),
        ("a/b:c", GoUrl()),
        ("1a:b", None),
        ("", GoUrl()),
    ],
)
def test_urls_are_parsed_as_by_go(text: str, url: GoUrl | None) -> None:
    assert parse_url(text) == url


@pytest.mark.parametrize(
    ("key", "host"),
    [
        ("quay.io", "quay.io"),
        ("quay.io/a", "quay.io"),
        ("ftp://ada@quay.io:80/x", "quay.io:80"),
        ("https://quay.io:", "quay.io"),
        ("https://[::1]", "::1"),
        ("https://[::1]:80", "[::1]:80"),
        ("https://quay.io /x", "quay.io "),
        ("https://a:b:c:80", "[a:b:c]:80"),
        ("https://1::2%zz:80", "[1::2%zz]:80"),
        ("https://1::2%zz:", "1::2%zz:"),
        ("https://", "https:"),
        ("a/b://c/d", "c"),
        ("a://b%:1", "b%:1"),
        ("://x", "x"),
    ],
)
def test_the_docker_cli_takes_the_host_of_a_url(key: str, host: str) -> None:
    assert cli_host(key) == host


def test_an_older_docker_cli_has_no_fallback() -> None:
    assert cli_host("https://quay.io /x", fallback=False) == "https:"


@pytest.mark.parametrize(
    ("key", "host"), [("http://https://a/b", "a"), ("https://http://a/b", "http:"), ("a:1/b", "a:1")]
)
def test_the_text_before_a_slash(key: str, host: str) -> None:
    assert before_slash(key) == host


@pytest.mark.parametrize(
    ("key", "host"),
    [
        ("registry-1.docker.io", "index.docker.io"),
        ("https://docker.io/x", "index.docker.io"),
        ("docker.io/x", "docker.io/x"),
        ("http://https://a/b", "a"),
    ],
)
def test_podman_cuts_paths_only_with_a_scheme(key: str, host: str) -> None:
    assert podman_host(key) == host
