"""The locations of diagnostics about config variables, in the text that the config was parsed from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deployspec._app import App, Profile
    from deployspec._core.diagnostics import Diagnostic
    from deployspec._core.spans import VariableSpan

# Diagnostics about a variable, and not about its value.
_ABOUT_NAME = frozenset({"config-similar-name", "credentials-incomplete", "credentials-without-login"})


def locate(found: Iterable[Diagnostic], spans: Mapping[str, VariableSpan], app: App) -> list[Diagnostic]:
    """Return the diagnostics; those about a variable have the location of its name or value in the text.

    A diagnostic about a variable that is not set has the location of a variable that it is missing for.
    """
    present = _substitutes(app.profile)
    located: list[Diagnostic] = []
    for diagnostic in found:
        names = (diagnostic.source or "", *present.get(diagnostic.source or "", ()))
        name = next((name for name in names if name in spans), None)
        located.append(diagnostic if name is None else _located(diagnostic, name, spans[name], app.config[name]))
    return located


def _substitutes(profile: Profile) -> dict[str, tuple[str, ...]]:
    login = (profile.username_variable, profile.password_variable)
    substitutes: dict[str, tuple[str, ...]] = {profile.username_variable: login, profile.password_variable: login}
    if profile.host_variable is not None:
        substitutes[profile.host_variable] = (profile.image_variable, *login)
    return substitutes


def _located(diagnostic: Diagnostic, name: str, span: VariableSpan, value: str) -> Diagnostic:
    part = span.name if name != diagnostic.source or diagnostic.code in _ABOUT_NAME else span.value
    column, end_column = part.column, part.end_column
    if part is span.value and diagnostic.column is not None and span.verbatim_column is not None:
        # The columns in a reference or a host, whose surrounding whitespace was removed.
        before = span.verbatim_column + len(value) - len(value.lstrip()) - 1
        column, end_column = before + diagnostic.column, before + (diagnostic.end_column or diagnostic.column)
    return attrs.evolve(
        diagnostic,
        source=span.source,
        line=part.line,
        column=column,
        end_line=part.end_line,
        end_column=end_column,
    )
