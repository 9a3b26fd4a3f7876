from __future__ import annotations

import json

import pytest

from deployspec import App, BuildOptions, Diagnostic, Keyring, parse_docker_config, render, resolve
from deployspec.render._style import visible

KEYRING: Keyring = parse_docker_config('{"auths": {"quay.io/team": {"auth": "YTpi"}}}')
FAULT = Diagnostic(
    "procfile-no-colon", "this line has no `:`", hint="write `web: run`", source="Procfile", line=2, column=3
)


def test_a_pull_is_explained() -> None:
    config = {"APTIBLE_DOCKER_IMAGE": "quay.io/team/app", "B": "1", "A": "2"}
    plan = resolve(App(config, "web: run\nworker: go", "FROM x", keyring=KEYRING))
    assert (
        render.explain(plan)
        == """\
Pull quay.io/team/app:latest
  because APTIBLE_DOCKER_IMAGE is set
  the Dockerfile is ignored

Fetches
  quay.io/team/app:latest
    with the login for quay.io/team (keyring:quay.io/team)

Services
  web     run
  worker  go

Environment
  A, B

Take note
  APTIBLE_DOCKER_IMAGE: note[implicit-tag]: the image has no tag, so `latest` is
    pulled
  Dockerfile: note[dockerfile-ignored]: `APTIBLE_DOCKER_IMAGE` is set, so the
    Dockerfile is ignored
    hint: unset `APTIBLE_DOCKER_IMAGE` to build from the Dockerfile
"""
    )


def test_an_extend_is_explained() -> None:
    dockerfile = "# syntax=docker/dockerfile:1\nFROM quay.io/team/base AS app\nCOPY --from=plat.example/x/y / /\n"
    app = App({}, "web: run", dockerfile, keyring=KEYRING, build=BuildOptions(target="app"), revision="abc")
    platform = parse_docker_config('{"auths": {"plat.example/x": {"auth": "YTpi"}}}')
    text = render.explain(resolve(app, platform_keyring=platform))
    assert text.startswith("""\
Extend quay.io/team/base:latest
  because APTIBLE_DOCKER_IMAGE is not set
  a base is fetched with a login of the app's owner
  Dockerfile in context ., for linux/amd64, target app
  revision abc

Fetches
  docker/dockerfile:1 as frontend
    anonymously
  quay.io/team/base:latest (linux/amd64)
    with the login for quay.io/team (keyring:quay.io/team)
  plat.example/x/y:latest (linux/amd64) as copy
    with the platform's login for plat.example/x (keyring:plat.example/x)

Services
  web  run

Not in the text
""")
    assert all(len(line) <= 80 for line in text.splitlines())


def test_a_build_from_scratch_is_explained() -> None:
    text = render.explain(resolve(App({}, "web: run", "FROM scratch")))
    assert "Build Dockerfile\n" in text
    assert "  nothing: the build starts from scratch\n" in text


def test_a_plan_without_the_trace_s_steps_is_explained_too() -> None:
    import attrs

    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, "web: run"))
    assert "because" not in render.explain(attrs.evolve(plan, trace=()))


def test_colour_is_asked_for() -> None:
    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, "web: run"))
    assert "\x1b[1;32mquay.io/a/b:1\x1b[0m" in render.explain(plan, color=True)
    assert "\x1b" not in render.explain(plan)


@pytest.mark.parametrize("source", ["ok\nx\twrong\r\n", "ok\nx\x1bwrong"])
def test_text_has_an_excerpt_with_a_caret(source: str) -> None:
    lines = render.diagnostics([FAULT], sources={"Procfile": source}).split("\n")
    assert lines[0] == "Procfile:2:3: error[procfile-no-colon]: this line has no `:`"
    assert lines[1][lines[2].index("^")] == "w"
    assert lines[3:] == ["  hint: write `web: run`", ""]


def test_long_lines_are_excerpted_around_the_column() -> None:
    fault = Diagnostic("c", "m", source="F", line=1, column=501)
    lines = render.diagnostics([fault], sources={"F": "x" * 500 + "!" + "x" * 500}).split("\n")
    assert len(lines[1]) == 80
    assert lines[1][lines[2].index("^")] == "!"


def test_excerpts_need_a_line_that_is_there() -> None:
    for fault in (Diagnostic("c", "m", source="F"), Diagnostic("c", "m", source="F", line=9)):
        assert render.diagnostics([fault], sources={"F": "text"}).count("\n") == 1
    assert render.diagnostics([Diagnostic("c", "m", source="F", line=1)], sources={"F": "text"}).count("\n") == 2


def test_programs_and_reviews_get_their_own_formats() -> None:
    (entry,) = json.loads(render.diagnostics([FAULT], "json"))
    assert Diagnostic(**entry) == FAULT
    odd = Diagnostic("c", "100%\nsure", "note", source="a,b:c", line=1)
    assert render.diagnostics([odd, Diagnostic("c", "m", "warning", hint="h", source="VARIABLE")], "github") == (
        "::notice file=a%2Cb%3Ac,line=1,title=c::100%25%0Asure\n::warning title=c::m%0Ahint: h\n"
    )
    assert render.diagnostics([]) == ""


def test_what_a_terminal_would_obey_is_written_out() -> None:
    assert visible("a\x1b[2J\u202eb\ud800é\n") == "a\\x1b[2J\\u202eb\\ud800é\n"
