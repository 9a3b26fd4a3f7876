"""The variables that the instructions of a stage see, and the expansion of words with them.

A stage begins with the variables of its base: those of another stage, `PATH` for `scratch`, or those of an image, which
the text does not contain. A variable has one of three states: a known value, unset, or unknown. A word that uses an
unknown variable has no known result, and no error that depends on it is reported.

Stages form a forest, and every stage inherits from its parent. The variables are one dictionary that follows a walk
through this forest: changes of a stage are undone when the walk leaves it, so that the work is proportional to the
number of changes, however many stages inherit them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deployspec._dockerfile.go import SPACE
from deployspec._dockerfile.words.expand import is_plain
from deployspec._dockerfile.words.lexer import Budget, ExpansionError, PartialLexer, joined

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployspec._dockerfile.words.lexer import Frame, Pieces

_WORD_OR_SPACE = re.compile(f"[{SPACE}]+|[^{SPACE}]+")
_NO_SPACE = re.compile(f"[^{SPACE}]+")


class Variables(dict[str, str]):
    """The known values by name. Other names are unknown or unset: unknown if listed so, or if all others are."""

    def __init__(self) -> None:
        super().__init__()
        self.is_open = False
        self.unknown: set[str] = set()
        self.changes: list[tuple[str, str | None, bool]] = []

    def is_unknown(self, name: str) -> bool:
        """Whether the text does not say the value of a variable, nor that it is unset."""
        return name not in self and (self.is_open or name in self.unknown)

    def is_listed(self, name: str) -> bool:
        """Whether a variable was set."""
        return name in self or name in self.unknown

    def change(self, name: str, value: str | None) -> None:
        """Set a variable; `None` is an unknown value."""
        self.changes.append((name, self.get(name), name in self.unknown))
        self._put(name, value, is_unknown=value is None)

    def undo(self, count: int) -> None:
        """Undo all changes but the first `count`."""
        while len(self.changes) > count:
            name, value, is_unknown = self.changes.pop()
            self._put(name, value, is_unknown=is_unknown)

    def _put(self, name: str, value: str | None, *, is_unknown: bool) -> None:
        if value is None:
            self.pop(name, None)
        else:
            self[name] = value
        if is_unknown:
            self.unknown.add(name)
        else:
            self.unknown.discard(name)


# buildkit frontend/dockerfile/dockerfile2llb/convert.go: dispatchStages, dispatchEnv, dispatchArg. Instructions of a
# stage see its ENV and ARG variables. A stage that is built on it sees them as well, except that the ENV value wins if
# an ARG of the same name followed.
class Environment:
    """The variables at one instruction: those that it sees, and those of the image, which ARG does not change."""

    def __init__(self, escape: str) -> None:
        self.escape = escape
        self.budget = Budget()
        self.seen = Variables()
        self.image = Variables()
        self.arguments: list[str] = []
        # Reasons why a result is unknown that BuildKit would know.
        self.limits: dict[str, None] = {}

    def set_env(self, name: str, value: str | None) -> None:
        """Set a variable as ENV does."""
        self.seen.change(name, value)
        self.image.change(name, value)

    def set_argument(self, name: str, value: str | None) -> None:
        """Set a variable as ARG does."""
        self.seen.change(name, value)
        self.arguments.append(name)

    def end_stage(self) -> None:
        """Restore the variables of the image that an ARG of the finished stage has hidden."""
        for name in self.arguments:
            if self.image.is_listed(name):
                self.seen.change(name, self.image.get(name))
        self.arguments.clear()

    def mark(self) -> tuple[int, int]:
        """Return a mark to undo changes to."""
        return len(self.seen.changes), len(self.image.changes)

    def undo(self, mark: tuple[int, int]) -> None:
        """Undo the changes since a mark."""
        self.seen.undo(mark[0])
        self.image.undo(mark[1])

    def word(self, text: str) -> str | None:
        """Expand a word; `None` if the result is unknown. Raises `ExpansionError`."""
        if is_plain(text, self.escape):
            return text
        return self._result(PartialLexer(text, self.seen, self.seen.is_unknown, self.escape, self.budget))

    def words(self, text: str) -> list[str] | None:
        """Expand a word and split the result at white space outside quotes; `None` if the result is unknown."""
        if is_plain(text, self.escape):
            return _NO_SPACE.findall(text)
        lexer = _Words(text, self.seen, self.seen.is_unknown, self.escape, self.budget)
        return None if self._result(lexer) is None else lexer.finished()

    def check_heredoc(self, text: str) -> None:
        """Expand the body of a heredoc, in which quotes mean nothing. Raises `ExpansionError`."""
        if "$" in text:
            self._result(_Body(text, self.seen, self.seen.is_unknown, "\\", self.budget))

    def _result(self, lexer: PartialLexer) -> str | None:
        try:
            result = lexer.result()
        except ExpansionError as error:
            # BuildKit does not limit the length of a value, so that a result beyond our limit is unknown.
            if error.too_large:
                self.limits[error.message] = None
                return None
            raise
        return None if any(map(self.seen.is_unknown, lexer.asked)) else result


class _Body(PartialLexer):
    """Expands a text in which quotes mean nothing."""

    def special(self, char: str, frame: Frame) -> None:
        if char in "'\"":
            self.at += 1
            self.add(char)
        else:
            super().special(char, frame)


class _Words(PartialLexer):
    """Expands a word and splits the result."""

    def __init__(
        self, text: str, variables: Variables, is_unknown: Callable[[str], bool], escape: str, budget: Budget
    ) -> None:
        super().__init__(text, variables, is_unknown, escape, budget)
        self.finished_words: list[str] = []
        self.current: list[str] = []
        self.is_expansion = False

    def finished(self) -> list[str]:
        """Return the words."""
        self.end_word()
        return self.finished_words

    def end_word(self) -> None:
        if word := "".join(self.current):
            self.finished_words.append(word)
            self.current = []

    # buildkit frontend/dockerfile/shell/lex.go: processStopOn empties the buffer of the word that is being built, which
    # all levels share, so that of `80${A:-90}` only the second part is left.
    def modified(self, name: str, start: int) -> None:
        depth = len(self.frames)
        super().modified(name, start)
        if len(self.frames) > depth:
            self.current = []

    def close(self, frame: Frame) -> None:
        self.is_expansion = frame.stop == "}"
        super().close(frame)
        self.is_expansion = False

    def add(self, piece: str | Pieces, size: int | None = None, *, splits: bool = False) -> None:
        super().add(piece, size)
        if len(self.frames) > 1:
            return
        text = piece if isinstance(piece, str) else joined(piece)
        if not splits and not self.is_expansion:
            self.current.append(text)
            return
        for part in _WORD_OR_SPACE.findall(text):
            if part[0] in SPACE:
                self.end_word()
            else:
                self.current.append(part)
