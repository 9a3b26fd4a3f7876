"""The result of a decision: an immutable plan without secrets, which other tools execute."""

import re
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import attrs

from deployspec._core.diagnostics import Diagnostic
from deployspec._core.fast_init import fast_init
from deployspec._logins.credentials import CredentialRef
from deployspec._logins.scope import covers
from deployspec._procfile.procfile import Service
from deployspec._references.reference import ImageReference

if TYPE_CHECKING:
    from deployspec._core.mounts import BuildSecret, BuildSsh
    from deployspec._references.origin import Origin

__all__ = ["Action", "Build", "DeployPlan", "Extend", "ImagePull", "Pull", "Recipe", "Role", "Step", "plan_to_dict"]

Role: TypeAlias = Literal["app", "from", "copy", "mount", "frontend"]
# The characters that `str.isspace` accepts, and the control characters, written out because JSON Schema uses it too.
_SPACE = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
BUILD_NAME = rf"(?!-)(?![^=]*[$%]\{{)[^={_SPACE}]+"
"""The name of a build argument or a named context: nothing that a command line or a format reads as syntax."""

is_build_name = re.compile(BUILD_NAME).fullmatch
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[^/]*@|github\.com/")


@attrs.frozen(kw_only=True, weakref_slot=False)
class ImagePull:
    """An image that the plan pulls, and the login for it (`None`: it is pulled anonymously).

    `reference` is the image that the app names. `mirror` is the image that is pulled instead, from a mirror of the
    platform (`None`: the image itself is pulled); then `credential` is the login for the mirror. `platform` is
    `OS/ARCH[/VARIANT]`, or `None` for the platform of the executor. `role` is `app` (the app's own image), `from`,
    `copy` or `mount` (a build's base, `COPY --from`, `RUN --mount=from=`) or `frontend` (`# syntax=`).
    `line` is the line of the Dockerfile that names the image. `origins` lists the ARGs, defaults, build arguments or
    the named context that the reference was made from: the places to edit. Both do not count for equality.
    """

    __module__ = "deployspec"

    reference: ImageReference
    platform: str | None = None
    role: Role
    credential: CredentialRef | None = None
    mirror: ImageReference | None = None
    line: int | None = attrs.field(default=None, eq=False)
    # As text, because the class is imported only for builds.
    origins: "tuple[Origin, ...]" = attrs.field(default=(), eq=False)

    @property
    def pulled_from(self) -> ImageReference:
        """The image that is pulled: the mirror's, or else the image that the app names."""
        return self.reference if self.mirror is None else self.mirror

    @property
    def login_fits(self) -> bool:
        """Whether the login may be used for this pull: its scope covers the image that is pulled.

        A mirror never gets a login of the app's owner. A login of the platform needs a path, except for a mirror.
        """
        login = self.credential
        if login is None:
            return True
        if login.owner == "app":
            return self.mirror is None and covers(login.scope, self.reference)
        return (self.mirror is not None or "/" in login.scope) and covers(login.scope, self.pulled_from)


@attrs.frozen(kw_only=True, weakref_slot=False)
class Recipe:
    """The inputs of a build; two builds with equal recipes do the same thing.

    `dockerfile_digest` is `sha256:` and the digest of the Dockerfile's bytes. `args` and `contexts` are pairs of name
    and value, sorted by name. `images` are the images that the target needs, in the order of the file. `features` are
    the features of the Dockerfile that other builders read as something else; they follow from the other inputs.
    `secrets` and `ssh` are the mounts of the stages that the target needs, in the order of the file.
    """

    __module__ = "deployspec"

    dockerfile_path: str
    dockerfile_digest: str
    context: str
    target: str
    platform: str
    build_platform: str | None
    args: tuple[tuple[str, str], ...]
    contexts: tuple[tuple[str, str], ...]
    revision: str | None
    images: tuple[ImagePull, ...]
    features: tuple[str, ...] = ()
    # As text, because the classes are imported only for builds that have such mounts.
    secrets: "tuple[BuildSecret, ...]" = ()
    ssh: "tuple[BuildSsh, ...]" = ()


def extends(recipe: Recipe) -> bool:
    """Return whether an image is pulled with a login of the app's owner; the platform's logins do not count."""
    for pull in recipe.images:  # noqa: SIM110  # `any` with a generator takes three times as long
        if pull.credential is not None and pull.credential.owner == "app":
            return True
    return False


