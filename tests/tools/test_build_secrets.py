"""Build secrets with real tools: buildah mounts those of the export, and fails if a required one is missing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deployspec import App, BuildOptions, ResolutionError, render, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from oci_layout import MakeImage
    from private_registry import PrivateRegistry

# Each secret is copied to a file, as no real build would do.
DOCKERFILE = """\
FROM {base} AS unneeded
RUN --mount=type=secret,id=absent,required=true cat /run/secrets/absent
FROM {base}
RUN --mount=type=secret,id=npmrc,required=true,target=/root/.npmrc cat /root/.npmrc > /npmrc
RUN --mount=type=secret,id=token cat /run/secrets/token > /token
RUN --mount=type=secret,id=missing test ! -e /run/secrets/missing
"""


def test_buildah_mounts_the_secrets_of_the_export(
    public_registry: PrivateRegistry,
    make_image: MakeImage,
    container_environment: Mapping[str, str],
    tmp_path: Path,
) -> None:
    base = public_registry.push(make_image({"root/empty": ""}), "build-secrets/base:1")
    text = DOCKERFILE.format(base=base)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "Dockerfile").write_text(text)
    secret = tmp_path / 'odd name="1".txt'
    secret.write_text("from a file\n")
    (tmp_path / "auth.json").write_text('{"auths": {}}')

    def app(*secrets: str) -> App:
        options = BuildOptions(dockerfile_path="src/Dockerfile", context="src", secrets=secrets)
        return App({}, "web: run", text, build=options)

    def run(*argv: str) -> subprocess.CompletedProcess[str]:
        environment = {**container_environment, "TOKEN": "from a variable\n"}
        return subprocess.run(
            argv, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
        )

    def build(**secrets: str) -> subprocess.CompletedProcess[str]:
        found = render.commands(
            plan, tool="buildah", version="1.28.2", tag="secrets:1", auth_file="auth.json", secrets=secrets
        )
        return run(*found.steps[0].argv)

    plan = resolve(app("npmrc", "token"))
    built = build(npmrc=str(secret), token="env=TOKEN")  # the name of a variable
    assert built.returncode == 0, built.stderr
    assert run("buildah", "from", "--name=made", "--pull=never", "secrets:1").returncode == 0
    root = Path(run("buildah", "mount", "made").stdout.strip())
    assert (root / "npmrc").read_text() == "from a file\n"
    assert (root / "token").read_text() == "from a variable\n"

    # Without the required secret, the build fails, as `resolve` says before it.
    with pytest.raises(ResolutionError, match="required secret `npmrc` is not provided"):
        resolve(app("token"))
    failed = build(token="env=TOKEN")
    assert failed.returncode != 0
    assert "npmrc" in failed.stderr


def test_buildah_forwards_the_ssh_agent_of_the_export(
    public_registry: PrivateRegistry,
    make_image: MakeImage,
    container_environment: Mapping[str, str],
    tmp_path: Path,
) -> None:
    base = public_registry.push(make_image({"root/empty": ""}), "build-ssh/base:1")
    text = (
        f'FROM {base}\nRUN --mount=type=ssh,required=true test -S "$SSH_AUTH_SOCK"\n'
        'RUN --mount=type=ssh,id=git,required=true test -S "$SSH_AUTH_SOCK"\n'
    )
    (tmp_path / "Dockerfile").write_text(text)
    (tmp_path / "auth.json").write_text('{"auths": {}}')
    plan = resolve(App({}, "web: run", text))

    def build(*ssh: str) -> subprocess.CompletedProcess[str]:
        argv = render.commands(plan, tool="buildah", tag="ssh:1", auth_file="auth.json", ssh=ssh).steps[0].argv
        return subprocess.run(
            argv, env=container_environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
        )

    with socket.socket(socket.AF_UNIX) as agent:
        agent.bind(str(tmp_path / "agent"))
        agent.listen()
        built = build(f"default={tmp_path}/agent", f"git={tmp_path}/agent")
        assert built.returncode == 0, built.stderr
        missing = build(f"default={tmp_path}/agent")
    assert missing.returncode != 0
    assert "ssh required but no ssh with id git found" in missing.stderr
    with pytest.raises(ResolutionError, match="required SSH agent `git` is not provided"):
        resolve(App({}, "web: run", text, build=BuildOptions(ssh=["default"])))


def test_compose_reads_the_secrets_of_a_build(require_tools: Callable[..., None], tmp_path: Path) -> None:
    program = str(Path(sys.executable).with_name("docker-compose"))
    require_tools(program)
    text = (
        "FROM scratch\nRUN --mount=type=secret,id=a.b_c-D --mount=type=secret,id=token x\n"
        "RUN --mount=type=ssh --mount=type=ssh,id=git x\n"
    )
    plan = resolve(App({}, "web: run", text))
    secrets = {"a.b_c-D": "/run/$x y", "token": "env=TOKEN"}
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "x": "replaced", "TOKEN": "hunter2"}

    def config(ssh: list[str], *options: str) -> str:
        path = tmp_path / "compose.yaml"
        path.write_text(render.compose(plan, secrets=secrets, ssh=ssh).text)
        ran = subprocess.run(
            [program, "-f", str(path), "config", *options],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    document = json.loads(config(["default"], "--format", "json"))
    build = document["services"]["web"]["build"]
    assert [secret["source"] for secret in build["secrets"]] == ["a.b_c-D", "token"]
    assert build["ssh"] == ["default"]
    assert document["secrets"]["a.b_c-D"]["file"].replace("$$", "$") == "/run/$x y"
    assert document["secrets"]["token"]["environment"] == "TOKEN"
    # Compose does not write a key with a path as JSON.
    assert "- 'git: /run/agent'" in config(["git=/run/agent"])
