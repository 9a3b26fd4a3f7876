"""Image references, read as the Go reference implementation reads them.

Grammar (the whole text must match)::

    reference  = [ host "/" ] path [ ":" tag ] [ "@" digest ]
    host       = ( label *( "." label ) | "[" 1*( hex | ":" ) "]" ) [ ":" 1*digit ]
    path       = component *( "/" component )
    component  = alnum *( ( "." | "_" | "__" | 1*"-" ) alnum )
    tag        = ( letter | digit | "_" ) 0*127( letter | digit | "_" | "." | "-" )
    digest     = ( "sha256:" 64 hex ) | ( "sha384:" 96 hex ) | ( "sha512:" 128 hex )

The text before the first `/` is a host if it is `localhost`, holds a `.` or a `:`, or has an upper-case letter;
otherwise the host is `docker.io`, where a path of one component stands below `library/`.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, cast

import attrs

from deployspec._diagnostics import Diagnostic, InvalidReference

__all__ = ["ImageReference", "parse_reference"]

DOCKER_HUB = "docker.io"
LONGEST_REFERENCE = 1024
LONGEST_PATH = 255

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?")
_PATH = re.compile(r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
IMAGE_ID = re.compile("[0-9a-f]{64}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")


@attrs.frozen(order=True)
class ImageReference:
    """An image's name in Docker's normal form: `host/path[:tag][@digest]`.

    >>> ref = parse_reference("ubuntu")
    >>> ref.host, ref.path, ref.tag, ref.familiar, str(ref)
    ('docker.io', 'library/ubuntu', 'latest', 'ubuntu:latest', 'docker.io/library/ubuntu:latest')
    """

    diagnostics: ClassVar[tuple[Diagnostic, ...]] = ()

    host: str
    path: str
    tag: str | None = attrs.field(default=None, order=lambda tag: tag or "")
    digest: str | None = attrs.field(default=None, order=lambda digest: digest or "")

    @property
    def repository(self) -> str:
        """Host and path: where the image lives, whichever version is meant."""
        return f"{self.host}/{self.path}"

    @property
    def repo(self) -> str:
        """The path before its last `/`; empty where there is none."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The last component of the path."""
        return self.path.rpartition("/")[2]

    @property
    def familiar(self) -> str:
        """The short text that Docker shows."""
        name = self.repository.removeprefix("docker.io/")
        short = name.removeprefix("library/")
        return (short if name != self.repository and "/" not in short else name) + self._version

    @property
    def _version(self) -> str:
        return (f":{self.tag}" if self.tag is not None else "") + (f"@{self.digest}" if self.digest is not None else "")

    def with_tag(self, tag: str | None) -> ImageReference:
        """Return the same image under another tag."""
        return attrs.evolve(self, tag=tag)

    def with_digest(self, digest: str | None) -> ImageReference:
        """Return the same image at a digest."""
        return attrs.evolve(self, digest=digest)

    def to_docker_image(self) -> Any:  # noqa: ANN401  # that library has no types
        """Return docker-image-py's object for this reference, for tools that use it.

        >>> parse_reference("quay.io/acme/web:1").to_docker_image()["tag"]
        '1'
        """
        import importlib

        reference: Any = importlib.import_module("docker_image.reference")
        return reference.Reference.parse_normalized_named(str(self))

    def __str__(self) -> str:
        return self.repository + self._version


def parse_reference(text: str, *, default_tag: str | None = "latest") -> ImageReference:
    """Read an image reference; `default_tag` is added where there is neither tag nor digest (`None`: nothing is).

    Raises `InvalidReference`.

    >>> str(parse_reference("quay.io/aptible/ruby"))
    'quay.io/aptible/ruby:latest'
    """
    if not isinstance(cast("object", text), str):  # callers without a type checker
        raise TypeError(f"an image reference is read from a str, not {type(text).__name__}")
    if len(text) > LONGEST_REFERENCE:
        raise InvalidReference(
            [Diagnostic("reference-too-long", f"the reference is longer than {LONGEST_REFERENCE:,} characters")]
        )
    parts = parts_of(text)
    if parts is None:
        from deployspec._reference_faults import why_refused

        raise InvalidReference([why_refused(text)])
    host, path, tag, digest = parts
    if tag is None and digest is None and default_tag is not None:
        tag = default_tag
        if not _TAG.fullmatch(tag):
            raise InvalidReference([Diagnostic("reference-invalid-tag", "the default tag is no tag")])
    return ImageReference(host, path, tag, digest)


def parts_of(text: str) -> tuple[str, str, str | None, str | None] | None:
    """Return host, path, tag and digest; `None` where the text is no reference."""
    name, at, digest = text.partition("@")
    host, remainder = split_host(name)
    path, colon, tag = remainder.partition(":")
    if host == DOCKER_HUB and "/" not in path:
        path = f"library/{path}"
    named = HOST.fullmatch(host) and _PATH.fullmatch(path) and len(path) <= LONGEST_PATH
    versioned = (not colon or _TAG.fullmatch(tag)) and (not at or _DIGEST.fullmatch(digest))
    if not named or not versioned or IMAGE_ID.fullmatch(text):
        return None
    return host, path, tag if colon else None, digest if at else None


def split_host(name: str) -> tuple[str, str]:
    """Split a name into its host and what follows; without a host of its own it is Docker Hub's."""
    first, slash, rest = name.partition("/")
    if not slash or not (first == "localhost" or "." in first or ":" in first or first.lower() != first):
        return DOCKER_HUB, name
    return (DOCKER_HUB if first == "index.docker.io" else first), rest