def is_remote(place: str) -> bool:
    """Return whether a build context is remote: a URL, `user@host:PATH` or the name of a repository on GitHub.

    >>> is_remote("github.com/acme/app"), is_remote("git@example.com:app"), is_remote("app")
    (True, True, False)
    """
    return ("/" in place or "@" in place) and _REMOTE.match(place) is not None


@attrs.frozen
class Pull:
    """Run a prebuilt image."""

    __module__ = "deployspec"

    image: ImagePull


@attrs.frozen
class Build:
    """Build the app's image from its Dockerfile, without a login of the app's owner."""

    __module__ = "deployspec"

    recipe: Recipe


@attrs.frozen
class Extend:
    """Build the app's image from its Dockerfile; at least one image is pulled with a login of the app's owner."""

    __module__ = "deployspec"

    recipe: Recipe


Action: TypeAlias = Pull | Build | Extend


@attrs.frozen(weakref_slot=False)
class Step:
    """One step of the decision: the rule, its subject (a variable, or a file and line) and its outcome.

    The rules and their outcomes are `image` (`set`, `unset`), `login` (the scope, or `none`), `services` (`read`,
    `absent`), `mirror` (the image that is pulled instead, or `skipped`), `pull` (the source of the login, or
    `anonymous`), `helper` (`has login` or `may have login`: the credential helper for a registry, which is not run) and
    `decision` (the outcome in the decision table).
    """

    __module__ = "deployspec"

    rule: str
    subject: str
    outcome: str


@attrs.frozen(kw_only=True, weakref_slot=False)
class DeployPlan:
    """The decision about one deploy: immutable, hashable, picklable and without secrets.

    `environment` contains the sorted names of the variables that the app gets; the executor adds their values. `pulls`
    lists every image that the plan pulls, a frontend first. `unknowns` lists the properties that the inputs do not
    determine. `diagnostics` are warnings and notes. `trace` lists the steps of the decision.

    >>> from deployspec import App, resolve
    >>> config = {"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}
    >>> plan = resolve(App(config, "web: run\\nrelease: migrate\\nworker: work"))
    >>> plan.release.command, [service.name for service in plan.processes]
    ('migrate', ['web', 'worker'])
    """

    __module__ = "deployspec"

    action: Action
    services: tuple[Service, ...]
    environment: tuple[str, ...]
    pulls: tuple[ImagePull, ...]
    unknowns: tuple[Diagnostic, ...] = ()
    profile: str
    diagnostics: tuple[Diagnostic, ...] = ()
    trace: tuple[Step, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether `pulls` lists all images, except those that the ONBUILD triggers of a base image may add."""
        return all(unknown.severity == "note" for unknown in self.unknowns)

    @property
    def release(self) -> Service | None:
        """The service that runs once, before the others; `None` if there is none."""
        return next((service for service in self.services if service.is_release), None)

    @property
    def processes(self) -> tuple[Service, ...]:
        """The services that run all the time: all except `release`, in the order of the Procfile."""
        return tuple(service for service in self.services if not service.is_release)


# Each resolution creates these values, which is a considerable part of its time.
make_pull, make_recipe, make_plan = fast_init(ImagePull), fast_init(Recipe), fast_init(DeployPlan)
make_step = fast_init(Step)


# Plain values

FORMAT_VERSION = 1
_KINDS: dict[type, str] = {Pull: "pull", Build: "build", Extend: "extend"}


def plan_to_dict(plan: DeployPlan) -> dict[str, Any]:
    """Return a plan as a JSON object: the document that `plan_to_json` writes as text.

    >>> from deployspec import App, resolve
    >>> plan = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1"}, "web: run"))
    >>> plan_to_dict(plan)["services"]
    [{'name': 'web', 'command': 'run', 'line': 1}]
    """
    if not isinstance(cast("object", plan), DeployPlan):  # callers without a type checker
        from deployspec._core.arguments import check_type  # imported here, because a valid call does not need it

        check_type("plan", plan, DeployPlan)
    return {"version": FORMAT_VERSION, **_plain(plan), "complete": plan.complete}


def _plain(value: object) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(value, ImageReference):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[object, ...]", value)]
    if not attrs.has(type(value)):
        return value
    members = {field.name: _plain(getattr(value, field.name)) for field in attrs.fields(cast("Any", type(value)))}
    return {"kind": _KINDS[type(value)], **members} if type(value) in _KINDS else members
