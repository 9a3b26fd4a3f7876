"""The paths of `check`, `audit` and `images`, and what is known of a repository by itself."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deployspec._cli import main

GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
Capsys = pytest.CaptureFixture[str]
FILES = {
    "Procfile": "web: run\n",
    "services/api/Procfile": "web run\n",
    "services/api/Dockerfile": "FROM alpine:3\n",
    "services/web/Procfile": "web: run\n",
    "services/web/Dockerfile": "FROM golang:1\n",
    "services/web/Dockerfile.prod": "FORM alpine\n",
    "services/web/node_modules/x/Procfile": "broken\n",
    "docs/readme": "nothing\n",
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture
def monorepo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, FILES)
    return tmp_path


def run(capsys: Capsys, *argv: str) -> tuple[int, str, str]:
    code = main(argv)
    out, err = capsys.readouterr()
    return code, out, err


def checked(capsys: Capsys, *argv: str) -> list[tuple[str, str, list[str]]]:
    code, out, err = run(capsys, "check", "--format", "json", *argv)
    assert err == ""
    apps: list[Any] = json.loads(out)["apps"]
    found = [
        (app["path"], app["verdict"], [f"{one['source']} {one['code']}" for one in app["diagnostics"]]) for app in apps
    ]
    assert code == any("refused" in verdict for _, verdict, _ in found)
    return found


def test_a_repository_by_itself_is_checked_for_what_it_contains(monorepo: Path, capsys: Capsys) -> None:
    assert checked(capsys) == [(".", "unknown", ["Procfile image-unknown"])]
    assert checked(capsys, "--set", "A=1") == [(".", "refused", ["None nothing-to-deploy"])]
    assert run(capsys, "plan")[0] == 1
    (monorepo / "Procfile").write_text("web run\n")
    assert checked(capsys)[0][1:] == ("refused", ["Procfile procfile-no-colon", "Procfile image-unknown"])
    (monorepo / "Procfile").unlink()
    assert checked(capsys) == [(".", "refused", ["Procfile procfile-missing", "None nothing-to-deploy"])]


def test_each_path_is_an_app_and_each_app_is_checked_once(monorepo: Path, capsys: Capsys) -> None:
    changed = ("services/web/Procfile", "services/web", "./services/web/Dockerfile", "services/web/Dockerfile.prod")
    assert checked(capsys, *changed, "services/api/", "Procfile") == [
        ("./services/web/Dockerfile", "build", []),
        (
            "services/web/Dockerfile.prod",
            "refused",
            ["services/web/Dockerfile.prod dockerfile-unknown-instruction"],
        ),
        ("services/api/", "refused", ["services/api/Procfile procfile-no-colon"]),
        (".", "unknown", ["Procfile image-unknown"]),
    ]
    assert checked(capsys, "services/web", "--file", "Dockerfile.prod")[0][1] == "refused"


def test_apps_are_found_below_a_folder(monorepo: Path, capsys: Capsys) -> None:
    assert [path for path, *_ in checked(capsys, "--recursive")] == [".", "services/api", "services/web"]
    found = checked(capsys, "--recursive", "./services", "services/web")
    assert [path for path, *_ in found] == ["./services/api", "./services/web"]
    assert found[0][2] == ["./services/api/Procfile procfile-no-colon"]


def test_the_summary_counts_apps_and_each_diagnostic_once(monorepo: Path, capsys: Capsys) -> None:
    code, out, err = run(capsys, "check", "services/web", "services/api", "--set", "A-B=1")
    assert (code, err) == (1, "")
    assert out.count("env-unusual-name") == 1
    assert out.endswith("\n1 error, 1 warning in 2 apps\n")
    assert run(capsys, "check", "services/web") == (0, "no errors in 1 app\n", "")
    assert run(capsys, "check", "services/web", "--quiet") == (0, "", "")


def test_diagnostics_can_be_selected(monorepo: Path, capsys: Capsys) -> None:
    assert run(capsys, "check", "services/api", "--ignore", "procfile-") == (0, "no errors in 1 app\n", "")
    assert run(capsys, "check", "services/api", "--select", "image-unknown, env-")[0] == 0
    assert run(capsys, "check", "services/api", "--select", "procfile-no-colon")[0] == 1
    assert run(capsys, "check", "--ignore", "image-unknown")[1] == "no errors in 1 app\n"
    assert run(capsys, "check", "--fail-on", "warning")[0] == 0
    assert run(capsys, "check", "--fail-on", "note")[0] == 1


def test_errors_of_config_do_not_hide_those_of_files(monorepo: Path, capsys: Capsys) -> None:
    assert checked(capsys, "services/api", "--set", "A")[0][2] == [
        "--set env-missing-equals",
        "services/api/Procfile procfile-no-colon",
    ]


def test_an_app_that_cannot_be_read_does_not_hide_the_others(monorepo: Path, capsys: Capsys) -> None:
    (monorepo / "linked").mkdir()
    (monorepo / "linked" / "Procfile").symlink_to("/etc/passwd")
    code, out, _ = run(capsys, "check", "linked", "services/api", "--format", "json")
    assert code == 2
    assert [app["verdict"] for app in json.loads(out)["apps"]] == ["refused", "refused"]
    policy = monorepo / "policy.json"
    policy.write_text("{}")
    code, out, _ = run(capsys, "audit", "linked", "services/web", "--policy", "policy.json")
    assert (code, out.splitlines()[0]) == (2, "linked/Procfile: error[sources-link]: file is a symbolic link")


def test_several_apps_are_audited(monorepo: Path, capsys: Capsys) -> None:
    (monorepo / "policy.json").write_text('{"require_digest": true}')
    code, out, err = run(capsys, "audit", "services/web", "services/api", "--policy", "policy.json")
    assert (code, err) == (1, "")
    assert "error[policy-digest-missing]" in out
    assert "hint: pin the plan with `deployspec pin`" in out
    assert "services/api/Procfile:1:1: error[procfile-no-colon]" in out
    assert run(capsys, "audit", "services/web", "--set", "A", "--policy", "policy.json")[0] == 1


def test_another_procfile_is_located_by_its_path(monorepo: Path, capsys: Capsys) -> None:
    write(monorepo, {"services/web/deploy/Procfile.jobs": "job run\n"})
    found = checked(capsys, "services/web", "--procfile", "deploy/Procfile.jobs")
    assert found[0][2] == ["services/web/deploy/Procfile.jobs procfile-no-colon"]
    code, _, err = run(capsys, "plan", "services/web", "--procfile", "deploy/Procfile.jobs")
    assert code == 1
    assert err.startswith("services/web/deploy/Procfile.jobs:1:1: error[procfile-no-colon]")


def test_apps_of_a_revision(monorepo: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*GIT, *command], check=True)
    (monorepo / "services" / "api" / "Procfile").unlink()
    (monorepo / "services" / "api" / "Dockerfile").unlink()
    (monorepo / "services" / "api").rmdir()
    found = checked(capsys, "services/api", "services/web/Dockerfile.prod", "--git-rev", "HEAD")
    assert [one for *_, codes in found for one in codes] == [
        "services/api/Procfile procfile-no-colon",
        "services/web/Dockerfile.prod dockerfile-unknown-instruction",
    ]
    absolute = f"{monorepo}/services/api/Procfile"
    assert checked(capsys, absolute, "--git-rev", "HEAD")[0][2] == [f"{absolute} procfile-no-colon"]
    assert "no such file in the revision" in run(capsys, "check", "docs/Dockerfile", "--git-rev", "HEAD")[2]
    monkeypatch.chdir(monorepo / "services")
    assert checked(capsys, "web", "--git-rev", "HEAD") == [("web", "build", [])]
    assert checked(capsys, "api", "--git-rev", "HEAD")[0][2] == ["api/Procfile procfile-no-colon"]
    monkeypatch.chdir("/")
    assert run(capsys, "check", "/nowhere/api", "--git-rev", "HEAD")[0] == 2


def test_images_of_several_files(monorepo: Path, capsys: Capsys) -> None:
    files = ("services/api", "services/web/Dockerfile", "services/api/Dockerfile")
    assert run(capsys, "images", *files) == (0, "docker.io/library/alpine:3\ndocker.io/library/golang:1\n", "")
    code, out, err = run(capsys, "images", "services/web/Dockerfile.prod", *files)
    assert (code, out.count("\n")) == (1, 2)
    assert err.startswith("services/web/Dockerfile.prod:1:1: error[dockerfile-unknown-instruction]")


def test_config_is_read_from_standard_input(monorepo: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"APTIBLE_DOCKER_IMAGE=quay.io/a/b:1\nA-B=1\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert checked(capsys, "--env-file", "-") == [(".", "pull", ["stdin env-unusual-name"])]


def test_a_plan_that_the_tool_cannot_execute_is_not_exported(monorepo: Path, capsys: Capsys) -> None:
    code, out, err = run(capsys, "export", "commands", "services/web", "--tool", "skopeo")
    assert (code, out) == (1, "")
    assert "export-build-not-carried" in err
    image = ("--set", "APTIBLE_DOCKER_IMAGE=quay.io/a/b:1", "--set", "A=1")
    assert run(capsys, "export", "bake", *image)[:2] == (1, "")
    compose = ("export", "commands", *image, "--tool", "buildah")
    assert run(capsys, *compose)[0] == 0
    code, out, err = run(capsys, *compose, "--strict")
    assert (code, out) == (1, "")
    assert "export-environment-not-carried" in err
    code, _, err = run(capsys, "export", "kubernetes", "services/web")
    assert (code, "`--image`" in err) == (1, True)


def test_help_and_version(capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    from deployspec import __version__

    assert run(capsys, "--version") == (0, f"deployspec {__version__}\n", "")
    monkeypatch.setattr(sys, "argv", ["deployspec"])
    assert main() == 0
    text = capsys.readouterr().out
    assert text.startswith("usage: deployspec ")
    assert run(capsys, "--help") == (0, text, "")


def test_help_has_the_width_of_the_terminal(capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    def widest() -> int:
        assert main(["check", "--help"]) == 0
        return max(map(len, capsys.readouterr().out.splitlines()))

    def size(_: int) -> os.terminal_size:
        return os.terminal_size((columns[0], 24))

    monkeypatch.setattr("os.get_terminal_size", size)
    monkeypatch.delenv("COLUMNS", raising=False)
    columns = [0]
    for columns[0], at_most in ((60, 80), (120, 120), (0, 80)):
        assert widest() <= at_most
    monkeypatch.setenv("COLUMNS", "110")
    assert 80 < widest() <= 110
    monkeypatch.setenv("COLUMNS", "wide")
    monkeypatch.setattr("os.get_terminal_size", no_terminal)
    assert widest() <= 80


def no_terminal(_: int) -> os.terminal_size:
    raise OSError
