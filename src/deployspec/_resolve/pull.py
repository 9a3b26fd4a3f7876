"""The image variable: the prebuilt image in it, and the plan that pulls the image."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import attrs

from deployspec._core.diagnostics import Diagnostic, InvalidReference
from deployspec._logins.credentials import CredentialRef
from deployspec._logins.scope import registry_of
from deployspec._plan import ImagePull, make_pull
from deployspec._references.grammar import DOCKER_HUB
from deployspec._references.hints import find_hint
from deployspec._references.reference import ImageReference, parse_reference
from deployspec._references.web_pages import may_be_page
from deployspec._resolve.login_hints import find_mismatch_hint
from deployspec._resolve.logins import report_logins
from deployspec._resolve.pages import report_page

if TYPE_CHECKING:
    from deployspec._app import App, Profile
    from deployspec._resolve.config_login import Controls
    from deployspec._resolve.logins import Logins
    from deployspec._resolve.report import Report


def read_image(app: App, controls: Controls, report: Report) -> ImageReference | None:
    """Read the image variable; `None` if it is unset, or after an error."""
    profile, text = app.profile, controls.image
    source = profile.image_variable
    if text is None:
        report.step("image", source, "unset")
        return None
    report.step("image", source, "set")
    try:
        reference = parse_reference(text)
    except InvalidReference as error:
        report.extend(map(partial(_without_value, text), error.diagnostics), source=source)
        return None
    # The parser puts `library/` before a single component on Docker Hub, and leaves it as it is elsewhere.
    if "/" not in reference.path or (reference.path.startswith("library/") and "library/" not in text):
        _report_single_component(profile, reference, report)
    if reference.digest is not None:
        if not profile.digest_supported:
            hint = f"use `{reference.with_digest(None).familiar}`"
            message = "image has a digest, which this platform does not support"
            report.error("image-digest-unsupported", message, source=source, hint=hint)
    elif reference.tag == "latest" and not text.endswith(":latest"):
        report.note("image-implicit-tag", "image has no tag, so `latest` is pulled", source=source)
    if may_be_page(reference.host, reference.path):
        report_page(reference, source, report)
    return reference


def _without_value(text: str, error: Diagnostic) -> Diagnostic:
    """Remove a hint that corrects a text which may be a password: one without `/` and `.` is hardly an image."""
    may_be_shown = "/" in text or "." in text
    return error if may_be_shown or error.hint != find_hint(text) else attrs.evolve(error, hint=None)


def _report_single_component(profile: Profile, reference: ImageReference, report: Report) -> None:
    """Report an image that is written without a repository before its name."""
    source = profile.image_variable
    if registry_of(reference) == DOCKER_HUB:
        short = reference.familiar.rpartition("/")[2]
        if profile.official_images:
            message = f"`{reference.name}` is an official image of Docker Hub"
            # With another host name of Docker Hub, tools do not put `library/` before the name.
            hint = None if short == reference.familiar else f"use `{short}`"
            report.note("image-official", message, source=source, hint=hint)
        else:
            hint = f"use `library/{short}` for the official image"
            report.error(
                "image-repository-missing", "image has no repository before its name", source=source, hint=hint
            )
    elif profile.warn_single_component:
        message = f"image has no repository between `{reference.host}` and its name"
        report.warning("image-single-component", message, source=source)


def read_pull(app: App, image: ImageReference, logins: Logins, report: Report) -> ImagePull:
    """Find the login for a prebuilt image; the login of the variables must be for the image's registry."""
    profile = app.profile
    credential = logins.find(image)
    if logins.of_config and not logins.is_of_config(credential):
        _report_mismatch(profile, image, logins.of_config[0], report)
    if app.dockerfile is not None:
        message = f"Dockerfile is ignored, because `{profile.image_variable}` is set"
        hint = f"unset `{profile.image_variable}` to build from the Dockerfile"
        report.note("dockerfile-ignored", message, source=app.build.dockerfile_path, hint=hint)
    pull = make_pull(
        reference=image, platform=None, role="app", credential=credential, mirror=None, line=None, origins=()
    )
    source = profile.image_variable
    if logins.mirrored is not None:
        pull = logins.mirrored.replace(pull, source, report, source=source)
        credential = pull.credential
    report.step("pull", source, "anonymous" if credential is None else credential.source)
    if logins.used or logins.keyring.helpers:
        report_logins([pull], logins, report)
    return pull


def _report_mismatch(profile: Profile, image: ImageReference, login: CredentialRef, report: Report) -> None:
    add = report.error if profile.on_host_mismatch == "error" else report.warning
    message = f"login is for `{login.scope}`, but the image is on `{registry_of(image)}`"
    source = profile.host_variable or profile.image_variable
    add("credentials-host-mismatch", message, source=source, hint=find_mismatch_hint(source, image, login))
