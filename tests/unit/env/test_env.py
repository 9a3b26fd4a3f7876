from __future__ import annotations

import pickle
import traceback

import pytest

from deployspec import Diagnostic, Env, InvalidEnv, parse_assignments, parse_env
from deployspec._env.names import check_names

EQUALS = "write `NAME=VALUE`, or delete the line"
NAME = "a name is not empty, does not begin with `-`, and contains neither `=` nor NUL"
UNUSUAL = "use ASCII letters, digits and `_`, and do not begin with a digit"
CLOSE = "add the closing `{}`, or put a value with quotes in quotes of the other kind"
ONE_PAIR = "put the whole value in one pair of quotes, or begin a comment with `#`"
NO_SEMICOLON = "write each assignment on its own line, without `;`"
QUOTES = "put the value in quotes if the `#` is part of it"
BLANKS = "remove them, or write them as `\\t` in double quotes"
DUPLICATE = "keep one of them"


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("", {}),
        ("# only\n\n", {}),
        ("A=1", {"A": "1"}),
        (b"A=\xc3\xa9", {"A": "\u00e9"}),
        ("\ufeffA=1", {"A": "1"}),
        (b"\xef\xbb\xbfA=1", {"A": "1"}),
        ("B=2\nA=1\r\nC=3\rD=4", {"B": "2", "A": "1", "C": "3", "D": "4"}),
        ("export A=1", {"A": "1"}),
        ("A = 1 ", {"A": "1"}),
        ("A=\nB=''", {"A": "", "B": ""}),
        ("A=x=y==", {"A": "x=y=="}),
        ("A=$B ${C}\nD='$E'\nF=\"$G\"", {"A": "$B ${C}", "D": "$E", "F": "$G"}),
        ("A='one\ntwo' # c\nB=\"three\nfour\"", {"A": "one\ntwo", "B": "three\nfour"}),
        ("A='\\n'\nB=\"\\n\"", {"A": "\\n", "B": "\n"}),
        ("A='b #c'\nD=\"e #f\" #g", {"A": "b #c", "D": "e #f"}),
        ("A=b#c", {"A": "b#c"}),
        ("A= # c\nB=1", {"A": "", "B": "1"}),
        ("A= # c #d\nB=\u00a0# c", {"A": "", "B": ""}),
        ("A=\x0b'b #c'", {"A": "b #c"}),
    ],
)
def test_config_text_has_these_variables(text: str | bytes, variables: dict[str, str]) -> None:
    env = parse_env(text)
    assert dict(env.variables) == variables
    assert list(env.variables) == list(variables)
    assert env.diagnostics == ()


