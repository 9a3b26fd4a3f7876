"""Hints about a login that does not match the images: following one sends no password to another registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._core.diagnostics import InvalidReference
from deployspec._logins.scope import covers, normal_host, registry_of
from deployspec._references.grammar import DOCKER_HUB, split_host
from deployspec._references.reference import ImageReference, parse_reference

if TYPE_CHECKING:
    from deployspec._logins.credentials import CredentialRef


def find_mismatch_hint(variable: str, image: ImageReference, login: CredentialRef) -> str:
    """Suggest a correction of an image, or of the host of a login that does not cover the image."""
    host, scope, tag = registry_of(image), login.scope, str(image).removeprefix(image.repository)
    served = find_served_host(scope)
    if host == DOCKER_HUB:
        # The host without its port may be the first component of a path on Docker Hub: `my-server/foo/bar`.
        path = image.path.removeprefix(f"{scope.partition(':')[0]}/").removeprefix("library/")
        if served is not None:
            moved = f"use the image `{served}/{path}{tag}` and set `{variable}` to `{served}`"
            return f"{_not_a_host(scope, served)}: {moved}"
        if _is_covered(moved := f"{scope}/{path}{tag}", scope):
            return f"use the image `{moved}`"
    if normal_host(host) == scope:
        # This name means Docker Hub in a login, but not in an image.
        return f"use the image `{scope}/{image.path}{tag}`"
    if host.removesuffix(":443") == scope.removesuffix(":443"):
        return f"set `{variable}` to `{host}`"
    if login.source == "default":
        return f"if the login is for `{host}`, set `{variable}` to `{host}`"
    elsewhere = f"use an image on `{served or scope}`, or set a login for `{host}`"
    return f"{_not_a_host(scope, served)}: {elsewhere}" if served else elsewhere


def find_unused_hint(variable: str | None, login: CredentialRef) -> str:
    """Suggest a correction of the host of a login that no image of a build needs."""
    served = find_served_host(login.scope)
    if served is None:
        return "check the host, or unset the login"
    moved = f"use `{served}/` in the Dockerfile and set `{variable}` to `{served}`"
    return f"{_not_a_host(login.scope, served)}: {moved}"


def find_served_host(scope: str) -> str | None:
    """Return the host with a port if an image name cannot contain it without: a first component has a `.` or a `:`.

    >>> find_served_host("my-server"), find_served_host("my-server:5000"), find_served_host("localhost")
    ('my-server:443', None, None)
    """
    return f"{scope}:443" if split_host(f"{scope}/")[0] != scope else None


def _not_a_host(scope: str, served: str) -> str:
    return f"`{scope}` is not a host in an image name, but `{served}` is"


def _is_covered(text: str, scope: str) -> bool:
    """Whether a suggested text is a valid reference that the login covers."""
    try:
        return covers(scope, parse_reference(text))
    except InvalidReference:
        return False
