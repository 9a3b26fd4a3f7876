"""The image variable: the prebuilt image that it names, and the plan that pulls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._core.diagnostics import InvalidReference, Severity
from deployspec._logins.credentials import DOCKER_HUB, CredentialRef, covers, normal_host, registry_of
from deployspec._plan import ImagePull, make_pull
from deployspec._references.reference import ImageReference, parse_reference

if TYPE_CHECKING:
    from deployspec._app import App, Profile
    from deployspec._resolve.config_login import Controls
    from deployspec._resolve.log import Log
    from deployspec._resolve.logins import Keys

__all__: list[str] = []


def read_image(app: App, controls: Controls, log: Log) -> ImageReference | None:
    """Read the image variable; `None` where it is unset, or refused with an error."""
    profile, text = app.profile, controls.image
    source = profile.image_variable
    if text is None:
        log.step("image", source, "unset")
        return None
    log.step("image", source, "set")
    try:
        reference = parse_reference(text)
    except InvalidReference as error:
        log.take(error.diagnostics, source)
        return None
    # Where one component stands alone, reading it put `library/` in front, or it was left as it is.
    if "/" not in reference.path or (reference.path.startswith("library/") and "library/" not in text):
        _tell_single_component(profile, reference, log)
    if reference.digest is not None:
        if not profile.digest_supported:
            message = "this platform takes an image by tag, not by digest"
            hint = f"write `{reference.with_digest(None).familiar}`"
            log.tell("error", "image-digest-unsupported", message, source=source, hint=hint)
    elif reference.tag == "latest" and not text.endswith(":latest"):
        log.tell("note", "image-implicit-tag", "the image has no tag, so `latest` is pulled", source=source)
    return reference


def _tell_single_component(profile: Profile, reference: ImageReference, log: Log) -> None:
    """Tell of an image that is written without a repository in front of its name."""
    source = profile.image_variable
    if registry_of(reference) == DOCKER_HUB:
        short = reference.familiar.rpartition("/")[2]
        if profile.official_images:
            message = f"this is Docker Hub's official image `{reference.name}`"
            # Under another name of Docker Hub no tool puts `library/` in front.
            hint = None if short == reference.familiar else f"write it as `{short}`"
            log.tell("note", "image-official", message, source=source, hint=hint)
        else:
            hint = f"did you mean `library/{short}`?"
            message = "the image has no repository in front of its name"
            log.tell("error", "image-repository-missing", message, source=source, hint=hint)
    elif profile.warn_single_component:
        message = f"the image has no repository between `{reference.host}` and its name"
        log.tell("warning", "image-single-component", message, source=source)


def read_pull(app: App, image: ImageReference, keys: Keys, log: Log) -> ImagePull:
    """Find the login that a prebuilt image gets; a login of the variables must be for its registry."""
    profile = app.profile
    credential = keys.find(image)
    if keys.login is not None and credential is not keys.login:
        _tell_mismatch(profile, image, keys.login, log)
    if app.dockerfile is not None:
        message = f"`{profile.image_variable}` is set, so the Dockerfile is ignored"
        hint = f"unset `{profile.image_variable}` to build from the Dockerfile"
        log.tell("note", "dockerfile-ignored", message, source=app.build.dockerfile_path, hint=hint)
    log.step("pull", profile.image_variable, "anonymous" if credential is None else credential.source)
    return make_pull(reference=image, platform=None, role="app", credential=credential)


def _tell_mismatch(profile: Profile, image: ImageReference, login: CredentialRef, log: Log) -> None:
    host = registry_of(image)
    hints = [f"set `{profile.host_variable}` to `{host}`"] if profile.host_variable else []
    if host == DOCKER_HUB:
        moved = f"{login.scope}/{image.familiar}"
        hints[:0] = [f"did you mean `{moved}`?"] * _is_covered(moved, login.scope)
    elif normal_host(host) == login.scope:
        # A name of Docker Hub that is one in logins alone: the variable would be read as what it is already.
        hints = [f"did you mean `{login.scope}/{image.familiar.partition('/')[2]}`?"]
    severity: Severity = "error" if profile.on_host_mismatch == "error" else "warning"
    message = f"the login is for `{login.scope}`, but the image is on `{host}`"
    source = profile.host_variable or profile.image_variable
    log.tell(severity, "credentials-host-mismatch", message, source=source, hint=" or ".join(hints) or None)


def _is_covered(text: str, scope: str) -> bool:
    """Whether a text that is to be offered is a reference, and one that the login would cover."""
    try:
        return covers(scope, parse_reference(text))
    except InvalidReference:
        return False
