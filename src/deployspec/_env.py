"""Config: parsing variables from text and from assignments. No diagnostic contains a value."""

import io
import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, TypedDict, cast

import attrs

from deployspec._core.diagnostics import Collector, Diagnostic, InvalidEnv
from deployspec._core.secret import Confidential, Variables, hide_frames
from deployspec._core.text import one_line

if TYPE_CHECKING:
    from dotenv.parser import Binding

__all__ = ["Env", "parse_assignments", "parse_env"]

SOURCE = "config"
MAX_BLANKS = 256
_USUAL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHOWN_LENGTH = 60

# python-dotenv parser.py: _newline. Blanks are those of its `_whitespace`: what `\s` matches, except line ends.
_LINE_END = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"[^\S\r\n]#")
_BLANK_RUN = re.compile(rf"(?<=\S)[^\S\r\n]{{{MAX_BLANKS + 1},}}")


def _variables(given: Mapping[str, str]) -> Variables:
    return Variables(given, "variables")


@attrs.frozen(hash=False)
class Env(Confidential):
    """Names and values of variables. `repr` shows only the names, and pickling is an error.

    >>> env = parse_env("RAILS_ENV=production")
    >>> env.variables["RAILS_ENV"]
    'production'
    >>> env
    Env(variables=<RAILS_ENV>)
    """

    __module__ = "deployspec"

    variables: Mapping[str, str] = attrs.field(converter=_variables)
    diagnostics: tuple[Diagnostic, ...] = attrs.field(default=(), repr=False)


@hide_frames
def parse_env(text: str | bytes) -> Env:
    r"""Parse config text with the parser of python-dotenv, and report every error.

    Grammar, in which a blank is whitespace other than a line end::

        config  = *( *whitespace [ binding | comment ] line-end )
        binding = [ "export" 1*blank ] name *blank "=" *blank value *blank [ comment ]
        name    = "'" 1*( char except "'" ) "'" | 1*( char except "=", "#" and whitespace )
        value   = single | double | bare
        single  = "'" *( "\" char | char except "'" and "\" ) "'"  ; escapes: \' \\
        double  = '"' *( "\" char | char except '"' and "\" ) '"'  ; escapes: \' \" \\ \a \b \f \n \r \t \v
        bare    = *( char except line ends )                       ; ends before a blank and "#"
        comment = "#" *( char except line ends )

    Quoted values can span lines. Variables are not expanded: `$` is an ordinary character. If a name is assigned twice,
    the later value is used, with a warning.

    Raises `InvalidEnv` with every error and its line. Neither the diagnostics nor the exception contain a value.

    >>> dict(parse_env("export A=1 # one").variables)
    {'A': '1'}
    >>> parse_env("A=1\nnonsense")
    Traceback (most recent call last):
    deployspec.InvalidEnv: config:2:1: error[env-missing-equals]: missing `=` after the variable name
    """
    if not isinstance(cast("object", text), (str, bytes)):  # callers without a type checker
        raise TypeError(f"config is str or bytes, not {type(text).__name__}")
    parser = _EnvParser()
    decoded = parser.decode(text)
    if decoded is not None:
        parser.parse_text(decoded)
    return parser.finish()


@hide_frames
def parse_assignments(assignments: Iterable[str]) -> Env:
    """Parse `NAME=VALUE` assignments, such as arguments of a command; the value begins after the first `=`.

    Raises `InvalidEnv` with every error. Neither the diagnostics nor the exception contain a value.

    >>> dict(parse_assignments(["A=1", "B=x=y"]).variables)
    {'A': '1', 'B': 'x=y'}
    """
    parser = _EnvParser()
    parser.parse_assignments(assignments)
    return parser.finish()


def check_names(names: Collection[str]) -> list[Diagnostic]:
    """Return errors for names that no environment can contain, and warnings for names that few programs can use.

    >>> [diagnostic.code for diagnostic in check_names(["A", "A-B", "-x", ""])]
    ['env-unusual-name', 'env-invalid-name', 'env-invalid-name']
    """
    # A fast check of the usual names: ASCII identifiers.
    if "".join(names).isascii() and all(map(str.isidentifier, names)):
        return []
    return [diagnostic for name in names if (diagnostic := _check_name(name)) is not None]


def _check_name(name: str) -> Diagnostic | None:
    if not name or "=" in name or "\0" in name or name.startswith("-"):
        shown = _shown(name)
        message = f"invalid variable name {shown}" if shown else "variable name is empty"
        hint = "a name is not empty, does not begin with `-`, and contains neither `=` nor NUL"
        return Diagnostic("env-invalid-name", message, hint=hint)
    if not _USUAL_NAME.fullmatch(name):
        # The last line of a key in base64 can look like a name, and must not be shown.
        shown = "variable name" if "/" in name or "+" in name else f"variable name {_shown(name)}"
        hint = "use ASCII letters, digits and `_`, and do not begin with a digit"
        return Diagnostic("env-unusual-name", f"{shown} is not supported by many programs", "warning", hint=hint)
    return None


