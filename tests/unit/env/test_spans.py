from __future__ import annotations

import pytest

from deployspec import Env, InvalidEnv, Span, VariableSpan, parse_assignments, parse_env


@pytest.mark.parametrize(
    ("text", "name", "value", "verbatim_column"),
    [
        ("A=1", (1, 1, 1, 2), (1, 3, 1, 4), 3),
        ("A=", (1, 1, 1, 2), (1, 3, 1, 3), 3),
        ("A=  ", (1, 1, 1, 2), (1, 3, 1, 3), 3),
        ("A= # c", (1, 1, 1, 2), (1, 3, 1, 3), 3),
        ("A=#c", (1, 1, 1, 2), (1, 3, 1, 5), 3),
        ("# c\n\n  export A = b c  # d", (3, 10, 3, 11), (3, 14, 3, 17), 14),
        ("\ufeff'A' = 'b'", (1, 1, 1, 4), (1, 7, 1, 10), 8),
        ("A=''", (1, 1, 1, 2), (1, 3, 1, 5), 4),
        ('X=1\r\nA="b"\r\n', (2, 1, 2, 2), (2, 3, 2, 6), 4),
        (r'A="b\tc"', (1, 1, 1, 2), (1, 3, 1, 9), None),
        ("A='b\nc' # d", (1, 1, 1, 2), (1, 3, 2, 3), None),
        ("A=1\nA=22", (2, 1, 2, 2), (2, 3, 2, 5), 3),
        ("A=\u00e9\u2028b", (1, 1, 1, 2), (1, 3, 1, 6), 3),
    ],
)
def test_a_variable_has_the_spans_of_its_name_and_value(
    text: str, name: tuple[int, ...], value: tuple[int, ...], verbatim_column: int | None
) -> None:
    span = parse_env(text).spans["A"]
    assert span == VariableSpan("config", Span(*name), Span(*value), verbatim_column)


def test_the_source_is_that_of_spans_and_diagnostics() -> None:
    env = parse_env("A.B=1", source="prod.env")
    assert env.spans["A.B"].source == "prod.env"
    assert env.diagnostics[0].location == "prod.env:1:1: "


def test_assignments_have_no_spans() -> None:
    assert parse_assignments(["A=1"]).spans == {}
    assert Env({"A": "1"}).spans == {}


def test_merged_variables_keep_their_spans() -> None:
    first, second = parse_env("A=1\nB=1\nC.D=1", source="first"), parse_env("B=2", source="second")
    merged = first | second | parse_assignments(["A=3"])
    assert dict(merged.variables) == {"A": "3", "B": "2", "C.D": "1"}
    assert {name: span.source for name, span in merged.spans.items()} == {"B": "second", "C.D": "first"}
    assert merged.diagnostics == first.diagnostics
    with pytest.raises(TypeError):
        first | {"A": "1"}  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("A=1\n export B", (2, 2, 2, 10)),
        ("A b", (1, 1, 1, 2)),
        ("=1", (1, 1, 1, 1)),
        ("A = 'b c", (1, 5, 1, 9)),
        ("A='b'; C=1", (1, 6, 1, 11)),
        ("'A=1", (1, 1, 1, 5)),
        ("-A=1", (1, 1, 1, 3)),
        (f"A=1{' ' * 300}b", (1, 4, 1, 304)),
        (b"A=1\nB\xff", (2, 2, 2, 2)),
    ],
)
def test_an_error_has_the_range_of_what_is_wrong(text: str | bytes, span: tuple[int, ...]) -> None:
    with pytest.raises(InvalidEnv) as caught:
        parse_env(text)
    (found,) = caught.value.diagnostics
    assert (found.line, found.column, found.end_line, found.end_column) == span


def test_a_warning_has_the_range_of_what_it_is_about() -> None:
    found = parse_env("'A B'=1\nC=1 #2\nC=1").diagnostics
    assert [(one.line, one.column, one.end_line, one.end_column) for one in found] == [
        (1, 1, 1, 6),
        (2, 5, 2, 6),
        (3, 1, 3, 2),
    ]
