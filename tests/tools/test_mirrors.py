"""Pulls from mirrors: a pull-through cache of a public registry, and a registry with a prefix for each upstream.

The public registry stands for Docker Hub. The app has logins of its own, also one for the mirror. It must not be sent
to the mirror, which would record a wrong login.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import private_registry
import pytest
from private_registry import Site, logins

from deployspec import App, Credential, DeployPlan, Extend, Keyring, Mirror, Secret, credentials_for, render, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from oci_layout import MakeImage
    from private_registry import PrivateRegistry

    Execute = Callable[[App, DeployPlan, Keyring, Any], None]


@pytest.fixture
def cache(
    public_registry: PrivateRegistry, container_environment: Mapping[str, str], tmp_path: Path
) -> Iterator[PrivateRegistry]:
    """A pull-through cache of the public registry, with a login of its own."""
    site = Site(upstream=f"http://{public_registry.host}")
    with private_registry.serve(tmp_path / "cache", username="cache", password="cache w0rd", site=site) as running:
        settings = Path(container_environment["HOME"], ".config", "containers", "registries.conf")
        with settings.open("a") as file:
            file.write(f'[[registry]]\nlocation = "{running.host}"\ninsecure = true\n')
        yield running


@pytest.fixture
def execute(container_environment: Mapping[str, str], tmp_path: Path) -> Execute:
    """Write the auth file of a plan, and run the commands that pull or build."""

    def execute(app: App, plan: DeployPlan, platform: Keyring, tool: Any) -> None:
        credentials = credentials_for(plan, app, platform_keyring=platform)
        auth = tmp_path / "auth.json"
        auth.write_text(render.auth_file(plan, credentials, tool=tool).text)
        for step in render.commands(plan, tool=tool, tag="app:1", auth_file=str(auth)).steps:
            if step.service is None and step.argv[1] != "from":
                ran = subprocess.run(
                    step.argv,
                    env=container_environment,
                    cwd=tmp_path,
                    capture_output=True,
                    text=True,
                    check=False,
                    timeout=120,
                )
                assert ran.returncode == 0, ran.stderr

    return execute


def keyring(*registries: PrivateRegistry, password: str | None = None) -> Keyring:
    return Keyring(
        Credential(scope=one.host, username=one.username, password=Secret(password or one.password))
        for one in registries
    )


@pytest.mark.parametrize("tool", ["skopeo", "buildah"])
def test_a_pull_through_cache(
    tool: Any,
    public_registry: PrivateRegistry,
    registry: PrivateRegistry,
    cache: PrivateRegistry,
    make_image: MakeImage,
    execute: Execute,
) -> None:
    image = public_registry.push(make_image({"etc/name": f"public {tool}"}), f"mirrored-{tool}/base:1.0")
    app = App({"APTIBLE_DOCKER_IMAGE": image}, "web: run", keyring=keyring(registry, cache, password="of the app"))
    platform = keyring(cache)
    plan = resolve(app, platform_keyring=platform, mirrors=[Mirror(public_registry.host, cache.host)])
    before = len(registry.requests())
    execute(app, plan, platform, tool)
    assert logins(cache.requests()) == {"accepted"}
    assert any(f"/mirrored-{tool}/base/manifests/1.0" in request.path for request in cache.requests())
    assert len(registry.requests()) == before


def test_a_build_from_a_mirror_with_a_path_prefix_and_a_private_registry(
    public_registry: PrivateRegistry,
    registry: PrivateRegistry,
    second_registry: PrivateRegistry,
    make_image: MakeImage,
    execute: Execute,
    tmp_path: Path,
) -> None:
    """The public image exists only below the prefix of the mirror."""
    second_registry.push(make_image({"etc/name": "base\n"}), "hub/mirrored/base:1.0")
    private = registry.push(make_image({"etc/name": "assets\n"}), "mirrored/assets:1.0")
    dockerfile = f"FROM {public_registry.host}/mirrored/base:1.0\nCOPY --from={private} /etc/name /etc/assets\n"
    (tmp_path / "Dockerfile").write_text(dockerfile)
    app = App({}, "web: run", dockerfile, keyring=keyring(registry))
    platform = keyring(second_registry)
    mirrors = [
        Mirror(public_registry.host, f"{second_registry.host}/hub"),
        Mirror(registry.host, f"{second_registry.host}/private"),
    ]
    plan = resolve(app, platform_keyring=platform, mirrors=mirrors)
    assert isinstance(plan.action, Extend)
    asked, asked_second = len(registry.requests()), len(second_registry.requests())
    execute(app, plan, platform, "buildah")
    mirror = second_registry.requests()[asked_second:]
    assert logins(mirror) == logins(registry.requests()[asked:]) == {"accepted"}
    assert {request.path.rpartition("/")[0] for request in mirror if "/manifests/" in request.path} == {
        "/v2/hub/mirrored/base/manifests"
    }
