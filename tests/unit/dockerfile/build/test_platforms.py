"""Reading platforms."""

from __future__ import annotations

import pytest

from deployspec._dockerfile.build.platforms import Platform, normal_platform, parse_platform


@pytest.mark.parametrize(
    ("text", "parsed", "normal"),
    [
        ("linux/amd64", "linux/amd64", "linux/amd64"),
        ("linux/x86_64", "linux/amd64", "linux/amd64"),
        ("linux/x86-64", "linux/amd64", "linux/amd64"),
        ("Linux/AMD64", "linux/amd64", "linux/amd64"),
        ("linux/amd64/v1", "linux/amd64", "linux/amd64"),
        ("linux/amd64/v2", "linux/amd64/v2", "linux/amd64/v2"),
        ("linux/x86_64/v3", "linux/amd64/v3", "linux/amd64/v3"),
        ("linux/aarch64", "linux/arm64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64/v8", "linux/arm64"),
        ("linux/arm64/8", "linux/arm64/v8", "linux/arm64"),
        ("linux/arm64/V9", "linux/arm64/v9", "linux/arm64/v9"),
        ("linux/arm", "linux/arm", "linux/arm/v7"),
        ("linux/arm/7", "linux/arm/v7", "linux/arm/v7"),
        ("linux/arm/v7", "linux/arm/v7", "linux/arm/v7"),
        ("linux/arm/5", "linux/arm/v5", "linux/arm/v5"),
        ("linux/arm/6", "linux/arm/v6", "linux/arm/v6"),
        ("linux/arm/8", "linux/arm/v8", "linux/arm/v8"),
        ("linux/arm/V6", "linux/arm/v6", "linux/arm/v6"),
        ("linux/armhf", "linux/arm", "linux/arm/v7"),
        ("linux/armel", "linux/arm/v6", "linux/arm/v6"),
        ("linux/i386", "linux/386", "linux/386"),
        ("linux/i386/x", "linux/386", "linux/386"),
        ("macos/arm64", "darwin/arm64", "darwin/arm64"),
        ("windows(10.0.17763)/amd64", "windows(10.0.17763)/amd64", "windows(10.0.17763)/amd64"),
        ("windows()/amd64", "windows/amd64", "windows/amd64"),
        ("unheard/of", "unheard/of", "unheard/of"),
        ("linux", "linux/amd64", "linux/amd64"),
        ("macOS", "darwin/amd64", "darwin/amd64"),
        ("arm64", "linux/arm64", "linux/arm64"),
        ("X86_64", "linux/amd64", "linux/amd64"),
        ("arm", "linux/arm", "linux/arm/v7"),
        ("armel", "linux/arm/v6", "linux/arm/v6"),
        ("s390x", "linux/s390x", "linux/s390x"),
    ],
)
def test_platforms(text: str, parsed: str, normal: str) -> None:
    assert str(parse_platform(text)) == parsed
    assert str(normal_platform(text)) == normal
    assert str(normal_platform(normal)) == normal


@pytest.mark.parametrize(
    "text",
    ["", "/", "unheard", "linux/", "/amd64", "linux/arm/v7/x", "linux/a b", "lin ux/amd64", "linux/amd64/",
     "linux(1/amd64", "linux/amd64(1)", "amd64(1)", "linux/amd64\n", "l\u0131nux/amd64", "$P", "linux//v7"],
)  # fmt: skip
def test_what_is_no_platform(text: str) -> None:
    assert parse_platform(text) is None
    assert normal_platform(text) is None


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("linux", Platform("linux", "arm64", "v9")),
        ("windows(10)", Platform("windows", "arm64", "v9", "10")),
        ("amd64", Platform("darwin", "amd64")),
        ("linux/amd64", Platform("linux", "amd64")),
        ("linux/arm/6", Platform("linux", "arm", "v6")),
    ],
)
def test_the_host_fills_what_one_word_leaves_out(text: str, platform: Platform) -> None:
    assert parse_platform(text, Platform("darwin", "arm64", "v9")) == platform
