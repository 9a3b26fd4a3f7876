"""Parsing a Procfile line by line, with all diagnostics.

Each line is parsed independently, so that an error in one does not hide those of another. Lines and columns count from
1, in characters; a byte order mark is not counted.
"""

from __future__ import annotations

import re
from typing import TypedDict

from deployspec._core.diagnostics import Collector, Details, Severity
from deployspec._core.templates import find_mark, may_be_template
from deployspec._core.text import is_utf16, one_line
from deployspec._core.tokens import find_secrets
from deployspec._procfile.service import SOURCE, Service, make_service
from deployspec._procfile.shell_words import find_comment, find_open_quote

MAX_NAME_LENGTH = 63
_RESERVED = frozenset({"run", "cmd"})

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9_-]")
# RFC 1123, section 2.1, in lowercase as Kubernetes requires it
_DNS_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_CONFLICT_MARKER = re.compile(r"<{7}(?: |$)|={7}$|>{7}(?: |$)|\|{7}(?: |$)")
# A first word that may be the name of a service, and the `=` that follows it in other languages.
_FIRST_WORD = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_-]{0,62})(?:[ \t]*(=)|[ \t])")
# An option or an operator of the shell, with which no service begins.
_MIDDLE_OF_COMMAND = re.compile(r"--?[A-Za-z]|[|&>]")
_MAX_JOINED = 100
# A command that can be joined to another one with `&&`: no quotes, comments and operators.
_PLAIN_COMMAND = re.compile(r"[A-Za-z0-9 ./:,+@$=_-]+")

_ONE_LINE = "put the whole command on one line, or in a script"


def fold_name(name: str) -> str:
    """Return the form in which names of services must differ: others collide in DNS and in environment variables.

    >>> fold_name("Web_1")
    'web-1'
    """
    return name.lower().replace("_", "-")


class _Columns(TypedDict):
    """The range of a problem in its line."""

    column: int
    end_column: int


class LineCollector(Collector):
    """Collects the diagnostics of a Procfile at the current line, and at column 1 unless a call names another one."""

    __slots__ = ("line",)

    def __init__(self) -> None:
        super().__init__(SOURCE)
        self.line: int | None = None

    def _add(self, code: str, message: str, severity: Severity, details: Details) -> None:
        if self.line is not None:
            details.setdefault("line", self.line)
            details.setdefault("column", 1)
        super()._add(code, message, severity, details)

    def sort(self) -> None:
        """Bring the diagnostics into the order of the file."""
        self.found.sort(key=lambda diagnostic: (diagnostic.line or 0, diagnostic.column or 0))


