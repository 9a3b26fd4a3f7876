"""The settings file: where it is found, what it changes, and its errors."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from deployspec._cli import main
from deployspec._cli.settings_text import find_key

GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
Capsys = pytest.CaptureFixture[str]
SETTINGS = """\
ignore = ["image-unknown"]
lock = "none.lock"
[profile]
extends = "aptible-2016"
name = "acme"
prefix = "ACME_"
procfile_required = false
[policy]
allowed_registries = ["quay.io/acme"]
[[mirror]]
prefix = "docker.io"
location = "m.example/hub"
[build]
platform = "linux/arm64"
[apps."services/api"]
file = "build/api.Dockerfile"
target = "web"
args = { RUBY = "3.4" }
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "services" / "api" / "build").mkdir(parents=True)
    (tmp_path / "services" / "api" / "build" / "api.Dockerfile").write_text("ARG RUBY\nFROM ruby:$RUBY AS web\n")
    (tmp_path / "services" / "web").mkdir()
    (tmp_path / "services" / "api" / "Procfile").write_text("web: run\n")
    (tmp_path / "services" / "web" / "Procfile").write_text("web: run\n")
    (tmp_path / "deployspec.toml").write_text(SETTINGS)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: Capsys, *argv: str) -> tuple[int, str, str]:
    code = main(argv)
    out, err = capsys.readouterr()
    return code, out, err


def test_settings_of_an_app(repository: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "deployspec.toml").write_text(SETTINGS.replace('lock = "none.lock"\n', ""))
    code, out, err = run(capsys, "plan", "services/api")
    assert (code, err) == (0, "")
    plan = json.loads(out)
    assert plan["profile"] == "acme"
    assert plan["pulls"][0]["mirror"] == "m.example/hub/library/ruby:3.4"
    recipe = plan["action"]["recipe"]
    assert (recipe["dockerfile_path"], recipe["target"], recipe["platform"]) == (
        "build/api.Dockerfile",
        "web",
        "linux/arm64",
    )
    monkeypatch.chdir(repository / "services")
    assert run(capsys, "check", "api", "web", "--fail-on", "note") == (0, "no errors in 2 apps\n", "")
    assert "[policy-registry]" in run(capsys, "audit", "api")[1]
    assert run(capsys, "plan", "api", "--no-settings")[0] == 1


def test_the_command_prints_what_is_in_force(repository: Path, capsys: Capsys) -> None:
    options = ("--platform", "linux/386", "--build-arg", "A=1", "--profile", "aptible-current", "--prefix", "X_")
    code, out, _ = run(capsys, "settings", "services/api", *options)
    assert code == 0
    rows = {line.partition(" = ")[0]: " ".join(line.split()).partition(" = ")[2] for line in out.splitlines()}
    assert rows["profile"] == '"aptible-current+X_" # --prefix'
    assert rows["file"] == '"build/api.Dockerfile" # deployspec.toml:16'
    assert rows["procfile"] == '"Procfile" # default'
    assert rows["platform"] == '"linux/386" # --platform'
    assert rows["args.RUBY"] == '"3.4" # deployspec.toml:18'
    assert rows["args.A"] == '"1" # --build-arg'
    assert rows["policy.allowed_registries"] == '["quay.io/acme"] # deployspec.toml:8'
    assert rows["mirror.docker.io"] == '"m.example/hub" # deployspec.toml:10'
    assert rows["lock"] == '"none.lock" # deployspec.toml:2'
    (repository / "services" / "web" / "Procfile").write_text("")
    assert '"linux/arm64"' in run(capsys, "settings", "services/web")[1]
    assert "default" in run(capsys, "settings", "--no-settings")[1]


def test_the_lock_of_the_settings_is_checked(repository: Path, capsys: Capsys) -> None:
    assert run(capsys, "check", "services/api") == (2, "", "deployspec: none.lock: no such file or directory\n")


