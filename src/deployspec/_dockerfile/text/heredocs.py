r"""Heredocs: finding the ones that a logical line opens.

Grammar::

    heredoc = [ digits ] "<<" [ "-" ] blanks terminator        ; a whole word of ADD, COPY or RUN, or ONBUILD of these

BuildKit splits the line into words with its word lexer, always with a backslash as the escape character. Quotes,
escapes and unset variables stay as written, and blanks after `<<` belong to the word. If the lexer fails, for example
at an unclosed quote, the line has no heredocs. The terminator is the rest of the word without quotes, so that `<<EOF;`
ends at the line `EOF;`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from deployspec._dockerfile.go import SPACE
from deployspec._dockerfile.words.lexer import ExpansionError, WordLexer, joined

if TYPE_CHECKING:
    from deployspec._dockerfile.words.lexer import Pieces

# buildkit frontend/dockerfile/parser/parser.go: reHeredoc
_HEREDOC = re.compile(r"[0-9]*<<(-?)[\t\n\f\r ]*([^<]*)")
_INVALID_UTF8 = re.compile("[\ud800-\udfff]")
# Fast path: without quotes, escapes and variables, white space divides words, except after `<<`.
_SIMPLE = re.compile("[^'\"$\\\\\ufeff]*")
_SIMPLE_WORD = re.compile(f"(?:<<[\t\r ]*|<|[^<{SPACE}]+)+")
_NO_SPACE = re.compile(f"[^{SPACE}]+")
_WORD_OR_SPACE = re.compile(f"[{SPACE}]+|[^{SPACE}]+")


@attrs.frozen
class Heredoc:
    """One heredoc: its word as written, the line that ends it, and whether tabs before that line are ignored."""

    word: str
    terminator: str
    chomps: bool


# buildkit frontend/dockerfile/parser/parser.go: heredocsFromLine
def heredocs_of(line: str) -> tuple[Heredoc, ...]:
    """Return the heredocs that a line opens, provided that its instruction supports them.

    >>> heredocs_of("RUN <<A cat <<-'B'")
    (Heredoc(word='<<A', terminator='A', chomps=False), Heredoc(word="<<-'B'", terminator='B', chomps=True))
    """
    found = (heredoc_of(word) for word in heredoc_words(line) or ())
    return tuple(heredoc for heredoc in found if heredoc is not None)


# buildkit frontend/dockerfile/parser/parser.go: ParseHeredoc, heredocFromMatch
def heredoc_of(word: str) -> Heredoc | None:
    """Return the heredoc that a word opens, or `None`."""
    match = _HEREDOC.fullmatch(word)
    if match is None or not match[2]:
        return None
    words = unquoted_words(match[2])
    if words is None or len(words) != 1:
        return None
    # Go's scanner replaces bytes that are not UTF-8 by U+FFFD.
    return Heredoc(word, _INVALID_UTF8.sub("\ufffd", words[0]), bool(match[1]))


def heredoc_words(line: str) -> list[str] | None:
    """Split a line into words, quotes and escapes kept; `None` if it cannot be split."""
    if _SIMPLE.fullmatch(line):
        return _SIMPLE_WORD.findall(line)
    return lexed(line, raw=True)


def unquoted_words(text: str) -> list[str] | None:
    """Split the tail of a heredoc's word into words without quotes; `None` if it cannot be split."""
    if _SIMPLE.fullmatch(text):
        return _NO_SPACE.findall(text)
    return lexed(text, raw=False)


def lexed(text: str, *, raw: bool) -> list[str] | None:
    """Split any text into words with the word lexer; `raw` keeps quotes and escapes."""
    lexer = _RawSplitter(text, {}) if raw else _WordSplitter(text, {})
    try:
        lexer.result()
    except ExpansionError:
        return None
    return lexer.finished()


# buildkit frontend/dockerfile/shell/lex.go: wordsStruct
class _WordSplitter(WordLexer):
    """A word lexer that splits its result at white space outside quotes; unset variables stay as written."""

    keeps_unset = True

    def __init__(self, text: str, variables: dict[str, str]) -> None:
        super().__init__(text, variables)
        self.words: list[str] = []
        self.word: list[str] = []

    def finished(self) -> list[str]:
        self.end_word()
        return self.words

    def end_word(self) -> None:
        if word := "".join(self.word):
            self.words.append(word)
            self.word = []

    def spend(self, work: int) -> None:
        """Spend nothing: without variables the result is not longer than the text."""

    def add(self, piece: str | Pieces, size: int | None = None, *, splits: bool = False) -> None:
        if len(self.frames) > 1:
            super().add(piece, size)
            return
        text = piece if isinstance(piece, str) else joined(piece)
        if not splits:
            self.word.append(text)
            return
        for part in _WORD_OR_SPACE.findall(text):
            if part[0] in SPACE:
                self.end_word()
            else:
                self.word.append(part)


class _RawSplitter(_WordSplitter):
    """A splitter that also keeps quotes, escapes, and blanks after `<<`."""

    raw = True
