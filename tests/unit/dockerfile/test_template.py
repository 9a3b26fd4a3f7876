"""A file that was not rendered is one error; marks that are valid text are none."""

from __future__ import annotations

import pytest

from deployspec import App, BuildOptions, Diagnostic, InvalidDockerfile, ResolutionError, parse_dockerfile, resolve
from deployspec._dockerfile.template import explain_template


def refused(text: str, build: BuildOptions | None = None) -> tuple[Diagnostic, ...]:
    with pytest.raises(ResolutionError) as caught:
        resolve(App({}, "web: run", text, build=build or BuildOptions()))
    return caught.value.diagnostics


@pytest.mark.parametrize(
    ("text", "line", "mark"),
    [
        # Go templates and Helm
        ('{{ include "x" -}}\nFROM alpine:{{ .version }}\n', 1, '{{ include "x" -}}'),
        ("FROM alpine:{{.Tag}}\nRUN x", 1, "{{.Tag}}"),
        ("FROM {{image}}", 1, "{{image}}"),
        ("FROM a\nCOPY --from={{ .x }} a b", 2, "{{ .x }}"),
        ("FROM base:<no value>", 1, "<no value>"),
        ("FROM quay.io/a:${{ matrix.tag }}", 1, "{{ matrix.tag }}"),
        ("# syntax={{ .s }}\nFROM a", 1, "{{ .s }}"),
        # Jinja
        ("{% if x %}\nFROM a\n{% endif %}\nRUN y", 1, "{% if x %}"),
        ("FROM {{ image }} AS {{ name }}\nRUN x", 1, "{{ image }}"),
        ("FROM a AS {{ name }}", 1, "{{ name }}"),
        ('FROM "alpine:{{ v }}"', 1, "{{ v }}"),
        ("FROM a\n{# note #}\n", 2, "{# note #}"),
        ("\ufeff# note {{ x }}\nFROM a\nENV A={{ b }}", 3, "{{ b }}"),
        ("FROM a\nLABEL a={{ b }} \\\n  c={{ d }}", 2, "{{ b }}"),
        ("FROM a\nHEALTHCHECK {{ x }}", 2, "{{ x }}"),
        ("FROM a\nRUN --mount=type={{x}} y", 2, "{{x}}"),
        ("FROM a\nEXPOSE {{port}}", 2, "{{port}}"),
        ("FROM a\nUSER {{ x }}\nEXPOSE {{port}}", 2, "{{ x }}"),
        ("FROM a\nRUN echo {{ x }}\nENV {{", 2, "{{ x }}"),
        ("FROM a\nENV {{", 2, "{{"),
        # ERB
        ("<% if x %>\nFROM <%= y %>", 1, "<% if x %>"),
        ("FROM a:<%= y %>", 1, "<%= y %>"),
    ],
)
def test_a_template_is_one_error_at_its_first_mark(text: str, line: int, mark: str) -> None:
    (error,) = refused(text)
    assert (error.code, error.severity, error.source) == ("dockerfile-template", "error", "Dockerfile")
    assert (error.message, error.hint) == ("file is an unrendered template", "render the template first")
    assert (error.line, error.end_line) == (line, line)
    assert error.column is not None
    assert error.end_column is not None
    assert text.lstrip("\ufeff").split("\n")[line - 1][error.column - 1 : error.end_column - 1] == mark


def test_a_template_with_many_marks_is_one_error() -> None:
    assert len(refused("FROM a\n" + "{% if x %}\n" * 2_000)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nRUN echo {{ x }}",
        "FROM a\nRUN docker ps --format '{{.Names}}'\nHEALTHCHECK CMD docker inspect --format {{.State}} x",
        "FROM a\nLABEL x='{{.Names}}' y=\"{{ z }}\"",
        'FROM a\nCMD ["{{ x }}"]\nCOPY {{x}} y\nWORKDIR {{x}}',
        "ARG V={{ v }}\nFROM a",
        "# {% if x %}\nFROM a",
    ],
)
def test_marks_in_valid_files_are_allowed(text: str) -> None:
    assert resolve(App({}, "web: run", text)).diagnostics == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FROM a\nRUN docker ps --format {{.Names}}\nCOPY --form=x a b", "unknown-flag"),
        ("FROM a\nRUN --form=x docker ps --format {{.Names}}", "unknown-flag"),
        ("FROM a\nRUNN echo {{ x }}", "unknown-instruction"),
        ('FROM a\nLABEL x="{{.y}}" z', "arguments"),
        ("FROM a\nHEALTHCHECK --foo CMD x {{ y }}", "unknown-flag"),
        ("FROM a\nFORM b # {{ x }}", "unknown-instruction"),
        ("ARG A=${{a:-b}\nFROM a", "expansion"),
    ],
)
def test_an_error_beside_a_valid_mark_is_reported_as_it_is(text: str, code: str) -> None:
    assert [one.code for one in refused(text)] == [f"dockerfile-{code}"]


def test_errors_of_options_are_reported_besides() -> None:
    found = refused("FROM a:{{tag}}", BuildOptions(platform="no"))
    assert [(one.source, one.code) for one in found] == [
        ("--platform", "dockerfile-platform"),
        ("Dockerfile", "dockerfile-template"),
    ]


def test_images_of_a_template() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("FROM a:{{tag}}").images()
    assert [one.code for one in caught.value.diagnostics] == ["dockerfile-template"]


def test_warnings_and_errors_without_a_place_prove_nothing() -> None:
    text = "FROM {{ a }}"
    for one in (Diagnostic("c", "m", "warning", line=1, column=1), Diagnostic("c", "m", source="Dockerfile")):
        assert explain_template(text, [one]) == (one,)
