r"""Physical lines → logical lines.

Grammar (E is the escape character, a backslash unless `# escape=` says a backtick)::

    file         = [ BOM ] *( "\n" separated line )
    logical line = line *( E blanks "\n" ( comment | blank line | line ) )     ; joined with nothing in between
    heredoc      = *( raw line ) terminator                                    ; for each `<<NAME` of ADD, COPY, RUN

A line that ends in E, blanks allowed after it, goes on, unless the character before E is E as well. A line has at most
65,535 bytes; BuildKit reads nothing after a longer one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import attrs

from deployspec._dockerfile.go import SPACE
from deployspec._dockerfile.places import Place, shown
from deployspec._dockerfile.text.directives import Directives

if TYPE_CHECKING:
    from deployspec._dockerfile.diagnostics import DockerfileCollector
    from deployspec._dockerfile.text.heredocs import Heredoc

BOM = "\ufeff"
LONGEST_LINE = 65_535
_BLANKS = " \t"
_WIDEST = 4  # bytes of a character


@attrs.frozen
class Line:
    """A logical line: its text, where that begins, and where in it further physical lines begin."""

    text: str
    number: int
    column: int = 1
    breaks: tuple[tuple[int, int], ...] = ()

    def place(self, start: int, end: int | None = None) -> Place:
        """Return where the word from `start` to `end` stands in the file."""
        here = Place(self.number, self.column, self.breaks)
        return here.moved(start) if end is None or not self.breaks else here.part(start, end)


def decoded(text: str | bytes) -> str:
    """Return a file as text; bytes that are no UTF-8 become lone surrogates, since BuildKit lets them pass."""
    if isinstance(text, bytes):
        return text.decode("utf-8", "surrogateescape")
    if type(text) is not str and not isinstance(cast("object", text), str):  # callers without a type checker
        raise TypeError(f"a Dockerfile is str or bytes, not {type(text).__name__}")
    return text


class LineReader:
    """Walks the physical lines of a file once; `at` is where the next one begins, `number` its number.

    `nothing` is whether there was no instruction so far.
    """

    number = 1
    at = 0
    escape = "\\"
    nothing = True
    told_empty = False
    too_long = False
    has_lost = False

    def __init__(self, text: str, found: DockerfileCollector) -> None:
        self.bom = text.startswith(BOM)
        self.text = text[1:] if self.bom else text
        self.found = found

    def take(self) -> str:
        """Return the next physical line, without what ends it."""
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        if (end - self.at) * _WIDEST > LONGEST_LINE - 3:
            self.measure(self.text[self.at : end])
        line = self.text[self.at : end].rstrip("\r")
        self.at = end + 1
        self.number += 1
        return line

    def measure(self, line: str) -> None:
        # A byte that is no UTF-8 stands as one lone surrogate, and counts as one byte.
        invalid = sum("\udc80" <= char <= "\udcff" for char in line)
        size = len(line.encode("utf-8", "surrogatepass")) - 2 * invalid + 3 * (self.bom and self.number == 1)
        if size <= LONGEST_LINE:
            return
        self.too_long = self.has_lost = True
        self.tell_if_empty()
        hint = "divide it; a backslash at its end lets an instruction go on in the next line"
        place = Place(self.number, 1)
        self.found.error_at("line-too-long", f"the line is longer than {LONGEST_LINE:,} bytes", place, hint)

    def tell_if_empty(self) -> None:
        if self.nothing and not self.told_empty:
            self.told_empty = True
            place, hint = Place(max(1, self.number - 1), 1), "begin with `FROM` and a base image"
            self.found.error_at("empty", "the file has no instructions", place, hint)

    def read_directives(self) -> None:
        """Read the directives at the top, up to the first line that is none."""
        directives = Directives(self.found)
        while self.at < len(self.text):
            end = self.text.find("\n", self.at)
            raw = self.text[self.at : end if end >= 0 else None].rstrip("\r")
            line = raw.lstrip(SPACE)
            directives.offer(line, Place(self.number, len(raw) - len(line) + 1))
            self.escape = directives.escape
            if directives.done:
                return
            self.take()

    def next_line(self) -> Line | None:
        """Return the next logical line; one that holds a line that is too long has been told and is left out."""
        while self.at < len(self.text):
            number = self.number
            raw = self.take()
            line = raw.lstrip(SPACE)
            column = len(raw) - len(line) + 1
            if not line or line[0] == "#":
                self.too_long = False
                continue
            self.nothing = False
            logical = self.joined(line, number, column)
            if not self.too_long:
                return logical
            self.too_long = False
        self.tell_if_empty()
        return None

    def joined(self, line: str, number: int, column: int) -> Line:
        """Join a line with those that continue it."""
        text, goes_on = self.continued(line)
        if not goes_on:
            return Line(text, number, column)
        parts, breaks, size = [text], list[tuple[int, int]](), len(text)
        while goes_on and self.at < len(self.text):
            number_here = self.number
            line = self.take()
            bare = line.lstrip(SPACE)
            if not bare or bare[0] == "#":
                continue
            text, goes_on = self.continued(line)
            parts.append(text)
            breaks.append((size, number_here))
            size += len(text)
        return Line("".join(parts), number, column, tuple(breaks))

    def continued(self, line: str) -> tuple[str, bool]:
        bare = line.rstrip(_BLANKS)
        escape = self.escape
        if bare.endswith(escape) and not bare.endswith(escape * 2):
            return bare[:-1], True
        return line, False

    def pass_over(self, heredoc: Heredoc, place: Place) -> bool:
        """Pass over the body of a heredoc, and tell whether it ends; if not, nothing is left to say of the next one."""
        terminator = heredoc.terminator
        while self.at < len(self.text):
            number = self.number
            line = self.take()
            if self.too_long:
                self.too_long = False
                message = f"the heredoc `{shown(terminator)}` is cut off by line {number}, which is too long"
                self.found.error_at("heredoc", message, place)
            if (line.lstrip("\t") if heredoc.chomps else line) == terminator:
                return True
        hint = f"add a line that holds `{shown(terminator)}` and nothing else"
        self.found.error_at("heredoc", f"the heredoc `{shown(terminator)}` does not end", place, hint)
        return False
