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
