"""Helpers of the tests of builds."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from deployspec import BuildImage, BuildImages, InvalidDockerfile, parse_dockerfile


def images(
    text: str,
    *,
    args: Mapping[str, str] | None = None,
    target: str = "",
    platform: str = "linux/amd64",
    contexts: Mapping[str, str] | None = None,
) -> BuildImages:
    return parse_dockerfile(text).images(build_args=args, target=target, platform=platform, contexts=contexts)


def short(image: BuildImage) -> str:
    return image.reference.familiar.removesuffix(":latest")


def needed(found: BuildImages) -> list[str]:
    return [short(image) for image in found.needed]


def everything(found: BuildImages) -> list[str]:
    return [short(image) for image in found.all]


def rows(found: BuildImages) -> list[tuple[str, str, str, int]]:
    return [(short(image), image.platform, image.role, image.line) for image in found.needed]


def faults(text: str, *, target: str = "", platform: str = "linux/amd64") -> list[tuple[str, int | None]]:
    with pytest.raises(InvalidDockerfile) as caught:
        images(text, target=target, platform=platform)
    assert all((one.source == "Dockerfile") == (one.line is not None) for one in caught.value.diagnostics)
    assert all((one.column is None) == (one.line is None) for one in caught.value.diagnostics)
    return [(one.code.removeprefix("dockerfile-"), one.line) for one in caught.value.diagnostics]
