r"""Procfiles: one line a service, and no line is ever dropped silently.

Grammar (UTF-8; a line ends at `\n`, one `\r` before it is taken off)::

    procfile = *( line "\n" ) [ line ]
    line     = blank | comment | service
    blank    = *( " " | tab )
    comment  = *( " " | tab ) "#" *char
    service  = name ":" *( " " | tab ) command       ; the name stands at column 1
    name     = 1*63( letter | digit | "_" | "-" )    ; ASCII
    command  = 1*char                                ; kept to the letter, less surrounding blanks

There is no continuation line, no expansion of variables, and `#` inside a command is part of it. Control characters are
errors wherever they stand, comments included, since they hide text from whoever reviews the file.
"""

from __future__ import annotations

import contextlib
import re
import shlex
from typing import cast

import attrs

from deployspec._diagnostics import Diagnostic, InvalidProcfile, Severity, capped

__all__ = ["Procfile", "Service", "parse_procfile"]

SOURCE = "Procfile"
LONGEST_NAME = 63

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_NOT_NAME = re.compile(r"[^A-Za-z0-9_-]")
_DNS_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_CONFLICT = re.compile(r"<{7}(?: |$)|={7}$|>{7}(?: |$)|\|{7}(?: |$)")
_RESERVED = frozenset({"run", "cmd"})


@attrs.frozen
class Service:
    """A service to start: its name, its command (`None`: what the image says), and its line, counted from 1.

    A library cannot see whether an image has an ENTRYPOINT, so both forms of the command are offered and none guessed.

    >>> web = Service("web", "puma -p $PORT")
    >>> web.shell_form()
    ('/bin/sh', '-c', 'puma -p $PORT')
    >>> web.argument_form()
    ('puma', '-p', '$PORT')
    """

    name: str
    command: str | None = None
    line: int | None = attrs.field(default=None, kw_only=True)

    @property
    def is_release(self) -> bool:
        """Whether this is `release`, which exporters run once and before the others."""
        return self.name == "release"

    def shell_form(self) -> tuple[str, ...]:
        """Return what an image without ENTRYPOINT runs; empty where the image decides."""
        return () if self.command is None else ("/bin/sh", "-c", self.command)

    def argument_form(self) -> tuple[str, ...]:
        """Return the arguments that an image's ENTRYPOINT gets: split by shell rules, `$VAR` staying literal.

        Raises `InvalidProcfile` (`procfile-unbalanced-quotes`) where a quote is not closed.

        >>> Service("web", "echo 'oops").argument_form()
        Traceback (most recent call last):
        deployspec._diagnostics.InvalidProcfile: Procfile: error[procfile-unbalanced-quotes]: ...
        """
        words: tuple[str, ...] | None = None
        with contextlib.suppress(ValueError):
            words = tuple(shlex.split(self.command or ""))
        if words is None:
            message = f"the command of `{self.name}` has a quote that is not closed, or ends in a backslash"
            raise InvalidProcfile([Diagnostic("procfile-unbalanced-quotes", message, source=SOURCE, line=self.line)])
        return words


