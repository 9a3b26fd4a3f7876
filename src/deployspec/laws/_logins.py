"""Laws about logins: which images get them, and which decisions depend on them."""

from __future__ import annotations

import re

import attrs
from hypothesis import assume

from deployspec import strategies
from deployspec._app import App
from deployspec._dockerfile import frontend_of, parse_dockerfile
from deployspec._logins.credentials import Credential, CredentialRef, Keyring
from deployspec._plan import Build, DeployPlan, Extend, ImagePull, Pull
from deployspec._references.reference import ImageReference
from deployspec._resolve.resolve import Resolver
from deployspec.laws._law import law, outcome_of, plan_of, require

__all__ = ["adding_a_login", "confined", "extends_by_login", "hints_keep_the_registry", "spelled_like_the_image"]

# Repeated here on purpose: a law that used the same list as the library could not find an error in it.
_HUB_IN_LOGINS = {"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com"}
_HUB_IN_REFERENCES = {"docker.io", "index.docker.io", "registry-1.docker.io"}


def is_for(written: str, reference: ImageReference) -> bool:
    """Return whether a login for a scope, as the user wrote it, covers an image."""
    bare = re.sub(r"/(v[12]/?)?$", "", re.sub(r"^https?://", "", written.strip(), flags=re.IGNORECASE))
    host, *path = bare.split("/")
    meant = "docker.io" if host.lower() in _HUB_IN_LOGINS else host.lower()
    registry = "docker.io" if reference.host.lower() in _HUB_IN_REFERENCES else reference.host.lower()
    is_same = registry in (meant, host.lower())
    return host.isascii() and is_same and reference.path.split("/")[: len(path)] == path


def _scope_as_given(app: App, pull: ImagePull, credential: CredentialRef, platform_keyring: Keyring) -> str | None:
    """Return the scope of a pull's login as written in the input; `None` if there is no such login."""
    profile = app.profile
    if credential.source.startswith("keyring:"):
        keyring = app.keyring if credential.owner == "app" else platform_keyring
        key = credential.source.removeprefix("keyring:")
        return key if key in {login.key for login in keyring.credentials} else None
    if credential.owner != "app" or not _has_login(app):
        return None
    host = _host(app)
    by_source = {profile.host_variable: host or None, "default": None if host else profile.default_host}
    if profile.host_variable is None:
        by_source = {"image": pull.reference.host if pull.role == "app" else None}
    return by_source.get(credential.source)


def _has_login(app: App) -> bool:
    return all(app.config.get(name) for name in (app.profile.username_variable, app.profile.password_variable))


def _host(app: App) -> str:
    return app.config.get(app.profile.host_variable or "", "").strip()


