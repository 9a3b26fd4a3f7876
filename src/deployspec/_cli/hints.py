"""Hints that name options of the command line instead of arguments of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deployspec import Diagnostic

# Parts of hints, and their replacements; the parts are those of the library.
_OPTIONS = (
    (
        "pass the reference under which the built image was pushed",
        "pass the reference of the pushed image with `--image`",
    ),
    ("`allow_widening`", "`--allow-widening`"),
    ("pass its version", "pass its version with `--tool-version`"),
    ("pin the plan", "pin the plan with `deployspec pin`"),
    ("put the login into a keyring with its host", "pass the login with its host in the file of `--docker-config`"),
)


def with_options(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return diagnostics whose hints name options."""
    return [found if found.hint is None else attrs.evolve(found, hint=_hint(found.hint)) for found in diagnostics]


def _hint(hint: str) -> str:
    if hint.endswith(" in Python"):  # an option, and the argument in Python
        return hint.rpartition(", or ")[0]
    for argument, option in _OPTIONS:
        hint = hint.replace(argument, option)
    return hint
