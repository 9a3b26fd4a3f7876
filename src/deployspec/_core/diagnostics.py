"""Errors, warnings and notes, and the exceptions that contain them.

Every problem that the library reports is a `Diagnostic`. A parser collects all of them, in the order of its input, and
raises one exception that contains them. The warnings and notes of a valid input are in the `.diagnostics` of its value.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias, TypedDict, Unpack, get_args

import attrs

from deployspec._core.fast_init import fast_init
from deployspec._core.text import one_line, without_workflow_commands
from deployspec._core.tokens import hide_tokens

__all__ = [
    "DeploySpecError",
    "Diagnostic",
    "InvalidDockerConfig",
    "InvalidDockerfile",
    "InvalidEnv",
    "InvalidLock",
    "InvalidPlan",
    "InvalidProcfile",
    "InvalidReference",
    "ResolutionError",
    "Severity",
]

Severity: TypeAlias = Literal["error", "warning", "note"]
_SEVERITIES = frozenset(get_args(Severity))

CODE = "[a-z0-9]+(?:-[a-z0-9]+)*"
"""The code of a diagnostic: kebab-case."""

_CODE = re.compile(CODE)

MOST_DIAGNOSTICS = 100
"""Maximum number of diagnostics per input; a final one counts the rest."""


def _hide_tokens(text: str | None) -> str | None:
    return None if text is None else hide_tokens(text)


# Defaults of fields. As methods with a decorator, pyright would not know that the fields have defaults.
def _end_line(diagnostic: "Diagnostic") -> int | None:
    return diagnostic.line


def _end_column(diagnostic: "Diagnostic") -> int | None:
    return None if diagnostic.column is None else diagnostic.column + 1


@attrs.frozen(weakref_slot=False)
class Diagnostic:
    """An error, a warning or a note.

    `code` is kebab-case, public and never reused. `message` is one lower-case clause without a full stop and without
    advice; the advice is `hint`. `source` names the file, the variable or the option.

    `line` and `column` are the first character of the text that is wrong, `end_line` and `end_column` the position
    after its last one, as in SARIF; all count from 1, in characters. The end is the start if something is missing
    there; by default it is one character later. Without a location they are `None`.

    Tokens of well-known services (`ghp_…`, `AKIA…`) in `message` and `hint` are replaced by `*`.

    Begin the codes of your own diagnostics with a namespace, such as `acme-web-missing`. Raises `ValueError` for a code
    that is not kebab-case and for an unknown severity.

    >>> print(Diagnostic("procfile-no-colon", "missing `:` after the name", source="Procfile", line=3, column=1))
    Procfile:3:1: error[procfile-no-colon]: missing `:` after the name
    >>> Diagnostic("procfile-no-colon", "missing `:` after the name", source="Procfile", line=3, column=1).end_column
    2
    >>> print(Diagnostic("credentials-unused", "login for `quay.io` is not used", "warning", source="REGISTRY_HOST"))
    REGISTRY_HOST: warning[credentials-unused]: login for `quay.io` is not used
    """

    __module__ = "deployspec"

    code: str
    message: str = attrs.field(converter=hide_tokens)
    severity: Severity = "error"
    hint: str | None = attrs.field(default=None, kw_only=True, converter=_hide_tokens)
    source: str | None = attrs.field(default=None, kw_only=True)
    line: int | None = attrs.field(default=None, kw_only=True)
    column: int | None = attrs.field(default=None, kw_only=True)
    end_line: int | None = attrs.field(default=attrs.Factory(_end_line, takes_self=True), kw_only=True)
    end_column: int | None = attrs.field(default=attrs.Factory(_end_column, takes_self=True), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if _CODE.fullmatch(self.code) is None:
            raise ValueError(f'code "{one_line(self.code, 60)}" is not kebab-case')
        if self.severity not in _SEVERITIES:
            from deployspec._core.arguments import check_choice  # imported here, because it is rarely needed

            check_choice("severity", self.severity, Severity)

    def __str__(self) -> str:
        return without_workflow_commands(one_line(f"{self.location}{self.severity}[{self.code}]: {self.message}"))

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object with the fields as members.

        >>> Diagnostic("procfile-missing", "Procfile is missing", source="Procfile").to_dict()["severity"]
        'error'
        """
        return attrs.asdict(self)

    @property
    def location(self) -> str:
        """The prefix of a line about this diagnostic: `FILE:LINE:COLUMN: `, `VARIABLE: ` or empty.

        >>> Diagnostic("x", "y", source="Dockerfile", line=2).location
        'Dockerfile:2: '
        """
        if self.source is None:
            return ""
        place = [self.source]
        if self.line is not None:
            place.append(str(self.line))
            if self.column is not None:
                place.append(str(self.column))
        return ":".join(place) + ": "


make_diagnostic = fast_init(Diagnostic)


def capped(found: Sequence[Diagnostic], *, complete: bool = True) -> tuple[Diagnostic, ...]:
    """Return the first hundred diagnostics, and one that counts the rest.

    `complete` is false if the parser stopped early, so that there may be more problems than it found.

    >>> len(capped([Diagnostic("x", "y")] * 100)), len(capped([Diagnostic("x", "y")] * 4000))
    (100, 101)
    >>> capped([Diagnostic("x", "y")] * 103)[-1].message
    '3 more diagnostics are not shown'
    >>> capped([Diagnostic("x", "y")] * 103, complete=False)[-1].message
    'at least 3 more diagnostics are not shown'
    """
    rest = len(found) - MOST_DIAGNOSTICS
    if rest <= 0:
        return tuple(found)
    shown, hidden = found[:MOST_DIAGNOSTICS], found[MOST_DIAGNOSTICS:]
    severity: Severity = "error" if any(diagnostic.severity == "error" for diagnostic in hidden) else "warning"
    plural = "diagnostics are" if rest > 1 else "diagnostic is"
    count = f"{rest} more" if complete else f"at least {rest} more"
    return (
        *shown,
        Diagnostic("more-diagnostics", f"{count} {plural} not shown", severity, source=shown[-1].source),
    )


