"""The hooks for pre-commit, run by the real pre-commit on a repository of its own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
SHIPPED = (".pre-commit-hooks.yaml", "LICENSE", "README.md", "pyproject.toml", "src")
CONFIG = """\
repos:
  - repo: {repo}
    rev: {rev}
    hooks:
      - id: deployspec-check
      - id: deployspec-images
"""


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def committed(folder: Path) -> str:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def hooks(require_tools: Callable[..., None], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This project as a repository of hooks, whatever is committed of it."""
    require_tools("git")
    if importlib.util.find_spec("pre_commit") is None:
        require_tools("pre-commit")
    folder = tmp_path_factory.mktemp("hooks")
    for name in SHIPPED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder, committed(folder)


def commit_with_hooks(app: Path, hooks: tuple[Path, str], home: Path) -> subprocess.CompletedProcess[str]:
    repo, rev = hooks
    (app / ".pre-commit-config.yaml").write_text(CONFIG.format(repo=repo.as_uri(), rev=rev), encoding="utf-8")
    committed(app)
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"]
    environment = {**os.environ, "PRE_COMMIT_HOME": str(home)}
    return subprocess.run(command, cwd=app, env=environment, capture_output=True, text=True, check=False)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def test_the_hooks_check_each_app_of_a_monorepo(hooks: tuple[Path, str], tmp_path: Path) -> None:
    good, bad, home = (tmp_path / name for name in ("good", "bad", "home"))
    healthy = {
        "Procfile": "web: run\n",
        "Dockerfile": "FROM alpine:3\n",
        "Dockerfile.prod": "FROM alpine:3\n",
        "Dockerfile.dockerignore": "node_modules\n",
        "services/web/Procfile": "web: run\n",
        "services/web/web.Dockerfile": "FROM alpine:3\n",
    }
    write(good, healthy)
    passed = commit_with_hooks(good, hooks, home)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert passed.stdout.count("Passed") == 2

    write(bad, healthy)
    broken = {
        "Dockerfile.prod": "FORM alpine:3\n",
        "services/api/Procfile": "web run\n",
        "services/worker/Procfile": "worker: run\n",
        "services/worker/Containerfile": "FROM Alpine\n",
    }
    write(bad, broken)
    refused = commit_with_hooks(bad, hooks, home)
    assert refused.returncode == 1
    assert refused.stdout.count("Failed") == 2
    check, _, images = refused.stdout.partition("deployspec images")
    for location in ("Dockerfile.prod:1:1", "services/worker/Containerfile:1:6"):
        assert f"\n{location}: error[dockerfile-" in check
        assert f"\n{location}: error[dockerfile-" in images
    assert "\nservices/api/Procfile:1:1: error[procfile-no-colon]" in check
    assert "\n3 errors, " in check
