r"""Physical lines → logical lines.

Grammar (E is the escape character: a backslash, or a backtick after `# escape=` with a backtick)::

    file         = [ BOM ] *( "\n" separated line )
    logical line = line *( E blanks "\n" ( comment | blank line | line ) )     ; joined with nothing in between
    heredoc      = *( raw line ) terminator                                    ; for each `<<NAME` of ADD, COPY, RUN

A line that ends in E and optional blanks continues, unless the character before E is another E. A line has at most
65,535 bytes; BuildKit reads nothing after a longer one.

`LineReader` is a cursor over the physical lines. `next_line` skips blank lines and comments, and joins the next
instruction with its continuation lines; `Line.breaks` remembers the joints, so that any offset in the instruction can
be mapped back to the file. The caller skips the bodies of heredocs, since it knows which instructions open one.
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
# Go bufio/scan.go: MaxScanTokenSize; buildkit frontend/dockerfile/parser/parser.go: handleScannerError
LONGEST_LINE = 65_535
_BLANKS = " \t"
_MAX_CHAR_BYTES = 4


@attrs.frozen
class Line:
    """A logical line: its text, its location, and the offset and number of each further physical line in it.

    `is_lost`: one of its physical lines is too long, so that BuildKit does not read it.
    """

    text: str
    number: int
    column: int = 1
    breaks: tuple[tuple[int, int], ...] = ()
    is_lost: bool = False

    def place(self, start: int, end: int | None = None) -> Place:
        """Return the location of the text from `start` to `end`; without an `end`, of one character."""
        end = min(start + 1, len(self.text)) if end is None else end
        return Place(self.number, self.column, self.breaks).part(start, end)


def decoded(text: str | bytes) -> str:
    """Return a file as text; bytes that are not UTF-8 become lone surrogates, since BuildKit accepts them."""
    if isinstance(text, bytes):
        return text.decode("utf-8", "surrogateescape")
    if type(text) is not str and not isinstance(cast("object", text), str):  # callers without a type checker
        raise TypeError(f"a Dockerfile is str or bytes, not {type(text).__name__}")
    return text


class LineReader:
    """A cursor over the physical lines of a file: `at` is the offset of the next one, `number` its number.

    `is_empty`: no instruction has been read so far. `too_long`: the current instruction has a line that is too long;
    `lost_line`: some instruction had one and was left out. `has_double_escape`: a line ends with two escape characters.
    """

    number = 1
    at = 0
    escape = "\\"
    is_empty = True
    reported_empty = False
    too_long = False
    lost_line = False
    has_double_escape = False

    def __init__(self, text: str, found: DockerfileCollector) -> None:
        self.bom = text.startswith(BOM)
        self.text = text[1:] if self.bom else text
        self.found = found

    # buildkit frontend/dockerfile/parser/parser.go: scanLines, trimNewline
    def next_physical_line(self) -> str:
        """Return the next physical line, without its line end."""
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        if (end - self.at) * _MAX_CHAR_BYTES > LONGEST_LINE - 3:
            self.check_length(self.text[self.at : end])
        line = self.text[self.at : end].rstrip("\r")
        self.at = end + 1
        self.number += 1
        return line

    def check_length(self, line: str) -> None:
        """Report a line that is too long."""
        # A byte that is not UTF-8 is one lone surrogate in the text, and counts as one byte.
        invalid = sum("\udc80" <= char <= "\udcff" for char in line)
        size = len(line.encode("utf-8", "surrogatepass")) - 2 * invalid + 3 * (self.bom and self.number == 1)
        if size <= LONGEST_LINE:
            return
        self.too_long = self.lost_line = True
        self.report_if_empty()
        hint = "split it; an instruction continues after a backslash at the end of a line"
        place = Place(self.number, 1, length=len(line))
        self.found.error_at("line-too-long", f"line is longer than {LONGEST_LINE:,} bytes", place, hint)

    def report_if_empty(self) -> None:
        """Report once that the file has no instruction, if none has been read."""
        if self.is_empty and not self.reported_empty:
            self.reported_empty = True
            place, hint = Place(max(1, self.number - 1), 1, length=0), "begin with `FROM` and a base image"
            self.found.error_at("empty", "file has no instructions", place, hint)

    def read_directives(self) -> None:
        """Read the directives at the top, up to the first other line."""
        directives = Directives(self.found)
        while self.at < len(self.text):
            end = self.text.find("\n", self.at)
            raw = self.text[self.at : end if end >= 0 else None].rstrip("\r")
            line = raw.lstrip(SPACE)
            directives.offer(line, Place(self.number, len(raw) - len(line) + 1, length=len(line)))
            self.escape = directives.escape
            if directives.done:
                return
            self.next_physical_line()

    # buildkit frontend/dockerfile/parser/parser.go: Parse, processLine, trimLeadingWhitespace, isComment
    def next_line(self) -> Line | None:
        """Return the next logical line, or `None` at the end."""
        while self.at < len(self.text):
            number = self.number
            raw = self.next_physical_line()
            line = raw.lstrip(SPACE)
            column = len(raw) - len(line) + 1
            if not line or line[0] == "#":
                self.too_long = False
                continue
            self.is_empty = False
            logical = self.join(line, number, column)
            if self.too_long:
                self.too_long = False
                return attrs.evolve(logical, is_lost=True)
            return logical
        self.report_if_empty()
        return None

    # buildkit frontend/dockerfile/parser/parser.go: Parse (inner loop), isEmptyContinuationLine
    def join(self, line: str, number: int, column: int) -> Line:
        """Join a line with the lines that continue it; comments and blank lines between them are dropped."""
        text, continues = self.without_continuation(line)
        if not continues:
            return Line(text, number, column)
        parts, breaks, size = [text], list[tuple[int, int]](), len(text)
        while continues and self.at < len(self.text):
            number_here = self.number
            line = self.next_physical_line()
            bare = line.lstrip(SPACE)
            if not bare or bare[0] == "#":
                continue
            text, continues = self.without_continuation(line)
            parts.append(text)
            breaks.append((size, number_here))
            size += len(text)
        return Line("".join(parts), number, column, tuple(breaks))

    # buildkit frontend/dockerfile/parser/parser.go: trimContinuationCharacter, setEscapeToken
    def without_continuation(self, line: str) -> tuple[str, bool]:
        """Remove the escape character at the end, if the line continues, and return whether it does."""
        bare = line.rstrip(_BLANKS)
        escape = self.escape
        if not bare.endswith(escape):
            return line, False
        if bare.endswith(escape * 2):
            self.has_double_escape = True
            return line, False
        return bare[:-1], True

    # buildkit frontend/dockerfile/parser/parser.go: Parse (heredocs), trimLeadingTabs
    def skip_heredoc(self, heredoc: Heredoc, place: Place) -> bool:
        """Skip the body of a heredoc; `False` if it has no end, so that the file has been read to its end."""
        terminator = heredoc.terminator
        while self.at < len(self.text):
            number = self.number
            line = self.next_physical_line()
            if self.too_long:
                self.too_long = False
                message = f"heredoc `{shown(terminator)}` is cut off by line {number}, which is too long"
                self.found.error_at("heredoc", message, place)
            if (line.lstrip("\t") if heredoc.chomps else line) == terminator:
                return True
        hint = f"add a line containing only `{shown(terminator)}`"
        self.found.error_at("heredoc", f"unterminated heredoc `{shown(terminator)}`", place, hint)
        return False
