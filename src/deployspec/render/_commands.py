"""A plan as commands for docker, podman, buildah and skopeo: lists of arguments, never a line for a shell.

No secret stands in an argument and there is no login step: logins come through an auth file alone.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from deployspec._core.diagnostics import Diagnostic
from deployspec._plan import ImagePull, Pull, Recipe
from deployspec._references.reference import ImageReference, parse_reference
from deployspec.render._context_names import spellings
from deployspec.render._export import loss
from deployspec.render._shared import BUILT, credential_losses, platform_losses, recipe_losses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deployspec._plan import DeployPlan
    from deployspec._procfile.procfile import Service

__all__ = ["Command", "Commands", "Tool", "commands"]

Tool: TypeAlias = Literal["docker", "podman", "buildah", "skopeo"]


@attrs.frozen
class Command:
    """One command: `argv` for `subprocess.run` without a shell, and the service that it starts, if it starts one.

    A command without a service runs to its end before the next one; one with a service runs as long as the service
    does (`release` runs once). `str` quotes it for a person.

    >>> print(Command(("docker", "run", "app", "a b")))
    docker run app 'a b'
    """

    argv: tuple[str, ...]
    service: str | None = None

    def __str__(self) -> str:
        return shlex.join(self.argv)


@attrs.frozen
class Commands:
    """The commands that carry out a plan, in order, and what the tool cannot do of it."""

    steps: tuple[Command, ...]
    losses: tuple[Diagnostic, ...] = ()


def commands(plan: DeployPlan, tool: Tool = "docker", tag: str | None = None, auth_file: str | None = None) -> Commands:
    """Return the commands that fetch or build the plan's image and start its services, `release` first.

    They are to be run at the root of the app's files. `tag` names what comes out (default of a build:
    `localhost/app:latest`). `auth_file` is the path of what `auth_file` gave for the same tool; for docker its name
    must be `config.json`. Environment variables are passed by name: their values come from the executor's environment.
    skopeo copies a pulled image into the OCI layout `NAME:TAG` of the current folder and does nothing else.

    Raises `InvalidReference` where `tag` is none.

    >>> from deployspec import App, resolve
    >>> plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run $PORT"))
    >>> for step in commands(plan, auth_file="/run/deploy/config.json").steps:
    ...     print(step)
    docker --config /run/deploy pull quay.io/acme/web:1
    docker --config /run/deploy run --rm --pull=never --entrypoint /bin/sh quay.io/acme/web:1 -c 'run $PORT'
    """
    if tag is not None:
        parse_reference(tag)
    writer = _WRITERS[tool](plan, tag, auth_file)
    steps = (*writer.fetch(), *writer.start())
    return Commands(steps, tuple(dict.fromkeys((*writer.common_losses(), *writer.losses))))


def _path(path: str) -> str:
    """A path that is no option, and not the `-` that means standard input."""
    return f"./{path}" if path.startswith("-") else path


class _Writer:
    """Writes the commands of one tool; `losses` grow on the way."""

    tool: Tool
    pull_verb: tuple[str, ...] = ("pull",)
    build_verb: tuple[str, ...] = ("build",)
    pull_bases = "--pull=always"
    """An image of somebody else's that is in the store already must not be had without a login, nor a tag be stale."""
    # With `--pull` alone podman and buildah fall back to an image of the store, which somebody else's login may have
    # fetched, where the registry refuses them.
    fresh = "--pull=always"

    def __init__(self, plan: DeployPlan, tag: str | None, auth_file: str | None) -> None:
        self.plan = plan
        self.tag = tag
        self.auth_file = auth_file
        self.losses: list[Diagnostic] = []

    def common_losses(self) -> Iterator[Diagnostic]:
        if self.auth_file is None:
            yield from credential_losses(self.plan, "write an auth file and name it")
        if not isinstance(self.plan.action, Pull):
            yield from recipe_losses(self.plan.action.recipe)

    # Fetching and building

    def call(self, verb: tuple[str, ...], *arguments: str) -> tuple[str, ...]:
        """A command that may fetch: with the auth file, so that the tool does not fall back to the user's own."""
        auth = () if self.auth_file is None else ("--authfile", self.auth_file)
        return (self.tool, *verb, *auth, *arguments)

    def fetch(self) -> Iterator[Command]:
        if isinstance(self.plan.action, Pull):
            yield from self.pull(self.plan.action.image)
        else:
            yield Command(self.build(self.plan.action.recipe))

    def pull(self, image: ImagePull) -> Iterator[Command]:
        platform = () if image.platform is None else ("--platform", image.platform)
        yield Command(self.call(self.pull_verb, *platform, str(image.reference)))
        if self.tag is not None:
            yield Command(self.plain("tag", str(image.reference), self.tag))

    def build(self, recipe: Recipe) -> tuple[str, ...]:
        self.losses += self.frontend_losses()
        options = [self.fresh, "--file", _path(recipe.dockerfile_path)]
        options += ("--target", recipe.target) if recipe.target else ()
        for name, value in recipe.args:
            options += ("--build-arg", f"{name}={value}")
        for name, value in self.contexts(recipe):
            options += ("--build-context", f"{name}={value}")
        options += ("--platform", recipe.platform, "--tag", self.built)
        return self.call(self.build_verb, *options, _path(recipe.context))

    def frontend_losses(self) -> Iterator[Diagnostic]:
        """These tools read a Dockerfile themselves, whatever its `# syntax=` says."""
        for pull in self.plan.pulls:
            if pull.role == "frontend":
                message = f"{self.tool} does not hand the build to the frontend `{pull.reference.familiar}`"
                yield loss("export-frontend-not-carried", message, "build with docker, if the file needs that frontend")

    def contexts(self, recipe: Recipe) -> Iterator[tuple[str, str]]:
        """These tools compare a context's name with the image as the Dockerfile spells it: every spelling is told."""
        for name, value in recipe.contexts:
            for spelling in spellings(name):
                yield spelling, value

    # Starting

    def plain(self, *arguments: str) -> tuple[str, ...]:
        """A command that fetches nothing."""
        return (self.tool, *arguments)

    @property
    def built(self) -> str:
        return self.tag or BUILT

    @property
    def image(self) -> str:
        if isinstance(self.plan.action, Pull) and self.tag is None:
            return str(self.plan.action.image.reference)
        return self.built

    def start(self) -> Iterator[Command]:
        for service in sorted(self.plan.services, key=lambda one: not one.is_release):
            yield from self.run(service)

    def run(self, service: Service) -> Iterator[Command]:
        shell, *arguments = service.shell_form() or ("",)
        entrypoint = ("--entrypoint", shell) if shell else ()
        options = ("--rm", "--pull=never", *self.environment(), *entrypoint)
        yield Command(self.plain("run", *options, self.image, *arguments), service.name)

    def environment(self) -> Iterator[str]:
        for name in self.plan.environment:
            if self.tool == "podman" and name.endswith("*"):
                message = f"podman would take `{name}` for every variable that begins so, so it is left out"
                self.losses.append(loss("export-environment-not-carried", message))
            else:
                yield from ("--env", name)


