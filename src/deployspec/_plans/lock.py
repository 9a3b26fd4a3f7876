"""Lock files: the digests of images, stored with the source of an app.

Grammar (JSON, RFC 8259)::

    lock   = { "version": 1, "images": { *entry } }
    entry  = reference ":" digest           ; both strings; the reference has a tag and no digest

`lock_to_json` writes one entry a line, sorted by reference, so that a change of one image is a change of one line.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypedDict, cast

import attrs

from deployspec._core.arguments import check_type
from deployspec._core.diagnostics import Collector, InvalidLock, InvalidReference
from deployspec._core.json_scan import JsonObject, error_place, scan
from deployspec._core.spans import Span
from deployspec._core.text import one_line
from deployspec._references.reference import ImageReference, parse_reference

__all__ = ["Lock", "lock_to_json", "parse_lock"]

SOURCE = "lock"
_VERSION = 1
_MEMBERS = ("version", "images")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*+"')
_VALUE = re.compile(r'[ \t\r\n]*:[ \t\r\n]*("(?:[^"\\\x00-\x1f]|\\.)*+"|[^ \t\r\n,}]*)')
_BOM = "\ufeff"


class Location(TypedDict, total=False):
    """The location of a diagnostic."""

    source: str
    line: int
    column: int
    end_line: int
    end_column: int


@attrs.frozen(eq=False)
class Lock(Mapping[str, str]):
    """The digests of images by their canonical references: a mapping, which `pin` accepts.

    `spans` has the location of each reference in the text of the lock file.

    >>> lock = parse_lock('{"version": 1, "images": {"ruby:3.4": "sha256:' + 64 * "0" + '"}}')
    >>> list(lock), lock.spans["docker.io/library/ruby:3.4"].column
    (['docker.io/library/ruby:3.4'], 27)
    """

    __module__ = "deployspec"

    digests: Mapping[str, str]
    spans: Mapping[str, Span] = attrs.field(repr=False)

    def __hash__(self) -> int:
        return hash(frozenset(self.digests.items()))

    def __getitem__(self, reference: str) -> str:
        return self.digests[reference]

    def __iter__(self) -> Iterator[str]:
        return iter(self.digests)

    def __len__(self) -> int:
        return len(self.digests)


def is_digest(text: str) -> bool:
    """Return whether a text is the digest of an image, in canonical form."""
    try:
        return parse_reference(f"image@{text}").digest == text
    except InvalidReference:
        return False


def lock_to_json(digests: Mapping[ImageReference, str] | Mapping[str, str]) -> str:
    """Return a lock file: JSON, sorted by reference, with one image a line.

    `digests` maps references to `sha256:…`, as for `pin`; a `Lock` too. References are written in canonical form.

    Raises `InvalidLock`: `lock-reference-invalid`, `lock-digest-invalid`, and `lock-image-twice` if two keys with
    different digests mean the same image.

    >>> print(lock_to_json({"ruby:3.4": "sha256:" + 64 * "0"}), end="")
    {
      "version": 1,
      "images": {
        "docker.io/library/ruby:3.4": "sha256:0000000000000000000000000000000000000000000000000000000000000000"
      }
    }
    """
    check_type("digests", digests, Mapping)
    found = Collector(SOURCE)
    images: dict[str, str] = {}
    for key, digest in digests.items():
        check_type("reference", key, str, ImageReference)
        check_type("digest", digest, str)
        reference = _reference(str(key), found, {})
        if _has_digest_fault(str(key), digest, found, {}) or reference is None:
            continue
        if images.setdefault(reference, digest) != digest:
            found.error("lock-image-twice", f"conflicting digests for `{reference}`")
    found.raise_if_failed(InvalidLock)
    return json.dumps({"version": _VERSION, "images": dict(sorted(images.items()))}, indent=2) + "\n"


def parse_lock(text: str | bytes) -> Lock:
    """Parse a lock file.

    Raises `InvalidLock` with every error and its line and column: `lock-syntax`, `lock-version`, `lock-type`,
    `lock-member-unknown`, `lock-member-missing`, `lock-member-twice`, `lock-reference-invalid`, `lock-digest-invalid`
    and `lock-image-twice`.

    >>> parse_lock('{"version": 1, "images": {"ruby:3.4": "sha256:12"}}')
    Traceback (most recent call last):
    deployspec.InvalidLock: lock:1:39: error[lock-digest-invalid]: invalid digest for `ruby:3.4`
    """
    check_type("text", text, str, bytes)
    found = Collector(SOURCE)
    lock = _Parser(text, found).parse()
    found.raise_if_failed(InvalidLock)
    return cast("Lock", lock)


class _Member(NamedTuple):
    """A member of an object: name, value and the offset of its name in the text."""

    name: str
    value: Any
    offset: int


class _Pairs(list[tuple[str, Any]]):
    """The members of an object, duplicates included."""


class _Parser:
    """Reads a lock; errors are added to `found`."""

    def __init__(self, text: str | bytes, found: Collector) -> None:
        self.text = (text if isinstance(text, str) else text.decode("utf-8", "replace")).removeprefix(_BOM)
        self.found = found
        self.lines = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def parse(self) -> Lock | None:
        """Return the lock, which must not be used after an error."""
        document = self.load()
        if self.found.failed:
            return None
        shape = scan(self.text).value
        if not isinstance(document, _Pairs) or not isinstance(shape, JsonObject):
            self.found.error("lock-type", "lock is not a JSON object", line=1, column=1)
            return None
        members = _members(document, shape)
        if not self.check_version(members):
            return None
        self.check_names(members)
        images = next((member for member in members if member.name == "images"), None)
        if images is None:
            return None
        if not isinstance(images.value, _Pairs):
            self.found.error("lock-type", "`images` must be an object", **self.value_of(images.offset))
            return None
        entries = next(value for name, value, _ in shape.members if name == "images")
        return self.read_images(_members(images.value, cast("JsonObject", entries)))

    def load(self) -> object:
        try:
            return json.loads(self.text, object_pairs_hook=_Pairs, parse_constant=_refuse)
        except json.JSONDecodeError as error:
            line, column = error_place(error)
            self.found.error("lock-syntax", "lock is not valid JSON", line=line, column=column)
        except (ValueError, RecursionError):
            self.found.error("lock-syntax", "lock is not valid JSON")
        return None

    def check_version(self, members: list[_Member]) -> bool:
        """Whether the version is supported; of another one, nothing else is known."""
        version = next((member for member in members if member.name == "version"), None)
        if version is None or (type(version.value) is int and version.value == _VERSION):
            return True
        self.found.error("lock-version", f"`version` must be {_VERSION}", **self.value_of(version.offset))
        return False

    def check_names(self, members: list[_Member]) -> None:
        seen = set[str]()
        for member in members:
            shown, place = one_line(member.name, 60), self.name_of(member.offset)
            if member.name not in _MEMBERS:
                self.found.error("lock-member-unknown", f"unknown member `{shown}`", hint=_close(member.name), **place)
            elif member.name in seen:
                self.found.error("lock-member-twice", f"duplicate member `{shown}`", **place)
            seen.add(member.name)
        for name in _MEMBERS:
            if name not in seen:
                self.found.error("lock-member-missing", f"missing member `{name}`", line=1, column=1)

    def read_images(self, entries: list[_Member]) -> Lock:
        digests: dict[str, str] = {}
        spans: dict[str, Span] = {}
        for name, digest, offset in entries:
            place = self.name_of(offset)
            reference = _reference(name, self.found, place)
            if not isinstance(digest, str):
                message = f"digest of `{one_line(name, 60)}` must be a string"
                self.found.error("lock-type", message, **self.value_of(offset))
            elif not _has_digest_fault(name, digest, self.found, self.value_of(offset)) and reference is not None:
                if reference in digests:
                    self.found.error("lock-image-twice", f"duplicate entry for `{reference}`", **place)
                digests[reference] = digest
                spans[reference] = Span(*self.position(offset), *self.position(self.name_end(offset)))
        return Lock(digests, spans)

    # Locations

    def name_of(self, offset: int) -> Location:
        """Return the location of the name of a member, with its quotes."""
        return self.location(offset, self.name_end(offset))

    def name_end(self, offset: int) -> int:
        return cast("re.Match[str]", _STRING.match(self.text, offset)).end()

    def value_of(self, offset: int) -> Location:
        """Return the location of the value of a member; only the first character of an object or array."""
        start, end = cast("re.Match[str]", _VALUE.match(self.text, self.name_end(offset))).span(1)
        return self.location(start, start + 1 if self.text[start] in "[{" else end)

    def location(self, start: int, end: int) -> Location:
        line, column = self.position(start)
        end_line, end_column = self.position(end)
        return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}

    def position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1


def _members(pairs: _Pairs, shape: JsonObject) -> list[_Member]:
    places = (offset for _, _, offset in shape.members)
    return [_Member(name, value, offset) for (name, value), offset in zip(pairs, places, strict=True)]


def _close(name: str) -> str | None:
    import difflib  # imported here, because a valid lock does not need it

    close = difflib.get_close_matches(name[:20], _MEMBERS, n=1)
    return f"did you mean `{close[0]}`?" if close else None


def _refuse(_: str) -> object:
    """Reject `NaN` and `Infinity`, which are not valid JSON."""
    raise ValueError


def _reference(name: str, found: Collector, place: Location) -> str | None:
    """Return the canonical form of a reference; an invalid one is reported."""
    try:
        reference = parse_reference(name)
    except InvalidReference as error:
        first = error.diagnostics[0]
        message = f"invalid image reference `{one_line(name, 60)}`: {first.message}"
        found.error("lock-reference-invalid", message, hint=first.hint, **place)
        return None
    if reference.digest is not None:
        message = f"reference `{one_line(name, 60)}` has a digest"
        hint = f"use `{reference.with_digest(None)}`"
        found.error("lock-reference-invalid", message, hint=hint, **place)
        return None
    return str(reference)


def _has_digest_fault(name: str, digest: str, found: Collector, place: Location) -> bool:
    """Whether a digest is invalid, which is reported."""
    if is_digest(digest):
        return False
    hint = "use `sha256:` followed by 64 hexadecimal digits"
    found.error("lock-digest-invalid", f"invalid digest for `{one_line(name, 60)}`", hint=hint, **place)
    return True
