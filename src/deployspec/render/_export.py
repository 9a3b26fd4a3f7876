"""What an exporter returns: text for one tool, and what that tool's format cannot carry."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs

from deployspec._core.diagnostics import Diagnostic
from deployspec._core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Export"]


@attrs.frozen
class Export:
    """Text for one tool, and a diagnostic for everything of the plan that the tool's format cannot carry.

    An export that holds secrets keeps its text in a `Secret`: `repr` masks it and `pickle` refuses it, while `text` is
    always the plain text. Whoever writes such a text to a file sees to its mode (0600).

    >>> from deployspec import Secret
    >>> Export("services: {}"), Export(Secret("hunter2"))
    (Export(content='services: {}', losses=()), Export(content=Secret('**********'), losses=()))
    >>> Export(Secret("hunter2")).text
    'hunter2'
    """

    content: str | Secret
    losses: tuple[Diagnostic, ...] = ()

    @property
    def text(self) -> str:
        """The text itself."""
        return self.content.reveal() if isinstance(self.content, Secret) else self.content

    @property
    def holds_secrets(self) -> bool:
        """Whether the text is to be kept from others."""
        return isinstance(self.content, Secret)


def exported(document: object, losses: Iterable[Diagnostic] = (), *, secret: bool = False) -> Export:
    """Return a document as JSON, which every reader of YAML reads as well; each loss is told once."""
    text = json.dumps(document, indent=2) + "\n"
    return Export(Secret(text) if secret else text, tuple(dict.fromkeys(losses)))


def loss(code: str, message: str, hint: str | None = None) -> Diagnostic:
    """Tell what a format cannot carry."""
    return Diagnostic(code, message, "warning", hint=hint, source="plan")
