"""The directives at the top of a file."""

from __future__ import annotations

import attrs
import pytest
from tests.unit.dockerfile.support import bases, faults

from deployspec import App, BuildOptions, ResolutionError, parse_dockerfile, resolve
from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.text.directives import read_directive
from deployspec._dockerfile.text.lines import LineReader


@pytest.mark.parametrize(
    ("head", "escape"),
    [
        ("# escape=`", "`"),
        ("#escape=`", "`"),
        ("  #\u00a0ESCAPE\t=\t` \r", "`"),
        ("# escape=\\", "\\"),
        ("# syntax=a\n# check=skip=all\n# escape=`", "`"),
        ("# comment\n# escape=`", "\\"),
        ("\n# escape=`", "\\"),
        ("# foo=bar\n# escape=`", "\\"),
        ("# escape=\n# escape=`", "\\"),
        ("#!/bin/x\n# escape=`", "\\"),
        ("# chec\u212a=x\n# escape=`", "\\"),
        ("# escape `", "\\"),
        ("#\x1cescape=`", "\\"),
        ("# escape\v=`", "\\"),
        ("ARG x\n# escape=`", "\\"),
    ],
)
def test_the_escape_directive_counts_among_the_first_directives_only(head: str, escape: str) -> None:
    assert parse_dockerfile(f"{head}\nFROM a").escape == escape


@pytest.mark.parametrize(
    ("text", "escape", "told"),
    [
        ("# escape=`", "`", []),
        ("\r# escape=`\r\r\n", "`", []),
        ("\x1c# escape=`\n", "\\", []),
        ("# escape=X", "\\", [("invalid escape character `X`", 1, 10)]),
        ("# escape=`\n\r # escape=\\\n", "`", [("duplicate directive `escape`", 2, 3)]),
    ],
)
def test_the_escape_is_found_with_or_without_a_line_behind_it(
    text: str, escape: str, told: list[tuple[str, int, int]]
) -> None:
    found = DockerfileCollector()
    lexer = LineReader(text, found)
    lexer.read_directives()
    assert lexer.escape == escape
    assert [(one.message, one.line, one.column) for one in found.found] == told


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("# escape=x\nFROM a", 1),
        ("# escape= \nFROM a", 1),
        ("# escape=\v`\nFROM a", 1),
        ("# escape=``\nFROM a", 1),
        ("# syntax=a\n# escape=/\nFROM a", 2),
        ("# escape=`\n# escape=`\nFROM a", 2),
        ("# syntax=a\n# SYNTAX=b\nFROM a", 2),
        ("# syntax=a\n# check=skip=x\n# check=skip=x\nFROM a", 3),
        ("# check=x\nFROM a", 1),
        ("#!x\n# check=x\nFROM a", 2),
        ("# check=skip=a; error=true\nFROM a", 1),
        ("# check=skip\nFROM a", 1),
        ("# check=error=yes\nFROM a", 1),
        ("# check=error\nFROM a", 1),
        ("# check=skip=all;\nFROM a", 1),
        ("# check=\x1cskip=all\nFROM a", 1),
        ("# check=error=\x1ctrue\nFROM a", 1),
        ("# check=skip=a;\x1cerror=true\nFROM a", 1),
        ("# check=skip=a;experimental=b;error=true;skip=c\nFROM a", 1),
    ],
)
def test_directives_that_cannot_be_followed(text: str, at: int) -> None:
    assert faults(text) == [("directive", at)]


@pytest.mark.parametrize(
    "value",
    [
        "skip=all",
        "experimental=a,b",
        "skip=a=b",
        "\u00a0skip\u00a0=a;\u00a0error\u00a0=\u00a0true\u00a0",
        "error=true",
        "error=F",
        "skip=a;experimental=b;error=1",
        "skip=a this is passed over",
        "experimental=",
        " ",
    ],
)
def test_the_options_of_check(value: str) -> None:
    assert bases(f"# check={value}\nFROM a") == ["a"]


@pytest.mark.parametrize(
    ("line", "prefix"), [("escape=`", "#"), ("xescape=`", "#"), ("//escape=`", "#"), ("#escape=`", "//")]
)
def test_a_directive_begins_with_its_prefix(line: str, prefix: str) -> None:
    assert read_directive(line, prefix) is None
    assert read_directive(prefix + "escape=`", prefix) == ("escape", "`")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("error=true", ["note"]),
        (" error = 1 ; skip = a", ["note"]),
        ("skip=all;error=true", []),
        ("skip=all;error=true;experimental=a", ["note"]),
        ("error=false", []),
        ("", []),
        ("skip", ["error"]),
        ("error=maybe", ["error"]),
        ("x=1;error=true", ["error", "note"]),
    ],
)
def test_a_build_argument_replaces_the_options_of_check(value: str, expected: list[str]) -> None:
    args = {"BUILDKIT_DOCKERFILE_CHECK": value}
    text = "# check=nonsense;error=true\nFROM a\nFROM b\n"
    app = App({}, "web: x", text, build=BuildOptions(args=args))
    if "error" not in expected:
        found = resolve(app).diagnostics
        assert parse_dockerfile(text.replace("nonsense;", "")).images(build_args=args).needed
    else:
        with pytest.raises(ResolutionError) as caught:
            resolve(app)
        found = caught.value.diagnostics
        broken = attrs.evolve(app, dockerfile=text + "NOPE\n")
        with pytest.raises(ResolutionError) as caught:
            resolve(broken)
        assert set(found) < set(caught.value.diagnostics)
        assert "nonsense" not in str(caught.value)
    assert [diagnostic.severity for diagnostic in found if diagnostic.source == "--build-arg"] == expected
    assert all(value not in str(diagnostic) for diagnostic in found if value)


def test_check_is_read_in_the_raw_text() -> None:
    assert bases(" # check=nonsense\nFROM a") == ["a"]


def test_a_byte_order_mark_stands_before_the_directives() -> None:
    file = parse_dockerfile("\ufeff# syntax=a\n# escape=`\nFROM b\ufeff")
    assert (file.syntax, file.escape, file.stages[0].base) == ("a", "`", "b\ufeff")
