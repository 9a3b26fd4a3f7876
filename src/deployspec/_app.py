"""The inputs of a decision: an app as the platform has stored it, and the profile of the platform."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import attrs

from deployspec._core.secret import Confidential, Variables
from deployspec._logins.credentials import EMPTY_KEYRING, Keyring
from deployspec._references.grammar import DOCKER_HUB

__all__ = ["APTIBLE_2016", "APTIBLE_CURRENT", "App", "BuildOptions", "OnHostMismatch", "Profile"]

OnHostMismatch: TypeAlias = Literal["error", "anonymous"]


@attrs.frozen(kw_only=True)
class Profile:
    """The conventions of one platform, as data. Derive your own with `attrs.evolve` or `with_prefix`.

    `host_variable` is `None` if the platform has no such variable: a pull then uses the login for the host of the
    image, and a build with a login is an error. `frontends` lists the repositories of `# syntax=` images that behave
    like the built-in Dockerfile frontend. `on_host_mismatch` decides what happens if the login of a pull is for another
    host: an error, or an anonymous pull.

    >>> APTIBLE_2016.with_prefix("MYPAAS_").image_variable
    'MYPAAS_DOCKER_IMAGE'
    """

    __module__ = "deployspec"

    name: str
    image_variable: str = "APTIBLE_DOCKER_IMAGE"
    host_variable: str | None = "APTIBLE_PRIVATE_REGISTRY_HOST"
    username_variable: str = "APTIBLE_PRIVATE_REGISTRY_USERNAME"
    password_variable: str = "APTIBLE_PRIVATE_REGISTRY_PASSWORD"  # noqa: S105  # the variable's name
    email_variable: str = "APTIBLE_PRIVATE_REGISTRY_EMAIL"
    default_host: str = DOCKER_HUB
    default_email: str | None = "."
    procfile_required: bool = True
    official_images: bool = False
    warn_single_component: bool = True
    digest_supported: bool = True
    email_supported: bool = True
    on_host_mismatch: OnHostMismatch = "error"
    frontends: frozenset[str] = frozenset({"docker.io/docker/dockerfile", "docker.io/docker/dockerfile-upstream"})
    control_variables: frozenset[str] = attrs.field(init=False, repr=False, eq=False)
    """The names of the variables that control the deploy; the running app does not get them."""

    def __attrs_post_init__(self) -> None:
        names = (self.image_variable, self.username_variable, self.password_variable, self.email_variable)
        with_host = names if self.host_variable is None else (*names, self.host_variable)
        object.__setattr__(self, "control_variables", frozenset(with_host))

    def with_prefix(self, prefix: str) -> "Profile":
        """Return the same conventions with every variable named `prefix` + `DOCKER_IMAGE`, `PRIVATE_REGISTRY_HOST` ….

        >>> APTIBLE_CURRENT.with_prefix("X_").host_variable is None
        True
        """
        return attrs.evolve(
            self,
            image_variable=f"{prefix}DOCKER_IMAGE",
            host_variable=None if self.host_variable is None else f"{prefix}PRIVATE_REGISTRY_HOST",
            username_variable=f"{prefix}PRIVATE_REGISTRY_USERNAME",
            password_variable=f"{prefix}PRIVATE_REGISTRY_PASSWORD",
            email_variable=f"{prefix}PRIVATE_REGISTRY_EMAIL",
        )


APTIBLE_2016 = Profile(name="aptible-2016")
"""Aptible, the first platform of this kind, as documented in July 2016."""

APTIBLE_CURRENT = Profile(
    name="aptible-current",
    host_variable=None,
    procfile_required=False,
    official_images=True,
    warn_single_component=False,
    digest_supported=False,
    email_supported=False,
)
"""The same platform today: fewer variables, Docker Hub's official images, no digests."""


_NONE = Variables({})


def _variables(given: Mapping[str, str]) -> Variables:
    # `type` rather than `isinstance`, which is slow for an abstract class such as `Mapping`.
    return given if type(given) is Variables else Variables(given)


@attrs.frozen(kw_only=True, hash=False)
class BuildOptions(Confidential):
    """The options of a build, like those of `docker build`.

    `platform` and `build_platform` are `OS/ARCH[/VARIANT]`; `build_platform` is the platform of the builder
    (`None`: `linux/amd64`). `args` are build arguments. `contexts` are named contexts, such as
    `{"base": "docker-image://quay.io/a/b"}`. `repr` shows the names of both, never their values.
    """

    __module__ = "deployspec"

    dockerfile_path: str = "Dockerfile"
    context: str = "."
    target: str = ""
    platform: str = "linux/amd64"
    build_platform: str | None = None
    args: Mapping[str, str] = attrs.field(default=_NONE, converter=_variables)
    contexts: Mapping[str, str] = attrs.field(default=_NONE, converter=_variables)


_USUAL_BUILD = BuildOptions()


def _present(text: str | bytes | None) -> str:
    return "None" if text is None else f"<{len(text)} {'bytes' if isinstance(text, bytes) else 'characters'}>"


@attrs.frozen(hash=False)
class App(Confidential):
    """An app as the platform has stored it: config, files, logins.

    `config` maps variable names to values. `procfile` and `dockerfile` are the contents of the files, `None` if there
    is no such file. `revision` is an opaque id of the source tree, for example the commit. `keyring` contains further
    logins of the app's owner. `repr` shows names, never values. An `App` cannot be pickled; build it where it is used.

    >>> App({"APTIBLE_PRIVATE_REGISTRY_PASSWORD": "hunter2"}, "web: run").config["APTIBLE_PRIVATE_REGISTRY_PASSWORD"]
    'hunter2'
    >>> App({"KEY": "hunter2"}, "web: run")
    App(config=<KEY>, procfile=<8 characters>, dockerfile=None, profile='aptible-2016')
    """

    __module__ = "deployspec"

    config: Mapping[str, str] = attrs.field(default=_NONE, converter=_variables)
    procfile: str | bytes | None = attrs.field(default=None, repr=_present)
    dockerfile: str | bytes | None = attrs.field(default=None, repr=_present)
    build: BuildOptions = attrs.field(default=_USUAL_BUILD, repr=False, kw_only=True)
    revision: str | None = attrs.field(default=None, repr=False, kw_only=True)
    keyring: Keyring = attrs.field(default=EMPTY_KEYRING, repr=False, kw_only=True)
    profile: Profile = attrs.field(default=APTIBLE_2016, repr=lambda profile: repr(profile.name), kw_only=True)
