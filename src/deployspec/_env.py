"""Config text and assignments: names and values, and no value ever in a fault.

Config text has python-dotenv's grammar: `NAME=VALUE` lines with optional `export `, single or double quotes, which may
span lines, and `#` comments. There is no interpolation: `$` stays. Assignments are `NAME=VALUE`, split at the first
`=`. A later assignment of a name wins, with a warning.
"""

import io
import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, cast

import attrs

from deployspec._core.diagnostics import Diagnostic, InvalidEnv, Severity, capped
from deployspec._core.secret import Confidential, Variables, hide_frames

if TYPE_CHECKING:
    from dotenv.parser import Binding

__all__ = ["Env", "parse_assignments", "parse_env"]

SOURCE = "config"
_USUAL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_SHOWN = 60
_MOST_BLANKS = 256

_LINE_END = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"[^\S\r\n]#")
_BLANK_RUN = re.compile(rf"(?<=\S)[^\S\r\n]{{{_MOST_BLANKS + 1},}}")


@attrs.frozen(hash=False)
class Env(Confidential):
    """Names and values of variables; `repr` shows the names alone, and pickling is refused.

    >>> env = parse_env("RAILS_ENV=production")
    >>> env.variables["RAILS_ENV"]
    'production'
    >>> env
    Env(variables=<RAILS_ENV>)
    """

    __module__ = "deployspec"

    variables: Mapping[str, str] = attrs.field(converter=Variables)
    diagnostics: tuple[Diagnostic, ...] = attrs.field(default=(), repr=False)


@hide_frames
def parse_env(text: str | bytes) -> Env:
    """Read config text as python-dotenv does, with every fault told.

    Raises `InvalidEnv` with every fault and its line; values are never quoted, and the exception keeps no text.

    >>> dict(parse_env("export A=1 # one").variables)
    {'A': '1'}
    >>> parse_env("A=1\\nnonsense")
    Traceback (most recent call last):
    deployspec.InvalidEnv: config:2:1: error[env-missing-equals]: this line has no `=`
    """
    if not isinstance(cast("object", text), (str, bytes)):  # callers without a type checker
        raise TypeError(f"config is str or bytes, not {type(text).__name__}")
    reader = _Reader()
    decoded = reader.decode(text)
    if decoded is not None:
        reader.read_text(decoded)
    return reader.finish()


@hide_frames
def parse_assignments(assignments: Iterable[str]) -> Env:
    """Read `NAME=VALUE` assignments, such as a command line's; the value begins after the first `=`.

    Raises `InvalidEnv` with every fault; values are never quoted.

    >>> dict(parse_assignments(["A=1", "B=x=y"]).variables)
    {'A': '1', 'B': 'x=y'}
    """
    reader = _Reader()
    reader.read_assignments(assignments)
    return reader.finish()


def check_names(names: Collection[str]) -> list[Diagnostic]:
    """Tell which names no environment can carry (errors), and which few programs can use (warnings).

    >>> [one.code for one in check_names(["A", "A-B", "-x", ""])]
    ['env-unusual-name', 'env-invalid-name', 'env-invalid-name']
    """
    if "".join(names).isascii() and all(map(str.isidentifier, names)):  # the usual names, asked for the fast way
        return []
    return [one for name in names if (one := _check_name(name)) is not None]


def _check_name(name: str) -> Diagnostic | None:
    if not name or "=" in name or "\0" in name or name.startswith("-"):
        message = f"{_shown(name)} cannot be the name of a variable"
        hint = "a name is not empty, does not begin with `-`, and holds neither `=` nor NUL"
        return Diagnostic("env-invalid-name", message, hint=hint)
    if not _USUAL_NAME.fullmatch(name):
        # The last line of a key in base64 looks like a name; that is the reader's to see, and nobody else's.
        named = "this" if "/" in name or "+" in name else _shown(name)
        message = f"{named} is a name that many programs cannot read"
        hint = "use ASCII letters, digits and `_`, and no digit at the beginning"
        return Diagnostic("env-unusual-name", message, "warning", hint=hint)
    return None


def _shown(name: str) -> str:
    """A name as a message may show it: on one line, in bounds, and no further than where a value could begin."""
    name = name.partition("=")[0]
    if not name:
        return "the empty text"
    return f"`{ascii(name[:_LONGEST_SHOWN])[1:-1]}{'…' if len(name) > _LONGEST_SHOWN else ''}`"


