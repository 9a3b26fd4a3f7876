"""Addresses of web pages and git repositories that people write instead of an image reference.

=======================================================  ==================================
address, with or without `https://`                      reference
=======================================================  ==================================
`hub.docker.com/_/NAME`                                  `NAME`
`hub.docker.com/r/OWNER/NAME`                            `OWNER/NAME`
`hub.docker.com/repository/docker/OWNER/NAME`            `OWNER/NAME`
`hub.docker.com/layers/OWNER/NAME/TAG`                   `OWNER/NAME:TAG`
`hub.docker.com/hardened-images/catalog/dhi/NAME`        `dhi.io/NAME`
`quay.io/repository/OWNER/NAME`                          `quay.io/OWNER/NAME`
`github.com/orgs/OWNER/packages/container/NAME`          `ghcr.io/OWNER/NAME`
`github.com/OWNER/…/pkgs/container/NAME`                 `ghcr.io/OWNER/NAME`
`github.com/OWNER/NAME`                                  `ghcr.io/OWNER/NAME`, as an example
`gitlab.com/GROUP/NAME/container_registry`               `registry.gitlab.com/GROUP/NAME`
`gitlab.com/GROUP/NAME`                                  `registry.gitlab.com/GROUP/NAME`, as an example
`bitbucket.org/OWNER/NAME`                               none
`gallery.ecr.aws/ALIAS/NAME`                             `public.ecr.aws/ALIAS/NAME`
`REGION.console.aws.amazon.com/ecr/…/ACCOUNT/NAME`       `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME`
`console.cloud.google.com/artifacts/docker/P/L/R/NAME`   `L-docker.pkg.dev/P/R/NAME`
`console.cloud.google.com/gcr/images/P/NAME`             `gcr.io/P/NAME`
`mcr.microsoft.com/artifact/mar/NAME`                    `mcr.microsoft.com/NAME`
=======================================================  ==================================
"""

from __future__ import annotations

import re

import attrs

from deployspec._references.grammar import find_parts

_HOSTS = frozenset(
    {
        "bitbucket.org",
        "console.cloud.google.com",
        "gallery.ecr.aws",
        "github.com",
        "gitlab.com",
        "hub.docker.com",
        "registry.hub.docker.com",
        "www.github.com",
    }
)
_PATHS = ("repository/", "artifact/mar/", "product/", "ecr/repositories/")

_NAME = "[a-z0-9][a-z0-9._-]*"
_NAMES = f"{_NAME}(?:(?:/|%2f){_NAME})*"
_TAG = "[a-z0-9_][a-z0-9_.-]{0,127}"
_START = r"(?:(?:https?|ssh|git(?:\+https|\+ssh)?)://)?(?:[^/@]*@)?(?:www\.)?"
_END = rf"(?P<version>(?::{_TAG})?(?:@sha256:[0-9a-f]{{64}})?)(?:[/?#;].*)?"
_HUB = r"(?:registry\.)?hub\.docker\.com"
_GOOGLE = r"console\.cloud\.google\.com"
_MICROSOFT = r"mcr\.microsoft\.com/(?:[a-z-]+/)?(?:artifact/mar|product)"
# The first row that matches decides.
_PAGES = (
    (rf"{_HUB}/_/({_NAME})", "{0}"),
    (rf"{_HUB}/(?:r|repository/docker)/({_NAME}/{_NAME})", "{0}"),
    (rf"{_HUB}/layers/({_NAME}/{_NAME})/({_TAG})(?::{_TAG})?", "{0}:{given[1]}"),
    (rf"{_HUB}/hardened-images/catalog/dhi/({_NAME})", "dhi.io/{0}"),
    (rf"quay\.io/repository/({_NAME}/{_NAME})", "quay.io/{0}"),
    (rf"github\.com/(?:orgs|users)/({_NAME})/packages/container/(?:package/)?({_NAMES}?)", "ghcr.io/{0}/{1}"),
    (rf"github\.com/({_NAME})/{_NAME}/pkgs/container/({_NAMES}?)", "ghcr.io/{0}/{1}"),
    (rf"gitlab\.com/({_NAMES})/(?:-/)?container_registry", "registry.gitlab.com/{0}"),
    (rf"gallery\.ecr\.aws/({_NAME}/{_NAMES})", "public.ecr.aws/{0}"),
    (
        rf"({_NAME})\.console\.aws\.amazon\.com/ecr/repositories/private/([0-9]+)/({_NAMES})",
        "{1}.dkr.ecr.{0}.amazonaws.com/{2}",
    ),
    (rf"{_GOOGLE}/artifacts/docker/({_NAME})/({_NAME})/({_NAME})/({_NAMES}?)", "{1}-docker.pkg.dev/{0}/{2}/{3}"),
    (rf"{_GOOGLE}/gcr/images/({_NAME})/(us|eu|asia)/({_NAMES})", "{1}.gcr.io/{0}/{2}"),
    (rf"{_GOOGLE}/gcr/images/({_NAME})/(?:global/)?({_NAMES})", "gcr.io/{0}/{1}"),
    (rf"{_MICROSOFT}/({_NAMES}?)/(?:about|tags)", "mcr.microsoft.com/{0}"),
    (rf"{_MICROSOFT}/({_NAMES})", "mcr.microsoft.com/{0}"),
)
_REPOSITORIES = (
    (rf"github\.com[/:](?!(?:marketplace|orgs|sponsors|topics|users)/)({_NAME}/{_NAME})", "ghcr.io/{0}"),
    (rf"gitlab\.com[/:]({_NAME}/{_NAMES})", "registry.gitlab.com/{0}"),
    (rf"bitbucket\.org[/:]({_NAME}/{_NAME})", ""),
)


@attrs.frozen
class Page:
    """A web page or a git repository: its kind, and the hint about it."""

    kind: str
    hint: str


def may_be_page(host: str, path: str) -> bool:
    """Whether a valid reference may be the address of a web page; fast, because nearly all are not."""
    return host in _HOSTS or path.startswith(_PATHS)


def find_page(text: str) -> Page | None:
    """Return the kind of the page that a text is the address of, and the reference to write; `None` for other texts.

    >>> find_page("https://hub.docker.com/r/acme/app/tags")
    Page(kind='web page', hint='this is the web page of a repository: use `acme/app`')
    >>> find_page("git@github.com:acme/Tool.git").hint
    'this is a git repository: use the image that it publishes, for example `ghcr.io/acme/tool`'
    >>> find_page("quay.io/acme/app") is None
    True
    """
    if (image := _find_image(text, _PAGES)) is not None:
        return Page("web page", f"this is the web page of a repository: use `{image}`") if image else None
    if (image := _find_image(text, _REPOSITORIES)) is None:
        return None
    example = f", for example `{image}`" if image else ""
    return Page("git repository", f"this is a git repository: use the image that it publishes{example}")


def _find_image(text: str, table: tuple[tuple[str, str], ...]) -> str | None:
    """Return the image of the first row that matches, empty if it is not valid; `None` if no row matches."""
    for pattern, template in table:
        found = re.fullmatch(_START + pattern + _END, text, re.IGNORECASE | re.ASCII | re.DOTALL)
        if found is not None:
            given = found.groups()[:-1]
            names = (name.lower().replace("%2f", "/").removesuffix(".git") for name in given)
            image = template.format(*names, given=given).removeprefix("library/") + found["version"]
            return image if find_parts(image) is not None else ""
    return None
