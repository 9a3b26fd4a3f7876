"""Misspelt names of members in a login file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from deployspec._logins.go_shapes import folded

__all__: list[str] = []

_LONGEST = 20
_MOST_NAMES = 100
_SIMILAR = 0.8


def find_misspelt(names: Iterable[str], known: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Return the names that are probably misspelt, each with the correct name; among the first hundred unknown ones.

    >>> list(find_misspelt(["auth", "credStore", "HttpHeaders"], ("auths", "credHelpers", "credsStore")))
    [('auth', 'auths'), ('credStore', 'credsStore')]
    """
    correct = {folded(name): name for name in known}
    unknown = (name for name in names if folded(name) not in correct and len(name) <= _LONGEST)
    for name in islice(unknown, _MOST_NAMES):
        import difflib  # imported here, because few files have unknown members

        for close in difflib.get_close_matches(folded(name), correct, n=1, cutoff=_SIMILAR):
            yield name, correct[close]
