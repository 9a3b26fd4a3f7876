"""Suggesting a corrected reference for a text that is not valid; only valid references are suggested.

A login (`user:password@host`) is removed first, so that no part of it can appear in a hint.
"""

from __future__ import annotations

import re

from deployspec._core.tokens import hide_tokens
from deployspec._references.grammar import DOCKER_HUB, find_parts, split_host
from deployspec._references.web_pages import find_page

# The characters that `str.isspace` accepts. A list, so that hints do not depend on the interpreter's Unicode tables.
WHITESPACE = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
find_whitespace = re.compile(f"[{WHITESPACE}]+").search

QUOTES = "\"'`\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a\u00ab\u00bb"
_VARIABLE_WITH_DEFAULT = re.compile(r"\$\{[A-Za-z0-9_]+:?-([^${}]*)\}")
_VARIABLE_IN_TAG = re.compile(r"([^$@]*):[^:/@$]*\$[^:/@]*")
_SEPARATOR = re.compile("([:/@])")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_DIGEST = re.compile("(?i:(?:sha256|sha384|sha512):)?[0-9A-Fa-f]{64,128}", re.ASCII)
_LOOSE_DIGEST = re.compile(r"(?:[:@](?i:(sha256|sha384|sha512)):|@)([0-9A-Fa-f]{64,128})\Z", re.ASCII)
_SLASHES = re.compile("//+")
_BEFORE_VERSION = re.compile("[^:@]*")


def find_hint(text: str) -> str | None:
    """Suggest a corrected text, or an example if a variable is used as the tag.

    >>> find_hint("https://ada:pw@quay.io/Team/app:1.0 ")
    'did you mean `quay.io/team/app:1.0`?'
    >>> find_hint("quay.io/app:${TAG}")
    'replace the variable with its value, for example `quay.io/app:1.0`'
    """
    if hide_tokens(text) != text:
        return None  # a correction would show the token in lower case
    if (page := find_page(text.strip(WHITESPACE).strip(QUOTES))) is not None:
        return page.hint
    if (corrected := _find_correction(text)) is not None:
        return f"did you mean `{corrected}`?"
    variable = _VARIABLE_IN_TAG.fullmatch(text)
    if variable is None or find_parts(example := f"{variable[1]}:1.0") is None:
        return None
    return f"replace the variable with its value, for example `{example}`"


def _find_correction(text: str) -> str | None:
    corrected = _VARIABLE_WITH_DEFAULT.sub(r"\1", text.strip(WHITESPACE).strip(QUOTES))
    corrected = _without_login(_without_scheme(_without_whitespace(corrected)))
    if not corrected.isascii():  # lowercasing would turn the Kelvin sign into a `k`
        return None
    # Apply repairs one at a time and stop at the first that gives a valid reference. A repair that changes nothing is
    # skipped, because the text before it was invalid.
    before = text
    for repair in (_unchanged, _with_single_slashes, _with_lowercase_digest, _with_tag_at_end, _in_lowercase):
        corrected = repair(corrected)
        if corrected != before and find_parts(corrected) is not None:
            return corrected
        before = corrected
    return None


def _unchanged(text: str) -> str:
    return text


def _without_whitespace(text: str) -> str:
    """Remove whitespace next to separators; elsewhere it may separate two words."""
    if not find_whitespace(text):
        return text
    return "".join(piece.strip(WHITESPACE) for piece in _SEPARATOR.split(text))


def _without_scheme(text: str) -> str:
    scheme = _SCHEME.match(text)
    if scheme is None:
        return text
    rest = text[scheme.end() :].strip("/")
    if not scheme[1].lower().startswith("http"):
        return rest
    # The URL of a host without a path is not a reference; see `_with_single_slashes`.
    return _with_host(rest, "80" if scheme[1].lower() == "http" else "443") if "/" in rest else ""


def _without_login(text: str) -> str:
    """Return the text after the login, or nothing if it has no path: the end of such a login is unclear."""
    before, at, after = text.rpartition("@")
    if not at:
        return text
    if _DIGEST.fullmatch(after):
        return f"{_without_login(before)}@{after}"
    return _with_host(after, "443") if "/" in after else ""


def _with_host(text: str, port: str) -> str:
    """Add a port if the first component is a host, but would be the name of a user of Docker Hub in a reference.

    Without it, a login for the host would be sent to Docker Hub.
    """
    first, slash, rest = text.partition("/")
    return f"{first}:{port}{slash}{rest}" if split_host(text) == (DOCKER_HUB, text) else text


def _with_single_slashes(text: str) -> str:
    """Repair `acme//app`, `/app`, `app/` and `app:`."""
    tidy = _SLASHES.sub("/", text).strip("/").rstrip(":")
    # Only a host would look like an image on Docker Hub.
    return tidy if "/" in tidy or split_host(f"{tidy}/")[0] == DOCKER_HUB else text


def _with_lowercase_digest(text: str) -> str:
    """Repair `app:sha256:…`, `app@0123…` and digests in uppercase."""
    found = _LOOSE_DIGEST.search(text)
    return text if found is None else f"{text[: found.start()]}@{(found[1] or 'sha256').lower()}:{found[2].lower()}"


def _with_tag_at_end(text: str) -> str:
    """Repair `team/app:1.0/web`."""
    _, rest = split_host(text)
    name, at, digest = rest.partition("@")
    path, _, tag = name.partition(":")
    tag, slash, end = tag.partition("/")
    return f"{text[: len(text) - len(rest)]}{path}/{end}:{tag}{at}{digest}" if slash else text


def _in_lowercase(text: str) -> str:
    """Repair `Team/App:V1`; a first component with a `.` or a `:` is a host and is not changed."""
    host = text[: len(text) - len(split_host(text)[1])]
    name = _BEFORE_VERSION.match(text, len(host))
    end = len(host) if name is None else name.end()
    return (host if "." in host or ":" in host else host.lower()) + text[len(host) : end].lower() + text[end:]
