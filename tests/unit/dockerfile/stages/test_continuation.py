"""Hints for a line that continues the instruction before it, although that has no backslash at its end."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.support import raised


def hints(text: str) -> list[str | None]:
    return [one.hint for one in raised(text).diagnostics]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("FROM a\nENV A=/a \\\n  B=/b\n  C=/c", [3]),
        ("FROM a\nRUN x\n  && y", [2]),
        ("FROM a\nRUN x\n&& y \\\n  z", [2]),
        ("FROM a\nRUN x\n|| y", [2]),
        ("FROM a\nRUN x\n| y", [2]),
        ("FROM a\nRUN x\n; y", [2]),
        ("FROM a\nRUN x\n--y", [2]),
        ("FROM a\r\nLABEL a=b\r\nc.d=e\r\n", [2]),
        # Each of the lines lacks it.
        ("FROM a\nRUN x \\\n  y\n  z\n  w", [3, 4]),
        ("FROM a\nRUN apt-get install -y\n    curl \\\n    git", [2]),
        # The name is close to that of an instruction, but the line before is a continuation line, too.
        ("FROM a\nCOPY x \\\n  y\n  labels /z", [3]),
        ("FROM a\nENV A=b\nC=d", [2]),
        ("FROM a\nCOPY --x=1 a b\n  c d", [2]),
    ],
)
def test_a_backslash_is_missing_on_the_line_before(text: str, lines: list[int]) -> None:
    expected = [f"add a backslash at the end of line {number} if this line continues it" for number in lines]
    assert hints(text)[-len(lines) :] == expected


def test_the_escape_character_is_that_of_the_file() -> None:
    expected = ["add a backtick at the end of line 3 if this line continues it"]
    assert hints("# escape=`\nFROM a\nENV A=b\n  C=d") == expected


@pytest.mark.parametrize("text", ["FROM a\nRUN x \\ # note\n  b", "FROM a\nRUN x \\\n  y \\\t # note\n  b"])
def test_text_after_the_backslash_is_named(text: str) -> None:
    number = text.count("\n")
    assert hints(text) == [f"remove the text after the backslash on line {number}, so that the line continues"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("FROM a\nRUN x\n\n  y", None),
        ("FROM a\nRUN x\n# c\n  y", None),
        ("FROM a\nRUN x\ny", None),
        ("  y\nFROM a", None),
        ("y=z\nFROM a", None),
        ("# c\n  y\nFROM a", None),
        ("FROM a\nRUN x\n  FORM y", "did you mean `FROM`?"),
        ("FROM a\nFORM y", "did you mean `FROM`?"),
    ],
)
def test_other_unknown_instructions(text: str, hint: str | None) -> None:
    assert hints(text) == [hint]


def test_the_time_is_linear_in_the_number_of_lines() -> None:
    text = "FROM a\n" + "RUN x\n  && y\n" * 500
    found = raised(text).diagnostics
    assert len(found) == 101
    assert found[99].hint == "add a backslash at the end of line 200 if this line continues it"


def test_merge_conflict_markers_are_named() -> None:
    text = "FROM a\n<<<<<<< HEAD\nRUN x\n||||||| base\nRUN y\n=======\nRUN z\n>>>>>>> other\n<<<<<<<< x\n"
    found = raised(text).diagnostics
    assert [(one.code, one.line, one.hint) for one in found] == [
        *(("dockerfile-merge-conflict", number, "resolve the conflict") for number in (2, 4, 6, 8)),
        ("dockerfile-unknown-instruction", 9, None),
    ]
    assert found[0].end_column == 8


@pytest.mark.parametrize("text", ["FROM a\nRUN x\n\\", "FROM a\nRUN x\n  \\\n\n\\\n", "FROM a\nRUN x\n\\\n # y\n"])
def test_a_continuation_without_an_instruction_is_named(text: str) -> None:
    (found,) = raised(text).diagnostics
    assert (found.code, found.line) == ("dockerfile-unknown-instruction", 3)
    assert text.split("\n")[2][(found.column or 0) - 1] == "\\"
    assert (found.message, found.hint) == ("line continuation without an instruction", "remove it")
