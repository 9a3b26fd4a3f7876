"""A plan as commands for docker, buildx, podman, buildah and skopeo: lists of arguments, never lines for a shell.

No argument contains a secret and no command logs in: the tools read their logins from an auth file.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping

import attrs

from deployspec._core.arguments import check_choice, check_type
from deployspec._core.diagnostics import DeploySpecError, Diagnostic
from deployspec._plan import DeployPlan, ImagePull, Pull, Recipe
from deployspec._procfile.procfile import Service
from deployspec._references.reference import ImageReference, parse_reference
from deployspec.render._build_secrets import (
    BuildSources,
    SecretSource,
    csv_option,
    has_no_comma,
    plain_option,
    read_sources,
)
from deployspec.render._readers import check_reader, has_frontend
from deployspec.render._shared import (
    BUILT_IMAGE,
    Entrypoint,
    PlanDiagnostics,
    Tool,
    check_arguments,
    context_spellings,
    mirrored_recipe,
    release_first,
    report_credentials,
    report_platform,
    report_recipe,
)

__all__ = ["Command", "Commands", "commands"]

SOURCE_POLICY_VARIABLE = "EXPERIMENTAL_BUILDKIT_SOURCE_POLICY"
"""The environment variable from which buildx reads the path of a source policy."""


@attrs.frozen
class Command:
    """One command: `argv` for `subprocess.run` without a shell, and the service that it starts, if any.

    A command without a service must end before the next one runs; a command with a service runs as long as the service
    does (`release` runs once). `str` quotes the arguments for display.

    >>> print(Command(("docker", "run", "app", "a b")))
    docker run app 'a b'
    """

    __module__ = "deployspec.render"

    argv: tuple[str, ...]
    service: str | None = None

    def __str__(self) -> str:
        return shlex.join(self.argv)


@attrs.frozen
class Commands:
    """The commands that execute a plan, in order, and the features of the plan that the tool does not support."""

    __module__ = "deployspec.render"

    steps: tuple[Command, ...]
    losses: tuple[Diagnostic, ...] = ()


def commands(  # noqa: PLR0913  # independent options with defaults
    plan: DeployPlan,
    *,
    tool: Tool = "docker",
    version: str | None = None,
    tag: str | None = None,
    auth_file: str | None = None,
    source_policy: str | None = None,
    secrets: Mapping[str, str] | None = None,
    ssh: Iterable[str] = (),
    entrypoint: Entrypoint = "replace",
) -> Commands:
    """Return the commands that pull or build the plan's image and start its services, `release` first.

    Run them at the root of the app's files. `tag` names the resulting image (default for a build:
    `localhost/app:latest`). `auth_file` is the path of a file with the text that `auth_file` returns for the same tool;
    docker and buildx require the name `config.json`. Environment variables are passed by name, so their values come
    from the environment of the executor. skopeo only copies a pulled image into the OCI layout `NAME:TAG` of the
    current folder. docker builds with `docker buildx build` if the builder before BuildKit would build something else.
    buildx always does, and otherwise runs the commands of docker.

    `source_policy` is the path of a file with the text that `source_policy` returns. docker and buildx then build with
    `docker buildx build`, in which the command `env` sets the variable that names the file; the other tools do not
    support it.

    `secrets` maps the ids of build secrets to the paths of their files, or to `env=` and a variable of the environment
    of the executor. `ssh` are SSH agents or keys, as in docker's option: `default`, or an id with `=` and a path. The
    commands pass those that the build mounts, and `losses` has the mounts that get none.

    A service's command runs in a shell, which replaces the ENTRYPOINT of the image. With `entrypoint="keep"`, the words
    of the command become the arguments of the ENTRYPOINT; buildah ignores it, so its services are left out.

    `version` is the version of the tool, such as `1.33.7`; for docker it is that of the engine, for buildx that of the
    BuildKit which builds, and `None` means a current one. podman and buildah read some features of a Dockerfile, such
    as heredocs, as something else, and might pull images that the plan does not list. So a build of such a file is an
    error for a version that does, and without a version.

    Raises `InvalidReference` if `tag` is invalid, `InvalidProcfile` if `"keep"` meets a command with an unclosed quote,
    `ValueError` for an unknown tool or value of `entrypoint`, and `DeploySpecError`: `export-version-invalid`,
    `export-source-policy-invalid` for an empty path, `export-secret-in-argument` for a source that is itself a secret,
    `export-feature-not-carried`, `export-context-not-carried` if the tool does not support the name of a context,
    `export-context-remote` if it would read the Dockerfile of a remote context, and `export-text-not-carried` for a
    text that cannot be an argument of a process.

    >>> from deployspec import App, resolve
    >>> plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run $PORT"))
    >>> for step in commands(plan, auth_file="/run/deploy/config.json").steps:
    ...     print(step)
    docker --config /run/deploy pull quay.io/acme/web:1
    docker --config /run/deploy run --rm --pull=never --entrypoint /bin/sh quay.io/acme/web:1 -c 'run $PORT'
    """
    check_type("plan", plan, DeployPlan)
    check_choice("tool", tool, Tool)
    check_choice("entrypoint", entrypoint, Entrypoint)
    if tag is not None:
        parse_reference(tag)
    if not isinstance(plan.action, Pull) and tool != "skopeo":
        check_reader(plan, plan.action.recipe, tool, version)
    if source_policy is not None:
        _check_source_policy(source_policy)
    writer = _WRITERS[tool](plan, tag, auth_file, source_policy, secrets, ssh, entrypoint)
    writer.report_unsupported()
    steps = (*writer.prepare(), *writer.start())
    check_arguments(step.argv for step in steps)
    return Commands(steps, writer.losses.diagnostics())


def _check_source_policy(path: str) -> None:
    """Raise `DeploySpecError` for a path without a file: buildx would build without a policy."""
    if not path or "\0" in path:
        message = "path of the source policy is empty or contains a NUL character"
        raise DeploySpecError([Diagnostic("export-source-policy-invalid", message, hint="pass the path of a file")])


def _path(path: str) -> str:
    """Return a path that is neither read as an option nor as the `-` for standard input."""
    return f"./{path}" if path.startswith("-") else path


class _Writer:
    """Writes the commands of one tool, and reports in `losses` what the tool does not support."""

    tool: Tool
    builds = True
    pull_verb: tuple[str, ...] = ("pull",)
    build_verb: tuple[str, ...] = ("build",)
    # Always pull the base images: a local one may be outdated, or may have been pulled with somebody else's login. With
    # plain `--pull`, podman and buildah use a local image if the registry denies access.
    pull_bases = "--pull=always"

    def __init__(  # noqa: PLR0913, PLR0917  # the options of `commands`
        self,
        plan: DeployPlan,
        tag: str | None,
        auth_file: str | None,
        source_policy: str | None,
        secrets: Mapping[str, str] | None,
        ssh: Iterable[str],
        entrypoint: Entrypoint,
    ) -> None:
        self.plan = plan
        self.tag = tag
        self.auth_file = auth_file
        self.source_policy = source_policy
        self.entrypoint = entrypoint
        self.losses = PlanDiagnostics()
        self.sources = BuildSources()
        if self.builds:
            self.sources = read_sources(plan, secrets, ssh, self.losses, accepts=self.accepts)

    def accepts(self, source: SecretSource) -> bool:
        """Whether the tool can read a source of a secret."""
        return has_no_comma(source)

    def secret_option(self, source: SecretSource) -> str:
        return plain_option(source)

    def report_unsupported(self) -> None:
        """Report the features that no tool supports."""
        if self.auth_file is None:
            report_credentials(self.plan, self.losses, "write an auth file and pass its path")
        if not isinstance(self.plan.action, Pull):
            report_recipe(self.plan.action.recipe, self.losses)
            self.report_source_policy()

    def report_source_policy(self) -> None:
        if self.source_policy is not None:
            message = f"source policy is ignored by {self.tool}"
            self.losses.warning("export-source-policy-not-carried", message, hint="build with docker or buildx")

    # Pull and build

    def prepare(self) -> Iterator[Command]:
        if isinstance(self.plan.action, Pull):
            yield from self.pull(self.plan.action.image)
        else:
            yield Command(self.build(self.mirrored(self.plan.action.recipe)))

    def mirrored(self, recipe: Recipe) -> Recipe:
        """The recipe with named contexts for the images of mirrors; the tool ignores frontends."""
        return mirrored_recipe(self.plan, recipe, self.losses, frontend=False)

    def remote(self, verb: tuple[str, ...], *arguments: str) -> tuple[str, ...]:
        """A command that may pull: with the auth file, so that the tool does not use the user's own."""
        auth = () if self.auth_file is None else ("--authfile", self.auth_file)
        return (self.tool, *verb, *auth, *arguments)

    def pull(self, image: ImagePull) -> Iterator[Command]:
        platform = () if image.platform is None else ("--platform", image.platform)
        yield Command(self.remote(self.pull_verb, *platform, str(image.pulled_from)))
        if self.tag is not None:
            yield Command(self.local("tag", str(image.pulled_from), self.tag))

    def build(self, recipe: Recipe) -> tuple[str, ...]:
        self.report_frontend()
        options = [self.pull_bases, "--file", _path(recipe.dockerfile_path)]
        options += ("--target", recipe.target) if recipe.target else ()
        for name, value in recipe.args:
            options += ("--build-arg", f"{name}={value}")
        for name, value in recipe.contexts:
            for spelling in self.context_names(name):
                options += ("--build-context", f"{spelling}={value}")
        for secret in self.sources.secrets:
            options += ("--secret", self.secret_option(secret))
        for agent in self.sources.ssh:
            options += ("--ssh", str(agent))
        options += ("--platform", recipe.platform, "--tag", self.built_image)
        return self.remote(self.build_verb, *options, _path(recipe.context))

    def report_frontend(self) -> None:
        """Report a frontend: podman and buildah ignore `# syntax=`."""
        for pull in self.plan.pulls:
            if pull.role == "frontend":
                message = f"frontend `{pull.reference.familiar}` is ignored by {self.tool}"
                hint = "build with docker if the Dockerfile needs this frontend"
                self.losses.warning("export-frontend-not-carried", message, hint=hint)

    def context_names(self, name: str) -> tuple[str, ...]:
        """Every spelling: podman and buildah compare the name with the text of the Dockerfile."""
        return context_spellings(name)

    # Start

    def local(self, *arguments: str) -> tuple[str, ...]:
        """A command that never pulls."""
        return (self.tool, *arguments)

    @property
    def built_image(self) -> str:
        return self.tag or BUILT_IMAGE

    @property
    def image(self) -> str:
        if isinstance(self.plan.action, Pull) and self.tag is None:
            return str(self.plan.action.image.pulled_from)
        return self.built_image

    def start(self) -> Iterator[Command]:
        for service in release_first(self.plan):
            yield from self.run(service)

    def run(self, service: Service) -> Iterator[Command]:
        options = ("--rm", "--pull=never", *self.environment())
        if self.entrypoint == "keep":
            arguments = service.argument_form()
        elif service.command is None:
            arguments = ()
        else:
            shell, *rest = service.shell_form()
            options, arguments = (*options, "--entrypoint", shell), tuple(rest)
        yield Command(self.local("run", *options, self.image, *arguments), service.name)

    def environment(self) -> Iterator[str]:
        for name in self.plan.environment:
            yield from ("--env", name)


