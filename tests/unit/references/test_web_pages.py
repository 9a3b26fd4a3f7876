from __future__ import annotations

import pytest

from deployspec import InvalidReference, parse_reference
from deployspec._references.web_pages import find_page, may_be_page

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
        ("https://github.com/acme/Tool/pkgs/container/server", PAGE, "ghcr.io/acme/server"),
        ("https://github.com/acme/tool/pkgs/container/tool%2Fserver/123?tag=1", PAGE, "ghcr.io/acme/tool/server"),
        ("https://github.com/orgs/Acme/packages/container/package/tool", PAGE, "ghcr.io/acme/tool"),
        ("github.com/orgs/acme/packages/container/tool/versions", PAGE, "ghcr.io/acme/tool"),
        ("https://github.com/users/ada/packages/container/tool/1234?tag=latest", PAGE, "ghcr.io/ada/tool"),
        ("git@github.com:acme/tool.git", GIT, "ghcr.io/acme/tool"),
        ("ssh://git@github.com/acme/tool.git", GIT, "ghcr.io/acme/tool"),
        ("git+https://github.com/acme/tool#main", GIT, "ghcr.io/acme/tool"),
        ("https://ada:pw@github.com/acme/tool", GIT, "ghcr.io/acme/tool"),
        ("hub.docker.com/r/acme/app:1.2-RC", PAGE, "acme/app:1.2-RC"),
        (f"quay.io/repository/acme/app@sha256:{'0' * 64}", PAGE, f"quay.io/acme/app@sha256:{'0' * 64}"),
        ("hub.docker.com/layers/acme/app/1.2-RC", PAGE, "acme/app:1.2-RC"),
        ("https://hub.docker.com/hardened-images/catalog/dhi/python", PAGE, "dhi.io/python"),
        ("https://gallery.ecr.aws/docker/library/redis", PAGE, "public.ecr.aws/docker/library/redis"),
        ("gallery.ecr.aws/acme/app", PAGE, "public.ecr.aws/acme/app"),
        (
            "https://eu-west-1.console.aws.amazon.com/ecr/repositories/private/123456789012/acme/app?region=eu-west-1",
            PAGE,
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/app",
        ),
        (
            "https://console.cloud.google.com/artifacts/docker/acme/europe-west1/web/app/sha256:0a?project=acme",
            PAGE,
            "europe-west1-docker.pkg.dev/acme/web/app",
        ),
        (
            "console.cloud.google.com/artifacts/docker/acme/europe-west1/web/team%2Fapp;tab=x",
            PAGE,
            "europe-west1-docker.pkg.dev/acme/web/team/app",
        ),
        ("https://console.cloud.google.com/gcr/images/acme/GLOBAL/app?tab=info", PAGE, "gcr.io/acme/app"),
        ("console.cloud.google.com/gcr/images/acme/app", PAGE, "gcr.io/acme/app"),
        ("https://console.cloud.google.com/gcr/images/acme/EU/team/app", PAGE, "eu.gcr.io/acme/team/app"),
        ("https://mcr.microsoft.com/en-us/artifact/mar/dotnet/sdk/about", PAGE, "mcr.microsoft.com/dotnet/sdk"),
        ("mcr.microsoft.com/product/dotnet/sdk/tags", PAGE, "mcr.microsoft.com/dotnet/sdk"),
        ("mcr.microsoft.com/artifact/mar/dotnet/sdk", PAGE, "mcr.microsoft.com/dotnet/sdk"),
        ("http://www.github.com/acme/tool", GIT, "ghcr.io/acme/tool"),
        ("https://gitlab.com/acme/sub/app.git", GIT, "registry.gitlab.com/acme/sub/app"),
        ("https://gitlab.com/acme/sub/app/-/tree/main", GIT, "registry.gitlab.com/acme/sub/app"),
        ("https://gitlab.com/acme/app/container_registry/42", PAGE, "registry.gitlab.com/acme/app"),
        ("https://gitlab.com/acme/app/-/container_registry", PAGE, "registry.gitlab.com/acme/app"),
        ("https://gitlab.com/acme/app/container_registry", PAGE, "registry.gitlab.com/acme/app"),
    ],
)
def test_a_web_page_has_a_reference(text: str, hint: str, image: str) -> None:
    page = find_page(text)
    assert page is not None
    assert page.hint == hint.format(image)
    assert page.kind == ("web page" if hint == PAGE else "git repository")
    parse_reference(image)
    try:
        reference = parse_reference(text)
    except InvalidReference as error:
        assert error.diagnostics[0].hint == page.hint
    else:
        assert may_be_page(reference.host, reference.path)
        assert find_page(str(reference)) is not None


@pytest.mark.parametrize("text", ["https://bitbucket.org/acme/tool.git", "https://github.com/acme/tool."])
def test_a_git_repository_may_have_no_example(text: str) -> None:
    page = find_page(text)
    assert page is not None
    assert page.hint == "this is a git repository: use the image that it publishes"


@pytest.mark.parametrize(
    "text",
    [
        "quay.io/acme/app",
        "hub.docker.com/acme/app",
        "https://github.com/acme",
        "https://github.com/orgs/acme",
        "https://console.cloud.google.com/kubernetes/list",
        "mcr.microsoft.com/dotnet/sdk",
        "nexus.example.com/repository/acme/app",
        "https://hub.docker.com/r/acme./app",
        "evil.example/hub.docker.com/r/acme/app",
    ],
)
def test_other_texts_are_not_web_pages(text: str) -> None:
    assert find_page(text) is None


def test_which_references_are_looked_at() -> None:
    assert may_be_page("github.com", "acme/tool")
    assert may_be_page("quay.io", "repository/acme/app")
    assert not may_be_page("quay.io", "acme/app")
