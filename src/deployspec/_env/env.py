"""Config: parsing variables from text and from assignments. No diagnostic contains a value."""

from collections.abc import Collection, Iterable, Mapping
from typing import cast

import attrs

from deployspec._core.diagnostics import Diagnostic, InvalidEnv
from deployspec._core.secret import Confidential, Variables, hide_frames
from deployspec._core.spans import VariableSpan
from deployspec._env.parser import EnvParser

__all__ = ["Env", "parse_assignments", "parse_env"]

SOURCE = "config"


def spans_of(variables: Mapping[str, str]) -> Mapping[str, VariableSpan] | None:
    """Return the locations of variables that this module has parsed; `None` for any other mapping."""
    return variables.spans if type(variables) is Variables else None


def without(variables: Mapping[str, str], names: Collection[str]) -> Mapping[str, str]:
    """Return the other variables, with their locations."""
    rest = {name: value for name, value in variables.items() if name not in names}
    spans = spans_of(variables)
    kept = None if spans is None else {name: spans[name] for name in rest if name in spans}
    return Variables(rest, spans=kept)


def _variables(given: Mapping[str, str]) -> Variables:
    return given if type(given) is Variables else Variables(given, "variables")


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

    @property
    def spans(self) -> Mapping[str, VariableSpan]:
        """The location of each variable in its text, by name; empty for assignments."""
        return spans_of(self.variables) or {}

    def __or__(self, other: "Env") -> "Env":
        r"""Return the variables and diagnostics of both; `other` wins.

        >>> (parse_env("A=1\nB=1") | parse_assignments(["B=2"])).variables["B"]
        '2'
        """
        if not isinstance(cast("object", other), Env):
            return NotImplemented
        spans = {name: span for name, span in self.spans.items() if name not in other.variables}
        merged = Variables({**self.variables, **other.variables}, spans={**spans, **other.spans})
        return Env(merged, (*self.diagnostics, *other.diagnostics))


@hide_frames
def parse_env(text: str | bytes, *, source: str = SOURCE) -> Env:
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

    `source` is the name of the text in diagnostics and in `spans`.

    Raises `InvalidEnv` with every error and its location. Neither the diagnostics nor the exception contain a value.

    >>> dict(parse_env("export A=1 # one").variables)
    {'A': '1'}
    >>> parse_env("A=1\nnonsense")
    Traceback (most recent call last):
    deployspec.InvalidEnv: config:2:1: error[env-missing-equals]: missing `=` after the variable name
    """
    if not isinstance(cast("object", text), (str, bytes)):  # callers without a type checker
        raise TypeError(f"config is str or bytes, not {type(text).__name__}")
    parser = EnvParser(source)
    decoded = parser.decode(text)
    if decoded is not None:
        parser.parse_text(decoded)
    return _finish(parser)


@hide_frames
def parse_assignments(assignments: Iterable[str]) -> Env:
    """Parse `NAME=VALUE` assignments, such as arguments of a command; the value begins after the first `=`.

    Raises `InvalidEnv` with every error. Neither the diagnostics nor the exception contain a value.

    >>> dict(parse_assignments(["A=1", "B=x=y"]).variables)
    {'A': '1', 'B': 'x=y'}
    """
    parser = EnvParser()
    parser.parse_assignments(assignments)
    return _finish(parser)


def _finish(parser: EnvParser) -> Env:
    parser.sort()
    parser.found.raise_if_failed(InvalidEnv)
    return Env(Variables(parser.variables, spans=parser.spans), parser.found.diagnostics())
