"""The login that each client uses for an image, as a table for people or as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from deployspec._core.arguments import check_choice
from deployspec._core.text import listed, one_line, without_workflow_commands
from deployspec._logins.lookup.suggest import suggestion
from deployspec._logins.masked import masked
from deployspec.render._shared import json_text
from deployspec.render._style import Style, wrapped

if TYPE_CHECKING:
    from deployspec._core.diagnostics import Diagnostic
    from deployspec._logins.lookup.values import Client, Lookup, LookupOutcome

__all__ = ["LookupFormat", "lookups"]

LookupFormat: TypeAlias = Literal["text", "json"]

_MOST_ROWS, _MOST_LINES = 5, 20
_FAULTS = {"lookup-auth", "lookup-helper", "lookup-syntax", "lookup-trailing-text", "lookup-type"}
_OTHER_REGISTRY = "it is for another registry"
_LOGINS = {
    "basic": "user and password",
    "identitytoken": "identity token",
    "registrytoken": "registry token",
    "helper": "credential helper",
    "anonymous": "none",
    "error": "error",
}


def lookups(
    found: Mapping[Client, Lookup],
    *,
    image: str,
    format: LookupFormat = "text",  # noqa: A002  # the usual name of this option
    color: bool = False,
) -> str:
    """Return the look-ups of one image as one text, without secrets.

    `found` is the result of `deployspec.lookup_all`, or a part of it. `format` is `text` (a table with reasons,
    warnings and advice, for 80 columns) or `json`. `color` adds ANSI colours to the text.

    Raises `ValueError` for an unknown format.

    >>> from deployspec import lookup
    >>> file = '{"auths": {"quay.io": {"auth": "YTpi"}}}'
    >>> print(lookups({"oras": lookup(file, "quay.io/acme/app", "oras")}, image="quay.io/acme/app"), end="")
    quay.io/acme/app
    <BLANKLINE>
      client  login              entry
      oras    user and password  quay.io
    <BLANKLINE>
    Reasons
      oras: the key is exactly `quay.io`, the name that is looked up
    """
    check_choice("format", format, LookupFormat)
    shown = one_line(masked(image))
    advice = None if _agree(found) else _advice(found, image)
    if format == "json":
        clients = {client: _plain(one) for client, one in found.items()}
        return json_text({"version": 1, "image": shown, "agree": _agree(found), "advice": advice, "clients": clients})
    style = Style(color)
    title = [style("bold", shown), *wrapped(_summary(found))]
    sections = [title, _table(found, style), [style("bold", "Reasons"), *_reasons(found)]]
    if unused := list(_unused(found)):
        sections.append([style("bold", "Entries that are not used"), *unused])
    if warnings := list(_diagnostics(found, style)):
        sections.append([style("bold", "Diagnostics"), *warnings])
    if advice is not None:
        sections.append(
            [style("bold", "Advice"), *wrapped([one_line(f"To give every client the same login, {advice}.")])]
        )
    return without_workflow_commands("\n\n".join("\n".join(lines) for lines in sections)) + "\n"


def _agree(found: Mapping[Client, Lookup]) -> bool:
    """Whether all clients that accept the reference certainly do the same."""
    seen = [one.outcomes for one in found.values() if not _is_refused(one)]
    return all(len(outcomes) == 1 for outcomes in seen) and len({_result(outcomes[0]) for outcomes in seen}) <= 1


def _summary(found: Mapping[Client, Lookup]) -> list[str]:
    """Say whether the clients disagree, and which ones choose at random; nothing if they agree."""
    if _agree(found):
        return []
    at_random: list[str] = [client for client, one in found.items() if not one.certain and _has_warning(one)]
    certain: dict[Client, Lookup] = {client: one for client, one in found.items() if one.certain}
    lines = [] if _agree(certain) else ["The clients do not use the same entry."]
    if at_random:
        lines.append(
            f"{listed(at_random)} {'chooses' if len(at_random) == 1 else 'choose'} one of several entries at random."
        )
    return lines


def _has_warning(one: Lookup) -> bool:
    """Whether the entries of a random choice have different logins."""
    return any(
        diagnostic.code == "lookup-random" and diagnostic.severity == "warning" for diagnostic in one.diagnostics
    )


def _advice(found: Mapping[Client, Lookup], image: str) -> str | None:
    codes = {diagnostic.code for one in found.values() for diagnostic in one.diagnostics}
    if "lookup-kubernetes-secret" in codes:
        return "decode the login file in the Secret, and give it to the other clients"
    if "lookup-old-format" in codes:
        return 'put the entries into `{"auths": {…}}`'
    has_helper = any(outcome.asked for one in found.values() for outcome in one.outcomes)
    return suggestion(image, is_faulty=not codes.isdisjoint(_FAULTS), has_helper=has_helper)


def _is_refused(one: Lookup) -> bool:
    return any(diagnostic.code == "lookup-reference" for diagnostic in one.diagnostics)


def _result(outcome: LookupOutcome) -> tuple[object, ...]:
    key = None if outcome.kind == "anonymous" else outcome.key
    return outcome.kind, key, frozenset(helper for helper, _ in outcome.asked)


def _plain(one: Lookup) -> dict[str, object]:
    """Return the members of the JSON of one client."""
    asked = [[{"helper": helper, "server": server} for helper, server in outcome.asked] for outcome in one.outcomes]
    return {
        "certain": one.certain,
        "outcomes": [
            {**attrs.asdict(outcome), "asked": asks} for outcome, asks in zip(one.outcomes, asked, strict=True)
        ],
        "skipped": [attrs.asdict(entry) for entry in one.skipped],
        "diagnostics": [attrs.asdict(diagnostic) for diagnostic in one.diagnostics],
    }


# The table


def _table(found: Mapping[Client, Lookup], style: Style) -> list[str]:
    rows = [("client", "login", "entry"), *(row for client, one in found.items() for row in _rows(client, one))]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"  {row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}".rstrip() for row in rows]
    return [style("dim", lines[0]), *lines[1:]]


def _rows(client: Client, one: Lookup) -> Iterator[tuple[str, str, str]]:
    """Return one row for each outcome; the first one has the client's name."""
    cells = list(dict.fromkeys((_LOGINS[outcome.kind], _entry(outcome)) for outcome in one.outcomes))
    for number, (login, entry) in enumerate(cells[:_MOST_ROWS]):
        yield (client, login, entry) if number == 0 else ("", f"or {login}", entry)
    later = one.outcomes[0].then
    if one.certain and later:
        yield "", "then", one_line(later[0]) + (f" and {len(later) - 1} more" if later[1:] else "")
    if len(cells) > _MOST_ROWS:
        yield "", f"or {len(cells) - _MOST_ROWS} others", ""


