"""No line of a text for people is a command of GitHub Actions, whose runner trims blanks and then reads `::` or `##[`.

Each name and text of the input is hostile: it begins with a command, or contains a line end before one.
"""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployspec import (
    App,
    BuildOptions,
    DeploySpecError,
    Diagnostic,
    counterfactuals,
    lookup_all,
    parse_env,
    parse_procfile,
    plan_to_json,
    render,
    resolve,
)
from deployspec._cli import main
from deployspec._plans.plan_json import plan_from_json

COMMAND = re.compile(r"\s*(?:::|##\[)")
ENDS = ["", "\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", " ", "\t\u00a0"]
hostile = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "a", "ab "]),
    st.sampled_from(ENDS),
    st.sampled_from(["::add-mask::x", "::error file=a::b", "##[group]x", "::"]),
    st.sampled_from(["", "/x", "=y", ":1"]),
)


def assert_no_command(text: str) -> None:
    """Split as Python does, because that knows more line ends than any runner."""
    assert [line for line in text.splitlines() if COMMAND.match(line)] == []


@given(*[hostile] * 5)
def test_diagnostics(source: str, message: str, hint: str, text: str, line: str) -> None:
    found = [
        Diagnostic("procfile-x", message, hint=hint, source=source, line=number, column=column)
        for number, column in ((1, 1), (2, 1), (None, None))
    ]
    for color in (False, True):
        assert_no_command(render.diagnostics(found, sources={source: f"{line}\n{text}"}, color=color))


@given(hostile, hostile)
def test_config_in_excerpts(name: str, value: str) -> None:
    text = f"{name}='{value}'\nAPTIBLE_DOCKER_IMAGE='{value}'"
    try:
        env = parse_env(text, source=name)
        found = resolve(App(env, "web: run")).diagnostics
    except DeploySpecError as error:
        found, env = error.diagnostics, None
    assert_no_command(render.diagnostics(found, sources={name: text if env is None else env}))
    assert_no_command("".join(f"{one}\n" for one in found))


@given(hostile)
def test_procfiles(text: str) -> None:
    with pytest.raises(DeploySpecError) as caught:
        parse_procfile(f"{text}\nweb: run\n 1")
    assert_no_command(render.diagnostics(caught.value.diagnostics, sources={"Procfile": text}))
    assert_no_command(str(caught.value))


@given(*[hostile] * 5)
def test_explanations(path: str, context: str, name: str, value: str, command: str) -> None:
    """Of a stored plan, whose texts need not be those of a parsed Procfile."""
    app = App(
        {"KEY": value},
        "web: run",
        "FROM quay.io/a/b",
        build=BuildOptions(dockerfile_path=path, context=context, args={"A": value}),
        revision=name,
    )
    plan = resolve(app)
    document = json.loads(plan_to_json(plan))
    document["services"][0]["command"] = command
    document["environment"] = [name.replace("=", "")]
    document["diagnostics"] = [{**one, "message": value, "source": path} for one in document["diagnostics"]]
    stored = plan_from_json(json.dumps(document))
    for color in (False, True):
        assert_no_command(render.explain(plan, counterfactuals(app), color=color))
        assert_no_command(render.explain(stored, color=color))


@given(hostile, hostile)
def test_lookups(image: str, key: str) -> None:
    for name in (image, "quay.io/a/b"):
        found = lookup_all(json.dumps({"auths": {key: {"auth": "YTpi"}, "quay.io": {"auth": 1}}, key: 1}), name)
        for color in (False, True):
            assert_no_command(render.lookups(found, image=name, color=color))


ARGUMENTS = [
    ["{}"],
    ["--{}"],
    ["check", "{}"],
    ["check", "--{}"],
    ["check", "--file", "{}"],
    ["check", "--set", "{}"],
    ["check", "--env-file", "{}"],
    ["check", "--profile", "{}"],
    ["check", "--build-arg", "{}"],
    ["check", "--target", "{}"],
    ["check", "--platform", "{}"],
    ["check", "--git-rev", "{}"],
    ["check", "--docker-config", "{}"],
    ["check", "--format", "{}"],
    ["explain", "--context", "{}", "--file", "{}"],
    ["images", "{}"],
    ["diff", "{}", "{}"],
    ["pin", "{}", "--digest", "{}"],
    ["audit", "--policy", "{}"],
    ["export", "{}"],
    ["export", "commands", "--tag", "{}"],
    ["export", "compose", "--output", "{}/x"],
    ["lookup", "{}", "--docker-config", "config.json"],
    ["lookup", "a", "--docker-config", "config.json", "--client", "{}"],
]
TEXTS = ["::add-mask::x", "\n::add-mask::x", " \r\n ##[group]x", "a\u2028::error::b", "-\n::error::b"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("argv", ARGUMENTS, ids=" ".join)
def test_errors_of_the_command_line(
    argv: list[str], text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.json").write_text("{}")
    main([argument.replace("{}", text) for argument in argv])
    assert_no_command("\n".join(capfd.readouterr()))


@pytest.mark.parametrize("text", [text for text in TEXTS if "/" not in text])
@pytest.mark.parametrize("command", ["check", "explain", "images"])
def test_files_with_hostile_names(command: str, text: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / text
    folder.mkdir()
    (folder / "Procfile").write_text("::error::x\n")
    (folder / "Dockerfile").write_text("::error::x\n")
    with contextlib.chdir(tmp_path):
        main([command, "--", text])
    assert_no_command("\n".join(capfd.readouterr()))
