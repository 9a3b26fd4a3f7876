"""The commands for stored plans, and exports."""

from __future__ import annotations

import base64
import io
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deployspec import plan_from_json, plan_schema
from deployspec._cli import main

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
PASSWORD = "not-a-real-password"
ENCODED = base64.b64encode(f"acme+deploy:{PASSWORD}".encode()).decode()
D1, D2 = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
Capsys = pytest.CaptureFixture[str]
PULL = [str(EXAMPLES / "pull"), "--env-file", str(EXAMPLES / "pull" / "config.env")]
EXTEND = [str(EXAMPLES / "extend"), "--env-file", str(EXAMPLES / "extend" / "config.env")]
IMAGE = "quay.io/acme/rails-app"
MOVES = f"  image `{IMAGE}:latest` has no digest, and a tag can move\n"
UNKNOWN_CONFIG = "  config may have changed, because nothing says that it is unchanged\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capsys) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, app in (("pull", PULL), ("extend", EXTEND)):
        assert main(["plan", *app]) == 0
        (tmp_path / f"{name}.json").write_text(capsys.readouterr().out)
    return tmp_path


def run(capsys: Capsys, *argv: str) -> tuple[int, str, str]:
    code = main(argv)
    out, err = capsys.readouterr()
    if "--show-secrets" not in argv:
        assert PASSWORD not in out + err
        assert ENCODED not in out + err
    return code, out, err


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_differences(folder: Path, capsys: Capsys) -> None:
    assert run(capsys, "diff", "pull.json", "pull.json", "--config-unchanged")[:2] == (0, f"requires pull\n{MOVES}")
    pinned = run(capsys, "pin", "pull.json", "--digest", f"{IMAGE}={D1}")[1]
    (folder / "pinned.json").write_text(pinned)
    assert run(capsys, "diff", "pinned.json", "pinned.json", "--config-unchanged")[1] == "requires nothing\n"
    changed = run(capsys, "diff", "pinned.json", "pinned.json", "--config-changed")[1]
    assert changed == "requires restart\n  config has changed\n"
    unknown = run(capsys, "diff", "pinned.json", "pinned.json", "--exit-code")
    assert unknown[:2] == (0, f"requires restart\n{UNKNOWN_CONFIG}")
    change = f"image-digest {IMAGE}: none -> {D1}\nrequires pull\n  image changes\n"
    assert run(capsys, "diff", "pull.json", "pinned.json")[:2] == (0, change)
    assert run(capsys, "diff", "pull.json", "pinned.json", "--exit-code")[:2] == (1, change)
    document = json.loads(run(capsys, "diff", "pull.json", "extend.json", "--json")[1])
    assert document["requires"] == "rebuild"
    assert document["changes"][0] == {"kind": "action", "subject": "plan", "old": "pull", "new": "extend"}