@attrs.frozen
class Procfile:
    """The services of a Procfile in the order of the file, and the warnings about it."""

    services: tuple[Service, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def parse_procfile(
    text: str | bytes, *, max_bytes: int = 262_144, max_line_bytes: int = 32_768, max_services: int = 100
) -> Procfile:
    r"""Read a Procfile.

    `max_bytes` bounds the file, `max_line_bytes` a line (both in bytes of UTF-8), `max_services` the services.

    Raises `InvalidProcfile` with every fault, in the order of the file.

    >>> parse_procfile("web: bundle exec rails s\nworker: rake jobs").services[1]
    Service(name='worker', command='rake jobs', line=2)
    >>> parse_procfile("web run")
    Traceback (most recent call last):
    deployspec._diagnostics.InvalidProcfile: Procfile:1:1: error[procfile-no-colon]: this line has no `:`
    """
    if not isinstance(cast("object", text), (str, bytes)):  # callers without a type checker
        raise TypeError(f"a Procfile is str or bytes, not {type(text).__name__}")
    reader = _Reader(max_line_bytes, max_services)
    decoded = reader.decode(text, max_bytes)
    if decoded is not None:
        reader.read(decoded)
    if any(one.severity == "error" for one in reader.found):
        raise InvalidProcfile(capped(reader.found))
    return Procfile(tuple(reader.services), capped(reader.found))


class _Reader:
    """Walks the lines; `found` and `services` grow in the order of the file."""

    def __init__(self, max_line_bytes: int, max_services: int) -> None:
        self.max_line_bytes = max_line_bytes
        self.max_services = max_services
        self.found: list[Diagnostic] = []
        self.services: list[Service] = []
        self.names: dict[str, tuple[str, int]] = {}  # folded name → name as written, line
        self.line = 0

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
        before = raw[:start]
        self.line = before.count(b"\n") + 1
        utf16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
        message = "the file is UTF-16, not UTF-8" if utf16 else "the file is not UTF-8"
        column = len(before.rpartition(b"\n")[2].decode("utf-8")) + 1
        self.tell("not-utf8", message, column, "save the file as UTF-8")
        return None

    def read(self, text: str) -> None:
        if text.startswith("\ufeff"):
            self.line = 1
            self.tell("bom", "the file begins with a byte order mark", hint="save it without", severity="warning")
            text = text[1:]
        lines = text.split("\n")
        returns = [number for number, line in enumerate(lines, 1) if line.endswith("\r")]
        if returns:
            self.line = returns[0]
            message = f"{len(returns)} line{'s end' if len(returns) > 1 else ' ends'} in CR LF"
            column = len(lines[returns[0] - 1])
            self.tell("crlf", message, column, "save the file with LF line ends", "warning")
        for self.line, line in enumerate(lines, 1):
            self.read_line(line.removesuffix("\r"))
        if len(self.services) > self.max_services:
            self.line = self.services[self.max_services].line or 0
            self.tell("too-many-services", f"there are more than {self.max_services} services")
        self.found.sort(key=lambda one: (one.line or 0, one.column or 0))
        if not self.names and not any(one.severity == "error" for one in self.found):
            self.line = 1
            self.tell("no-services", "there is no service in the file", hint="add a line such as `web: ./start`")

    # A line

    def read_line(self, line: str) -> None:
        bare = line.lstrip(" \t")
        # The longest line in bytes holds at least a quarter as many characters.
        if len(line) * 4 > self.max_line_bytes and len(line.encode()) > self.max_line_bytes:
            self.tell("line-too-long", f"the line is longer than {self.max_line_bytes:,} bytes")
        elif (control := _CONTROL.search(line)) is not None:
            message = f"the line holds the control character U+{ord(control[0]):04X}"
            self.tell("control-character", message, control.start() + 1, "delete it, or write a visible character")
        elif not bare or bare.startswith("#"):
            pass
        elif _CONFLICT.match(line):
            self.tell(
                "merge-conflict", "this is the mark of a merge conflict", hint="decide the conflict and delete it"
            )
        elif bare.startswith("//"):
            column = len(line) - len(bare) + 1
            self.tell("slash-comment", "`//` does not begin a comment", column, "begin a comment with `#`")
        elif ":" not in line:
            self.tell("no-colon", "this line has no `:`", hint="write a service as `name: command`")
        else:
            self.read_service(line, bare)

    def read_service(self, line: str, bare: str) -> None:
        name, _, rest = line.partition(":")
        if bare != line:
            hint = "begin the service at column 1; a command is one line"
            self.tell("indented", "a service does not stand at the beginning of its line", 1, hint)
        elif self.check_name(name):
            command = rest.strip(" \t")
            unique = self.check_unique(name)
            if self.check_command(name, command, rest) and unique:
                self.services.append(Service(name, command, line=self.line))

    def check_name(self, name: str) -> bool:
        bare = name.rstrip(" \t")
        if not bare:
            self.tell("empty-name", "there is no name before the `:`", hint="write a name, such as `web`")
        elif (wrong := _NOT_NAME.search(bare)) is not None:
            message = "a name has only letters, digits, `_` and `-`"
            fixed = _NOT_NAME.sub("-", bare)[:LONGEST_NAME].strip("-")
            hint = f"did you mean `{fixed}`?" if _NAME.fullmatch(fixed) else None
            self.tell("invalid-name", message, wrong.start() + 1, hint)
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
        """Names that are equal after folding collide further down, in DNS and in environment variables."""
        first, line = self.names.setdefault(name.lower().replace("_", "-"), (name, self.line))
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
            hint = "put the whole command on one line, or in a script"
            self.tell("line-continuation", message, column + len(command) - 1, hint)
        else:
            self.warn(name, command, rest, column)
            return True
        return False

    def warn(self, name: str, command: str, rest: str, column: int) -> None:
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
        if (comment := re.search(r"[ \t]#", command)) is not None:
            message = "`#` is part of the command here"
            hint = "put a comment on a line of its own"
            self.tell("inline-comment", message, column + comment.start() + 1, hint, "warning")
        if ("'" in command or '"' in command) and not _is_balanced(command):
            message = "the command has a quote that is not closed"
            self.tell("unbalanced-quotes", message, column, "close it, or escape it with a backslash", "warning")


def _is_balanced(command: str) -> bool:
    try:
        shlex.split(command)
    except ValueError:
        return False
    return True
