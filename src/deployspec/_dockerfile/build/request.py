"""The options of a build: build arguments, target, platforms, named contexts."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import attrs

from deployspec._core.diagnostics import Diagnostic
from deployspec._dockerfile.build.platforms import Platform, normal_platform, parse_platform
from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.places import shown
from deployspec._references.hints import QUOTES

_DEFAULT = "linux/amd64"
_LINUX = Platform("linux", "amd64")


@attrs.frozen
class Platforms:
    """The target platform and the builder's, in normal form, the variables that they set, and their errors.

    `unknown` are the variables of an invalid platform.
    """

    target: Platform
    builder: Platform
    variables: Mapping[str, str]
    errors: tuple[Diagnostic, ...]
    unknown: tuple[str, ...] = ()


@attrs.define
class Request:
    """The options of one build. Not frozen, because it is created for each call and frozen classes are slower."""

    args: Mapping[str, str]
    target: str
    platforms: Platforms
    contexts: Mapping[str, str]


def platform_hint(text: str) -> str:
    """Return a hint about an invalid platform.

    >>> platform_hint('"linux/arm64"')
    'did you mean `linux/arm64`?'
    """
    platform = parse_platform(text.strip(QUOTES + " "))
    return "write OS/ARCH, such as `linux/arm64`" if platform is None else f"did you mean `{platform}`?"


# buildkit frontend/dockerfile/dockerfile2llb/platform.go: buildPlatformOpt, defaultArgs
@functools.lru_cache(maxsize=64)
def read_platforms(target: str, builder: str | None) -> Platforms:
    """Read the platforms of a build (builder `None`: `linux/amd64`). Cached, because few platforms are in use.

    An invalid platform is reported in `errors` and replaced by `linux/amd64`.
    """
    found = DockerfileCollector()
    platforms = _platform(target, "--platform", found), _platform(builder or _DEFAULT, "build_platform", found)
    variables = {
        f"{prefix}{name}": value
        for prefix, platform in zip(("TARGET", "BUILD"), platforms, strict=True)
        for name, value in (
            ("PLATFORM", platform.name),
            ("OS", platform.os),
            ("OSVERSION", platform.os_version),
            ("ARCH", platform.arch),
            ("VARIANT", platform.variant),
        )
    }
    invalid = tuple("TARGET" if error.source == "--platform" else "BUILD" for error in found.found)
    unknown = tuple(name for name in variables if name.startswith(invalid))
    return Platforms(*platforms, variables, tuple(found.found), unknown)


def _platform(text: str, option: str, found: DockerfileCollector) -> Platform:
    platform = normal_platform(text)
    if platform is None:
        found.error_at("platform", f"invalid platform `{shown(text)}`", option, platform_hint(text))
        return _LINUX
    return platform