@law()
def confined(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """Every login of a pull exists in the input, with a scope that covers the image."""
    for pull in plan_of(resolver, app, platform_keyring).pulls:
        if pull.credential is None:
            continue
        scope = _scope_as_given(app, pull, pull.credential, platform_keyring)
        require(scope is not None, f"the input contains no login {pull.credential}")
        require(scope and is_for(scope, pull.reference), f"{pull.reference} gets a login for {scope!r}")
        foreign = pull.role == "frontend" and pull.reference.repository not in app.profile.frontends
        require(not foreign, f"the custom frontend {pull.reference} gets a login")


@law()
def extends_by_login(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """A build is an extend if and only if a needed image has a login of the app's owner.

    Logins of the platform make no difference. The images are read from the Dockerfile and the logins from the input,
    not from the plan.
    """
    plan = plan_of(resolver, app)
    with_platform = outcome_of(resolver, app, platform_keyring)
    kept = isinstance(with_platform, DeployPlan) and type(with_platform.action) is type(plan.action)
    require(kept, "a login of the platform changes the action")
    image_is_set = bool(app.config.get(app.profile.image_variable, "").strip())
    require(isinstance(plan.action, Pull) == image_is_set, "the image variable does not decide about a pull")
    if not isinstance(plan.action, Pull):
        extends = any(is_for(scope, image) for image in _needed(app) for scope in owner_scopes(app))
        require(isinstance(plan.action, Extend) == extends, f"expected {'an extend' if extends else 'a build'}")


@law()
def spelled_like_the_image(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """An image gets a login if the host of a login of the app's owner is spelled like the image's host."""
    hosts = {re.sub(r"^https?://|/$", "", scope) for scope in owner_scopes(app)}
    for pull in plan_of(resolver, app, platform_keyring).pulls:
        foreign = pull.role == "frontend" and pull.reference.repository not in app.profile.frontends
        if pull.reference.host in hosts and not foreign:
            require(pull.credential is not None, f"{pull.reference} is pulled without the login for its host")


@law()
def hints_keep_the_registry(resolver: Resolver, app: App, platform_keyring: Keyring) -> None:
    """Following a hint about a login sends the password only to the registry that it was set for.

    That is the registry of the host variable, or, if it is unset, the default registry and that of the image.
    """
    outcome = outcome_of(resolver, app, platform_keyring)
    sources = {app.profile.host_variable, "default", "image"}
    for diagnostic in outcome.diagnostics if isinstance(outcome, DeployPlan) else outcome:
        if not diagnostic.code.startswith("credentials-") or diagnostic.hint is None:
            continue
        followed = outcome_of(resolver, _follow(app, diagnostic.hint), platform_keyring)
        for pull in followed.pulls if isinstance(followed, DeployPlan) else ():
            if pull.credential is not None and pull.credential.source in sources:
                server = _server(pull.reference.host)
                require(server in _servers(app), f"the hint `{diagnostic.hint}` sends the password to {server}")


def _follow(app: App, hint: str) -> App:
    """Set the variables and the image that a hint suggests."""
    suggested = dict(re.findall(r"set `([^`]*)` to `([^`]*)`", hint))
    images = re.findall(r"use the image `([^`]*)`", hint)
    suggested |= dict.fromkeys([app.profile.image_variable] * bool(images), "".join(images[:1]))
    return attrs.evolve(app, config={**app.config, **suggested})


def _servers(app: App) -> set[str]:
    """Return the machines that a password in the variables may be sent to."""
    host, image = _host(app), app.config.get(app.profile.image_variable, "").strip()
    return {_server(one) for one in ([host] if host else [app.profile.default_host, image.partition("/")[0]])}


def _server(written: str) -> str:
    """Return the machine that a host names; 443 is the port of HTTPS."""
    bare = re.sub(r"/(v[12]/?)?$", "", re.sub(r"^https?://", "", written, flags=re.IGNORECASE)).lower()
    return "docker.io" if bare in _HUB_IN_LOGINS else bare.removesuffix(":443")


def owner_scopes(app: App, image: ImageReference | None = None) -> list[str]:
    """Return the scopes of the logins of the app's owner; `image` is one that the app's variables may be for."""
    of_variables: list[str] = []
    if _has_login(app):
        if app.profile.host_variable:
            of_variables = [_host(app) or app.profile.default_host]
        elif image is not None and app.config.get(app.profile.image_variable, "").strip():
            of_variables = [image.host]
    return [*of_variables, *(login.key for login in app.keyring.credentials)]


def _needed(app: App) -> list[ImageReference]:
    build, text = app.build, app.dockerfile or ""
    frontend = frontend_of(text, build_args=build.args)
    if frontend is not None and frontend.repository not in app.profile.frontends:
        return []
    images = parse_dockerfile(text).images(
        build_args=build.args,
        target=build.target,
        platform=build.platform,
        build_platform=build.build_platform,
        contexts=build.contexts,
    )
    return [image.reference for image in images.needed]


@law(login=strategies.credentials())
def adding_a_login(resolver: Resolver, app: App, platform_keyring: Keyring, login: Credential) -> None:
    """Another login in the keyring does not change the action, except from a build to an extend."""
    assume(all(login.scope != other.scope for other in app.keyring.credentials))
    before = outcome_of(resolver, app, platform_keyring)
    richer = attrs.evolve(app, keyring=Keyring([*app.keyring.credentials, login]))
    after = outcome_of(resolver, richer, platform_keyring)
    if isinstance(before, DeployPlan) and isinstance(after, DeployPlan):
        kinds = (type(before.action), type(after.action))
        require(kinds[0] is kinds[1] or kinds == (Build, Extend), f"another login turns {kinds[0]} into {kinds[1]}")
    else:
        require(type(before) is type(after), "another login decides whether there is a plan")
