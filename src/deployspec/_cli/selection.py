"""The codes that `check` reports: `--select` and `--ignore`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from deployspec._cli.terminal import UsageError
from deployspec._cli.wording import did_you_mean, without_value

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from deployspec.render import CheckedApp

_CODE_OR_PREFIX = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*-?")


@attrs.frozen
class Selection:
    """Codes and prefixes of codes; a prefix ends in `-`. An empty `select` means all codes.

    >>> [Selection((), ("procfile-", "image-unknown")).includes(code) for code in ("procfile-crlf", "image-official")]
    [False, True]
    """

    select: tuple[str, ...]
    ignore: tuple[str, ...]

    def includes(self, code: str) -> bool:
        """Whether diagnostics with a code are reported."""
        return (not self.select or _matches(code, self.select)) and not _matches(code, self.ignore)

    def apply(self, app: CheckedApp, ignore: tuple[str, ...] = ()) -> CheckedApp:
        """Return the result of an app with the diagnostics that are reported; `ignore` is that of its settings."""
        own = Selection(self.select, self.ignore + ignore)
        return attrs.evolve(app, diagnostics=tuple(one for one in app.diagnostics if own.includes(one.code)))


def _matches(code: str, items: tuple[str, ...]) -> bool:
    return any(code == item or (item.endswith("-") and code.startswith(item)) for item in items)


def read_selection(options: argparse.Namespace) -> Selection:
    """Return the selection of the options."""
    return Selection(_codes(options.select, "--select"), _codes(options.ignore, "--ignore"))


def _check_known(code: str, option: str) -> None:
    from deployspec._rules import rules  # imported here, because most commands do not need it

    known = (*rules(), *{f"{name.partition('-')[0]}-": None for name in rules()}, "docker-config-")
    if code not in known and not (code.endswith("-") and any(name.startswith(code) for name in rules())):
        raise UsageError(f"{option}: unknown code `{code}`{did_you_mean(code, known)}")


def _codes(values: Iterable[str], option: str) -> tuple[str, ...]:
    codes = [code.strip() for value in values for code in value.split(",") if code.strip()]
    for code in codes:
        if _CODE_OR_PREFIX.fullmatch(code) is None:
            raise UsageError(f"{option}: `{without_value(code)}` is not a code or a prefix of codes")
        _check_known(code, option)
    return tuple(codes)