class _Docker(_Writer):
    tool: Tool = "docker"
    pull_bases = "--pull"
    always_buildx = False

    def remote(self, verb: tuple[str, ...], *arguments: str) -> tuple[str, ...]:
        return self.local(*verb, *arguments)

    def local(self, *arguments: str) -> tuple[str, ...]:
        """Every command has the same configuration folder, because it also selects the daemon."""
        config = () if self.auth_file is None else ("--config", self.folder(self.auth_file))
        return ("docker", *config, *arguments)

    def folder(self, auth_file: str) -> str:
        folder, slash, name = auth_file.rpartition("/")
        if name != "config.json":
            message = f"auth file `{name}` is ignored by {self.tool}, which reads `config.json`"
            self.losses.warning("export-auth-file-name", message, hint="rename the auth file to `config.json`")
        return folder or (slash or ".")

    def build(self, recipe: Recipe) -> tuple[str, ...]:
        # `docker build` uses the builder before BuildKit if Docker Engine is older than 23.0 and, with a warning, if
        # the buildx plugin is missing. That builder ignores frontends, builds something else for each of the features,
        # and does not know named contexts. docker/cli cmd/docker/builder.go: processBuilder
        # It does not read a source policy either, and has no secrets.
        needs_buildkit = recipe.contexts or recipe.features or has_frontend(self.plan) or any(self.sources)
        if self.always_buildx or needs_buildkit or self.source_policy is not None:
            self.build_verb = ("buildx", "build", "--load")
        return (*self.build_environment(), *super().build(recipe))

    def build_environment(self) -> tuple[str, ...]:
        """Set the source policy with `env`, so that the caller cannot forget it."""
        # docker/buildx build/utils.go: ReadSourcePolicy
        return () if self.source_policy is None else ("env", f"{SOURCE_POLICY_VARIABLE}={self.source_policy}")

    def accepts(self, source: SecretSource) -> bool:  # noqa: ARG002  # the signature of all writers
        """BuildKit reads any source: fields may be quoted."""
        return True

    def secret_option(self, source: SecretSource) -> str:
        return csv_option(source)

    def report_source_policy(self) -> None:
        """BuildKit enforces source policies."""

    def mirrored(self, recipe: Recipe) -> Recipe:
        """A source policy converts the images of the plan to those of mirrors, for which contexts are not needed."""
        return recipe if self.source_policy is not None else mirrored_recipe(self.plan, recipe, self.losses)

    def report_frontend(self) -> None:
        """Docker supports frontends."""

    def context_names(self, name: str) -> tuple[str, ...]:
        return (name,)


