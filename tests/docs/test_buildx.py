"""The example that builds with buildx, with a program in place of docker that lists the files it could read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "buildx" / "build.py"
DOCKER = f"""#!{sys.executable}
import json, os, pathlib, sys
folder = pathlib.Path(os.environ["DOCKER_CONFIG"])
files = {{
    str(path.relative_to(folder)): [oct(path.stat().st_mode & 0o777), json.loads(path.read_text())]
    for path in folder.rglob("*") if path.is_file()
}}
policy = os.environ.get("EXPERIMENTAL_BUILDKIT_SOURCE_POLICY")
mode = oct(folder.stat().st_mode & 0o777)
seen = {{"argv": sys.argv[1:], "policy": policy, "folder": str(folder), "mode": mode, "files": files}}
pathlib.Path(os.environ["SEEN"]).write_text(json.dumps(seen))
"""
REGISTRY = "registry.gitlab.com"


def run(tmp_path: Path, dockerfile: str) -> subprocess.CompletedProcess[str]:
    app, programs = tmp_path / "app", tmp_path / "programs"
    app.mkdir()
    programs.mkdir()
    (app / "Procfile").write_text("web: run\n")
    (app / "Dockerfile").write_text(dockerfile)
    (programs / "docker").write_text(DOCKER)
    (programs / "docker").chmod(0o755)
    (tmp_path / "config.env").write_text("PORT=80\n")
    auths = {f"{REGISTRY}/acme": {"auth": "YWRhOnB3"}, f"{REGISTRY}/shop": {"auth": "Ym9iOnB3"}}
    (tmp_path / "logins.json").write_text(json.dumps({"auths": auths}))
    path = f"{programs}:{os.environ['PATH']}"  # with `env`, which sets the source policy
    environment = {"PATH": path, "PYTHONPATH": ":".join(sys.path), "SEEN": str(tmp_path / "seen.json")}
    arguments = [str(app), str(tmp_path / "config.env"), str(tmp_path / "logins.json"), "localhost/app:1"]
    return subprocess.run(
        [sys.executable, str(EXAMPLE), *arguments],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )


def test_buildx_gets_a_file_for_each_private_repository(tmp_path: Path) -> None:
    dockerfile = f"FROM {REGISTRY}/acme/base\nCOPY --from={REGISTRY}/shop/assets / /\nCOPY --from=alpine / /\n"
    ran = run(tmp_path, dockerfile)
    assert ran.returncode == 0, ran.stderr
    assert f"Extend {REGISTRY}/acme/base" in ran.stdout
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert seen["argv"][:2] == ["buildx", "build"]
    assert "localhost/app:1" in seen["argv"]
    assert seen["mode"] == "0o700"
    policy = str(Path(seen["folder"], "policy.json"))
    assert seen["policy"] == policy
    rules = seen["files"].pop("policy.json")[1]["rules"]
    assert [rule["action"] for rule in rules] == ["DENY", *["ALLOW"] * 6]
    assert seen["files"] == {
        f"buildx/config/{REGISTRY}/acme/base/config.json": ["0o600", {"auths": {REGISTRY: {"auth": "YWRhOnB3"}}}],
        f"buildx/config/{REGISTRY}/shop/assets/config.json": ["0o600", {"auths": {REGISTRY: {"auth": "Ym9iOnB3"}}}],
    }
    assert not Path(seen["folder"]).exists()


def test_a_faulty_app_is_not_built(tmp_path: Path) -> None:
    ran = run(tmp_path, "FORM alpine\n")
    assert ran.returncode == 1
    assert "unknown instruction `FORM`" in ran.stderr
    assert not (tmp_path / "seen.json").exists()
