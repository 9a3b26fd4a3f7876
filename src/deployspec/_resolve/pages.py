"""Images that are addresses of web pages or of git repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._references.web_pages import find_page

if TYPE_CHECKING:
    from deployspec._references.reference import ImageReference
    from deployspec._resolve.report import Report


def report_page(image: ImageReference, source: str, report: Report, line: int | None = None) -> None:
    """Warn about an image that is the address of a web page or of a git repository."""
    text = image.familiar.removesuffix(":latest")  # the tag may be the default
    page = find_page(text)
    if page is not None:
        message = f"image `{text}` is the address of a {page.kind}, not of an image"
        report.warning("image-web-page", message, source=source, line=line, hint=page.hint)
