"""Physical and logical lines."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.dockerfile.support import bases, faults, lex

from deployspec import InvalidDockerfile, frontend_of, parse_dockerfile
from deployspec._dockerfile.go import SPACE

LONGEST = 65_535


class Text(str):
    """What some libraries return in the place of a `str`."""

    __slots__ = ()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("FROM a", [("FROM a", 1)]),
        ("\n\n  FROM a\n\nRUN x", [("FROM a", 3), ("RUN x", 5)]),
        ("FROM a\r\nRUN x\r\n", [("FROM a", 1), ("RUN x", 2)]),
        ("FROM a\rRUN x\n", [("FROM a\rRUN x", 1)]),
        ("\ufeffFROM a", [("FROM a", 1)]),
        ("\ufeff\ufeffFROM a", [("\ufeffFROM a", 1)]),
        ("# a comment\n  # another\nFROM a", [("FROM a", 3)]),
        ("FR\\\nOM al\\\npine\nRUN x", [("FROM alpine", 1), ("RUN x", 4)]),
        ("FROM \\\r\na", [("FROM a", 1)]),
        ("FROM \\ \t\n  a", [("FROM   a", 1)]),
        ("FROM a\\\\\nRUN x", [("FROM a\\\\", 1), ("RUN x", 2)]),
        ("FROM a\\\\\\\nRUN x", [("FROM a\\\\\\", 1), ("RUN x", 2)]),
        ("\\\nFROM a", [("FROM a", 1)]),
        ("RUN a && \\\n# gone \\\n\n \t\n  # gone\nFROM x\nFROM y", [("RUN a && FROM x", 1), ("FROM y", 7)]),
        ("RUN a # stays \\\nb", [("RUN a # stays b", 1)]),
        ("RUN a \\", [("RUN a ", 1)]),
        # What BuildKit takes for a blank behind the escape, and Go for white space before a comment.
        ("RUN a \\\x0b\nUSER b", [("RUN a \\\x0b", 1), ("USER b", 2)]),
        ("RUN a \\\n\x1c# b\nUSER c", [("RUN a \x1c# b", 1), ("USER c", 3)]),
        # A NUL leaves the whole file, with its line ends, to the lexer.
        ("# \0\nFROM \\\r\nX\r\r\nRUN \rX", [("FROM X", 2), ("RUN \rX", 4)]),
        ("RUN a \\\n", [("RUN a ", 1)]),
        ("# escape=`\nRUN c:\\\nRUN a `\nb", [("RUN c:\\", 2), ("RUN a b", 3)]),
    ],
)
def test_logical_lines_have_the_number_of_their_first_line(text: str, lines: list[tuple[str, int]]) -> None:
    assert [(line.text, line.number) for line, _ in lex(text)] == lines


@pytest.mark.parametrize("blank", SPACE.replace("\n", ""))
def test_unicode_white_space_before_an_instruction_and_at_its_end_does_not_count(blank: str) -> None:
    assert bases(f"{blank}FROM a{blank}\n{blank}# comment\n") == ["a"]


@pytest.mark.parametrize("control", ["\x1c", "\x1f", "\u200b", "\u180e"])
def test_what_go_does_not_take_for_white_space_is_part_of_the_name(control: str) -> None:
    assert faults(f"FROM a\n{control}RUN x") == [("unknown-instruction", 2)]


@pytest.mark.parametrize(
    "text", ["", "\n", "\ufeff", "# only a comment", "\r\n \t\r\n", b"", b"\xef\xbb\xbf\n", "# syntax=a\n"]
)
def test_a_file_needs_an_instruction(text: str | bytes) -> None:
    assert [code for code, _ in faults(text)] == ["empty"]


@pytest.mark.parametrize(("text", "at"), [("", 1), ("\n", 1), ("\n\n", 2), ("# a\n# b\n", 2), ("\n ", 2)])
def test_a_file_without_instructions_is_told_at_its_last_line(text: str, at: int) -> None:
    assert faults(text) == [("empty", at)]


@pytest.mark.parametrize(
    ("text", "at"), [("\0", 1), ("F\0R\0O\0M\0", 1), ("FROM a\nR\0UN x", 2), (b"\xff\xfeF\0R\0O\0M\0 \0a\0\n\0", 1)]
)
def test_a_name_with_nul_tells_that_the_file_is_no_text(text: str | bytes, at: int) -> None:
    assert faults(text)[0] == ("not-text", at)


def test_a_base_with_nul_tells_that_the_file_is_no_text() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("FROM a\0b\nFROM c").images()
    assert [(one.code, one.line, one.column) for one in caught.value.diagnostics] == [("dockerfile-not-text", 1, 7)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("FROM a\nRUN \0", (2, 5)),
        ("FROM a\nRUN \0 \0", (2, 5)),
        ("FROM a\n\nRUN x \\\n y\0\nRUN \0", (4, 3)),
        (b"FROM a\nENV A=\0", (2, 7)),
    ],
)
def test_buildkit_lets_other_nul_pass_so_it_is_a_warning(text: str | bytes, place: tuple[int, int]) -> None:
    (one,) = parse_dockerfile(text).diagnostics
    assert (one.code, one.severity, (one.line, one.column)) == ("dockerfile-not-text", "warning", place)


def test_a_comment_may_hold_nul() -> None:
    assert bases("# \0\nFROM a") == ["a"]


@pytest.mark.parametrize("junk", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\x80" * 50])
def test_bytes_that_are_no_utf_8_pass(junk: bytes) -> None:
    file = parse_dockerfile(b"# " + junk + b"\nFROM a\nRUN echo " + junk + b"\nCOPY --chown=" + junk + b" x /x\n")
    assert file.stages[0].base == "a"
    assert faults(b"FROM a\n" + junk + b" x")[0] == ("unknown-instruction", 2)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("FROM a\n#" + "x" * LONGEST, 2),
        ("FROM a\n\nRUN " + "x" * LONGEST + "\nRUN y", 3),
        ("FROM a\n#" + "\u20ac" * 21_845, 2),
        ("FROM a\n#" + "\U0001f600" * 16_384, 2),
        ("FROM a\nRUN x \\\n" + "x" * (LONGEST + 1), 3),
        ("FROM a\nRUN x \\\n" + "\U0001f600" * 16_384, 3),
        (b"FROM a\n#" + b"x" * LONGEST, 2),
    ],
)
def test_a_line_over_the_limit_in_bytes_is_refused_where_it_stands(text: str | bytes, at: int) -> None:
    assert faults(text) == [("line-too-long", at)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# a\n" + "x" * (LONGEST + 1) + "\nFROM a", [("empty", 1), ("line-too-long", 2)]),
        ("#" + "x" * LONGEST, [("empty", 1), ("line-too-long", 1)]),
        ("#" + "x" * LONGEST + "\n\n\n", [("empty", 1), ("line-too-long", 1)]),
        ("\ufeff#" + "x" * (LONGEST - 3), [("empty", 1), ("line-too-long", 1)]),
        ("NOPE\nRUN " + "x" * LONGEST + "\nRUN [1]", [("unknown-instruction", 1), ("line-too-long", 2), ("json", 3)]),
        (
            "FROM a\nRUN <<E\n" + "x" * (LONGEST + 1) + "\nE\nNOPE",
            [("heredoc", 2), ("line-too-long", 3), ("unknown-instruction", 5)],
        ),
        ("FROM a \\\n" + "x" * (LONGEST + 1) + "\nRUN y", [("line-too-long", 2)]),
    ],
)
def test_what_buildkit_tells_before_a_line_that_is_too_long(text: str, told: list[tuple[str, int]]) -> None:
    assert faults(text) == told


def test_a_byte_order_mark_counts_in_its_line() -> None:
    assert bases("\ufeff#" + "x" * (LONGEST - 4) + "\nFROM a") == ["a"]
    assert bases("\ufeffFROM a\n#" + "x" * (LONGEST - 1)) == ["a"]
    assert bases("#" + "x" * (LONGEST - 1) + "\nFROM a") == ["a"]


@pytest.mark.parametrize(
    "line", ["#" + "x" * (LONGEST - 1), "#" + "\u20ac" * 21_844, "#" + "\u20ac" * 10_000, "RUN " + "x" * (LONGEST - 4)]
)
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_line_at_the_limit_passes(line: str, end: str) -> None:
    assert bases(f"FROM a\n{line}{end}") == ["a"]


@pytest.mark.parametrize("char", [b"x", b"\x80", b"\xff", b"\xc3\xa9", b"\xed\xb3\xbf"])
def test_the_longest_line_is_counted_in_bytes_of_the_file(char: bytes) -> None:
    line = b"RUN " + b"y" * ((LONGEST - 4) % len(char)) + char * ((LONGEST - 4) // len(char))
    assert len(line) == LONGEST
    assert bases(b"FROM a\n" + line) == ["a"]
    assert faults(b"FROM a\n" + line + b"y") == [("line-too-long", 2)]


@pytest.mark.parametrize("value", [None, 1, ["FROM sentinel"], bytearray(b"FROM sentinel")])
def test_what_is_neither_text_nor_bytes_is_a_type_error_that_does_not_show_it(value: Any) -> None:
    with pytest.raises(TypeError, match=f"a Dockerfile is str or bytes, not {type(value).__name__}$") as caught:
        parse_dockerfile(value)
    assert "sentinel" not in str(caught.value)
    with pytest.raises(TypeError):
        frontend_of(value)


def test_a_kind_of_str_is_read() -> None:
    assert bases(Text("FROM a")) == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nRUN x \\\n" + "\\\n" * 500_000,
        "FROM a\n" + "\\\n" * 500_000 + "USER x",
        "FROM a\nRUN " + "x\\\n# y\n" * 150_000,
        "FROM a\nRUN x \\\n" + "\n" * 1_000_000,
        "FROM a\nENV A=" + "'\\\n" * 300_000,
        "FROM a\nRUN " + "<<a\\\n" * 200_000,
        "FROM a\nCOPY " + "--chown='\\\n" * 100_000,
        "FROM a\nRUN <<EOF\n" + "<<EOF\n" * 150_000 + "EOF\n",
        b"FROM a\nRUN " + b"\xff\\\n" * 300_000,
    ],
    ids=["backslashes", "head", "comments", "blank", "quotes", "heredocs", "flags", "body", "no-utf-8"],
)
def test_a_megabyte_of_it_has_an_answer(text: str | bytes) -> None:
    try:
        assert parse_dockerfile(text).stages[0].base == "a"
    except InvalidDockerfile as error:
        assert len(error.diagnostics) <= 101  # either answer will do
