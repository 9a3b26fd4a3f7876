"""Image references: the value, and parsing one from text."""

import operator
from typing import Any, ClassVar

import attrs

from deployspec._core.diagnostics import Diagnostic, InvalidReference
from deployspec._core.fast_init import fast_init
from deployspec._references.grammar import DOCKER_HUB, find_parts

__all__ = ["ImageReference", "parse_reference"]


@attrs.frozen(order=True, weakref_slot=False)
class ImageReference:
    """The name of an image in Docker's normal form: `host/path[:tag][@digest]`.

    `host` and `path` are in the form that `parse_reference` returns: the host is `docker.io`, never `index.docker.io`,
    and a path on it has at least two components. Every value can be parsed back from its text:
    `parse_reference(str(ref))` equals `ref` (with `default_tag=None`, if it has neither tag nor digest).

    Raises `InvalidReference` with a diagnostic for each invalid part; its `source` is the name of the part.

    >>> ref = parse_reference("ubuntu")
    >>> ref.host, ref.path, ref.tag, ref.familiar, str(ref)
    ('docker.io', 'library/ubuntu', 'latest', 'ubuntu:latest', 'docker.io/library/ubuntu:latest')
    >>> ImageReference("docker.io", "ubuntu")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
      ...
    deployspec.InvalidReference: path: error[reference-invalid-path]: ...
    """

    __module__ = "deployspec"

    diagnostics: ClassVar[tuple[Diagnostic, ...]] = ()

    host: str
    path: str
    tag: str | None = attrs.field(default=None, order=lambda tag: tag or "")
    digest: str | None = attrs.field(default=None, order=lambda digest: digest or "")

    def __attrs_post_init__(self) -> None:
        if find_parts(str(self)) != parts_of(self):
            from deployspec._references.faults import explain_parts

            raise InvalidReference(explain_parts(self.host, self.path, self.tag, self.digest))

    @property
    def repository(self) -> str:
        """Host and path, without the version."""
        return f"{self.host}/{self.path}"

    @property
    def repo(self) -> str:
        """The path before its last `/`; empty if it has only one component."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The last component of the path."""
        return self.path.rpartition("/")[2]

    # distribution/reference normalize.go: familiarizeName
    @property
    def familiar(self) -> str:
        """The short text that Docker shows: without `docker.io/`, and without `library/` before a single component.

        It parses back to the same reference, with the two exceptions that Docker has as well: a path on Docker Hub
        whose first component looks like a host, and an official image whose name looks like an image ID.

        >>> parse_reference("index.docker.io/library/ruby:3").familiar, parse_reference("quay.io/acme/web:1").familiar
        ('ruby:3', 'quay.io/acme/web:1')
        """
        if self.host != DOCKER_HUB:
            return str(self)
        short = self.path.removeprefix("library/")
        return (self.path if "/" in short else short) + self._version

    @property
    def _version(self) -> str:
        return (f":{self.tag}" if self.tag is not None else "") + (f"@{self.digest}" if self.digest is not None else "")

    def with_tag(self, tag: str | None) -> "ImageReference":
        """Return the same image with another tag; `None` removes the tag.

        Raises `InvalidReference`.

        >>> str(parse_reference("quay.io/acme/web:1").with_tag("2"))
        'quay.io/acme/web:2'
        """
        return attrs.evolve(self, tag=tag)

    def with_digest(self, digest: str | None) -> "ImageReference":
        """Return the same image with another digest; `None` removes the digest.

        Raises `InvalidReference`.

        >>> len(str(parse_reference("quay.io/acme/web:1").with_digest("sha256:" + "0" * 64)))
        90
        """
        return attrs.evolve(self, digest=digest)

    def to_docker_image(self) -> Any:  # noqa: ANN401  # docker-image-py has no types
        """Return docker-image-py's `Reference` for this reference, for tools that use that library.

        Raises `ImportError` if docker-image-py cannot be imported.

        >>> parse_reference("quay.io/acme/web:1").to_docker_image()["tag"]
        '1'
        """
        import importlib  # the library is imported here, because that takes longer than importing all of deployspec

        try:
            library = importlib.import_module("docker_image.reference")
        except ImportError as error:
            raise ImportError("`to_docker_image` needs docker-image-py, which cannot be imported") from error
        return library.Reference.parse_normalized_named(str(self))

    def __str__(self) -> str:
        return self.repository + self._version


parts_of = operator.attrgetter("host", "path", "tag", "digest")
# `ImageReference(...)` would check the parts again, which takes as long as parsing the text.
make_reference = fast_init(ImageReference)


def parse_reference(text: str, *, default_tag: str | None = "latest") -> ImageReference:
    """Parse an image reference; `default_tag` is added if it has neither tag nor digest, unless it is `None`.

    Grammar, which the whole text must match::

        reference  = [ host "/" ] path [ ":" tag ] [ "@" digest ]
        host       = ( label *( "." label ) | "[" 1*( hex | ":" ) "]" ) [ ":" 1*digit ]
        label      = ( letter | digit ) *( *"-" ( letter | digit ) )
        path       = component *( "/" component )
        component  = alnum *( ( "." | "_" | "__" | 1*"-" ) alnum )
        alnum      = 1*( lowercase-letter | digit )
        tag        = ( letter | digit | "_" ) 0*127( letter | digit | "_" | "." | "-" )
        digest     = ( "sha256:" 64 hex ) | ( "sha384:" 96 hex ) | ( "sha512:" 128 hex )

    All letters are ASCII, and the hex digits of a digest are lowercase. The text before the first `/` is a host if it
    is `localhost` or contains a `.`, a `:` or an uppercase letter. Otherwise the host is `docker.io`, on which a path
    of one component gets the prefix `library/`. `index.docker.io` is another name of `docker.io`. A path has at most
    255 characters, and a text of 64 hex digits is an image ID rather than a reference.

    Valid are the texts that `ParseNormalizedNamed` of https://github.com/distribution/reference accepts, with two
    exceptions: a first component with both `.` and `_`, for which Go returns an empty host, and a reference of more
    than 1,024 characters, counted with the default tag. The time is linear in the length of the text.

    Raises `InvalidReference` with one diagnostic, whose column is that of the first wrong character, and `TypeError` if
    the text is not a `str`.

    >>> str(parse_reference("quay.io/aptible/ruby"))
    'quay.io/aptible/ruby:latest'
    >>> try:
    ...     parse_reference("https://quay.io/Team/app")
    ... except InvalidReference as error:
    ...     print(error, error.diagnostics[0].column, error.diagnostics[0].hint, sep="; ")
    error[reference-scheme]: URL scheme in an image reference; 1; did you mean `quay.io/team/app`?
    """
    if type(text) is not str:
        text = _as_str(text)
    parts = find_parts(text, default_tag)
    if parts is None:
        from deployspec._references.faults import explain

        raise InvalidReference([explain(text, default_tag)])
    host, path, tag, digest = parts
    return make_reference(host, path, tag, digest)


def find_reference(text: str, default_tag: str | None = None) -> ImageReference | None:
    """Parse a reference; return `None` if the text is not valid."""
    parts = find_parts(text, default_tag)
    return None if parts is None else make_reference(*parts)


def _as_str(text: object) -> str:
    """Convert an instance of a subclass, such as a member of a `StrEnum`, so that the value contains a plain `str`."""
    if not isinstance(text, str):
        raise TypeError(f"an image reference is parsed from a str, not {type(text).__name__}")
    return str.__str__(text)