def renamed(diagnostics: Iterable[Diagnostic], source: str, name: str) -> list[Diagnostic]:
    """Return diagnostics in which a source has another name, such as the path of a file.

    >>> [found.source for found in renamed([Diagnostic("x", "y", source="Dockerfile")], "Dockerfile", "web.Dockerfile")]
    ['web.Dockerfile']
    """
    return [attrs.evolve(found, source=name) if found.source == source else found for found in diagnostics]


class Details(TypedDict, total=False):
    """The optional fields of a `Diagnostic`."""

    hint: str | None
    source: str | None
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None


class Collector:
    """Collects the diagnostics of one input in the order in which they are found.

    `source` is the file or variable of each diagnostic, unless a call names another one.

    >>> found = Collector("Procfile")
    >>> found.warning("procfile-bom", "the file begins with a byte order mark", line=1, column=1)
    >>> found.failed
    False
    >>> found.error("procfile-no-colon", "missing `:` after the service name", line=3, column=1)
    >>> found.raise_if_failed(InvalidProcfile)
    Traceback (most recent call last):
    deployspec.InvalidProcfile: Procfile:1:1: warning[procfile-bom]: ...
    """

    __slots__ = ("found", "source")

    def __init__(self, source: str | None = None) -> None:
        self.found: list[Diagnostic] = []
        self.source = source

    def error(self, code: str, message: str, **details: Unpack[Details]) -> None:
        """Add an error."""
        self._add(code, message, "error", details)

    def warning(self, code: str, message: str, **details: Unpack[Details]) -> None:
        """Add a warning."""
        self._add(code, message, "warning", details)

    def note(self, code: str, message: str, **details: Unpack[Details]) -> None:
        """Add a note."""
        self._add(code, message, "note", details)

    def _add(self, code: str, message: str, severity: Severity, details: Details) -> None:
        # Without the constructor, whose checks are for the codes of others: most resolutions report something.
        hint, line, column = details.get("hint"), details.get("line"), details.get("column")
        diagnostic = make_diagnostic(
            code,
            hide_tokens(message),
            severity,
            hint=None if hint is None else hide_tokens(hint),
            source=details.get("source", self.source),
            line=line,
            column=column,
            end_line=details.get("end_line", line),
            end_column=details.get("end_column", None if column is None else column + 1),
        )
        self.found.append(diagnostic)

    def extend(self, diagnostics: Iterable[Diagnostic], *, source: str | None = None) -> None:
        """Add the diagnostics of another input; `source` replaces theirs."""
        if source is None:
            self.found += diagnostics
        else:
            self.found += (attrs.evolve(diagnostic, source=source) for diagnostic in diagnostics)

    @property
    def failed(self) -> bool:
        """Whether an error has been added."""
        for diagnostic in self.found:  # noqa: SIM110  # a generator takes three times as long
            if diagnostic.severity == "error":
                return True
        return False

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return the first hundred diagnostics, and one that counts the rest."""
        return capped(self.found)

    def raise_if_failed(self, exception: "type[DeploySpecError]") -> None:
        """Raise `exception` with all diagnostics if one of them is an error."""
        if self.failed:
            raise exception(self.diagnostics())


class DeploySpecError(ValueError):
    """Invalid input; `.diagnostics` lists all of its problems, in the order of the input.

    Every exception that the library raises for inputs of the declared types derives from this one. It can be pickled.

    >>> error = DeploySpecError([Diagnostic("nothing-to-deploy", "no image is set, and there is no Dockerfile")])
    >>> print(error)
    error[nothing-to-deploy]: no image is set, and there is no Dockerfile
    >>> error.diagnostics[0].code
    'nothing-to-deploy'
    """

    __module__ = "deployspec"

    diagnostics: tuple[Diagnostic, ...]

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        return "\n".join(map(str, self.diagnostics))


class InvalidReference(DeploySpecError):
    """An invalid image reference."""

    __module__ = "deployspec"


class InvalidProcfile(DeploySpecError):
    """An invalid Procfile."""

    __module__ = "deployspec"


class InvalidEnv(DeploySpecError):
    """Invalid config text or assignments. Values are never quoted."""

    __module__ = "deployspec"


class InvalidDockerfile(DeploySpecError):
    """A Dockerfile that BuildKit would reject before it contacts a registry."""

    __module__ = "deployspec"


class InvalidDockerConfig(DeploySpecError):
    """An invalid Docker `config.json` or containers `auth.json`. Values are never quoted."""

    __module__ = "deployspec"


class InvalidLock(DeploySpecError):
    """An invalid lock file, or digests that cannot be written to one."""

    __module__ = "deployspec"


class InvalidPlan(DeploySpecError):
    """Invalid JSON of a plan, or an impossible change to a plan."""

    __module__ = "deployspec"


class ResolutionError(DeploySpecError):
    """An app that cannot be deployed; `.diagnostics` also contains the warnings and notes."""

    __module__ = "deployspec"
