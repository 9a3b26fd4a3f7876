"""Config text and assignments: names and values, and no value ever in a fault.

Config text has python-dotenv's grammar: `NAME=VALUE` lines with optional `export `, single or double quotes, which may
span lines, and `#` comments. There is no interpolation: `$` stays. Assignments are `NAME=VALUE`, split at the first
`=`. A later assignment of a name wins, with a warning.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, cast

import attrs

from deployspec._diagnostics import Diagnostic, InvalidEnv, capped
from deployspec._secret import StaysHere, Variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Env", "check_names", "parse_assignments", "parse_env"]

SOURCE = "config"
_USUAL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_SHOWN = 60


@attrs.frozen(hash=False)
class Env(StaysHere):
    """Names and values of variables; `repr` shows the names alone, and pickling is refused.

    >>> env = parse_env("RAILS_ENV=production")
    >>> env.variables["RAILS_ENV"]
    'production'
    >>> env
    Env(variables=<RAILS_ENV>)
    """

    variables: Mapping[str, str] = attrs.field(converter=Variables)
    diagnostics: tuple[Diagnostic, ...] = attrs.field(default=(), repr=False)


def parse_env(text: str | bytes) -> Env:
    """Read config text as python-dotenv does, with every fault told.

    Raises `InvalidEnv` with every fault and its line; values are never quoted, and the exception keeps no text.

    >>> dict(parse_env("export A=1 # one").variables)
    {'A': '1'}
    >>> parse_env("A=1\\nnonsense")
    Traceback (most recent call last):
    deployspec._diagnostics.InvalidEnv: config:2:1: error[env-missing-equals]: this line has no `=`
    """
    if not isinstance(cast("object", text), (str, bytes)):  # callers without a type checker
        kind = type(text).__name__
        del text
        raise TypeError(f"config is str or bytes, not {kind}")
    reader = _Reader()
    decoded = reader.decode(text)
    del text  # what is raised below must not drag the values along in its frame
    if decoded is not None:
        reader.read_text(decoded)
    del decoded
    return reader.finish()


def parse_assignments(assignments: Iterable[str]) -> Env:
    """Read `NAME=VALUE` assignments, such as a command line's; the value begins after the first `=`.

    Raises `InvalidEnv` with every fault; values are never quoted.

    >>> dict(parse_assignments(["A=1", "B=x=y"]).variables)
    {'A': '1', 'B': 'x=y'}
    """
    reader = _Reader()
    reader.read_assignments(assignments)
    del assignments  # as above
    return reader.finish()


def check_names(names: Iterable[str]) -> list[Diagnostic]:
    """Tell which names no environment can carry (errors), and which few programs can use (warnings).

    >>> [one.code for one in check_names(["A", "A-B", "-x", ""])]
    ['env-unusual-name', 'env-invalid-name', 'env-invalid-name']
    """
    return [one for name in names if (one := _check_name(name, None, None)) is not None]


def _check_name(name: str, source: str | None, line: int | None) -> Diagnostic | None:
    if not name or "=" in name or "\0" in name or name.startswith("-"):
        message = f"{_shown(name)} cannot be the name of a variable"
        hint = "a name is not empty, does not begin with `-`, and holds neither `=` nor NUL"
        return Diagnostic("env-invalid-name", message, hint=hint, source=source, line=line)
    if not _USUAL_NAME.fullmatch(name):
        message = f"{_shown(name)} is a name that many programs cannot read"
        hint = "use ASCII letters, digits and `_`, and no digit at the beginning"
        return Diagnostic("env-unusual-name", message, "warning", hint=hint, source=source, line=line)
    return None


def _shown(name: str) -> str:
    """A name as a message may show it: on one line, in bounds, and no further than where a value could begin."""
    name = name.partition("=")[0]
    return f"`{ascii(name[:_LONGEST_SHOWN])[1:-1]}{'…' if len(name) > _LONGEST_SHOWN else ''}`" if name else "nothing"


class _Reader:
    """Gathers variables and diagnostics."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.variables: dict[str, str] = {}

    def finish(self) -> Env:
        if any(one.severity == "error" for one in self.found):
            self.variables.clear()
            raise InvalidEnv(capped(self.found))
        return Env(self.variables, capped(self.found))

    def decode(self, text: str | bytes) -> str | None:
        if isinstance(text, str):
            return text.removeprefix("\ufeff")
        try:
            return text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            start = error.start
        line = text.count(b"\n", 0, start) + 1
        self.found.append(Diagnostic("env-not-utf8", "the file is not UTF-8", source=SOURCE, line=line))
        return None

    def read_text(self, text: str) -> None:
        from dotenv.parser import parse_stream

        for binding in parse_stream(io.StringIO(text, newline="")):
            # python-dotenv counts from the blank lines before a binding.
            written = binding.original.string
            line = _line_of(written, binding.original.line)
            if binding.error:
                self.fault("env-syntax", "this is no assignment, or a quote is not closed", line)
            elif binding.key is not None and binding.value is None:
                hint = "write `NAME=VALUE`, or delete the line"
                self.fault("env-missing-equals", "this line has no `=`", line, hint)
            elif binding.key is not None:
                self.add(binding.key, binding.value or "", line)
                if _is_cut(written):
                    message = f"the value of {_shown(binding.key)} ends before a `#`, which begins a comment"
                    hint = "put the value in quotes if the `#` is part of it"
                    self.warn("env-inline-comment", message, line, hint)

    def read_assignments(self, assignments: Iterable[str]) -> None:
        for number, assignment in enumerate(assignments, 1):
            name, equals, value = assignment.partition("=")
            if equals:
                self.add(name, value, None)
            else:
                self.fault("env-missing-equals", f"assignment {number} has no `=`", None, "write `NAME=VALUE`")

    def add(self, name: str, value: str, line: int | None) -> None:
        wrong = _check_name(name, None if line is None else SOURCE, line)
        if wrong is not None:
            self.found.append(wrong)
        if name in self.variables:
            message = f"{_shown(name)} is assigned again, and the later value wins"
            self.warn("env-duplicate-name", message, line, "keep one of them")
        self.variables[name] = value

    def fault(self, code: str, message: str, line: int | None, hint: str | None = None) -> None:
        source, column = (None, None) if line is None else (SOURCE, 1)
        self.found.append(Diagnostic(code, message, hint=hint, source=source, line=line, column=column))

    def warn(self, code: str, message: str, line: int | None, hint: str) -> None:
        source = None if line is None else SOURCE
        self.found.append(Diagnostic(code, message, "warning", hint=hint, source=source, line=line))


_LINE_END = re.compile(r"\r\n|\n|\r")


def _line_of(written: str, first: int) -> int:
    """The line that a binding stands on: blank lines before it belong to its text."""
    blank = written[: len(written) - len(written.lstrip())]
    return first + len(_LINE_END.findall(blank))


def _is_cut(written: str) -> bool:
    """Whether an unquoted value was ended by a comment: a password may well hold ` #`."""
    value = written.partition("=")[2]
    bare = value.lstrip(" \t")
    if bare.startswith(("'", '"')) or (bare.startswith("#") and bare != value):
        return False  # quoted, or empty with a comment behind it
    return re.search(r"[^\S\r\n]#", bare) is not None