class ProcfileParser:
    """Parses a Procfile; `services` and `found` contain the result."""

    def __init__(self, max_line_bytes: int, max_services: int) -> None:
        self.max_line_bytes = max_line_bytes
        self.max_services = max_services
        self.found = LineCollector()
        self.services: list[Service] = []
        self.lines_by_name: dict[str, tuple[str, int]] = {}  # folded name: name as written, line
        self.last_service: int | None = None  # the line of the last service
        self.release_commands: list[str] = []
        self.continued = False  # whether the previous line ends in a backslash

    # The file

    def parse(self, text: str | bytes, max_bytes: int) -> None:
        """Parse the whole file."""
        decoded = self.decode(text, max_bytes)
        if decoded is not None:
            self.parse_text(decoded)

    def decode(self, text: str | bytes, max_bytes: int) -> str | None:
        raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        if len(raw) > max_bytes:
            self.found.error("procfile-too-large", f"file is larger than {max_bytes:,} bytes")
            return None
        if isinstance(text, bytes) and is_utf16(raw):
            self.found.line = 1
            message, hint = "file is UTF-16, not UTF-8", "save the file as UTF-8"
            self.found.error("procfile-not-utf8", message, end_column=1, hint=hint)
            return None
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            start = error.start
        before = raw[:start].decode().removeprefix("\ufeff")
        self.found.line = before.count("\n") + 1
        message = "file is not UTF-8"
        column = len(before.rpartition("\n")[2]) + 1
        self.found.error("procfile-not-utf8", message, column=column, end_column=column, hint="save the file as UTF-8")
        return None

    def parse_text(self, text: str) -> None:
        found = self.found
        if text.startswith("\ufeff"):
            found.line = 1
            found.warning(
                "procfile-bom", "file begins with a byte order mark", end_column=1, hint="save the file without it"
            )
            text = text[1:]
        lines = text.split("\n")
        if may_be_template(text) and self.report_template(lines):
            return
        if "\r" in text:
            self.warn_about_line_ends(lines)
        for number, line in enumerate(lines, 1):
            found.line = number
            self.parse_line(line.removesuffix("\r"), number)
            self.continued = line.rstrip(" \t\r").endswith("\\")
        if len(self.lines_by_name) > self.max_services:
            name, found.line = list(self.lines_by_name.values())[self.max_services]
            message = f"more than {self.max_services} services"
            found.error("procfile-too-many-services", message, end_column=len(name) + 1)
        found.sort()
        if not self.lines_by_name and not found.failed:
            found.line = 1
            hint = "add a line such as `web: ./start`"
            found.error("procfile-no-services", "file has no services", end_column=1, hint=hint)

    def warn_about_line_ends(self, lines: list[str]) -> None:
        numbers = [number for number, line in enumerate(lines, 1) if line.endswith("\r")]
        if numbers:
            self.found.line = numbers[0]
            message = f"{len(numbers)} line{'s end' if len(numbers) > 1 else ' ends'} in CR LF"
            column = len(lines[numbers[0] - 1])
            self.found.warning("procfile-crlf", message, column=column, hint="save the file with LF line endings")

    def report_template(self, lines: list[str]) -> bool:
        """Report that the file is a template, at its first mark; every other problem may be one of the template."""
        for number, line in enumerate(lines, 1):
            mark = find_mark(line)
            if mark is not None:
                self.found.found.clear()
                self.found.line = number
                message, hint = "file is an unrendered template", "render the template first"
                start, end = mark
                self.found.error("procfile-template", message, column=start + 1, end_column=end + 1, hint=hint)
                return True
        return False

    # A line

    def parse_line(self, line: str, number: int) -> None:
        bare = line.lstrip(" \t")
        # A character has at most four bytes, so only a line of that many characters has to be encoded.
        if len(line) * 4 > self.max_line_bytes and len(line.encode()) > self.max_line_bytes:
            self.report_long_line(line)
        # `isprintable` is false for all control characters in each version of Unicode, and faster than the pattern.
        elif not line.isprintable() and (control := _CONTROL.search(line)) is not None:
            message = f"control character U+{ord(control[0]):04X}"
            hint = "delete it, or replace it with a visible character"
            self.found.error("procfile-control-character", message, column=control.start() + 1, hint=hint)
        elif not bare or bare.startswith("#"):
            pass
        elif line[0] in "<=>|" and _CONFLICT_MARKER.match(line):
            hint = "resolve the conflict"
            self.found.error("procfile-merge-conflict", "unresolved merge conflict marker", end_column=8, hint=hint)
        elif bare.startswith("//"):
            place: _Columns = {"column": len(line) - len(bare) + 1, "end_column": len(line) - len(bare) + 3}
            hint = "begin a comment with `#`"
            self.found.error("procfile-slash-comment", "`//` does not begin a comment", hint=hint, **place)
        elif ":" not in line:
            hint = _ONE_LINE if bare != line or self.continued else self.suggest_service(line)
            end = len(line.rstrip(" \t")) + 1
            self.found.error("procfile-no-colon", "missing `:` after the service name", end_column=end, hint=hint)
        elif bare != line:
            hint = _ONE_LINE if self.continued else "begin the service at column 1; a command is one line"
            indent = len(line) - len(bare)
            self.found.error("procfile-indented", "service line is indented", end_column=indent + 1, hint=hint)
            name, _, rest = bare.partition(":")
            if not self.continued and not _NOT_IN_NAME.search(name := name.rstrip(" \t")):
                self.check_unique(name, number, rest.strip(" \t"), indent + 1)
        else:
            self.parse_service(line, number)

    def report_long_line(self, line: str) -> None:
        column = len(line.encode()[: self.max_line_bytes].decode("utf-8", "ignore")) + 1
        message = f"line is longer than {self.max_line_bytes:,} bytes"
        self.found.error("procfile-line-too-long", message, column=column, end_column=len(line) + 1)

    def suggest_service(self, line: str) -> str:
        """Return the hint for a line without `:`."""
        if self.last_service is not None and _MIDDLE_OF_COMMAND.match(line):
            return _join(self.last_service)
        if (word := _FIRST_WORD.match(line)) is None:
            return "write a service as `name: command`"
        return f"write `{word[1]}:` instead of `{word[0]}`" if word[2] else f"begin the line with `{word[1]}:`"

    def parse_service(self, line: str, number: int) -> None:
        name, _, rest = line.partition(":")
        command = rest.strip(" \t")
        bare = name.rstrip(" \t")
        if not bare:
            message = "missing service name before the `:`"
            self.found.error(
                "procfile-empty-name", message, end_column=len(name) + 1, hint="write a name, such as `web`"
            )
        elif self.last_service is not None and _MIDDLE_OF_COMMAND.match(line) and _NOT_IN_NAME.search(bare):
            end, hint = len(line.rstrip(" \t")) + 1, _join(self.last_service)
            self.found.error("procfile-invalid-name", "invalid service name", end_column=end, hint=hint)
        else:
            is_valid = self.check_name(name, bare, rest)
            is_unique = self.check_unique(bare, number, command)  # a misspelt name can be a duplicate as well
            if self.check_command(name, command, rest) and is_valid:
                self.warn_about_name(name, rest)
                self.warn_about_command(name, command, _column_of_command(name, rest))
                if is_unique:
                    self.services.append(make_service(name, command, line=number))
            self.last_service = number

    def check_name(self, name: str, bare: str, rest: str) -> bool:
        if (wrong := _NOT_IN_NAME.search(bare)) is not None:
            hint = _suggest_name(bare, wrong.start(), rest)
            self.found.error("procfile-invalid-name", "invalid service name", column=wrong.start() + 1, hint=hint)
        elif len(bare) > MAX_NAME_LENGTH:
            message = f"service name is longer than {MAX_NAME_LENGTH} characters"
            place: _Columns = {"column": MAX_NAME_LENGTH + 1, "end_column": len(bare) + 1}
            self.found.error("procfile-name-too-long", message, hint="shorten the name", **place)
        elif bare != name:
            place = {"column": len(bare) + 1, "end_column": len(name) + 1}
            message, hint = "whitespace before the `:`", f"write `{bare}:`"
            self.found.error("procfile-space-before-colon", message, hint=hint, **place)
        else:
            return True
        return False

    def check_unique(self, name: str, number: int, command: str, column: int = 1) -> bool:
        folded = fold_name(name)
        first_name, first_number = self.lines_by_name.setdefault(folded, (name, number))
        if folded == "release":
            self.release_commands.append(command)
        if first_number == number:
            return True
        hint = self.join_release() if folded == "release" else None
        place: _Columns = {"column": column, "end_column": column + len(name)}
        if first_name == name:
            message = f"duplicate service `{_shown(name)}` (first on line {first_number})"
            self.found.error("procfile-duplicate-name", message, hint=hint or "rename one of them", **place)
        else:
            message = f"service name `{_shown(name)}` is too similar to `{_shown(first_name)}` on line {first_number}"
            hint = hint or "names must differ in more than case, `_` and `-`"
            self.found.error("procfile-similar-name", message, hint=hint, **place)
        return False

    def join_release(self) -> str:
        """Return the hint for several `release` lines: with another name, a service would run all the time."""
        joined = " && ".join(self.release_commands)
        plain = all(map(_PLAIN_COMMAND.fullmatch, self.release_commands))
        if not plain or len(joined) > _MAX_JOINED or find_secrets(joined):
            return "join the commands with `&&` on one line"
        return f"join the commands: `release: {joined}`"

    def check_command(self, name: str, command: str, rest: str) -> bool:
        column = _column_of_command(name, rest)
        if not command:
            hint = f"write `{_shown(name)}: ` and the command on the same line"
            message = f"missing command for `{_shown(name)}`"
            place: _Columns = {"column": len(name) + 2, "end_column": len(name) + 2 + len(rest)}
            self.found.error("procfile-empty-command", message, hint=hint, **place)
        elif command.startswith("#"):
            hint = "write a command before the comment, or move the comment to its own line"
            message = f"command of `{_shown(name)}` is a comment"
            place = {"column": column, "end_column": column + len(command)}
            self.found.error("procfile-comment-as-command", message, hint=hint, **place)
        elif (len(command) - len(command.rstrip("\\"))) % 2:
            column += len(command) - 1
            message = "line continuation in a command"
            self.found.error("procfile-line-continuation", message, column=column, hint=_ONE_LINE)
        else:
            return True
        return False

    def warn_about_name(self, name: str, rest: str) -> None:
        if not _DNS_LABEL.fullmatch(name):
            label = fold_name(name).strip("-")
            message = f"service name `{name}` is not a valid DNS label, which Kubernetes and Compose require"
            hint = f"rename the service to `{label}`" if label else "use letters, digits and `-`"
            self.found.warning("procfile-name-not-dns", message, end_column=len(name) + 1, hint=hint)
        if name in _RESERVED:
            message = f"service name `{name}` has another meaning on many platforms"
            end = len(name) + 1
            self.found.warning("procfile-reserved-name", message, end_column=end, hint="choose another name")
        if not rest.startswith((" ", "\t")):
            place: _Columns = {"column": len(name) + 2, "end_column": len(name) + 2}
            message, hint = "missing space after the `:`", f"write `{name}: `"
            self.found.warning("procfile-no-space-after-colon", message, hint=hint, **place)

    def warn_about_command(self, name: str, command: str, column: int) -> None:
        end = column + len(command)
        if "#" in command and (comment := find_comment(command)) is not None:
            place: _Columns = {"column": column + comment, "end_column": end}
            hint = "move a comment to its own line"
            self.found.warning("procfile-inline-comment", "`#` is part of the command", hint=hint, **place)
        if ("'" in command or '"' in command) and (quote := find_open_quote(command)) is not None:
            place = {"column": column + quote, "end_column": end}
            hint = "close the quote, or escape it with a backslash"
            self.found.warning("procfile-unbalanced-quotes", "unclosed quote in the command", hint=hint, **place)
        for secret in find_secrets(command):
            place = {"column": column + secret.start, "end_column": column + secret.end}
            message = f"command of `{name}` contains {secret.description}"
            hint = "set a variable of the app instead, because plans contain commands"
            self.found.warning("procfile-looks-secret", message, hint=hint, **place)


def _column_of_command(name: str, rest: str) -> int:
    return len(name) + 2 + len(rest) - len(rest.lstrip(" \t"))


def _shown(name: str) -> str:
    return one_line(name, MAX_NAME_LENGTH)


def _join(line: int) -> str:
    return f"a command is one line: append this line to line {line}"


def _suggest_name(name: str, wrong: int, rest: str) -> str:
    """Suggest a `:` for `web gunicorn app:app`, or else a name with valid characters."""
    if name[wrong] in " \t" and wrong and not rest.startswith((" ", "\t")):
        return f"begin the line with `{name[:wrong]}:`"
    fixed = _NOT_IN_NAME.sub("-", name)[:MAX_NAME_LENGTH].strip("-")
    return f"did you mean `{fixed}`?" if fixed else "use letters, digits, `_` and `-`"
