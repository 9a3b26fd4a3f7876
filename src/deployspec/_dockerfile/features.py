"""Features of a Dockerfile that another builder reads as something else, and the versions that read them alike.

`FEATURES` are those that other builders read without an error, and find other stages or other images than BuildKit. So
a file whose plan pulls nothing could make them pull an image that the plan does not list, for example one in the lines
of a heredoc. `ADDITIONS` are those that an older frontend refuses, so that the build fails.

Sources: the commits of moby/buildkit named below, with the first tag `dockerfile/X.Y.0` and `vX.Y.0` that contains
them; CHANGELOG.md of containers/buildah; the parser of openshift/imagebuilder, which podman and buildah use; and
experiments with buildah 1.28, which are among the tests of tools. The other programs contain one of these as a module:

| program             | BuildKit or buildah                                                                        |
|---------------------|--------------------------------------------------------------------------------------------|
| Docker Engine 20.10 | 0.8.4 (moby/moby v20.10.24: vendor.conf)                                                   |
| 23.0, 27.0, 27.1    | 0.10.6, 0.14.1, 0.15.0 (moby/moby v23.0.0 and so on: vendor.mod)                           |
| 27.3, 27.4, 27.5    | 0.16.0, 0.17.3, 0.18.2                                                                     |
| 28.0, 28.1, 28.2    | 0.20.0, 0.21.0, 0.22.0                                                                     |
| podman 4.2, 4.3     | 1.27.0, 1.28.0 (containers/podman v4.2.0, v4.3.0: go.mod)                                  |
| podman 4.7, 4.8     | 1.32.0, 1.33.2 (containers/podman v4.7.0, v4.8.0: go.mod; RELEASE_NOTES.md names heredocs) |
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from deployspec._dockerfile.go import SPACE
from deployspec._dockerfile.text.directives import read_directive
from deployspec._dockerfile.text.lines import BOM

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deployspec._dockerfile.stages.builder import FileBuilder
    from deployspec._references.reference import ImageReference

Builder: TypeAlias = Literal["docker", "buildx", "podman", "buildah"]
Version: TypeAlias = tuple[int, int]


@attrs.frozen(kw_only=True)
class Feature:
    """A feature, and the first version of each reader that reads it as BuildKit does (`None`: no version).

    `frontend` is the version of the image `docker/dockerfile`, `docker` that of Docker Engine, `buildx` that of the
    BuildKit which builds for buildx. The builder of Docker Engine before BuildKit reads all of them as something else.
    """

    title: str
    frontend: Version = (1, 0)
    docker: Version = (18, 9)
    buildx: Version = (0, 1)
    podman: Version | None = None
    buildah: Version | None = None


STAGE_UNUSED = "stage-unused"
FEATURES: dict[str, Feature] = {
    # e3fd4a645 Stabilize dockerfile heredoc support; buildah 1.33.0: add heredoc support for RUN, COPY and ADD
    "heredoc": Feature(
        title="a heredoc", frontend=(1, 4), docker=(23, 0), buildx=(0, 10), podman=(4, 8), buildah=(1, 33)
    ),
    # 0b77373ab allow whitespace in heredocs
    "heredoc-space": Feature(
        title="whitespace after the `<<` of a heredoc", frontend=(1, 16), docker=(28, 2), buildx=(0, 22)
    ),
    # cc7a3ded6 fix parsing of trailing backslash. Others read it as a line that continues.
    "double-escape": Feature(
        title="two escape characters at the end of a line", frontend=(1, 2), docker=(20, 10), buildx=(0, 8)
    ),
    # imagebuilder expands words with a backslash as the escape character in every file.
    "escape": Feature(title="the directive `escape`"),
    # 7c0493de8 fix parsing multiple directives. For others, the first directive ends them.
    "escape-after-syntax": Feature(
        title="the directive `escape` after another one", frontend=(1, 2), docker=(20, 10), buildx=(0, 8)
    ),
    # e3c0a07b0 Adds controls for checking dockerfile lint rules
    "escape-after-check": Feature(
        title="the directive `escape` after `check`", frontend=(1, 8), docker=(27, 0), buildx=(0, 14)
    ),
    # imagebuilder sets the variables of platforms only after ARG, and those of proxies without it.
    "variable": Feature(title="a predefined variable without `ARG` in the name of an image"),
    # 6a31a78b4 expose TARGETSTAGE as builtin argument
    "variable-stage": Feature(
        title="the variable `TARGETSTAGE` in the name of an image", frontend=(1, 11), docker=(27, 4), buildx=(0, 17)
    ),
    # 94ddeb7db Support OS version in platform string
    "variable-os-version": Feature(
        title="the version of an operating system in the name of an image",
        frontend=(1, 13),
        docker=(28, 0),
        buildx=(0, 19),
    ),
    # imagebuilder compares the names of stages with their case, and uses the first of two.
    "stage-case": Feature(title="an upper-case letter in the name of a stage"),
    "stage-twice": Feature(title="two stages of the same name"),
    # buildah uses the first `from`, BuildKit the last.
    "mount-twice": Feature(title="two images in one `--mount`"),
    # buildah 1.28.0: build: support --skip-unused-stages for multi-stage builds. This one depends on the target too.
    STAGE_UNUSED: Feature(title="an image of a stage that the target does not need", podman=(4, 3), buildah=(1, 28)),
}

_PLAIN_ESCAPE = re.compile(r"#[ \t]*escape[ \t]*=", re.IGNORECASE)
_VARIABLE = re.compile(
    r"TARGETSTAGE|(?:TARGET|BUILD)(?:PLATFORM|OSVERSION|OS|ARCH|VARIANT)|(?i:HTTPS?|FTP|NO|ALL)_(?i:PROXY)"
)


def features_of(text: str, content: FileBuilder) -> tuple[str, ...]:
    """Return the names of the features that a file uses, except `STAGE_UNUSED`, in the order of `FEATURES`."""
    found = content.features
    if content.escape == "`":
        found.add("escape")
        found |= _late_escape(text)
    if len(content.stages) > 1:
        names = [stage.name for stage in content.stages if stage.name is not None]
        if len(set(names)) < len(names):
            found.add("stage-twice")
    declared: set[str] = set()
    for argument in content.arguments:
        declared.add(argument.name)
        if argument.default is not None and "$" in argument.default:
            _add_variables(argument.default, declared, found)
    for stage in content.stages:
        if "$" in stage.base:
            _add_variables(stage.base, declared, found)
    return tuple(name for name in FEATURES if name in found) if found else ()


def _late_escape(text: str) -> set[str]:
    """Return how the directive `escape` is hidden from older readers, which look for it in the first line only."""
    before: set[str] = set()
    lines = iter(text.removeprefix(BOM).split("\n"))
    line = next(lines).lstrip(SPACE)
    while (directive := read_directive(line.rstrip("\r"))) is not None and directive[0] != "escape":
        before.add(directive[0])
        line = next(lines, "").lstrip(SPACE)
    if not before and _PLAIN_ESCAPE.match(line):
        return set()
    return {"escape-after-check" if "check" in before else "escape-after-syntax"}


def _add_variables(word: str, declared: set[str], found: set[str]) -> None:
    # These searches rule out nearly all words, and take a tenth of the time of the pattern.
    if not ("TARGET" in word or "BUILD" in word or "_PROXY" in word.upper()):
        return
    for match in _VARIABLE.finditer(word):
        name = match[0]
        if name == "TARGETSTAGE":
            found.add("variable-stage")
        elif name.endswith("OSVERSION"):
            found.add("variable-os-version")
        elif name not in declared:
            found.add("variable")


# Sources: `frontend/dockerfile/instructions` (parse.go, commands_run….go), `frontend/dockerfile/dockerfile2llb` and
# `frontend/dockerfile/shell/lex.go` of moby/buildkit at each tag `dockerfile/1.N.0`, and the names of the Go build tags
# in `frontend/dockerfile/release/labs/tags` there (`release/experimental/tags` of the tags `1.1.N-experimental`).
# Each has a title, the first N of `docker/dockerfile:1.N` (`None`: only the labs channel supports it), the first N of
# the labs channel, which was called experimental before 1.2, and a text that each file with this feature contains.
ADDITIONS: dict[str, tuple[str, int | None, int, str]] = {
    "--mount": ("flag `--mount` of `RUN`", 2, 0, "--mount"),
    "--chmod": ("flag `--chmod`", 2, 2, "--chmod"),
    "arguments": ("`ARG` with several arguments", 2, 2, "ARG"),
    "required": ("required value `${…:?}`", 2, 2, "?"),
    "--network": ("flag `--network` of `RUN`", 3, 1, "--network"),
    "--link": ("flag `--link`", 4, 4, "--link"),
    "--keep-git-dir": ("flag `--keep-git-dir` of `ADD`", 6, 5, "--keep-git-dir"),
    "--checksum": ("flag `--checksum` of `ADD`", 6, 5, "--checksum"),
    "--start-interval": ("flag `--start-interval` of `HEALTHCHECK`", 6, 6, "--start-interval"),
    "pattern": ("pattern in `${…}`", 7, 7, "${"),
    "env": ("mount option `env`", 10, 10, "--mount"),
    "chmod-variable": ("variable in `--chmod`", 10, 10, "--chmod"),
    "chmod-symbolic": ("symbolic mode in `--chmod`", 14, 13, "--chmod"),
    "--unpack": ("flag `--unpack` of `ADD`", 17, 17, "--unpack"),
    "--exclude": ("flag `--exclude`", 19, 7, "--exclude"),
    "--parents": ("flag `--parents` of `COPY`", 20, 7, "--parents"),
    "--security": ("flag `--security` of `RUN`", 20, 1, "--security"),
    "--device": ("flag `--device` of `RUN`", None, 14, "--device"),
}


# A tag such as `1`, `1.4`, `1.4.3-labs`; the others name the newest frontend, or one that is known to be old.
_TAG = re.compile(r"1(?:\.([0-9]+))?(?:\.[0-9]+)?(-labs|-experimental)?")
_CURRENT = frozenset({"latest", "labs", "master", "master-labs"})


_VERSION = re.compile(
    r"(?:1(?:\.([0-9]{1,9})(?:\.[0-9]+)?(?:-rc[0-9]+)?)?|latest|master|(?=labs\Z))-?(labs|experimental)?"
)
# The version of tags that name the newest frontend, and of the last one with the suffix `-experimental`.
_NEWEST, _LAST_EXPERIMENTAL = 10**9, 1


def may_refuse(frontend: ImageReference, text: str) -> list[str]:
    """Return the features that a frontend certainly refuses and that a file may use.

    None if the tag does not name a version, or if there is a digest, which may name any version in spite of the tag.
    """
    if frontend.digest is not None:
        return []
    return [name for name, part in refused_by(frontend.tag or "latest") if part in text]


@functools.lru_cache(maxsize=64)
def refused_by(tag: str) -> tuple[tuple[str, str], ...]:
    """Return the features that the frontend of a tag certainly refuses, each with the text that a file must contain."""
    match = _VERSION.fullmatch(tag)
    if match is None:
        return ()
    minor, channel = match.groups()
    version = int(minor) if minor else _LAST_EXPERIMENTAL if channel == "experimental" else _NEWEST
    first = {name: stable if channel is None else labs for name, (_, stable, labs, _) in ADDITIONS.items()}
    return tuple((name, ADDITIONS[name][3]) for name, known in first.items() if known is None or known > version)


def misread_by_frontend(features: Iterable[str], frontend: ImageReference) -> list[str]:
    """Return the features that a frontend may read as something else.

    A digest may name any version in spite of the tag, and so may an unknown tag.
    """
    if frontend.digest is not None or frontend.tag is None:
        return list(features)
    match = _TAG.fullmatch(frontend.tag)
    if match is None:
        return [] if frontend.tag in _CURRENT else list(features)
    minor, channel = match.groups()
    if minor is None:
        return [] if channel != "-experimental" else list(features)
    # Heredocs were tried out in 1.3-labs.
    version = (1, int(minor[:9]) + (minor == "3" and channel == "-labs"))
    return [name for name in features if FEATURES[name].frontend > version]


def misread_by(features: Sequence[str], builder: Builder, version: Version | None) -> list[str]:
    """Return the features that a builder reads as something else.

    Without a `version`, docker and buildx are current, and podman and buildah may have any.
    """
    if version is None and builder in {"docker", "buildx"}:
        return []
    first: list[tuple[str, Version | None]] = [(name, getattr(FEATURES[name], builder)) for name in features]
    return [name for name, needed in first if needed is None or version is None or version < needed]