class _Buildx(_Docker):
    tool = "buildx"
    always_buildx = True


class _Podman(_Writer):
    tool = "podman"

    def environment(self) -> Iterator[str]:
        for name in self.plan.environment:
            if name.endswith("*"):
                message = f"variable `{name}` is left out because podman would pass every variable with this prefix"
                self.losses.warning("export-environment-not-carried", message)
            else:
                yield from ("--env", name)


class _Buildah(_Writer):
    tool = "buildah"
    pull_verb = ("pull", "--policy=always")  # the default policy uses a local image, even one that another user pulled
    build_verb = ("bud",)

    def start(self) -> Iterator[Command]:
        if self.plan.environment:
            message = "environment variables are left out because buildah cannot pass them by name"
            hint = "if you know the values, add `--env NAME=VALUE` after `run`"
            self.losses.warning("export-environment-not-carried", message, hint=hint)
        return super().start()

    def run(self, service: Service) -> Iterator[Command]:
        """Create a working container with the service's name, and run the command in it."""
        if service.command is None:
            message = f"service `{service.name}` is left out because buildah does not run an image's default command"
            self.losses.warning("export-image-command-not-carried", message, hint="start it with podman or docker")
            return
        if self.entrypoint == "keep":
            message = f"service `{service.name}` is left out because buildah ignores the ENTRYPOINT of an image"
            self.losses.warning("export-entrypoint-not-carried", message, hint="start it with podman or docker")
            return
        yield Command(self.local("from", f"--name={service.name}", "--pull=never", self.image))
        yield Command(self.local("run", "--", service.name, *service.shell_form()), service.name)


