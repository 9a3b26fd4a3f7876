from __future__ import annotations

import io
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deployspec import Extend, Pull, plan_from_json
from deployspec._cli import main
from deployspec._cli.apps import read_app
from deployspec._cli.parser import parse

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
PASSWORD = "not-a-real-password"
GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Procfile").write_text("web: bundle exec rails s\n")
    (tmp_path / "config.env").write_text((EXAMPLES / "pull" / "config.env").read_text())
    return tmp_path


@pytest.fixture
def repository(folder: Path) -> Path:
    for command in (["init", "-q"], ["add", "Procfile"], ["commit", "-qm", "first"]):
        subprocess.run([*GIT, *command], cwd=folder, check=True)
    (folder / "Procfile").write_text("broken\n")  # the working tree is not read
    return folder


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(argv)
    out, err = capsys.readouterr()
    assert PASSWORD not in out + err
    return code, out, err


def raising(error: BaseException) -> Callable[..., Any]:
    def function(*_: object, **__: object) -> None:
        raise error

    return function


Capsys = pytest.CaptureFixture[str]
LINK = """\
Dockerfile: error[sources-link]: file is a symbolic link
  hint: name the file itself: `--file docker/Dockerfile`
1 error in 1 app
"""


def typed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_the_worked_example_from_a_revision(repository: Path, capsys: Capsys) -> None:
    code, out, _ = run(capsys, "plan", ".", "--git-rev", "HEAD", "--env-file", "config.env")
    plan = plan_from_json(out)
    assert code == 0
    assert isinstance(plan.action, Pull)
    assert str(plan.action.image.reference) == "quay.io/acme/rails-app:latest"
    assert plan.action.image.credential is not None
    assert plan.action.image.credential.scope == "quay.io"
    assert [one.name for one in plan.services] == ["web"]
    subprocess.run(["git", "clone", "-q", "--bare", str(repository), "bare.git"], check=True)
    assert run(capsys, "plan", "bare.git", "--git-rev", "HEAD", "--env-file", "config.env")[1] == out


def test_a_build_has_the_full_commit_id(repository: Path, capsys: Capsys) -> None:
    (repository / "Dockerfile").write_text("FROM quay.io/acme/base\n")
    subprocess.run([*GIT, "add", "Dockerfile"], check=True)
    subprocess.run([*GIT, "commit", "-qm", "second"], check=True)
    code, out, _ = run(
        capsys, "plan", "--git-rev", "HEAD", "--env-file", "config.env", "--set", "APTIBLE_DOCKER_IMAGE="
    )
    plan = plan_from_json(out)
    assert code == 0
    assert isinstance(plan.action, Extend)
    assert len(plan.action.recipe.revision or "") == 40


def test_all_errors_are_reported_with_their_location(folder: Path, capsys: Capsys) -> None:
    (folder / "Procfile").write_text("web run\n")
    options = ("--set", "APTIBLE_DOCKER_IMAGE=quay.io/A", "--set", "APTIBLE_PRIVATE_REGISTRY_USERNAME=u")
    code, out, err = run(capsys, "check", ".", *options)
    assert (code, err) == (1, "")
    places = [line.partition(": error[")[0] for line in out.splitlines() if "error[" in line]
    assert places == ["APTIBLE_DOCKER_IMAGE", "APTIBLE_PRIVATE_REGISTRY_PASSWORD", "Procfile:1:1"]
    assert " 1 | web run\n   | ^^^^^^^\n  hint: " in out
    assert out.endswith("\n3 errors in 1 app\n")


@pytest.mark.parametrize("example", ["pull", "build", "extend"])
@pytest.mark.parametrize("command", ["plan", "explain", "check"])
def test_the_examples_resolve(example: str, command: str, capsys: Capsys) -> None:
    folder = EXAMPLES / example
    code, out, _ = run(capsys, command, str(folder), "--env-file", str(folder / "config.env"))
    assert code == 0
    assert out


def test_check_counts_warnings_and_notes(folder: Path, capsys: Capsys) -> None:
    def summary(*options: str) -> tuple[int, str]:
        code, out, err = run(capsys, "check", *options)
        assert err == ""
        return code, out.splitlines()[-1]

    assert summary("--env-file", "config.env") == (0, "no errors, 1 note in 1 app")
    assert summary("--set", "APTIBLE_DOCKER_IMAGE=quay.io/a/b:1") == (0, "no errors in 1 app")
    (folder / "Procfile").write_text("Web:run\n")
    assert summary("--set", "APTIBLE_DOCKER_IMAGE=quay.io/a/b:1") == (0, "no errors, 2 warnings in 1 app")


