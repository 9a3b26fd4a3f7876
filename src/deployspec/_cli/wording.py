"""Names in messages: without values, and with a suggestion if one is close."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_TYPO = 40


def without_value(argument: str) -> str:
    """Return an argument for a message: the text after `=` may be a secret, if its `--set` was forgotten."""
    name, equals, _ = argument.partition("=")
    return name + "=…" * bool(equals)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a suggestion that follows a message, empty if no known name is close.

    >>> did_you_mean("chekc", ["check", "images"]), did_you_mean("x", ["check"])
    (': did you mean `check`?', '')
    """
    import difflib  # imported here, because only errors need it

    close = difflib.get_close_matches(name, known, n=1) if len(name) <= _LONGEST_TYPO else ()
    return f": did you mean `{close[0]}`?" if close else ""
