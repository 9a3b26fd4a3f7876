"""Why a text is no image reference: the code, the first column at fault and, where there is one, the corrected text.

Only refused texts come here. A text that may hold a login (`user:password@host`) is never quoted.
"""

from __future__ import annotations

import re

from deployspec._diagnostics import Diagnostic

__all__: list[str] = []

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_BAD_IN_PATH = re.compile(r"[^a-z0-9._/-]")
_BAD_COMPONENT = re.compile(r"(?:^|/)[._-]|[._-](?:$|/)|//|\.\.|___|\._|_\.|-[._]|[._]-|/$|^$|^/")
_BAD_IN_TAG = re.compile(r"^[.-]|[^A-Za-z0-9_.-]")
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}


def why_refused(text: str) -> Diagnostic:
    """Describe the fault of a text that is no reference.

    >>> fault = why_refused("Ubuntu")
    >>> fault.code, fault.column, fault.hint
    ('reference-uppercase', 1, 'did you mean `ubuntu`?')
    """
    from deployspec._reference import IMAGE_ID, split_host

    if not text:
        return _fault("empty", "the reference is empty", 1)
    if IMAGE_ID.fullmatch(text):
        return _fault("image-id", "this is the id of an image, not a reference", 1)
    if (dollar := text.find("$")) >= 0:
        return _fault("unexpanded-variable", "a variable was not expanded", dollar + 1, "write its value")
    if (space := re.search(r"\s", text)) is not None:
        return _fault("whitespace", "the reference holds white space", space.start() + 1, _meant(text.strip()))
    if (scheme := _SCHEME.match(text)) is not None:
        return _fault("scheme", "a reference has no scheme", 1, _meant(text[scheme.end() :].rstrip("/")))
    host, _ = split_host(text.partition("@")[0])
    name, at, digest = text.partition("@")
    remainder_at = len(name) - len(split_host(name)[1])
    return (
        _host_fault(name[: max(0, remainder_at - 1)])
        or _path_fault(text, host, name[remainder_at:], remainder_at)
        or (_digest_fault(digest, len(name) + 1) if at else None)
        or _fault("invalid-path", "this is no image reference", 1)
    )


def _fault(kind: str, message: str, column: int, hint: str | None = None) -> Diagnostic:
    return Diagnostic(f"reference-{kind}", message, hint=hint, column=column)


def _meant(text: str) -> str | None:
    """Offer a corrected text, if it parses; then it holds no login either, since a digest follows any `@`."""
    from deployspec._reference import parts_of

    return None if parts_of(text) is None else f"did you mean `{text}`?"


def _host_fault(host: str) -> Diagnostic | None:
    from deployspec._reference import HOST

    if not host or HOST.fullmatch(host):
        return None
    bad = re.search(r"[^A-Za-z0-9.:\[\]-]", host)
    column = bad.start() + 1 if bad else 1
    return _fault("invalid-host", "the part before the first `/` is not the name of a registry", column)


def _path_fault(text: str, host: str, remainder: str, start: int) -> Diagnostic | None:
    path, colon, tag = remainder.partition(":")
    upper = next((at for at, char in enumerate(path) if char.lower() != char), None)
    if upper is not None:
        fixed = text[:start] + path.lower() + text[start + len(path) :]
        return _fault("uppercase", "the path must be in lower case", start + upper + 1, _meant(fixed))
    bad = _BAD_IN_PATH.search(path) or _BAD_COMPONENT.search(path)
    if bad is not None:
        message = "the path has a character, or an order of separators, that a path cannot have"
        return _fault("invalid-path", message, start + bad.start() + 1)
    library = len("library/") if host == "docker.io" and "/" not in path else 0
    if len(path) + library > 255:  # noqa: PLR2004  # the longest path
        return _fault("path-too-long", "the path is longer than 255 characters", start + 256 - library)
    if not colon:
        return None
    bad = _BAD_IN_TAG.search(tag)
    column = start + len(path) + 2 + (bad.start() if bad else 128 if len(tag) > 128 else 0)  # noqa: PLR2004  # longest tag
    if bad or not tag or len(tag) > 128:  # noqa: PLR2004
        hint = "a tag stands at the end, after the whole path" if "/" in tag else None
        message = "a tag has 1 to 128 letters, digits, `_`, `.` and `-`, and begins with none of the last two"
        return _fault("invalid-tag", message, column, hint)
    return None


def _digest_fault(digest: str, start: int) -> Diagnostic | None:
    algorithm, _, digits = digest.partition(":")
    if not _DIGEST.fullmatch(digest):
        return _fault(
            "invalid-digest", "what follows the `@` is no digest", start + 1, "write `@sha256:` and 64 hex digits"
        )
    if algorithm not in _DIGITS:
        hint = "the algorithms are sha256, sha384 and sha512"
        return _fault("unsupported-digest", "the digest's algorithm is not supported", start + 1, hint)
    if len(digits) != _DIGITS[algorithm]:
        message = f"a {algorithm} digest has {_DIGITS[algorithm]} hex digits, not {len(digits)}"
        return _fault("digest-length", message, start + len(algorithm) + 2)
    upper = next((at for at, char in enumerate(digits) if char.isupper()), 0)
    return _fault("invalid-digest", "a digest is in lower case", start + len(algorithm) + 2 + upper)
