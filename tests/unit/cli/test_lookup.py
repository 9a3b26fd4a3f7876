from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from deployspec._cli import main

Capsys = pytest.CaptureFixture[str]
FILE = '{"auths": {"quay.io": {"auth": "YWRhOnB3"}}}'


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "config.json"
    path.write_text(FILE)
    return str(path)


def test_all_clients_are_shown(config: str, capsys: Capsys) -> None:
    assert main(["lookup", "quay.io/acme/app:1", "--docker-config", config]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("quay.io/acme/app:1\n\n  client ")
    assert out.count("user and password  quay.io\n") == 8
    assert err == ""


def test_clients_can_be_chosen_and_json_printed(config: str, capsys: Capsys) -> None:
    arguments = ["lookup", "quay.io/a", "--docker-config", config, "--client", "oras", "--client", "docker"]
    assert main([*arguments, "--format", "json"]) == 0
    assert list(json.loads(capsys.readouterr().out)["clients"]) == ["docker", "oras"]


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: Capsys) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(FILE.encode())))
    assert main(["lookup", "quay.io/a", "--docker-config", "-", "--client", "docker"]) == 0
    assert "quay.io" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("image", "client", "code"),
    [("ubuntu", [], 0), ("ubuntu", ["--client", "oras"], 1), ("quay.io/A", [], 1), ("quay.io/a", [], 0)],
)
def test_a_refused_reference_is_a_problem_if_all_refuse(
    config: str, capsys: Capsys, image: str, client: list[str], code: int
) -> None:
    # docker-py accepts references that all others refuse.
    clients = client or (["--client", "docker", "--client", "podman"] if image == "quay.io/A" else [])
    assert main(["lookup", image, "--docker-config", config, *clients]) == code
    capsys.readouterr()


def test_a_fault_of_the_file_is_a_problem(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "config.json").write_text('{"auths": {"x": {"auth": "!"}}}')
    assert main(["lookup", "quay.io/a", "--docker-config", str(tmp_path / "config.json")]) == 1
    assert main(["lookup", "quay.io/a", "--docker-config", str(tmp_path / "config.json"), "--client", "podman"]) == 0
    assert "error[lookup-auth]" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["quay.io/a"], ["quay.io/a", "--docker-config", "nowhere"], ["--client", "x"]])
def test_wrong_usage(arguments: list[str], capsys: Capsys) -> None:
    assert main(["lookup", *arguments]) == 2
    assert capsys.readouterr().err.startswith("deployspec")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Procfile").write_text("web: run\n")
    (tmp_path / "config.json").write_text('{"auths": {"quay.io/acme": {"auth": "YWRhOnNlbnRpbmVs"}}}')
    monkeypatch.chdir(tmp_path)
    return tmp_path


NOTE = (
    "config.json: note[lookup-differs]: "
    "`quay.io/other/app:1` is pulled anonymously, but docker uses the entry `quay.io/acme`"
)
APP = ["--set", "APTIBLE_DOCKER_IMAGE=quay.io/other/app:1"]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("command", ["explain", "check"])
def test_a_command_points_to_lookup_only_if_the_option_is_given(command: str, capsys: Capsys) -> None:
    assert main([command, *APP]) == 0
    assert "lookup" not in "".join(capsys.readouterr())
    assert main([command, *APP, "--docker-config", "config.json"]) == 0
    out, err = capsys.readouterr()
    shown = err if command == "explain" else out
    assert NOTE in shown
    assert "run `deployspec lookup quay.io/other/app:1 --docker-config config.json`" in shown
    assert "sentinel" not in out + err
    assert command == "explain" or out.endswith("1 note in 1 app\n")


@pytest.mark.parametrize("command", [["plan"], ["explain"], ["check"], ["export", "compose"]])
def test_logins_are_read_from_standard_input(
    app: Path, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capsys
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((app / "config.json").read_bytes())))
    image = "APTIBLE_DOCKER_IMAGE=quay.io/acme/app:1"
    assert main([*command, "--set", image, "--docker-config", "-"]) == 0
    out, err = capsys.readouterr()
    assert command[0] not in {"plan", "explain"} or "quay.io/acme" in out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"{")))
    assert main([*command, "--set", image, "--docker-config", "-"]) == 1
    out, err = capsys.readouterr()
    assert "stdin:1:2: error[docker-config-syntax]" in (out if command == ["check"] else err)


def test_standard_input_is_read_once(capsys: Capsys) -> None:
    options = ["--plan", "-", "--docker-config", "-", "--tool", "podman", "--show-secrets"]
    assert main(["export", "auth-file", *options]) == 2
    assert "standard input can be read only once" in capsys.readouterr().err
