"""The variables that a word uses."""

from __future__ import annotations

import pytest

from deployspec._dockerfile.words.expand import asked_names, unset_names
from deployspec._dockerfile.words.lexer import Budget

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


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("alpine", ()),
        ("$V$EMPTY", ()),
        ("$B $A ${B}", ("B", "A")),
        ("'$A' \\$A", ()),
        ("${A:-x}${A+x}", ()),
        ("${A:-$B}", ("B",)),
        ('"$A"', ("A",)),
    ],
)
def test_names_that_nobody_set(word: str, names: tuple[str, ...]) -> None:
    assert unset_names(word, VARIABLES) == names


def test_names_that_are_asked_for() -> None:
    assert asked_names("$V${A:-$B}${C#x}${D/x/y}\\$E${V}", VARIABLES) == ("V", "A", "B", "C", "D")


def test_names_are_looked_for_at_the_cost_of_the_request() -> None:
    values, budget = {"A": "x" * 10}, Budget(25)
    assert asked_names("$A$B", values, budget=budget) == ("A", "B")
    assert unset_names("$A$B", values, budget=budget) == ("B",)
    assert budget.left == 5
    # As far as the budget goes, and no further.
    assert asked_names("$C$A$B", values, budget=budget) == ("C", "A")
    assert unset_names("$C$A$B", values, budget=budget) == ("C",)
