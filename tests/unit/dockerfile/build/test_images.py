"""The images of a build: platform, role, line, and the frontend apart."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.building import everything, faults, images, needed, rows

from deployspec import InvalidDockerfile


@pytest.mark.parametrize(
    ("text", "platform", "expected"),
    [
        ("FROM a\n", "linux/x86_64", [("a", "linux/amd64", "from", 1)]),
        ("FROM a\n", "linux/arm", [("a", "linux/arm/v7", "from", 1)]),
        ("FROM a\n", "linux/arm64/v8", [("a", "linux/arm64", "from", 1)]),
        ("FROM --platform=linux/arm a\n", "linux/amd64", [("a", "linux/arm", "from", 1)]),
        ("FROM --platform=linux/arm64/v8 a\n", "linux/amd64", [("a", "linux/arm64/v8", "from", 1)]),
        ("FROM --platform= a\n", "linux/amd64", [("a", "linux/amd64", "from", 1)]),
        (
            "FROM --platform=windows(10.0.1+win32k)/amd64 a\n",
            "linux/amd64",
            [("a", "windows(10.0.1+win32k)/amd64", "from", 1)],
        ),
        ("FROM --platform=windows(10.0.1)/arm/v8 a\n", "linux/amd64", [("a", "windows(10.0.1)/arm/v8", "from", 1)]),
        ("FROM --platform=$BUILDPLATFORM a\n", "linux/arm64", [("a", "linux/amd64", "from", 1)]),
        (
            "FROM --platform=linux/arm64 a AS x\nFROM --platform=linux/s390x x\n",
            "linux/amd64",
            [("a", "linux/arm64", "from", 1)],
        ),
        (
            "FROM --platform=linux/arm64 a\nCOPY --from=b / /\nRUN --mount=from=c true\n",
            "linux/amd64",
            [("a", "linux/arm64", "from", 1), ("b", "linux/amd64", "copy", 2), ("c", "linux/amd64", "mount", 3)],
        ),
        (
            "FROM --platform=linux/arm64 a AS x\nFROM a\nCOPY --from=x / /\n",
            "linux/amd64",
            [("a", "linux/arm64", "from", 1), ("a", "linux/amd64", "from", 2)],
        ),
    ],
)
def test_each_image_has_its_platform_role_and_line(
    text: str, platform: str, expected: list[tuple[str, str, str, int]]
) -> None:
    assert rows(images(text, platform=platform)) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [("FROM a\n", True), ("FROM scratch\n", False), ("FROM scratch\nCOPY --from=a / /\n", False)],
)
def test_triggers_of_an_external_base_are_unknown(text: str, *, told: bool) -> None:
    unknowns = images(text).unknowns
    assert [(one.code, one.severity) for one in unknowns] == [("dockerfile-onbuild-unknown", "note")] * told


WITH_SYNTAX = "# syntax=docker/dockerfile:1\nFROM a\n"


@pytest.mark.parametrize(
    ("text", "args", "expected"),
    [
        ("FROM a\n", {}, None),
        (WITH_SYNTAX, {}, "docker.io/docker/dockerfile:1"),
        (WITH_SYNTAX, {"BUILDKIT_SYNTAX": "own/frontend"}, "docker.io/own/frontend:latest"),
        (WITH_SYNTAX, {"BUILDKIT_SYNTAX": " own/frontend:2  --debug"}, "docker.io/own/frontend:2"),
        (WITH_SYNTAX, {"BUILDKIT": " "}, "docker.io/docker/dockerfile:1"),
        ("FROM a\n", {"BUILDKIT_SYNTAX": "own/frontend"}, "docker.io/own/frontend:latest"),
    ],
)
def test_the_frontend_is_listed_separately(text: str, args: dict[str, str], expected: str | None) -> None:
    found = images(text, args=args)
    assert (None if found.frontend is None else str(found.frontend)) == expected
    assert needed(found) == everything(found) == ["a"]


def test_an_invalid_frontend_is_refused() -> None:
    assert faults("# syntax=A\nFROM a\n") == [("frontend-invalid", 1)]
    with pytest.raises(InvalidDockerfile, match="frontend-invalid"):
        images("FROM a\n", args={"BUILDKIT_SYNTAX": "A"})
