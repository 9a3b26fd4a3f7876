"""Hosts, scopes and images from a small set of names, many of which look alike."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

from hypothesis import strategies as st

from deployspec._references.reference import ImageReference, parse_reference
from deployspec.strategies._texts import Kind, of_kind

__all__ = ["Hosts", "hosts", "image_references", "image_texts", "scope_texts"]

Hosts: TypeAlias = "st.SearchStrategy[str] | Collection[str]"

_REGISTRIES = ["quay.io", "ghcr.io", "docker.io", "registry.example:5000"]
_LOOK_ALIKES = [
    "evilquay.io",
    "quay.io.evil.example",
    "QUAY.IO",
    "quay.io:443",
    "index.docker.io",
    "registry-1.docker.io",
    "hub.docker.com",
    "registry.hub.docker.com",
    "evildocker.io",
    "docker.io.evil.example",
    "registry.example",
    "localhost",
    "[::1]:5000",
    "123456789012.dkr.ecr.us-east-1.amazonaws.com",
]
_PATHS = ["team/app", "teams/app", "team/app/x", "team", "te/am", "acme/base", "my-server/app"]
_TAGS = ["latest", "1", "1.4", "v2_rc-1", "_"]
_LABELS = st.text("abz09", min_size=1, max_size=6)
DIGESTS = st.sampled_from("0af").map(lambda digit: f"@sha256:{digit * 64}")
VERSIONS = st.just("") | st.sampled_from(_TAGS).map(":{}".format) | DIGESTS


def hosts(*, look_alikes: bool = True) -> st.SearchStrategy[str]:
    """Hosts of registries, as written in references; `look_alikes` adds hosts that resemble well-known ones."""
    made = st.lists(_LABELS, min_size=2, max_size=3).map(".".join)
    known = st.sampled_from(_REGISTRIES)
    return known | st.sampled_from(_LOOK_ALIKES) | made if look_alikes else known


def scope_texts(*, path: bool | None = None) -> st.SearchStrategy[str]:
    """Scopes of logins, in the spellings that people and tools use.

    `path` decides whether the scope has a path on the host (`None`: both).
    """
    plain = st.sampled_from([*_REGISTRIES, "index.docker.io", "hub.docker.com", "QUAY.IO", "evilquay.io"])
    spelled = st.tuples(st.sampled_from(["", "https://", "http://"]), plain, st.sampled_from(["", "/", "/v1/", "/v2"]))
    below = st.tuples(plain, st.just("/"), st.sampled_from(["team", "te", "team/app", "acme", "library"]))
    bare, pathed = (parts.map("".join) for parts in (spelled, below))
    if path is None:
        return bare | pathed
    return pathed if path else bare


def image_texts(*, kind: Kind = "any", hosts: Hosts | None = None, digests: bool = False) -> st.SearchStrategy[str]:
    """Texts of image references; valid ones begin with one of `hosts` (default: any host, or none).

    `hosts` is a strategy or a collection; its texts may have a path, such as `quay.io/acme`. With `digests`, every
    valid reference has a digest.

    >>> from hypothesis import find
    >>> find(image_texts(kind="valid"), lambda text: "@" in text)[:22]
    'team/app@sha256:000000'
    """
    return of_kind(
        kind,
        valid=valid_images(hosts, DIGESTS if digests else VERSIONS),
        near=st.sampled_from(
            ["https://quay.io/team/app", "quay.io/Team/App", "team/app:${TAG}", "team/app:", "quay.io/", "a" * 64]
        ),
        hostile=st.text(max_size=30) | st.sampled_from(["", " ", "/", "@", ":", "a/" * 600, "[" * 99, "a-" * 400]),
    )


def valid_images(given_hosts: Hosts | None, versions: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Compose references from their parts; a version is `:` and a tag, or `@` and a digest."""
    if given_hosts is None:
        front = hosts().map("{}/".format) | st.just("")
    else:
        front = host_texts(given_hosts).map("{}/".format)
    components = st.lists(_LABELS, min_size=1, max_size=3).map("/".join)
    path = st.sampled_from(_PATHS) | components.map("x/{}".format)
    return st.tuples(front, path, versions).map("".join)


def host_texts(given_hosts: Hosts) -> st.SearchStrategy[str]:
    """Return the strategy of given hosts."""
    if isinstance(given_hosts, st.SearchStrategy):
        return given_hosts
    if isinstance(given_hosts, str):  # its letters would be read as hosts
        raise TypeError("hosts must be a strategy or a collection of strings, not a string")
    return st.sampled_from(sorted(given_hosts))


def image_references(*, hosts: Hosts | None = None, digests: bool = False) -> st.SearchStrategy[ImageReference]:
    """Image references, with or without tag and digest; `hosts` and `digests` as in `image_texts`."""
    return image_texts(kind="valid", hosts=hosts, digests=digests).map(
        lambda text: parse_reference(text, default_tag=None)
    )
