"""Word expansion, as BuildKit's shell lexer does it.

Grammar (E is the escape character, a backslash or a backtick)::

    word      = *( "'" *char "'" | '"' *( E char | expansion | char ) '"' | E char | expansion | char )
    expansion = "$" name | "${" name [ modifier ] "}"
    modifier  = [ ":" ] ( "-" | "+" | "?" ) word
              | ( "#" | "##" | "%" | "%%" ) pattern
              | ( "/" | "//" ) pattern "/" word
    name      = 1*digit | "@" | "*" | "#" | "?" | "-" | "$" | "!" | 1*( letter | digit | "_" )
    pattern   = word, in which "*" matches any text and "?" one character

The result is never scanned again. It is bounded, since `ARG B=$A$A`, doubled thirty times, would make gigabytes of a
kilobyte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._dockerfile._faults import GO_SPACE
from deployspec._dockerfile._glob import InvalidPattern, TooLarge, remove_affix, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__: list[str] = []

LARGEST_RESULT = 65_536
DEEPEST_NESTING = 64
_SPECIAL = frozenset("@*#?-$!0")


class ExpansionError(Exception):
    """Why a word cannot be expanded, in our words; `too_large` tells the one bound of our own apart."""

    def __init__(self, message: str, column: int, *, too_large: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.too_large = too_large


def expand(word: str, variables: Mapping[str, str], escape: str = "\\") -> str:
    """Expand a word.

    >>> expand("alpine:${TAG:-3}", {})
    'alpine:3'
    >>> expand("${V%-*}", {"V": "3.19-slim"})
    '3.19'
    """
    if not any(char in word for char in "$'\"" + escape):
        return word
    return _Lexer(word, variables, escape).result()


def unset_names(word: str, variables: Mapping[str, str], escape: str = "\\") -> tuple[str, ...]:
    """Return the names that a word asked for and nobody set, in order."""
    lexer = _Lexer(word, variables, escape)
    lexer.result()
    return tuple(dict.fromkeys(lexer.unset))


def heredoc_words(line: str) -> list[str] | None:
    """Split a line into words as the search for heredocs does; `None` where it cannot be split, so there are none.

    Quotes, escapes and unset variables stay as written, and `<<` holds on to the blanks that follow it.
    """
    return _words(line, raw=True)


def unquoted_words(text: str) -> list[str] | None:
    """Split a heredoc's terminator into words, without quotes."""
    return _words(text, raw=False)


def _words(text: str, *, raw: bool) -> list[str] | None:
    lexer = _Lexer(text, {}, "\\", raw=raw, keep_unset=True)
    try:
        lexer.result()
    except ExpansionError:
        return None
    return lexer.finished_words()


