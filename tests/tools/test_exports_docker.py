"""Exports as the Docker client reads them: auth file, arguments, and the header that it sends for a login."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from fake_daemon import FakeDaemon, decoded, serve

from deployspec import App, Credential, Credentials, DeployPlan, Keyring, Secret, credentials_for, pin, render, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HOSTILE = [
    "p:s 's\"w0rd$",
    " \t leading and trailing \n",
    "line\nend\r\n",
    "pässwörd ✓ 密码",
    "$(id)`${X}\\n\\",
    '&<>{"auths":{}}',
    "x" * 4096,
]
DIGEST = f"sha256:{'1' * 64}"


@pytest.fixture
def daemon(require_tools: Callable[..., None], tmp_path: Path) -> Iterator[FakeDaemon]:
    require_tools("docker")
    with serve(tmp_path / "engine.sock") as running:
        yield running


@pytest.fixture
def docker(daemon: FakeDaemon, tmp_path: Path) -> Callable[[DeployPlan, Credentials], list[int]]:
    """Carry out a plan's commands with the auth file for them; give the exit codes."""

    def run(plan: DeployPlan, credentials: Credentials) -> list[int]:
        folder = tmp_path / "docker"
        folder.mkdir(exist_ok=True)
        auth = folder / "config.json"
        auth.write_text(render.auth_file(plan, credentials).text)
        environment = {"DOCKER_HOST": f"unix://{tmp_path}/engine.sock", "HOME": str(tmp_path), "GREETING": "hallo $X"}
        environment |= {"PATH": "/usr/local/bin:/usr/bin:/bin"}
        codes: list[int] = []
        for step in render.commands(plan, tool="docker", auth_file=str(auth)).steps:
            ran = subprocess.run(step.argv, env=environment, capture_output=True, check=False, timeout=60)
            assert b"unknown" not in ran.stderr, ran.stderr
            codes.append(ran.returncode)
        return codes

    return run


def asked(image: str, *scopes: str, password: str = "pw", procfile: str = "web: run") -> tuple[DeployPlan, Credentials]:
    logins = [Credential(scope=scope, username="ada", password=Secret(password)) for scope in scopes]
    app = App({"APTIBLE_DOCKER_IMAGE": image, "GREETING": "x"}, procfile, keyring=Keyring(logins))
    plan = resolve(app)
    return plan, credentials_for(plan, app)


def check(daemon: FakeDaemon, plan: DeployPlan, credentials: Credentials, name: str, version: str) -> None:
    assert daemon.pulls == [{"fromImage": name, "tag": version}]
    sent, ours = decoded(daemon.logins[0]), decoded(render.x_registry_auth(plan.pulls[0], credentials))
    assert sent == ours
    config = render.auth_config(plan.pulls[0], credentials)
    assert ours == dict(config or {})


@pytest.mark.parametrize(
    ("image", "scope", "name"),
    [
        ("quay.io/acme/web:1", "quay.io", "quay.io/acme/web"),
        ("quay.io/acme/web:1", "quay.io/acme", "quay.io/acme/web"),
        ("acme/web:1", "docker.io", "docker.io/acme/web"),
        ("index.docker.io/acme/web:1", "https://index.docker.io/v1/", "docker.io/acme/web"),
        ("localhost:5000/web:1", "localhost:5000", "localhost:5000/web"),
        ("[::1]:5000/web:1", "[::1]:5000", "[::1]:5000/web"),
    ],
)
def test_the_client_finds_the_login_and_sends_what_we_would(
    image: str,
    scope: str,
    name: str,
    daemon: FakeDaemon,
    docker: Callable[[DeployPlan, Credentials], list[int]],
) -> None:
    plan, credentials = asked(image, scope)
    docker(plan, credentials)
    check(daemon, plan, credentials, name, "1")
    assert decoded(daemon.logins[0])["password"] == "pw"


def test_a_host_in_upper_case_is_found_too(
    daemon: FakeDaemon, docker: Callable[[DeployPlan, Credentials], list[int]]
) -> None:
    """The client compares letter by letter, although names of hosts know no case."""
    plan, credentials = asked("QUAY.IO/acme/web:1", "quay.io")
    docker(plan, credentials)
    assert decoded(daemon.logins[0])["password"] == "pw"


@pytest.mark.parametrize("password", HOSTILE)
def test_any_password_reaches_the_engine(
    password: str, daemon: FakeDaemon, docker: Callable[[DeployPlan, Credentials], list[int]]
) -> None:
    plan, credentials = asked("quay.io/acme/web:1", "quay.io", password=password)
    docker(plan, credentials)
    check(daemon, plan, credentials, "quay.io/acme/web", "1")
    assert decoded(daemon.logins[0])["password"] == password


def test_without_a_login_none_is_sent(
    daemon: FakeDaemon, docker: Callable[[DeployPlan, Credentials], list[int]]
) -> None:
    plan, credentials = asked("quay.io/acme/web:1")
    docker(plan, credentials)
    check(daemon, plan, credentials, "quay.io/acme/web", "1")
    assert decoded(daemon.logins[0]) == {}


def test_a_digest_is_pulled_beside_its_tag(
    daemon: FakeDaemon, docker: Callable[[DeployPlan, Credentials], list[int]]
) -> None:
    plan, credentials = asked("quay.io/acme/web:1", "quay.io")
    docker(pin(plan, {"quay.io/acme/web:1": DIGEST}), credentials)
    (pull,) = daemon.pulls
    assert pull["tag"] == DIGEST
    assert pull["fromImage"].startswith("quay.io/acme/web")


@pytest.mark.parametrize("command", ["echo $HOME # 'q' \"d\"", "pässe ✓ && exit", "-c", "a  b\tc"])
def test_a_service_is_started_as_the_plan_says(
    command: str, daemon: FakeDaemon, docker: Callable[[DeployPlan, Credentials], list[int]]
) -> None:
    plan, credentials = asked("quay.io/acme/web:1", procfile=f"web: {command}")
    assert docker(plan, credentials) == [0, 125]
    (container,) = daemon.containers
    assert container["Image"] == "quay.io/acme/web:1"
    assert container["Entrypoint"] == ["/bin/sh"]
    assert container["Cmd"] == ["-c", command]
    assert container["Env"] == ["GREETING=hallo $X"]
    assert container["HostConfig"]["AutoRemove"] is True
