"""nerdctl.

Rule: the Docker CLI's rule with several names in turn, until a login is found that is not empty. For the host H these
are `H:443`, `https://H:443`, `http://H:443`, `H`, `https://H` and `http://H`; with a port P other than 443 they are
`H:P`, `https://H:P` and `http://H:P`. Docker Hub is the host `registry-1.docker.io`, for which
`https://index.docker.io/v1/` is tried second. Any fault of the file is an error. White space around the user name is
removed, and `registrytoken` is not used.

Source: nerdctl pkg/imgutil/dockerconfigresolver/{credentialsstore,registryurl,dockerconfigresolver}.go.
"""

from __future__ import annotations

from deployspec._logins.login_file import LoginFile
from deployspec._logins.lookup.advice import explain_format
from deployspec._logins.lookup.docker_cli import Entry, Walk, first_login, read_docker_file
from deployspec._logins.lookup.hosts import HUB, GoUrl
from deployspec._logins.lookup.names import distribution
from deployspec._logins.lookup.report import Report, accepted
from deployspec._logins.lookup.values import Lookup, LookupKind

__all__: list[str] = []


def lookup_nerdctl(file: LoginFile, image: str) -> Lookup:
    """Look up the login that nerdctl uses."""
    name = accepted("nerdctl", distribution(image))
    report = Report("nerdctl", file)
    config = read_docker_file(report, report.fail)
    if not report.outcomes:
        first_login(
            report, config, Walk(_servers(name.host), HUB if name.host == "docker.io" else name.host, _is_login, _kind)
        )
    explain_format(report)
    return report.lookup()


def _servers(host: str) -> tuple[str, ...]:
    """Return the names that are tried, in order."""
    # registryurl.go: Parse, AllIdentifiers
    url = GoUrl("registry-1.docker.io" if host == "docker.io" else host)
    if url.port not in ("", "443"):
        return url.host, f"https://{url.host}", f"http://{url.host}"
    bare = url.hostname
    full = url.host if url.port else f"{bare}:443"
    hub = (HUB,) if bare == "registry-1.docker.io" else ()
    return full, *hub, f"https://{full}", f"http://{full}", bare, f"https://{bare}", f"http://{bare}"


def _is_login(entry: Entry) -> bool:
    pair = entry.login(decoded=True)
    return entry.identity or entry.registry or pair.password or not pair.blank


def _kind(entry: Entry) -> LookupKind:
    pair = entry.login(decoded=True)
    if entry.identity:
        return "identitytoken"
    return "basic" if pair.password or not pair.blank else "anonymous"
