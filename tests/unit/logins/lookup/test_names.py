from __future__ import annotations

import pytest

from deployspec._logins.lookup import names
from deployspec._logins.lookup.names import Name

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("ubuntu", "docker.io/library/ubuntu"),
        ("ubuntu:24.04", "docker.io/library/ubuntu"),
        (f"acme/app:1@{DIGEST}", "docker.io/acme/app"),
        ("index.docker.io/ubuntu", "docker.io/library/ubuntu"),
        ("registry-1.docker.io/library/ubuntu", "registry-1.docker.io/library/ubuntu"),
        ("localhost/app", "localhost/app"),
        ("Acme/app", "Acme/app"),
        ("[::1]:5000/app", "[::1]:5000/app"),
        ("reg_1.example.com/app", "reg_1.example.com/app"),
        ("host:5000", "docker.io/library/host"),
    ],
)
def test_distribution_accepts(image: str, name: str) -> None:
    assert str(names.distribution(image)) == name


@pytest.mark.parametrize(
    "image",
    [
        "",
        "a" * 64,
        "quay.io/Acme/app",
        "quay.io/",
        "quay.io//a",
        "quay.io/a:",
        "quay.io/a:b:c",
        "quay.io/a@sha256:12",
        "quay.io/a@",
        "-quay.io/a",
        "quay..io/a",
        "quay.io:port/a",
        "user@quay.io/a",
        "https://quay.io/a",
        "quay.io/a b",
        "b\u00fccher.example/a",
        "quay.io/" + "a" * 256,
        "\ud800/a",
    ],
)
def test_distribution_refuses(image: str) -> None:
    assert names.distribution(image) is None


@pytest.mark.parametrize("image", ["Acme/app", "[::1]/app", "LOCALHOST/a", "quay.io/" + "a" * 250, "a" * 64])
def test_podman_refuses(image: str) -> None:
    assert names.podman(image) is None


@pytest.mark.parametrize("image", ["localhost/app", "Quay.io/app", "reg_1.example.com/app", "docker.io/library/a:1"])
def test_podman_accepts(image: str) -> None:
    assert str(names.podman(image)) == image.partition(":")[0]


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("ubuntu", "index.docker.io/library/ubuntu"),
        ("docker.io/ubuntu:1", "index.docker.io/library/ubuntu"),
        ("acme/app", "index.docker.io/acme/app"),
        ("localhost/a", "localhost/a"),
        ("quay.io:443/a:1", "quay.io:443/a"),
        ("quay.io:443/a", "quay.io:443/a"),
        (f"quay.io/a@{DIGEST}", "quay.io/a"),
        (f"quay.io/a:1@{DIGEST}", "quay.io/a"),
        ("quay.io:/a", "quay.io:/a"),
        ("quay.io//a", "quay.io//a"),
        ("[::1]:5000/a", "[::1]:5000/a"),
        ("b\u00fccher.example/a", "b\u00fccher.example/a"),
    ],
)
def test_go_containerregistry_accepts(image: str, name: str) -> None:
    assert str(names.go_containerregistry(image)) == name


@pytest.mark.parametrize(
    "image",
    [
        "",
        "Acme/app",
        "quay.io/",
        "quay.io/a:",
        "quay.io/a@sha256:12",
        "a@b@c",
        "user@quay.io/a",
        "quay.io:port/a",
        "a:\u00e9",
    ],
)
def test_go_containerregistry_refuses(image: str) -> None:
    assert names.go_containerregistry(image) is None


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("ubuntu:1", Name("docker.io", "ubuntu")),
        ("index.docker.io/a/b", Name("docker.io", "a/b")),
        ("quay.io:443/a", Name("quay.io:443", "a")),
        ("quay.io/a@x", Name("quay.io", "a")),
        ("", Name("docker.io", "")),
        ("https://quay.io/a", None),
        ("-quay.io/a", None),
        ("quay.io-/a", None),
    ],
)
def test_docker_py(image: str, name: Name | None) -> None:
    assert names.docker_py(image) == name


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("quay.io/a:1", Name("quay.io", "a")),
        ("quay.io/a:", Name("quay.io", "a")),
        ("quay.io/a@", Name("quay.io", "a")),
        (f"quay.io/a:?@{DIGEST}", Name("quay.io", "a")),
        ("host/a", Name("host", "a")),
        ("ubuntu", None),
        ("/a", None),
        ("user@quay.io/a", None),
        ("quay.io/A", None),
        ("quay.io/a:?", None),
        ("quay.io/a@sha256:1", None),
        ("quay.io:port/a", None),
    ],
)
def test_oras(image: str, name: Name | None) -> None:
    assert names.oras(image) == name
