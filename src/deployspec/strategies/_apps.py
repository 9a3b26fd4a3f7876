"""Apps and their plans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import attrs
from hypothesis import strategies as st

from deployspec._app import App, BuildOptions, Profile
from deployspec._core.diagnostics import ResolutionError
from deployspec._logins.credentials import Keyring
from deployspec._logins.scope import normal_host, normal_scope, registry_of
from deployspec._plan import DeployPlan
from deployspec._plans.policy import Policy
from deployspec._references.grammar import DOCKER_HUB
from deployspec._references.reference import parse_reference
from deployspec._resolve.resolve import resolve
from deployspec.strategies._config import configs, keyrings, profiles
from deployspec.strategies._dockerfiles import STAGE_NAMES, accepted, dockerfile_texts, has_slash
from deployspec.strategies._procfiles import procfile_texts
from deployspec.strategies._references import (
    DIGESTS,
    VERSIONS,
    Hosts,
    host_texts,
    image_texts,
    scope_texts,
    valid_images,
)
from deployspec.strategies._references import hosts as any_host

__all__ = ["AppKind", "apps", "build_options", "plans"]

AppKind: TypeAlias = Literal["valid", "odd", "any"]

_PLATFORMS = st.sampled_from(["linux/amd64", "linux/arm64", "linux/arm/v7"])

# Created once, because Hypothesis validates each new strategy.
_KEYRINGS = keyrings()
_REVISIONS = st.none() | st.text("0123456789abcdef", min_size=7, max_size=7)
_PROCFILES = st.one_of(procfile_texts(kind="valid"), procfile_texts(), st.none(), st.binary(max_size=9))
_DOCKERFILES = st.none() | dockerfile_texts() | st.binary(max_size=9)
_OTHERS = st.sets(st.sampled_from(["RAILS_ENV", "A", "Z"]))
_HOSTS = st.none() | st.sampled_from(["quay.io", "docker.io"])
_COINS = st.booleans()
_SECRET_IDS = st.none() | st.sets(st.sampled_from(["npmrc", "token", "a,b"]))
_SSH_IDS = st.none() | st.sets(st.sampled_from(["default", "git"]))


def build_options(
    *, kind: AppKind = "any", images: st.SearchStrategy[str] | None = None
) -> st.SearchStrategy[BuildOptions]:
    """Options of a build; valid ones fit any accepted Dockerfile, and their images are drawn from `images`."""
    odd = kind != "valid"
    valid_images = image_texts(kind="valid") if images is None else images
    return st.builds(
        BuildOptions,
        dockerfile_path=st.sampled_from(["Dockerfile", "docker/Dockerfile.web"]),
        context=st.sampled_from([".", "app"]),
        target=st.sampled_from(["", *(STAGE_NAMES if odd else ())]),
        platform=_PLATFORMS | st.sampled_from(["arm64", "", "?"]) if odd else _PLATFORMS,
        build_platform=st.none() | _PLATFORMS,
        args=st.dictionaries(
            st.sampled_from(["BASE", "NPM_TOKEN", "VERSION"]), image_texts() if odd else valid_images, max_size=2
        ),
        contexts=st.dictionaries(
            st.sampled_from(["base", "team/app", "acme/base:1"]),
            valid_images.map("docker-image://{}".format),
            max_size=1,
        ),
        secrets=_SECRET_IDS,
        ssh=_SSH_IDS,
    )


@attrs.frozen
class _Parts:
    """Strategies for the parts of valid apps."""

    images: st.SearchStrategy[str]
    procfiles: st.SearchStrategy[str]
    dockerfiles: st.SearchStrategy[str]
    builds: st.SearchStrategy[BuildOptions]
    keyrings: st.SearchStrategy[Keyring] = _KEYRINGS


_ODD_BUILDS = build_options(kind="odd")
_VALID = _Parts(
    images=image_texts(kind="valid"),
    procfiles=procfile_texts(kind="valid"),
    dockerfiles=dockerfile_texts(kind="accepted"),
    builds=build_options(kind="valid"),
)


def apps(  # noqa: PLR0913  # the rules of a platform
    *,
    profile: Profile | None = None,
    kind: AppKind = "any",
    hosts: Hosts | None = None,
    digests: bool = False,
    services: Sequence[str] = (),
    policy: Policy | None = None,
) -> st.SearchStrategy[App]:
    """Apps of a profile (`None`: of all kinds); `valid` ones resolve, `odd` ones have arbitrary inputs.

    The other arguments are rules that valid apps comply with, so that a platform with these rules accepts them. All
    images, also those of Dockerfiles, build arguments and named contexts, are on one of `hosts` (a strategy or a
    collection; a host may have a path) and have a digest if `digests` is true. The Procfile contains `services`.
    `policy` stands for the hosts and digests that it requires and for its other members, but not for its own `rules`.

    Raises `ValueError` for digests and a profile that does not support them, and for a policy that allows no registry
    without a login.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5)
    ... @given(apps(kind="valid", hosts=["quay.io"], digests=True, services=["web"]))
    ... def every_app_has_a_web_service(app):
    ...     assert "web:" in app.procfile
    >>> every_app_has_a_web_service()
    """
    if digests or (policy is not None and policy.require_digest):
        digests = True
        if profile is not None and not profile.digest_supported:
            raise ValueError(f"profile `{profile.name}` does not support digests")
    chosen = profiles() if profile is None else st.just(profile)
    if digests and profile is None:
        chosen = chosen.filter(lambda profile: profile.digest_supported)
    parts = _VALID
    if hosts is not None or digests or services or policy is not None:
        parts = _complying(hosts, services, Policy() if policy is None else policy, digests=digests)
    by_kind = {"valid": _valid_apps(chosen, parts), "odd": _odd_apps(chosen)}
    return by_kind[kind] if kind != "any" else by_kind["valid"] | by_kind["odd"]


def _complying(hosts: Hosts | None, services: Sequence[str], policy: Policy, *, digests: bool) -> _Parts:
    if hosts is None:
        hosts = _allowed(policy)
    versions = DIGESTS if digests else VERSIONS
    if policy.forbid_latest and not digests:
        versions = versions.filter(lambda version: version not in {"", ":latest"})
    images = valid_images(hosts, versions)
    named = images.filter(has_slash)
    # A custom frontend is an image like any other, and the images of its file are unknown.
    frontends: st.SearchStrategy[list[str]] = st.just([])
    if not policy.require_complete:
        frontends |= named.map("# syntax={}".format).map(lambda line: [line])
    return _Parts(
        images=images,
        procfiles=procfile_texts(kind="valid", services=services),
        dockerfiles=accepted(named, max_stages=3, frontends=frontends),
        builds=build_options(kind="valid", images=images),
        keyrings=_KEYRINGS
        if hosts is None
        else keyrings(scopes=scope_texts() | host_texts(hosts).filter(normal_scope)),
    )


def _allowed(policy: Policy) -> Hosts | None:
    """Return the hosts that a policy allows, without Docker Hub if pulling from it needs a login."""
    if policy.allowed_registries is None:
        return None if policy.allow_anonymous_hub else any_host().filter(_is_not_hub)
    allowed = [scope for scope in policy.allowed_registries if policy.allow_anonymous_hub or _is_not_hub(scope)]
    if not allowed:
        raise ValueError("policy allows no registry, or only Docker Hub with a login")
    return allowed


def _is_not_hub(scope: str) -> bool:
    return normal_host(scope.partition("/")[0]) != DOCKER_HUB


@st.composite
def _valid_apps(draw: st.DrawFn, profiles: st.SearchStrategy[Profile], parts: _Parts) -> App:
    profile = draw(profiles)
    config, dockerfile = draw(_valid_inputs(profile, parts))
    return App(
        config,
        draw(parts.procfiles),
        dockerfile,
        build=draw(parts.builds),
        revision=draw(_REVISIONS),
        keyring=draw(parts.keyrings),
        profile=profile,
    )


@st.composite
def _odd_apps(draw: st.DrawFn, profiles: st.SearchStrategy[Profile]) -> App:
    profile = draw(profiles)
    return App(
        draw(configs(profile=profile)),
        draw(_PROCFILES),
        draw(_DOCKERFILES),
        build=draw(_ODD_BUILDS),
        revision=draw(_REVISIONS),
        keyring=draw(_KEYRINGS),
        profile=profile,
    )


@st.composite
def _valid_inputs(draw: st.DrawFn, profile: Profile, parts: _Parts) -> tuple[dict[str, str], str | bytes | None]:
    """Config and a Dockerfile that fit: a login is for the host of the image, or for any host of a build."""
    config = dict.fromkeys(draw(_OTHERS), "x")
    dockerfile: str | bytes | None
    if draw(_COINS):
        image, dockerfile = draw(parts.images.filter(lambda text: is_accepted(text, profile))), draw(_DOCKERFILES)
        config[profile.image_variable] = image
        host = parse_reference(image).host if draw(_COINS) else None
    else:
        dockerfile = draw(parts.dockerfiles)
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
    *,
    profile: Profile | None = None,
    resolver: Callable[[App], DeployPlan] = resolve,
    apps: st.SearchStrategy[App] | None = None,
) -> st.SearchStrategy[DeployPlan]:
    """Plans for `apps`, resolved by `resolver`; by default for valid apps of a profile (`None`: of all kinds)."""

    def resolved(app: App) -> DeployPlan | None:
        try:
            return resolver(app)
        except ResolutionError:  # a named context or an argument can still make an image of the build invalid
            return None

    chosen = valid_apps(profile=profile, kind="valid") if apps is None else apps
    return chosen.map(resolved).filter(bool).map(_plan)


valid_apps = apps


def _plan(plan: DeployPlan | None) -> DeployPlan:
    assert plan is not None  # noqa: S101  # filtered
    return plan
