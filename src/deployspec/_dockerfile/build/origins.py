"""The variables that an expanded word got its text from: where a tool would edit an image reference.

Theory of operation. The lexer expands the word once more and collects the variables whose values, or whose defaults in
the word, are part of the result. An ARG can get its value from other ARGs; then the declarations are repeated in the
order of the file, because a later ARG may have replaced one that an earlier default has used.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from deployspec._dockerfile.build.scope import Scope
from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.words.expand import usual_names
from deployspec._dockerfile.words.lexer import ExpansionError, WordLexer
from deployspec._references.origin import Origin, make_origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deployspec._dockerfile.stages.stages import Argument
    from deployspec._dockerfile.words.lexer import Budget, Frame

# Bounds the work for a chain of thousands of defaults.
MOST_ORIGINS = 32
# The beginnings of the names of predefined variables, which an ARG without a default does not change.
_PREDEFINED = ("BUILD", "TARGE")


def find_usual(scope: Scope, word: str) -> tuple[Origin, ...] | None:
    """Return the origins of a word with one plain variable whose ARG has a plain value; `None` for any other word.

    A build of a file with such a word takes a tenth longer without this; a test compares the results.
    """
    names = None if scope.defaults else usual_names(word)
    if names is None or len(names) > 1:
        return None
    (name,) = names
    declared = scope.declared.get(name)
    if declared is None or name not in scope.variables or name[:5] in _PREDEFINED:
        return None
    return (make_origin("build-arg" if name in scope.args else "arg", name, declared.line),)


class Origins:
    """Finds the origins of words in the global scope of a file."""

    def __init__(self, scope: Scope, arguments: Sequence[Argument], last_stage: str | None) -> None:
        self.scope = scope
        self.known: dict[str, tuple[Origin, ...]] = {}
        if scope.defaults:
            self.repeat(arguments, last_stage)
        else:
            for argument in arguments:
                self.declare(argument, scope)

    def repeat(self, arguments: Iterable[Argument], last_stage: str | None) -> None:
        """Declare all arguments again, each with the values that precede it."""
        again = Scope(self.scope.request, last_stage, self.scope.escape, DockerfileCollector())
        for argument in arguments:
            self.declare(argument, again)
            again.declare(argument)

    def declare(self, argument: Argument, scope: Scope) -> None:
        name, default = argument.name, argument.default
        line = argument.place.line
        if name in scope.args:
            if default is not None or name not in self.known:
                self.known[name] = (make_origin("build-arg", name, line),)
        elif default is not None:
            own = make_origin("arg", name, line)
            used = self.find(default, line, scope) if "$" in default else ()
            self.known[name] = (own, *used)[:MOST_ORIGINS]

    def find(self, word: str, line: int, scope: Scope | None = None) -> tuple[Origin, ...]:
        """Return the origins of a word on a line, in the order in which they are used."""
        scope = scope or self.scope
        names = usual_names(word)
        if names is None:
            lexer = _UsedNames(word, scope.variables, scope.escape, scope.budget)
            # An error was reported when the word was expanded the first time.
            with contextlib.suppress(ExpansionError):
                lexer.result()
            uses = lexer.used
        else:
            uses = [(name, False) for name in names]
        found: dict[Origin, None] = {}
        for name, is_default in uses:
            found.update(dict.fromkeys(self.of_use(name, line, scope, is_default=is_default)))
        return tuple(found)[:MOST_ORIGINS]

    def of_use(self, name: str, line: int, scope: Scope, *, is_default: bool) -> tuple[Origin, ...]:
        """Return the origins of a variable, or of its default in a word."""
        if is_default:
            return (make_origin("default", name, line),)
        known = self.known.get(name)
        if known is not None:
            return known
        if name not in scope.variables:
            return ()
        return (make_origin("build-arg" if name in scope.args else "predefined", name, None),)


class _UsedNames(WordLexer):
    """Collects the variables that a result is made from; true with a name: its default in the word is used."""

    def __init__(self, text: str, variables: Mapping[str, str], escape: str, budget: Budget) -> None:
        super().__init__(text, variables, escape, budget)
        self.used: list[tuple[str, bool]] = []
        # The number of used variables before each open `${…}` with a modifier.
        self.marks: list[int] = []

    def value(self, name: str, start: int) -> str:
        self.used.append((name, False))
        return super().value(name, start)

    def modified(self, name: str, start: int) -> None:
        depth = len(self.frames)
        super().modified(name, start)
        if len(self.frames) > depth:
            self.marks.append(len(self.used))

    def conditional(self, frame: Frame) -> None:
        mark = self.marks.pop()
        value = self.variables.get(frame.name)
        is_present = bool(value) if frame.kind[0] == ":" else value is not None
        is_plus = frame.kind[-1] == "+"
        if is_present != is_plus:
            del self.used[mark:]
        if is_present or not is_plus:
            self.used.insert(mark, (frame.name, not is_present))
        super().conditional(frame)

    def patterned(self, frame: Frame) -> None:
        self.used.insert(self.marks.pop(), (frame.name, False))
        super().patterned(frame)
