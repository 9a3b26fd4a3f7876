"""The inputs of a decision: an app as the platform has stored it, and the profile of the platform."""

from collections.abc import Iterable, Mapping
from types import NoneType
from typing import Any, Literal, TypeAlias, cast

import attrs

from deployspec._core.secret import Confidential, Variables
from deployspec._env.env import Env
from deployspec._logins.credentials import EMPTY_KEYRING, Keyring
from deployspec._references.grammar import DOCKER_HUB

__all__ = ["APTIBLE_2016", "APTIBLE_CURRENT", "App", "BuildOptions", "OnHostMismatch", "Profile"]

OnHostMismatch: TypeAlias = Literal["error", "anonymous"]

# Types of fields. `check_type` is imported only for the message, because valid values do not need it.
_Types: TypeAlias = Mapping[str, tuple[type, ...]]
_OPTIONAL = (str, NoneType)
_TEXT = (str, bytes, NoneType)
_TEXTS = frozenset(_TEXT)


def _check_fields(value: object, types: _Types) -> None:
    for name, expected in types.items():
        if not isinstance(getattr(value, name), expected):
            from deployspec._core.arguments import check_type

            check_type(name, getattr(value, name), *expected)


def _refuse_id(value: object) -> None:
    from deployspec._core.arguments import check_type

    check_type("id", value, str)


def _refuse_mismatch(value: object) -> None:
    from deployspec._core.arguments import check_choice

    check_choice("on_host_mismatch", value, OnHostMismatch)


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
        _check_fields(self, _PROFILE_TYPES)
        if self.on_host_mismatch not in {"error", "anonymous"}:
            _refuse_mismatch(self.on_host_mismatch)
        names = (self.image_variable, self.username_variable, self.password_variable, self.email_variable)
        with_host = names if self.host_variable is None else (*names, self.host_variable)
        object.__setattr__(self, "control_variables", frozenset(with_host))

    def with_prefix(self, prefix: str, *, name: str | None = None) -> "Profile":
        """Return the same conventions with every variable named `prefix` + `DOCKER_IMAGE`, `PRIVATE_REGISTRY_HOST` ….

        The name of the result is `name`, by default the name of this profile with `+` and the prefix.

        >>> APTIBLE_2016.with_prefix("MYPAAS_").name
        'aptible-2016+MYPAAS_'
        >>> APTIBLE_CURRENT.with_prefix("X_").host_variable is None
        True
        """
        return attrs.evolve(
            self,
            name=f"{self.name.partition('+')[0]}+{prefix}" if name is None else name,
            image_variable=f"{prefix}DOCKER_IMAGE",
            host_variable=None if self.host_variable is None else f"{prefix}PRIVATE_REGISTRY_HOST",
            username_variable=f"{prefix}PRIVATE_REGISTRY_USERNAME",
            password_variable=f"{prefix}PRIVATE_REGISTRY_PASSWORD",
            email_variable=f"{prefix}PRIVATE_REGISTRY_EMAIL",
        )


_PROFILE_TYPES: _Types = {
    **dict.fromkeys(("name", "image_variable", "username_variable", "password_variable", "email_variable"), (str,)),
    **dict.fromkeys(("host_variable", "default_email"), _OPTIONAL),
    **dict.fromkeys(("procfile_required", "official_images", "warn_single_component"), (bool,)),
    **dict.fromkeys(("digest_supported", "email_supported"), (bool,)),
    **dict.fromkeys(("default_host", "on_host_mismatch"), (str,)),
    "frontends": (frozenset,),
}

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


# attrs accepts only named functions as converters. `type` rather than `isinstance`, which is slow for an abstract class
# such as `Mapping`.


def _config(given: Mapping[str, str] | Env) -> Mapping[str, str]:
    if type(given) is Variables:
        return given
    return given.variables if isinstance(given, Env) else Variables(given, "config")


def _args(given: Mapping[str, str]) -> Variables:
    return given if type(given) is Variables else Variables(given, "args")


def _ids(given: Iterable[str] | None) -> tuple[str, ...] | None:
    # A string is an iterable of its characters, which nobody means.
    if given is None or isinstance(given, str | bytes):
        return cast("None", given)
    return tuple(given)


def _contexts(given: Mapping[str, str]) -> Variables:
    return given if type(given) is Variables else Variables(given, "contexts")