class _Skopeo(_Writer):
    tool = "skopeo"
    builds = False

    def prepare(self) -> Iterator[Command]:
        if isinstance(self.plan.action, Pull):
            yield from self.pull(self.plan.action.image)
        else:
            message = "build is left out because skopeo only copies images"
            self.losses.warning("export-build-not-carried", message, hint="build with docker, podman or buildah")

    def pull(self, image: ImagePull) -> Iterator[Command]:
        source = image.pulled_from
        if source.tag is not None and source.digest is not None:
            message = f"tag `{source.tag}` is left out because skopeo does not accept both a tag and a digest"
            self.losses.warning("export-tag-not-carried", message)
            source = source.with_tag(None)
        report_platform(image, self.losses, "add `--override-os` and `--override-arch` after `skopeo`")
        name = image.reference if self.tag is None else parse_reference(self.tag)
        auth = () if self.auth_file is None else ("--src-authfile", self.auth_file)
        yield Command(("skopeo", "copy", *auth, f"docker://{source}", _layout(name)))

    def start(self) -> Iterator[Command]:
        for service in self.plan.services:
            message = f"service `{service.name}` is left out because skopeo does not start services"
            self.losses.warning("export-services-not-carried", message)
        yield from ()


def _layout(name: ImageReference) -> str:
    return f"oci:{name.name}:{name.tag or 'latest'}"


_WRITERS: dict[Tool, type[_Writer]] = {
    "docker": _Docker,
    "buildx": _Buildx,
    "podman": _Podman,
    "buildah": _Buildah,
    "skopeo": _Skopeo,
}