def _shown(name: str) -> str:
    """Quote a name for a message, cut at the first `=`, after which a value may begin; empty if nothing is left."""
    name = name.partition("=")[0]
    return f"`{one_line(name, _SHOWN_LENGTH)}`" if name else ""


class _Location(TypedDict, total=False):
    """The location of a diagnostic in the text; empty for assignments."""

    source: str
    line: int
    column: int


class _EnvParser:
    """Collects variables and diagnostics; an index of `None` means that the input is an assignment, not text."""

    places: "_Places"

    def __init__(self) -> None:
        self.found = Collector()
        self.variables: dict[str, str] = {}

    def finish(self) -> Env:
        self.found.found.sort(key=lambda diagnostic: (diagnostic.line or 0, diagnostic.column or 0))
        self.found.raise_if_failed(InvalidEnv)
        return Env(self.variables, self.found.diagnostics())

    def decode(self, text: str | bytes) -> str | None:
        if isinstance(text, str):
            return text.removeprefix("\ufeff")
        try:
            return text.decode().removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            start = error.start
        before = text[:start].decode().removeprefix("\ufeff")
        self.places = _Places(before)
        self.found.error("env-not-utf8", "file is not UTF-8", hint="save the file as UTF-8", **self.at(len(before)))
        return None

    def parse_text(self, text: str) -> None:
        from dotenv.parser import parse_stream

        text = self.without_blank_runs(text)
        self.places = _Places(text)
        # The line end before the text keeps a second byte order mark, which some versions of python-dotenv remove.
        end = -1
        for binding in parse_stream(io.StringIO(f"\n{text}")):
            written = binding.original.string
            start, end = end + len(written) - len(written.lstrip()), end + len(written)
            self.parse_binding(binding, written.lstrip(), start)

    def without_blank_runs(self, text: str) -> str:
        """Reject long runs of blanks, for which the time of python-dotenv is quadratic."""
        self.places = _Places(text)
        message = f"more than {MAX_BLANKS} blanks in a row"
        hint = "remove them, or write them as `\\t` in double quotes"
        for run in _BLANK_RUN.finditer(text):
            self.found.error("env-blank-run", message, hint=hint, **self.at(run.start()))
        return _BLANK_RUN.sub(" ", text) if self.found.found else text

    def parse_binding(self, binding: "Binding", written: str, index: int) -> None:
        if binding.error:
            self.found.error("env-syntax", "invalid assignment or unclosed quote", **self.at(index))
        elif binding.key is not None and binding.value is None:
            message, hint = "missing `=` after the variable name", "write `NAME=VALUE`, or delete the line"
            self.found.error("env-missing-equals", message, hint=hint, **self.at(index))
        elif binding.key is not None:
            self.add(binding.key, binding.value or "", index)
            if (comment := _find_comment(written)) is not None:
                message = f"value of {_shown(binding.key)} ends before a `#`, which begins a comment"
                hint = "put the value in quotes if the `#` is part of it"
                self.found.warning("env-inline-comment", message, hint=hint, **self.at(index + comment))

    def parse_assignments(self, assignments: Iterable[str]) -> None:
        for number, assignment in enumerate(assignments, 1):
            if not isinstance(cast("object", assignment), str):  # callers without a type checker
                raise TypeError(f"an assignment is a str, not {type(assignment).__name__}")
            name, equals, value = assignment.partition("=")
            if equals:
                self.add(name, value, None)
            else:
                self.found.error("env-missing-equals", f"missing `=` in assignment {number}", hint="write `NAME=VALUE`")

    def add(self, name: str, value: str, index: int | None) -> None:
        if (diagnostic := _check_name(name)) is not None:
            self.found.extend([attrs.evolve(diagnostic, **self.at(index))])
        if name in self.variables:
            message = f"duplicate variable {_shown(name)}: the later value is used"
            self.found.warning("env-duplicate-name", message, hint="keep one of them", **self.at(index))
        self.variables[name] = value

    def at(self, index: int | None) -> _Location:
        """Return the location of an index into the text."""
        if index is None:
            return {}
        line, column = self.places.find(index)
        return {"source": SOURCE, "line": line, "column": column}


class _Places:
    """Finds line and column of ascending indexes into a text; lines end as in python-dotenv."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line, self.start = 1, 0

    def find(self, index: int) -> tuple[int, int]:
        for end in _LINE_END.finditer(self.text, self.start, index):
            self.line, self.start = self.line + 1, end.end()
        return self.line, index - self.start + 1


# python-dotenv parser.py: parse_value, parse_unquoted_value
def _find_comment(written: str) -> int | None:
    """Return the index of a `#` that ends an unquoted value: passwords may contain ` #`."""
    value = written.partition("=")[2]
    bare = value.lstrip()
    if bare.startswith(("'", '"')) or (bare.startswith("#") and bare != value):
        return None  # the value is quoted, or empty and followed by a comment
    comment = _COMMENT.search(bare)
    return None if comment is None else len(written) - len(bare) + comment.end() - 1
