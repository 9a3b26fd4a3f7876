"""Word expansion: quotes, escapes, variables, modifiers, limits."""

from __future__ import annotations

import pytest

from deployspec import InvalidDockerfile, parse_dockerfile
from deployspec._dockerfile.words.expand import expand
from deployspec._dockerfile.words.glob import TooLarge, replace
from deployspec._dockerfile.words.lexer import LARGEST_RESULT, Budget, ExpansionError

VARIABLES = {
    "V": "3.19-slim",
    "EMPTY": "",
    "NAME": "V",
    "DOLLAR": "$V",
    "QUOTED": "'a' \"b\" \\c",
    "1": "one",
    "10": "ten",
    "@": "at",
    "?": "status",
    "größe": "gross",
    "_A1": "under",
    "GLOB": "3.*",
    "STARS": "a*b*c",
    "PATH": "/usr/local/bin",
    "BRACE": "a}b",
    "BACK": "a\\b",
    "LINES": "ab\ncd",
    "H": "#",
    "P": "%",
}


def test_a_modifier_that_cannot_be_printed_is_written_out() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("FROM ${A\x16x}").images()
    assert all(one.message.isprintable() for one in caught.value.diagnostics)


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("", ""),
        ("alpine:3", "alpine:3"),
        ("'$V'", "$V"),
        (r"'a\'b", r"a\b"),
        ('"$V"', "3.19-slim"),
        ("a'b'\"c\"d", "abcd"),
        ('"it\'s"', "it's"),
        ("'say \"x\"'", 'say "x"'),
        ("''\"\"", ""),
        (r'"\"\$V\\"', '"$V\\'),
        (r'"\n\a"', r"\n\a"),
        (r"\$V", "$V"),
        (r"\n\'\"", "n'\""),
        (r"a\\b", r"a\b"),
        ("a\\", "a"),
        ("a b\t$V", "a b\t3.19-slim"),
    ],
)
def test_quotes_and_escapes(word: str, result: str) -> None:
    assert expand(word, VARIABLES) == result


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("`$V", "$V"),
        ("a``b", "a`b"),
        ("a`", "a"),
        ('"`$V`n"', "$V`n"),
        (r"\$V", "\\3.19-slim"),
        ("'`$V'", "`$V"),
    ],
)
def test_the_escape_character_can_be_a_backtick(word: str, result: str) -> None:
    assert expand(word, VARIABLES, "`") == result


def test_a_backslash_is_no_escape_beside_the_backtick() -> None:
    with pytest.raises(ExpansionError, match="unclosed double quote"):
        expand(r'"\""', VARIABLES, "`")


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("$V", "3.19-slim"),
        ("${V}", "3.19-slim"),
        ("$V.$V", "3.19-slim.3.19-slim"),
        ("$Vx", ""),
        ("${V}x", "3.19-slimx"),
        ("$1", "one"),
        ("$10", "ten"),
        ("$1x", "onex"),
        ("${10}", "ten"),
        ("$@x", "atx"),
        ("$?x", "statusx"),
        ("${@}", "at"),
        ("$$V", "V"),
        ("$größe", "gross"),
        ("$_A1-", "under-"),
        ("$", "$"),
        ("a$", "a$"),
        ("$.$/", "$.$/"),
        ("$UNSET", ""),
        ("a$V-${NAME}.${UNSET}$UNSET$H", "a3.19-slim-V.#"),
        ("$\u0663x", "x"),
        ("${\u0663x}"[:3] + "}x", "x"),
        ("$\u00b2", "$\u00b2"),
        ("a${UNSET}b", "ab"),
        ("$v", ""),
        ("$(echo V)", "$(echo V)"),
    ],
)
def test_names(word: str, result: str) -> None:
    assert expand(word, VARIABLES) == result
    assert expand(f'"{word}"', VARIABLES) == result


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("\ufeffa", "a"),
        ("\ufeff", ""),
        ("\ufeff\ufeffa", "\ufeffa"),
        ("a\ufeff", "a\ufeff"),
        ('"\ufeffa"', "\ufeffa"),
        ("\ufeff$V", "3.19-slim"),
    ],
)
def test_a_byte_order_mark_before_a_word_does_not_count(word: str, result: str) -> None:
    assert expand(word, VARIABLES) == result


@pytest.mark.parametrize(
    ("word", "result"),
    [("$DOLLAR", "$V"), ("$QUOTED", "'a' \"b\" \\c"), ("${X:-$DOLLAR}", "$V"), ("${V+$QUOTED}", "'a' \"b\" \\c")],
)
def test_a_result_is_never_scanned_again(word: str, result: str) -> None:
    assert expand(word, VARIABLES) == result