def faults_of(text: str | bytes) -> tuple[Diagnostic, ...]:
    with pytest.raises(InvalidEnv) as caught:
        parse_env(text)
    return caught.value.diagnostics


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "hint"),
    [
        ("sentinel", "missing-equals", 1, 1, EQUALS),
        ("A=1\n\n# c\nsentinel", "missing-equals", 4, 1, EQUALS),
        ("\n \r\n\rsentinel", "missing-equals", 4, 1, EQUALS),
        ("A='x\ny'\nsentinel", "missing-equals", 3, 1, EQUALS),
        ("export sentinel", "missing-equals", 1, 1, EQUALS),
        ("=sentinel", "syntax", 1, 1, EQUALS),
        ("export =sentinel", "syntax", 1, 8, EQUALS),
        ("''=sentinel", "syntax", 1, 1, EQUALS),
        ("export \nA=1", "syntax", 1, 8, EQUALS),
        ("A=1\nB='sentinel", "unclosed-quote", 2, 3, CLOSE.format("'")),
        ('A="sentinel', "unclosed-quote", 1, 3, CLOSE.format('"')),
        ("A = 'it\\'s sentinel", "unclosed-quote", 1, 5, CLOSE.format("'")),
        ("  'A=sentinel", "unclosed-quote", 1, 3, CLOSE.format("'")),
        ("A='x' sentinel", "text-after-quote", 1, 7, ONE_PAIR),
        ("A='x'sentinel", "text-after-quote", 1, 6, ONE_PAIR),
        ('A="x\ny" sentinel', "text-after-quote", 2, 4, ONE_PAIR),
        ("DB='sentinel'; P=1;", "text-after-quote", 1, 14, NO_SEMICOLON),
        ("export 'A'='x' ;", "text-after-quote", 1, 16, NO_SEMICOLON),
        ("A sentinel", "missing-equals", 1, 1, EQUALS),
        (" export A: sentinel", "missing-equals", 1, 2, EQUALS),
        ("'A' sentinel", "missing-equals", 1, 1, EQUALS),
        ("A=1\n -x=sentinel", "invalid-name", 2, 2, NAME),
        ("'A=sentinel'=sentinel", "invalid-name", 1, 1, NAME),
        ("A\0=sentinel", "invalid-name", 1, 1, NAME),
        (b"A=1\r\nB=sentinel\xff", "not-utf8", 2, 11, "save the file as UTF-8"),
        (b"\xef\xbb\xbfA=1\r\xc3\xa9\xff", "not-utf8", 2, 2, "save the file as UTF-8"),
        (b"\xef\xbb\xbfA\xff", "not-utf8", 1, 2, "save the file as UTF-8"),
        ("B=1\r\n\r\n  C\r\n", "missing-equals", 3, 3, EQUALS),
        ("A=1\rB=1\r\n=", "syntax", 3, 1, EQUALS),
        ("A=sentinel".encode("utf-16"), "not-utf8", 1, 1, "save the file as UTF-8"),
        ("A=sentinel".encode("utf-16-le"), "not-utf8", 1, 1, "save the file as UTF-8"),
        ("A=sentinel".encode("utf-16-be"), "not-utf8", 1, 1, "save the file as UTF-8"),
        (f"A=1\nB=sentinel{' ' * 257}x", "blank-run", 2, 11, BLANKS),
    ],
)
def test_an_error_has_a_line_and_no_value(
    text: str | bytes, code: str, line: int, column: int | None, hint: str | None
) -> None:
    (fault,) = faults_of(text)
    assert (fault.code, fault.severity, fault.source) == (f"env-{code}", "error", "config")
    assert (fault.line, fault.column, fault.hint) == (line, column, hint)
    assert "sentinel" not in f"{fault.message}{fault.hint}"


@pytest.mark.parametrize(
    ("text", "value", "code", "line", "hint"),
    [
        ("A=sentinel #x", "sentinel", "inline-comment", 1, QUOTES),
        ("# c\n\nexport A = sentinel\t#x # y", "sentinel", "inline-comment", 3, QUOTES),
        ("A=it's-sentinel '#x' #y", "it's-sentinel '#x'", "inline-comment", 1, QUOTES),
        ("A=sentinel #x=y", "sentinel", "inline-comment", 1, QUOTES),
        ("A=X #x", "X", "inline-comment", 1, QUOTES),
        ("A=#sentinel #x", "#sentinel", "inline-comment", 1, QUOTES),
        ("A=1\nA=sentinel", "sentinel", "duplicate-name", 2, DUPLICATE),
        ("A=sentinel\nA=", "", "duplicate-name", 2, DUPLICATE),
        ("a.b=sentinel", "sentinel", "unusual-name", 1, UNUSUAL),
        ("1A=sentinel", "sentinel", "unusual-name", 1, UNUSUAL),
        ("'a b'=sentinel", "sentinel", "unusual-name", 1, UNUSUAL),
        ("\u00c4=sentinel", "sentinel", "unusual-name", 1, UNUSUAL),
    ],
)
def test_a_warning_does_not_change_the_value_of_dotenv(text: str, value: str, code: str, line: int, hint: str) -> None:
    env = parse_env(text)
    (warning,) = env.diagnostics
    assert (warning.code, warning.severity, warning.source) == (f"env-{code}", "warning", "config")
    assert (warning.line, warning.hint) == (line, hint)
    assert list(env.variables.values()) == [value]
    assert "sentinel" not in f"{warning.message}{warning.hint}"


