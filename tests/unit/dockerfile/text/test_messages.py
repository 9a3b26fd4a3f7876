"""Errors in lines, directives, heredocs and the frontend: location, code, message and hint."""

# ruff: noqa: E501  # a message is one line

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.dockerfile.support import told


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        (
            "# escape=  \nFROM a",
            {},
            ["1:10 dockerfile-directive: invalid escape character ` ` | use `\\` or a backtick"],
        ),
        ("FROM a\n\x00", {}, ["2:1 dockerfile-not-text: file contains NUL characters | save it as UTF-8 text"]),
        ("", {}, ["1:1 dockerfile-empty: file has no instructions | begin with `FROM` and a base image"]),
        ("# c\n", {}, ["1:1 dockerfile-empty: file has no instructions | begin with `FROM` and a base image"]),
        (
            "FROM a\nRUN <<E\nx",
            {},
            ["2:5 dockerfile-heredoc: unterminated heredoc `E` | add a line containing only `E`"],
        ),
        (
            "# escape=x\nFROM a",
            {},
            ["1:10 dockerfile-directive: invalid escape character `x` | use `\\` or a backtick"],
        ),
        (
            "# escape=`\n# escape=`\nFROM a",
            {},
            ["2:1 dockerfile-directive: duplicate directive `escape` | keep one of them"],
        ),
        (
            "# check=a\nFROM a",
            {},
            [
                "1:9 dockerfile-directive: invalid `check` option `a` | the options are `skip=…`, `experimental=…` and `error=true`, separated by `;` without blanks"
            ],
        ),
        (
            "# check=error=x\nFROM a",
            {},
            [
                "1:9 dockerfile-directive: invalid `check` option `error=x` | the options are `skip=…`, `experimental=…` and `error=true`, separated by `;` without blanks"
            ],
        ),
        (
            "# syntax=A\nFROM a",
            {},
            [
                "1:10 dockerfile-frontend-invalid: invalid frontend `A`: uppercase letter is only valid in the host and the tag | did you mean `a`?"
            ],
        ),
        (
            'FROM "a\x00"',
            {},
            [
                "1:8 dockerfile-not-text: invalid image reference `a\\x00`: invalid repository path | use lowercase letters and digits, separated by slashes, dots, hyphens, or one or two underscores"
            ],
        ),
        (
            "FROM a",
            {"build_args": {"BUILDKIT_SYNTAX": "A b"}},
            [
                "--build-arg dockerfile-frontend-invalid: invalid frontend `A`: uppercase letter is only valid in the host and the tag | did you mean `a`?"
            ],
        ),
        (
            "FROM a AS p\nONBUILD RUN <<E\nFROM p",
            {},
            ["2:13 dockerfile-heredoc: unterminated heredoc `E` | add a line containing only `E`"],
        ),
        (
            "# syntax=A\nFROM a\nRUN x\n",
            {},
            [
                "1:10 dockerfile-frontend-invalid: invalid frontend `A`: uppercase letter is only valid in the host and the tag | did you mean `a`?"
            ],
        ),
        (
            "# escape=`\n# syntax=A\nFROM a\nRUN x\nRUN y",
            {},
            [
                "2:10 dockerfile-frontend-invalid: invalid frontend `A`: uppercase letter is only valid in the host and the tag | did you mean `a`?"
            ],
        ),
        (
            "# escape=`\n# check=a\nFROM a\nRUN x\nRUN y",
            {},
            [
                "2:9 dockerfile-directive: invalid `check` option `a` | the options are `skip=…`, `experimental=…` and `error=true`, separated by `;` without blanks"
            ],
        ),
    ],
)
def test_messages(text: str, asked: dict[str, Any], expected: list[str]) -> None:
    assert told(text, **asked) == expected


def test_messages_of_lines_that_are_too_long() -> None:
    long = "x" * 65_536
    told_long = "{}:1 dockerfile-line-too-long: line is longer than 65,535 bytes | split it; an instruction continues after a backslash at the end of a line"
    assert told(f"FROM a\nRUN {long}") == [told_long.format(2)]
    assert told(f"FROM a\nRUN <<E\n{long}\nE") == [
        "2:5 dockerfile-heredoc: heredoc `E` is cut off by line 3, which is too long | None",
        told_long.format(3),
    ]
    assert told(f"# {long}") == [
        "1:1 dockerfile-empty: file has no instructions | begin with `FROM` and a base image",
        told_long.format(1),
    ]
