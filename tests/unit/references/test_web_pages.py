from __future__ import annotations

import pytest

from deployspec import InvalidReference, parse_reference
from deployspec._references.web_pages import find_page_hint, may_be_page

PAGE = "this is the web page of a repository: use `{}`"
GIT = "this is a git repository: use the image that it publishes, for example `{}`"


@pytest.mark.parametrize(
    ("text", "hint", "image"),
    [
        ("hub.docker.com/r/acme/app", PAGE, "acme/app"),
        ("https://hub.docker.com/r/Acme/App", PAGE, "acme/app"),
        ("https://hub.docker.com/r/acme/app/tags?page=2#x", PAGE, "acme/app"),
        ("hub.docker.com/_/redis", PAGE, "redis"),
        ("https://registry.hub.docker.com/_/redis/", PAGE, "redis"),
        ("https://hub.docker.com/repository/docker/acme/app/general", PAGE, "acme/app"),
        ("hub.docker.com/layers/acme/app/1.2/images/sha256-0a", PAGE, "acme/app:1.2"),
        ("hub.docker.com/layers/library/redis/7", PAGE, "redis:7"),
        ("quay.io/repository/acme/app", PAGE, "quay.io/acme/app"),
        ("https://quay.io/repository/acme/app?tab=tags", PAGE, "quay.io/acme/app"),
        ("github.com/acme/tool.git", GIT, "ghcr.io/acme/tool"),
        ("https://github.com/acme/Tool/pkgs/container/tool", GIT, "ghcr.io/acme/tool"),
        ("http://www.github.com/acme/tool", GIT, "ghcr.io/acme/tool"),
        ("https://gitlab.com/acme/sub/app.git", GIT, "registry.gitlab.com/acme/sub/app"),
        ("https://gitlab.com/acme/app/container_registry", GIT, "registry.gitlab.com/acme/app"),
    ],
)
def test_a_web_page_has_a_reference(text: str, hint: str, image: str) -> None:
    assert find_page_hint(text) == hint.format(image)
    parse_reference(image)
    if text.startswith("http"):
        with pytest.raises(InvalidReference) as caught:
            parse_reference(text)
        assert caught.value.diagnostics[0].hint == hint.format(image)


@pytest.mark.parametrize(
    "text",
    [
        "quay.io/acme/app",
        "hub.docker.com/acme/app",
        "https://ada:pw@hub.docker.com/r/acme/app",
        "https://github.com/acme",
        "https://github.com/acme/tool.",
        "https://hub.docker.com/r/acme./app",
        "evil.example/hub.docker.com/r/acme/app",
    ],
)
def test_other_texts_are_not_web_pages(text: str) -> None:
    assert find_page_hint(text) is None


def test_which_references_are_looked_at() -> None:
    assert may_be_page("github.com", "acme/tool")
    assert may_be_page("quay.io", "repository/acme/app")
    assert not may_be_page("quay.io", "acme/app")
