"""Apps and their plans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from hypothesis import strategies as st

from deployspec._app import App, BuildOptions, Profile
from deployspec._core.diagnostics import ResolutionError
from deployspec._logins.scope import registry_of
from deployspec._plan import DeployPlan
from deployspec._references.grammar import DOCKER_HUB
from deployspec._references.reference import parse_reference
from deployspec._resolve.resolve import resolve
from deployspec.strategies._config import configs, keyrings, profiles
from deployspec.strategies._dockerfiles import STAGE_NAMES, dockerfile_texts
from deployspec.strategies._procfiles import procfile_texts
from deployspec.strategies._references import image_texts

__all__ = ["AppKind", "apps", "build_options", "plans"]

AppKind: TypeAlias = Literal["valid", "odd", "any"]

_PLATFORMS = st.sampled_from(["linux/amd64", "linux/arm64", "linux/arm/v7"])

# Created once, because Hypothesis validates each new strategy.
_KEYRINGS = keyrings()
_REVISIONS = st.none() | st.text("0123456789abcdef", min_size=7, max_size=7)
_VALID_PROCFILES = procfile_texts(kind="valid")
_PROCFILES = st.one_of(_VALID_PROCFILES, procfile_texts(), st.none(), st.binary(max_size=9))
_ACCEPTED = dockerfile_texts(kind="accepted")
_DOCKERFILES = st.none() | dockerfile_texts() | st.binary(max_size=9)
_VALID_IMAGES = image_texts(kind="valid")
_OTHERS = st.sets(st.sampled_from(["RAILS_ENV", "A", "Z"]))
_HOSTS = st.none() | st.sampled_from(["quay.io", "docker.io"])
_COINS = st.booleans()
_SECRET_IDS = st.none() | st.sets(st.sampled_from(["npmrc", "token", "a,b"]))
_SSH_IDS = st.none() | st.sets(st.sampled_from(["default", "git"]))


def build_options(*, kind: AppKind = "any") -> st.SearchStrategy[BuildOptions]:
    """Options of a build; valid ones fit any accepted Dockerfile."""
    odd = kind != "valid"
    return st.builds(
        BuildOptions,
        dockerfile_path=st.sampled_from(["Dockerfile", "docker/Dockerfile.web"]),
        context=st.sampled_from([".", "app"]),
        target=st.sampled_from(["", *(STAGE_NAMES if odd else ())]),
        platform=_PLATFORMS | st.sampled_from(["arm64", "", "?"]) if odd else _PLATFORMS,
        build_platform=st.none() | _PLATFORMS,
        args=st.dictionaries(
            st.sampled_from(["BASE", "NPM_TOKEN", "VERSION"]), image_texts(kind="any" if odd else "valid"), max_size=2
        ),
        contexts=st.dictionaries(
            st.sampled_from(["base", "team/app", "acme/base:1"]),
            image_texts(kind="valid").map("docker-image://{}".format),
            max_size=1,
        ),
        secrets=_SECRET_IDS,
        ssh=_SSH_IDS,
    )


_BUILDS: dict[AppKind, st.SearchStrategy[BuildOptions]] = {
    "valid": build_options(kind="valid"),
    "odd": build_options(kind="odd"),
}


def apps(*, profile: Profile | None = None, kind: AppKind = "any") -> st.SearchStrategy[App]:
    """Apps of a profile (`None`: of all kinds); `valid` ones resolve, `odd` ones have arbitrary inputs."""
    chosen = profiles() if profile is None else st.just(profile)
    by_kind = {"valid": _apps(chosen, "valid"), "odd": _apps(chosen, "odd")}
    return by_kind[kind] if kind != "any" else by_kind["valid"] | by_kind["odd"]


@st.composite
def _apps(draw: st.DrawFn, profiles: st.SearchStrategy[Profile], kind: AppKind) -> App:
    profile = draw(profiles)
    procfile: str | bytes | None
    dockerfile: str | bytes | None
    if kind == "valid":
        config, dockerfile = draw(_valid_inputs(profile))
        procfile = draw(_VALID_PROCFILES)
    else:
        config, dockerfile, procfile = draw(configs(profile=profile)), draw(_DOCKERFILES), draw(_PROCFILES)
    return App(
        config,
        procfile,
        dockerfile,
        build=draw(_BUILDS[kind]),
        revision=draw(_REVISIONS),
        keyring=draw(_KEYRINGS),
        profile=profile,
    )


@st.composite
def _valid_inputs(draw: st.DrawFn, profile: Profile) -> tuple[dict[str, str], str | bytes | None]:
    """Config and a Dockerfile that fit: a login is for the host of the image, or for any host of a build."""
    config = dict.fromkeys(draw(_OTHERS), "x")
    dockerfile: str | bytes | None
    if draw(_COINS):
        image, dockerfile = draw(_VALID_IMAGES.filter(lambda text: is_accepted(text, profile))), draw(_DOCKERFILES)
        config[profile.image_variable] = image
        host = parse_reference(image).host if draw(_COINS) else None
    else:
        dockerfile = draw(_ACCEPTED)
        host = None if profile.host_variable is None else draw(_HOSTS)
    if host is not None:
        config |= {profile.username_variable: "ada", profile.password_variable: "pw"}
        if profile.host_variable is not None:
            config[profile.host_variable] = host
    return config, dockerfile


def is_accepted(text: str, profile: Profile) -> bool:
    """Return whether a profile accepts an image: some require a repository, some no digest."""
    reference = parse_reference(text)
    is_single = "/" not in reference.path or reference.path.startswith("library/")
    is_official = is_single and registry_of(reference) == DOCKER_HUB
    return (not is_official or profile.official_images) and (reference.digest is None or profile.digest_supported)


def plans(
    *, profile: Profile | None = None, resolver: Callable[[App], DeployPlan] = resolve
) -> st.SearchStrategy[DeployPlan]:
    """Plans for valid apps of a profile (`None`: of all kinds), resolved by `resolver`."""

    def resolved(app: App) -> DeployPlan | None:
        try:
            return resolver(app)
        except ResolutionError:  # a named context or an argument can still make an image of the build invalid
            return None

    return apps(profile=profile, kind="valid").map(resolved).filter(bool).map(_plan)


def _plan(plan: DeployPlan | None) -> DeployPlan:
    assert plan is not None  # noqa: S101  # filtered
    return plan
