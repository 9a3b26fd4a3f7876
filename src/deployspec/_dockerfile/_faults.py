"""How the readers of a Dockerfile tell a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._diagnostics import Diagnostic, InvalidDockerfile

if TYPE_CHECKING:
    from typing import NoReturn

__all__: list[str] = []

SOURCE = "Dockerfile"
GO_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028"
    "\u2029\u202f\u205f\u3000"
)
"""White space as Go's `unicode.IsSpace` has it; Python's `str.strip` takes some control characters as well."""


def fault(code: str, message: str, line: int | None, hint: str | None = None, column: int | None = 1) -> Diagnostic:
    """Describe a fault in a Dockerfile."""
    column = None if line is None else column
    return Diagnostic(f"dockerfile-{code}", message, hint=hint, source=SOURCE, line=line, column=column)


def refuse(code: str, message: str, line: int | None, hint: str | None = None, column: int | None = 1) -> NoReturn:
    """Raise a single fault, where what follows cannot be read without what it hides."""
    raise InvalidDockerfile([fault(code, message, line, hint, column)])


def shown(text: str) -> str:
    """Text as a message may show it: on one line and in bounds."""
    cut = text if len(text) <= 60 else text[:60] + "…"  # noqa: PLR2004  # a line's worth
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in cut)
