r"""Physical lines → logical lines, directives and heredocs.

Grammar (E is the escape character, a backslash unless `# escape=` says a backtick)::

    file         = [ BOM ] *( "\n" separated line )
    logical line = line *( E blanks "\n" ( comment | blank line | line ) )     ; joined with nothing in between
    directive    = "#" blanks key blanks "=" blanks value                      ; key: syntax, escape, check
    heredoc      = *( raw line ) terminator                                    ; for each `<<NAME` of ADD, COPY, RUN

A line that ends in E, blanks allowed after it, goes on, unless the character before E is E as well. The first ordinary
comment, blank line or unknown directive ends the directives.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast

import attrs

from deployspec._dockerfile._faults import GO_SPACE, refuse, shown
from deployspec._dockerfile._words import heredoc_words, unquoted_words

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__: list[str] = []

LONGEST_LINE = 65_535
_BLANKS = " \t"
_DIRECTIVE_KEY = re.compile(r"[a-zA-Z][a-zA-Z0-9]*")
_ASCII_SPACE = "\t\n\f\r "
_SEPARATOR = re.compile(r"[\t\v\f\r ]+")
_HEREDOC = re.compile(r"[0-9]*<<(-?)[\t\n\f\r ]*([^<]*)")
_TAKES_HEREDOCS = frozenset({"add", "copy", "run"})
_BOOLEANS = frozenset({"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"})


@attrs.frozen
class Line:
    """A logical line: its text, where it begins (counted from 1), and the heredocs that it opens."""

    text: str
    number: int
    heredocs: tuple[str, ...] = ()


def decoded(text: str | bytes) -> str:
    """Return a file as text; bytes that are no UTF-8 become lone surrogates, since BuildKit lets them pass."""
    if isinstance(text, bytes):
        return text.decode("utf-8", "surrogateescape")
    if not isinstance(cast("object", text), str):  # callers without a type checker
        raise TypeError(f"a Dockerfile is str or bytes, not {type(text).__name__}")
    return text


def split_name(text: str) -> tuple[str, str]:
    """Split an instruction's name from what follows it; NBSP does not separate."""
    parts = _SEPARATOR.split(text.strip(GO_SPACE), maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def is_json_strings(text: str) -> bool:
    """Whether text is a JSON array (BuildKit's exec form)."""
    if not text.startswith("["):
        return False
    try:
        return isinstance(json.loads(text), list)
    except (ValueError, RecursionError):
        return False


class Directives:
    """Reads the directives at the top of a file; `escape` is in force from then on."""

    def __init__(self, prefix: str = "#") -> None:
        self.prefix = prefix
        self.seen: dict[str, str] = {}
        self.done = False
        self.repeated: str | None = None

    def offer(self, line: str) -> str | None:
        """Take a line, if it is a directive, and return its key."""
        if self.done:
            return None
        key, equals, value = line[len(self.prefix) :].lstrip(GO_SPACE).partition("=")
        key, value = key.rstrip(_ASCII_SPACE), value.strip(_ASCII_SPACE)
        known = key.lower() in ("syntax", "escape", "check") and _DIRECTIVE_KEY.fullmatch(key)
        if not line.startswith(self.prefix) or not equals or not value or not known:
            self.done = True
            return None
        key = key.lower()
        if key in self.seen:
            self.repeated, self.done = key, True
            return key
        self.seen[key] = value
        return key


class Lexer:
    """Walks the physical lines of a file once."""

    def __init__(self, text: str) -> None:
        self.lines = text.removeprefix("\ufeff").split("\n")
        self.at = 0
        self.escape = "\\"
        self.directives = Directives()

    def take(self) -> str:
        """Return the next physical line."""
        line = self.lines[self.at]
        if len(line) * 4 > LONGEST_LINE:
            # A byte that is no UTF-8 stands as one lone surrogate, and counts as one byte.
            invalid = sum("\udc80" <= char <= "\udcff" for char in line)
            if len(line.encode("utf-8", "surrogatepass")) - 2 * invalid > LONGEST_LINE:
                refuse("line-too-long", f"the line is longer than {LONGEST_LINE:,} bytes", self.at + 1)
        self.at += 1
        return line

    def logical_lines(self) -> Iterator[Line]:
        while self.at < len(self.lines):
            number = self.at + 1
            line = self.take().rstrip("\r\n").lstrip(GO_SPACE)
            self.read_directive(line, number)
            if not line or line.startswith("#"):
                continue
            text = self.joined(line)
            if "\0" in text:
                refuse("not-text", "the instruction holds a NUL character", number, "save the file as text")
            yield Line(text, number, self.heredocs(text, number))

    def read_directive(self, line: str, number: int) -> None:
        key = self.directives.offer(line)
        if self.directives.repeated is not None:
            repeated, self.directives.repeated = self.directives.repeated, None
            refuse("directive", f"the directive `{repeated}` stands twice", number, "keep one of them")
        if key == "escape":
            self.escape = self.directives.seen["escape"]
            if self.escape not in ("\\", "`"):
                refuse("directive", f"`{shown(self.escape)}` cannot escape", number, "use `\\` or a backtick")
        if key == "check":
            self.check_options(self.directives.seen["check"], number)

    def check_options(self, value: str, number: int) -> None:
        for option in value.split(";", 2):
            name, _, setting = option.strip(GO_SPACE).partition("=")
            if name not in ("skip", "experimental", "error") or (name == "error" and setting not in _BOOLEANS):
                hint = "the options are `skip=…`, `experimental=…` and `error=true`"
                refuse("directive", f"`check` has no option `{shown(option.strip())}`", number, hint)

    def joined(self, line: str) -> str:
        """Join a line with those that continue it."""
        parts: list[str] = []
        text, goes_on = self.continued(line)
        parts.append(text)
        while goes_on and self.at < len(self.lines):
            line = self.take().rstrip("\r\n")
            bare = line.lstrip(GO_SPACE)
            if not bare or bare.startswith("#"):
                continue
            text, goes_on = self.continued(line)
            parts.append(text)
        return "".join(parts)

    def continued(self, line: str) -> tuple[str, bool]:
        bare = line.rstrip(_BLANKS)
        if bare.endswith(self.escape) and not bare.endswith(self.escape * 2):
            return bare[:-1], True
        return line, False

    def heredocs(self, text: str, number: int) -> tuple[str, ...]:
        """Find the heredocs that an instruction opens, and pass over their lines."""
        found = find_heredocs(text)
        for terminator, chomp in found:
            while True:
                if self.at >= len(self.lines) or (self.at == len(self.lines) - 1 and not self.lines[self.at]):
                    message = f"the heredoc `{shown(terminator)}` does not end"
                    refuse("heredoc", message, number, f"add a line that holds `{shown(terminator)}` alone")
                line = self.take().rstrip("\r\n")
                if (line.lstrip("\t") if chomp else line) == terminator:
                    break
        return tuple(terminator for terminator, _ in found)


def find_heredocs(text: str) -> list[tuple[str, bool]]:
    """Return the terminators of the heredocs that an instruction opens, and whether tabs before them do not count."""
    if "<<" not in text:
        return []
    name, rest = split_name(text)
    while name.lower() == "onbuild":
        name, rest = split_name(rest)
    if name.lower() not in _TAKES_HEREDOCS or is_json_strings(_after_flags(rest)):
        return []
    found: list[tuple[str, bool]] = []
    for word in heredoc_words(text) or ():
        match = _HEREDOC.fullmatch(word)
        if match is None or not match[2]:
            continue
        terminator = unquoted_words(match[2])
        if terminator is not None and len(terminator) == 1:
            found.append((terminator[0], bool(match[1])))
    return found


def _after_flags(rest: str) -> str:
    while rest.startswith("--"):
        rest = split_name(rest)[1]
    return rest


def lex(text: str) -> tuple[list[Line], str]:
    """Return the logical lines of a file and its escape character; raises `InvalidDockerfile` at the first fault."""
    lexer = Lexer(text)
    lines = list(lexer.logical_lines())
    if not lines:
        refuse("empty", "the file has no instructions", 1, "begin with `FROM` and a base image")
    return lines, lexer.escape
