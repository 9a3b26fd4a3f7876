"""Word expansion: `expand` replaces the variables in a word, such as the base of a FROM or the default of an ARG.

Grammar of the usual words, which one regular expression expands::

    usual    = *text variable *( text | variable )      ; ASCII, without quotes and escapes
    variable = "$" name | "${" name "}"

Theory of operation. Any other word is expanded by `words/lexer.py`, which follows BuildKit's shell lexer:

Quotes. Single quotes keep their content verbatim and are removed. Double quotes are removed too, but variables in them
are expanded. The result of an expansion is never split, unquoted or expanded again.

Escapes. Outside quotes the escape character is dropped and the next character is literal. In double quotes it is
dropped only before `"`, `$` and itself. In patterns (`${V#…}`, `${V%…}`, `${V/…/…}`) escapes are kept, since the
pattern interprets them.

Frames. Quotes and `${…}` nest to any depth, so the lexer does not recurse: it keeps a stack of frames. A frame is an
open quote, or a `${name…` whose word or pattern is being read; it knows the character that ends it and collects the
pieces read so far. When its end is reached, the frame is popped, evaluated, and its result added to the frame below.
What is left open at the end of the word is an error. BuildKit evaluates the word of `-`, `+` and `?` even if it is not
used, and so does the lexer.

Budget. Go has no bound that helps against `ARG B=$A$A`, doubled thirty times: a kilobyte of text would make gigabytes.
So a result has at most 65,536 characters, and all expansions of a build share a budget of characters that they may
produce or inspect; exceeding either is `dockerfile-expansion-too-large`.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from deployspec._dockerfile.words.lexer import BOM, Budget, ExpansionError, WordLexer

if TYPE_CHECKING:
    from collections.abc import Mapping

# Shorter results are not counted: their number is bounded by the size of the file.
_SMALL = 256
# Fast path: a word of only text and variables. Groups: the text, the first variable (in braces or bare), the rest. A
# name is as long as possible, so that there is only one way to match a word.
_TEXT, _NAME = r"[!#%&(-\[\]-_a-~]", "[A-Za-z_][A-Za-z0-9_]*(?![A-Za-z0-9_])"
_USUAL = re.compile(rf"({_TEXT}*)\$(?:{{({_NAME})}}|({_NAME}))((?:{_TEXT}|\$(?:{_NAME}|{{{_NAME}}}))*)")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))", re.ASCII)


def is_plain(word: str, escape: str) -> bool:
    """Whether expansion cannot change a word, since it has no variable, quote or escape."""
    return "$" not in word and escape not in word and "'" not in word and '"' not in word and word[:1] != BOM


# buildkit frontend/dockerfile/shell/lex.go: ProcessWord
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


def usual_names(word: str) -> list[str] | None:
    """Return the variables of a word that has only text and plain variables, in order; `None` for any other word.

    >>> usual_names("ruby:$TAG-${ARCH}"), usual_names("${TAG:-3}")
    (['TAG', 'ARCH'], None)
    """
    usual = _USUAL.fullmatch(word)
    if usual is None:
        return None
    _, braced, bare, rest = usual.groups()
    if "$" not in rest:
        return [braced or bare]
    return [braced or bare for braced, bare in _VARIABLE.findall(word)]


def unset_names(
    word: str, variables: Mapping[str, str], escape: str = "\\", budget: Budget | None = None
) -> tuple[str, ...]:
    """Return the unset variables that a word uses without a modifier, in order; up to the first error in the word."""
    lexer = WordLexer(word, variables, escape, budget)
    with contextlib.suppress(ExpansionError):
        lexer.result()
    return tuple(dict.fromkeys(lexer.unset))
