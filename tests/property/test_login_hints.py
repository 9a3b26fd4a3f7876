"""Hints about logins: following one never sends the password to a registry that the login was not set for."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from deployspec import (
    APTIBLE_CURRENT,
    App,
    Credential,
    Diagnostic,
    Keyring,
    ResolutionError,
    Secret,
    parse_reference,
    resolve,
)
from deployspec._logins.scope import normal_host, registry_of

IMAGE = "APTIBLE_DOCKER_IMAGE"
HOST = "APTIBLE_PRIVATE_REGISTRY_HOST"
LOGIN = {"APTIBLE_PRIVATE_REGISTRY_USERNAME": "ada", "APTIBLE_PRIVATE_REGISTRY_PASSWORD": "pw"}
HOSTS = [
    "",
    "my-server",
    "registry",
    "localhost",
    "quay.io",
    "QUAY.IO",
    "quay.io:443",
    "quay.io:5000",
    "ghcr.io",
    "docker.io",
    "index.docker.io",
    "registry-1.docker.io",
    "hub.docker.com",
    "registry.hub.docker.com",
    "a" * 1020 + ".io",
]
PATHS = ["acme/app:1", "app", "my-server/foo/bar:1", "r/acme/app", "repository/acme/app"]
hosts = st.sampled_from(HOSTS)
images = st.sampled_from([f"{host}/{path}" if host else path for host in HOSTS for path in PATHS])


def diagnostics(app: App) -> tuple[Diagnostic, ...]:
    try:
        return resolve(app).diagnostics
    except ResolutionError as error:
        return error.diagnostics


def server(host: str) -> str:
    """The machine that a host names: 443 is the port of HTTPS."""
    return (normal_host(host) or host).removesuffix(":443")


def check(hint: str, allowed: set[str]) -> None:
    for host in re.findall(rf"`{HOST}` to `([^`]*)`", hint):
        assert server(host) in allowed
    for image in re.findall(r"use the image `([^`]*)`", hint):
        assert server(registry_of(parse_reference(image))) in allowed


@given(images, hosts)
def test_following_a_hint_sends_the_password_nowhere_else(image: str, host: str) -> None:
    # Without a host, the app's owner has named only the registry of the image.
    allowed = {server(host)} if host else {"docker.io", server(image.partition("/")[0])}
    for one in diagnostics(App({IMAGE: image, HOST: host, **LOGIN}, "web: run")):
        if one.code.startswith("credentials-") and one.hint:
            check(one.hint, allowed)


@given(images, hosts, st.lists(hosts.filter(bool), unique_by=normal_host))
def test_following_a_hint_about_a_build_sends_the_password_nowhere_else(image: str, host: str, keys: list[str]) -> None:
    keyring = Keyring(Credential(scope=key, username="ada", password=Secret("pw")) for key in keys)
    for one in diagnostics(App({HOST: host, **LOGIN}, "web: run", f"FROM {image}", keyring=keyring)):
        if one.code.startswith("credentials-") and one.hint:
            check(one.hint, {server(host or "docker.io")})


@given(st.sampled_from(["https://", "http://", "HTTPS://", "https://ada:pw@", "ada:pw@"]), hosts.filter(bool))
def test_the_correction_of_a_url_is_on_its_host(start: str, host: str) -> None:
    """With this profile, the login in the variables is for the host of the image."""
    app = App(
        {IMAGE: f"{start}{host}/acme/app:1", "APTIBLE_PRIVATE_REGISTRY_USERNAME": "ada"},
        "web: run",
        profile=APTIBLE_CURRENT,
    )
    for one in diagnostics(app):
        for image in re.findall(r"did you mean `([^`]*)`", one.hint or ""):
            reached = server(registry_of(parse_reference(image))).removesuffix(":80")
            assert reached == server(host)