def test_options_are_passed_on(folder: Path, capsys: Capsys) -> None:
    (folder / "Dockerfile.web").write_text("ARG TAG\nFROM quay.io/team/base:$TAG AS app\nFROM scratch\n")
    (folder / "config.json").write_text('{"auths": {"quay.io/team": {"auth": "YTpi"}}, "credsStore": "x"}')
    options = ("--file", "Dockerfile.web", "--target", "app", "--platform", "linux/arm64", "--context", "web")
    pairs = ("--build-arg", "TAG=7", "--build-context", "x=.", "--docker-config", "config.json")
    code, out, err = run(capsys, "plan", *options, *pairs, "--prefix", "X_", "--profile", "aptible-current")
    plan = plan_from_json(out)
    assert code == 0
    assert isinstance(plan.action, Extend)
    recipe = plan.action.recipe
    assert (recipe.context, recipe.target, recipe.args, recipe.contexts) == (
        "web",
        "app",
        (("TAG", "7"),),
        (("x", "."),),
    )
    assert (str(recipe.images[0].reference), recipe.images[0].platform) == ("quay.io/team/base:7", "linux/arm64")
    assert "config.json:1:47: note[docker-config-helper]" in err


def test_errors_in_config_are_reported_without_values(folder: Path, capsys: Capsys) -> None:
    (folder / "bad.env").write_text(f"A=1\nA=2\n{PASSWORD}\n")
    (folder / "bad.json").write_text("{")
    options = ("--env-file", "bad.env", "--set", PASSWORD, "--docker-config", "bad.json")
    code, _, err = run(capsys, "plan", *options)
    assert code == 1
    assert "bad.env:3:1: error[env-missing-equals]" in err
    assert "--set: error[env-missing-equals]" in err
    assert "bad.json:1:2: error[docker-config-syntax]" in err


