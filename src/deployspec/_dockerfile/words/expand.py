"""Expanding a word, the usual one at once and any other with the lexer of `_words`.

Grammar::

    usual    = *text variable *( text | variable )      ; ASCII, without quotes and escapes
    variable = "$" name | "${" name "}"
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from deployspec._dockerfile.words.lexer import BOM, Budget, ExpansionError, WordLexer

if TYPE_CHECKING:
    from collections.abc import Mapping

# What is shorter need not be counted: it is bounded by the text that asks for it.
_SMALL = 256
# A word of nothing but text and variables, which most words are: the text, the first variable, and what follows it.
# A name goes as far as it can, so that there is one way to divide a word.
_TEXT, _NAME = r"[!#%&(-\[\]-_a-~]", "[A-Za-z_][A-Za-z0-9_]*(?![A-Za-z0-9_])"
_USUAL = re.compile(rf"({_TEXT}*)\$(?:{{({_NAME})}}|({_NAME}))((?:{_TEXT}|\$(?:{_NAME}|{{{_NAME}}}))*)")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))", re.ASCII)


def is_plain(word: str, escape: str) -> bool:
    """Whether expansion leaves a word alone, for it has nothing to expand."""
    return "$" not in word and escape not in word and "'" not in word and '"' not in word and word[:1] != BOM


def expand(word: str, variables: Mapping[str, str], escape: str = "\\", budget: Budget | None = None) -> str:
    """Expand a word.

    >>> expand("alpine:${TAG:-3}", {})
    'alpine:3'
    >>> expand("${V%-*}", {"V": "3.19-slim"})
    '3.19'
    """
    if is_plain(word, escape):
        return word
    usual = _USUAL.fullmatch(word)
    if usual is not None:
        before, braced, bare, rest = usual.groups()
        if "$" in rest:
            rest = _VARIABLE.sub(lambda found: variables.get(found[1] or found[2], ""), rest)
        result = before + variables.get(braced or bare, "") + rest
        if len(result) < _SMALL:
            return result
    return WordLexer(word, variables, escape, budget).result()


def asked_names(
    word: str, variables: Mapping[str, str], escape: str = "\\", budget: Budget | None = None
) -> tuple[str, ...]:
    """Return the names that a word asks for, in order, set or not, as far as it can be expanded."""
    lexer = WordLexer(word, variables, escape, budget)
    with contextlib.suppress(ExpansionError):
        lexer.result()
    return tuple(dict.fromkeys(lexer.asked))


def unset_names(
    word: str, variables: Mapping[str, str], escape: str = "\\", budget: Budget | None = None
) -> tuple[str, ...]:
    """Return the names that a word asks for as they stand (`$A`, `${A}`) and nobody set, in order; as far as well."""
    lexer = WordLexer(word, variables, escape, budget)
    with contextlib.suppress(ExpansionError):
        lexer.result()
    return tuple(dict.fromkeys(lexer.unset))