def test_errors_and_warnings_are_in_the_order_of_the_text() -> None:
    found = faults_of("A=1\nnothing\nA=2 #c\n-x=1\n=3\nB='")
    assert [(one.line, one.code) for one in found] == [
        (2, "env-missing-equals"),
        (3, "env-duplicate-name"),
        (3, "env-inline-comment"),
        (4, "env-invalid-name"),
        (5, "env-syntax"),
        (6, "env-unclosed-quote"),
    ]


def test_two_invalid_lines_are_two_errors_with_two_causes() -> None:
    found = faults_of("DB='a'; P=1;\nQ=1\nB='x\n")
    assert [(one.code, one.line, one.column, one.message) for one in found] == [
        ("env-text-after-quote", 1, 7, "text after the closing quote"),
        ("env-unclosed-quote", 3, 3, "unclosed quote"),
    ]


def test_utf_16_is_named() -> None:
    assert faults_of("A=1".encode("utf-16"))[0].message == "file is UTF-16, not UTF-8"
    assert faults_of(b"A=\xe9")[0].message == "file is not UTF-8"


def test_an_error_does_not_change_the_count_of_lines() -> None:
    found = faults_of("A 1\r\nB 2\r\n\r\n C 3\r\nD=4\rE\nF=5 #x\n")
    assert [(one.code.removeprefix("env-"), one.line, one.column) for one in found] == [
        ("missing-equals", 1, 1),
        ("missing-equals", 2, 1),
        ("missing-equals", 4, 2),
        ("missing-equals", 6, 1),
        ("inline-comment", 7, 5),
    ]


def test_a_second_byte_order_mark_is_part_of_the_name() -> None:
    assert list(parse_env("\ufeff\ufeffA=1").variables) == ["\ufeffA"]


def test_a_run_of_blanks_has_a_limit_and_hides_no_other_error() -> None:
    assert parse_env(f"A=1{' ' * 256}2\n{' ' * 999}B={' ' * 256}3").variables == {"A": f"1{' ' * 256}2", "B": "3"}
    found = faults_of(f"x\n1A=1{' ' * 999}2\ny\nB='{'	' * 300}'{' ' * 300}\nz")
    assert [(one.code.removeprefix("env-"), one.line, one.column) for one in found] == [
        ("missing-equals", 1, 1),
        ("unusual-name", 2, 1),
        ("blank-run", 2, 5),
        ("missing-equals", 3, 1),
        ("blank-run", 4, 4),
        ("blank-run", 4, 305),
        ("missing-equals", 5, 1),
    ]


def test_a_hundred_errors_are_shown() -> None:
    found = faults_of("x\n" * 130)
    assert len(found) == 101
    assert found[-1].message == "30 more diagnostics are not shown"


def kept_by(error: BaseException) -> str:
    """What a traceback with locals would show of the library's frames."""
    ours = [frame.f_locals for frame, _ in traceback.walk_tb(error.__traceback__)][1:]
    assert ours
    return "".join(f"{value!r}{getattr(value, '__dict__', '')}" for names in ours for value in names.values())


@pytest.mark.parametrize("text", ["A=sentinel\nB", b"A=sentinel\xff", "A='sentinel"])
def test_the_exception_keeps_no_text(text: str | bytes) -> None:
    with pytest.raises(InvalidEnv) as caught:
        parse_env(text)
    assert caught.value.__context__ is None
    assert "sentinel" not in kept_by(caught.value)


def test_the_exception_keeps_no_assignment() -> None:
    with pytest.raises(InvalidEnv) as caught:
        parse_assignments(["A=sentinel", "sentinel"])
    assert "sentinel" not in kept_by(caught.value)