def test_a_variable_is_located_in_its_file_and_reported_once(folder: Path, capsys: Capsys) -> None:
    (folder / "a.env").write_text(f"A-B={PASSWORD}\nAPTIBLE_DOCKER_IMGE={PASSWORD}\nAPTIBLE_DOCKER_IMAGE=b/c\n")
    (folder / "b.env").write_text("\nAPTIBLE_DOCKER_IMAGE='acme/web'\n")
    code, out, err = run(capsys, "check", "--env-file", "a.env", "--env-file", "b.env", "--set", "C.D=1")
    assert (code, err) == (0, "")
    assert [line for line in out.splitlines() if "[" in line] == [
        "a.env:1:1: warning[env-unusual-name]: variable name `A-B` is not supported by many programs",
        "--set: warning[env-unusual-name]: variable name `C.D` is not supported by many programs",
        (
            "a.env:2:1: warning[config-similar-name]: variable `APTIBLE_DOCKER_IMGE` is not known to this platform, "
            "so it is passed to the app"
        ),
        "b.env:2:22: note[image-implicit-tag]: image has no tag, so `latest` is pulled",
    ]
    assert f" 2 | APTIBLE_DOCKER_IMAGE=acme/web\n   | {' ' * 21}^^^^^^^^\n" in out


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["plan", "nowhere"], "nowhere: no such directory"),
        (["plan", "config.env"], "config.env: not a directory, a Procfile or a Dockerfile"),
        (["check", "api/Procfile"], "api/Procfile: no such file"),
        (["check", "--file", "Dockerfile"], "Dockerfile: no such file"),
        (["check", "--file", "Dockerfil"], "Dockerfil: no such file"),
        (["check", "--procfile", "Procfile.web"], "Procfile.web: no such file"),
        (["check", "--recursive", "--git-rev", "HEAD"], "--recursive cannot be used with --git-rev"),
        (["check", "--select", "Procfile"], "--select: `Procfile` is not a code or a prefix of codes"),
        (["chekc"], "unknown command `chekc`: did you mean `check`?"),
        (["check", "--foramt", "json"], "unknown option --foramt: did you mean `--format`?"),
        (["check", "--profile", "aptible-curent"], "--profile: invalid choice: did you mean `aptible-current`?"),
        (["--verison"], "unknown option --verison: did you mean `--version`?"),
        (["plan", "--env-file", "-", "--docker-config", "-"], "standard input can be read only once"),
        (["images", "-", "-"], "standard input can be read only once"),
        (["audit", ".", "--plan", "x", "--policy", "policy.json"], "policy.json: no such file"),
        (["audit", ".", "--plan", "x"], "--plan cannot be used with a PATH"),
        (["plan", "x" * 5000], ": file name too long"),
        (["plan", ".", f"P={PASSWORD}", "--what=1"], "too many arguments"),
        (["plan", ".", "--what=1", f"P={PASSWORD}"], "unknown option --what=…"),
        (["plan", ".", f"P={PASSWORD} -{PASSWORD}"], "too many arguments"),
        ([f"P=it's {PASSWORD}"], "unknown command (try"),
        (["plan", ".", "--profile", f"P=it's {PASSWORD}"], "--profile: invalid choice (choose from"),
        (["diff", "a", "b", f"--json={PASSWORD}"], "--json: does not accept a value"),
        (["plan", ".", f"P={PASSWORD}"], "too many arguments"),
        (["plan", f"P={PASSWORD}"], "P=…: no such directory"),
        (["plan", f"P={PASSWORD}", "--git-rev", "HEAD"], "not a git repository"),
        ([f"P={PASSWORD}", "plan"], "unknown command (try"),
        (["plan", "nowhere", "--git-rev", "HEAD"], "not a git repository"),
        (["plan", "--env-file", "nothing.env"], "nothing.env: no such file"),
        (["plan", "--env-file", "."], ".: is a directory"),
        (["plan", "--env-file", "a\0b"], "invalid path"),
        (["plan", "--git-rev", "HEAD"], "not a git repository"),
        (["plan", "--build-arg", "NAME"], "argument --build-arg: expected NAME=VALUE"),
        (["images", "nothing"], "no such file"),
        (["plan", "--nonsense"], "unknown option --nonsense"),
        (["nonsense"], "nonsense"),
    ],
)
def test_wrong_usage_is_reported_on_one_line(folder: Path, argv: list[str], message: str, capsys: Capsys) -> None:
    code, out, err = run(capsys, *argv)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert err.startswith("deployspec")
    assert PASSWORD not in err


@pytest.mark.parametrize("revision", ["missing", "--help", "HEAD:Procfile"])
def test_an_unknown_revision_is_reported_on_one_line(repository: Path, revision: str, capsys: Capsys) -> None:
    code, _, err = run(capsys, "plan", f"--git-rev={revision}")
    assert code == 2
    assert f": unknown revision `{revision}`\n" in err


def test_directories_and_links_in_a_revision_are_errors(repository: Path, capsys: Capsys) -> None:
    (repository / "Dockerfile").mkdir()
    (repository / "Dockerfile" / "x").write_text("")
    (repository / "link").symlink_to("/etc/passwd")
    subprocess.run([*GIT, "add", "-A"], check=True)
    subprocess.run([*GIT, "commit", "-qm", "second"], check=True)
    for file, message in (("Dockerfile", "is a directory in the revision"), ("link", "link: file is a symbolic link")):
        code, _, err = run(capsys, "plan", "--git-rev", "HEAD", "--file", file)
        assert code == 2
        assert message in err
    assert run(capsys, "plan", "--file", "Dockerfile")[0] == 2


def test_images_of_a_dockerfile(folder: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "Dockerfile").write_text("# syntax=docker/dockerfile:1\nFROM golang AS a\nFROM alpine\n")
    code, out, err = run(capsys, "images")
    assert (code, out) == (0, "docker.io/docker/dockerfile:1\ndocker.io/library/alpine:latest\n")
    assert err == ""
    assert run(capsys, "images", "Dockerfile", "--all")[1].count("\n") == 3
    document: Any = json.loads(run(capsys, "images", "--json")[1])["files"][0]
    assert document["path"] == "Dockerfile"
    assert document["needed"][0]["reference"] == "docker.io/library/alpine:latest"
    assert len(document["all"]) == 2
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"FROM A\n")))
    code, _, err = run(capsys, "images", "-")
    assert code == 1
    assert err.startswith("stdin:1:6: error[dockerfile-base-invalid]")
    (folder / "broken").write_text("FROM A\nCOPY --form=x a b\n")
    code, _, err = run(capsys, "images", "broken")
    assert code == 1
    assert "broken:1:6: error[dockerfile-base-invalid]" in err
    assert "broken:2:6: error[dockerfile-unknown-flag]" in err
    (folder / "foreign").write_text("# syntax=evil/x\nFROM scratch\n")
    assert "build-frontend-custom" in run(capsys, "images", "foreign")[2]
    (folder / "plain").write_text("FROM alpine\n")
    assert json.loads(run(capsys, "images", "plain", "--json")[1])["files"][0]["frontend"] is None


