"""The arguments of an instruction: text → words, by instruction.

Grammar::

    FROM, EXPOSE                         = words                 ; divided at blanks, quotes have no meaning
    COPY, ADD, VOLUME                    = exec form | words
    RUN, CMD, ENTRYPOINT, SHELL          = exec form | text
    HEALTHCHECK                          = type [ exec form | text ]
    ARG                                  = quoted words
    ENV, LABEL                           = name blanks text | 1*( name "=" value )       ; quoted words
    USER, WORKDIR, MAINTAINER, STOPSIGNAL = text
    ONBUILD                              = instruction           ; its arguments are read now, but checked when it fires

BuildKit reads the arguments of the whole file before it checks any instruction.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from deployspec._dockerfile.go import SPACE
from deployspec._dockerfile.go_json import NotStringsError, find_other, string_starts, strings_of
from deployspec._dockerfile.instructions.flags import BYTE_SPACE, file_bytes
from deployspec._dockerfile.places import shown

if TYPE_CHECKING:
    from deployspec._dockerfile.diagnostics import DockerfileCollector
    from deployspec._dockerfile.text.lines import Line

# buildkit frontend/dockerfile/parser/parser.go: reWhitespace
BLANKS = re.compile(r"[\t\v\f\r ]+")
_WORD = re.compile(r"[^\t\v\f\r ]+")
_TYPE = re.compile(f"[^{BYTE_SPACE}]+")
# buildkit frontend/dockerfile/parser/parser.go: dispatch
_LISTS = frozenset({"copy", "add", "volume"})
_COMMANDS = frozenset({"run", "cmd", "entrypoint", "shell"})
_WORDS = frozenset({"from", "expose"})
_PAIRS = frozenset({"env", "label"})


class Word(NamedTuple):
    """A word, and its offset in the logical line; in exec form that of the first character after the quote."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after the last character, if the word is not exec form."""
        return self.start + len(self.text)


class Arguments(NamedTuple):
    """The words of an instruction, and whether they are exec form."""

    words: tuple[Word, ...]
    is_json: bool = False


def read_arguments(  # noqa: PLR0913, PLR0917  # the parts of an instruction
    name: str, text: str, start: int, line: Line, escape: str, found: DockerfileCollector
) -> Arguments:
    """Divide the arguments of an instruction; `start` is their offset in the line."""
    if name in _WORDS:
        return Arguments(split_words(text, start))
    if name == "arg":
        return Arguments(quoted_words(text, escape, start))
    if name in _PAIRS:
        return Arguments(_pairs(name, text, start, line, escape, found))
    if name == "healthcheck":
        return _healthcheck(text, start, line, found)
    if name in _LISTS or name in _COMMANDS:
        return _maybe_json(text, start, line, found, divides=name in _LISTS)
    return Arguments((Word(text, start),) if text else ())


def is_exec_form(text: str) -> bool:
    """Whether arguments are a JSON array, of strings or not."""
    try:
        return strings_of(text) is not None
    except NotStringsError:
        return True


# buildkit frontend/dockerfile/parser/line_parsers.go: parseStringsWhitespaceDelimited
def split_words(text: str, start: int) -> tuple[Word, ...]:
    """Divide at blanks; `start` is the offset of the text in the line."""
    return tuple(Word(word[0], start + word.start()) for word in _WORD.finditer(text))


# buildkit frontend/dockerfile/parser/line_parsers.go: parseMaybeJSON, parseMaybeJSONToList
def _maybe_json(text: str, start: int, line: Line, found: DockerfileCollector, *, divides: bool) -> Arguments:
    try:
        strings = strings_of(text)
    except NotStringsError:
        hint = "put each argument in double quotes"
        begin, end = find_other(text)
        place = line.place(start + begin, start + end)
        found.error_at("json", "JSON array contains a value that is not a string", place, hint)
        strings = ()
    if strings is not None:
        starts = string_starts(text) if strings else ()
        return Arguments(tuple(Word(word, start + at) for word, at in zip(strings, starts, strict=True)), is_json=True)
    if divides:
        return Arguments(split_words(text, start))
    return Arguments((Word(text, start),) if text else ())


# buildkit frontend/dockerfile/parser/line_parsers.go: parseHealthConfig
def _healthcheck(text: str, start: int, line: Line, found: DockerfileCollector) -> Arguments:
    """Divide a type and a command; the type ends at a byte that is white space, like flags."""
    walked = file_bytes(text).decode("latin-1")
    kind = _TYPE.match(walked)
    if kind is None:
        return Arguments(())
    rest = walked[kind.end() :].lstrip(BYTE_SPACE).encode("latin-1").decode("utf-8", "surrogateescape")
    command = _maybe_json(rest, start + len(text) - len(rest), line, found, divides=False)
    return Arguments((Word(kind[0], start), *command.words), command.is_json)


# buildkit frontend/dockerfile/parser/line_parsers.go: parseNameVal
def _pairs(  # noqa: PLR0913, PLR0917  # the parts of an instruction
    name: str, text: str, start: int, line: Line, escape: str, found: DockerfileCollector
) -> tuple[Word, ...]:
    words = quoted_words(text, escape, start)
    if words and "=" not in words[0].text:
        if len(BLANKS.split(text, maxsplit=1)) < 2:  # noqa: PLR2004  # a name and a value
            hint = f"write `{name.upper()} {shown(text)}=…`"
            place = line.place(start, start + len(text))
            found.error_at("arguments", f"`{name.upper()}` needs a name and a value", place, hint)
        return words[:1]
    # Reported once for all words, since quotes usually fix all of them.
    word = next((word for word in words if "=" not in word.text), None)
    if word is not None:
        message = f"missing `=` in `{shown(word.text)}` of `{name.upper()}`"
        hint = "quote values that contain blanks"
        found.error_at("arguments", message, line.place(word.start, word.end), hint)
    return words


# buildkit frontend/dockerfile/parser/line_parsers.go: parseWords
def quoted_words(text: str, escape: str, start: int = 0) -> tuple[Word, ...]:
    """Split on white space outside quotes; quotes and escapes are kept."""
    words: list[Word] = []
    begin, quote = -1, ""
    for piece in _pieces(escape).finditer(text):
        at, part = piece.start(), piece[0]
        if part[0] in SPACE and not quote:
            if begin >= 0:
                words.append(Word(text[begin:at], start + begin))
                begin = -1
            continue
        if part == escape and quote != "'":
            # An escape character at the very end is dropped.
            text = text[:at]
            break
        begin = at if begin < 0 else begin
        if part == quote:
            quote = ""
        elif not quote and part in "'\"":
            quote = part
        elif quote == "'" and part[0] == escape and len(part) > 1 and part[1] == "'":
            quote = ""
    if begin >= 0 and text[begin:]:
        words.append(Word(text[begin:], start + begin))
    return tuple(words)


def _pieces(escape: str) -> re.Pattern[str]:
    return _PIECES[escape]


_PIECES = {
    escape: re.compile(f"[{SPACE}]+|[^{SPACE}'\"{re.escape(escape)}]+|{re.escape(escape)}.|.", re.DOTALL)
    for escape in ("\\", "`")
}
