"""Word expansion, as BuildKit's shell lexer does it.

Grammar (E is the escape character, a backslash or a backtick)::

    word      = *( "'" *char "'" | '"' *( E char | expansion | char ) '"' | E char | expansion | char )
    expansion = "$" name | "${" name [ modifier ] "}"
    modifier  = [ ":" ] ( "-" | "+" | "?" ) word
              | ( "#" | "##" | "%" | "%%" ) pattern
              | ( "/" | "//" ) pattern "/" word
    name      = 1*digit | "@" | "*" | "#" | "?" | "-" | "$" | "!" | 1*( letter | digit | "_" )
    pattern   = word, in which "*" matches any text and "?" one character

The result is never scanned again. What is open stands on a list of frames, so nothing is too deep; a result is bounded,
and so is the work of all expansions of a request: `ARG B=$A$A`, doubled thirty times, would make gigabytes.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from deployspec._dockerfile.places import shown
from deployspec._dockerfile.words.glob import InvalidPattern, TooLarge, remove_affix, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LARGEST_RESULT = 65_536
MOST_WORK = 4 * 2**20
# Go's scanner drops it at the beginning of whatever it scans.
BOM = "\ufeff"
_SPECIAL = frozenset("@*#?-$!0")

_ASCII_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?![A-Za-z0-9_]|[^\x00-\x7f])")
_MARK = re.compile("<(?:<[\t\r ]*)?")

Stop: TypeAlias = Literal["", "}", "/", '"']
# What has been expanded so far: texts, and what is nested in them, which is joined once, at the end.
Pieces: TypeAlias = "list[str | Pieces]"


class ExpansionError(Exception):
    """Why a word cannot be expanded, in our words; `too_large` tells the bounds of our own apart."""

    def __init__(self, message: str, column: int, hint: str | None = None, *, too_large: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.hint = hint
        self.too_large = too_large


class Budget:
    """What the expansions of a request may still make and look at, in characters."""

    __slots__ = ("left",)

    def __init__(self, left: int = MOST_WORK) -> None:
        self.left = left


@functools.cache
def _ordinary(escape: str, stop: Stop, *, raw: bool) -> Callable[[str, int], re.Match[str] | None]:
    """Match what means nothing but itself."""
    special = f'"${escape}' if stop == '"' else f"'\"${escape}{stop}{'<' * raw}"
    return re.compile(f"[^{re.escape(special)}]+").match


class _Frame:
    """What is open: the word itself, a quote, or an expansion whose word or pattern is read up to `stop`."""

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
    """Walks a word once."""

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
        self.frames = [_Frame("", 0, raw_escapes=self.raw)]

    def result(self) -> str:
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

    def special(self, char: str, frame: _Frame) -> None:
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
            self.frames.append(_Frame('"', self.at, raw_escapes=frame.raw_escapes))
            self.at += 1
        else:
            # The search for heredocs lets `<<` hold on to the blanks that follow it.
            start = self.at
            self.at = cast("re.Match[str]", _MARK.match(self.text, start)).end()
            self.add(self.text[start : self.at])

    def fail(self, message: str, at: int, hint: str | None = None) -> ExpansionError:
        return ExpansionError(message, at + 1, hint)

    def unclosed(self, frame: _Frame) -> ExpansionError:
        if frame.stop == '"':
            return self.fail("a double quote is not closed", frame.start)
        return self.fail(f"`{frame.stop}` is missing", len(self.text))

    # What is added

    def add(self, piece: str | Pieces, size: int | None = None, *, splits: bool = False) -> None:  # noqa: ARG002
        """Add to what is open; `splits` tells that white space in it would divide words."""
        frame = self.frames[-1]
        if not piece:
            return
        frame.pieces.append(piece)
        frame.size += len(piece) if size is None else size
        if frame.size > LARGEST_RESULT and not self.keeps_unset:
            message = f"the result is longer than {LARGEST_RESULT:,} characters"
            raise ExpansionError(message, 1, too_large=True)

    def spend(self, work: int) -> None:
        self.budget.left -= work
        if self.budget.left < 0:
            message = f"the expansions of the file look at more than {MOST_WORK:,} characters"
            raise ExpansionError(message, 1, too_large=True)

    # Quotes and escapes

    def escaped(self, frame: _Frame) -> None:
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

    def single_quoted(self) -> None:
        start = self.at
        end = self.text.find("'", start + 1)
        if end < 0:
            raise self.fail("a single quote is not closed", start)
        self.at = end + 1
        self.add(self.text[start : end + 1] if self.raw else self.text[start + 1 : end])

    # Expansions

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
            raise self.fail("`}` is missing", self.at)
        if following in "{}:":
            raise self.fail("this is no name of a variable", self.at)
        self.modified(self.name(), start)

    def name(self) -> str:
        start, text, size = self.at, self.text, len(self.text)
        plain = _ASCII_NAME.match(text, start)
        if plain is not None:
            self.at = plain.end()
            return plain[0]
        char = text[start : start + 1]
        if char.isdecimal():
            while self.at < size and text[self.at].isdecimal():
                self.at += 1
        elif char in _SPECIAL:
            self.at += 1
        else:
            while self.at < size and (text[self.at].isalpha() or text[self.at].isdecimal() or text[self.at] == "_"):
                self.at += 1
        return text[start : self.at]

    def value(self, name: str, start: int) -> str:
        self.asked.append(name)
        value = self.variables.get(name)
        if value is None:
            self.unset.append(name)
            return self.text[start : self.at] if self.keeps_unset else ""
        self.spend(len(value))
        return value

    def modified(self, name: str, start: int) -> None:
        """Read what stands between a name and its `}`."""
        begin, text = self.at, self.text
        kind = text[begin : begin + (2 if text.startswith(":", begin) else 1)]
        self.at += len(kind)
        if kind == "}":
            self.add(self.value(name, start), splits=True)
            return
        if not kind or kind == ":":
            raise self.fail("`}` is missing", len(text))
        # BuildKit judges `:#` and `:%` at once, other colons when it expands, and the search for heredocs does not.
        if kind not in _KINDS and not (self.keeps_unset and kind[0] == ":" and kind[1] not in "#%"):
            hint = "the modifiers are `-`, `+`, `?` (a colon may stand before these), `#`, `%` and `/`"
            raise self.fail(f"the modifier `{shown(kind)}` is not supported", begin, hint)
        self.asked.append(name)
        # Escapes are kept in patterns alone, whatever stands around them.
        raw = kind in ("#", "%", "/")
        frame = _Frame("/" if kind == "/" else "}", start, raw_escapes=raw, name=name, kind=kind)
        if kind == "/" and text.startswith("/", self.at):
            frame.everywhere = True
            self.at += 1
        self.frames.append(frame)

    def close(self, frame: _Frame) -> None:
        if frame.stop == '"':
            self.add(['"', frame.pieces, '"'] if self.raw else frame.pieces, frame.size)
        elif frame.stop == "/":
            following = _Frame("}", frame.start, raw_escapes=True, name=frame.name, kind="/")
            following.pattern, following.everywhere = joined(frame.pieces), frame.everywhere
            self.frames.append(following)
        elif self.keeps_unset:
            slash = [frame.pattern, "/"] if frame.kind == "/" else []
            # What is only split into words has no bound, so that its size does not matter.
            self.add(["${", frame.name, frame.kind, *slash, frame.pieces, "}"], 0, splits=True)
        elif frame.kind[-1] in "-+?":
            self.conditional(frame)
        else:
            self.patterned(frame)

    def conditional(self, frame: _Frame) -> None:
        value = self.variables.get(frame.name)
        present = bool(value) if frame.kind[0] == ":" else value is not None
        if frame.kind[-1] == "?" and not present:
            state = "empty" if value is not None else "unset"
            why = shown(joined(frame.pieces))
            told = f"and the file says `{why}`" if why else "which the file does not allow"
            raise self.fail(f"`{frame.name}` is {state}, {told}", frame.start)
        if frame.kind[-1] == "+":
            self.add(frame.pieces if present else "", frame.size)
        elif present:
            self.spend(len(cast("str", value)))
            self.add(cast("str", value))
        else:
            self.add(frame.pieces, frame.size)

    def patterned(self, frame: _Frame) -> None:
        """Remove or replace what a pattern matches."""
        value, word = self.variables.get(frame.name, ""), joined(frame.pieces)
        # A step moves all places of a pattern, and each character of it has a place of its own for all.
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
        message = f"the result is longer than {LARGEST_RESULT:,} characters"
        raise ExpansionError(message, 1, too_large=True)


_KINDS = frozenset({"-", "+", "?", ":-", ":+", ":?", "#", "%", "/"})


def joined(pieces: Pieces) -> str:
    """Join pieces, nested to any depth."""
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
