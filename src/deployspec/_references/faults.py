"""Explaining why a text is not an image reference: code, column and hint.

Only invalid texts are read here. The column is that of the first character with which a part cannot become valid any
more: `quay.io/a..b` fails at its second dot, and `quay.io:/a` at the slash, because a digit is expected. The end column
is after that character, or after all characters with the same mistake; it equals the column if something is missing at
the end. No message quotes the text, which may contain a login.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import attrs

from deployspec._core.diagnostics import Collector, Diagnostic
from deployspec._core.templates import find_any_mark, may_be_template
from deployspec._references.grammar import (
    DIGEST_LENGTHS,
    DOCKER_HUB,
    DOCKER_HUB_ALIAS,
    MAX_PATH_LENGTH,
    MAX_REFERENCE_LENGTH,
    find_parts,
    find_uppercase,
    is_any_digest,
    is_host,
    is_image_id,
    is_path,
    is_tag,
    split_host,
)
from deployspec._references.hints import find_hint, find_whitespace

_VARIABLE = re.compile(r"\$(?:\{[^{}]*\}?|[A-Za-z0-9_]*)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")

# The longest beginning of a part that can still become valid. Each pattern matches any text, possibly an empty part of
# it, and never backtracks over what it has matched.
_HOST_PREFIX = re.compile(
    r"\[(?:[0-9a-fA-F:]+(?:\](?::[0-9]*)?)?)?|(?:[A-Za-z0-9]+(?:(?:\.|-+)[A-Za-z0-9]+)*(?::[0-9]*|\.|-+)?)?"
)
_PATH_PREFIX = re.compile(r"(?:[a-z0-9]+(?:(?:[./]|__?|-+)[a-z0-9]+)*(?:[./]|__?|-+)?)?")
_TAG_PREFIX = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?")
_DIGEST_PREFIX = re.compile(r"(?:[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*(?::[0-9a-fA-F]*|[-_+.])?)?")


def explain(text: str, default_tag: str | None = None) -> Diagnostic:
    """Return the first error of a text that is not a reference, on its own or with its default tag.

    >>> error = explain("Ubuntu")
    >>> error.code, error.column, error.hint
    ('reference-uppercase', 1, 'did you mean `ubuntu`?')
    """
    if len(text) > MAX_REFERENCE_LENGTH:
        return _too_long((MAX_REFERENCE_LENGTH, len(text)))
    error = _common_mistake(text) or next(filter(None, grammar_errors(text)), None)
    if error is None:
        return _error_of_default_tag(text, default_tag)
    if error.code == "reference-template":
        return error
    # A part can end too early, before the character that follows it.
    end_column = error.end_column if error.end_column != error.column else min(error.column or 1, len(text)) + 1
    return attrs.evolve(error, end_column=end_column, hint=find_hint(text) or error.hint)


def explain_parts(host: object, path: object, tag: object, digest: object) -> tuple[Diagnostic, ...]:
    """Return the errors of parts that are not a reference; the `source` of each is the name of the part.

    Raises `TypeError` if a part is not a `str`.
    """
    for name, part in {"host": host, "path": path, "tag": tag, "digest": digest}.items():
        if not isinstance(part, str) and (part is not None or name in {"host", "path"}):
            raise TypeError(f"the {name} of an image reference is a str, not {type(part).__name__}")
    host, path = str(host), str(path)
    errors = {
        "host": _host_error(host) or _host_form_error(host),
        "path": _case_error(path) or _path_error(path) or _path_length_error(path) or _path_form_error(host, path),
        "tag": None if tag is None else _tag_error(str(tag)),
        "digest": None if digest is None else _digest_error(str(digest)) or _digest_value_error(str(digest)),
    }
    found = Collector()
    for name, error in errors.items():
        found.extend([error] if error else [], source=name)
    return found.diagnostics() or (_too_long(),)


def _common_mistake(text: str) -> Diagnostic | None:
    """Recognize a mistake for which the grammar has no error of its own."""
    if not text:
        return _error("empty", "empty image reference", (0, 0), "name an image, for example `ubuntu:24.04`")
    if is_image_id(text):
        return _error("image-id", "image ID instead of an image name", (0, len(text)), "use the name of the image")
    if may_be_template(text) and (mark := find_any_mark(text)) is not None:
        message = "unrendered template in an image reference"
        return _error("template", message, mark, "render the template first")
    if (variable := _VARIABLE.search(text)) is not None:
        message = "unexpanded variable in an image reference"
        return _error("unexpanded-variable", message, variable.span(), "replace the variable with its value")
    if (space := find_whitespace(text)) is not None:
        return _error("whitespace", "whitespace in an image reference", space.span(), "remove the whitespace")
    if (scheme := _SCHEME.match(text)) is not None:
        return _error("scheme", "URL scheme in an image reference", scheme.span(), "use only the host and the path")
    return None


# distribution/reference normalize.go: ParseNormalizedNamed, reference.go: Parse; go-digest digest.go: Validate
def grammar_errors(text: str) -> Iterator[Diagnostic | None]:
    """Check the parts of a text in the order in which the Go implementation checks them."""
    host, rest = split_host(text)
    rest_at = len(text) - len(rest)
    name, at_sign, digest = rest.partition("@")
    path, colon, tag = name.partition(":")
    digest_at = rest_at + len(name) + 1
    yield _case_error(rest.partition(":")[0], rest_at)
    if rest_at:
        first = text[: rest_at - 1]
        if (error := _host_error(first)) is not None:
            yield _case_error_of_path(text, first) or error
    yield _path_error(path, rest_at)
    yield _tag_error(tag, rest_at + len(path) + 1) if colon else None
    yield _digest_error(digest, digest_at) if at_sign else None
    yield _path_length_error(path, rest_at, prefix="library/" if host == DOCKER_HUB and "/" not in path else "")
    yield _digest_value_error(digest, digest_at) if at_sign else None


def _error_of_default_tag(text: str, default_tag: str | None) -> Diagnostic:
    if default_tag is not None and is_tag(default_tag):
        message = f"image reference with its default tag is longer than {MAX_REFERENCE_LENGTH:,} characters"
        return _error("too-long", message, (len(text), len(text)))
    return Diagnostic("reference-invalid-tag", "invalid default tag")


def _error(kind: str, message: str, span: tuple[int, int] | None, hint: str | None = None) -> Diagnostic:
    """Return an error about the characters of a span, or about the whole text."""
    column, end_column = (None, None) if span is None else (span[0] + 1, span[1] + 1)
    return Diagnostic(f"reference-{kind}", message, hint=hint, column=column, end_column=end_column)


def _too_long(span: tuple[int, int] | None = None) -> Diagnostic:
    return _error("too-long", f"image reference is longer than {MAX_REFERENCE_LENGTH:,} characters", span)


def _moved(span: tuple[int, int], start: int) -> tuple[int, int]:
    return start + span[0], start + span[1]


# Go judges case by its Unicode tables. Only ASCII counts here: other letters are invalid in either case.
def _case_error(name: str, start: int = 0) -> Diagnostic | None:
    """Check the text before the first `:`, which includes the algorithm of a digest."""
    if (letters := find_uppercase(name)) is None:
        return None
    message = "uppercase letter is only valid in the host and the tag"
    return _error("uppercase", message, _moved(letters.span(), start), "use lowercase letters")


def _case_error_of_path(text: str, first: str) -> Diagnostic | None:
    """Recognize `Team_1/app`: because of its uppercase letter, the first component of the path counts as a host."""
    if "." in first or ":" in first or not text.isascii() or find_parts(text.lower()) is None:
        return None
    return _case_error(first)


def _host_error(host: str) -> Diagnostic | None:
    if (span := _find_break(host, _HOST_PREFIX, is_host)) is None:
        return None
    message = "login in an image reference" if "@" in host else "invalid registry host"
    return _error("invalid-host", message, span, "a host looks like `quay.io` or `registry.example.com:5000`")


def _path_error(path: str, start: int = 0) -> Diagnostic | None:
    if (span := _find_break(path, _PATH_PREFIX, is_path)) is None:
        return None
    hint = "use lowercase letters and digits, separated by slashes, dots, hyphens, or one or two underscores"
    return _error("invalid-path", "invalid repository path", _moved(span, start), hint)


def _host_form_error(host: str) -> Diagnostic | None:
    """Check that a valid host would be read as itself, rather than as another host or as part of a path."""
    if split_host(f"{host}/")[0] == host:
        return None
    if host == DOCKER_HUB_ALIAS:
        return _error(
            "invalid-host", f"host is an alias of `{DOCKER_HUB}`", (0, len(host)), f"did you mean `{DOCKER_HUB}`?"
        )
    message = "host has no `.`, `:` or uppercase letter, and is not `localhost`"
    return _error("invalid-host", message, (len(host), len(host)), "a host looks like `quay.io`")


def _path_form_error(host: str, path: str) -> Diagnostic | None:
    if host != DOCKER_HUB or "/" in path:
        return None
    message = "path on Docker Hub has only one component"
    return _error("invalid-path", message, (0, len(path)), f"did you mean `library/{path}`?")


def _path_length_error(path: str, start: int = 0, *, prefix: str = "") -> Diagnostic | None:
    if len(prefix) + len(path) <= MAX_PATH_LENGTH:
        return None
    message = f"repository path{f' with `{prefix}`' if prefix else ''} is longer than {MAX_PATH_LENGTH} characters"
    return _error("path-too-long", message, (start + MAX_PATH_LENGTH - len(prefix), start + len(path)))


def _tag_error(tag: str, start: int = 0) -> Diagnostic | None:
    if (span := _find_break(tag, _TAG_PREFIX, is_tag)) is None:
        return None
    hint = "use at most 128 letters, digits, underscores, dots and hyphens, and begin with neither a dot nor a hyphen"
    if "/" in tag:
        hint = "move the tag to the end of the path"
    return _error("invalid-tag", "invalid tag", _moved(span, start), hint)


def _digest_error(digest: str, start: int = 0) -> Diagnostic | None:
    """Check the form of a digest with any algorithm."""
    if (span := _find_break(digest, _DIGEST_PREFIX, is_any_digest)) is None:
        return None
    hint = "copy the digest from the registry: an algorithm, a colon and hex digits"
    return _error("invalid-digest", "invalid digest", _moved(span, start), hint)


# opencontainers/go-digest algorithm.go: Available, Validate
def _digest_value_error(digest: str, start: int = 0) -> Diagnostic | None:
    """Check the algorithm and the hex digits of a digest whose form is valid."""
    algorithm, _, digits = digest.partition(":")
    digits_start = start + len(algorithm) + 1
    if find_uppercase(algorithm):
        return _digest_case_error(algorithm, start)
    if algorithm not in DIGEST_LENGTHS:
        message = "unsupported digest algorithm"
        return _error("unsupported-digest", message, (start, start + len(algorithm)), "use sha256, sha384 or sha512")
    if len(digits) != (expected := DIGEST_LENGTHS[algorithm]):
        message = f"{algorithm} digest has {len(digits)} hex digits instead of {expected}"
        span = min(expected, len(digits)), len(digits)
        return _error("digest-length", message, _moved(span, digits_start))
    return _digest_case_error(digits, digits_start)


def _digest_case_error(part: str, start: int) -> Diagnostic | None:
    if (letters := find_uppercase(part)) is None:
        return None
    return _error("invalid-digest", "uppercase letter in the digest", _moved(letters.span(), start))


def _find_break(part: str, prefix: re.Pattern[str], is_valid: Callable[[str], object]) -> tuple[int, int] | None:
    """Return the span of the character at which a part becomes invalid; empty if something is missing at its end."""
    found = prefix.match(part)
    end = 0 if found is None else found.end()
    return None if end == len(part) and is_valid(part) else (end, min(end + 1, len(part)))