@pytest.mark.parametrize(
    ("modifier", "if_set", "if_empty", "if_unset"),
    [
        ("-w", "3.19-slim", "", "w"),
        (":-w", "3.19-slim", "w", "w"),
        ("+w", "w", "w", ""),
        (":+w", "w", "", ""),
        ("?w", "3.19-slim", "", None),
        (":?w", "3.19-slim", None, None),
    ],
)
def test_conditionals(modifier: str, if_set: str, if_empty: str | None, if_unset: str | None) -> None:
    for name, result, state in (("V", if_set, ""), ("EMPTY", if_empty, "empty"), ("UNSET", if_unset, "unset")):
        word = f"${{{name}{modifier}}}"
        if result is None:
            with pytest.raises(ExpansionError) as caught:
                expand(word, VARIABLES)
            assert caught.value.message == f"`{name}` is {state}, but the file requires a value: `w`"
            assert caught.value.column == 1
            assert not caught.value.too_large
        else:
            assert expand(word, VARIABLES) == result


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("${X:-$V}", "3.19-slim"),
        ("${X:-'$V'}", "$V"),
        ('${X:-"}"}', "}"),
        (r"${X:-\}}", "}"),
        ("${X:-a${Y:-b}c}d", "abcd"),
        ("${X:-}", ""),
        ("${X:-a b}", "a b"),
        ("${V:+-$V}", "-3.19-slim"),
        ('"${X:-"q"}"', "q"),
    ],
)
def test_the_word_of_a_conditional_is_expanded(word: str, result: str) -> None:
    assert expand(word, VARIABLES) == result


def test_the_word_of_a_conditional_is_expanded_even_if_it_is_not_used() -> None:
    with pytest.raises(ExpansionError, match="`U` is unset, but the file requires a value: `no`"):
        expand("${V:-${U:?no}}", VARIABLES)


def test_a_demand_need_not_say_why() -> None:
    with pytest.raises(ExpansionError, match="`U` is unset, but the file requires a value"):
        expand("${U?}", VARIABLES)


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("${V%-*}", "3.19"),
        ("${V%%.*}", "3"),
        ("${V#*.}", "19-slim"),
        ("${PATH#*/}", "usr/local/bin"),
        ("${PATH##*/}", "bin"),
        ("${PATH%/*}", "/usr/local"),
        ("${PATH%%/*}", ""),
        ("${V#?}", ".19-slim"),
        ("${V%$X}", "3.19-slim"),
        ("${V#$GLOB}", "19-slim"),
        ("${V##$GLOB}", ""),
        ("${V#'3.'}", "19-slim"),
        (r"${STARS#a\*}", "b*c"),
        (r"${STARS%\*c}", "a*b"),
        (r"${V#\*}", "3.19-slim"),
        (r"${BRACE#*\}}", "b"),
        (r"${BACK#*\\}", "b"),
        (r"${PATH#\/usr}", "/local/bin"),
        ("${UNSET#x}", ""),
        ("${V#}", "3.19-slim"),
        ("${V/./-}", "3-19-slim"),
        ("${V/3.*-/x}", "xslim"),
        ("${V/nothing/x}", "3.19-slim"),
        ("${V/./}", "319-slim"),
        (r"${PATH/\/usr/}", "/local/bin"),
        (r"${PATH//\//:}", ":usr:local:bin"),
        ("${PATH//?/x}", "xxxxxxxxxxxxxx"),
        ("${V/slim/$NAME}", "3.19-V"),
        ("${V/3/'$0'}", "$0.19-slim"),
        ("${V//3/'[$0]'}", "[3].19-slim"),
        ("${V/3/$0}", ".19-slim"),
        (r"${V/3/\n}", r"\n.19-slim"),
        ("${UNSET/a/b}", ""),
        ("${X:-${V%-*}}", "3.19"),
        (r"${STARS#${X:-a\*}}", "*b*c"),
        ("${STARS#${H}a\\*}", "b*c"),
        ("${PATH#${H}*/}", "bin"),
        ("${PATH%${P}/*}", ""),
        (r'${BACK#"a\b"}', ""),
        (r'${BACK#"a\\"}', "b"),
        ("${V#\ufeff3.}", "19-slim"),
        ("${V%-slim\ufeff}", "3.19"),
        ("${V/\ufeff3./x}", "x19-slim"),
        ("\ufeff$V", "3.19-slim"),
    ],
)
def test_patterns_in_words(word: str, result: str) -> None:
    assert expand(word, VARIABLES) == result


def test_escapes_mean_their_usual_again_behind_a_pattern() -> None:
    assert expand(r"${STARS#a\*}\$V", VARIABLES) == "b*c$V"


