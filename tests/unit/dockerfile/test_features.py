"""Features that other builders read as something else, on both paths of the parser."""

from __future__ import annotations

import pytest

from deployspec import parse_dockerfile, parse_reference
from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.features import FEATURES, Builder, Version, features_of, misread_by, misread_by_frontend
from deployspec._dockerfile.stages.parse import parse_stages

USES = [
    ("FROM a\nRUN <<E\nx\nE\n", {"heredoc"}),
    ("FROM a\nRUN <<-'E' cat\n\tx\n\tE\n", {"heredoc"}),
    ("FROM a\nRUN cat <<E\nx\nE\nRUN b\nCOPY a b\n", {"heredoc"}),
    ("FROM a\nCOPY <<E /x\nx\nE\n", {"heredoc"}),
    ("FROM a\nCOPY <<-E /x\nx\nE\n", {"heredoc"}),
    ("FROM a\nRUN --mount=type=cache,target=/x cat <<E\nE\n", {"heredoc"}),
    ("FROM a\nRUN --mount=type=cache,target=/x cat <<-E\nE\n", {"heredoc"}),
    ("FROM a\nADD <<E <<F /x\nE\nF\n", {"heredoc"}),
    ("FROM a\nONBUILD RUN <<E\nE\n", {"heredoc"}),
    ("FROM a\nRUN << E\nE\n", {"heredoc", "heredoc-space"}),
    ("FROM a\nRUN <<-- x\n\t-\n", {"heredoc"}),
    ("FROM a\nRUN <<--\n-\n", {"heredoc"}),
    ("FROM a\nRUN echo $(( 1 << 2 ))\n2\n", {"heredoc", "heredoc-space"}),
    ("FROM a\nRUN echo '<<E' $((1<<2)) <<<x\n", set[str]()),
    ('FROM a\nRUN ["<<E"]\nENV A=<<E\n', set[str]()),
    ("FROM a\nRUN dir C:\\\\\nRUN b\n", {"double-escape"}),
    ("FROM a\nRUN a \\\n b \\\\ \t\nRUN b\n", {"double-escape"}),
    ("FROM a\n# C:\\\\\nRUN a\\\\b\nRUN <<E\nC:\\\\\nE\n", {"heredoc"}),
    ("# escape=`\nFROM a\n", {"escape"}),
    ("\ufeff  # Escape = `\r\nFROM a\n", {"escape"}),
    ("#\u00a0escape=`\nFROM a\n", {"escape", "escape-after-syntax"}),
    ("# syntax=docker/dockerfile:1\n# escape=`\nFROM a\n", {"escape", "escape-after-syntax"}),
    ("# syntax=docker/dockerfile:1\n# check=skip=all\n# escape=`\nFROM a\n", {"escape", "escape-after-check"}),
    ("# check=skip=all\n# escape=`\nFROM a\nRUN a``\n", {"escape", "escape-after-check", "double-escape"}),
    ("# syntax=docker/dockerfile:1\n# escape=\\\nFROM a\n", set[str]()),
    ("FROM a:$TARGETARCH\n", {"variable"}),
    ("FROM ${BUILDPLATFORM:-a}\n", {"variable"}),
    ("FROM ${http_proxy:-a}${HTTPS_PROXY}\n", {"variable"}),
    ("ARG A=${TARGETOS:-x}\nFROM a\n", {"variable"}),
    ("ARG TARGETARCH\nFROM a:$TARGETARCH\n", set[str]()),
    ("ARG A=$TARGETARCH\nARG TARGETARCH\nFROM a\n", {"variable"}),
    ("ARG TARGETSTAGE\nFROM a:${TARGETSTAGE}\n", {"variable-stage"}),
    ("FROM a:$TARGET\\\nSTAGE\n", {"variable-stage"}),
    ("ARG TARGETOSVERSION\nFROM a:x$TARGETOSVERSION\n", {"variable-os-version"}),
    ("FROM --platform=$BUILDPLATFORM a\nARG TARGETARCH\nENV A=$TARGETARCH\n", set[str]()),
    ("FROM a AS Build\n", {"stage-case"}),
    ("FROM a AS build-1\nFROM --platform=linux/amd64 b AS bUILD\n", {"stage-case"}),
    ("FROM a \\\n  AS C\n", {"stage-case"}),
    ("FROM a AS b\nFROM c AS b\n", {"stage-twice"}),
    ("FROM a AS b\nFROM c AS d\nFROM e\nFROM f\n", set[str]()),
    ("FROM a\nRUN --mount=type=bind,from=b,from=c x\n", {"mount-twice"}),
    ("FROM a\nRUN --mount=type=bind,from=b,From=c 'x\n", {"mount-twice"}),
    ("FROM a\nRUN --mount=type=bind,from=b --mount=type=bind,from=c x\n", set[str]()),
]


@pytest.mark.parametrize(("text", "expected"), USES)
def test_features_are_found_on_both_paths(text: str, expected: set[str]) -> None:
    found = parse_dockerfile(text).features
    assert found == tuple(name for name in FEATURES if name in expected)
    slow = parse_stages(text, DockerfileCollector(), fast=False)
    assert features_of(text, slow) == found


@pytest.mark.parametrize(
    ("frontend", "expected"),
    [
        ("docker/dockerfile", []),
        ("docker/dockerfile:1", []),
        ("docker/dockerfile:labs", []),
        ("docker/dockerfile:1-labs", []),
        ("docker/dockerfile-upstream:master", []),
        ("docker/dockerfile:1.4", []),
        ("docker/dockerfile:1.4.0", []),
        ("docker/dockerfile:1.20-labs", []),
        ("docker/dockerfile:1.3-labs", []),
        ("docker/dockerfile:1.3", ["heredoc"]),
        ("docker/dockerfile:1.3.1", ["heredoc"]),
        ("docker/dockerfile:1.2-labs", ["heredoc"]),
        ("docker/dockerfile:1.0.0-experimental", ["heredoc"]),
        ("docker/dockerfile:1-experimental", ["heredoc"]),
        ("docker/dockerfile:experimental", ["heredoc"]),
        ("docker/dockerfile:2", ["heredoc"]),
        ("docker/dockerfile:11.4", ["heredoc"]),
        (f"docker/dockerfile:1@sha256:{'0' * 64}", ["heredoc"]),
        (f"docker/dockerfile@sha256:{'0' * 64}", ["heredoc"]),
    ],
)
def test_frontends(frontend: str, expected: list[str]) -> None:
    assert misread_by_frontend(("heredoc",), parse_reference(frontend)) == expected
    assert misread_by_frontend((), parse_reference(frontend)) == []


def test_each_feature_has_its_own_first_frontend() -> None:
    first = {name: feature.frontend for name, feature in FEATURES.items()}
    for name, (major, minor) in first.items():
        assert misread_by_frontend([name], parse_reference(f"docker/dockerfile:{major}.{minor}")) == []
        if minor:
            assert misread_by_frontend([name], parse_reference(f"docker/dockerfile:{major}.{minor - 1}")) == [name]


@pytest.mark.parametrize("builder", ["docker", "buildx", "podman", "buildah"])
def test_versions_of_builders(builder: Builder) -> None:
    for name, feature in FEATURES.items():
        first: Version | None = getattr(feature, builder)
        is_current = builder in ("docker", "buildx")
        assert misread_by([name], builder, None) == ([] if is_current else [name])
        if first is None:
            assert misread_by([name], builder, (99, 0)) == [name]
        else:
            assert misread_by([name], builder, first) == []
            assert misread_by([name], builder, (first[0] - 1, 99)) == [name]