def test_a_plan_from_standard_input(folder: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (folder / "pull.json").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert run(capsys, "diff", "pull.json", "-")[:2] == (0, f"requires pull\n{MOVES}")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{")))
    assert run(capsys, "pin", "-")[2].startswith("stdin:1:2: error[plan-syntax]")
    code, _, err = run(capsys, "diff", "-", "-")
    assert (code, err) == (2, "deployspec: standard input can be read only once\n")


def test_pinning(folder: Path, capsys: Capsys) -> None:
    code, out, err = run(capsys, "pin", "pull.json", "--digest", f"{IMAGE}:latest={D1}")
    assert (code, err) == (0, "")
    assert str(plan_from_json(out).pulls[0].reference) == f"{IMAGE}:latest@{D1}"
    code, out, err = run(capsys, "pin", "pull.json")
    assert (code, out) == (1, "")
    assert "error[pin-missing]" in err
    (folder / "ruby.json").write_text((folder / "extend.json").read_text().replace("registry.example.com:5000/", ""))
    for argv, message in (
        (["--digest", D1], "argument --digest: expected REF=sha256:..."),
        (["--digest", "ruby"], "argument --digest: expected REF=sha256:..."),
        (["--digest", f"ruby={D1}", "--digest", f"ruby={D2}"], "conflicting --digest options for ruby"),
    ):
        code, _, err = run(capsys, "pin", "pull.json", *argv)
        assert (code, message in err, err.count("\n")) == (2, True, 1)


def test_pinning_reports_only_its_own_warnings(folder: Path, capsys: Capsys) -> None:
    (folder / "Procfile").write_text("web: run\n")
    (folder / "Dockerfile").write_text("FROM ruby\n")
    (folder / "ruby.json").write_text(run(capsys, "plan", "--set", "a.b=1")[1])
    code, _, err = run(capsys, "pin", "ruby.json", "--digest", f"ruby={D1}")
    assert code == 0
    assert [line.split(" ")[1] for line in err.splitlines() if line[:1] != " "] == ["warning[pin-short-name]:"]


def test_audits(folder: Path, capsys: Capsys) -> None:
    policy = folder / "policy.json"
    policy.write_text('{"require_digest": true, "forbid_latest": true}')
    code, out, err = run(capsys, "audit", *PULL, "--policy", "policy.json")
    assert (code, err) == (1, "")
    assert out.endswith("\n2 errors in 1 app\n")
    assert [line.split()[1] for line in out.splitlines() if line.startswith("policy")] == [
        "error[policy-digest-missing]:",
        "error[policy-latest]:",
    ]
    policy.write_text('{"allowed_registries": ["quay.io"]}')
    assert run(capsys, "audit", "--plan", "pull.json", "--policy", "policy.json")[:2] == (
        0,
        "no errors in 1 plan\n",
    )
    policy.write_text("[]")
    code, _, err = run(capsys, "audit", *PULL, "--policy", "policy.json")
    assert (code, err) == (2, "policy.json: error[policy-syntax]: policy is not a JSON object\n")


def test_the_schema(folder: Path, capsys: Capsys) -> None:
    code, out, _ = run(capsys, "schema")
    assert (code, json.loads(out)) == (0, plan_schema())


def test_a_secret_is_written_to_a_private_file(folder: Path, capsys: Capsys) -> None:
    before = os.umask(0o777)
    try:
        code, out, err = run(capsys, "export", "auth-file", *PULL, "--tool", "skopeo", "--output", "auth.json")
    finally:
        os.umask(before)
    assert (code, out) == (0, "")
    assert "error" not in err
    assert mode(folder / "auth.json") == 0o600
    assert json.loads((folder / "auth.json").read_text()) == {"auths": {IMAGE: {"auth": ENCODED}}}
    assert sorted(path.name for path in folder.iterdir()) == ["auth.json", "extend.json", "pull.json"]


def test_an_existing_file_is_overwritten_only_with_force(folder: Path, capsys: Capsys) -> None:
    taken = folder / "config.json"
    taken.write_text("mine")
    taken.chmod(0o644)
    code, _, err = run(capsys, "export", "auth-file", *PULL, "--output", "config.json")
    assert code == 2
    assert err.endswith("deployspec: config.json: file exists (use --force to overwrite it)\n")
    assert taken.read_text() == "mine"
    assert run(capsys, "export", "auth-file", *PULL, "--output", "config.json", "--force")[0] == 0
    assert ENCODED in taken.read_text()
    assert mode(taken) == 0o600


def _link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/null")


@pytest.mark.parametrize("make", [os.mkfifo, _link_to_a_device])
def test_only_a_regular_file_is_replaced(folder: Path, make: Callable[[Path], None], capsys: Capsys) -> None:
    make(folder / "out")
    before = (folder / "out").lstat()
    code, _, err = run(capsys, "export", "auth-file", *PULL, "--output", "out", "--force")
    assert code == 2
    assert err.endswith("deployspec: out: not a regular file\n")
    assert (folder / "out").lstat().st_ino == before.st_ino


def test_a_dash_is_standard_output(folder: Path, capsys: Capsys) -> None:
    assert "services" in run(capsys, "export", "compose", *PULL, "--output", "-")[1]
    code, out, err = run(capsys, "export", "auth-file", *PULL, "--output", "-")
    assert (code, out) == (2, "")
    assert "use either --output FILE or --show-secrets" in err
    assert not (folder / "-").exists()


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_link_is_never_followed(folder: Path, force: list[str], capsys: Capsys) -> None:
    for name in ("elsewhere", "nowhere"):
        target, link = folder / name, folder / f"link-{name}"
        link.symlink_to(target)
        if name == "elsewhere":
            target.write_text("mine")
        code = run(capsys, "export", "auth-file", *PULL, "--output", str(link), *force)[0]
        assert code == (0 if force else 2)
        assert link.is_symlink() != bool(force)
        assert (target.read_text() if target.exists() else "mine") == "mine"
    assert not (folder / "nowhere").exists()


@pytest.mark.parametrize(
    ("output", "message"),
    [("missing/auth.json", "no such file"), ("there", "is a directory"), ("a\0b", "invalid path")],
)
def test_a_file_that_cannot_be_written_is_reported(folder: Path, output: str, message: str, capsys: Capsys) -> None:
    (folder / "there").mkdir()
    code, _, err = run(capsys, "export", "auth-file", *PULL, "--output", output, "--force")
    assert code == 2
    assert message in err
    assert sorted(path.name for path in folder.iterdir()) == ["extend.json", "pull.json", "there"]


def test_secrets_are_printed_only_with_show_secrets(folder: Path, capsys: Capsys) -> None:
    for name in ("auth-file", "kubernetes-secret"):
        code, out, err = run(capsys, "export", name, *PULL)
        assert (code, out) == (2, "")
        assert err == f"deployspec: {name} contains secrets: use either --output FILE or --show-secrets\n"
    code, out, _ = run(capsys, "export", "auth-file", *PULL, "--show-secrets")
    assert (code, json.loads(out)) == (0, {"auths": {"quay.io": {"auth": ENCODED}}})
    code, out, _ = run(capsys, "export", "kubernetes-secret", *PULL, "--secret-name", "reg", "--show-secrets")
    assert json.loads(out)["type"] == "kubernetes.io/dockerconfigjson"
    assert run(capsys, "export", "auth-file", *PULL, "--show-secrets", "--output", "x")[0] == 2


def test_a_secret_export_of_a_stored_plan_uses_the_logins_of_the_app(folder: Path, capsys: Capsys) -> None:
    code = run(capsys, "export", "auth-file", *PULL, "--plan", "pull.json", "--output", "config.json")[0]
    assert code == 0
    assert json.loads((folder / "config.json").read_text())["auths"]["quay.io"]["auth"] == ENCODED
    code, _, err = run(capsys, "export", "auth-file", *EXTEND, "--plan", "pull.json", "--output", "other.json")
    assert code == 1
    assert "error[credentials-gone]" in err


def test_formats_without_secrets(folder: Path, capsys: Capsys) -> None:
    code, out, err = run(capsys, "export", "compose", *PULL)
    assert (code, list(json.loads(out)["services"])) == (0, ["web"])
    assert "warning[export-credentials-not-carried]" in err
    # A stored plan needs no app.
    document = json.loads(run(capsys, "export", "bake", "--plan", "extend.json")[1])
    assert list(document["target"]) == ["app"]
    out = run(capsys, "export", "kubernetes", "--plan", "pull.json", "--secret-name", "reg", "--output", "k8s.yaml")[1]
    assert out == ""
    assert (folder / "k8s.yaml").read_text().startswith("---\n{")
    document = json.loads(run(capsys, "export", "source-policy", "--plan", "extend.json")[1])
    assert document["rules"][0]["action"] == "DENY"
    code, _, err = run(capsys, "export", "kubernetes", "--plan", "extend.json")
    assert code == 1
    assert "error[export-image-not-named]" in err


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_commands_are_written_unescaped(folder: Path, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An escape would change the command; and a path may be invalid UTF-8."""
    (folder / "Procfile").write_text("web: echo \u00e9", "utf-8")
    out = io.BytesIO()
    argv = ["export", "commands", "--set", "APTIBLE_DOCKER_IMAGE=a/b:1", "--tool", "podman", "--auth-file", "\udcff"]
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding))
    assert main(argv) == 0
    assert b"--authfile '\xff' a/b:1" in out.getvalue().replace(b"docker.io/", b"")
    assert b"echo \xc3\xa9" in out.getvalue()
    assert main([*argv, "--output", "commands"]) == 0
    assert (folder / "commands").read_bytes() == out.getvalue()


@pytest.mark.parametrize("output", [[], ["--output", "commands"]], ids=["standard output", "a file"])
def test_a_lone_surrogate_in_a_plan_is_reported(folder: Path, output: list[str], capsys: Capsys) -> None:
    """JSON can represent it, UTF-8 cannot."""
    (folder / "half.json").write_text((folder / "pull.json").read_text().replace("bundle", "\\ud800"))
    code, out, err = run(capsys, "export", "commands", "--plan", "half.json", *output)
    assert (code, out) == (1, "")
    assert "error[export-text-not-carried]: argument of `docker` contains a NUL character or a lone surrogate" in err
    assert not (folder / "commands").exists()


def test_mirrors(folder: Path, capsys: Capsys) -> None:
    (folder / "Procfile").write_text("web: run")
    mirror = ["--set", "APTIBLE_DOCKER_IMAGE=acme/web:1", "--mirror", "docker.io=mirror.example/hub"]
    plan = json.loads(run(capsys, "plan", *mirror)[1])
    assert plan["pulls"][0]["mirror"] == "mirror.example/hub/acme/web:1"
    assert "pulled from mirror.example/hub/acme/web:1 instead of docker.io" in run(capsys, "explain", *mirror)[1]
    assert "mirror.example/hub/acme/web:1" in run(capsys, "export", "compose", *mirror)[1]
    for wrong, code in (("docker.io", "mirror-type"), ("docker.io=x", "mirror-location-invalid")):
        for command in (["plan"], ["export", "compose"], ["explain"]):
            exit_code, out, err = run(capsys, *command, *mirror[:2], "--mirror", wrong)
            assert (exit_code, out) == (1, "")
            assert err.startswith(f"--mirror: error[{code}]: ")


def test_commands(folder: Path, capsys: Capsys) -> None:
    argv = ["export", "commands", "--plan", "pull.json", "--tool", "podman", "--auth-file", "a.json", "--tag", "web:1"]
    assert run(capsys, *argv)[1].splitlines() == [
        f"podman pull --authfile a.json {IMAGE}:latest",
        f"podman tag {IMAGE}:latest web:1",
        "podman run --rm --pull=never --entrypoint /bin/sh web:1 -c 'bundle exec rails s'",
    ]
    steps: Any = json.loads(run(capsys, *argv, "--json")[1])
    assert steps[2]["argv"][-1] == "bundle exec rails s"
    assert [step["service"] for step in steps] == [None, None, "web"]


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["compose", "--tag", "x"], "--tag cannot be used with compose"),
        (["compose", "--show-secrets"], "--show-secrets cannot be used with compose"),
        (["auth-file", "--secret-name", "x"], "--secret-name cannot be used with auth-file"),
        (["bake", "--source-policy", "x"], "--source-policy cannot be used with bake"),
        (["bake", "--auth-file", "x"], "--auth-file cannot be used with bake"),
        (["compose", "--allow-widening"], "--allow-widening cannot be used with compose"),
        (["compose", "--force"], "--force requires --output"),
        (["kubernetes-secret", "--show-secrets"], "kubernetes-secret requires --secret-name"),
    ],
)
def test_options_without_effect_are_errors(folder: Path, argv: list[str], message: str, capsys: Capsys) -> None:
    assert run(capsys, "export", *argv)[::2] == (2, f"deployspec: {message}\n")


def test_every_command_has_help_with_an_example(capsys: Capsys) -> None:
    for name in ("plan", "explain", "check", "images", "diff", "pin", "audit", "export", "schema"):
        code, out, _ = run(capsys, name, "--help")
        assert code == 0
        assert f"\n  deployspec {name} " in out or "| deployspec" in out
        assert all(len(line) <= 100 for line in out.splitlines())


MOUNTS = "FROM scratch\nRUN --mount=type=secret,id=npmrc,required --mount=type=ssh x\n"


def test_secrets_of_a_build(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "Procfile").write_text("web: run\n")
    (tmp_path / "Dockerfile").write_text(MOUNTS)
    app = str(tmp_path)
    assert run(capsys, "check", app)[0] == 0
    code, out, _ = run(capsys, "check", app, "--secret", "token")
    assert code == 1
    assert "error[build-secret-missing]: required secret `npmrc`" in out
    assert "note[build-secret-unused]: secret `token`" in out
    assert run(capsys, "check", app, "--secret", "npmrc", "--ssh", "default")[:2] == (0, "no errors in 1 app\n")
    assert "npmrc at /run/secrets/npmrc, required" in run(capsys, "explain", app)[1]
    sources = ("--secret", "npmrc=/run/npmrc", "--ssh", "default=/run/agent")
    out = run(capsys, "export", "commands", app, *sources)[1]
    assert "--secret id=npmrc,src=/run/npmrc --ssh default=/run/agent" in out
    assert '"file": "/run/npmrc"' in run(capsys, "export", "compose", app, *sources)[1]
    assert "id=npmrc,env=NPMRC" in run(capsys, "export", "bake", app, "--secret", "npmrc=env=NPMRC")[1]
    code, out, err = run(capsys, "export", "commands", app, "--secret", "npmrc", "--ssh", "default")
    assert code == 0
    assert "--ssh default " in out
    assert "warning[export-secret-not-carried]: required secret `npmrc` of the build is not passed" in err
    code, _, err = run(capsys, "plan", app, "--secret", "=x")
    assert code == 2
    assert "expected ID or ID=SOURCE" in err


@pytest.fixture
def locked(tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app with a plan and its lock file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Procfile").write_text("web: run\n")
    (tmp_path / "Dockerfile").write_text("ARG V=3.4\nFROM ruby:$V\nCOPY --from=nginx / /\n")
    (tmp_path / "plan.json").write_text(run(capsys, "plan", ".")[1])
    digests = ("--digest", f"ruby:3.4={D1}", "--digest", f"nginx={D2}")
    (tmp_path / "lock").write_text(run(capsys, "pin", "plan.json", *digests, "--print", "lock")[1])
    return tmp_path


def test_a_lock_file(locked: Path, capsys: Capsys) -> None:
    assert run(capsys, "pin", "plan.json", "--print", "needed")[:2] == (
        0,
        "docker.io/library/ruby:3.4\ndocker.io/library/nginx:latest\n",
    )
    assert json.loads((locked / "lock").read_text())["images"] == {
        "docker.io/library/nginx:latest": D2,
        "docker.io/library/ruby:3.4": D1,
    }
    assert run(capsys, "check", ".", "--lock", "lock") == (0, "no errors in 1 app\n", "")
    pinned = run(capsys, "pin", "plan.json", "--lock", "lock")[1]
    assert [pull.reference.digest for pull in plan_from_json(pinned).pulls] == [D1, D2]
    assert run(capsys, "pin", "plan.json", "--lock", "lock", "--print", "lock")[1] == (locked / "lock").read_text()


def test_a_lock_file_that_does_not_fit(locked: Path, capsys: Capsys) -> None:
    (locked / "Dockerfile").write_text("ARG V=3.5\nFROM ruby:$V\nCOPY --from=nginx / /\n")
    code, out, err = run(capsys, "check", ".", "--lock", "lock")
    assert (code, err) == (1, "")
    assert "lock:5:5: error[pin-unmatched]: `docker.io/library/ruby:3.4`" in out
    assert "Dockerfile:2: error[pin-missing]: missing digest for `docker.io/library/ruby:3.5`" in out
    (locked / "plan.json").write_text(run(capsys, "plan", ".")[1])
    code, _, err = run(capsys, "pin", "plan.json", "--lock", "lock")
    assert code == 1
    assert ' 5 |     "docker.io/library/ruby:3.4"' in err


def test_one_lock_file_for_several_apps(locked: Path, capsys: Capsys) -> None:
    (locked / "web").mkdir()
    (locked / "web" / "Procfile").write_text("web: run\n")
    (locked / "web" / "Dockerfile").write_text("FROM ruby:3.4\n")
    (locked / "Dockerfile").write_text("FROM nginx\n")
    assert run(capsys, "check", ".", "web", "--lock", "lock") == (0, "no errors in 2 apps\n", "")
    (locked / "broken").mkdir()
    (locked / "broken" / "Procfile").write_text("web\n")
    code, out, _ = run(capsys, "check", "web", "broken", "--lock", "lock")
    assert (code, out.count("error[pin-unmatched]"), out.count("error[procfile-")) == (1, 1, 1)


def test_an_invalid_lock_file_does_not_hide_errors_of_the_app(locked: Path, capsys: Capsys) -> None:
    (locked / "lock").write_text('{"version": 1,\n"images": {"a": 1}}')
    code, out, err = run(capsys, "check", ".", "--lock", "lock")
    assert (code, err) == (1, "")
    assert "lock:2:17: error[lock-type]" in out
    (locked / "Procfile").write_text("web\n")
    out = run(capsys, "check", ".", "--lock", "lock")[1]
    assert "error[lock-type]" in out
    assert "error[procfile-no-colon]" in out
    code, _, err = run(capsys, "pin", "plan.json", "--lock", "lock")
    assert code == 1
    assert "lock:2:17: error[lock-type]" in err
    assert run(capsys, "check", ".", "--lock", "absent")[0] == 2
    code, _, err = run(capsys, "pin", "plan.json", "--lock", "lock", "--digest", f"ruby={D1}")
    assert code == 2
    assert "--lock cannot be used with --digest" in err