class _Reader:
    """Gathers variables and diagnostics; `at` is where in the text, `None` for assignments."""

    places: "_Places"

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.variables: dict[str, str] = {}

    def finish(self) -> Env:
        self.found.sort(key=lambda one: (one.line or 0, one.column or 0))
        if any(one.severity == "error" for one in self.found):
            raise InvalidEnv(capped(self.found))
        return Env(self.variables, capped(self.found))

    def decode(self, text: str | bytes) -> str | None:
        if isinstance(text, str):
            return text.removeprefix("\ufeff")
        try:
            return text.decode().removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            start = error.start
        before = text[:start].decode().removeprefix("\ufeff")
        self.places = _Places(before)
        self.tell("not-utf8", "the file is not UTF-8", len(before), "save the file as UTF-8")
        return None

    def read_text(self, text: str) -> None:
        from dotenv.parser import parse_stream

        text = self.without_blank_runs(text)
        self.places = _Places(text)
        # The line end in front keeps a second byte order mark, which some versions of python-dotenv would take off.
        end = -1
        for binding in parse_stream(io.StringIO(f"\n{text}")):
            written = binding.original.string
            start, end = end + len(written) - len(written.lstrip()), end + len(written)
            self.read_binding(binding, written.lstrip(), start)

    def without_blank_runs(self, text: str) -> str:
        """Refuse long runs of blanks, for which python-dotenv takes time that grows with their square."""
        self.places = _Places(text)
        message = f"there are more than {_MOST_BLANKS} blanks in a row"
        for run in _BLANK_RUN.finditer(text):
            self.tell("blank-run", message, run.start(), "take them out, or write them as `\\t` in double quotes")
        return _BLANK_RUN.sub(" ", text) if self.found else text

    def read_binding(self, binding: "Binding", written: str, at: int) -> None:
        if binding.error:
            self.tell("syntax", "this is no assignment, or a quote is not closed", at)
        elif binding.key is not None and binding.value is None:
            self.tell("missing-equals", "this line has no `=`", at, "write `NAME=VALUE`, or delete the line")
        elif binding.key is not None:
            self.add(binding.key, binding.value or "", at)
            if (comment := _cut_at(written)) is not None:
                message = f"the value of {_shown(binding.key)} ends before a `#`, which begins a comment"
                hint = "put the value in quotes if the `#` is part of it"
                self.tell("inline-comment", message, at + comment, hint, "warning")

    def read_assignments(self, assignments: Iterable[str]) -> None:
        for number, assignment in enumerate(assignments, 1):
            if not isinstance(cast("object", assignment), str):  # callers without a type checker
                raise TypeError(f"an assignment is a str, not {type(assignment).__name__}")
            name, equals, value = assignment.partition("=")
            if equals:
                self.add(name, value, None)
            else:
                self.tell("missing-equals", f"assignment {number} has no `=`", None, "write `NAME=VALUE`")

    def add(self, name: str, value: str, at: int | None) -> None:
        if (wrong := _check_name(name)) is not None:
            self.tell(wrong.code.removeprefix("env-"), wrong.message, at, wrong.hint, wrong.severity)
        if name in self.variables:
            message = f"{_shown(name)} is assigned again, and the later value wins"
            self.tell("duplicate-name", message, at, "keep one of them", "warning")
        self.variables[name] = value

    def tell(
        self, code: str, message: str, at: int | None, hint: str | None = None, severity: Severity = "error"
    ) -> None:
        source, line, column = (None, None, None) if at is None else (SOURCE, *self.places.of(at))
        self.found.append(
            Diagnostic(f"env-{code}", message, severity, hint=hint, source=source, line=line, column=column)
        )


class _Places:
    """Lines and columns of a text, asked for in ascending order; a line ends as it does for python-dotenv."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line, self.start = 1, 0

    def of(self, at: int) -> tuple[int, int]:
        for end in _LINE_END.finditer(self.text, self.start, at):
            self.line, self.start = self.line + 1, end.end()
        return self.line, at - self.start + 1


def _cut_at(written: str) -> int | None:
    """Return where a comment ends an unquoted value: a password may well hold ` #`."""
    value = written.partition("=")[2]
    bare = value.lstrip()
    if bare.startswith(("'", '"')) or (bare.startswith("#") and bare != value):
        return None  # quoted, or empty with a comment behind it
    comment = _COMMENT.search(bare)
    return None if comment is None else len(written) - len(bare) + comment.end() - 1
