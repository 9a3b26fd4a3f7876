"""Collects the results of a look-up and returns a `Lookup`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from deployspec._core.diagnostics import MOST_DIAGNOSTICS, Collector, Diagnostic, InvalidReference
from deployspec._core.text import one_line
from deployspec._logins.login_file import LoginFile
from deployspec._logins.lookup.names import Name
from deployspec._logins.lookup.values import (
    Client,
    Lookup,
    LookupKind,
    LookupOutcome,
    LookupRule,
    SkippedEntry,
)
from deployspec._logins.masked import masked

__all__: list[str] = []

SOURCE = "docker-config"
MOST_KEYS = 100
"""How many keys `then` lists."""

LONGEST_TEXT = 400
"""How many characters of a message or a reason are shown, since keys can be of any length."""

REFERENCE_HINTS: dict[str, str] = {
    "oras": "name the registry, for example `docker.io/library/ubuntu`",
    "docker-py": "leave out `https://`, and `-` around the registry's name",
}


def accepted(client: Client, name: Name | None) -> Name:
    """Return the name; raise `InvalidReference` if the client refuses the reference."""
    if name is None:
        hint = REFERENCE_HINTS.get(client, "write it as `host/path:tag`, with the path in lower case")
        message = f"image reference is not valid for {client}"
        raise InvalidReference([Diagnostic("lookup-reference", message, hint=hint, source="image")])
    return name


class Report:
    """The outcomes of one client for one file; keys are masked here, so that callers cannot forget it."""

    def __init__(self, client: Client, file: LoginFile) -> None:
        self.client: Client = client
        self.file = file
        self.outcomes: list[LookupOutcome] = []
        self.skipped: list[SkippedEntry] = []
        self.found = Collector(SOURCE)

    def outcome(
        self, kind: LookupKind, rule: LookupRule, reason: str, key: str | None = None, then: Iterable[str] = ()
    ) -> None:
        """Add an outcome."""
        self.outcomes.append(
            LookupOutcome(
                kind=kind, key=_shown(key), rule=rule, reason=one_line(reason, LONGEST_TEXT), then=_all_shown(then)
            )
        )

    def helper(
        self, asked: Sequence[tuple[str, str]], key: str | None = None, then: Iterable[str] = (), note: str = ""
    ) -> None:
        """Add the outcome that helpers are asked, one after the other."""
        questions = _questions(asked)
        self.outcomes.append(
            LookupOutcome(
                kind="helper",
                key=_shown(key),
                rule="helper",
                reason=one_line(f"{questions}; {note}" if note else questions, LONGEST_TEXT),
                asked=tuple(asked),
                then=_all_shown(then),
            )
        )

    def skip(self, key: str, reason: str) -> None:
        """Add an entry that is not used."""
        self.skipped.append(SkippedEntry(key=masked(key), reason=one_line(reason, LONGEST_TEXT)))

    def error(self, code: str, message: str, at: int | None = None, hint: str | None = None) -> None:
        """Add an error about a place in the file."""
        line, column = self._place(at)
        self.found.error(code, one_line(message, LONGEST_TEXT), hint=hint, line=line, column=column)

    def warning(self, code: str, message: str, at: int | None = None, hint: str | None = None) -> None:
        """Add a warning about a place in the file."""
        line, column = self._place(at)
        self.found.warning(code, one_line(message, LONGEST_TEXT), hint=hint, line=line, column=column)

    def fail(self, code: str, message: str, at: int | None = None, hint: str | None = None) -> None:
        """Add an error that makes the client fail; the first one decides the outcome."""
        self.error(code, message, at, hint)
        if not self.outcomes:
            self.outcome("error", "file-error", message)

    def _place(self, at: int | None) -> tuple[int | None, int | None]:
        # Finding a line takes time, and more than a hundred diagnostics are not shown.
        return self.file.place(at) if len(self.found.found) < MOST_DIAGNOSTICS else (None, None)

    def _warn_of_order(self, outcomes: Sequence[LookupOutcome]) -> None:
        keys = {outcome.key for outcome in outcomes if outcome.rule != "file-error"}
        if has_one_login(outcomes, self.file):
            message = f"several entries with the same login match, and {self.client} picks one at random"
            self.found.note("lookup-random", one_line(message, LONGEST_TEXT))
            return
        if len(keys) > 1 or any(outcome.then for outcome in outcomes):
            message = f"several entries match, and {self.client} picks one at random"
            hint = "keep one entry for this registry, named by its host only"
        else:
            message = f"{self.client} finds the login only in some runs, because it reads the entries in random order"
            hint = "correct the entry that cannot be decoded"
        self.warning("lookup-random", message, hint=hint)

    def lookup(self) -> Lookup:
        """Return the result; outcomes that are equal count once."""
        outcomes = tuple(dict.fromkeys(self.outcomes))
        if len(outcomes) > 1:
            self._warn_of_order(outcomes)
        return Lookup(
            client=self.client,
            outcomes=outcomes,
            skipped=tuple(self.skipped),
            diagnostics=self.found.diagnostics(),
        )


def has_one_login(outcomes: Sequence[LookupOutcome], file: LoginFile) -> bool:
    """Whether all outcomes send the same login, from any of several entries."""
    keys = [outcome.key for outcome in outcomes if outcome.kind in {"basic", "identitytoken"} and not outcome.then]
    return len(keys) == len(outcomes) and file.have_one_login(key for key in keys if key is not None)


def _questions(asked: Sequence[tuple[str, str]]) -> str:
    """Say which helpers are asked; the name of one that is asked again is not repeated."""
    words: list[str] = []
    for number, (helper, server) in enumerate(asked):
        same = number > 0 and asked[number - 1][0] == helper
        words.append(f"for `{server}`" if same else f"docker-credential-{helper} is asked for `{server}`")
    return ", then ".join(words)


def _shown(key: str | None) -> str | None:
    return None if key is None else masked(key)


def _all_shown(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(masked(key) for key in islice(keys, MOST_KEYS))
