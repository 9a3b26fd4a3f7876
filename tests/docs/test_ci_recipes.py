"""The recipes for CI: the commands in them are run on a repository with a healthy and a broken app."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

RECIPES = Path(__file__).parents[2] / "docs" / "examples" / "ci_check"
GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name, procfile in (("web", "web: run\n"), ("api", "web run\n"), ("old", "web run\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Procfile").write_text(procfile)
    return tmp_path


def run(command: str, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """Run a command of a recipe with `deployspec` on the path."""
    programs = tmp_path_factory.mktemp("bin")
    (programs / "deployspec").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m deployspec "$@"\n')
    (programs / "deployspec").chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def command_of(recipe: str) -> str:
    found = re.search(r"^ *- (?:run: )?(deployspec .*)$", (RECIPES / recipe).read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def test_github_actions(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    ran = run(command_of("github-actions.yml"), repository, tmp_path_factory)
    assert ran.returncode == 1
    errors = [line for line in ran.stdout.splitlines() if line.startswith("::error file=")]
    assert [line.partition(",")[0] for line in errors] == ["::error file=api/Procfile", "::error file=old/Procfile"]


def test_gitlab_ci(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    ran = run(command_of("gitlab-ci.yml"), repository, tmp_path_factory)
    assert ran.returncode == 1
    report = re.search(r"codequality: (\S+)", (RECIPES / "gitlab-ci.yml").read_text())
    assert report is not None
    issues = json.loads((repository / report[1]).read_text())
    paths = [issue["location"]["path"] for issue in issues if issue["severity"] == "major"]
    assert paths == ["api/Procfile", "old/Procfile"]


def test_changed_apps(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    for command in (["init", "-q", "-b", "main"], ["add", "old"], ["commit", "-qm", "1"], ["checkout", "-qb", "topic"]):
        subprocess.run([*GIT, *command], cwd=repository, check=True)
    script = f"{RECIPES / 'changed_apps.sh'} main"
    assert run(script, repository, tmp_path_factory).stdout == ""
    for command in (["add", "."], ["commit", "-qm", "2"]):
        subprocess.run([*GIT, *command], cwd=repository, check=True)
    ran = run(script, repository, tmp_path_factory)
    assert ran.returncode == 1
    assert "api/Procfile:1:1: error[procfile-no-colon]" in ran.stdout
    assert "old/Procfile" not in ran.stdout
