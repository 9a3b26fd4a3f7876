"""Addresses of web pages that people write instead of an image reference.

==================================================  ===========================================
address, with or without `https://`                 reference
==================================================  ===========================================
`hub.docker.com/_/NAME`                             `NAME`
`hub.docker.com/r/OWNER/NAME`                       `OWNER/NAME`
`hub.docker.com/repository/docker/OWNER/NAME`       `OWNER/NAME`
`hub.docker.com/layers/OWNER/NAME/TAG`              `OWNER/NAME:TAG`
`quay.io/repository/OWNER/NAME`                     `quay.io/OWNER/NAME`
`github.com/OWNER/NAME`, also with `.git`           `ghcr.io/OWNER/NAME`, if an image is published there
`gitlab.com/GROUP/NAME`, also with `.git`           `registry.gitlab.com/GROUP/NAME`, likewise
==================================================  ===========================================
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from deployspec._references.grammar import find_parts

if TYPE_CHECKING:
    from collections.abc import Callable

_COMPONENT = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_PAGE = (
    r"(?:https?://)?(?:www\.)?(?:"
    rf"(?:registry\.)?hub\.docker\.com/(?:_/(?P<official>{_COMPONENT})"
    rf"|(?:r|repository/docker)/(?P<hub>{_COMPONENT}/{_COMPONENT})"
    rf"|layers/(?P<layers>{_COMPONENT}/{_COMPONENT})/(?P<tag>{_COMPONENT}))"
    rf"|quay\.io/repository/(?P<quay>{_COMPONENT}/{_COMPONENT})"
    rf"|github\.com/(?P<github>{_COMPONENT}/{_COMPONENT})"
    rf"|gitlab\.com/(?P<gitlab>{_COMPONENT}(?:/{_COMPONENT})+)"
    r")(?:[/:?#].*)?"
)
_HOSTS = frozenset({"hub.docker.com", "registry.hub.docker.com", "github.com", "www.github.com", "gitlab.com"})


def may_be_page(host: str, path: str) -> bool:
    """Whether a valid reference may be the address of a web page; fast, because nearly all are not."""
    return host in _HOSTS or path.startswith("repository/")


@functools.cache
def _find_page() -> Callable[[str], re.Match[str] | None]:
    """Compile the pattern when it is first needed."""
    return re.compile(_PAGE, re.DOTALL).fullmatch


def find_page_hint(text: str) -> str | None:
    """Say what a web page is and which reference to write instead; `None` for other texts.

    >>> find_page_hint("https://hub.docker.com/r/acme/app/tags")
    'this is the web page of a repository: use `acme/app`'
    >>> find_page_hint("github.com/acme/Tool.git")
    'this is a git repository: use the image that it publishes, for example `ghcr.io/acme/tool`'
    >>> find_page_hint("quay.io/acme/app") is None
    True
    """
    page = _find_page()(text)
    if page is None:
        return None
    name, found = page.lastgroup, page.groupdict()
    image = found["official"] or found["hub"] or found["layers"]
    if image is not None:
        image = image.lower().removeprefix("library/") + (f":{found['tag']}" if name == "tag" else "")
    elif found["quay"] is not None:
        image = f"quay.io/{found['quay'].lower()}"
    else:
        image = f"ghcr.io/{found['github']}" if found["github"] else f"registry.gitlab.com/{found['gitlab']}"
        image = image.removesuffix("/container_registry").removesuffix(".git").lower()
    if find_parts(image) is None:
        return None
    if found["github"] or found["gitlab"]:
        return f"this is a git repository: use the image that it publishes, for example `{image}`"
    return f"this is the web page of a repository: use `{image}`"
