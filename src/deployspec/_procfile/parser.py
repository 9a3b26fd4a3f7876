"""Reading a Procfile line by line, with all there is to tell about it; `_procfile` holds the grammar.

Each line is read on its own, so a fault in one does not hide those of another. Lines and columns count from 1, in
characters, a byte order mark left out.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from deployspec._core.diagnostics import Diagnostic, Severity

__all__ = ["SOURCE", "folded", "open_quote", "read_lines", "split_words"]

SOURCE = "Procfile"
_RESERVED = frozenset({"run", "cmd"})
LONGEST_NAME = 63

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_NOT_NAME = re.compile(r"[^A-Za-z0-9_-]")
_DNS_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_CONFLICT = re.compile(r"<{7}(?: |$)|={7}$|>{7}(?: |$)|\|{7}(?: |$)")
_INLINE_COMMENT = re.compile(r"[ \t]#")
_CLOSED = re.compile(r"""(?:[^'"\\]+|\\.|'[^']*'|"[^"\\]*(?:\\.[^"\\]*)*")*""", re.DOTALL)
# A word is made of bare text, escaped characters, and what stands in single or (the fourth group) double quotes.
_PART = re.compile(r"""([^ \t\r\n'"\\]+)|\\(.)|'([^']*)'|"([^"\\]*(?:\\.[^"\\]*)*)"|[ \t\r\n]+""", re.DOTALL)
_DOUBLE = 4
_ESCAPED = re.compile(r'\\(["\\])')

_ONE_LINE = "put the whole command on one line, or in a script"

Line: TypeAlias = tuple[str, str, int]
"""A service's name, command and line."""


def read_lines(
    text: str | bytes, max_bytes: int, max_line_bytes: int, max_services: int
) -> tuple[list[Line], list[Diagnostic]]:
    """Return the services and all there is to tell, both in the order of the file."""
    reader = _Reader(max_line_bytes, max_services)
    decoded = reader.decode(text, max_bytes)
    if decoded is not None:
        reader.read(decoded)
    return reader.services, reader.found


def folded(name: str) -> str:
    """Fold a service's name: names that are equal then collide further down, in DNS and in environment variables.

    >>> folded("Web_1")
    'web-1'
    """
    return name.lower().replace("_", "-")


def open_quote(command: str) -> int | None:
    """Return where a quote begins that is not closed, or the backslash that ends the command; by the shell's rules.

    >>> open_quote("echo 'it'"), open_quote('echo "it'), open_quote("echo \\\\'")
    (None, 5, None)
    """
    found = _CLOSED.match(command)
    end = 0 if found is None else found.end()
    return None if end == len(command) else end


def _meant(name: str, wrong: int, rest: str) -> str | None:
    """Guess what was meant: a name with its `:` missing (`web gunicorn app:app`), or one in other letters."""
    if name[wrong] in " \t" and wrong and not rest.startswith((" ", "\t")):
        return f"did you forget the `:` behind `{name[:wrong]}`?"
    fixed = _NOT_NAME.sub("-", name)[:LONGEST_NAME].strip("-")
    return f"did you mean `{fixed}`?" if fixed else None


def split_words(command: str) -> tuple[str, ...] | None:
    """Split as `shlex.split` does, whose time grows with the square of a word; `None` where a quote is not closed.

    >>> split_words("a 'b c' \\"d\\"e ''")
    ('a', 'b c', 'de', '')
    """
    if open_quote(command) is not None:
        return None
    words: list[str] = []
    parts: list[str] = []
    for part in _PART.finditer(f"{command} "):
        kind = part.lastindex
        if kind is not None:
            parts.append(_ESCAPED.sub(r"\1", part[kind]) if kind == _DOUBLE else part[kind])
        elif parts:
            words.append("".join(parts))
            parts.clear()
    return tuple(words)


class _Reader:
    """Walks the lines; `found` and `services` grow in the order of the file."""

    def __init__(self, max_line_bytes: int, max_services: int) -> None:
        self.max_line_bytes = max_line_bytes
        self.max_services = max_services
        self.found: list[Diagnostic] = []
        self.services: list[Line] = []
        self.names: dict[str, tuple[str, int]] = {}  # folded name → name as written, line
        self.line = 0
        self.continued = False  # whether the line before asks for a continuation

    def tell(
        self, code: str, message: str, column: int | None = 1, hint: str | None = None, severity: Severity = "error"
    ) -> None:
        line = self.line or None
        self.found.append(
            Diagnostic(f"procfile-{code}", message, severity, hint=hint, source=SOURCE, line=line, column=column)
        )

    # The file

    def decode(self, text: str | bytes, max_bytes: int) -> str | None:
        raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        if len(raw) > max_bytes:
            self.tell("too-large", f"the file is larger than {max_bytes:,} bytes", None)
            return None
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            start = error.start
        before = raw[:start].decode().removeprefix("\ufeff")
        self.line = before.count("\n") + 1
        utf16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
        message = "the file is UTF-16, not UTF-8" if utf16 else "the file is not UTF-8"
        self.tell("not-utf8", message, len(before.rpartition("\n")[2]) + 1, "save the file as UTF-8")
        return None

    def read(self, text: str) -> None:
        if text.startswith("\ufeff"):
            self.line = 1
            self.tell("bom", "the file begins with a byte order mark", hint="save it without", severity="warning")
            text = text[1:]
        lines = text.split("\n")
        if "\r" in text:
            self.tell_line_ends(lines)
        for self.line, line in enumerate(lines, 1):
            self.read_line(line.removesuffix("\r"))
            self.continued = line.rstrip().endswith("\\")
        if len(self.names) > self.max_services:
            _, self.line = list(self.names.values())[self.max_services]
            self.tell("too-many-services", f"there are more than {self.max_services} services")
        if len(self.found) > 1:
            self.found.sort(key=lambda one: (one.line or 0, one.column or 0))
        if not self.names and not any(one.severity == "error" for one in self.found):
            self.line = 1
            self.tell("no-services", "there is no service in the file", hint="add a line such as `web: ./start`")

    def tell_line_ends(self, lines: list[str]) -> None:
        returns = [number for number, line in enumerate(lines, 1) if line.endswith("\r")]
        if returns:
            self.line = returns[0]
            message = f"{len(returns)} line{'s end' if len(returns) > 1 else ' ends'} in CR LF"
            column = len(lines[self.line - 1])
            self.tell("crlf", message, column, "save the file with LF line ends", "warning")

    # A line

    def read_line(self, line: str) -> None:
        bare = line.lstrip(" \t")
        # The longest line in bytes holds at least a quarter as many characters.
        if len(line) * 4 > self.max_line_bytes and len(line.encode()) > self.max_line_bytes:
            column = len(line.encode()[: self.max_line_bytes].decode("utf-8", "ignore")) + 1
            self.tell("line-too-long", f"the line is longer than {self.max_line_bytes:,} bytes", column)
        elif not line.isprintable() and (control := _CONTROL.search(line)) is not None:
            message = f"the line holds the control character U+{ord(control[0]):04X}"
            self.tell("control-character", message, control.start() + 1, "delete it, or write a visible character")
        elif not bare or bare.startswith("#"):
            pass
        elif line[0] in "<=>|" and _CONFLICT.match(line):
            self.tell(
                "merge-conflict", "this is the mark of a merge conflict", hint="decide the conflict and delete it"
            )
        elif bare.startswith("//"):
            column = len(line) - len(bare) + 1
            self.tell("slash-comment", "`//` does not begin a comment", column, "begin a comment with `#`")
        elif ":" not in line:
            joined = bare != line or self.continued
            self.tell(
                "no-colon", "this line has no `:`", hint=_ONE_LINE if joined else "write a service as `name: command`"
            )
        elif bare != line:
            hint = _ONE_LINE if self.continued else "begin the service at column 1; a command is one line"
            self.tell("indented", "a service does not stand at the beginning of its line", 1, hint)
        else:
            self.read_service(line)

    def read_service(self, line: str) -> None:
        name, _, rest = line.partition(":")
        if self.check_name(name, rest):
            command = rest.strip(" \t")
            unique = self.check_unique(name)
            if self.check_command(name, command, rest) and unique:
                self.services.append((name, command, self.line))

    def check_name(self, name: str, rest: str) -> bool:
        bare = name.rstrip(" \t")
        if not bare:
            self.tell("empty-name", "there is no name before the `:`", hint="write a name, such as `web`")
        elif (wrong := _NOT_NAME.search(bare)) is not None:
            message = "a name has only letters, digits, `_` and `-`"
            self.tell("invalid-name", message, wrong.start() + 1, _meant(bare, wrong.start(), rest))
        elif bare != name:
            hint = f"write `{bare}:`"
            self.tell("space-before-colon", "there is white space before the `:`", len(bare) + 1, hint)
        elif len(name) > LONGEST_NAME:
            message = f"the name is longer than {LONGEST_NAME} characters"
            self.tell("name-too-long", message, LONGEST_NAME + 1, "shorten it")
        else:
            return True
        return False

    def check_unique(self, name: str) -> bool:
        first, line = self.names.setdefault(folded(name), (name, self.line))
        if line == self.line:
            return True
        if first == name:
            self.tell("duplicate-name", f"`{name}` is already the service of line {line}", hint="rename one of them")
        else:
            message = f"`{name}` is too similar to `{first}` in line {line}"
            self.tell("similar-name", message, hint="names must differ in more than case, `_` and `-`")
        return False

    def check_command(self, name: str, command: str, rest: str) -> bool:
        column = len(name) + 2 + len(rest) - len(rest.lstrip(" \t"))
        if not command:
            message = f"`{name}` has no command"
            self.tell("empty-command", message, len(name) + 2, f"write `{name}: ` and the command on the same line")
        elif command.startswith("#"):
            hint = "write the command before it, or put the comment on a line of its own"
            self.tell("comment-as-command", f"the command of `{name}` is a comment", column, hint)
        elif (len(command) - len(command.rstrip("\\"))) % 2:
            message = "the command ends in a backslash, but a service is one line"
            self.tell("line-continuation", message, column + len(command) - 1, _ONE_LINE)
        else:
            self.warn_of_name(name, rest)
            self.warn_of_command(command, column)
            return True
        return False

    def warn_of_name(self, name: str, rest: str) -> None:
        if not _DNS_LABEL.fullmatch(name):
            label = name.lower().replace("_", "-").strip("-")
            hint = f"`{label}` would do everywhere" if label else "use letters, digits and `-`"
            message = f"`{name}` is no DNS label, which Kubernetes and Compose ask for"
            self.tell("name-not-dns", message, 1, hint, "warning")
        if name in _RESERVED:
            message = f"`{name}` means something else to many platforms"
            self.tell("reserved-name", message, 1, "choose another name", "warning")
        if not rest.startswith((" ", "\t")):
            message = "there is no space after the `:`"
            self.tell("no-space-after-colon", message, len(name) + 2, f"write `{name}: `", "warning")

    def warn_of_command(self, command: str, column: int) -> None:
        if "#" in command and (comment := _INLINE_COMMENT.search(command)) is not None:
            message = "`#` is part of the command here"
            hint = "put a comment on a line of its own"
            self.tell("inline-comment", message, column + comment.start() + 1, hint, "warning")
        if ("'" in command or '"' in command) and (quote := open_quote(command)) is not None:
            message = "the command has a quote that is not closed"
            self.tell(
                "unbalanced-quotes", message, column + quote, "close it, or escape it with a backslash", "warning"
            )