@pytest.mark.parametrize("value", [None, 3, ["A=sentinel"], {"A": "sentinel"}])
def test_only_a_str_or_bytes_is_parsed(value: object) -> None:
    with pytest.raises(TypeError, match="config is str or bytes, not") as caught:
        parse_env(value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert "sentinel" not in f"{caught.value}{kept_by(caught.value)}"


@pytest.mark.parametrize(
    ("assignments", "variables"),
    [
        ([], {}),
        (["A=1", "B=x=y", "C="], {"A": "1", "B": "x=y", "C": ""}),
        (["A= 'x' #y\n$Z "], {"A": " 'x' #y\n$Z "}),
        (["A=1"], {"A": "1"}),
    ],
)
def test_an_assignment_is_split_at_its_first_equals_sign(assignments: list[str], variables: dict[str, str]) -> None:
    env = parse_assignments(assignments)
    assert parse_assignments(iter(assignments)).variables == env.variables
    assert dict(env.variables) == variables
    assert env.diagnostics == ()


@pytest.mark.parametrize(("value", "name"), [(None, "NoneType"), (b"A=sentinel", "bytes")])
def test_an_assignment_is_a_str(value: object, name: str) -> None:
    with pytest.raises(TypeError, match=f"an assignment is a str, not {name}$"):
        parse_assignments(["A=1", value])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


def test_errors_of_assignments_have_no_location_and_no_value() -> None:
    with pytest.raises(InvalidEnv) as caught:
        parse_assignments(["A=1", "sentinel", "=sentinel", "-x=sentinel", "A=sentinel"])
    found = caught.value.diagnostics
    assert [(one.code, one.message, one.severity) for one in found] == [
        ("env-missing-equals", "missing `=` in assignment 2", "error"),
        ("env-invalid-name", "variable name is empty", "error"),
        ("env-invalid-name", "invalid variable name `-x`", "error"),
        ("env-duplicate-name", "duplicate variable `A`: the later value is used", "warning"),
    ]
    assert {(one.source, one.line, one.column) for one in found} == {(None, None, None)}
    assert "sentinel" not in str([(one.message, one.hint) for one in found])


def test_a_later_assignment_is_used_with_a_warning() -> None:
    env = parse_assignments(["A=1", "B=2", "A=3"])
    assert dict(env.variables) == {"A": "3", "B": "2"}
    assert [(one.code, one.severity) for one in env.diagnostics] == [("env-duplicate-name", "warning")]


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("", "env-invalid-name", "variable name is empty"),
        ("=sentinel", "env-invalid-name", "variable name is empty"),
        ("A=sentinel", "env-invalid-name", "invalid variable name `A`"),
        ("-a", "env-invalid-name", "invalid variable name `-a`"),
        ("a\0", "env-invalid-name", "invalid variable name `a\\x00`"),
        ("a\nb", "env-unusual-name", "variable name `a\\nb` is not supported by many programs"),
        ("A\n", "env-unusual-name", "variable name `A\\n` is not supported by many programs"),
        ("\u00e9", "env-unusual-name", "variable name `\u00e9` is not supported by many programs"),
        ("a/b", "env-unusual-name", "variable name is not supported by many programs"),
        ("a+b", "env-unusual-name", "variable name is not supported by many programs"),
        (f"{'a' * 59}.", "env-unusual-name", f"variable name `{'a' * 59}.` is not supported by many programs"),
        (f"{'a' * 60}.", "env-unusual-name", f"variable name `{'a' * 60}\u2026` is not supported by many programs"),
    ],
)
def test_a_name_is_shown_on_one_line_and_in_bounds(name: str, code: str, message: str) -> None:
    (found,) = check_names(["A", name, "_b1"])
    assert (found.code, found.message) == (code, message)
    assert (found.source, found.line) == (None, None)
    assert found.severity == ("error" if code == "env-invalid-name" else "warning")


def test_values_are_neither_shown_nor_pickled_nor_changed() -> None:
    env = parse_env("A=sentinel\nB=sentinel")
    assert f"{env!r}{env}" == "Env(variables=<A, B>)" * 2
    with pytest.raises(TypeError, match="cannot be pickled") as caught:
        pickle.dumps(env)
    assert "sentinel" not in str(caught.value)
    with pytest.raises(TypeError):
        env.variables["A"] = "x"  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    assert env == Env({"A": "sentinel", "B": "sentinel"})


def test_the_last_line_of_a_key_in_base64_is_not_quoted() -> None:
    (warning,) = parse_env("KEY=MIIEpart1\nc2VjcmV0/key+material==").diagnostics
    assert (warning.code, warning.line) == ("env-unusual-name", 2)
    assert "c2VjcmV0" not in str(warning)
