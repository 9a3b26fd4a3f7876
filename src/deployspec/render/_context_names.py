"""How a Dockerfile may spell the image that a named context stands for."""

from __future__ import annotations

from deployspec._core.diagnostics import InvalidReference
from deployspec._references.reference import ImageReference, parse_reference

__all__: list[str] = []


def spellings(name: str) -> tuple[str, ...]:
    """Return every spelling of a context's name, the given one first; one that is no image has no other.

    >>> spellings("ruby")
    ('ruby', 'ruby:latest', 'library/ruby', 'library/ruby:latest', 'docker.io/ruby', 'docker.io/ruby:latest', \
'docker.io/library/ruby', 'docker.io/library/ruby:latest', 'index.docker.io/ruby', 'index.docker.io/ruby:latest', \
'index.docker.io/library/ruby', 'index.docker.io/library/ruby:latest')
    >>> spellings("quay.io/acme/base:1"), spellings("Files")
    (('quay.io/acme/base:1',), ('Files',))
    """
    try:
        reference = parse_reference(name)
    except InvalidReference:
        return (name,)
    version = "" if reference.digest is None else f"@{reference.digest}"
    version = version if reference.tag is None else f":{reference.tag}{version}"
    versions = ["", version] if version == ":latest" else [version]
    return tuple(dict.fromkeys([name, *(short + suffix for short in _names(reference) for suffix in versions)]))


def _names(reference: ImageReference) -> list[str]:
    if reference.host != "docker.io":
        return [reference.repository]
    short = reference.path.removeprefix("library/")
    paths = [reference.path] if "/" in short else [short, reference.path]
    return [host + path for host in ("", "docker.io/", "index.docker.io/") for path in paths]
