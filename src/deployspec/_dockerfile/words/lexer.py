"""The word lexer: expands any word, as BuildKit's shell lexer.

Grammar (E is the escape character, a backslash or a backtick)::

    word      = *( "'" *char "'" | '"' *( E char | expansion | char ) '"' | E char | expansion | char )
    expansion = "$" name | "${" name [ modifier ] "}"
    modifier  = [ ":" ] ( "-" | "+" | "?" ) word
              | ( "#" | "##" | "%" | "%%" ) pattern
              | ( "/" | "//" ) pattern "/" word
    name      = 1*digit | "@" | "*" | "#" | "?" | "-" | "$" | "!" | 1*( letter | digit | "_" )
    pattern   = word, in which "*" matches any text and "?" one character

`words/expand.py` explains how it works.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from deployspec._dockerfile.go import is_digit, is_name_char
from deployspec._dockerfile.places import shown
from deployspec._dockerfile.words.glob import InvalidPattern, TooLarge, remove_affix, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LARGEST_RESULT = 65_536
MOST_WORK = 4 * 2**20
# Go text/scanner drops a byte order mark at the beginning of its input.
BOM = "\ufeff"
# buildkit frontend/dockerfile/shell/lex.go: isSpecialParam, and `0`, which is read with the digits
_SPECIAL = frozenset("@*#?-$!")

_ASCII_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?![A-Za-z0-9_]|[^\x00-\x7f])")
_MARK = re.compile("<(?:<[\t\r ]*)?")

Stop: TypeAlias = Literal["", "}", "/", '"']
# Expanded text so far, and nested lists of it; everything is joined once, at the end.
Pieces: TypeAlias = "list[str | Pieces]"


class ExpansionError(Exception):
    """The reason why a word cannot be expanded, and its columns in the word; `too_large` if a limit is exceeded."""

    def __init__(
        self, message: str, column: int, hint: str | None = None, *, end_column: int, too_large: bool = False
    ) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.end_column = end_column
        self.hint = hint
        self.too_large = too_large


class Budget:
    """The number of characters that the expansions of a build may still produce or inspect."""

    __slots__ = ("left",)

    def __init__(self, left: int = MOST_WORK) -> None:
        self.left = left


@functools.cache
def _ordinary(escape: str, stop: Stop, *, raw: bool) -> Callable[[str, int], re.Match[str] | None]:
    """Return a matcher of characters without a special meaning, up to the end of a frame."""
    special = f'"${escape}' if stop == '"' else f"'\"${escape}{stop}{'<' * raw}"
    return re.compile(f"[^{re.escape(special)}]+").match


class Frame:
    """An open part of the word: the word itself, a double quote, or a `${…}` whose word or pattern ends at `stop`."""

    __slots__ = ("everywhere", "kind", "name", "pattern", "pieces", "raw_escapes", "size", "start", "stop")

    def __init__(self, stop: Stop, start: int, *, raw_escapes: bool, name: str = "", kind: str = "") -> None:
        self.stop: Stop = stop
        self.start = start
        self.raw_escapes = raw_escapes
        self.name = name
        self.kind = kind
        self.pieces: Pieces = []
        self.size = 0
        self.pattern = ""
        self.everywhere = False


class WordLexer:
    """Expands one word in a single pass.

    `keeps_unset`: unset variables stay as written. `raw`: quotes and escapes stay as written. `asked` lists the
    variables that the word uses, `unset` those that it uses without a modifier and that have no value.
    """

    # buildkit frontend/dockerfile/shell/lex.go: SkipUnsetEnv; RawQuotes and RawEscapes
    keeps_unset = False
    raw = False

    def __init__(
        self, text: str, variables: Mapping[str, str], escape: str = "\\", budget: Budget | None = None
    ) -> None:
        self.at = 1 if text.startswith(BOM) else 0
        self.text = text
        self.variables = variables
        self.escape = escape
        self.budget = budget or Budget()
        self.asked: list[str] = []
        self.unset: list[str] = []
        self.frames = [Frame("", 0, raw_escapes=self.raw)]

    # buildkit frontend/dockerfile/shell/lex.go: process, processStopOn
    def result(self) -> str:
        """Return the expanded word."""
        text, size = self.text, len(self.text)
        while self.at < size:
            frame = self.frames[-1]
            chunk = _ordinary(self.escape, frame.stop, raw=self.raw)(text, self.at)
            if chunk is not None:
                self.at = chunk.end()
                self.add(chunk[0], splits=True)
            else:
                self.special(text[self.at], frame)
        if len(self.frames) > 1:
            raise self.unclosed(self.frames[-1])
        return joined(self.frames[0].pieces)

    def special(self, char: str, frame: Frame) -> None:
        if char == frame.stop:
            self.at += 1
            self.close(self.frames.pop())
        elif char == "$":
            self.dollar()
        elif char == self.escape:
            self.escaped(frame)
        elif char == "'":
            self.single_quoted()
        elif char == '"':
            self.frames.append(Frame('"', self.at, raw_escapes=frame.raw_escapes))
            self.at += 1
        else:
            # buildkit frontend/dockerfile/shell/lex.go: processPossibleHeredoc keeps blanks after `<<` in the word.
            start = self.at
            self.at = cast("re.Match[str]", _MARK.match(self.text, start)).end()
            self.add(self.text[start : self.at])

    def fail(self, message: str, at: int, hint: str | None = None) -> ExpansionError:
        """Return an error about the text from `at` to the current offset."""
        return ExpansionError(message, at + 1, hint, end_column=min(self.at, len(self.text)) + 1)

    def too_large(self, message: str) -> ExpansionError:
        return ExpansionError(message, 1, end_column=len(self.text) + 1, too_large=True)

    def unclosed(self, frame: Frame) -> ExpansionError:
        if frame.stop == '"':
            return self.fail("unclosed double quote", frame.start)
        return self.fail(f"missing `{frame.stop}`", len(self.text))

    # Results

    def add(self, piece: str | Pieces, size: int | None = None, *, splits: bool = False) -> None:  # noqa: ARG002
        """Add to the innermost frame; `splits`: white space in it divides words, in a subclass that splits."""
        frame = self.frames[-1]
        if not piece:
            return
        frame.pieces.append(piece)
        frame.size += len(piece) if size is None else size
        if frame.size > LARGEST_RESULT and not self.keeps_unset:
            raise self.too_large(f"result longer than {LARGEST_RESULT:,} characters")

    def spend(self, work: int) -> None:
        """Charge the budget of the build."""
        self.budget.left -= work
        if self.budget.left < 0:
            raise self.too_large(f"the expansions of the file process more than {MOST_WORK:,} characters")

    # Quotes and escapes

    # buildkit frontend/dockerfile/shell/lex.go: processStopOn, processDoubleQuote
    def escaped(self, frame: Frame) -> None:
        start = self.at
        if frame.stop == '"':
            following = self.text[start + 1 : start + 2]
            if following and following in ('"', "$", self.escape):
                self.at += 2
                self.add(self.text[start : self.at] if frame.raw_escapes else following)
            else:
                self.at += 1
                self.add(self.escape * 2 if frame.raw_escapes else self.escape)
            return
        self.at += 2
        self.add(self.text[start : self.at] if frame.raw_escapes else self.text[start + 1 : self.at])

    # buildkit frontend/dockerfile/shell/lex.go: processSingleQuote
    def single_quoted(self) -> None:
        start = self.at
        end = self.text.find("'", start + 1)
        if end < 0:
            self.at = len(self.text)
            raise self.fail("unclosed single quote", start)
        self.at = end + 1
        self.add(self.text[start : end + 1] if self.raw else self.text[start + 1 : end])

    # Expansions

    # buildkit frontend/dockerfile/shell/lex.go: processDollar
    def dollar(self) -> None:
        start = self.at
        self.at += 1
        if not self.text.startswith("{", self.at):
            name = self.name()
            self.add(self.value(name, start) if name else "$", splits=True)
            return
        self.at += 1
        following = self.text[self.at : self.at + 1]
        if not following:
            raise self.fail("missing `}`", self.at)
        if following in "{}:":
            self.at += 1
            raise self.fail("missing variable name", self.at - 1)
        self.modified(self.name(), start)

    # buildkit frontend/dockerfile/shell/lex.go: processName
    def name(self) -> str:
        start, text, size = self.at, self.text, len(self.text)
        plain = _ASCII_NAME.match(text, start)
        if plain is not None:
            self.at = plain.end()
            return plain[0]
        char = text[start : start + 1]
        if char and is_digit(char):
            while self.at < size and is_digit(text[self.at]):
                self.at += 1
        elif char in _SPECIAL:
            self.at += 1
        else:
            while self.at < size and is_name_char(text[self.at]):
                self.at += 1
        return text[start : self.at]

    # buildkit frontend/dockerfile/shell/lex.go: getEnv
    def value(self, name: str, start: int) -> str:
        self.asked.append(name)
        value = self.variables.get(name)
        if value is None:
            self.unset.append(name)
            return self.text[start : self.at] if self.keeps_unset else ""
        self.spend(len(value))
        return value

    def modified(self, name: str, start: int) -> None:
        """Read the modifier after a name; its word or pattern is a new frame."""
        begin, text = self.at, self.text
        kind = text[begin : begin + (2 if text.startswith(":", begin) else 1)]
        self.at += len(kind)
        if kind == "}":
            self.add(self.value(name, start), splits=True)
            return
        if not kind or kind == ":":
            self.at = len(text)
            raise self.fail("missing `}`", self.at)
        # BuildKit refuses `:#` and `:%` while it reads, but other unknown modifiers after a colon only when it
        # evaluates them, which it does not do if unset variables are kept.
        if kind not in _KINDS and not (self.keeps_unset and kind[0] == ":" and kind[1] not in "#%"):
            hint = "the modifiers are `-`, `+`, `?` (also after a colon), `#`, `%` and `/`"
            raise self.fail(f"unsupported modifier `{shown(kind)}`", begin, hint)
        self.asked.append(name)
        # Only patterns keep their escapes, even in double quotes.
        raw = kind in ("#", "%", "/")
        frame = Frame("/" if kind == "/" else "}", start, raw_escapes=raw, name=name, kind=kind)
        if kind == "/" and text.startswith("/", self.at):
            frame.everywhere = True
            self.at += 1
        self.frames.append(frame)

    def close(self, frame: Frame) -> None:
        """Evaluate a frame whose end has been read."""
        if frame.stop == '"':
            self.add(['"', frame.pieces, '"'] if self.raw else frame.pieces, frame.size)
        elif frame.stop == "/":
            following = Frame("}", frame.start, raw_escapes=True, name=frame.name, kind="/")
            following.pattern, following.everywhere = joined(frame.pieces), frame.everywhere
            self.frames.append(following)
        elif self.keeps_unset:
            slash = [frame.pattern, "/"] if frame.kind == "/" else []
            # The splitters have no size limit, so the size does not matter.
            self.add(["${", frame.name, frame.kind, *slash, frame.pieces, "}"], 0, splits=True)
        elif frame.kind[-1] in "-+?":
            self.conditional(frame)
        else:
            self.patterned(frame)

    def conditional(self, frame: Frame) -> None:
        """Evaluate `-`, `+` or `?`."""
        value = self.variables.get(frame.name)
        present = bool(value) if frame.kind[0] == ":" else value is not None
        if frame.kind[-1] == "?" and not present:
            state = "empty" if value is not None else "unset"
            why = shown(joined(frame.pieces))
            message = f"`{frame.name}` is {state}, but the file requires a value"
            raise self.fail(f"{message}: `{why}`" if why else message, frame.start)
        if frame.kind[-1] == "+":
            self.add(frame.pieces if present else "", frame.size)
        elif present:
            self.spend(len(cast("str", value)))
            self.add(cast("str", value))
        else:
            self.add(frame.pieces, frame.size)

    def patterned(self, frame: Frame) -> None:
        """Evaluate `#`, `%` or `/`."""
        value, word = self.variables.get(frame.name, ""), joined(frame.pieces)
        # A step of the matcher costs time in proportion to the pattern, and so does each distinct character of it.
        wide = len(frame.pattern or word)
        self.spend(len(value) * (1 + wide // 512) + len(set(word)) * wide // 64 + len(word))
        try:
            if frame.kind == "/":
                pattern = frame.pattern.removeprefix(BOM)
                result = replace(value, pattern, word, everywhere=frame.everywhere, limit=LARGEST_RESULT)
            else:
                doubled = word.startswith(frame.kind)
                pattern = word[1:] if doubled else word
                pattern = pattern.removesuffix(BOM) if frame.kind == "%" else pattern.removeprefix(BOM)
                result = remove_affix(value, pattern, suffix=frame.kind == "%", longest=doubled)
        except InvalidPattern as error:
            reason = str(error)
        except TooLarge:
            reason = None
        else:
            self.spend(len(result))
            self.add(result)
            return
        if reason is not None:
            raise self.fail(reason, frame.start)
        raise self.too_large(f"result longer than {LARGEST_RESULT:,} characters")


class PartialLexer(WordLexer):
    """Expands a word in which variables may be unknown; if it uses one, its result is unknown too."""

    def __init__(
        self, text: str, variables: Mapping[str, str], is_unknown: Callable[[str], bool], escape: str, budget: Budget
    ) -> None:
        super().__init__(text, variables, escape, budget)
        self.is_unknown = is_unknown

    def conditional(self, frame: Frame) -> None:
        if frame.kind[-1] != "?" or not self.is_unknown(frame.name):
            super().conditional(frame)


# Modifiers; a doubled `#`, `%` or `/` is found later.
_KINDS = frozenset({"-", "+", "?", ":-", ":+", ":?", "#", "%", "/"})


def joined(pieces: Pieces) -> str:
    """Join pieces that are nested to any depth."""
    out: list[str] = []
    stack = [iter(pieces)]
    while stack:
        for piece in stack[-1]:
            if isinstance(piece, str):
                out.append(piece)
            else:
                stack.append(iter(piece))
                break
        else:
            stack.pop()
    return "".join(out)
