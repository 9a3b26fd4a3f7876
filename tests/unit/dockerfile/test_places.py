"""Where each fault stands: line and column of the word at fault, in the file as it lies on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deployspec import App, Diagnostic, InvalidDockerfile, ResolutionError, parse_dockerfile, resolve
from deployspec._dockerfile.places import Place

if TYPE_CHECKING:
    from collections.abc import Mapping


def told(text: str | bytes, args: Mapping[str, str] | None = None) -> tuple[Diagnostic, ...]:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile(text).images(build_args=args)
    return caught.value.diagnostics


def places(text: str | bytes) -> list[tuple[str, int | None, int | None]]:
    return [(one.code.removeprefix("dockerfile-"), one.line, one.column) for one in told(text)]


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "marked"),
    [
        ("# escape=x\nFROM a", "directive", 1, 10, "x"),
        ("# escape=a=b\nFROM a", "directive", 1, 10, "a=b"),
        ("# check=skip=x;y\nFROM a", "directive", 1, 9, "skip=x;y"),
        ("# check=c c\nFROM a", "directive", 1, 9, "c"),
        ("# syntax=A B\nFROM a", "frontend-invalid", 1, 10, "A"),
        ("FROM a\n  NOPE x", "unknown-instruction", 2, 3, "NOPE"),
        ("\ufeffNOPE x", "unknown-instruction", 1, 1, "NOPE"),
        ("FROM a b", "arguments", 1, 8, "b"),
        ("\\\n  FROM a b", "arguments", 2, 10, "b"),
        ("FROM a  # note", "arguments", 1, 9, "#"),
        ("FROM a \\\n\n  # note\n  AS 9", "stage-name", 4, 6, "9"),
        ("FROM a AS b c", "arguments", 1, 8, "AS"),
        ("FROM", "arguments", 1, 5, ""),
        ("FROM a\nCOPY --from=x --link=no / /", "flag-value", 2, 22, "no"),
        ("FROM a\nCOPY --chown=é --link=no / /", "flag-value", 2, 23, "no"),
        ("FROM a\nCOPY --chown=é\xa0--link=no / /", "flag-value", 2, 23, "no"),
        (b"FROM a\nCOPY \x85--link=no / /", "flag-value", 2, 14, "no"),
        ("FROM a\nCOPY \\\n  --nope=1 \\\n / /", "unknown-flag", 3, 3, "--nope"),
        ("FROM a\nCOPY --link \\\n  --link / /", "duplicate-flag", 3, 3, "--link"),
        ("FROM a\nENV A=b C \\\n D=1", "arguments", 2, 9, "C"),
        ("FROM a\nENV A=b \\\n  =c", "arguments", 3, 3, "=c"),
        ("FROM a\nENV A", "arguments", 2, 5, "A"),
        ("ARG A B =c\nFROM a", "arguments", 1, 9, "=c"),
        ('FROM a\nRUN  ["x", 1]', "json", 2, 12, "1"),
        ('FROM a\nRUN ["x", \\\n {"a": ["]"]} ]', "json", 3, 2, '{"a": ["]"]}'),
        ('FROM a\nVOLUME ["/a", ""]', "arguments", 2, 15, '""'),
        ('FROM "Alpine"', "base-invalid", 1, 7, "A"),
        ("FROM a\nCOPY x \\\n <<y\ny\n", "arguments", 3, 2, "<<y"),
        ("FROM a\nCOPY x y <<z\nz\n", "arguments", 2, 10, "<<z"),
        ("FROM a\nRUN x <<y\n", "heredoc", 2, 7, "<<y"),
        ("FROM a\nRUN x <<y <<z\ny\n", "heredoc", 2, 11, "<<z"),
        ("FROM a\nRUN x <<y <<y\n", "heredoc", 2, 7, "<<y"),
        ("FROM a\nRUN --network=x y", "flag-value", 2, 15, "x"),
        ("FROM a\nRUN \\\n --mount=from=$x y", "from-variable", 3, 15, "$x"),
        ('FROM a\nRUN \\\n  --device=a\\"b x', "flag-value", 3, 12, 'a\\"b'),
        ("FROM a\nRUN --mount=type=tmpfs,target=/x \\\n  --mount=from=A y", "base-invalid", 3, 16, "A"),
        ("RUN x\nFROM a", "no-stage", 1, 1, "RUN x"),
        ("\n ARG A", "no-stage", 2, 2, "ARG A"),
        ("FROM al:pi:ne", "base-invalid", 1, 11, ":"),
        ("FROM \\\n  Alpine", "base-invalid", 2, 3, "A"),
        ("FROM al\\\npin\\\ne/B", "base-invalid", 3, 3, "B"),
        ("ARG A=B\nFROM x$A", "base-invalid", 2, 6, "x$A"),
        ("FROM a:${X^^}", "expansion", 1, 11, "^"),
        ("FROM a:\\\n${X^^}", "expansion", 2, 4, "^"),
        ("FROM \\\n 'a", "expansion", 2, 2, "'a"),
        ("ARG A=1 B=${X:?no}\nFROM a", "expansion", 1, 11, "${X:?no}"),
        ("ARG A=x\\\ny${X^}\nFROM a", "expansion", 2, 5, "^"),
        ("FROM --platform=nowhere a", "platform", 1, 17, "nowhere"),
        ("FROM --platform=${\\\nTARGET a", "expansion", 2, 7, ""),
        ("FROM --platform=lin${ a", "expansion", 1, 22, ""),
        ("FROM a\nCOPY --from=${\\\nx / /", "expansion", 3, 2, ""),
        ("FROM a\nCOPY --chown=\\\nb --from=x${ / /", "expansion", 3, 13, ""),
        ("FROM a AS p\nONBUILD COPY \\\n  --from=abc\\\n${x / /\nFROM p", "expansion", 4, 4, ""),
        ("FROM a\nENV b c=d\nENV a=b c d e", "arguments", 3, 9, "c"),
        (b"FROM \x85--platform=nowhere a", "platform", 1, 18, "nowhere"),
        ("FROM $X", "base-empty", 1, 6, "$X"),
        ("FROM a\nCOPY --from=9 / /", "stage-index", 2, 13, "9"),
        ("FROM a\nCOPY  --from=$x / /", "from-variable", 2, 14, "$x"),
        ("FROM a\nCOPY --from=A / /", "base-invalid", 2, 13, "A"),
        ("FROM a\nCOPY --from=0 / /", "circular", 2, 13, "0"),
        ("FROM a AS p\nONBUILD COPY --from=9 / /\nFROM p", "stage-index", 2, 21, "9"),
        ("FROM a AS p\nONBUILD  COPY x\nFROM p", "arguments", 2, 15, "x"),
        ("FROM a AS p\nONBUILD COPY --from=9 x\nFROM p", "arguments", 2, 23, "x"),
        ("# escape=`\nFROM a AS p\nONBUILD RUN <<EOF \\\nEOF\nFROM p", "heredoc", 3, 9, "RUN <<EOF \\"),
        ("FROM a AS p\nONBUILD \\\n NOPE x\nFROM p", "unknown-instruction", 3, 2, "NOPE"),
        ("FROM a AS p\nONBUILD RUN <<x\n[1\nx\nFROM p\nFROM A", "base-invalid", 6, 6, "A"),
    ],
)
def test_a_fault_has_the_place_of_what_is_wrong(
    text: str | bytes, code: str, line: int, column: int, marked: str
) -> None:
    assert places(text) == [(code, line, column)]
    (fault,) = told(text)
    lines = (text.decode("utf-8", "surrogateescape") if isinstance(text, bytes) else text).lstrip("\ufeff").split("\n")
    assert fault.end_line == line
    assert fault.end_column is not None
    assert lines[line - 1][column - 1 : fault.end_column - 1] == marked
    assert fault.end_column == column + len(marked)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nHEALTHCHECK --foo=x CMD y", [("unknown-flag", 2, 13)]),
        ("FROM a\nCOPY --chown=a --from=b --chown=c / /\n", [("duplicate-flag", 2, 25)]),
        (
            "FROM a\nHEALTHCHECK --interval=x --interval=y CMD z",
            [("flag-value", 2, 24), ("duplicate-flag", 2, 26)],
        ),
        ("FROM a\nRUN cat <<x <<B", [("heredoc", 2, 9)]),
        # What stands in the body of a trigger's heredoc is told of the trigger.
        (
            "# escape=`\nFROM a AS p\nONBUILD COPY a /x <<EOF \\\n <<B\nEOF\nFROM p",
            [("arguments", 3, 9), ("heredoc", 3, 9)],
        ),
        ("FROM a AS p\nONBUILD NOPE\nFROM p AS q\nFROM p\nCOPY --from=q / /", [("unknown-instruction", 2, 9)]),
        ("# check=;\nFROM a", [("directive", 1, 9)]),
        (
            "FROM a\nRUN --mount=from=A \\\n  --mount=from=B \\\n  --mount=from=C --mount=from=D x",
            [("base-invalid", 2, 18), ("base-invalid", 3, 16), ("base-invalid", 4, 16), ("base-invalid", 4, 31)],
        ),
    ],
)
def test_a_fault_is_told_once(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert places(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ARG A B C=x D\nFROM a", [(1, 5), (1, 7), (1, 11), (1, 13)]),
        ("ARG A B \\\n C=x D\nFROM a", [(1, 5), (1, 7), (2, 4), (2, 6)]),
        ("ARG A\nARG B=\nFROM a", [(1, 5), (2, 7)]),
    ],
)
def test_an_argument_stands_at_its_default_or_its_name(text: str, expected: list[tuple[int, int]]) -> None:
    assert [one.place[:2] for one in parse_dockerfile(text).arguments] == expected


def test_many_words_in_one_logical_line_have_their_places() -> None:
    text = "FROM a\nENV A=b \\\n" + "".join(f" =B{at} \\\n" for at in range(5_000)) + " C=d"
    found = told(text)
    assert [(one.line, one.column) for one in found[:3]] == [(3, 2), (4, 2), (5, 2)]
    assert len(found) == 101


def test_a_fault_can_span_lines() -> None:
    (fault,) = told("FROM a\nCOPY --chown=a \\\n  --chown=\\\nb / /")
    assert (fault.line, fault.column, fault.end_line, fault.end_column) == (3, 3, 4, 2)
    (fault,) = told("FROM ''$A\\\n  # note\n$B")
    assert (fault.line, fault.column, fault.end_line, fault.end_column) == (1, 6, 3, 3)


@pytest.mark.parametrize(
    ("text", "column", "marked"),
    [
        ('FROM a\nCOPY --from="A" / /', 14, "A"),
        ("FROM a\nCOPY --from=A'b'c / /", 13, "A'b'c"),
        ("FROM a\nRUN --mount=from='A' x", 19, "A"),
        ('FROM a\nRUN --mount="type=bind,from=A,target=/x" y', 29, "A"),
        ('FROM a\nRUN --mount=type=bind,\\"from=A,b\\" x', 30, "A"),
        ("FROM a\nCOPY --from=\u00e9A / /", 13, "\u00e9A"),
        ("FROM a\nRUN --mount=from=b,type=bind,FROM=A,target=/x y", 35, "A"),
        ("FROM a AS p\nONBUILD COPY --from=A / /\nFROM p", 21, "A"),
        ("FROM a AS p\nONBUILD RUN --mount=from=A,target=/x y\nFROM p", 26, "A"),
        ("FROM a\nCOPY --from=b:$x / /", 13, "b:$x"),
    ],
)
def test_a_reference_in_a_flag_is_marked_without_the_quotes_around_it(text: str, column: int, marked: str) -> None:
    (fault,) = told(text)
    assert (fault.line, fault.column, fault.end_line) == (2, column, 2)
    assert text.split("\n")[1][column - 1 :].startswith(marked)
    assert fault.end_column == column + len(marked)


def test_a_fault_in_what_was_asked_has_no_place_and_comes_first() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("FROM A").images(
            platform="no", target="x", build_platform="nor", build_args={"BUILDKIT_SYNTAX": "B"}
        )
    assert [(one.code.removeprefix("dockerfile-"), one.line, one.source) for one in caught.value.diagnostics] == [
        ("frontend-invalid", None, "--build-arg"),
        ("platform", None, "--platform"),
        ("platform", None, "build_platform"),
        ("target-unknown", None, "--target"),
        ("base-invalid", 1, "Dockerfile"),
    ]


def test_what_hangs_on_a_fault_is_no_fault_of_its_own() -> None:
    assert places("ARG A=${X^}\nARG B=$A\nFROM $B\nFROM a:${B:-1}\nFROM a:${B^}\nFROM ${Y^}\nFROM ${B:?no}") == [
        ("expansion", 1, 10),
        # This one is wrong whatever the value.
        ("expansion", 5, 11),
        ("expansion", 6, 9),
    ]
    # What stands before the fault, and what a build argument sets, is known.
    assert places("ARG A=${X^}\nARG A=1\nFROM B$A")[-1] == ("base-invalid", 3, 6)


def test_what_hangs_on_a_fault_is_found_with_the_escape_of_the_file() -> None:
    assert places("# escape=`\nARG A=${X:?}\nFROM \\$A\n") == [("expansion", 2, 7)]
    assert places("# escape=`\nARG A=${X:?}\nFROM `$A\n") == [("expansion", 2, 7), ("base-invalid", 3, 6)]


def test_a_value_that_is_missing_is_named_where_a_reference_lacks_it() -> None:
    (one,) = told("ARG TAG\nFROM alpine:$TAG")
    assert one.hint == "set it with `--build-arg TAG=…` or give it a default in the file"
    (one,) = told("ARG P\nFROM --platform=$P alpine")
    assert one.hint == "set it with `--build-arg P=…` or give it a default in the file"
    (one,) = told("ARG P=\nFROM --platform=$P alpine")
    assert one.hint == "set it with `--build-arg P=…` or give it a default in the file"


@pytest.mark.parametrize(
    ("args", "text", "base"),
    [
        ({"SOURCE_DATE_EPOCH": "007"}, "ARG SOURCE_DATE_EPOCH\nFROM a:$SOURCE_DATE_EPOCH", "a:7"),
        ({"SOURCE_DATE_EPOCH": ""}, "ARG SOURCE_DATE_EPOCH=1\nFROM a:${SOURCE_DATE_EPOCH-x}", "a:x"),
        ({"SOURCE_DATE_EPOCH": ""}, "FROM a:${SOURCE_DATE_EPOCH-x}", "a:x"),
        ({}, "ARG SOURCE_DATE_EPOCH=+1\nFROM a:$SOURCE_DATE_EPOCH", "a:1"),
        ({}, "ARG SOURCE_DATE_EPOCH\nFROM a:${SOURCE_DATE_EPOCH-x}", "a:x"),
        ({"SOURCE_DATE_EPOCH": "007"}, "FROM a:${SOURCE_DATE_EPOCH-x}", "a:x"),
        ({"SOURCE_DATE_EPOCH": "context"}, "FROM a", "a:latest"),
        ({"SOURCE_DATE_EPOCH": "x"}, "FROM a AS x", "a:latest"),
    ],
)
def test_the_epoch_is_written_anew(args: dict[str, str], text: str, base: str) -> None:
    assert parse_dockerfile(text).images(build_args=args).needed[0].reference.familiar == base


def test_an_epoch_in_the_file_is_checked_too() -> None:
    assert places("ARG SOURCE_DATE_EPOCH=x\nARG SOURCE_DATE_EPOCH\nFROM a") == [("source-date-epoch", 1, 23)]
    (one,) = told("ARG SOURCE_DATE_EPOCH=x\nFROM a", {"SOURCE_DATE_EPOCH": "y"})
    assert (one.source, one.line) == ("--build-arg", None)


def test_a_place_moves_along_the_lines_of_its_word() -> None:
    place = Place(2, 5, ((3, 4), (6, 7)))
    assert [place.moved(at)[:2] for at in (0, 2, 3, 5, 6, 8)] == [(2, 5), (2, 7), (4, 1), (4, 3), (7, 1), (7, 3)]


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [
        (0, 3, Place(2, 5, length=3)),
        (1, 4, Place(2, 6, ((2, 4),), 3)),
        (3, 6, Place(4, 1, length=3)),
        (4, 7, Place(4, 2, ((2, 7),), 3)),
        (0, 9, Place(2, 5, ((3, 4), (6, 7)), 9)),
    ],
)
def test_a_part_of_a_word_goes_on_in_the_lines_that_it_reaches(start: int, end: int, part: Place) -> None:
    assert Place(2, 5, ((3, 4), (6, 7))).part(start, end) == part


def test_a_flag_given_twice_is_told_where_it_stands_the_second_time() -> None:
    assert places("FROM a\nCOPY --chown=x --from=b --chown=y / /") == [("duplicate-flag", 2, 25)]


def test_a_directive_stands_behind_its_equals_sign() -> None:
    assert parse_dockerfile("#syntax=x\n#!\nFROM a").syntax_place == Place(1, 9, length=1)
    assert parse_dockerfile("#syntax=x\n\nFROM a").syntax_place == Place(1, 9, length=1)
    assert parse_dockerfile("FROM a").syntax_place is None
    assert parse_dockerfile("# escape=`\nFROM a").syntax_place is None
    assert [(one.line, one.column) for one in told("#check=c\nFROM a")] == [(1, 8)]


def test_a_string_with_escapes_in_exec_form_is_marked_as_written() -> None:
    with pytest.raises(ResolutionError) as caught:
        resolve(App({}, "web: x", 'FROM a\nCOPY ["a", "h\\u0024{A:x}", "b"]'))
    (fault,) = caught.value.diagnostics
    assert (fault.line, fault.column, fault.end_column) == (2, 13, 25)


def test_a_member_that_is_nested_deep_is_marked_to_its_end() -> None:
    text = "FROM a\nRUN [" + "[" * 5_000 + "]" * 5_001
    (fault,) = told(text)
    assert (fault.code, fault.column, fault.end_column) == ("dockerfile-json", 6, 10_006)