def test_settings_of_a_revision(repository: Path, capsys: Capsys) -> None:
    for command in (["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*GIT, *command], check=True)
    (repository / "deployspec.toml").unlink()
    out = run(capsys, "settings", "services/api", "--git-rev", "HEAD")[1]
    assert '"build/api.Dockerfile"' in out
    assert "deployspec.toml:16" in out
    assert "default" in run(capsys, "settings", "services/api")[1]
    subprocess.run(["git", "clone", "-q", "--bare", ".", "bare.git"], check=True)
    assert '"build/api.Dockerfile"' in run(capsys, "settings", "bare.git/services/api", "--git-rev", "HEAD")[1]
    assert run(capsys, "settings", "services/api", "--git-rev", "missing")[0] == 2
    subprocess.run([*GIT, "rm", "-q", "--cached", "deployspec.toml"], check=True)
    (repository / "pyproject.toml").write_text("[tool.other]\n")
    for command in (["add", "pyproject.toml"], ["commit", "-qm", "second"]):
        subprocess.run([*GIT, *command], check=True)
    assert "deployspec.toml" not in run(capsys, "settings", "services/api", "--git-rev", "HEAD")[1]


def test_a_platform_passes_its_own_file(repository: Path, capsys: Capsys, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[apps."services/api"]\nfile = "build/api.Dockerfile"\ntarget = "web"\n')
    rows = run(capsys, "settings", "services/api", "--settings", str(own))[1]
    assert 'target = "web"' in rows
    assert "acme" not in rows
    code, out, _ = run(capsys, "check", "services/api", "services/web", "--settings", str(own), "--format", "json")
    assert (code, len(json.loads(out)["apps"])) == (1, 2)
    assert run(capsys, "check", "--settings", "nowhere.toml") == (
        2,
        "",
        "deployspec: nowhere.toml: no such file or directory\n",
    )


def test_pyproject_and_folders_without_a_repository(tmp_path: Path, capsys: Capsys) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (tmp_path / "deployspec.toml").write_text("broken")
    assert "default" in run(capsys, "settings", str(app))[1]
    (app / "pyproject.toml").write_text('[tool.deployspec.build]\ntarget = "x"\n')
    assert f"{app}/pyproject.toml:2" in run(capsys, "settings", str(app))[1]
    for other in ("broken", "[tool]\nbroken", "[tool]\n\udcff", "[tool]\nruff = 1\n"):
        (app / "pyproject.toml").write_bytes(other.encode("utf-8", "surrogateescape"))
        assert run(capsys, "settings", str(app))[::2] == (0, "")
    for broken in (b"[tool.deployspec\n", b"[tool.deployspec]\n# \xff"):
        (app / "pyproject.toml").write_bytes(broken)
        assert "error[settings-syntax]" in run(capsys, "settings", str(app))[2]
    (app / "pyproject.toml").unlink()
    (app / "deployspec.toml").symlink_to("/etc/passwd")
    assert "file is a symbolic link" in run(capsys, "settings", str(app))[2]
    assert run(capsys, "settings", str(tmp_path / "nowhere"))[0] == 0
    assert run(capsys, "check", str(tmp_path / "nowhere"))[0] == 2


def test_every_error_has_its_line(repository: Path, capsys: Capsys) -> None:
    (repository / "deployspec.toml").write_text(
        """\
ignore = 1
mirror = 1
apps = 1
lock = 1
[build]
target = 1
platfrom = "x"
zzz = 1
[profile]
name = "acme"
extends = "x"
default_host = "https://ada:pw@quay.io"
[policy]
require_digest = 1
"""
    )
    code, out, err = run(capsys, "check", "services/web")
    assert (code, out) == (2, "")
    assert [line.split(": ")[:2] for line in err.splitlines() if line.startswith("deployspec.toml")] == [
        ["deployspec.toml:1:1", "error[settings-type]"],
        ["deployspec.toml:2:1", "error[settings-type]"],
        ["deployspec.toml:3:1", "error[settings-type]"],
        ["deployspec.toml:4:1", "error[settings-type]"],
        ["deployspec.toml:6:1", "error[settings-type]"],
        ["deployspec.toml:7:1", "error[settings-member-unknown]"],
        ["deployspec.toml:8:1", "error[settings-member-unknown]"],
        ["deployspec.toml:11:1", "error[profile-value]"],
        ["deployspec.toml:12:1", "error[settings-secret]"],
        ["deployspec.toml:12:1", "error[profile-value]"],
        ["deployspec.toml:14:1", "error[policy-type]"],
    ]
    assert "did you mean `platform`?" in err
    assert "use `file`, `procfile`" in err
    (repository / "deployspec.toml").write_text("[profile]\nprefix = 1\n[[mirror]]\nprefix = 'a'\n")
    assert {"error[profile-type]", "error[profile-member-missing]", "error[mirror-member-missing]"} <= {
        line.split(": ")[1] for line in run(capsys, "check")[2].splitlines() if ": error" in line
    }
    (repository / "deployspec.toml").write_text("a = [\n")
    assert run(capsys, "check")[2].startswith("deployspec.toml:2:1: error[settings-syntax]")


def test_an_audit_needs_a_policy(repository: Path, capsys: Capsys) -> None:
    (repository / "deployspec.toml").write_text("")
    assert run(capsys, "audit", "services/web") == (
        2,
        "",
        "deployspec: services/web: no policy (pass --policy FILE, or add it to the settings file)\n",
    )
    (repository / "deployspec.toml").write_text("[policy]\nrequire_digest = true\n")
    (repository / "plan.json").write_text(run(capsys, "plan", "services/web", "--set", "APTIBLE_DOCKER_IMAGE=a/b:1")[1])
    assert "[policy-digest-missing]" in run(capsys, "audit", "--plan", "plan.json")[1]


@pytest.mark.parametrize(
    ("text", "path", "location"),
    [
        ("a.b = 1", ["a", "b"], (1, 1)),
        ('[x]\n "a b" = 1', ["x", "a b"], (2, 2)),
        ("[x]\na = { b = 1, c = 2 }", ["x", "a", "c"], (2, 14)),
        ("[x]\na = 1", ["x", "z"], (1, 1)),
        ("[[x]]", ["x"], (1, 1)),
        ("a = 1", ["z"], (1, 1)),
    ],
)
def test_keys_are_found(text: str, path: list[str], location: tuple[int, int]) -> None:
    assert find_key(text, path) == location
