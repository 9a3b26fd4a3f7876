"""`lookup` names the login that the docker client, skopeo and docker-py send for an image."""

from __future__ import annotations

import base64
import importlib
import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import fake_daemon
import pytest
import recording_registry
from fake_daemon import FakeDaemon, decoded
from recording_registry import RecordingRegistry

from deployspec import LookupOutcome, lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from deployspec import Client

    Require = Callable[..., None]

HELPER = """#!/bin/sh
read -r server
echo "{\\"ServerURL\\": \\"$server\\", \\"Username\\": \\"of-helper\\", \\"Secret\\": \\"pw\\"}"
"""


def login(username: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{username}:p:w".encode()).decode()}


def logins(*keys: str, **more: Any) -> dict[str, Any]:
    """A config with a login of its own for each key."""
    return {"auths": {key: login(f"user-{number}") for number, key in enumerate(keys)}, **more}


# Each config for a host, with the paths of the images to look up.
FILES: dict[str, tuple[Callable[[str], dict[str, Any]], tuple[str, ...]]] = {
    "host": (logins, ("team/app",)),
    "URL": (lambda host: logins(f"https://{host}/v1/"), ("team/app",)),
    "slash": (lambda host: logins(f"{host}/"), ("team/app",)),
    "path": (lambda host: logins(f"{host}/team"), ("team/app", "other/app", "teammate/app")),
    "URL and path": (lambda host: logins(f"https://{host}/team"), ("team/app", "other/app")),
    "host and paths": (
        lambda host: logins(host, f"{host}/team", f"{host}/team/app"),
        ("team/app", "team/web", "other/app"),
    ),
    "two paths": (lambda host: logins(f"{host}/a", f"{host}/b"), ("a/app", "c/app")),
    "other port": (lambda host: logins(host.partition(":")[0]), ("team/app",)),
    "wildcard": (lambda host: logins("*", f"*{host[1:]}"), ("team/app",)),
    "no auth": (lambda host: {"auths": {host: {"username": "user-0", "password": "pw"}}}, ("team/app",)),
    "shadowed": (lambda host: {"auths": {host: {}, f"https://{host}": login("user-0")}}, ("team/app",)),
    "no padding": (lambda host: {"auths": {host: {"auth": login("user-01")["auth"].rstrip("=")}}}, ("team/app",)),
    "broken entry": (lambda host: {"auths": {host: login("user-0"), "quay.io": {"auth": "?"}}}, ("team/app",)),
    "wrong type": (lambda host: logins(host, detachKeys=5), ("team/app",)),
    "case": (lambda host: {"Auths": {host: {"Auth": login("user-0")["auth"]}}}, ("team/app",)),
    "no auths": (lambda host: logins(host)["auths"], ("team/app",)),
    "helper": (lambda host: logins(host, credHelpers={host: "test"}), ("team/app",)),
    "store": (lambda host: logins(host, credsStore="test"), ("team/app",)),
    "store switched off": (lambda host: logins(host, credsStore="test", credHelpers={host: ""}), ("team/app",)),
    "empty": (lambda _host: {"auths": {}}, ("team/app",)),
}
CASES = [pytest.param(make, path, id=f"{name}, {path}") for name, (make, paths) in FILES.items() for path in paths]
each_case = pytest.mark.parametrize(("make", "path"), CASES)


@pytest.fixture
def registry() -> Iterator[RecordingRegistry]:
    with recording_registry.serve() as running:
        yield running


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment with a credential helper, and with `config.json` in the folder `docker`."""
    (tmp_path / "docker").mkdir()
    programs = tmp_path / "programs"
    programs.mkdir()
    helper = programs / "docker-credential-test"
    helper.write_text(HELPER)
    helper.chmod(0o700)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(tmp_path), "DOCKER_CONFIG": str(tmp_path / "docker")}


@pytest.fixture
def expected(tmp_path: Path) -> Callable[[Client, dict[str, Any], str], set[str | None]]:
    """Write a config, and return the usernames that a client may send: an empty one without login, none if it fails."""

    def expect(client: Client, config: dict[str, Any], image: str) -> set[str | None]:
        text = json.dumps(config)
        (tmp_path / "docker" / "config.json").write_text(text)
        auths: dict[str, Any] = config.get("auths") or config.get("Auths") or config
        return {username_of(outcome, auths) for outcome in lookup(text, image, client).outcomes}

    return expect


def username_of(outcome: LookupOutcome, auths: dict[str, Any]) -> str | None:
    if outcome.kind == "error":
        return None
    if outcome.kind == "helper":
        return "of-helper"
    if outcome.kind == "anonymous" or outcome.key is None:
        return ""
    entry = auths[outcome.key]
    auth = entry.get("auth") or entry.get("Auth")
    return str(entry["username"]) if auth is None else base64.b64decode(auth).decode().partition(":")[0]


def run(argv: list[str], environment: dict[str, str]) -> int:
    """Run a client; it always fails, because the registry refuses every login."""
    return subprocess.run(argv, env=environment, capture_output=True, check=False, timeout=60).returncode


@each_case
def test_skopeo_sends_the_login_of_podman(
    make: Callable[[str], dict[str, Any]],
    path: str,
    registry: RecordingRegistry,
    environment: dict[str, str],
    expected: Callable[..., set[str | None]],
    require_tools: Require,
) -> None:
    require_tools("skopeo")
    image = f"{registry.host}/{path}:1"
    users = expected("podman", make(registry.host), image)
    file = f"{environment['DOCKER_CONFIG']}/config.json"
    run(["skopeo", "inspect", "--tls-verify=false", "--authfile", file, f"docker://{image}"], environment)
    if registry.sent:
        assert len(registry.users()) == 1
        assert registry.users() <= users
    else:
        assert users == {None}


@each_case
def test_docker_sends_the_login_to_the_registry(
    make: Callable[[str], dict[str, Any]],
    path: str,
    registry: RecordingRegistry,
    environment: dict[str, str],
    expected: Callable[..., set[str | None]],
    require_tools: Require,
) -> None:
    """`docker manifest inspect` looks logins up like `docker pull`, but talks to the registry itself."""
    require_tools("docker")
    image = f"{registry.host}/{path}:1"
    users = expected("docker", make(registry.host), image)
    run(["docker", "manifest", "inspect", "--insecure", image], environment)
    # It looks the login up for each request, at random if several match, and sends no request without one.
    assert registry.users() <= users
    assert registry.sent or users == {""}


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[FakeDaemon]:
    with fake_daemon.serve(tmp_path / "engine.sock") as running:
        yield running


# What a user writes, and the key of the login for it: with an engine that pulls nothing, the host can be any.
HUB = "https://index.docker.io/v1/"
NAMES = [
    ("acme/app:1", HUB),
    ("acme/app:1", "docker.io"),
    ("acme/app:1", "https://index.docker.io/v1"),
    ("registry-1.docker.io/acme/app:1", "registry-1.docker.io"),
    ("registry-1.docker.io/acme/app:1", HUB),
    ("registry.hub.docker.com/acme/app:1", "registry.hub.docker.com"),
    ("hub.docker.com/acme/app:1", "https://hub.docker.com/v2/"),
    ("quay.io/acme/app:1", "quay.io/acme"),
    ("quay.io/acme/app:1", "QUAY.IO"),
    ("quay.io/acme/app:1", "quay.io:443"),
]


def with_key(key: str) -> Callable[[str], dict[str, Any]]:
    return lambda _host: logins(key)


NAMED = [
    *((with_key(key), image) for image, key in NAMES),
    *((make, f"quay.io/{path}:1") for make, paths in FILES.values() for path in paths),
]
each_name = pytest.mark.parametrize(("make", "image"), NAMED)


def check_engine(daemon: FakeDaemon, users: set[str | None]) -> None:
    """Compare the login that the client sends to the engine; a client that fails sends nothing."""
    # docker-py passes a helper's answer on as `Username`, which the engine reads too.
    sent = {
        {name.lower(): value for name, value in decoded(header).items()}.get("username", "") for header in daemon.logins
    }
    assert len(sent) <= 1
    assert sent <= users
    assert sent or users == {None}


@each_name
def test_docker_sends_the_login_to_the_engine(
    make: Callable[[str], dict[str, Any]],
    image: str,
    daemon: FakeDaemon,
    environment: dict[str, str],
    expected: Callable[..., set[str | None]],
    require_tools: Require,
) -> None:
    require_tools("docker")
    users = expected("docker", make("quay.io"), image)
    socket = f"unix://{environment['HOME']}/engine.sock"
    run(["docker", "pull", "--quiet", image], {**environment, "DOCKER_HOST": socket})
    check_engine(daemon, users)


@each_name
def test_docker_py_sends_the_login_to_the_engine(
    make: Callable[[str], dict[str, Any]],
    image: str,
    daemon: FakeDaemon,
    environment: dict[str, str],
    expected: Callable[..., set[str | None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    docker: Any = importlib.import_module("docker")
    users = expected("docker-py", make("quay.io"), image)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    socket = f"unix://{environment['HOME']}/engine.sock"
    try:
        docker.APIClient(base_url=socket, version="1.45").pull(image)
    except Exception:  # noqa: BLE001  # docker-py fails with errors of several libraries
        assert None in users
    check_engine(daemon, users)