@attrs.frozen(kw_only=True, hash=False)
class BuildOptions(Confidential):
    """The options of a build, like those of `docker build`.

    `platform` and `build_platform` are `OS/ARCH[/VARIANT]`; `build_platform` is the platform of the builder
    (`None`: `linux/amd64`). `args` are build arguments. `contexts` are named contexts, such as
    `{"base": "docker-image://quay.io/a/b"}`. `repr` shows the names of both, never their values.

    `secrets` are the ids of the secrets that the platform can provide to the build, `ssh` the ids of the SSH agents or
    keys (usually `default`); any iterable, never the values. If they are given, `resolve` checks that the build gets
    every secret that it requires; `None` means unknown.
    """

    __module__ = "deployspec"

    dockerfile_path: str = "Dockerfile"
    context: str = "."
    target: str = ""
    platform: str = "linux/amd64"
    build_platform: str | None = None
    args: Mapping[str, str] = attrs.field(default=_NONE, converter=_args)
    contexts: Mapping[str, str] = attrs.field(default=_NONE, converter=_contexts)
    secrets: tuple[str, ...] | None = attrs.field(default=None, converter=_ids)
    ssh: tuple[str, ...] | None = attrs.field(default=None, converter=_ids)

    def __attrs_post_init__(self) -> None:
        _check_fields(self, _BUILD_TYPES)
        for ids in (self.secrets, self.ssh):
            for name in ids or ():
                if not isinstance(cast("object", name), str):
                    _refuse_id(name)


_BUILD_TYPES: _Types = {
    **dict.fromkeys(("dockerfile_path", "context", "target", "platform"), (str,)),
    "build_platform": _OPTIONAL,
    **dict.fromkeys(("secrets", "ssh"), (tuple, NoneType)),
}
_USUAL_BUILD = BuildOptions()


def _present(text: str | bytes | None) -> str:
    return "None" if text is None else f"<{len(text)} {'bytes' if isinstance(text, bytes) else 'characters'}>"


@attrs.frozen(hash=False)
class App(Confidential):
    """An app as the platform has stored it: config, files, logins.

    `config` maps variable names to values, or is an `Env`; then diagnostics about a variable have its location in the
    text that was parsed. `procfile` and `dockerfile` are the contents of the files, `None` if there
    is no such file. `revision` is an opaque id of the source tree, for example the commit. `keyring` contains further
    logins of the app's owner. `repr` shows names, never values. An `App` cannot be pickled; build it where it is used.

    >>> App({"APTIBLE_PRIVATE_REGISTRY_PASSWORD": "hunter2"}, "web: run").config["APTIBLE_PRIVATE_REGISTRY_PASSWORD"]
    'hunter2'
    >>> App({"KEY": "hunter2"}, "web: run")
    App(config=<KEY>, procfile=<8 characters>, dockerfile=None, profile='aptible-2016')
    """

    __module__ = "deployspec"

    config: Mapping[str, str] = attrs.field(default=_NONE, converter=_config)
    procfile: str | bytes | None = attrs.field(default=None, repr=_present)
    dockerfile: str | bytes | None = attrs.field(default=None, repr=_present)
    build: BuildOptions = attrs.field(default=_USUAL_BUILD, repr=False, kw_only=True)
    revision: str | None = attrs.field(default=None, repr=False, kw_only=True)
    keyring: Keyring = attrs.field(default=EMPTY_KEYRING, repr=False, kw_only=True)
    profile: Profile = attrs.field(default=APTIBLE_2016, repr=lambda profile: repr(profile.name), kw_only=True)

    def __attrs_post_init__(self) -> None:
        # Written out, because a loop over the fields would be a considerable part of the time of this constructor.
        given: Any = self
        if not (
            type(given.procfile) in _TEXTS
            and type(given.dockerfile) in _TEXTS
            and (given.build is _USUAL_BUILD or isinstance(given.build, BuildOptions))
            and (given.revision is None or isinstance(given.revision, str))
            and (given.keyring is EMPTY_KEYRING or isinstance(given.keyring, Keyring))
            and isinstance(given.profile, Profile)
        ):
            _check_fields(self, _APP_TYPES)


_APP_TYPES: _Types = {
    **dict.fromkeys(("procfile", "dockerfile"), _TEXT),
    "build": (BuildOptions,),
    "revision": _OPTIONAL,
    "keyring": (Keyring,),
    "profile": (Profile,),
}
