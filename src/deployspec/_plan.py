"""What is decided: an immutable plan without a secret in it, for other tools to execute."""

import re
from typing import Literal, NamedTuple, TypeAlias

import attrs

from deployspec._core.diagnostics import Diagnostic
from deployspec._core.fast_init import fast_init
from deployspec._logins.credentials import CredentialRef
from deployspec._procfile.procfile import Service
from deployspec._references.reference import ImageReference

__all__ = ["Action", "Build", "DeployPlan", "Extend", "ImagePull", "Pull", "Recipe", "Role", "Step"]

Role: TypeAlias = Literal["app", "from", "copy", "mount", "frontend"]
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[^/]*@|github\.com/")


@attrs.frozen(kw_only=True, weakref_slot=False)
class ImagePull:
    """One image that carrying out the plan will fetch, and the login it gets (`None`: anonymously).

    `platform` is `OS/ARCH[/VARIANT]`, or `None` where the executor's own is meant. `role` is `app` (the app's own image),
    `from`, `copy` or `mount` (a build's base, `COPY --from`, `RUN --mount=from=`) or `frontend` (`# syntax=`).
    """

    __module__ = "deployspec"

    reference: ImageReference
    platform: str | None = None
    role: Role
    credential: CredentialRef | None = None


@attrs.frozen(kw_only=True, weakref_slot=False)
class Recipe:
    """What an executor needs for a build, and what makes two builds different.

    `dockerfile_digest` is `sha256:` and the digest of the Dockerfile's bytes. `args` and `contexts` are pairs, sorted
    by name. `images` are the images that the target needs, in the order of the file.
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


def extends(recipe: Recipe) -> bool:
    """Whether a base is fetched with a login of the app's owner; a platform's login does not count."""
    for pull in recipe.images:  # noqa: SIM110  # a generator takes three times as long
        if pull.credential is not None and pull.credential.owner == "app":
            return True
    return False


def is_remote(place: str) -> bool:
    """Whether a context is fetched from elsewhere: a URL, a repository at `user@host:` or one on GitHub by its name.

    >>> is_remote("github.com/acme/app"), is_remote("git@example.com:app"), is_remote("app")
    (True, True, False)
    """
    return _REMOTE.match(place) is not None


@attrs.frozen
class Pull:
    """Run a prebuilt image."""

    __module__ = "deployspec"

    image: ImagePull


@attrs.frozen
class Build:
    """Build the app's image from its Dockerfile; no base takes a login of the app's owner."""

    __module__ = "deployspec"

    recipe: Recipe


@attrs.frozen
class Extend:
    """Build the app's image on top of at least one base that is fetched with a login of the app's owner."""

    __module__ = "deployspec"

    recipe: Recipe


Action: TypeAlias = Pull | Build | Extend


class Step(NamedTuple):
    """One step of the decision: the rule, what was looked at (a variable, a file and line), and what came of it.

    A named tuple, since every resolution makes a handful of them and few are ever read. The rules are `image` (`set`,
    `unset`), `login` (the scope, or `none`), `services` (`read`, `absent`), `fetch` (the login's source, or
    `anonymous`) and `decision` (the outcome of the decision table).
    """

    rule: str
    subject: str
    outcome: str


Step.__module__ = "deployspec"  # the body of a named tuple may contain fields and methods only


@attrs.frozen(kw_only=True, weakref_slot=False)
class DeployPlan:
    """The decision about one deploy: immutable, hashable, picklable, and without a secret.

    `environment` holds the sorted names of the variables that the app gets; their values are the embedder's to pass.
    `pulls` lists every image that carrying out the plan will fetch, a frontend first. `unknowns` says what the text
    cannot tell. `diagnostics` are warnings and notes. `trace` tells how the decision was made.
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
        """Whether `pulls` is all that the text can tell; what a base image's own triggers add is never in the text."""
        return all(unknown.severity == "note" for unknown in self.unknowns)


# A resolution makes one value of each after the other, which is a good part of its time.
make_pull, make_recipe, make_plan = fast_init(ImagePull), fast_init(Recipe), fast_init(DeployPlan)