@pytest.mark.parametrize(
    ("word", "message", "column"),
    [
        ("a'b", "unclosed single quote", 2),
        ('a"b', "unclosed double quote", 2),
        ('${X:-"b', "unclosed double quote", 6),
        ('"b\\', "unclosed double quote", 1),
        ("${", "missing `}`", 3),
        ("${V", "missing `}`", 4),
        ("${V:-a", "missing `}`", 7),
        ("${V#a", "missing `}`", 6),
        ("${V/a", "missing `/`", 6),
        ("${V/a}", "missing `/`", 7),
        ("${V/a/b", "missing `}`", 8),
        ("x${}", "missing variable name", 4),
        ("${{}", "missing variable name", 3),
        ("${:-a}", "missing variable name", 3),
        ("${V^^}", "unsupported modifier `^`", 4),
        ("${V,}", "unsupported modifier `,`", None),
        ("${V[0]}", "unsupported modifier `[`", None),
        ("${V:0:1}", "unsupported modifier `:0`", None),
        ("${V:#a}", "unsupported modifier `:#`", None),
        ("${V:%a}", "unsupported modifier `:%`", None),
        ("${V:/a/b}", "unsupported modifier `:/`", None),
        ("${V:", "missing `}`", 5),
        ("${V:}", "unsupported modifier `:}`", None),
        (r"x${V#\c}", r"invalid escape `\c` in the pattern", 2),
        (r"${V/\c/x}", r"invalid escape `\c` in the pattern", None),
        ("${$NAME}", "unsupported modifier `N`", None),
        ("${X:-'a}", "unclosed single quote", 6),
    ],
)
def test_what_cannot_be_expanded(word: str, message: str, column: int | None) -> None:
    with pytest.raises(ExpansionError) as caught:
        expand(word, VARIABLES)
    assert caught.value.message == str(caught.value) == message
    assert column is None or caught.value.column == column
    assert not caught.value.too_large


def test_a_fault_says_nothing_of_the_values() -> None:
    with pytest.raises(ExpansionError) as caught:
        expand("${V:+${EMPTY:?no}}", {**VARIABLES, "V": "sentinel"})
    assert "sentinel" not in caught.value.message


def test_the_result_is_bounded() -> None:
    half = {"A": "x" * (LARGEST_RESULT // 2)}
    assert len(expand("$A$A", half)) == LARGEST_RESULT
    for word in ("$A$A.", '"$A$A."', "${X:-$A$A.}"):
        with pytest.raises(ExpansionError) as caught:
            expand(word, half)
        assert caught.value.too_large
        assert caught.value.message == "result longer than 65,536 characters"


def test_what_a_replacement_puts_in_may_be_as_large_as_its_limit() -> None:
    assert replace("aa", "a", "xy", everywhere=True, limit=4) == "xyxy"
    with pytest.raises(TooLarge):
        replace("aa", "a", "xy", everywhere=True, limit=3)


@pytest.mark.parametrize("part", ["${X:-", "${X:+", "${V#", "${V/", '${X:-"', "${X:-a"])
def test_nothing_is_nested_too_deep(part: str) -> None:
    deep = 20_000
    closing = {"${V/": "/}", '${X:-"': '"}'}.get(part, "}")
    result = expand(part * deep + "x" + closing * deep, {"V": "3"})
    assert result == {"${X:-": "x", '${X:-"': "x", "${X:-a": "a" * deep + "x"}.get(part, "")


def test_the_work_of_all_expansions_is_bounded() -> None:
    budget = Budget(1000)
    assert expand("${A#x}", {"A": "a" * 400}, budget=budget) == "a" * 400
    with pytest.raises(ExpansionError, match="the expansions of the file process more than") as caught:
        expand("${A#x}", {"A": "a" * 400}, budget=budget)
    assert caught.value.too_large


@pytest.mark.parametrize("word", ["${V//?/$V}", '"$V$V$V$V$V$V$V$V$V"'])
def test_a_result_is_bounded_while_it_grows(word: str) -> None:
    with pytest.raises(ExpansionError) as caught:
        expand(word, {"V": "x" * 8000})
    assert caught.value.too_large


@pytest.mark.parametrize("name", ["aa", "a" * 40, "x" * 20_000])
def test_variables_before_a_quote_are_linear(name: str) -> None:
    """A name could be cut off anywhere, were it not for the quote that ends every usual word."""
    times = 20_000 // len(name)
    assert expand(f"${name}" * times + "'q'", {name: "b"}) == "b" * times + "q"


@pytest.mark.parametrize("name", list("@*#?-$!0123456789"))
def test_every_special_parameter_is_a_variable_of_one_character(name: str) -> None:
    for text in (f"a${name}b", f"a${{{name}}}b"):
        (image,) = parse_dockerfile(f"FROM {text}").images().needed
        assert image.reference.familiar == "ab:latest"


@pytest.mark.parametrize("name", list("+%,.=~^/;&|"))
def test_other_characters_are_no_special_parameters(name: str) -> None:
    with pytest.raises(InvalidDockerfile, match="unexpanded variable"):
        parse_dockerfile(f"FROM a${name}b").images()
