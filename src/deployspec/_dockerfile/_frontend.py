"""The frontend that a file asks for: the image of `# syntax=`, or of the build argument `BUILDKIT_SYNTAX`.

Grammar::

    syntax = "# syntax=" image *( " " anything )      ; among the directives, at column 1
           | "// syntax=" image
           | a JSON object with a string member "syntax"
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from deployspec._diagnostics import InvalidReference
from deployspec._dockerfile._faults import refuse, shown
from deployspec._dockerfile._lexer import Directives, decoded
from deployspec._reference import ImageReference, parse_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["frontend_of"]


def frontend_of(text: str | bytes, *, build_args: Mapping[str, str] | None = None) -> ImageReference | None:
    """Return the frontend image that a build is handed to, or `None` for the built-in one.

    `BUILDKIT_SYNTAX` in `build_args` wins over the file. Answers for any text, a Dockerfile or not.

    Raises `InvalidDockerfile` (`dockerfile-frontend-invalid`) where the frontend is no image reference.

    >>> frontend_of("# syntax=docker/dockerfile:1\\nFROM alpine").familiar
    'docker/dockerfile:1'
    """
    given = (build_args or {}).get("BUILDKIT_SYNTAX", "").split()
    return frontend_reference(given[0] if given else syntax_of(decoded(text)))


def frontend_reference(image: str | None) -> ImageReference | None:
    """Read a frontend's image."""
    if image is None:
        return None
    try:
        return parse_reference(image)
    except InvalidReference as error:
        hint = error.diagnostics[0].hint
    return refuse("frontend-invalid", f"the frontend `{shown(image)}` is no image reference", 1, hint)


def syntax_of(text: str) -> str | None:
    """Return the image that the text names as its frontend."""
    text = text.removeprefix("\ufeff")
    if text.startswith("#!"):
        text = text.partition("\n")[2]
    value = _directive(text, "#") or _directive(text, "//") or _json_member(text)
    return None if value is None else value.partition(" ")[0] or None


def _directive(text: str, prefix: str) -> str | None:
    directives = Directives(prefix)
    start = 0
    while not directives.done and start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        directives.offer(text[start:end].replace("\r", ""))
        start = end + 1
    return directives.seen.get("syntax")


def _json_member(text: str) -> str | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    value = cast("dict[str, Any]", document).get("syntax") if isinstance(document, dict) else None
    return value if isinstance(value, str) and value else None
