"""Image references, read as the Go reference implementation reads them.

Grammar (the whole text must match)::

    reference  = [ host "/" ] path [ ":" tag ] [ "@" digest ]
    host       = ( label *( "." label ) | "[" 1*( hex | ":" ) "]" ) [ ":" 1*digit ]
    label      = alnum of either case, with "-" between
    path       = component *( "/" component )
    component  = alnum *( ( "." | "_" | "__" | 1*"-" ) alnum )
    tag        = ( letter | digit | "_" ) 0*127( letter | digit | "_" | "." | "-" )
    digest     = ( "sha256:" 64 hex ) | ( "sha384:" 96 hex ) | ( "sha512:" 128 hex )

The text before the first `/` is a host if it is `localhost`, holds a `.` or a `:`, or has an upper-case letter;
otherwise the host is `docker.io`, where a path of one component stands below `library/`. `index.docker.io` is another
name of `docker.io`. All are ASCII; `alnum` and `hex` are lower-case.

A path has at most 255 characters, and a reference at most 1,024 in canonical form: a text that `:latest` would make
longer is refused too. So each value that exists is read back from its canonical text.
"""

import operator
import re
from typing import Any, ClassVar

import attrs

from deployspec._core.diagnostics import Diagnostic, InvalidReference
from deployspec._core.fast_init import fast_init

__all__ = ["ImageReference", "parse_reference"]

DOCKER_HUB = "docker.io"
LONGEST_REFERENCE = 1024
LONGEST_PATH = 255
IMAGE_ID_LENGTH = 64
_DOCKER_HUBS = frozenset({DOCKER_HUB, "index.docker.io"})

_PATH = r"[a-z0-9]+(?:(?:[./_]|__|-+)[a-z0-9]+)*"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST = "sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}"

# Bound once, since looking up `fullmatch` takes a tenth of the time of a short match.
is_host = re.compile(r"(?:[A-Za-z0-9]+(?:(?:\.|-+)[A-Za-z0-9]+)*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?").fullmatch
is_path = re.compile(_PATH).fullmatch
is_tag = re.compile(_TAG).fullmatch
is_digest = re.compile(_DIGEST).fullmatch
is_image_id = re.compile("[0-9a-f]{64}").fullmatch
_follows_host = re.compile(f"{_PATH}(?::{_TAG})?(?:@(?:{_DIGEST}))?").fullmatch


