"""The entry that every client uses for an image, as advice."""

from __future__ import annotations

import re

from deployspec._logins.lookup.hosts import HUB
from deployspec._logins.lookup.names import Name, distribution

__all__: list[str] = []

# Other hosts, such as those in upper case, are not accepted by every client.
_HOST = re.compile(r"[a-z0-9]+(?:[.-]+[a-z0-9]+)*(?::[0-9]+)?")


def suggested_key(image: str) -> str | None:
    """Return the key under which every client finds the login, if it accepts the reference; `None` if there is none.

    The reference must name its host for oras.

    >>> suggested_key("ubuntu"), suggested_key("quay.io:443/acme/app:1"), suggested_key("registry-1.docker.io/a/b")
    ('https://index.docker.io/v1/', 'quay.io:443', None)
    """
    name = distribution(image)
    if name is None or name.host == "registry-1.docker.io":
        return None
    if name.host == "docker.io":
        return HUB
    return name.host if _HOST.fullmatch(name.host) else None


def _names_host(image: str, name: Name) -> bool:
    """Whether a reference begins with its host; oras uses any first part as the host."""
    return image.startswith(f"{name.host}/")


def suggestion(image: str, *, is_faulty: bool = False, has_helper: bool = False) -> str | None:
    """Say in words how to give every client the same login.

    `is_faulty` is whether the file has faults, `has_helper` whether a credential helper is asked.

    >>> suggestion("registry-1.docker.io/acme/app:1")
    'spell the image `docker.io/acme/app`, and name the entry `https://index.docker.io/v1/`'
    """
    name, key = distribution(image), suggested_key(image)
    if key is not None:
        faults = "correct the faults of the file, " if is_faulty else ""
        helpers = "`credsStore`, `credHelpers` and " if has_helper else ""
        entry = f"name the entry `{key}`, with `auth` (base64 of USER:PASSWORD)"
        spelt = "" if name is None or _names_host(image, name) else f"; for oras, spell the image `{name}`"
        return f"{faults}{entry}, and remove {helpers}other entries for this registry{spelt}"
    if name is not None and name.host == "registry-1.docker.io":
        return f"spell the image `docker.io/{name.path}`, and name the entry `{HUB}`"
    return None
