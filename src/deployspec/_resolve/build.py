"""The Dockerfile of an app: the images that its build fetches, each with its login, and the recipe."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, TypeAlias

from deployspec._core.diagnostics import DeploySpecError, Diagnostic
from deployspec._dockerfile.build.images import BuildImages
from deployspec._dockerfile.dockerfile import Dockerfile, parse_unless_foreign
from deployspec._logins.credentials import registry_of
from deployspec._plan import ImagePull, Recipe, make_pull, make_recipe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deployspec._app import App
    from deployspec._logins.credentials import CredentialRef
    from deployspec._references.reference import ImageReference
    from deployspec._resolve.log import Log
    from deployspec._resolve.logins import Keys

__all__: list[str] = []

_LOOKS_SECRET = re.compile(r"(?i)passw|secret|token|credential|(?:api|private|access)_?key")


# The recipe of a build, all that it fetches, and what its text cannot tell.
Reading: TypeAlias = "tuple[Recipe, tuple[ImagePull, ...], tuple[Diagnostic, ...]]"


def read_build(app: App, dockerfile: str | bytes, keys: Keys, log: Log) -> Reading | None:
    """Read the build of an app's Dockerfile; `None` where it is refused with errors."""
    path = app.build.dockerfile_path
    try:
        images, opaque = _images(app, dockerfile, log)
    except DeploySpecError as error:
        log.take(error.diagnostics, path)
        return None
    pulls: list[ImagePull] = []
    if images.frontend is not None:
        pulls.append(_frontend_pull(images.frontend, keys, opaque=opaque))
        _log_pull(path, pulls[-1], log)
    for base in images.needed:
        credential = keys.find(base.reference)
        pull = make_pull(reference=base.reference, platform=base.platform, role=base.role, credential=credential)
        _log_pull(f"{path}:{base.line}", pull, log)
        pulls.append(pull)
    if keys.login is not None:
        _tell_unused(app, pulls, keys.login, log)
    needed = tuple(pulls if images.frontend is None else pulls[1:])
    return _recipe(app, dockerfile, needed, log), tuple(pulls), images.unknowns


def _log_pull(place: str, pull: ImagePull, log: Log) -> None:
    log.step("pull", place, "anonymous" if pull.credential is None else pull.credential.source)


def _images(app: App, dockerfile: str | bytes, log: Log) -> tuple[BuildImages, bool]:
    """Read which images the build fetches; with a foreign frontend nobody but it can tell what the text means."""
    build = app.build
    parsed = parse_unless_foreign(dockerfile, build.args, app.profile.frontends)
    if isinstance(parsed, Dockerfile):
        if parsed.diagnostics:
            log.take(parsed.diagnostics, build.dockerfile_path)
        images = parsed.images(
            build_args=build.args,
            target=build.target,
            platform=build.platform,
            build_platform=build.build_platform,
            contexts=build.contexts,
        )
        return images, False
    message = f"the build is handed to the frontend `{parsed.familiar}`, so the images it fetches are not known"
    log.tell("warning", "build-frontend-custom", message, source=build.dockerfile_path)
    return BuildImages(needed=(), all=(), frontend=parsed, unknowns=(log.diagnostics[-1],)), True


def _frontend_pull(frontend: ImageReference, keys: Keys, *, opaque: bool) -> ImagePull:
    """A frontend that the profile does not list runs as it likes, so no login goes to it."""
    credential = None if opaque else keys.find(frontend)
    return make_pull(reference=frontend, platform=None, role="frontend", credential=credential)


def _tell_unused(app: App, pulls: Iterable[ImagePull], login: CredentialRef, log: Log) -> None:
    for pull in pulls:
        if pull.credential is login:
            return
    hosts = ", ".join(f"`{host}`" for host in sorted({registry_of(pull.reference) for pull in pulls})) or "no registry"
    message = f"the login for `{login.scope}` is not used: the build fetches from {hosts}"
    source = app.profile.host_variable if login.source != "default" else app.profile.username_variable
    log.tell("warning", "credentials-unused", message, source=source, hint="check the host, or unset the login")


def _recipe(app: App, dockerfile: str | bytes, images: tuple[ImagePull, ...], log: Log) -> Recipe:
    build, args = app.build, _pairs(app.build.args)
    for name, _ in args:
        if _LOOKS_SECRET.search(name):
            message = f"the build argument `{name}` looks like a secret, and build arguments are kept in plain text"
            log.tell("warning", "build-argument-looks-secret", message, hint="pass it as a build secret")
    raw = dockerfile if isinstance(dockerfile, bytes) else dockerfile.encode("utf-8", "surrogatepass")
    return make_recipe(
        dockerfile_path=build.dockerfile_path,
        dockerfile_digest=f"sha256:{hashlib.sha256(raw).hexdigest()}",
        context=build.context,
        target=build.target,
        platform=build.platform,
        build_platform=build.build_platform,
        args=args,
        contexts=_pairs(build.contexts),
        revision=app.revision,
        images=images,
    )


def _pairs(mapping: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(mapping.items())) if mapping else ()
