"""A Dockerfile as a value: text → arguments and stages, and from there to the images that a build fetches."""

from collections.abc import Container, Mapping

import attrs

from deployspec._core.diagnostics import Diagnostic
from deployspec._core.fast_init import fast_init
from deployspec._dockerfile.build.images import BuildImages, find_images
from deployspec._dockerfile.build.scope import read_platforms
from deployspec._dockerfile.build.starts import what_starts
from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.places import Place
from deployspec._dockerfile.stages.parse import Reader
from deployspec._dockerfile.stages.stages import Argument, Stage, StartCommand
from deployspec._dockerfile.text.directives import Top, read_top
from deployspec._dockerfile.text.frontend import frontend_in
from deployspec._dockerfile.text.lines import BOM, decoded
from deployspec._references.reference import ImageReference

__all__ = ["Dockerfile", "parse_dockerfile"]


@attrs.frozen(kw_only=True, weakref_slot=False)
class Dockerfile:
    """A Dockerfile that BuildKit would read: its global arguments and its stages, in the order of the file.

    `escape` is its escape character, `syntax` the image of its `# syntax=` directive.

    >>> file = parse_dockerfile("ARG TAG=3\\nFROM alpine:$TAG AS base\\nFROM base\\nCMD serve\\n")
    >>> [(stage.name, stage.base, stage.line) for stage in file.stages], file.cmd
    ([('base', 'alpine:$TAG', 2), (None, 'base', 3)], 'serve')
    """

    __module__ = "deployspec"

    arguments: tuple[Argument, ...]
    stages: tuple[Stage, ...]
    escape: str = "\\"
    syntax: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    syntax_place: Place | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def entrypoint(self) -> StartCommand:
        """ENTRYPOINT of the last stage: exec form as a tuple, shell form as text, `()` for none.

        It may come from a stage of the file that the last one stands on. `None`: it comes from an image, so that the
        text cannot tell it.
        """
        return what_starts(self.arguments, self.stages, self.escape)[0]

    @property
    def cmd(self) -> StartCommand:
        """CMD of the last stage, in the forms of `entrypoint`, by which an inherited one is reset."""
        return what_starts(self.arguments, self.stages, self.escape)[1]

    def images(
        self,
        *,
        build_args: Mapping[str, str] | None = None,
        target: str = "",
        platform: str = "linux/amd64",
        build_platform: str | None = None,
        contexts: Mapping[str, str] | None = None,
    ) -> BuildImages:
        """Tell which images a build fetches from registries.

        `build_args` and `contexts` are what `--build-arg` and `--build-context` give. `target` is a stage's name (""
        for the last one). `platform` is the target platform, `build_platform` the builder's (`None`: `linux/amd64`).

        Raises `InvalidDockerfile` where BuildKit fails before it asks a registry.

        >>> text = "FROM golang:1.22 AS build\\nFROM scratch\\nCOPY --from=build /app /app\\n"
        >>> [str(image.reference) for image in parse_dockerfile(text).images().needed]
        ['docker.io/library/golang:1.22']
        """
        return find_images(self, build_args or {}, target, read_platforms(platform, build_platform), contexts or {})


make_dockerfile = fast_init(Dockerfile)


def parse_dockerfile(text: str | bytes) -> Dockerfile:
    """Read a Dockerfile as BuildKit's built-in frontend does (moby/buildkit 73ed6825c).

    Bytes need not be UTF-8. Raises `InvalidDockerfile` with every fault that the text alone shows.

    >>> parse_dockerfile("FROM alpine AS base\\nCMD serve\\n").stages[0].name
    'base'
    """
    source = decoded(text)
    found = DockerfileCollector()
    return _read(source, read_top(source.removeprefix(BOM), found), found)


def parse_unless_foreign(
    text: str | bytes, build_args: Mapping[str, str], builtin: Container[str]
) -> Dockerfile | ImageReference:
    """Read a Dockerfile, or return the frontend that alone can: one that is not `builtin` may read anything in it.

    Does what `frontend_of` and `parse_dockerfile` do, and reads the top of the file once.
    """
    source = decoded(text)
    found = DockerfileCollector()
    top = read_top(source.removeprefix(BOM), found)
    frontend = None if top.syntax is None and not build_args else frontend_in(top, build_args)
    return _read(source, top, found) if frontend is None or frontend.repository in builtin else frontend


def _read(source: str, top: Top, found: DockerfileCollector) -> Dockerfile:
    reader = Reader(source, found)
    reader.read(is_usual=top.is_usual)
    found.raise_if_failed()
    if reader.nul is not None:
        found.warning_at("not-text", "the instruction holds a NUL character", reader.nul, "save the file as text")
    return make_dockerfile(
        arguments=tuple(reader.arguments),
        stages=tuple(reader.stages),
        escape=reader.lexer.escape,
        syntax=top.syntax,
        diagnostics=() if reader.nul is None else found.diagnostics(),
        syntax_place=top.place,
    )
