"""Laws about mirrors: only the platform's logins go to them, and they change nothing except the place of a pull.

A resolver without the parameter `mirrors` satisfies them.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, cast

import attrs
import hypothesis

from deployspec import strategies
from deployspec._core.diagnostics import DeploySpecError
from deployspec._core.secret import Secret
from deployspec._logins.credentials import Credential, Keyring
from deployspec._plan import DeployPlan
from deployspec.laws._law import law, outcome_of, require
from deployspec.laws._logins import is_for, owner_scopes

if TYPE_CHECKING:
    from deployspec._app import App
    from deployspec._logins.mirrors import Mirror
    from deployspec._plan import ImagePull
    from deployspec._references.reference import ImageReference
    from deployspec._resolve.resolve import Resolver
    from deployspec.laws._law import Outcome

__all__ = ["mirrors_change_places_only", "mirrors_confined"]

_Mirrors = tuple["Mirror", ...]


def _outcome_with(resolver: Resolver, app: App, keyring: Keyring, mirrors: _Mirrors) -> Outcome:
    try:
        plan: DeployPlan = cast("Any", resolver)(app, platform_keyring=keyring, mirrors=mirrors)
    except DeploySpecError as error:
        return error.diagnostics
    return plan


def _supports_mirrors(resolver: Resolver) -> bool:
    kinds = {name: parameter.kind for name, parameter in inspect.signature(resolver).parameters.items()}
    return "mirrors" in kinds or inspect.Parameter.VAR_KEYWORD in kinds.values()


def _with_logins(platform_keyring: Keyring, mirrors: _Mirrors) -> Keyring:
    """Add a login for the whole registry of each mirror, and logins for images that have a mirror."""
    scopes = {mirror.location.partition("/")[0] for mirror in mirrors}
    scopes |= {f"{mirror.prefix.partition('/')[0]}/{path}" for mirror in mirrors for path in ("library", "team")}
    scopes -= {login.scope for login in platform_keyring.credentials}
    logins = [Credential(scope=scope, username="platform", password=Secret("pw")) for scope in sorted(scopes)]
    return Keyring([*platform_keyring.credentials, *logins])


@law(mirrors=strategies.mirrors())
def mirrors_confined(resolver: Resolver, app: App, platform_keyring: Keyring, mirrors: _Mirrors) -> None:
    """A mirror gets only logins of the platform for its registry, and no image that a login of the app's owner covers.

    A login for the whole registry of a mirror is used only for mirrors.
    """
    if not _supports_mirrors(resolver):
        outcome_of(resolver, app, platform_keyring)
        return
    keyring = _with_logins(platform_keyring, mirrors)
    outcome = _outcome_with(resolver, app, keyring, mirrors)
    if not isinstance(outcome, DeployPlan):
        hypothesis.reject()
    keys = {login.key for login in keyring.credentials}
    for pull in outcome.pulls:
        if pull.mirror is not None:
            _check_mirror(pull, pull.mirror, app, keys, mirrors)
        elif pull.credential is not None and pull.credential.owner == "platform":
            require("/" in pull.credential.scope, f"{pull.reference} gets a login that is only for mirrors")


def _check_mirror(pull: ImagePull, mirror: ImageReference, app: App, keys: set[str], mirrors: _Mirrors) -> None:
    require(str(mirror) in _expected(pull.reference, mirrors), f"{pull.reference} is pulled from {mirror}")
    private = _has_private_login(app, pull)
    require(not private, f"the private image {pull.reference} is pulled from a mirror")
    if pull.credential is not None:
        key = pull.credential.source.removeprefix("keyring:")
        known = pull.credential.owner == "platform" and key in keys
        require(known and is_for(key, mirror), f"the mirror {mirror} gets the login {pull.credential}")


def _has_private_login(app: App, pull: ImagePull) -> bool:
    if pull.role == "frontend" and pull.reference.repository not in app.profile.frontends:
        return True
    return any(is_for(scope, pull.reference) for scope in owner_scopes(app, pull.reference))


def _expected(image: ImageReference, mirrors: _Mirrors) -> list[str]:
    """Return the image in the mirror with the longest prefix, from the text of the prefixes."""
    covering = [mirror for mirror in mirrors if is_for(mirror.prefix, image)]
    longest = max((mirror.prefix.count("/") for mirror in covering), default=0)
    version = str(image).removeprefix(image.repository)
    return [
        "/".join([mirror.location, *image.path.split("/")[longest:]]) + version
        for mirror in covering
        if mirror.prefix.count("/") == longest
    ]


@law(mirrors=strategies.mirrors())
def mirrors_change_places_only(resolver: Resolver, app: App, platform_keyring: Keyring, mirrors: _Mirrors) -> None:
    """Mirrors never change the action, the services, the environment or the images that the app names."""
    if not _supports_mirrors(resolver):
        outcome_of(resolver, app, platform_keyring)
        return
    before = outcome_of(resolver, app, platform_keyring)
    after = _outcome_with(resolver, app, _with_logins(platform_keyring, mirrors), mirrors)
    if isinstance(before, DeployPlan) and isinstance(after, DeployPlan):
        require(type(before.action) is type(after.action), "a mirror changes the action")
        require(before.services == after.services, "a mirror changes the services")
        require(before.environment == after.environment, "a mirror changes the environment")
        require(_named(before) == _named(after), "a mirror changes the images that the app names")
    else:
        require(type(before) is type(after), "a mirror decides whether there is a plan")


def _named(plan: DeployPlan) -> list[ImagePull]:
    """Return the pulls without mirrors, and without logins of the platform."""
    return [
        attrs.evolve(pull, mirror=None, credential=pull.credential if _is_own(pull) else None) for pull in plan.pulls
    ]


def _is_own(pull: ImagePull) -> bool:
    return pull.credential is not None and pull.credential.owner == "app"
