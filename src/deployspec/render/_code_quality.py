"""Diagnostics in the Code Quality format of GitLab.

Source: GitLab's documentation, "Code Quality": an array of objects with `description`, `check_name`, `fingerprint`,
`severity`, `location.path` and `location.lines.begin`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from deployspec._core.text import one_line
from deployspec.render._shared import json_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deployspec._core.diagnostics import Diagnostic

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def code_quality(found: Iterable[Diagnostic]) -> str:
    """Return an array with one issue for each diagnostic.

    The path of a diagnostic without a file is its variable or option. The fingerprint does not depend on the line, so
    that an issue stays the same when lines are added above it; the second equal issue of a file gets another one.
    """
    issues: list[dict[str, object]] = []
    seen: set[str] = set()
    for diagnostic in found:
        path = (diagnostic.source or "deployspec").removeprefix("./")
        fingerprint, number = _hash(diagnostic.code, path, diagnostic.message), 1
        while fingerprint in seen:
            number += 1
            fingerprint = _hash(diagnostic.code, path, diagnostic.message, str(number))
        seen.add(fingerprint)
        hint = "" if diagnostic.hint is None else f" (hint: {one_line(diagnostic.hint)})"
        begin = diagnostic.line or 1
        issues.append(
            {
                "description": f"{one_line(diagnostic.message)}{hint}",
                "check_name": diagnostic.code,
                "fingerprint": fingerprint,
                "severity": _SEVERITIES[diagnostic.severity],
                "location": {"path": path, "lines": {"begin": begin, "end": diagnostic.end_line or begin}},
            }
        )
    return json_text(issues)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
