"""The variables that a word uses."""

from __future__ import annotations

import pytest

from deployspec._dockerfile.words.expand import unset_names
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


def test_names_are_looked_for_at_the_cost_of_the_request() -> None:
    values, budget = {"A": "x" * 10}, Budget(15)
    assert unset_names("$A$B", values, budget=budget) == ("B",)
    assert budget.left == 5
    # As far as the budget goes, and no further.
    assert unset_names("$C$A$B", values, budget=budget) == ("C",)
