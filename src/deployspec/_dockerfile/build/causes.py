"""Finding the variables that make an expanded word invalid: those without a value, and those with quotes in it.

Theory of operation. `alpine@${D}` is invalid because `D` is empty, not because of the syntax of digests. So the word is
expanded again with a plausible value for each variable that is empty or unset, also for those in the defaults of other
arguments. If the result is valid, the variables are the cause; otherwise the word has an error of its own.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from deployspec._core.text import MOST_LISTED, listed
from deployspec._dockerfile.words.expand import expand, unset_names
from deployspec._dockerfile.words.lexer import ExpansionError
from deployspec._references.hints import QUOTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deployspec._dockerfile.build.scope import Scope

DIGEST = "sha256:" + "0" * 64
# Up to so many variables, all combinations of plausible values are tried.
_MOST_COMBINED = 3
# The work for one word is bounded, since a chain of defaults may have thousands of names.
_MOST_NAMES = 32


class Causes:
    """The variables that a word uses, directly or in the defaults that lead to it.

    `missing` is the state of each variable without a value: `has no value` or `is empty`. `defaults` are the defaults
    that lead to the word, in the order of the file.
    """

    def __init__(self, scope: Scope, word: str) -> None:
        self.scope = scope
        self.word = word
        self.missing: dict[str, str] = {}
        self.names: list[str] = []
        defaults = set[str]()
        words = [word]
        for text in words:
            for name in unset_names(text, {}, scope.escape, scope.budget):
                if name in self.names or len(self.names) == _MOST_NAMES:
                    continue
                self.names.append(name)
                if name in scope.defaults:
                    words.append(scope.defaults[name])
                    defaults.add(name)
                elif not scope.variables.get(name):
                    self.missing[name] = "has no value" if scope.variables.get(name) is None else "is empty"
        # Usually without a sort: few names.
        self.defaults = [name for name in scope.defaults if name in defaults] if defaults else []
        if not self.missing:
            self.missing = {name: "is empty" for name in self.names if scope.variables.get(name) == ""}

    def explain(self, is_valid: Callable[[str], object], plausible: tuple[str, ...]) -> tuple[str, str] | None:
        """Return the reason why the word is invalid once it is expanded, and a hint, if variables are the cause."""
        if self.missing and any(self.is_valid_with(values, is_valid) for values in self.combinations(plausible)):
            return sentence(self.missing), self.advice()
        values = self.scope.variables
        bare = {name: value.strip(QUOTES) for name in self.names if (value := values.get(name, ""))[:1] in QUOTES}
        if not bare or not self.is_valid_with(bare, is_valid):
            return None
        names = listed([f"`{name}`" for name in bare])
        reason = f"values of {names} contain quotes" if len(bare) > 1 else f"value of {names} contains quotes"
        return reason, "remove the quotes, which are part of the value"

    def combinations(self, plausible: tuple[str, ...]) -> list[dict[str, str]]:
        """Return plausible values for the variables without a value."""
        names = self.missing
        if len(names) > _MOST_COMBINED:
            return [dict.fromkeys(names, value) for value in plausible]
        return [dict(zip(names, values, strict=True)) for values in itertools.product(plausible, repeat=len(names))]

    def is_valid_with(self, values: Mapping[str, str], is_valid: Callable[[str], object]) -> bool:
        """Whether the word is valid if some variables have other values."""
        scope = self.scope
        variables = {**scope.variables, **values}
        try:
            for name in self.defaults:
                if name not in values:
                    variables[name] = expand(scope.defaults[name], variables, scope.escape, scope.budget)
            return bool(is_valid(expand(self.word, variables, scope.escape, scope.budget)))
        except ExpansionError:
            return False

    def advice(self) -> str:
        """Return a hint how to give variables their values; a build argument needs a declaration in the file."""
        scope = self.scope
        declared = [name for name in self.missing if name in scope.declared]
        predefined = [name for name in self.missing if name not in scope.declared and name in scope.variables]
        others = [name for name in self.missing if name not in scope.declared and name not in scope.variables]
        hints: list[str] = []
        if declared:
            set_it = (
                "set them with {} or give them defaults" if len(declared) > 1 else "set it with {} or give it a default"
            )
            hints.append(f"{set_it.format(_options(declared))} in the file")
        if predefined:
            hints.append(f"choose a platform that sets {listed([f'`{name}`' for name in predefined])}")
        if others:
            lines = listed([f"`ARG {name}=…`" for name in others])
            overrides = "overrides that value" if len(others) == 1 else "overrides those values"
            it = "it" if len(others) == 1 else "them"
            hints.append(f"declare {it} with {lines} before the first `FROM`; {_options(others)} {overrides}")
        return "; ".join(hints)


def _options(names: list[str]) -> str:
    return f"`{' '.join(f'--build-arg {name}=…' for name in names[:MOST_LISTED])}`"


def sentence(found: Mapping[str, str]) -> str:
    """Say which variables have no value, and which are empty.

    >>> sentence({"A": "has no value", "B": "is empty", "C": "has no value"})
    '`A` and `C` have no value, and `B` is empty'
    """
    clauses: list[str] = []
    for state, plural in (("has no value", "have no value"), ("is empty", "are empty")):
        names = [f"`{name}`" for name, its_state in found.items() if its_state == state]
        if names:
            clauses.append(f"{listed(names)} {plural if len(names) > 1 else state}")
    return ", and ".join(clauses)
