"""Why a text is no image reference: the code, the first column at fault and, where there is one, the corrected text.

Only refused texts come here, and here alone docker-image-py is asked for its reason. The column is that of the first
character with which a part can no longer be right: `quay.io/a..b` fails at its second dot, `quay.io:/a` at the slash,
where a digit should stand. No message quotes the text, which may hold a login.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

import attrs

from deployspec._core.diagnostics import Diagnostic
from deployspec._references.hints import hint_for, split_host
from deployspec._references.reference import (
    DOCKER_HUB,
    LONGEST_PATH,
    LONGEST_REFERENCE,
    find_reference,
    is_host,
    is_image_id,
    is_path,
    is_tag,
    reason_of_docker_image,
)

__all__: list[str] = []

LONGEST_ASKED = 128
"""Characters of a text that docker-image-py is asked about: its time grows with their square."""

_CODES = {
    # Its own message tells of case; it has the same class for image ids, which it is not asked about.
    "InvalidReference": "reference-uppercase",
    "NameContainsUppercase": "reference-uppercase",
    "NameTooLong": "reference-path-too-long",
    "InvalidDigest": "reference-invalid-digest",
    "DigestUnsupported": "reference-unsupported-digest",
    "DigestInvalidLength": "reference-digest-length",
}

_SPACE = re.compile(r"\s")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_is_any_digest = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}").fullmatch
_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}

# The longest beginning of a part that could still become one. Each matches any text, so that nothing is tried twice.
_HOST_SO_FAR = re.compile(
    r"\[(?:[0-9a-fA-F:]+(?:\](?::[0-9]*)?)?)?|(?:[A-Za-z0-9]+(?:(?:\.|-+)[A-Za-z0-9]+)*(?::[0-9]*|\.|-+)?)?"
)
_PATH_SO_FAR = re.compile(r"(?:[a-z0-9]+(?:(?:[./]|__?|-+)[a-z0-9]+)*(?:[./]|__?|-+)?)?")
_TAG_SO_FAR = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?")
_DIGEST_SO_FAR = re.compile(r"(?:[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*(?::[0-9a-fA-F]*|[-_+.])?)?")


def why_refused(text: str, default_tag: str | None = None) -> Diagnostic:
    """Describe the fault of a text that is no reference, or is none together with its default tag.

    >>> fault = why_refused("Ubuntu")
    >>> fault.code, fault.column, fault.hint
    ('reference-uppercase', 1, 'did you mean `ubuntu`?')
    """
    if len(text) > LONGEST_REFERENCE:
        return _too_long(LONGEST_REFERENCE + 1)
    fault = _mistake(text) or _fault(text)
    if fault is None:
        return _fault_of_default(text, default_tag)
    return Diagnostic(fault.code, fault.message, hint=hint_for(text) or fault.hint, column=fault.column)


def faults_of_parts(host: object, path: object, tag: object, digest: object) -> list[Diagnostic]:
    """Describe the faults of parts that make no reference; each names its part as the `source`.

    Raises `TypeError` where a part is no `str`.
    """
    for name, part in {"host": host, "path": path, "tag": tag, "digest": digest}.items():
        if not isinstance(part, str) and (part is not None or name in {"host", "path"}):
            raise TypeError(f"the {name} of an image reference is a str, not {type(part).__name__}")
    host, path = str(host), str(path)
    found = {
        "host": _host_fault(host) or _not_a_host_fault(host),
        "path": _case_fault(path) or _path_fault(path) or _path_length_fault(path) or _flat_path_fault(host, path),
        "tag": None if tag is None else _tag_fault(str(tag)),
        "digest": None if digest is None else _digest_fault(str(digest)) or _digest_value_fault(str(digest)),
    }
    return [attrs.evolve(fault, source=name) for name, fault in found.items() if fault] or [_too_long()]


def _mistake(text: str) -> Diagnostic | None:
    """Find what people leave in a reference by mistake; only we tell these."""
    if not text:
        return _diagnostic("empty", "the reference is empty", 1, "name an image, for example `ubuntu:24.04`")
    if is_image_id(text):
        return _diagnostic("image-id", "this is the id of an image, not its name", 1, "write the image's name")
    if (dollar := text.find("$")) >= 0:
        message = "a variable was left unexpanded"
        return _diagnostic("unexpanded-variable", message, dollar + 1, "write the variable's value in its place")
    if (space := _SPACE.search(text)) is not None:
        message = "the reference holds white space"
        return _diagnostic("whitespace", message, space.start() + 1, "leave the white space away")
    if _SCHEME.match(text):
        return _diagnostic("scheme", "a reference has no scheme", 1, "write the host and the path alone")
    return None


def _fault(text: str) -> Diagnostic | None:
    """Choose among the faults of a text: the one that docker-image-py names, or else the first in Go's order."""
    code = _CODES.get(reason_of_docker_image(text)) if len(text) <= LONGEST_ASKED else None
    first = None
    for fault in filter(None, grammar_faults(text)):
        if code is None or fault.code == code:
            return fault
        first = first or fault
    return first