@pytest.mark.parametrize(
    "text",
    [
        "# syntax=ghcr.io/acme/x\nformat: v1",
        "//syntax=ghcr.io/acme/x\nformat: v1",
        '{"syntax": "ghcr.io/acme/x", "format": "v1"}',
        "# syntax=ghcr.io/acme/x\nFROM alpine",
    ],
)
def test_all_commands_agree_on_a_custom_frontend(folder: Path, text: str, capsys: Capsys) -> None:
    (folder / "Dockerfile").write_text(text)
    code, out, err = run(capsys, "images")
    assert (code, out) == (0, "ghcr.io/acme/x:latest\n")
    assert run(capsys, "check")[1] == f"{err}no errors, 1 warning in 1 app\n"
    plan: Any = json.loads(run(capsys, "plan")[1])
    document: Any = json.loads(run(capsys, "images", "--json")[1])["files"][0]
    assert [pull["reference"] for pull in plan["pulls"]] == [document["frontend"]]
    assert [unknown["message"] for unknown in plan["unknowns"]] == document["unknowns"]
    assert (document["needed"], document["all"]) == ([], [])
    assert "custom frontend `ghcr.io/acme/x:latest`" in run(capsys, "explain")[1]


def test_interrupts_and_closed_pipes_end_quietly(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployspec._cli._run", raising(KeyboardInterrupt()))
    assert main(["plan"]) == 130
    monkeypatch.undo()
    program = "import sys; from deployspec._cli import main; sys.exit(main())"
    piped = subprocess.Popen(
        [sys.executable, "-c", program, "explain", str(EXAMPLES / "build")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert piped.stdout is not None
    piped.stdout.close()
    _, err = piped.communicate(timeout=60)
    assert b"Traceback" not in err
    assert piped.returncode == 141


def test_the_module_is_a_command(monkeypatch: pytest.MonkeyPatch, capsys: Capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["deployspec", "explain", str(EXAMPLES / "build")])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_module("deployspec", run_name="__main__")
    assert stopped.value.code == 0
    assert capsys.readouterr().out.startswith("Build Dockerfile\n")
    ran = subprocess.run([sys.executable, "-m", "deployspec", "--help"], capture_output=True, text=True, check=True)
    assert "Exit codes" in ran.stdout


def test_colour_requires_a_terminal_with_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    from deployspec._cli.terminal import colored

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert colored(Terminal(), "auto")
    assert not colored(io.StringIO(), "auto")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert colored(io.StringIO(), "auto")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colored(Terminal(), "auto")
    assert colored(io.StringIO(), "always")
    assert not colored(Terminal(), "never")
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setenv("FORCE_COLOR", "")
    monkeypatch.setenv("TERM", "dumb")
    assert not colored(Terminal(), "auto")


def test_a_full_disk_is_reported_on_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        argv = [sys.executable, "-m", "deployspec", "explain", str(EXAMPLES / "build")]
        ran = subprocess.run(argv, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr == "deployspec: cannot write the output: no space left on device\n"


@pytest.mark.parametrize("argv", [["--help"], ["plan", "--help"], ["export", "--help"]])
def test_help_that_cannot_be_written_is_an_error(argv: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "deployspec", *argv]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr == "deployspec: cannot write the output: no space left on device\n"


def test_a_closed_output_is_discarded(monkeypatch: pytest.MonkeyPatch) -> None:
    discarded: list[bool] = []
    monkeypatch.setattr("deployspec._cli._discard_output", lambda: discarded.append(True))
    for error, code in ((BrokenPipeError(), 141), (OSError(28, "No space left on device"), 2)):
        monkeypatch.setattr("deployspec._cli._run", raising(error))
        assert main(["plan"]) == code
    assert len(discarded) == 2


def test_errors_in_config_do_not_hide_errors_in_the_procfile(folder: Path, capsys: Capsys) -> None:
    assert run(capsys, "plan", "--set", "x")[2].count("error[") == 1
    (folder / "Procfile").write_text("web run")
    code, _, err = run(capsys, "plan", "--set", "x")
    assert (code, err.count("error[")) == (1, 2)


def test_only_files_inside_the_repository_are_read(repository: Path, capsys: Capsys) -> None:
    for argv, message in (
        (["plan", "--git-rev", "HEAD", "--file", "."], ".: path names a folder, not a file"),
        (["plan", "--git-rev", "HEAD", "--file", "../x"], "../x: path is not inside the app's folder"),
        (["plan", "--file", "../x"], "../x: path is not inside the app's folder"),
        (["plan", "--file", "x"], "x: no such file"),
        (["plan", "--git-rev", "a\0b"], "git cannot be run"),
    ):
        code, _, err = run(capsys, *argv)
        assert (code, err.count("\n")) == (2, 1)
        assert message in err


def test_a_folder_of_the_repository_is_an_app(repository: Path, capsys: Capsys) -> None:
    (repository / "sub").mkdir()
    (repository / "sub" / "Procfile").write_text("other: run\n")
    subprocess.run([*GIT, "add", "sub"], check=True)
    subprocess.run([*GIT, "commit", "-qm", "second"], check=True)
    options = ("--git-rev", "HEAD", "--env-file", "config.env")
    assert [one.name for one in plan_from_json(run(capsys, "plan", "sub", *options)[1]).services] == ["other"]


SECRET_FILES = {"environment": "/proc/self/environ", "secret.env": "../secret.env", "login": "../.docker/config.json"}


@pytest.mark.parametrize("target", [*SECRET_FILES.values(), "/dev/zero", "/proc/kmsg", "../secret"])
@pytest.mark.parametrize("name", ["Procfile", "Dockerfile", "docker/Dockerfile"])
def test_no_link_makes_a_command_show_or_wait_for_another_file(
    name: str, target: str, tmp_path: Path, capsys: Capsys
) -> None:
    app = tmp_path / "app"
    (app / "docker").mkdir(parents=True)
    (tmp_path / ".docker").mkdir()
    for secret in (tmp_path / "secret.env", tmp_path / ".docker" / "config.json"):
        secret.write_text(f"PASSWORD={PASSWORD}\n")
    (app / name).symlink_to(target if target.startswith("/") else f"{tmp_path}/app/{target}")
    options = ("--file", name) if name.startswith("docker") else ()
    for argv in (["check", str(app), *options], ["images", str(app / name)]):
        code, out, err = run(capsys, *argv)
        assert code == 2
        if argv[0] == "check":
            assert (out.count("error[sources-link]: file is a symbolic link"), err) == (1, "")
        else:
            message = "file is a symbolic link (replace the link with a regular file)"
            assert (out, err) == ("", f"deployspec: {app / name}: {message}\n")


def test_a_link_inside_the_app_is_an_error_with_the_option_to_use(folder: Path, capsys: Capsys) -> None:
    (folder / "docker").mkdir()
    (folder / "docker" / "Dockerfile").write_text("FROM a\n")
    (folder / "Dockerfile").symlink_to("docker/Dockerfile")
    assert run(capsys, "check") == (2, LINK, "")
    assert "(name the file itself: `--file docker/Dockerfile`)\n" in run(capsys, "plan")[2]
    assert run(capsys, "check", "--file", "docker/Dockerfile")[0] == 0
    (folder / "linked").symlink_to("docker")
    assert (
        "linked/Dockerfile: error[sources-link]: folder `linked` is a symbolic link"
        in run(capsys, "check", "--file", "linked/Dockerfile")[1]
    )


def test_a_named_pipe_is_not_waited_for(folder: Path, capsys: Capsys) -> None:
    os.mkfifo(folder / "Dockerfile")
    assert "not a regular file" in run(capsys, "plan")[2]


def test_discarded_output_goes_nowhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from deployspec._cli import _discard_output  # pyright: ignore[reportPrivateUsage]

    with (folder / "out").open("w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        _discard_output()
        out.write("lost")
    assert (folder / "out").read_text() == ""


def test_output_may_be_any_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["explain", str(EXAMPLES / "build")]) == 0
    assert out.getvalue().startswith("Build Dockerfile\n")
    assert main(["export", "commands", str(EXAMPLES / "build")]) == 0
    assert "\ndocker buildx build " in out.getvalue()


def test_a_closed_stream_is_reported_on_at_most_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capsys
) -> None:
    argv = ["plan", "--env-file", "config.env"]
    with monkeypatch.context() as closed:
        closed.setattr(sys, "stdin", None)
        assert run(capsys, "images", "-") == (2, "", "deployspec: standard input is closed\n")
    with monkeypatch.context() as closed:
        closed.setattr(sys, "stdout", None)
        assert run(capsys, *argv) == (2, "", "deployspec: standard output is closed\n")
    with monkeypatch.context() as closed:
        closed.setattr(sys, "stderr", None)
        code, out, _ = run(capsys, *argv)
        assert (code, plan_from_json(out).profile) == (0, "aptible-2016")


@pytest.mark.parametrize(("closing", "code"), [("<&-", 2), (">&-", 2), ("2>&-", 1), (">&- 2>&-", 2)])
def test_a_shell_may_close_any_stream(closing: str, code: int) -> None:
    command = f'"$0" -m deployspec images - {closing}'
    ran = subprocess.run(["sh", "-c", command, sys.executable], input=b"FROM", capture_output=True, check=False)
    assert ran.returncode == code
    assert b"Traceback" not in ran.stderr + ran.stdout
    assert ran.stderr.count(b"\n") <= 1


def test_unreadable_input_is_reported(monkeypatch: pytest.MonkeyPatch, capsys: Capsys) -> None:
    class Broken(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Broken()))
    assert run(capsys, "images", "-") == (2, "", "deployspec: stdin: input/output error\n")


@pytest.mark.parametrize(
    ("data", "image"),
    [
        (b"quay.io/acme/web:7", "quay.io/acme/web:7"),
        (b"quay.io/acme/web:7\n", "quay.io/acme/web:7"),
        (b"quay.io/acme/web:7\r\n", "quay.io/acme/web:7"),
    ],
)
def test_set_reads_a_value_from_standard_input(
    folder: Path, data: bytes, image: str, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder.is_dir()
    typed(monkeypatch, data)
    code, out, _ = run(capsys, "plan", "--set", "APTIBLE_DOCKER_IMAGE=-")
    assert code == 0
    assert [str(pull.reference) for pull in plan_from_json(out).pulls] == [image]


@pytest.mark.parametrize("value", ["--", "a-", "=-", ""])
def test_only_a_hyphen_stands_for_standard_input(
    folder: Path, value: str, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "Dockerfile").write_text("FROM scratch")
    monkeypatch.setattr(sys, "stdin", None)
    assert run(capsys, "check", "--set", f"A={value}")[0] == 0
    assert run(capsys, "check", "--set", "A=-")[2] == "deployspec: standard input is closed\n"


def test_a_value_from_standard_input_keeps_its_other_line_ends(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder.is_dir()
    typed(monkeypatch, b"\n-\n\n")
    _, options = parse(["plan", "--set", "A=-", "--set", "B=1"])
    assert dict(read_app(options).config) == {"A": "\n-\n", "B": "1"}


def test_a_value_that_is_not_utf8(folder: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder.is_dir()
    typed(monkeypatch, PASSWORD.encode() + b"\xff")
    assert run(capsys, "check", "--set", "A=-") == (2, "", "deployspec: stdin: value of `A` is not UTF-8\n")


@pytest.mark.parametrize(
    "argv",
    [
        ["check", "--set", "A=-", "--set", "B=-"],
        ["check", "--set", "A=-", "--docker-config", "-"],
        ["check", "--set", "A=-", "--env-file", "-"],
        ["export", "compose", "--set", "A=-", "--plan", "-"],
        ["audit", "--policy", "-", "--set", "A=-"],
    ],
)
def test_a_value_and_another_input_cannot_both_be_standard_input(argv: list[str], capsys: Capsys) -> None:
    assert run(capsys, *argv) == (2, "", "deployspec: standard input can be read only once\n")


def test_the_help_says_that_values_of_set_are_visible(capsys: Capsys) -> None:
    assert "list of processes" in " ".join(run(capsys, "plan", "--help")[1].split())
