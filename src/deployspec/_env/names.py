"""Names of variables: those that cannot be used, and those that resemble a control variable."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable

import attrs

from deployspec._core.diagnostics import Diagnostic
from deployspec._core.text import one_line

_USUAL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHOWN_LENGTH = 60


def check_names(names: Collection[str]) -> list[Diagnostic]:
    """Return errors for names that no environment can contain, and warnings for names that few programs can use.

    >>> [diagnostic.code for diagnostic in check_names(["A", "A-B", "-x", ""])]
    ['env-unusual-name', 'env-invalid-name', 'env-invalid-name']
    """
    # A fast check of the usual names: ASCII identifiers.
    if "".join(names).isascii() and all(map(str.isidentifier, names)):
        return []
    return [diagnostic for name in names if (diagnostic := check_name(name)) is not None]


def check_name(name: str) -> Diagnostic | None:
    """Return an error or a warning for one name; see `check_names`."""
    if not name or "=" in name or "\0" in name or name.startswith("-"):
        quoted = quote_name(name)
        message = f"invalid variable name {quoted}" if quoted else "variable name is empty"
        hint = "a name is not empty, does not begin with `-`, and contains neither `=` nor NUL"
        return Diagnostic("env-invalid-name", message, hint=hint)
    if not _USUAL_NAME.fullmatch(name):
        # The last line of a key in base64 can look like a name, and must not be shown.
        shown = "variable name" if "/" in name or "+" in name else f"variable name {quote_name(name)}"
        hint = "use ASCII letters, digits and `_`, and do not begin with a digit"
        return Diagnostic("env-unusual-name", f"{shown} is not supported by many programs", "warning", hint=hint)
    return None


def quote_name(name: str) -> str:
    """Quote a name for a message, cut at the first `=`, after which a value may begin; empty if nothing is left."""
    name = name.partition("=")[0]
    return f"`{one_line(name, _SHOWN_LENGTH)}`" if name else ""


# Similar names


def find_similar(names: Iterable[str], controls: frozenset[str]) -> list[tuple[str, str]]:
    """Return the names that are probably misspelt names of control variables, each with the correct name.

    Case, `_` and `-` do not count. Other differences are limited: one letter of five, and two letters at most.

    >>> find_similar(["APTIBLE_DOCKER_IMGE", "APTIBLE_OTHER"], frozenset({"APTIBLE_DOCKER_IMAGE"}))
    [('APTIBLE_DOCKER_IMGE', 'APTIBLE_DOCKER_IMAGE')]
    """
    shortest, contains_part, targets = _targets(controls)
    similar: list[tuple[str, str]] = []
    for name in names:
        if len(name) < shortest:
            continue
        # Rules out most of the other names, and takes a fifth of the time of the comparison.
        folded = name.upper().replace("_", "").replace("-", "")
        if contains_part(folded) and (correct := _find_target(name, folded, targets)) is not None:
            similar.append((name, correct))
    return similar


@attrs.frozen
class _Target:
    """A control variable, without case and separators; a similar name contains one of the parts."""

    name: str
    folded: str
    limit: int
    parts: tuple[str, ...]


@functools.lru_cache(maxsize=64)
def _targets(controls: frozenset[str]) -> tuple[int, Callable[[str], object], tuple[_Target, ...]]:
    """Return the length of the shortest name that can be similar, a search for the parts of targets, and these."""
    targets: list[_Target] = []
    for name in sorted(controls):
        folded = name.upper().replace("_", "").replace("-", "")
        limit = min(2, len(folded) // 5)
        # With two differences, one of three parts is unchanged.
        size = -(-len(folded) // (limit + 1)) or 1
        parts = tuple(folded[at : at + size] for at in range(0, len(folded), size))
        targets.append(_Target(name, folded, limit, parts))
    shortest = min(len(target.folded) - target.limit for target in targets)
    every = sorted({part for target in targets for part in target.parts})
    return shortest, re.compile("|".join(map(re.escape, every))).search, tuple(targets)


def _find_target(name: str, folded: str, targets: tuple[_Target, ...]) -> str | None:
    for target in targets:
        if abs(len(folded) - len(target.folded)) <= target.limit and any(part in folded for part in target.parts):
            distance = _distance(folded, target.folded, target.limit)
            if distance <= target.limit and name != target.name:
                return target.name
    return None


def _distance(left: str, right: str, limit: int) -> int:
    """Return the number of letters to insert, delete or replace; more than `limit` is only a lower bound.

    Only cells near the diagonal are computed, up to the first row that exceeds the limit.
    """
    previous = list(range(len(right) + 1))
    for row, letter in enumerate(left, 1):
        current = [row] + [limit + 1] * len(right)
        for column in range(max(1, row - limit), min(len(right), row + limit) + 1):
            changed = previous[column - 1] + (letter != right[column - 1])
            current[column] = min(changed, previous[column] + 1, current[column - 1] + 1)
        if min(current) > limit:
            return limit + 1
        previous = current
    return previous[-1]
