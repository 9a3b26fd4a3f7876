"""What a refused text may have been meant to be: a corrected text, offered only if it is a reference.

A login (`user:password@host`) goes first, so that no later step can bring a part of one into a hint.
"""

from __future__ import annotations

import re

from deployspec._references.reference import DOCKER_HUB, find_reference

__all__: list[str] = []

_QUOTES = "\"'`"
_VARIABLE_WITH_DEFAULT = re.compile(r"\$\{[A-Za-z0-9_]+:?-([^${}]*)\}")
_VARIABLE_IN_TAG = re.compile(r"([^$@]*):[^:/@$]*\$[^:/@]*")
_SPACE = re.compile(r"\s")
_SEPARATOR = re.compile("([:/@])")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_DIGEST = re.compile("(?i:(?:sha256|sha384|sha512):)?[0-9A-Fa-f]{64,128}")
_LOOSE_DIGEST = re.compile(r"(?:[:@](?i:(sha256|sha384|sha512)):|@)([0-9A-Fa-f]{64,128})\Z")
_SLASHES = re.compile("//+")
_BEFORE_VERSION = re.compile("[^:@]*")


def hint_for(text: str) -> str | None:
    """Offer a corrected text, or one with an example where a variable was left as the tag.

    >>> hint_for("https://ada:pw@quay.io/Team/app:1.0 ")
    'did you mean `quay.io/team/app:1.0`?'
    >>> hint_for("quay.io/app:${TAG}")
    "write the variable's value in its place, for example `quay.io/app:1.0`"
    """
    if (meant := _meant_by(text)) is not None:
        return f"did you mean `{meant}`?"
    variable = _VARIABLE_IN_TAG.fullmatch(text)
    if variable is None or find_reference(example := f"{variable[1]}:1.0") is None:
        return None
    return f"write the variable's value in its place, for example `{example}`"


def split_host(text: str) -> tuple[str, str]:
    """Split a text into its host, right or not, and the rest; without a host of its own it is Docker Hub's.

    >>> split_host("localhost/app"), split_host("acme/app"), split_host("index.docker.io/acme/app")
    (('localhost', 'app'), ('docker.io', 'acme/app'), ('docker.io', 'acme/app'))
    """
    first, slash, rest = text.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost" or first.lower() != first):
        return (DOCKER_HUB if first == "index.docker.io" else first), rest
    return DOCKER_HUB, text


def _meant_by(text: str) -> str | None:
    meant = _VARIABLE_WITH_DEFAULT.sub(r"\1", text.strip().strip(_QUOTES))
    meant = _without_login(_without_scheme(_without_space(meant)))
    if not meant.isascii():  # lower-casing would make a `k` of the Kelvin sign
        return None
    # As few repairs as will do; what none of them changes was refused before.
    before = text
    for repair in (_as_it_is, _tidy, _digest_in_form, _tag_last, _in_lower_case):
        meant = repair(meant)
        if meant != before and find_reference(meant) is not None:
            return meant
        before = meant
    return None


def _as_it_is(text: str) -> str:
    return text


def _without_space(text: str) -> str:
    """Take away white space beside separators; elsewhere it may part two words."""
    return "".join(piece.strip() for piece in _SEPARATOR.split(text)) if _SPACE.search(text) else text


def _without_scheme(text: str) -> str:
    scheme = _SCHEME.match(text)
    if scheme is None:
        return text
    rest = text[scheme.end() :].strip("/")
    return "" if scheme[1].lower().startswith("http") and "/" not in rest else rest  # a host alone, as in `_tidy`


def _without_login(text: str) -> str:
    """Keep what follows the login; without a path it is not clear which is which, so then keep nothing."""
    before, at, after = text.rpartition("@")
    if not at:
        return text
    if _DIGEST.fullmatch(after):
        return f"{_without_login(before)}@{after}"
    return after if "/" in after else ""


def _tidy(text: str) -> str:
    tidy = _SLASHES.sub("/", text).strip("/").rstrip(":")
    # A host alone would pass for an image on Docker Hub.
    return tidy if "/" in tidy or split_host(f"{tidy}/")[0] == DOCKER_HUB else text


def _digest_in_form(text: str) -> str:
    """Mend `app:sha256:…`, `app@0123…` and digests in upper case."""
    found = _LOOSE_DIGEST.search(text)
    return text if found is None else f"{text[: found.start()]}@{(found[1] or 'sha256').lower()}:{found[2].lower()}"


def _tag_last(text: str) -> str:
    """Mend `team/app:1.0/web`."""
    _, rest = split_host(text)
    name, at, digest = rest.partition("@")
    path, _, tag = name.partition(":")
    tag, slash, end = tag.partition("/")
    return f"{text[: len(text) - len(rest)]}{path}/{end}:{tag}{at}{digest}" if slash else text


def _in_lower_case(text: str) -> str:
    """Mend `Team/App:V1`; a first component with a `.` or a `:` is a host, which stays as it is."""
    host = text[: len(text) - len(split_host(text)[1])]
    name = _BEFORE_VERSION.match(text, len(host))
    end = len(host) if name is None else name.end()
    return (host if "." in host or ":" in host else host.lower()) + text[len(host) : end].lower() + text[end:]
