from __future__ import annotations

import json
import re

import attrs
import pytest
from hypothesis import given

from deployspec import (
    APTIBLE_CURRENT,
    App,
    BuildOptions,
    Credential,
    Diagnostic,
    Keyring,
    ResolutionError,
    Secret,
    counterfactuals,
    parse_docker_config,
    render,
    resolve,
    strategies,
)
from deployspec.render._style import visible, width

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
  APTIBLE_DOCKER_IMAGE: note[image-implicit-tag]: the image has no tag, so
    `latest` is pulled
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


# Excerpts


def excerpt(text: str, column: int | None, code: str = "c") -> list[str]:
    fault = Diagnostic(code, "m", source="F", line=1, column=column)
    return render.diagnostics([fault], sources={"F": text}).split("\n")[1:-1]


def test_the_caret_stands_below_wide_and_combining_characters() -> None:
    assert excerpt("\u30a2\u30d7: x", 3) == ["    \u30a2\u30d7: x", "        ^"]
    assert excerpt("e\u0301: x", 3) == ["    e\u0301: x", "     ^"]
    assert excerpt("a\tb", 3) == ["    a b", "      ^"]
    assert excerpt("ab", 3) == ["    ab", "      ^"]


@pytest.mark.parametrize("column", [1, 38, 39, 76, 77, 78, 140, 200, 201])
@pytest.mark.parametrize("char", ["x", "\u30a2", "\x1b", "\t"])
def test_a_long_line_is_cut_around_the_caret_and_fits(column: int, char: str) -> None:
    line, caret = excerpt(char * 99 + "!" + char * 100, column)
    assert width(line) <= 80
    assert width(caret) <= 81
    at = width(caret) - 1
    columns = "".join(one * max(1, width(one)) for one in line)
    assert ("!" in line[:1] or columns[at : at + 1] == "!") == (column == 100)


def test_the_part_that_is_shown_says_where_it_is_cut() -> None:
    text = "".join(f"{number:03}." for number in range(100))
    assert excerpt(text, 1) == ["    " + text[:75] + "\u2026", "    ^"]
    assert excerpt(text, 200) == ["    \u2026" + text[162:236] + "\u2026", "    " + " " * 38 + "^"]
    assert excerpt(text, 401) == ["    \u2026" + text[363:], "    " + " " * 38 + "^"]
    assert excerpt("x" * 76, 76) == ["    " + "x" * 76, "    " + " " * 75 + "^"]


def test_characters_without_width_leave_room() -> None:
    line, caret = excerpt("a" + "\u0301" * 300, 1)
    assert line == "    a" + "\u0301" * 75 + "\u2026"
    assert caret == "    ^"


def test_config_is_never_excerpted() -> None:
    for code in ("env-syntax", "docker-config-syntax"):
        assert excerpt("PASSWORD=hunter2", 1, code) == []


def test_workflow_commands_escape_what_would_end_them() -> None:
    odd = Diagnostic("c", "a\r\nb%\x1b::error::", source="x:y,z%\n", line=1, column=2, hint="h\n")
    assert render.diagnostics([odd], "github") == (
        "::error file=x%3Ay%2Cz%25%0A,line=1,col=2,title=c::a\\r%0Ab%25\\x1b::error::%0Ahint: h%0A\n"
    )


# What would change


def test_what_would_change_is_told_where_it_is_asked_for() -> None:
    config = {"APTIBLE_DOCKER_IMAGE": "quay.io/team/app:1", "APTIBLE_PRIVATE_REGISTRY_HOST": "quay.io"}
    login = {"APTIBLE_PRIVATE_REGISTRY_USERNAME": "ada", "APTIBLE_PRIVATE_REGISTRY_PASSWORD": "pw"}
    app = App({**config, **login}, "web: run", "FROM quay.io/team/base:1")
    plan = resolve(app)
    assert (
        render.explain(plan, counterfactuals(app)).partition("What would change\n")[2]
        == """\
  unset `APTIBLE_DOCKER_IMAGE`
    => Extend quay.io/team/base:1
  unset `APTIBLE_PRIVATE_REGISTRY_USERNAME` and
    `APTIBLE_PRIVATE_REGISTRY_PASSWORD`
    => Pull quay.io/team/app:1
       fetch quay.io/team/app:1 anonymously
  unset `APTIBLE_PRIVATE_REGISTRY_HOST`
    => refused: the login is for `docker.io`, but the image is on `quay.io`
"""
    )
    assert "What would change" not in render.explain(plan)


def test_the_source_of_a_login_is_told_in_words() -> None:
    login = {"APTIBLE_PRIVATE_REGISTRY_USERNAME": "ada", "APTIBLE_PRIVATE_REGISTRY_PASSWORD": "pw"}
    app = App({"APTIBLE_DOCKER_IMAGE": "team/app:1", **login}, "web: run")
    assert "with the login for docker.io (the default registry)" in render.explain(resolve(app))
    current = attrs.evolve(app, profile=APTIBLE_CURRENT)
    assert "with the login for docker.io (the image's own registry)" in render.explain(resolve(current))


@given(strategies.apps(kind="valid"))
def test_prose_fits_a_terminal_with_and_without_colour(app: App) -> None:
    try:
        plan = resolve(app)
    except ResolutionError:
        return
    told = counterfactuals(app)
    plain, colored = render.explain(plan, told), render.explain(plan, told, color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain
    assert all(width(line) <= 80 or max(map(width, line.split())) > 40 for line in plain.split("\n"))


def test_every_line_about_a_build_is_wrapped() -> None:
    scope = "registry.example:5000/team"
    keyring = Keyring([Credential(scope=scope, username="ada", password=Secret("pw"))])
    build = BuildOptions(dockerfile_path="Dockerfile.of-the-web", context="a/folder/of/its/own/name", target="t" * 20)
    app = App({}, "web: run", f"FROM {scope}/application-of-its-own AS {'t' * 20}", build=build, keyring=keyring)
    text = render.explain(resolve(app))
    assert f"    with the login for {scope}\n      (keyring:{scope})\n" in text
    assert max(map(len, text.split("\n"))) <= 80


def test_a_long_list_of_bases_is_wrapped_where_it_would_come_to_be() -> None:
    bases = [f"quay.io/team/application-{number}:1" for number in range(4)]
    text = "".join(f"FROM {base} AS s{number}\n" for number, base in enumerate(bases))
    copies = "".join(f"COPY --from=s{number} / /\n" for number in range(3))
    keyring = Keyring([Credential(scope="quay.io", username="u", password=Secret("p"))])
    app = App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, "web: run", text + copies, keyring=keyring)
    told = render.explain(resolve(app), counterfactuals(app))
    assert "    => Extend" in told
    assert all(width(line) <= 80 for line in told.split("\n"))