def grammar_faults(text: str) -> Iterator[Diagnostic | None]:
    """Find the faults of a text, in the order in which the Go implementation looks for them."""
    host, rest = split_host(text)
    rest_at = len(text) - len(rest)
    name, at_sign, digest = rest.partition("@")
    path, colon, tag = name.partition(":")
    digest_at = rest_at + len(name) + 1
    yield _case_fault(rest.partition(":")[0], rest_at)
    if rest_at:
        first = text[: rest_at - 1]
        if (fault := _host_fault(first)) is not None:
            yield _host_case_fault(text, first) or fault
    yield _path_fault(path, rest_at)
    yield _tag_fault(tag, rest_at + len(path) + 1) if colon else None
    yield _digest_fault(digest, digest_at) if at_sign else None
    yield _path_length_fault(path, rest_at, prefix="library/" if host == DOCKER_HUB and "/" not in path else "")
    yield _digest_value_fault(digest, digest_at) if at_sign else None


def _fault_of_default(text: str, default_tag: str | None) -> Diagnostic:
    if default_tag is not None and is_tag(default_tag):
        message = f"with the default tag, the reference is longer than {LONGEST_REFERENCE:,} characters"
        return _diagnostic("too-long", message, len(text) + 1)
    return Diagnostic("reference-invalid-tag", "the default tag is no tag")


def _diagnostic(kind: str, message: str, column: int | None, hint: str | None = None) -> Diagnostic:
    return Diagnostic(f"reference-{kind}", message, hint=hint, column=column)


def _too_long(column: int | None = None) -> Diagnostic:
    return _diagnostic("too-long", f"the reference is longer than {LONGEST_REFERENCE:,} characters", column)


def _first_change(text: str, lowered: str) -> int:
    """Find the first character that lower-casing changes, looking at ever shorter beginnings."""
    return bisect_left(range(len(text)), True, key=lambda at: text[: at + 1] != lowered[: at + 1])  # noqa: FBT003


def _case_fault(name: str, start: int = 0) -> Diagnostic | None:
    """Look at what comes before the first `:`, the name of a digest's algorithm included."""
    if (lowered := name.lower()) == name:
        return None
    column = start + _first_change(name, lowered) + 1
    return _diagnostic("uppercase", "only a host and a tag may hold upper-case letters", column)


def _host_case_fault(text: str, first: str) -> Diagnostic | None:
    """Tell `Team_1/app` from other bad hosts: the upper-case letter made a host of the first component of a path."""
    if "." in first or ":" in first or find_reference(text.lower()) is None:
        return None
    return _case_fault(first)


def _host_fault(host: str) -> Diagnostic | None:
    if (end := _breaks_at(host, _HOST_SO_FAR, is_host)) is None:
        return None
    message = "what stands before the first `/` is not the name of a registry"
    if "@" in host:
        message = "a reference holds no login"
    return _diagnostic(
        "invalid-host", message, end + 1, "a host is written like `quay.io` or `registry.example.com:5000`"
    )


