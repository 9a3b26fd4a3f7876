r"""Heredocs: which ones a logical line opens.

Grammar::

    heredoc = [ digits ] "<<" [ "-" ] blanks terminator        ; a whole word of ADD, COPY or RUN, or ONBUILD of these

The line is split into words by the lexer that expands words, always with a backslash as the escape character: quotes,
escapes and unset variables stay as written, and `<<` holds on to the blanks that follow it. Where that fails there are
no heredocs. A terminator is what its word is without quotes, so that `<<EOF;` ends at a line that holds `EOF;`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from deployspec._dockerfile.go import SPACE
from deployspec._dockerfile.words.lexer import ExpansionError, WordLexer, joined

if TYPE_CHECKING:
    from deployspec._dockerfile.words.lexer import Pieces

_HEREDOC = re.compile(r"[0-9]*<<(-?)[\t\n\f\r ]*([^<]*)")
_NO_UTF_8 = re.compile("[\ud800-\udfff]")
# Without quotes, escapes and variables, words are what stands between white space, but for the blanks behind `<<`.
_SIMPLE = re.compile("[^'\"$\\\\\ufeff]*")
_SIMPLE_WORD = re.compile(f"(?:<<[\t\r ]*|<|[^<{SPACE}]+)+")
_NO_SPACE = re.compile(f"[^{SPACE}]+")
_WORD_OR_SPACE = re.compile(f"[{SPACE}]+|[^{SPACE}]+")


@attrs.frozen
class Heredoc:
    """One heredoc: its word as written, the line that ends it, and whether tabs before that line do not count."""

    word: str
    terminator: str
    chomps: bool


def heredocs_of(line: str) -> tuple[Heredoc, ...]:
    """Return the heredocs that a line opens, if its instruction can.

    >>> heredocs_of("RUN <<A cat <<-'B'")
    (Heredoc(word='<<A', terminator='A', chomps=False), Heredoc(word="<<-'B'", terminator='B', chomps=True))
    """
    found = (heredoc_of(word) for word in heredoc_words(line) or ())
    return tuple(one for one in found if one is not None)


def heredoc_of(word: str) -> Heredoc | None:
    """Read a word as a heredoc."""
    match = _HEREDOC.fullmatch(word)
    if match is None or not match[2]:
        return None
    words = unquoted_words(match[2])
    if words is None or len(words) != 1:
        return None
    # Bytes that are no UTF-8 come out of Go's lexer as U+FFFD.
    return Heredoc(word, _NO_UTF_8.sub("\ufffd", words[0]), bool(match[1]))


def heredoc_words(line: str) -> list[str] | None:
    """Split a line into words as the search for heredocs does; `None` where it cannot be split."""
    if _SIMPLE.fullmatch(line):
        return _SIMPLE_WORD.findall(line)
    return lexed(line, raw=True)


def unquoted_words(text: str) -> list[str] | None:
    """Split a heredoc's terminator into words, without quotes."""
    if _SIMPLE.fullmatch(text):
        return _NO_SPACE.findall(text)
    return lexed(text, raw=False)


def lexed(text: str, *, raw: bool) -> list[str] | None:
    """Split any text into words with the lexer that expands words."""
    lexer = _RawSplitter(text, {}) if raw else _WordSplitter(text, {})
    try:
        lexer.result()
    except ExpansionError:
        return None
    return lexer.finished()


class _WordSplitter(WordLexer):
    """Splits what it expands into words, outside quotes; unset variables stay as written."""

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
        """What is only split does not grow."""

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
    """Keeps quotes and escapes as well, and the blanks behind `<<`."""

    raw = True