def _entry(outcome: LookupOutcome) -> str:
    helpers = dict.fromkeys(f"docker-credential-{helper}" for helper, _ in outcome.asked)
    names = [*helpers] if outcome.asked else [] if outcome.key is None else [outcome.key]
    return one_line(", ".join(names)) or "-"


# Reasons and diagnostics


def _reasons(found: Mapping[Client, Lookup]) -> Iterator[str]:
    """Return each reason once, after the clients that it is true of."""
    clients: dict[str, list[str]] = {}
    for client, one in found.items():
        for reason in dict.fromkeys(outcome.reason for outcome in one.outcomes[:_MOST_ROWS]):
            clients.setdefault(reason, []).append(client)
    yield from wrapped(f"{', '.join(names)}: {one_line(reason)}" for reason, names in clients.items())


def _unused(found: Mapping[Client, Lookup]) -> Iterator[str]:
    """Return each entry that could be meant for the image and is not used, with the reason."""
    clients: dict[tuple[str, str], list[str]] = {}
    for client, one in found.items():
        for entry in one.skipped:
            if entry.reason != _OTHER_REGISTRY:
                clients.setdefault((entry.key, entry.reason), []).append(client)
    lines = [one_line(f"{key} ({', '.join(names)}): {reason}") for (key, reason), names in clients.items()]
    yield from wrapped(lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield f"  and {len(lines) - _MOST_LINES} more"


def _diagnostics(found: Mapping[Client, Lookup], style: Style) -> Iterator[str]:
    """Return each diagnostic once, with the other clients that it is true of."""
    first: dict[tuple[str, ...], Diagnostic] = {}
    others: dict[tuple[str, ...], list[str]] = {}
    for client, one in found.items():
        for diagnostic in one.diagnostics:
            key = (diagnostic.code, diagnostic.severity, _without(client, diagnostic.message))
            if first.setdefault(key, diagnostic) is not diagnostic:
                others.setdefault(key, []).append(client)
    for code_and_text, diagnostic in first.items():
        also = f" (also {', '.join(others[code_and_text])})" if code_and_text in others else ""
        place = "" if diagnostic.line is None else f"{diagnostic.line}:{diagnostic.column}: "
        severity = style(diagnostic.severity, f"{diagnostic.severity}[{diagnostic.code}]")
        hint = [] if diagnostic.hint is None else [f"  hint: {one_line(diagnostic.hint)}"]
        yield from wrapped([f"{place}{severity}: {one_line(diagnostic.message)}{also}", *hint])


def _without(client: str, message: str) -> str:
    """Return a message without the name of the client, to compare it with that of another one."""
    return re.sub(rf"(?<![\w./-]){re.escape(client)}(?![\w./-])", "CLIENT", message)
