"""Lines of config in excerpts: a value is shown only if it is an image or a host that was parsed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployspec._core.diagnostics import Diagnostic
    from deployspec._core.spans import Span
    from deployspec._env.env import Env

# Diagnostics about a file with secrets.
_CONFIG = ("config-", "credentials-", "docker-config-", "env-", "image-")
# Diagnostics that can be about a line of any file.
_ANY_FILE = ("reference-",)
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?(?:'[^']*'|[A-Za-z_][A-Za-z0-9_.-]*)\s*=")
# Diagnostics about an image, or a host, that was parsed.
_PARSED = frozenset(
    {
        "credentials-host-mismatch",
        "image-digest-unsupported",
        "image-implicit-tag",
        "image-official",
        "image-repository-missing",
        "image-single-component",
    }
)


def is_config(code: str, line: str) -> bool:
    """Whether a line of a text may be config, which is never shown as it is written."""
    return code.startswith(_CONFIG) or (code.startswith(_ANY_FILE) and _ASSIGNMENT.match(line) is not None)


def config_line(diagnostic: Diagnostic, env: Env) -> tuple[str, int, int] | None:
    """Return the assignment that a diagnostic is about, without the value of a secret, and the columns of the problem.

    >>> from deployspec import App, parse_env, resolve
    >>> env = parse_env("APTIBLE_DOCKER_IMAGE = 'acme/web'")
    >>> (note,) = resolve(App(env, "web: run")).diagnostics
    >>> note.location, config_line(note, env)
    ('config:1:24: ', ('APTIBLE_DOCKER_IMAGE=acme/web', 22, 30))
    """
    for name, span in env.spans.items():
        if span.source != diagnostic.source:
            continue
        value, begin = env.variables[name], len(name) + 2
        if _contains(span.name, diagnostic):
            return f"{name}={_mask(value)}", 1, begin - 1
        if _contains(span.value, diagnostic):
            is_shown = diagnostic.code in _PARSED and span.verbatim_column is not None
            shown = value if is_shown else _mask(value)
            return f"{name}={shown}", begin, begin + len(shown)
    return None


def _mask(value: str) -> str:
    return "…" if value else ""


def _contains(span: Span, diagnostic: Diagnostic) -> bool:
    """Whether a diagnostic begins in a span; an empty span contains its own position."""
    place = (diagnostic.line or 0, diagnostic.column or 0)
    begin, end = (span.line, span.column), (span.end_line, span.end_column)
    return begin <= place < end or begin == place == end
