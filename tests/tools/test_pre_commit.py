"""The hook for pre-commit, run by the real pre-commit on a repository of its own."""

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
        args: [--set, APTIBLE_DOCKER_IMAGE=quay.io/acme/web:1]
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


def commit_with_hook(app: Path, hooks: tuple[Path, str], home: Path) -> subprocess.CompletedProcess[str]:
    repo, rev = hooks
    (app / ".pre-commit-config.yaml").write_text(CONFIG.format(repo=repo.as_uri(), rev=rev), encoding="utf-8")
    committed(app)
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"]
    environment = {**os.environ, "PRE_COMMIT_HOME": str(home)}
    return subprocess.run(command, cwd=app, env=environment, capture_output=True, text=True, check=False)


def test_the_hook_refuses_what_would_not_deploy_and_lets_the_rest_pass(hooks: tuple[Path, str], tmp_path: Path) -> None:
    good, bad, home = (tmp_path / name for name in ("good", "bad", "home"))
    good.mkdir()
    (good / "Procfile").write_text("web: run\n", encoding="utf-8")
    passed = commit_with_hook(good, hooks, home)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "deployspec check" in passed.stdout
    assert "Passed" in passed.stdout

    bad.mkdir()
    (bad / "Procfile").write_text("web run\n", encoding="utf-8")
    refused = commit_with_hook(bad, hooks, home)
    assert refused.returncode == 1
    assert "Procfile:1:1: error[procfile-no-colon]" in refused.stdout