class _Lexer:
    """Walks a word once; `raw` keeps quotes and escapes, `keep_unset` unset variables as they are."""

    def __init__(
        self, text: str, variables: Mapping[str, str], escape: str, *, raw: bool = False, keep_unset: bool = False
    ) -> None:
        self.text = text
        self.variables = variables
        self.escape = escape
        self.raw = raw
        self.raw_escapes = raw
        self.keep_unset = keep_unset
        self.at = 0
        self.depth = 0
        self.unset: list[str] = []
        self.words: list[str] = []
        self.word: list[str] | None = None

    def result(self) -> str:
        return self.until("")

    def finished_words(self) -> list[str]:
        """Return the words; one of nothing but quotes is none."""
        return [word for word in (*self.words, "".join(self.word or ())) if word]

    def fail(self, message: str) -> ExpansionError:
        return ExpansionError(message, self.at + 1)

    def until(self, stop: str) -> str:
        """Expand up to `stop`, which is taken too, or up to the end."""
        out: list[str] = []
        size = 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == stop:
                self.at += 1
                return "".join(out)
            piece = self.piece(char, track=not stop and not self.depth)
            out.append(piece)
            size += len(piece)
            self.bound(size)
        if stop:
            raise self.fail(f"`{stop}` is missing")
        return "".join(out)

    def bound(self, size: int) -> None:
        # What is only split into words does not grow.
        if size > LARGEST_RESULT and not self.keep_unset:
            raise ExpansionError(f"the result is longer than {LARGEST_RESULT:,} characters", 1, too_large=True)

    def piece(self, char: str, *, track: bool) -> str:
        if char == "'":
            piece = self.single_quoted()
        elif char == '"':
            piece = self.double_quoted()
        elif char == "$":
            piece = self.dollar()
            if track:
                self.add_split(piece)
            return piece
        elif char == self.escape:
            piece = self.escaped()
        elif self.raw and self.text.startswith("<<", self.at):
            end = self.at + 2
            while end < len(self.text) and self.text[end] in "\t\r ":
                end += 1
            piece, self.at = self.text[self.at : end], end
        else:
            self.at += 1
            if track:
                self.add_split(char)
            return char
        if track:
            self.word = self.word_with(piece)
        return piece

    def word_with(self, piece: str) -> list[str]:
        word = self.word or []
        word.append(piece)
        return word

    def add_split(self, text: str) -> None:
        for char in text:
            if char in GO_SPACE:
                if self.word is not None:
                    self.words.append("".join(self.word))
                    self.word = None
            else:
                self.word = self.word_with(char)

    def escaped(self) -> str:
        start = self.at
        self.at += 2
        kept = self.text[start + 1 : self.at]
        return self.text[start : self.at] if self.raw_escapes else kept

    def single_quoted(self) -> str:
        start = self.at
        end = self.text.find("'", start + 1)
        if end < 0:
            raise self.fail("a single quote is not closed")
        self.at = end + 1
        return self.text[start : end + 1] if self.raw else self.text[start + 1 : end]

    def double_quoted(self) -> str:
        quote = '"' if self.raw else ""
        out = [quote]
        size = 0
        self.at += 1
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == '"':
                self.at += 1
                return "".join(out) + quote
            if char == "$":
                out.append(self.dollar())
                size += len(out[-1])
                self.bound(size)
                continue
            if char == self.escape:
                following = self.text[self.at + 1 : self.at + 2]
                if not following:
                    break
                drops = following in ('"', "$", self.escape)
                out.append(following if drops and not self.raw_escapes else char + following)
                self.at += 2
                continue
            self.at += 1
            out.append(char)
        raise self.fail("a double quote is not closed")

    def dollar(self) -> str:
        start = self.at
        self.at += 1
        if not self.text.startswith("{", self.at):
            name = self.name()
            return self.value(name, start) if name else "$"
        self.at += 1
        following = self.text[self.at : self.at + 1]
        if not following:
            raise self.fail("`}` is missing")
        if following in "{}:":
            raise self.fail("this is no name of a variable")
        self.depth += 1
        if self.depth > DEEPEST_NESTING:
            raise self.fail(f"expansions are nested more than {DEEPEST_NESTING} deep")
        result = self.braced(self.name(), start)
        self.depth -= 1
        return result

    def name(self) -> str:
        start, text = self.at, self.text
        if start < len(text) and text[start].isdecimal() and text[start].isascii():
            while self.at < len(text) and text[self.at] in "0123456789":
                self.at += 1
        elif start < len(text) and text[start] in _SPECIAL:
            self.at += 1
        else:
            while self.at < len(text) and (text[self.at].isalnum() or text[self.at] == "_"):
                self.at += 1
        return text[start : self.at]

    def value(self, name: str, start: int) -> str:
        value = self.variables.get(name)
        if value is None:
            self.unset.append(name)
            return self.text[start : self.at] if self.keep_unset else ""
        return value

    def braced(self, name: str, start: int) -> str:
        modifier = self.text[self.at : self.at + 1]
        self.at += len(modifier)
        if modifier == "}":
            return self.value(name, start)
        if not modifier:
            raise self.fail("`}` is missing")
        colon = modifier == ":"
        if colon:
            modifier = self.text[self.at : self.at + 1]
            self.at += len(modifier)
        if modifier and modifier in "-+?":
            return self.conditional(name, modifier, colon=colon)
        if not modifier or colon or modifier not in "#%/":
            raise self.fail(f"the modifier `{':' if colon else ''}{modifier}` is not supported")
        doubled = self.text.startswith(modifier, self.at)
        self.at += doubled
        try:
            return self.replaced(name, doubled) if modifier == "/" else self.trimmed(name, modifier, doubled)
        except InvalidPattern as error:
            reason = str(error)
        except TooLarge:
            reason = None
        if reason is None:
            self.bound(LARGEST_RESULT + 1)
        raise self.fail(reason or "")

    def conditional(self, name: str, modifier: str, *, colon: bool) -> str:
        word = self.until("}")
        value = self.variables.get(name)
        present = bool(value) if colon else value is not None
        if modifier == "-":
            return value if present and value is not None else word
        if modifier == "+":
            return word if present else ""
        if not present:
            state = "empty" if value is not None else "unset"
            raise self.fail(f"`{name}` is {state}, and the file says `{word or 'it is not allowed'}`")
        return value or ""

    def trimmed(self, name: str, modifier: str, doubled: bool) -> str:  # noqa: FBT001  # `##` and `%%`
        pattern = self.until_raw("}")
        return remove_affix(self.variables.get(name, ""), pattern, suffix=modifier == "%", longest=doubled)

    def replaced(self, name: str, doubled: bool) -> str:  # noqa: FBT001  # `//`
        pattern = self.until_raw("/")
        replacement = self.until_raw("}")
        return replace(self.variables.get(name, ""), pattern, replacement, everywhere=doubled)

    def until_raw(self, stop: str) -> str:
        before, self.raw_escapes = self.raw_escapes, True
        try:
            return self.until(stop)
        finally:
            self.raw_escapes = before
