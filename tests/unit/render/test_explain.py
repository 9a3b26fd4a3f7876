from __future__ import annotations

import json
import re
from typing import Any

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
    diff,
    fingerprint,
    parse_docker_config,
    plan_from_json,
    plan_to_json,
    render,
    resolve,
    strategies,
)
from deployspec.render._style import width

KEYRING: Keyring = parse_docker_config('{"auths": {"quay.io/team": {"auth": "YTpi"}}}')
FAULT = Diagnostic(
    "procfile-no-colon",
    "missing `:` after the service name",
    hint="write `web: run`",
    source="Procfile",
    line=2,
    column=3,
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

Pulls
  quay.io/team/app:latest
    pulled with the login for quay.io/team (keyring:quay.io/team)

Services
  web     run
  worker  go

Environment
  A, B

Diagnostics
  APTIBLE_DOCKER_IMAGE: note[image-implicit-tag]: image has no tag, so `latest`
    is pulled
  Dockerfile: note[dockerfile-ignored]: Dockerfile is ignored, because
    `APTIBLE_DOCKER_IMAGE` is set
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
  a base image is pulled with a login of the app's owner
  Dockerfile in context ., for linux/amd64, target app
  revision abc

Pulls
  docker/dockerfile:1 as frontend
    pulled anonymously
  quay.io/team/base:latest (linux/amd64)
    pulled with the login for quay.io/team (keyring:quay.io/team)
  plat.example/x/y:latest (linux/amd64) as copy
    pulled with the platform's login for plat.example/x (keyring:plat.example/x)

Services
  web  run

Unknowns
""")
    assert all(len(line) <= 80 for line in text.splitlines())


def test_a_build_from_scratch_is_explained() -> None:
    text = render.explain(resolve(App({}, "web: run", "FROM scratch")))
    assert "Build Dockerfile\n" in text
    assert "  none: the build starts from scratch\n" in text


def test_a_plan_without_a_trace_is_explained() -> None:
    import attrs

    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, "web: run"))
    assert "because" not in render.explain(attrs.evolve(plan, trace=()))


def test_colour_is_optional() -> None:
    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, "web: run"))
    assert "\x1b[1;32mquay.io/a/b:1\x1b[0m" in render.explain(plan, color=True)
    assert "\x1b" not in render.explain(plan)


@pytest.mark.parametrize("source", ["ok\nx\twrong\r\n", "ok\nx\x1bwrong"])
def test_text_has_an_excerpt_with_a_caret(source: str) -> None:
    lines = render.diagnostics([FAULT], sources={"Procfile": source}).split("\n")
    assert lines[0] == "Procfile:2:3: error[procfile-no-colon]: missing `:` after the service name"
    assert lines[1][lines[2].index("^")] == "w"
    assert lines[3:] == ["  hint: write `web: run`", ""]


def test_long_lines_are_excerpted_around_the_column() -> None:
    diagnostic = Diagnostic("c", "m", source="F", line=1, column=501)
    lines = render.diagnostics([diagnostic], sources={"F": "x" * 500 + "!" + "x" * 500}).split("\n")
    assert len(lines[1]) == 77
    assert lines[1][lines[2].index("^")] == "!"


def test_excerpts_need_an_existing_line() -> None:
    for diagnostic in (Diagnostic("c", "m", source="F"), Diagnostic("c", "m", source="F", line=9)):
        assert render.diagnostics([diagnostic], sources={"F": "text"}).count("\n") == 1
    assert render.diagnostics([Diagnostic("c", "m", source="F", line=1)], sources={"F": "text"}).count("\n") == 2


def test_json_and_github_formats() -> None:
    (entry,) = json.loads(render.diagnostics([FAULT], format="json"))
    assert Diagnostic(**entry) == FAULT
    odd = Diagnostic("c", "100%\nsure", "note", source="a,b:c", line=1)
    assert render.diagnostics([odd, Diagnostic("c", "m", "warning", hint="h", source="VARIABLE")], format="github") == (
        "::notice file=a%2Cb%3Ac,line=1,endLine=1,title=c::100%25\\nsure\n::warning title=c::m%0Ahint: h\n"
    )
    assert render.diagnostics([]) == ""


@pytest.mark.parametrize("name", ["GitHub", "SARIF", "", None, "x" * 99])
def test_an_unknown_format_is_an_error(name: Any) -> None:
    with pytest.raises(ValueError, match=r"unknown format .*: use text, json, github, gitlab or sarif$") as caught:
        render.diagnostics([], format=name)
    assert len(str(caught.value)) < 120
    with pytest.raises(ValueError, match=r"unknown format .*: use text or json$"):
        render.lookups({}, image="acme/web", format=name)


def test_control_characters_are_escaped() -> None:
    odd = Diagnostic("c", "a\x1b[2J\u202eb\ud800é\n", hint="\x07", source="\x00")
    assert render.diagnostics([odd]) == "\\x00: error[c]: a\\x1b[2J\\u202eb\\ud800é\\n\n  hint: \\x07\n"
    plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, "web: run"))
    plan = attrs.evolve(plan, services=(attrs.evolve(plan.services[0], command="a\x1bb"),))
    assert "  web  a\\x1bb\n" in render.explain(plan)


# Excerpts


def excerpt(text: str, column: int | None, code: str = "c") -> list[str]:
    diagnostic = Diagnostic(code, "m", source="F", line=1, column=column)
    return render.diagnostics([diagnostic], sources={"F": text}).split("\n")[1:-1]


def test_the_caret_is_below_wide_and_combining_characters() -> None:
    assert excerpt("\u30a2\u30d7: x", 3) == [" 1 | \u30a2\u30d7: x", "   |     ^"]
    assert excerpt("e\u0301: x", 3) == [" 1 | e\u0301: x", "   |  ^"]
    assert excerpt("a\tb", 3) == [" 1 | a b", "   |   ^"]
    assert excerpt("ab", 3) == [" 1 | ab", "   |   ^"]


def underlined(text: str, column: int, end_column: int, end_line: int = 1) -> list[str]:
    diagnostic = Diagnostic("c", "m", source="F", line=1, column=column, end_line=end_line, end_column=end_column)
    return render.diagnostics([diagnostic], sources={"F": text}).split("\n")[1:-1]


def test_all_characters_that_are_wrong_are_underlined() -> None:
    assert underlined("FROM Alpine", 6, 12) == [" 1 | FROM Alpine", "   |      ^^^^^^"]
    assert underlined("\u30a2\u30d7: x", 1, 3) == [" 1 | \u30a2\u30d7: x", "   | ^^^^"]
    # Nothing is wrong, but something is missing.
    assert underlined("FROM ", 6, 6) == [" 1 | FROM", "   |      ^"]
    assert underlined("ab", 2, 3) == [" 1 | ab", "   |  ^"]
    # Only the first line is shown.
    assert underlined("COPY \\\na b", 1, 4, end_line=2) == [" 1 | COPY \\", "   | ^^^^^^"]


@pytest.mark.parametrize("end_column", [75, 76, 77, 200, 300])
@pytest.mark.parametrize("char", ["x", "\u30a2", "\x1b"])
def test_the_underline_ends_with_the_excerpt(end_column: int, char: str) -> None:
    line, carets = underlined(char * 299, 40, end_column)
    assert width(carets) <= width(line) <= 80
    assert carets.endswith("^")
    assert (width(carets) == width(line)) == (end_column > 75 or char != "x")


@pytest.mark.parametrize("column", [1, 36, 37, 72, 73, 74, 140, 200, 201])
@pytest.mark.parametrize("char", ["x", "\u30a2", "\x1b", "\t"])
def test_a_long_line_is_cut_around_the_caret_and_fits(column: int, char: str) -> None:
    line, caret = excerpt(char * 99 + "!" + char * 100, column)
    assert width(line) <= 80
    assert width(caret) <= 81
    at = width(caret) - 1
    columns = "".join(one * max(1, width(one)) for one in line)
    assert ("!" in line[:1] or columns[at : at + 1] == "!") == (column == 100)


def test_a_cut_line_has_ellipses() -> None:
    text = "".join(f"{number:03}." for number in range(100))
    assert excerpt(text, 1) == [" 1 | " + text[:71] + "\u2026", "   | ^"]
    assert excerpt(text, 200) == [" 1 | \u2026" + text[164:234] + "\u2026", "   | " + " " * 36 + "^"]
    assert excerpt(text, 401) == [" 1 | \u2026" + text[365:], "   | " + " " * 36 + "^"]
    assert excerpt("x" * 72, 72) == [" 1 | " + "x" * 72, "   | " + " " * 71 + "^"]


def test_combining_characters_have_no_width() -> None:
    line, caret = excerpt("a" + "\u0301" * 300, 1)
    assert line == " 1 | a" + "\u0301" * 71 + "\u2026"
    assert caret == "   | ^"


def test_the_gutter_is_as_wide_as_the_number() -> None:
    found = [Diagnostic("c", "m", source="F", line=100, column=2)]
    text = render.diagnostics(found, sources={"F": "\n" * 99 + "web run"})
    assert text == "F:100:2: error[c]: m\n 100 | web run\n     |  ^\n"


@pytest.mark.parametrize("line", ["::add-mask::x", "  ::error::x", "##[group]x", "\t##[command]x"])
def test_no_line_of_input_is_a_workflow_command(line: str) -> None:
    diagnostic = Diagnostic("c", line, source=line, line=1, column=1, hint=line)
    plan = resolve(App({line: "1", "APTIBLE_DOCKER_IMAGE": "quay.io/a/b"}, "web: run"))
    plan = attrs.evolve(plan, environment=(line,), diagnostics=(diagnostic,), unknowns=(diagnostic,))
    for text in (render.diagnostics([diagnostic], sources={line: line}), render.explain(plan)):
        assert line.strip() in text
        assert not [shown for shown in text.splitlines() if shown.strip().startswith(("::", "##["))]


def test_an_excerpt_shows_no_secret() -> None:
    token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
    line = f"web DB_PASSWORD=hunter2 run {token} postgres://ada:pw1234@db/app"
    shown, caret = excerpt(line, 4)
    assert shown.startswith(" 1 | web DB_PASSWORD=******* run " + "*" * 36)
    assert caret == "   |    ^"
    assert not [secret for secret in ("hunter2", token[:8], "pw1234") if secret in "".join(excerpt(line, 70))]


def test_config_is_never_excerpted() -> None:
    for code in ("env-syntax", "docker-config-syntax"):
        assert excerpt("PASSWORD=hunter2", 1, code) == []


def test_workflow_commands_are_escaped() -> None:
    odd = Diagnostic("c", "a\r\nb%\x1b::error::", source="x:y,z%\n", line=1, column=2, hint="h\n")
    assert render.diagnostics([odd], format="github") == (
        "::error file=x%3Ay%2Cz%25\\n,line=1,endLine=1,col=2,endColumn=3,title=c"
        "::a\\r\\nb%25\\x1b::error::%0Ahint: h\\n\n"
    )


def test_workflow_commands_name_the_file_without_a_line() -> None:
    for diagnostic, properties in (
        (Diagnostic("dockerfile-x", "m", source="a/Dockerfile"), "file=a/Dockerfile,title=dockerfile-x"),
        (Diagnostic("procfile-missing", "m", source="Procfile"), "file=Procfile,title=procfile-missing"),
        (Diagnostic("dockerfile-platform", "m", source="--platform"), "title=dockerfile-platform"),
        (Diagnostic("dockerfile-platform", "m", source="build_platform"), "title=dockerfile-platform"),
        (Diagnostic("dockerfile-x", "m"), "title=dockerfile-x"),
        (Diagnostic("reference-x", "m", source="IMAGE", column=2), "title=reference-x"),
        # GitHub refuses columns in more than one line.
        (
            Diagnostic("c", "m", source="F", line=1, column=2, end_line=3, end_column=4),
            "file=F,line=1,endLine=3,title=c",
        ),
    ):
        assert render.diagnostics([diagnostic], format="github") == f"::error {properties}::m\n"


# Alternatives


def test_alternatives_are_shown_if_counterfactuals_are_passed() -> None:
    config = {"APTIBLE_DOCKER_IMAGE": "quay.io/team/app:1", "APTIBLE_PRIVATE_REGISTRY_HOST": "quay.io"}
    login = {"APTIBLE_PRIVATE_REGISTRY_USERNAME": "ada", "APTIBLE_PRIVATE_REGISTRY_PASSWORD": "pw"}
    app = App({**config, **login}, "web: run", "FROM quay.io/team/base:1")
    plan = resolve(app)
    assert (
        render.explain(plan, counterfactuals(app)).partition("Alternatives\n")[2]
        == """\
  unset `APTIBLE_DOCKER_IMAGE`
    => Extend quay.io/team/base:1
  unset `APTIBLE_PRIVATE_REGISTRY_USERNAME` and
    `APTIBLE_PRIVATE_REGISTRY_PASSWORD`
    => Pull quay.io/team/app:1
       quay.io/team/app:1 is pulled anonymously
  unset `APTIBLE_PRIVATE_REGISTRY_HOST`
    => error: login is for `docker.io`, but the image is on `quay.io`
"""
    )
    assert "Alternatives" not in render.explain(plan)


def test_the_source_of_a_login_is_named() -> None:
    login = {"APTIBLE_PRIVATE_REGISTRY_USERNAME": "ada", "APTIBLE_PRIVATE_REGISTRY_PASSWORD": "pw"}
    app = App({"APTIBLE_DOCKER_IMAGE": "team/app:1", **login}, "web: run")
    assert "with the login for docker.io (the default registry)" in render.explain(resolve(app))
    current = attrs.evolve(app, profile=APTIBLE_CURRENT)
    assert "with the login for docker.io (the image's own registry)" in render.explain(resolve(current))


@pytest.mark.slow
@given(strategies.apps(kind="valid"))
def test_prose_fits_a_terminal_with_and_without_colour(app: App) -> None:
    try:
        plan = resolve(app)
    except ResolutionError:
        return
    changes = counterfactuals(app)
    plain, colored = render.explain(plan, changes), render.explain(plan, changes, color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain
    assert all(width(line) <= 80 or max(map(width, line.split())) > 40 for line in plain.split("\n"))


def test_every_line_about_a_build_is_wrapped() -> None:
    scope = "registry.example:5000/team"
    keyring = Keyring([Credential(scope=scope, username="ada", password=Secret("pw"))])
    build = BuildOptions(dockerfile_path="Dockerfile.of-the-web", context="a/folder/of/its/own/name", target="t" * 20)
    app = App({}, "web: run", f"FROM {scope}/application-of-its-own AS {'t' * 20}", build=build, keyring=keyring)
    text = render.explain(resolve(app))
    assert f"    pulled with the login for {scope}\n      (keyring:{scope})\n" in text
    assert max(map(len, text.split("\n"))) <= 80


def test_a_long_list_of_bases_is_wrapped_in_alternatives() -> None:
    bases = [f"quay.io/team/application-{number}:1" for number in range(4)]
    text = "".join(f"FROM {base} AS s{number}\n" for number, base in enumerate(bases))
    copies = "".join(f"COPY --from=s{number} / /\n" for number in range(3))
    keyring = Keyring([Credential(scope="quay.io", username="u", password=Secret("p"))])
    app = App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, "web: run", text + copies, keyring=keyring)
    text = render.explain(resolve(app), counterfactuals(app))
    assert "    => Extend" in text
    assert all(width(line) <= 80 for line in text.split("\n"))


def test_secrets_of_a_build_are_explained() -> None:
    mounts = (
        "type=secret,id=npmrc,required,target=/root/.npmrc",
        "type=secret,id=token,env=TOKEN",
        "type=secret,id=both,env=BOTH,target=/both",
        "type=ssh,required",
        "type=ssh,id=git,target=/agent",
    )
    text = "FROM scratch\n" + "".join(f"RUN --mount={mount} x\n" for mount in mounts)
    explanation = render.explain(resolve(App({}, "web: run", text)))
    assert explanation.partition("Build secrets\n")[2].partition("\n\n")[0] == (
        "  npmrc at /root/.npmrc, required (line 2)\n"
        "  token in the variable TOKEN, optional (line 3)\n"
        "  both at /both and in the variable BOTH, optional (line 4)\n"
        "  SSH agent default, required (line 5)\n"
        "  SSH agent git at /agent, optional (line 6)"
    )
    only_agents = render.explain(resolve(App({}, "web: run", "FROM scratch\nRUN --mount=type=ssh x")))
    assert "Build secrets\n  SSH agent default" in only_agents


def test_an_anonymous_pull_whose_login_a_helper_has() -> None:
    keyring = Keyring(helpers=["quay.io", "ghcr.io"])
    dockerfile = "FROM quay.io/a/b\nCOPY --from=quay.io/c/d / /\nCOPY --from=alpine / /"
    for app in (
        App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, "web: run", keyring=keyring),
        App({}, "web: run", f"# syntax=ghcr.io/a/front\n{dockerfile}", keyring=keyring),
        App({}, "web: run", dockerfile, keyring=keyring),
    ):
        plan = resolve(app)
        assert plan_from_json(plan_to_json(plan)) == plan
        found = [one for one in plan.diagnostics if one.code == "credentials-in-helper"]
        count = sum(pull.reference.host == "quay.io" for pull in plan.pulls)
        text = render.explain(plan)
        assert text.count("although a credential helper has a login for quay.io\n") == count
        assert [one.source for one in found] == ["keyring:quay.io"] * bool(count)
        assert "login for ghcr.io" not in text


def test_the_default_helper_may_have_a_login() -> None:
    keyring = parse_docker_config('{"auths": {"ghcr.io": {}}, "credsStore": "desktop"}')
    dockerfile = "FROM quay.io/a/b\nCOPY --from=ghcr.io/c/d / /\nCOPY --from=ghcr.io/e/f / /"
    plan = resolve(App({}, "web: run", dockerfile, keyring=keyring))
    found = [(one.severity, one.source) for one in plan.diagnostics if one.code == "credentials-in-helper"]
    assert found == [("note", "keyring:quay.io"), ("warning", "keyring:ghcr.io")]
    text = render.explain(plan)
    assert text.count("    although a credential helper may have a login for quay.io\n") == 1
    assert text.count("    although a credential helper has a login for ghcr.io\n") == 2
    assert plan_from_json(plan_to_json(plan)) == plan
    anonymous = resolve(App({}, "web: run", dockerfile))
    assert fingerprint(anonymous) == fingerprint(plan)
    assert diff(anonymous, plan, config_changed=False).changes == ()