class _Docker(_Writer):
    tool = "docker"
    pull_bases = "--pull"
    fresh = "--pull"

    def call(self, verb: tuple[str, ...], *arguments: str) -> tuple[str, ...]:
        return self.plain(*verb, *arguments)

    def plain(self, *arguments: str) -> tuple[str, ...]:
        """Always with the same folder, since it also says which daemon is meant."""
        return ("docker", *(() if self.auth_file is None else ("--config", self.folder(self.auth_file))), *arguments)

    def folder(self, auth_file: str) -> str:
        folder, slash, name = auth_file.rpartition("/")
        if name != "config.json":
            message = f"docker reads `config.json` in its folder, not `{name}`"
            self.losses.append(loss("export-auth-file-name", message, "write the auth file under that name"))
        return folder or (slash or ".")

    def build(self, recipe: Recipe) -> tuple[str, ...]:
        # Only the builder of the buildx plugin knows named contexts; without one, any builder will do.
        self.build_verb = ("buildx", "build", "--load") if recipe.contexts else ("build",)
        return super().build(recipe)

    def frontend_losses(self) -> Iterator[Diagnostic]:
        yield from ()

    def contexts(self, recipe: Recipe) -> Iterator[tuple[str, str]]:
        yield from recipe.contexts


class _Podman(_Writer):
    tool = "podman"


class _Buildah(_Writer):
    tool = "buildah"
    pull_verb = ("pull", "--policy=always")  # by itself it takes an image that is there, whosoever fetched it
    build_verb = ("bud",)

    def run(self, service: Service) -> Iterator[Command]:
        """A working container, named by the service, and the command in it."""
        if service.command is None:
            message = f"buildah does not run what the image says, so the service `{service.name}` is left out"
            self.losses.append(loss("export-image-command-not-carried", message, "start it with podman or docker"))
            return
        yield Command(self.plain("from", f"--name={service.name}", "--pull=never", self.image))
        yield Command(self.plain("run", "--", service.name, *service.shell_form()), service.name)

    def start(self) -> Iterator[Command]:
        if self.plan.environment:
            message = "buildah takes no variable by its name alone, so none of the environment is passed"
            hint = "where the values are at hand, put `--env NAME=VALUE` after `run`"
            self.losses.append(loss("export-environment-not-carried", message, hint))
        return super().start()


class _Skopeo(_Writer):
    tool = "skopeo"

    def fetch(self) -> Iterator[Command]:
        if isinstance(self.plan.action, Pull):
            yield from self.pull(self.plan.action.image)
        else:
            message = "skopeo copies images and cannot build one"
            self.losses.append(loss("export-build-not-carried", message, "build with docker, podman or buildah"))

    def pull(self, image: ImagePull) -> Iterator[Command]:
        source = image.reference
        if source.tag is not None and source.digest is not None:
            message = f"skopeo takes a tag or a digest, so the tag `{source.tag}` is left out"
            self.losses.append(loss("export-tag-not-carried", message))
            source = source.with_tag(None)
        self.losses += platform_losses(image, "put `--override-os` and `--override-arch` after `skopeo`")
        name = image.reference if self.tag is None else parse_reference(self.tag)
        auth = () if self.auth_file is None else ("--src-authfile", self.auth_file)
        yield Command(("skopeo", "copy", *auth, f"docker://{source}", _layout(name)))

    def start(self) -> Iterator[Command]:
        for service in self.plan.services:
            message = f"skopeo starts nothing, so the service `{service.name}` is left out"
            self.losses.append(loss("export-services-not-carried", message))
        yield from ()


def _layout(name: ImageReference) -> str:
    return f"oci:{name.name}:{name.tag or 'latest'}"


_WRITERS: dict[Tool, type[_Writer]] = {"docker": _Docker, "podman": _Podman, "buildah": _Buildah, "skopeo": _Skopeo}
