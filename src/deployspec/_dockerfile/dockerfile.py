"""A Dockerfile as a value: parsing its text, and finding the images that a build of it pulls."""

from collections.abc import Callable, Container, Mapping
from typing import NamedTuple

import attrs

from deployspec._core.diagnostics import Diagnostic, InvalidDockerfile
from deployspec._core.fast_init import fast_init
from deployspec._dockerfile.build.entrypoint import find_entrypoint
from deployspec._dockerfile.build.graph import BuildGraph
from deployspec._dockerfile.build.images import build_graph, find_images, find_only_image
from deployspec._dockerfile.build.request import Request, read_platforms
from deployspec._dockerfile.build.scope import OpenScope
from deployspec._dockerfile.build.values import BuildImages
from deployspec._dockerfile.diagnostics import SOURCE, DockerfileCollector
from deployspec._dockerfile.explain import explain
from deployspec._dockerfile.features import features_of
from deployspec._dockerfile.places import Place
from deployspec._dockerfile.stages.builder import FileBuilder
from deployspec._dockerfile.stages.parse import parse_stages
from deployspec._dockerfile.stages.stages import Argument, Stage, StartCommand
from deployspec._dockerfile.text.directives import CHECK_ARGUMENT, Top, check_argument, read_top
from deployspec._dockerfile.text.frontend import read_frontend
from deployspec._dockerfile.text.lines import BOM, decoded
from deployspec._references.reference import ImageReference, find_reference