@attrs.frozen(order=True, weakref_slot=False)
class ImageReference:
    """An image's name in Docker's normal form: `host/path[:tag][@digest]`.

    `host` and `path` are what `parse_reference` makes of a text: `docker.io`, never `index.docker.io`, and there a path
    of at least two components. A value that exists is read back from its text: `parse_reference(str(ref))` is `ref`
    (with `default_tag=None`, where it has neither tag nor digest).

    Raises `InvalidReference`, with a diagnostic for each part that is at fault and the part's name as its `source`.

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
        read = find_reference(str(self))
        if read is None or parts_of(read) != parts_of(self):
            from deployspec._references.faults import faults_of_parts

            raise InvalidReference(faults_of_parts(self.host, self.path, self.tag, self.digest))

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
        """The short text that Docker shows: without `docker.io/`, and without `library/` before a single component.

        It reads back as the same reference, but for what it reads back as in Docker itself: a path on Docker Hub whose
        first component would pass for a host, and an official image whose name would pass for an image id.

        >>> parse_reference("index.docker.io/library/ruby:3").familiar, parse_reference("quay.io/acme/web:1").familiar
        ('ruby:3', 'quay.io/acme/web:1')
        """
        name = self.repository.removeprefix("docker.io/")
        short = name.removeprefix("library/")
        return (short if name != self.repository and "/" not in short else name) + self._version

    @property
    def _version(self) -> str:
        return (f":{self.tag}" if self.tag is not None else "") + (f"@{self.digest}" if self.digest is not None else "")

    def with_tag(self, tag: str | None) -> "ImageReference":
        """Return the same image under another tag; `None` takes the tag away.

        Raises `InvalidReference`.

        >>> str(parse_reference("quay.io/acme/web:1").with_tag("2"))
        'quay.io/acme/web:2'
        """
        return attrs.evolve(self, tag=tag)

    def with_digest(self, digest: str | None) -> "ImageReference":
        """Return the same image at a digest; `None` takes the digest away.

        Raises `InvalidReference`.

        >>> len(str(parse_reference("quay.io/acme/web:1").with_digest("sha256:" + "0" * 64)))
        90
        """
        return attrs.evolve(self, digest=digest)

    def to_docker_image(self) -> Any:  # noqa: ANN401  # that library has no types
        """Return docker-image-py's object for this reference, for tools that use it.

        >>> parse_reference("quay.io/acme/web:1").to_docker_image()["tag"]
        '1'
        """
        return _read_by_docker_image(str(self))

    def __str__(self) -> str:
        return self.repository + self._version


parts_of = operator.attrgetter("host", "path", "tag", "digest")
# Not `ImageReference(...)`, whose check reads the text again, which would take as long as all else.
make_reference = fast_init(ImageReference)


def parse_reference(text: str, *, default_tag: str | None = "latest") -> ImageReference:
    """Read an image reference; `default_tag` is added where there is neither tag nor digest (`None`: nothing is).

    The verdict is that of Go's `ParseNormalizedNamed` (https://github.com/distribution/reference), but for two texts
    that are refused here: a first component with both `.` and `_`, where Go finds an empty host, and more than 1,024
    characters, those of the default tag included. The time grows with the length of the text.

    Raises `InvalidReference` with one diagnostic, which names the column of the first character at fault, and
    `TypeError` where the text is no `str`.

    >>> str(parse_reference("quay.io/aptible/ruby"))
    'quay.io/aptible/ruby:latest'
    >>> try:
    ...     parse_reference("https://quay.io/Team/app")
    ... except InvalidReference as error:
    ...     print(error, error.diagnostics[0].column, error.diagnostics[0].hint, sep="; ")
    error[reference-scheme]: a reference has no scheme; 1; did you mean `quay.io/team/app`?
    """
    if type(text) is not str:
        text = _as_str(text)
    reference = find_reference(text, default_tag)
    if reference is None:
        from deployspec._references.faults import why_refused

        raise InvalidReference([why_refused(text, default_tag)])
    return reference


def _as_str(text: object) -> str:
    """Make a plain `str` of a member of a `StrEnum` and the like, which would otherwise become a part of the value."""
    if not isinstance(text, str):
        raise TypeError(f"an image reference is read from a str, not {type(text).__name__}")
    return str.__str__(text)


def find_reference(text: str, default_tag: str | None = None) -> ImageReference | None:  # noqa: C901
    """Read a reference; `None` where the text is none.

    This is the hot path, so it is one function, and explains nothing: what it refuses, `why_refused` reads again.
    """
    if len(text) > LONGEST_REFERENCE:
        return None
    first, slash, rest = text.partition("/")
    if not slash or not ("." in first or ":" in first or first == "localhost" or first.lower() != first):
        host, rest = DOCKER_HUB, text
    elif first in _DOCKER_HUBS:
        host = DOCKER_HUB
    elif is_host(first):
        host = first
    else:
        return None
    tag: str | None
    digest: str | None
    name, at, digest = rest.partition("@")
    path, colon, tag = name.partition(":")
    if host is DOCKER_HUB and "/" not in path:
        path = f"library/{path}"
        if len(text) == IMAGE_ID_LENGTH and is_image_id(text):
            return None
    # The length comes before the grammar, so that no long path is tried; the prefix was right from the start.
    if len(path) > LONGEST_PATH or not _follows_host(rest):
        return None
    if not at:
        digest = None
    if not colon:
        tag = None
        if not at and default_tag is not None:
            tag = default_tag
            if len(text) + len(":") + len(tag) > LONGEST_REFERENCE or (tag != "latest" and not is_tag(tag)):
                return None
    return make_reference(host, path, tag, digest)


def reason_of_docker_image(text: str) -> str:
    """Name docker-image-py's exception for a text; empty where it takes the text for a reference."""
    try:
        _read_by_docker_image(text)
    except Exception as error:  # noqa: BLE001  # its exceptions have no class of their own
        return type(error).__name__
    return ""


def _read_by_docker_image(text: str) -> Any:  # noqa: ANN401  # it has no types
    """Have docker-image-py read a text; it is imported here alone, since that takes longer than all of this library."""
    import importlib

    return importlib.import_module("docker_image.reference").Reference.parse_normalized_named(text)
