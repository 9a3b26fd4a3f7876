"""The frontend image of a build."""

from __future__ import annotations

import pytest

from deployspec import InvalidDockerfile, frontend_of


@pytest.mark.parametrize(
    ("text", "image"),
    [
        ("# syntax=docker/dockerfile:1\nFROM a", "docker/dockerfile:1"),
        ("#syntax = a:2 --some thing\n", "a:2"),
        ("# Syntax=a:2", "a:2"),
        (b"\xef\xbb\xbf# syntax=a:2\r\nFROM \xff", "a:2"),
        ("# escape=`\n# check=skip=all\n# syntax=a:2", "a:2"),
        ("# syntax=a:2\n# syntax=b:2", "a:2"),
        ("#!/usr/bin/env x\n# syntax=a:2", "a:2"),
        ("#!/usr/bin/env x\n// syntax=a:2", "a:2"),
        ('#!/usr/bin/env x\n{"syntax":\n"a:2"}', "a:2"),
        ("// syntax=a:2\n{", "a:2"),
        ('{"syntax": "a:2", "b": [1]}', "a:2"),
        (' \n{"syntax": "a:2"}\n', "a:2"),
        ('{"syntax": "a:2", "b": ' + "[" * 9_999 + "]" * 9_999 + "}", "a:2"),
        ('{"b": ' + "[" * 9_999 + "]" * 9_999 + ', "syntax": "b", "syntax": "a:2"}', "a:2"),
        ("# syntax=localhost:5000/x:2\nno Dockerfile at all", "localhost:5000/x:2"),
    ],
)
def test_the_frontend_of_a_text(text: str | bytes, image: str) -> None:
    found = frontend_of(text)
    assert found is not None
    assert found.familiar == image
    assert frontend_of(text, build_args={"OTHER": "x"}) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FROM a",
        "#!/only/this",
        " # syntax=a",
        "\n# syntax=a",
        "# comment\n# syntax=a",
        "# syntax=\n# syntax=a",
        "# syntax=\r\n# syntax=a",
        "#syn\rtax=a",
        '{"syntax": "a", "b": 1e999}',
        '{"syntax": "a", "b": 1' + "0" * 309 + "}",
        '{"syntax": "a", "b": NaN}',
        "# syntax a",
        "#!x\n#!y\n# syntax=a",
        "{",
        '{"syntax": 1}',
        '{"syntax": ["a"]}',
        '{"other": "a"}',
        '["syntax"]',
        '{"syntax": "a"} x',
        '{"syntax": "a", "b": ' + "[" * 10_000 + "]" * 10_000 + "}",
        '{"syntax": "a", "b": ' + "[" * 9_999 + "]" * 9_999 + "} x",
        '{"b": ' + "[" * 9_999 + "]" * 9_999 + ', "syntax": "a", "syntax": 1}',
        '{"b": [' + "[" * 3_000 + "]" * 3_000 + ', {"syntax": "a"}]}',
        '{"syntax": "a", true: ' + "[" * 3_000 + "]" * 3_000 + "}",
        '{"a":' * 100_000,
        b"\xff\0",
    ],
)
def test_texts_without_a_frontend(text: str | bytes) -> None:
    assert frontend_of(text) is None


@pytest.mark.parametrize("text", ["# syntax=b", "FROM a", "# syntax=NO!"])
def test_the_build_argument_wins(text: str) -> None:
    found = frontend_of(text, build_args={"BUILDKIT_SYNTAX": " a:2 --x"})
    assert found is not None
    assert str(found) == "docker.io/library/a:2"


@pytest.mark.parametrize("value", ["", " ", "\t\u3000"])
@pytest.mark.parametrize("text", ["# syntax=b", "FROM a"])
def test_an_empty_build_argument_is_an_error(text: str, value: str) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        frontend_of(text, build_args={"BUILDKIT_SYNTAX": value})
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.source, fault.line) == ("dockerfile-frontend-invalid", "--build-arg", None)
    assert fault.message == "build argument `BUILDKIT_SYNTAX` is empty"


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ('{"syntax": ""}', 1),
        ('{"syntax": "a b"}', 1),
        ("# syntax= \nFROM a", 10),
        ("# syntax=No!", 10),
        ("# syntax=a\tb", 11),
        ("# syntax=\u00e9", 10),
        ('{"syntax": "A"}', 1),
        (b"# syntax=\xff", 10),
    ],
)
def test_a_frontend_that_is_no_image(text: str | bytes, column: int) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        frontend_of(text)
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.line, fault.column) == ("dockerfile-frontend-invalid", 1, column)


@pytest.mark.parametrize("value", ["A", "\u00e9", "\x1ca", "a\x1c"])
def test_a_frontend_that_is_asked_for_and_is_no_image_has_no_place(value: str) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        frontend_of("# syntax=b", build_args={"BUILDKIT_SYNTAX": value})
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.source, fault.line) == ("dockerfile-frontend-invalid", "--build-arg", None)
