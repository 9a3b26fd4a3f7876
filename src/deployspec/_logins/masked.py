"""Keys of login files as messages show them: without a user name and a password."""

from __future__ import annotations

import re

__all__: list[str] = []

_AUTHORITY = re.compile(r"((?:[^/?#]*?://)?)([^/?#]*)(.*)", re.DOTALL)
_NOT_A_PORT = re.compile(r":.*[^0-9]")


def masked(key: str) -> str:
    """Return a key without its user information.

    >>> masked("https://ada:secret@quay.io/acme"), masked("quay.io/acme@sha256:12")
    ('https://***@quay.io/acme', 'quay.io/acme@sha256:12')
    """
    if "@" not in key:
        return key
    scheme, authority, rest = _AUTHORITY.fullmatch(key).groups()  # type: ignore[union-attr]  # it matches any text
    if "@" in authority:
        return f"{scheme}***@{authority.rpartition('@')[2]}{rest}"
    if "@" in rest and _NOT_A_PORT.search(authority):
        # A password with a `/`, `?` or `#` in it.
        return f"{scheme}***@{rest.rpartition('@')[2]}"
    return key
