"""Dividing the arguments of an instruction."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.support import read

from deployspec import parse_dockerfile
from deployspec._dockerfile.instructions.arguments import Word, quoted_words


@pytest.mark.parametrize(
    ("line", "entrypoint", "cmd"),
    [
        ("CMD x  y", None, "x  y"),
        ('CMD ["x", "y z"]', None, ("x", "y z")),
        ('ENTRYPOINT ["x"\nCMD y', '["x"', "y"),
        ("ENTRYPOINT x", "x", ()),
        ('ENTRYPOINT ["x"]\nCMD []', ("x",), ()),
        ("CMD x\nENTRYPOINT y", "y", "x"),
    ],
)
def test_exec_and_shell_form(
    line: str, entrypoint: tuple[str, ...] | str | None, cmd: tuple[str, ...] | str | None
) -> None:
    file = parse_dockerfile(f"FROM a\n{line}")
    assert (file.entrypoint, file.cmd) == (entrypoint, cmd)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ARG A=1  B", ("A=1", "B")),
        ('ARG A=\'x y\'\u00a0B="x\\" y"', ("A='x y'", 'B="x\\" y"')),
        ("ARG A='x\\' B", ("A='x\\'", "B")),
        ("ARG A=x\\ y", ("A=x\\ y",)),
        ('ARG A="x \\\' y" B', ('A="x \\\' y"', "B")),
        ("ARG A='x\\y z'", ("A='x\\y z'",)),
        ("ARG X Y", ("X", "Y")),
        ("ARG A=x\\\u00a0", ("A=x",)),
        ("ARG A='open  x", ("A='open  x",)),
        ("EXPOSE 1 2", ("1", "2")),
        ("COPY a\tb\vc", ("a", "b", "c")),
        ("COPY a\u00a0b c", ("a\u00a0b", "c")),
    ],
)
def test_how_arguments_are_split(line: str, words: tuple[str, ...]) -> None:
    instruction = read(line)
    assert tuple(word.text for word in instruction.words) == words
    assert all(line.startswith(word.text, word.start) for word in instruction.words)


def test_blanks_around_quoted_words_do_not_count() -> None:
    assert quoted_words(" a  b ", "\\") == (Word("a", 1), Word("b", 4))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("USER a b", [("a b", 5)]),
        ("WORKDIR  /a ", [("/a", 9)]),
        ("RUN a b", [("a b", 4)]),
        ("RUN  \x1ca\x1c ", [("\x1ca\x1c", 5)]),
        ("RUN --network=none \x1ca", [("\x1ca", 19)]),
        ("ENV A b c", [("A", 4)]),
        ('CMD ["a", "b"]', [("a", 6), ("b", 11)]),
        ("COPY  a b", [("a", 6), ("b", 8)]),
        ("HEALTHCHECK", []),
        ("HEALTHCHECK  cmd  a b", [("cmd", 13), ("a b", 18)]),
        ("HEALTHCHECK CMD \xe9", [("CMD", 12), ("\xe9", 16)]),
        ("HEALTHCHECK CMD \udcff", [("CMD", 12), ("\udcff", 16)]),
        ('HEALTHCHECK CMD ["a"]', [("CMD", 12), ("a", 18)]),
        # The byte 0x1C is white space to Python alone.
        ('HEALTHCHECK CMD \x1c["a"]', [("CMD", 12), ('\x1c["a"]', 16)]),
    ],
)
def test_words_and_where_they_begin(line: str, words: list[tuple[str, int]]) -> None:
    assert [tuple(word) for word in read(line).words] == words


@pytest.mark.parametrize(
    ("arguments", "is_json"), [("CMD a", False), ("CMD [a]", False), ('CMD ["a"]', True), ("NONE", False)]
)
def test_the_command_of_a_health_check_may_be_exec_form(arguments: str, is_json: bool) -> None:  # noqa: FBT001
    assert read(f"HEALTHCHECK {arguments}").is_json is is_json


def test_an_array_that_is_json_to_python_alone_is_shell_form() -> None:
    assert parse_dockerfile("FROM a\nCMD [NaN]\n").cmd == "[NaN]"
    assert parse_dockerfile('FROM a\nCMD ["x"]\n').cmd == ("x",)
