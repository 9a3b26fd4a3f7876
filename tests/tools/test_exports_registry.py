"""Exports against a private registry: which images skopeo, buildah and the Docker client can pull with them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from oci_layout import digest_of
from private_registry import logins

from deployspec import (
    App,
    BuildOptions,
    Credential,
    DeployPlan,
    Keyring,
    Pull,
    Secret,
    credentials_for,
    pin,
    render,
    resolve,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from oci_layout import MakeImage
    from private_registry import PrivateRegistry, Traffic

    Run = Callable[[tuple[str, ...]], subprocess.CompletedProcess[str]]
    Auth = Callable[[DeployPlan, App, Any], str]

PREFIX = "APTIBLE_PRIVATE_REGISTRY_"


def app_for(registry: PrivateRegistry, image: str = "", **more: Any) -> App:
    config = {
        "APTIBLE_DOCKER_IMAGE": image,
        f"{PREFIX}HOST": registry.host,
        f"{PREFIX}USERNAME": registry.username,
        f"{PREFIX}PASSWORD": registry.password,
    }
    return App(config, more.pop("procfile", "web: run"), **more)


@pytest.fixture
def run(container_environment: Mapping[str, str], tmp_path: Path) -> Run:
    """Run one command as it stands, in a folder of its own."""

    def run(argv: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            argv, env=container_environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
        )

    return run


@pytest.fixture
def auth_file(tmp_path: Path) -> Auth:
    def write(plan: DeployPlan, app: App, tool: Any) -> str:
        path = tmp_path / tool / "config.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(render.auth_file(plan, credentials_for(plan, app), tool=tool).text)
        return str(path)

    return write


@pytest.mark.parametrize("tool", ["skopeo", "buildah"])
def test_the_planned_image_is_pulled_and_no_other(
    tool: Any, registry: PrivateRegistry, make_image: MakeImage, traffic: Traffic, run: Run, auth_file: Auth
) -> None:
    planned = registry.push(make_image({"etc/name": "planned"}), f"export-{tool}/planned:1.0")
    other = registry.push(make_image({"etc/name": "other"}), f"export-{tool}/other:1.0")
    app = app_for(registry, planned)
    plan = resolve(app)
    auth = auth_file(plan, app, tool)
    (pull, *_) = render.commands(plan, tool=tool, auth_file=auth).steps
    pushed = len(traffic())
    assert run(pull.argv).returncode == 0
    assert logins(traffic()[pushed:]) == {"accepted"}
    # The same command for another image of the registry: the file has nothing for it.
    (pull, *_) = render.commands(resolve(app_for(registry, other)), tool=tool, auth_file=auth).steps
    ran = run(pull.argv)
    assert ran.returncode != 0
    assert "unauthorized" in ran.stderr or "authentication required" in ran.stderr
    # And the planned one cannot be had without the file.
    (pull, *_) = render.commands(plan, tool=tool, auth_file=auth_file(plan_without_logins(planned), App(), tool)).steps
    assert run(pull.argv).returncode != 0


def plan_without_logins(image: str) -> DeployPlan:
    return resolve(App({"APTIBLE_DOCKER_IMAGE": image}, "web: run"))


def test_a_login_for_a_part_of_the_registry_opens_that_part(
    registry: PrivateRegistry, make_image: MakeImage, run: Run, auth_file: Auth
) -> None:
    """The Docker client knows hosts alone, which the loss `export-credentials-widened` tells."""
    planned = registry.push(make_image({"etc/name": "mine"}), "export-mine/app:1.0")
    registry.push(make_image({"etc/name": "yours"}), "export-yours/app:1.0")
    login = Credential(
        scope=f"{registry.host}/export-mine", username=registry.username, password=Secret(registry.password)
    )
    app = App({"APTIBLE_DOCKER_IMAGE": planned}, "web: run", keyring=Keyring([login]))
    plan = resolve(app)

    def skopeo(image: str) -> int:
        path = auth_file(plan, app, "skopeo")
        return run(("skopeo", "inspect", "--authfile", path, f"docker://{registry.host}/{image}")).returncode

    assert skopeo("export-mine/app:1.0") == 0
    assert skopeo("export-yours/app:1.0") != 0


def test_the_docker_client_reads_the_auth_file(
    registry: PrivateRegistry,
    make_image: MakeImage,
    run: Run,
    auth_file: Auth,
    require_tools: Callable[..., None],
) -> None:
    require_tools("docker")
    planned = registry.push(make_image({}), "export-docker/app:1.0")
    app = app_for(registry, planned)
    plan = resolve(app)
    folder = auth_file(plan, app, "docker").rpartition("/")[0]
    inspect = ("manifest", "inspect", "--insecure", planned)
    ran = run(("docker", "--config", folder, *inspect))
    assert ran.returncode == 0, ran.stderr
    anonymous = plan_without_logins(planned)
    folder = auth_file(anonymous, App(), "docker").rpartition("/")[0]
    assert run(("docker", "--config", folder, *inspect)).returncode != 0


def test_skopeo_writes_the_layout_that_its_command_names(
    registry: PrivateRegistry, make_image: MakeImage, run: Run, auth_file: Auth, tmp_path: Path
) -> None:
    layout = make_image({"etc/name": "layout"})
    planned = registry.push(layout, "export-layout/app:1.0")
    app = app_for(registry, planned)
    plan = pin(resolve(app), {planned: digest_of(layout)})
    found = render.commands(plan, tool="skopeo", auth_file=auth_file(plan, app, "skopeo"))
    assert [one.code for one in found.losses] == ["export-tag-not-carried", "export-services-not-carried"]
    (copy,) = found.steps
    assert run(copy.argv).returncode == 0
    assert run(("skopeo", "inspect", "oci:app:1.0")).returncode == 0
    assert (tmp_path / "app" / "index.json").exists()


@pytest.mark.parametrize(
    "command", ["echo \"$HOME\" '$x' >/said # no; exit 3", "printf '%s' 'pässe ✓ $$ `id`' >/said; exit 3"]
)
def test_buildah_runs_the_command_of_the_procfile(
    command: str, registry: PrivateRegistry, make_image: MakeImage, run: Run, auth_file: Auth
) -> None:
    layout = make_image({"usr/bin/printf": '#!/bin/sh\nshift; echo "$@"\n'})
    planned = registry.push(layout, "export-run/app:1.0")
    app = app_for(registry, planned, procfile=f"-w_E: {command}\n")
    plan = pin(resolve(app), {planned: digest_of(layout)})
    *prepare, start = render.commands(
        plan, tool="buildah", tag="export:1", auth_file=auth_file(plan, app, "buildah")
    ).steps
    for step in prepare:
        ran = run(step.argv)
        assert ran.returncode == 0, ran.stderr
    assert start.service == "-w_E"
    ran = run(start.argv)
    # Read from the container: buildah can lose what is printed just before a command ends.
    (container,) = run(("buildah", "containers", "--quiet")).stdout.split()
    root = Path(run(("buildah", "mount", container)).stdout.strip())
    assert ("pässe ✓ $$ `id`" if "printf" in command else "$x") in (root / "said").read_text()
    assert ran.returncode == (3 if "printf" in command else 0)


DOCKERFILE = "FROM {base} AS one\nCOPY --from={assets} /etc/name /etc/assets\n"


def test_a_pinned_build_pulls_the_digest_after_the_tag_has_moved(
    registry: PrivateRegistry, make_image: MakeImage, traffic: Traffic, run: Run, auth_file: Auth, tmp_path: Path
) -> None:
    first = {name: make_image({"etc/name": f"first {name}\n"}) for name in ("base", "assets")}
    references = {name: registry.push(layout, f"export-pin/{name}") for name, layout in first.items()}
    (tmp_path / "src").mkdir()
    dockerfile = DOCKERFILE.format(**references)
    (tmp_path / "src" / "Dockerfile").write_text(dockerfile)
    options = BuildOptions(dockerfile_path="src/Dockerfile", context="src")
    app = app_for(registry, dockerfile=dockerfile, build=options)
    plan = resolve(app)
    digests = {f"{references[name]}:latest": digest_of(layout) for name, layout in first.items()}
    pinned = pin(plan, digests)
    for name in first:
        registry.push(make_image({"etc/name": f"moved {name}\n"}), f"export-pin/{name}")

    def done(argv: tuple[str, ...]) -> str:
        ran = run(argv)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def built(plan: DeployPlan, tag: str) -> str:
        build, *_ = render.commands(plan, tool="buildah", tag=tag, auth_file=auth_file(plan, app, "buildah")).steps
        done(build.argv)
        done(("buildah", "from", f"--name={tag}", "--pull=never", tag))
        root = Path(done(("buildah", "mount", tag)).strip())
        return (root / "etc" / "name").read_text() + (root / "etc" / "assets").read_text()

    pushed = len(traffic())
    assert not isinstance(pinned.action, Pull)
    assert built(pinned, "pinned") == "first base\nfirst assets\n"
    paths = [request.path for request in traffic()[pushed:] if request.method in {"GET", "HEAD"}]
    assert {path.rpartition("/")[2] for path in paths if "/manifests/" in path} == set(digests.values())
    assert built(plan, "unpinned") == "moved base\nmoved assets\n"
