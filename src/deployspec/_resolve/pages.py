"""Images that are addresses of websites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._references.web_pages import find_page_hint

if TYPE_CHECKING:
    from deployspec._references.reference import ImageReference
    from deployspec._resolve.report import Report


def report_page(image: ImageReference, source: str, report: Report, line: int | None = None) -> None:
    """Warn about an image that is the address of a web page or of a git repository."""
    hint = find_page_hint(str(image))
    if hint is not None:
        message = f"image `{image.familiar}` is the address of a website, not of a registry"
        report.warning("image-web-page", message, source=source, line=line, hint=hint)
