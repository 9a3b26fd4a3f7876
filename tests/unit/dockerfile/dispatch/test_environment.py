"""Variables with known, unset and unknown values, and the expansion of words with them."""

from __future__ import annotations

import pytest

from deployspec._dockerfile.dispatch.environment import Environment
from deployspec._dockerfile.words.lexer import Budget, ExpansionError


@pytest.fixture
def environment() -> Environment:
    environment = Environment("\\")
    environment.set_env("A", "x y")
    environment.set_env("E", "")
    environment.set_env("U", None)
    return environment


WORDS = {
    "plain": "plain",
    "$A": "x y",
    "'$A'": "$A",
    "${N}": "",
    "${N:-$A}": "x y",
    "${A:?no}": "x y",
    "$U": None,
    "a${U:-b}": None,
    "${U:?no}": None,
    "${U?}${A?}": None,
    "${N:-${U}}": None,
}
SPLIT = {
    "80": ["80"],
    "8\u00a00": ["8", "0"],
    "$A": ["x", "y"],
    '"$A"': ["x y"],
    "1$A": ["1x", "y"],
    '""': [],
    "$N": [],
    "8${A}": ["8x", "y"],
    "a'b c'": ["ab c"],
    # BuildKit loses the part of the word before `${…}` with a modifier.
    "80${A:+ 90}": ["90"],
    "80 ${N:-81}": ["80", "81"],
    '1"2${N:-3}4"5': ["2345"],
    "8${A%y}9": ["x", "9"],
    "${A/x/1 2}": ["1", "2", "y"],
    "$U": None,
}


@pytest.mark.parametrize(("word", "result"), WORDS.items())
def test_a_word_is_expanded(environment: Environment, word: str, result: str | None) -> None:
    assert environment.word(word) == result


@pytest.mark.parametrize(("word", "result"), SPLIT.items())
def test_a_word_is_expanded_and_split(environment: Environment, word: str, result: list[str] | None) -> None:
    assert environment.words(word) == result


@pytest.mark.parametrize("word", ["${N:?}", "${E:?no}", "${U:?a}${N?}", "'", "${A", "${U^}", "$U'"])
def test_errors_that_do_not_depend_on_an_unknown_value_are_raised(environment: Environment, word: str) -> None:
    with pytest.raises(ExpansionError):
        environment.word(word)
    with pytest.raises(ExpansionError):
        environment.words(word)


def test_all_other_variables_of_an_image_are_unknown(environment: Environment) -> None:
    environment.seen.is_open = True
    assert environment.word("${N:?}") is None
    assert environment.word("$A") == "x y"


def test_a_result_that_is_too_long_is_unknown(environment: Environment) -> None:
    environment.budget = Budget(5)
    assert environment.word("$A") == "x y"
    assert environment.word("$A") is None


def test_quotes_mean_nothing_in_a_heredoc(environment: Environment) -> None:
    environment.check_heredoc("it's \" $A ${N:-'} \\${A^} <<\n")
    environment.check_heredoc("${A^}".replace("$", ""))
    with pytest.raises(ExpansionError):
        environment.check_heredoc("'${A^}'")


def test_changes_are_undone_in_reverse(environment: Environment) -> None:
    mark = environment.mark()
    for value in ("1", None, "2"):
        environment.set_env("A", value)
        environment.set_env("U", value)
        environment.set_argument("B", value)
    assert environment.word("$A$U$B") == "222"
    environment.undo(mark)
    assert environment.word("$A$B") == "x y"
    assert environment.word("$U") is None


def test_an_argument_hides_a_variable_of_the_image_until_the_end_of_the_stage(environment: Environment) -> None:
    for name in ("A", "U", "B"):
        environment.set_argument(name, "1")
    assert environment.word("$A$U$B") == "111"
    environment.end_stage()
    assert environment.word("$A$B") == "x y1"
    assert environment.word("$U") is None
    environment.set_env("A", "2")
    environment.end_stage()
    assert environment.word("$A") == "2"
