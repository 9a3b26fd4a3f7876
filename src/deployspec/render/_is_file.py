"""Whether a diagnostic is about a file, rather than a variable or an option."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployspec._core.diagnostics import Diagnostic

# Diagnostics with these codes are about a file, unless their source is a build option.
_OPTIONS = ("--", "build_platform")
_FILE_CODES = (
    "dockerfile-",
    "procfile-",
    "build-frontend-custom",
    "build-frontend-old",
    "image-unknown",
    "sources-",
    "settings-",
    "docker-config-",
)


def is_about_file(diagnostic: Diagnostic) -> bool:
    """Whether the source of a diagnostic is a file: it has a line, or its code is one of a file."""
    if diagnostic.line is not None:
        return True
    source = diagnostic.source or ""
    return diagnostic.code.startswith(_FILE_CODES) and bool(source) and not source.startswith(_OPTIONS)
