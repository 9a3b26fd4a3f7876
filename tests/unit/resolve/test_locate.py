from __future__ import annotations

import pytest

from deployspec import (
    APTIBLE_CURRENT,
    App,
    Diagnostic,
    ResolutionError,
    counterfactuals,
    parse_assignments,
    parse_env,
    resolve,
)

IMAGE = "APTIBLE_DOCKER_IMAGE"
HOST, USERNAME, PASSWORD = (f"APTIBLE_PRIVATE_REGISTRY_{name}" for name in ("HOST", "USERNAME", "PASSWORD"))


def found_in(app: App) -> tuple[Diagnostic, ...]:
    try:
        return resolve(app).diagnostics
    except ResolutionError as error:
        return error.diagnostics


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        (f"A=1\n{IMAGE}=quay.io/Acme/web", "reference-uppercase", 2, 30),
        (f"{IMAGE} = 'quay.io/Acme/web'", "reference-uppercase", 1, 33),
        (f"{IMAGE}='  quay.io/Acme/web'", "reference-uppercase", 1, 33),
        (f'{IMAGE}="quay.io/\\tAcme/web"', "reference-whitespace", 1, 22),
        (f"{IMAGE}=acme/web", "image-implicit-tag", 1, 22),
        (f"{IMAGE}=' acme/web:1'", "config-whitespace", 1, 22),
        (f"{IMAGE}=acme/web:1\n export {USERNAME}=ada", "credentials-incomplete", 2, 9),
        (f"{IMAGE}=acme/web:1\n{PASSWORD}=pw", "credentials-incomplete", 2, 1),
        (f"{IMAGE}=acme/web:1\n{HOST}=quay.io", "credentials-without-login", 2, 1),
        (f"{IMAGE}=a/b:1\n{USERNAME}=a\n{PASSWORD}=b\n{HOST}=quay.io", "credentials-host-mismatch", 4, 31),
        (f"{USERNAME}=a\n{PASSWORD}=b\n{IMAGE}=quay.io/b/c:1", "credentials-host-mismatch", 3, 1),
        (f"{USERNAME}=a:b\n{PASSWORD}=b\n{IMAGE}=b/c:1", "credentials-username-invalid", 1, 35),
        (f"{USERNAME}=a\n{PASSWORD}=' b'\n{IMAGE}=b/c:1", "config-whitespace", 2, 35),
        (f"{USERNAME}=a\n{PASSWORD}=b\n{HOST}=quay.io?\n{IMAGE}=b/c:1", "credentials-host-invalid", 3, 31),
        (f"{IMAGE}=b/c:1\n  APTIBLE_DOCKER_IMGE=x", "config-similar-name", 2, 3),
    ],
)
def test_a_diagnostic_about_a_variable_has_its_location(text: str, code: str, line: int, column: int) -> None:
    env = parse_env(text, source="prod.env")
    (found,) = (one for one in found_in(App(env, "web: run")) if one.code == code)
    assert (found.source, found.line, found.column) == ("prod.env", line, column)
    assert found.end_line == line
    assert found.end_column is not None
    assert column < found.end_column <= len(text.split("\n")[line - 1]) + 1
    (other,) = (one for one in found_in(App(dict(env.variables), "web: run")) if one.code == code)
    assert (other.message, other.hint, other.severity, other.line) == (
        found.message,
        found.hint,
        found.severity,
        None,
    )


def test_a_diagnostic_about_another_input_is_unchanged() -> None:
    env = parse_env("A=1")
    codes = [(one.code, one.source, one.line) for one in found_in(App(env))]
    assert codes == [("procfile-missing", "Procfile", None), ("nothing-to-deploy", None, None)]


def test_a_platform_without_a_host_variable_has_locations_too() -> None:
    env = parse_env(f"{USERNAME}=a\n{PASSWORD}=b")
    (found,) = found_in(App(env, "web: run", "FROM scratch", profile=APTIBLE_CURRENT))
    assert (found.code, found.line, found.column) == ("credentials-host-unknown", 1, 35)


def test_a_name_is_reported_once() -> None:
    env = parse_env("A-B=1")
    assert [(one.code, one.line, one.column) for one in env.diagnostics] == [("env-unusual-name", 1, 1)]
    assert found_in(App(env, "web: run", "FROM scratch")) == ()
    assert found_in(App(parse_assignments(["A-B=1"]), "web: run", "FROM scratch")) == ()
    (warning,) = found_in(App({"A-B": "1"}, "web: run", "FROM scratch"))
    assert warning.code == "env-unusual-name"


def test_an_alternative_has_the_locations_of_the_text() -> None:
    env = parse_env(f"{IMAGE}=quay.io/a/b:1\n{HOST}=quay.io\n{USERNAME}=a\n{PASSWORD}=b")
    errors = [found.outcome for found in counterfactuals(App(env, "web: run")) if isinstance(found.outcome, tuple)]
    places = [(one.code, one.source, one.line) for outcome in errors for one in outcome if one.severity == "error"]
    assert places == [("nothing-to-deploy", None, None), ("credentials-host-mismatch", "config", 1)]


def test_a_similar_name_is_a_warning() -> None:
    plan = resolve(App({"APTIBLE_DOCKER_IMGE": "x", IMAGE: "a/b:1"}, "web: run"))
    (warning,) = plan.diagnostics
    assert str(warning) == (
        "APTIBLE_DOCKER_IMGE: warning[config-similar-name]: variable `APTIBLE_DOCKER_IMGE` is not known to this "
        "platform, so it is passed to the app"
    )
    assert warning.hint == "did you mean `APTIBLE_DOCKER_IMAGE`?"
    assert plan.environment == ("APTIBLE_DOCKER_IMGE",)