def _path_fault(path: str, start: int = 0) -> Diagnostic | None:
    if (end := _breaks_at(path, _PATH_SO_FAR, is_path)) is None:
        return None
    message = "a path is lower-case letters and digits, separated by `/`, `.`, `_`, `__` or hyphens"
    return _diagnostic("invalid-path", message, start + end + 1)


def _not_a_host_fault(host: str) -> Diagnostic | None:
    """Tell a name that is right for a host, but would be read as another, or as the first component of a path."""
    if split_host(f"{host}/")[0] == host:
        return None
    if host == "index.docker.io":
        return _diagnostic("invalid-host", "Docker Hub has another host in normal form", 1, "did you mean `docker.io`?")
    message = "a host has a `.`, a `:` or an upper-case letter, or is `localhost`"
    return _diagnostic("invalid-host", message, len(host) + 1, "a host is written like `quay.io`")


def _flat_path_fault(host: str, path: str) -> Diagnostic | None:
    if host != DOCKER_HUB or "/" in path:
        return None
    return _diagnostic(
        "invalid-path", "a path on Docker Hub has at least two components", 1, f"did you mean `library/{path}`?"
    )


def _path_length_fault(path: str, start: int = 0, *, prefix: str = "") -> Diagnostic | None:
    if len(prefix) + len(path) <= LONGEST_PATH:
        return None
    message = f"the path{f', with `{prefix}`,' if prefix else ''} is longer than {LONGEST_PATH} characters"
    return _diagnostic("path-too-long", message, start + LONGEST_PATH - len(prefix) + 1)


def _tag_fault(tag: str, start: int = 0) -> Diagnostic | None:
    if (end := _breaks_at(tag, _TAG_SO_FAR, is_tag)) is None:
        return None
    message = "a tag has 1 to 128 letters, digits, `_`, `.` and `-`, and begins with none of the last two"
    hint = "a tag stands at the end, after the whole path" if "/" in tag else None
    return _diagnostic("invalid-tag", message, start + end + 1, hint)


def _digest_fault(digest: str, start: int = 0) -> Diagnostic | None:
    """Look at the form of a digest, of which Docker's algorithms are special cases."""
    if (end := _breaks_at(digest, _DIGEST_SO_FAR, _is_any_digest)) is None:
        return None
    hint = "write the digest as the registry gives it: an algorithm, a colon and hex digits"
    return _diagnostic("invalid-digest", "what follows the `@` is no digest", start + end + 1, hint)


def _digest_value_fault(digest: str, start: int = 0) -> Diagnostic | None:
    """Look at the value of a digest that has the form of one."""
    algorithm, _, digits = digest.partition(":")
    digits_start = start + len(algorithm) + 1
    if algorithm.lower() != algorithm:
        return _digest_case_fault(algorithm, start)
    if algorithm not in _DIGITS:
        hint = "the algorithms are sha256, sha384 and sha512"
        return _diagnostic("unsupported-digest", "the digest's algorithm is not supported", start + 1, hint)
    if len(digits) != (right := _DIGITS[algorithm]):
        message = f"a {algorithm} digest has {right} hex digits, not {len(digits)}"
        return _diagnostic("digest-length", message, digits_start + min(right, len(digits)) + 1)
    return _digest_case_fault(digits, digits_start)


def _digest_case_fault(part: str, start: int) -> Diagnostic | None:
    if (lowered := part.lower()) == part:
        return None
    return _diagnostic("invalid-digest", "a digest is in lower case", start + _first_change(part, lowered) + 1)


def _breaks_at(part: str, so_far: re.Pattern[str], is_whole: Callable[[str], object]) -> int | None:
    """Find where a part can no longer be right; at its end, where something is missing there."""
    found = so_far.match(part)
    end = 0 if found is None else found.end()
    return None if end == len(part) and is_whole(part) else end
