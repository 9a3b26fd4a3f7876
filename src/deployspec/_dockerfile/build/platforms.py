"""Platforms: `OS[(VERSION)]/ARCH[/VARIANT]`, with the aliases that containerd knows.

Grammar::

    platform = os | arch | os "/" arch | os "/" arch "/" variant
    os       = name [ "(" version *( "+" feature ) ")" ]
"""

from __future__ import annotations

import re

import attrs

_OS = re.compile(r"([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*(?:\+[A-Za-z0-9_.%-]+)*)\))?")
_PART = re.compile(r"[A-Za-z0-9_.-]+")
_KNOWN_OS = frozenset({
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd",
    "openbsd", "plan9", "solaris", "windows", "zos",
})  # fmt: skip
_KNOWN_ARCH = frozenset({
    "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "ppc64", "ppc64le", "loong64", "mips", "mipsle",
    "mips64", "mips64le", "mips64p32", "mips64p32le", "ppc", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64",
    "wasm",
})  # fmt: skip
_ALIASES = {
    "i386": ("386", ""),
    "x86_64": ("amd64", None),
    "x86-64": ("amd64", None),
    "aarch64": ("arm64", None),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v6"),
}


@attrs.frozen
class Platform:
    """The parts of a platform, "" for those that are missing, and its text."""

    os: str
    arch: str
    variant: str = ""
    os_version: str = ""
    name: str = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        version = f"({self.os_version})" if self.os_version else ""
        variant = f"/{self.variant}" if self.variant else ""
        object.__setattr__(self, "name", f"{self.os}{version}/{self.arch}{variant}")

    def normal(self) -> Platform:
        """Return the normal form, in which equal platforms are written alike."""
        arch, variant = _normal_arch(self.arch, self.variant)
        return Platform(self.os, arch, variant, self.os_version)

    def __str__(self) -> str:
        return self.name


_LINUX = Platform("linux", "amd64")


# containerd/platforms database.go: normalizeArch
def _normal_arch(arch: str, variant: str) -> tuple[str, str]:
    arch, variant = arch.lower(), variant.lower()
    name, fixed = _ALIASES.get(arch, (arch, None))
    variant = variant if fixed is None else fixed
    if name == "amd64" and variant == "v1":
        return name, ""
    if name == "arm64" and variant in ("8", "v8"):
        return name, ""
    if name == "arm":
        return name, {"": "v7", "7": "v7", "5": "v5", "6": "v6", "8": "v8"}.get(variant, variant)
    return name, variant


def parse_platform(text: str, host: Platform | None = None) -> Platform | None:
    """Parse the platform in `--platform` of a FROM; `None` if it is invalid. `host` completes a single word.

    >>> str(parse_platform("linux/aarch64")), str(parse_platform("linux/arm64/v8")), str(parse_platform("linux/arm"))
    ('linux/arm64', 'linux/arm64/v8', 'linux/arm')
    """
    return _read_platform(text, host or _LINUX)


# containerd/platforms platforms.go: Parse
def _read_platform(text: str, host: Platform) -> Platform | None:
    parts = text.split("/")
    first = _OS.fullmatch(parts[0])
    if len(parts) > 3 or first is None or not all(map(_PART.fullmatch, parts[1:])):  # noqa: PLR2004  # os, arch, variant
        return None
    system = {"macos": "darwin"}.get(first[1].lower(), first[1].lower())
    version = first[2] or ""
    if len(parts) == 1:
        if system in _KNOWN_OS:
            return Platform(system, host.arch, host.variant, version)
        arch, variant = _normal_arch(parts[0], "")
        return Platform(host.os, arch, _unwritten(arch, variant)) if arch in _KNOWN_ARCH else None
    if len(parts) == 2:  # noqa: PLR2004  # os, arch
        arch, variant = _normal_arch(parts[1], "")
        return Platform(system, arch, _unwritten(arch, variant), version)
    arch, variant = _normal_arch(parts[1], parts[2])
    return Platform(system, arch, "v8" if arch == "arm64" and not variant else variant, version)


def _unwritten(arch: str, variant: str) -> str:
    """Leave out the default variant of `arm`, because the text does not contain it."""
    return "" if (arch, variant) == ("arm", "v7") else variant


def normal_platform(text: str) -> Platform | None:
    """Parse a target or build platform and bring it to its normal form."""
    platform = parse_platform(text)
    return None if platform is None else platform.normal()
