"""Procfiles."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from deployspec._procfile.procfile import Procfile, parse_procfile
from deployspec.strategies._texts import Kind, of_kind

__all__ = ["procfile_texts", "procfiles"]

_NAMES = st.text("abcxyz09-", min_size=1, max_size=8) | st.sampled_from(["web", "worker", "release", "Web_2"])
_COMMANDS = st.sampled_from(
    ["bundle exec rails s -p $PORT", "node a.js # b", "echo 'x", 'sh -c "a: b"', "./run --x=1"]
) | st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20).map(
    # The letters keep a text from beginning with a comment or ending in a continuation.
    lambda text: f"x{text}y"
)
_FILLERS = st.sampled_from(["", "  ", "# a comment: with a colon", "\t# another"])


def _folded(name: str) -> str:
    return name.lower().replace("_", "-")


@st.composite
def _valid(draw: st.DrawFn, max_services: int, services: Sequence[str]) -> str:
    least = 0 if services else 1
    names = draw(st.lists(_NAMES, min_size=least, max_size=max(max_services - len(services), least), unique_by=_folded))
    if services:
        needed = set(map(_folded, services))
        names = draw(st.permutations([*services, *(name for name in names if _folded(name) not in needed)]))
    lines: list[str] = []
    for name in names:
        lines += draw(st.lists(_FILLERS, max_size=2))
        lines.append(name + draw(st.sampled_from([": ", ":", ":\t "])) + draw(_COMMANDS))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join(lines) + draw(st.sampled_from(["", end]))


def procfile_texts(
    *, kind: Kind = "any", max_services: int = 4, services: Sequence[str] = ()
) -> st.SearchStrategy[str]:
    r"""Texts of Procfiles; a valid one has 1 to `max_services` services, among them `services`.

    >>> from hypothesis import find
    >>> ":" in find(procfile_texts(kind="valid"), lambda text: "worker" in text)
    True
    """
    return of_kind(
        kind,
        valid=_valid(max_services, services),
        near=st.sampled_from(
            ["", "# nothing", "web run", "web : run", " web: run", "web:", "web: a\nweb: b", "web: a \\", "web: # off"]
        ),
        hostile=st.text(max_size=40) | st.sampled_from(["<<<<<<< HEAD", "web: \u202erm", "\ufeff", "\0", ":" * 99]),
    )


def procfiles(*, max_services: int = 4, services: Sequence[str] = ()) -> st.SearchStrategy[Procfile]:
    """Parsed Procfiles with 1 to `max_services` services, among them `services`."""
    return procfile_texts(kind="valid", max_services=max_services, services=services).map(parse_procfile)
