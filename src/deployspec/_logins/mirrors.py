"""Mirrors: registries from which images are pulled instead of the registries in their names.

Grammar, also of the option `--mirror`::

    mirror   = prefix "=" location
    prefix   = host [ "/" path ]
    location = host [ "/" path ]

A mirror replaces the prefix of an image by whole components, and keeps the rest of the path, the tag and the digest.
The longest prefix wins. The image of a mirror is not replaced again. Prefixes are the keys of a dictionary, in which an
image is looked up by each prefix of its own name, so the time does not depend on the number of mirrors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import attrs

from deployspec._core.arguments import check_type
from deployspec._core.diagnostics import Collector, DeploySpecError, capped
from deployspec._core.text import one_line
from deployspec._logins.scope import registry_of, scopes_of
from deployspec._references.reference import ImageReference, find_reference

__all__ = ["Mirror", "parse_mirrors"]

_MEMBERS = ("prefix", "location")
_HINT = "write a registry, with a path if you like, such as `mirror.example.com/hub`; leave out the scheme and the tag"
_LONGEST = 60


@attrs.frozen
class Mirror:
    """Images below `prefix` are pulled from `location`: both are a registry, or a path in one.

    The attributes have a normal form, with the host in lowercase.

    Raises `DeploySpecError`: `mirror-prefix-invalid` and `mirror-location-invalid`.

    >>> Mirror(prefix="index.docker.io", location="mirror.acme.example/hub")
    Mirror(prefix='docker.io', location='mirror.acme.example/hub')
    """

    __module__ = "deployspec"

    prefix: str
    location: str

    def __attrs_post_init__(self) -> None:
        check_type("prefix", self.prefix, str)
        check_type("location", self.location, str)
        found = Collector("mirrors")
        for name in _MEMBERS:
            normal = _normal(getattr(self, name), of_prefix=name == "prefix")
            if normal is None:
                message = f"invalid {name} `{_shown(getattr(self, name))}` of a mirror"
                # Written out, so that the codes can be found.
                code = "mirror-prefix-invalid" if name == "prefix" else "mirror-location-invalid"
                found.error(code, message, hint=_HINT)
            else:
                object.__setattr__(self, name, normal)
        found.raise_if_failed(DeploySpecError)


def _shown(text: str) -> str:
    """Return a place for a message, without the user and the password of a URL."""
    return one_line(text.rpartition("@")[2], _LONGEST)


def _normal(text: str, *, of_prefix: bool) -> str | None:
    """Return the normal form of a registry, or of a path in one; `None` if it is not valid.

    >>> _normal("QUAY.IO/acme", of_prefix=True), _normal("library", of_prefix=True), _normal("a.io/b:1", of_prefix=True)
    ('quay.io/acme', None, None)
    """
    host, slash, path = text.partition("/")
    # Checked before lowercasing, which turns U+212A (the Kelvin sign) into a `k`.
    if not host.isascii() or not ("." in host or ":" in host or host.lower() == "localhost"):
        return None
    reference = find_reference(f"{host.lower()}/{path if slash else 'path'}/image")
    if reference is None:
        return None
    return (registry_of(reference) if of_prefix else reference.host) + slash + path


# Mirrors from data


def parse_mirrors(entries: Iterable[Mapping[str, object] | str]) -> tuple[Mirror, ...]:
    """Return mirrors from data: mappings with the members `prefix` and `location`, or texts `PREFIX=LOCATION`.

    For example, the tables `[[mirror]]` of a TOML file, or an array of a JSON document.

    Raises `DeploySpecError` with every error: `mirror-type`, `mirror-member-unknown`, `mirror-member-missing`,
    `mirror-prefix-invalid`, `mirror-location-invalid`, `mirror-duplicate` and `mirror-loop`.

    >>> hub, quay = parse_mirrors([{"prefix": "docker.io", "location": "m.example/hub"}, "quay.io=m.example/quay"])
    >>> hub, quay.location
    (Mirror(prefix='docker.io', location='m.example/hub'), 'm.example/quay')
    """
    given: Any = entries  # callers without a type checker
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        check_type("entries", cast("object", given), list)
    found = Collector("mirrors")
    mirrors = [mirror for index, entry in enumerate(entries) if (mirror := _read(entry, index, found)) is not None]
    if not found.failed:
        Mirrors(mirrors, found)
    if found.failed:
        raise DeploySpecError(capped(found.found))
    return tuple(mirrors)


def _read(entry: object, index: int, found: Collector) -> Mirror | None:
    if isinstance(entry, str):
        prefix, equals, location = entry.partition("=")
        entry = {"prefix": prefix, "location": location} if equals else None
    if not isinstance(entry, Mapping):
        found.error("mirror-type", f"`[{index}]` must be an object or a text `PREFIX=LOCATION`")
        return None
    members = cast("Mapping[str, object]", entry)
    if not _check_members(members, index, found):
        return None
    try:
        return Mirror(cast("str", members["prefix"]), cast("str", members["location"]))
    except DeploySpecError as error:
        found.extend(error.diagnostics)
        return None


def _check_members(members: Mapping[str, object], index: int, found: Collector) -> bool:
    before = len(found.found)
    for name in members:
        if name not in _MEMBERS:
            message = f"unknown member `{one_line(str(name), _LONGEST)}` in `[{index}]`"
            found.error("mirror-member-unknown", message, hint="use `prefix` and `location`")
    for name in _MEMBERS:
        if name not in members:
            found.error("mirror-member-missing", f"missing member `{name}` in `[{index}]`")
        elif not isinstance(members[name], str):
            found.error("mirror-type", f"`[{index}].{name}` must be a string")
    return len(found.found) == before


# Lookup


class Mirrors:
    """The mirrors of a resolution by their prefixes; duplicate and circular ones are reported in `found`."""

    def __init__(self, mirrors: Iterable[Mirror], found: Collector) -> None:
        self.by_prefix: dict[str, Mirror] = {}
        errors = Collector("mirrors")
        for mirror in mirrors:
            if mirror.prefix in self.by_prefix:
                message = f"duplicate mirror of `{mirror.prefix}`"
                errors.error("mirror-duplicate", message, hint="remove one of them")
            self.by_prefix.setdefault(mirror.prefix, mirror)
        self._report_loops(errors)
        found.extend(capped(errors.found))

    def _report_loops(self, errors: Collector) -> None:
        """Report mirrors whose location leads back to their prefix, each cycle once."""
        finished: set[str] = set()
        for start in self.by_prefix:
            path: dict[str, None] = {}
            prefix: str | None = start
            while prefix is not None and prefix not in finished:
                finished.add(prefix)
                path[prefix] = None
                prefix = self._prefix_of(self.by_prefix[prefix].location)
            if prefix in path:
                message = f"mirror of `{prefix}` leads back to `{prefix}`"
                hint = "use a location that no prefix covers"
                errors.error("mirror-loop", message, hint=hint)

    def _prefix_of(self, place: str) -> str | None:
        """Return the longest prefix that covers a place."""
        host, slash, path = place.partition("/")
        reference = cast("ImageReference", find_reference(f"{host}/{path if slash else 'path'}/image"))
        place = registry_of(reference) + slash + path
        while place and place not in self.by_prefix:
            place = place.rpartition("/")[0]
        return place or None

    def covers(self, reference: ImageReference) -> bool:
        """Return whether an image has a mirror."""
        return self._find(reference) is not None

    def _find(self, reference: ImageReference) -> tuple[str, Mirror] | None:
        for scope in scopes_of(reference):
            mirror = self.by_prefix.get(scope)
            if mirror is not None:
                return scope, mirror
        return None

    def image(self, reference: ImageReference) -> ImageReference | None:
        """Return the image that is pulled instead of another one; `None` if there is none or its name is not valid."""
        found = self._find(reference)
        if found is None:
            return None
        prefix, mirror = found
        rest = f"{registry_of(reference)}/{reference.path}"[len(prefix) :]
        version = str(reference)[len(reference.repository) :]
        text = f"{mirror.location}{rest}{version}"
        image = find_reference(text)
        # A single component on Docker Hub would get the prefix `library/`.
        return None if image is None or str(image) != text else image

    @property
    def hosts(self) -> frozenset[str]:
        """The registries of the locations, in the form of scopes."""
        return frozenset(_registry(mirror.location) for mirror in self.by_prefix.values())


def _registry(location: str) -> str:
    host = location.partition("/")[0]
    return registry_of(cast("ImageReference", find_reference(f"{host}/path/image")))


def check_mirrors(mirrors: Iterable[Mirror]) -> tuple[Mirror, ...]:
    """Return mirrors as a tuple; raises `TypeError` for another value."""
    given: Any = mirrors
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        check_type("mirrors", given, tuple)
    checked = tuple(mirrors)
    for index, mirror in enumerate(checked):
        check_type(f"mirrors[{index}]", mirror, Mirror)
    return checked
