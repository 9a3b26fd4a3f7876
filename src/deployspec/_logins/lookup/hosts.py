"""Three ways in which clients read a host from a key of `auths`, and the part of Go's URL parser that they use.

========================  ==========================================================================================
`cli_host`                docker, docker-build, go-containerregistry, nerdctl: a URL's host if the key has a `://`
`before_slash`            docker's daemon, docker-py, oras: the text before the first `/`, without `http://`, `https://`
`podman_host`             podman: the path is cut off only if there was a scheme
========================  ==========================================================================================

None of them changes the case of a host or knows that 443 is a default port.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote_to_bytes

import attrs

__all__: list[str] = []

HUB = "https://index.docker.io/v1/"
"""The key under which `docker login` keeps the login for Docker Hub."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*+):")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
# In a host only `%` and bytes beyond ASCII may be escaped.
_BAD_HOST_ESCAPE = re.compile("%(?!25|[89A-Fa-f][0-9A-Fa-f])")
_HOST = re.compile(r"[A-Za-z0-9!$&'()*+,;=:\[\]<>\"._~%\u0080-\U0010ffff-]*+")
_USER = re.compile(r"[A-Za-z0-9._:~!$&'()*+,;=%@-]*+")
_PORT = re.compile("(?::[0-9]*)?")


@attrs.frozen
class GoUrl:
    """The host, with its port and the brackets of an IPv6 address, and the path, unescaped."""

    host: str = ""
    path: str = ""

    @property
    def hostname(self) -> str:
        """The host without port and brackets."""
        name = self._split()[0]
        return name[1:-1] if name.startswith("[") and name.endswith("]") else name

    @property
    def port(self) -> str:
        """The port; empty if there is none."""
        return self._split()[1]

    def _split(self) -> tuple[str, str]:
        name, colon, port = self.host.rpartition(":")
        return (name, port) if colon and _PORT.fullmatch(":" + port) else (self.host, "")


def parse_url(text: str) -> GoUrl | None:
    """Parse a URL as Go's `url.Parse` does; `None` if it is an error.

    >>> parse_url("https://ada@quay.io:443/a%20b?c#d")
    GoUrl(host='quay.io:443', path='/a b')
    >>> parse_url("https://quay.io:port") is None, parse_url("https://a b") is None
    (True, True)
    """
    # Go net/url/url.go: Parse, parse, parseAuthority, parseHost
    if _CONTROL.search(text):
        return None
    text, _, fragment = text.partition("#")
    scheme = _SCHEME.match(text)
    if _BAD_ESCAPE.search(fragment) or text.startswith(":"):
        return None
    rest = (text[scheme.end() :] if scheme else text).partition("?")[0]
    if not rest.startswith("/"):
        # Opaque, or a relative path, whose first part must not have a colon.
        return GoUrl() if scheme or ":" not in rest.partition("/")[0] else None
    host = ""
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        found = _parse_authority(authority)
        if found is None:
            return None
        host, rest = found, slash + path
    if _BAD_ESCAPE.search(rest):
        return None
    return GoUrl(host, _unescaped(rest))


def _parse_authority(authority: str) -> str | None:
    user, _, host = authority.rpartition("@")
    if not _USER.fullmatch(user) or _BAD_ESCAPE.search(user):
        return None
    opening = host.rfind("[")
    if opening == -1:
        colon = host.rfind(":")
        port = host[colon:] if colon != -1 else ""
        return _unescaped_host(host) if _PORT.fullmatch(port) else None
    closing = host.rfind("]")
    if opening > 0 or closing == -1 or not _PORT.fullmatch(host[closing + 1 :]):
        return None
    address, _, zone = host[opening + 1 : closing].partition("%25")
    if not _is_ipv6(address) or "%" in address + zone or not _HOST.fullmatch(zone):
        return None
    return f"[{address}{'%' if zone else ''}{zone}]{host[closing + 1 :]}"


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _unescaped_host(host: str) -> str | None:
    return _unescaped(host) if _HOST.fullmatch(host) and not _BAD_HOST_ESCAPE.search(host) else None


def _unescaped(text: str) -> str:
    return unquote_to_bytes(text.encode("utf-8", "replace")).decode("utf-8", "replace") if "%" in text else text


def cli_host(key: str, *, fallback: bool = True) -> str:
    """Return the host of a key as the Docker CLI does; `fallback` is how it treats a URL that Go refuses since 29.7.

    >>> cli_host("ftp://ada@quay.io:443/x"), cli_host("quay.io/acme"), cli_host("https://[::1]")
    ('quay.io:443', 'quay.io', '::1')
    """
    # docker/cli cli/config/credentials/file_store.go: ConvertToHostname
    if "://" in key:
        url = parse_url(key)
        if url is not None and url.hostname:
            name, port = url.hostname, url.port
            if not port:
                return name
            return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
        if fallback and (host := _refused_host(key)):
            return host
    return key.partition("/")[0]


def _refused_host(key: str) -> str:
    """Read the host from a URL that Go's parser refuses."""
    # docker/cli cli/config/credentials/file_store.go: hostFromURLFallback
    host = key.partition("://")[2].partition("/")[0]
    name, _, port = host.rpartition(":")
    if host.count(":") > 1 and not host.startswith("[") and name and port.isascii() and port.isdigit():
        return f"[{name}]:{port}"
    return host


def before_slash(key: str) -> str:
    """Return the text before the first `/`, after a leading `http://` and `https://`.

    >>> before_slash("https://quay.io/v2/"), before_slash("ftp://quay.io")
    ('quay.io', 'ftp:')
    """
    # oras-go registry/remote/credentials/internal/config/config.go: ToHostname
    return key.removeprefix("http://").removeprefix("https://").partition("/")[0]


def podman_host(key: str) -> str:
    """Return the host that podman compares a key with; a key without a scheme keeps its path.

    >>> podman_host("https://quay.io/acme"), podman_host("quay.io/acme"), podman_host("docker.io")
    ('quay.io', 'quay.io/acme', 'index.docker.io')
    """
    # container-libs image/pkg/docker/config/config.go: normalizeAuthFileKey, normalizeRegistry
    stripped = key.removeprefix("http://").removeprefix("https://")
    if stripped != key:
        stripped = stripped.partition("/")[0]
    return "index.docker.io" if stripped in ("docker.io", "registry-1.docker.io") else stripped