@attrs.frozen(kw_only=True, weakref_slot=False)
class Dockerfile:
    """A valid Dockerfile: its global arguments and its stages, in the order of the file.

    `escape` is its escape character, `syntax` the image named by its `# syntax=` directive, `source` the text.
    `features` are the features that older or other builders read as something else (`heredoc` and so on). Unless
    `may_be_refused`, BuildKit cannot refuse an instruction after it has asked for the images. Unless
    `may_mount_secrets`, no instruction mounts a secret or an SSH agent.

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
    features: tuple[str, ...] = ()
    syntax_place: Place | None = attrs.field(default=None, eq=False, repr=False)
    source: str = attrs.field(default="", eq=False, repr=False)
    may_be_refused: bool = attrs.field(default=False, eq=False, repr=False)
    may_mount_secrets: bool = attrs.field(default=False, eq=False, repr=False)

    @property
    def entrypoint(self) -> StartCommand:
        """ENTRYPOINT of the last stage: exec form as a tuple, shell form as a string, `()` if there is none.

        It may be inherited from another stage of the file. `None` means that it is inherited from an image, so that the
        text does not contain it.
        """
        return find_entrypoint(self.arguments, self.stages, self.escape).entrypoint

    @property
    def cmd(self) -> StartCommand:
        """CMD of the last stage, in the forms of `entrypoint`. An ENTRYPOINT resets an inherited CMD."""
        return find_entrypoint(self.arguments, self.stages, self.escape).cmd

    def images(
        self,
        *,
        build_args: Mapping[str, str] | None = None,
        target: str = "",
        platform: str = "linux/amd64",
        build_platform: str | None = None,
        contexts: Mapping[str, str] | None = None,
    ) -> BuildImages:
        """Find the images that a build pulls from registries.

        `build_args` and `contexts` are the values of `--build-arg` and `--build-context`. `target` is the name of a
        stage ("" for the last one). `platform` is the target platform, `build_platform` the platform of the builder
        (`None`: `linux/amd64`).

        Raises `InvalidDockerfile` with all errors because of which BuildKit would fail before it contacts a registry.

        >>> text = "FROM golang:1.22 AS build\\nFROM scratch\\nCOPY --from=build /app /app\\n"
        >>> [str(image.reference) for image in parse_dockerfile(text).images().needed]
        ['docker.io/library/golang:1.22']
        """
        platforms = read_platforms(platform, build_platform)
        frontend = None if self.syntax is None or build_args else find_reference(self.syntax, "latest")
        is_valid = frontend is not None or self.syntax is None
        if is_valid and not (build_args or target or contexts or platforms.errors):
            only = find_only_image(self.arguments, self.stages, self.escape, frontend, platforms.target)
            if only is not None:
                return only
        return find_build(self, Request(build_args or {}, target, platforms, contexts or {}), frontend)


def find_build(file: Dockerfile, request: Request, frontend: ImageReference | None = None) -> BuildImages:
    """Return the images of a build; raise `InvalidDockerfile` if BuildKit would fail before it asks for them."""
    try:
        images, graph = try_build(file, request, frontend)
        errors = graph.found.diagnostics() if images is None else ()
    except InvalidDockerfile as error:
        images, errors = None, error.diagnostics
    if images is not None:
        return images
    raise InvalidDockerfile(explain(file.source, errors))


def try_build(
    file: Dockerfile, request: Request, frontend: ImageReference | None = None
) -> tuple[BuildImages | None, BuildGraph]:
    """Return the images of a build and its graph; `None` for the images if the graph has errors.

    A `frontend` that is known already is not read again.
    """
    found = DockerfileCollector()
    if file.syntax is not None or request.args:
        frontend = frontend or read_frontend(file.syntax, request.args, found, file.syntax_place)
        if CHECK_ARGUMENT in request.args:
            check_argument(request.args[CHECK_ARGUMENT], found)
    graph = build_graph(file.arguments, file.stages, file.escape, request, found)
    return find_images(graph, frontend), graph


make_dockerfile = fast_init(Dockerfile)


class BrokenFile(NamedTuple):
    """A file with errors, which are in `found`, and its valid parts."""

    source: str
    content: FileBuilder
    found: DockerfileCollector

    def build(self, request: Request) -> BuildGraph:
        """Build the graph of the valid parts; its errors are added to `found`."""
        content = self.content
        if CHECK_ARGUMENT in request.args:
            check_argument(request.args[CHECK_ARGUMENT], self.found)
        graph = build_graph(content.arguments, content.stages, content.escape, request, self.found, content.lost)
        find_images(graph, None)  # errors in contexts
        return graph

    def build_for_any_options(self) -> None:
        """Add the errors of the graph that no option of the build changes."""
        content = self.content
        request = Request({}, "", read_platforms("linux/amd64", None), {})
        scope = OpenScope(request, content.escape, self.found)
        BuildGraph(content.arguments, content.stages, scope, request, content.lost).build()

    def error(self, find_more: Callable[[], object]) -> InvalidDockerfile:
        """Return the exception with all errors, also those that a function finds; of a template only one."""
        try:
            find_more()
        except InvalidDockerfile as error:
            diagnostics = error.diagnostics
        else:
            diagnostics = self.found.diagnostics()
        return InvalidDockerfile(explain(self.source, diagnostics))


def parse_dockerfile(text: str | bytes) -> Dockerfile:
    """Parse a Dockerfile as BuildKit's built-in frontend does (moby/buildkit 73ed6825c).

    Bytes need not be valid UTF-8. Raises `InvalidDockerfile` if the text or an instruction is invalid. The exception
    also lists errors that `Dockerfile.images` would report for any options, such as an invalid base image.

    >>> parse_dockerfile("FROM alpine AS base\\nCMD serve\\n").stages[0].name
    'base'
    """
    source = decoded(text)
    found = DockerfileCollector()
    file = _read(source, read_top(source.removeprefix(BOM), found), found)
    if isinstance(file, Dockerfile):
        return file
    raise file.error(file.build_for_any_options)


class CustomFrontend(NamedTuple):
    """A frontend that is not known to read Dockerfiles, and the line of the directive that names one, if any."""

    reference: ImageReference
    line: int | None


def read_unless_custom(
    text: str | bytes, build_args: Mapping[str, str], builtin: Container[str]
) -> tuple[Dockerfile | BrokenFile | CustomFrontend, ImageReference | None]:
    """Read a Dockerfile and its frontend, or only the frontend if its repository is not in `builtin`.

    Only a custom frontend knows the meaning of its text. The result is that of `frontend_of` and `parse_dockerfile`;
    the directives are read once instead of twice.
    """
    source = decoded(text)
    found = DockerfileCollector()
    top = read_top(source.removeprefix(BOM), found, ignores_check=CHECK_ARGUMENT in build_args)
    frontend: ImageReference | None = None
    if top.syntax is not None or build_args:
        frontend = read_frontend(top.syntax, build_args, found, top.place)
    if frontend is None or frontend.repository in builtin:
        return _read(source, top, found), frontend
    return CustomFrontend(frontend, None if top.place is None else top.place.line), frontend


def images_of_text(text: str | bytes, request: Request, builtin: Container[str]) -> BuildImages:
    """Return the images of a build of any text; raise `InvalidDockerfile` with the errors of the text and the build."""
    file, frontend = read_unless_custom(text, request.args, builtin)
    if isinstance(file, Dockerfile):
        return find_build(file, request, frontend)
    if isinstance(file, CustomFrontend):
        return images_of_custom(file)
    raise file.error(lambda: file.build(request))


def images_of_custom(frontend: CustomFrontend) -> BuildImages:
    """Return the images of a build with a custom frontend, of which only the frontend is known."""
    message = (
        f"custom frontend `{frontend.reference.familiar}` reads the Dockerfile, so the images of the build are unknown"
    )
    unknown = Diagnostic("build-frontend-custom", message, "warning", source=SOURCE)
    return BuildImages(needed=(), all=(), frontend=frontend.reference, unknowns=(unknown,))


def _read(source: str, top: Top, found: DockerfileCollector) -> Dockerfile | BrokenFile:
    try:
        content = parse_stages(source, found, has_directives=not top.is_usual)
        if not found.found or not found.failed:
            return _dockerfile(source, top, content, found)
        return BrokenFile(source, content, found)
    except InvalidDockerfile as error:
        diagnostics = explain(source, error.diagnostics)
    raise InvalidDockerfile(diagnostics)


def _dockerfile(source: str, top: Top, content: FileBuilder, found: DockerfileCollector) -> Dockerfile:
    if content.nul_place is not None:
        found.warning_at(
            "not-text", "NUL character in an instruction", content.nul_place, "save the file as UTF-8 text"
        )
    return make_dockerfile(
        arguments=tuple(content.arguments),
        stages=tuple(content.stages),
        escape=content.escape,
        syntax=top.syntax,
        diagnostics=found.diagnostics() if found.found else (),
        features=features_of(source, content),
        syntax_place=top.place,
        source=source,
        may_be_refused=content.may_be_refused,
        may_mount_secrets=content.may_mount_secrets,
    )
