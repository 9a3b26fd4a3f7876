"""The arguments and stages of a whole file, its errors, and where reading stops."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.building import faults, images

from deployspec import Argument, Dockerfile, InvalidDockerfile, Trigger, parse_dockerfile
from deployspec._dockerfile.diagnostics import MAX_ERRORS


@pytest.mark.parametrize("text", ["FROM a\n", "FROM a\nFROM b\n"])
def test_an_ordinary_file_is_read_without_a_warning(text: str) -> None:
    assert parse_dockerfile(text).diagnostics == ()


def test_a_file_is_arguments_and_stages() -> None:
    file = parse_dockerfile(
        "# syntax=docker/dockerfile:1\nARG A=1 B C=\nFROM --platform=linux/arm64 alpine:$A AS Base\n"
        "COPY --from=x /a /b\nRUN --mount=from=y --mount=type=cache true\nADD z /\nONBUILD COPY --from=w /c /d\n"
        "FROM base\n"
    )
    assert file.arguments == (Argument("A", "1", 2), Argument("B", None, 2), Argument("C", "", 2))
    assert (file.escape, file.syntax, file.diagnostics) == ("\\", "docker/dockerfile:1", ())
    first, last = file.stages
    assert (first.name, first.base, first.platform, first.line) == ("base", "alpine:$A", "linux/arm64", 3)
    assert [(one.kind, one.value, one.line) for one in first.sources] == [
        ("copy", "x", 4),
        ("mount", "y", 5),
        ("mount", "", 5),
    ]
    assert first.triggers == (Trigger("COPY --from=w /c /d", 7),)
    assert (last.name, last.base, last.platform, last.line) == (None, "base", None, 8)
    assert (last.sources, last.triggers) == ((), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ARG A=1\n", [("no-stage", 1)]),
        ("ARG A=1\n\nARG B\n", [("no-stage", 3)]),
        ("RUN x\nFROM a\n", [("no-stage", 1)]),
        ("ARG A\nRUN x\nCOPY a b\nFROM a\n", [("no-stage", 2)]),
        ("RUN x\n", [("no-stage", 1)]),
        ("NOPE\nRUN x\n", [("unknown-instruction", 1)]),
        ("FROM a b\nRUN x\n", [("arguments", 1)]),
        ("RUN x\nNOPE\nFROM a\n", [("no-stage", 1), ("unknown-instruction", 2)]),
        ("# check=x\nRUN x\nFROM a\n", [("directive", 1), ("no-stage", 2)]),
        ("ONBUILD RUN x\nFROM a\nFROM b\n", [("no-stage", 1)]),
        ("FROM a b\nFROM a AS 1\nNOPE\n", [("arguments", 1), ("stage-name", 2), ("unknown-instruction", 3)]),
    ],
)
def test_errors_of_the_whole_file_come_in_one_exception(text: str, expected: list[tuple[str, int]]) -> None:
    assert faults(text) == expected


@pytest.mark.parametrize(
    ("before", "wrong", "after"),
    [
        ("", "FOO\n", ""),
        ("FROM a\n", "RUN --x y\n", ""),
        ("", "FROM A\n", ""),
        ("", "ARG A=${\n", "FROM a"),
        ("FROM a\n", "COPY --from=9 a b\n", ""),
        ("FROM a AS s\n", "ONBUILD FOO\n", "FROM s"),
    ],
)
def test_a_file_of_errors_is_not_read_to_its_end(before: str, wrong: str, after: str) -> None:
    # In the last line that is read, and in the one behind it.
    for times, count in ((MAX_ERRORS, "900"), (MAX_ERRORS + 1, "at least 901"), (MAX_ERRORS + 9, "at least 901")):
        with pytest.raises(InvalidDockerfile) as caught:
            images(before + wrong * times + after)
        assert caught.value.diagnostics[-1].message == f"{count} more diagnostics are not shown"
        assert [one.line for one in caught.value.diagnostics[:2]] == [before.count("\n") + 1, before.count("\n") + 2]


def test_an_instruction_of_errors_is_not_checked_to_its_end() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        images("FROM a\nRUN " + "--x " * (MAX_ERRORS + 9) + "y\n")
    assert caught.value.diagnostics[-1].message == "at least 901 more diagnostics are not shown"


def test_a_trigger_is_kept_as_written_with_its_heredocs() -> None:
    # A NUL leaves the whole file, with its line ends, to the lexer.
    text = '# \0\nFROM a\nONBUILD RUN <<EX\r\n\n x X\r\n\n\t z \r\nEX\r\n\r\nONBUILD RUN <<"E "\nx\nE \n'
    assert parse_dockerfile(text).stages[0].triggers == (
        Trigger("RUN <<EX\n\n x X\n\n\t z \nEX", 3),
        Trigger('RUN <<"E "\nx\nE ', 10),
    )


def test_files_with_the_same_content_are_equal() -> None:
    assert isinstance(parse_dockerfile(b"FROM a"), Dockerfile)
    assert parse_dockerfile(b"FROM a\n") == parse_dockerfile("FROM a")
    assert images("FROM a AS x\nFROM x\n") == images("FROM a AS x\nFROM x\n")
