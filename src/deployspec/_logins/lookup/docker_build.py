"""`docker build` with BuildKit, and `docker buildx build`.

Rule: as for `docker pull`, with two differences. Docker Hub is the host `registry-1.docker.io`, so that images which
are spelt `registry-1.docker.io/…` get the login for Docker Hub, too. If nothing is found for `dhi.io` or
`registry.scout.docker.com`, the login for Docker Hub is used. A `registrytoken` only answers registries that ask for a
bearer token.

Source: buildx util/dockerutil/dockerconfig/configprovider.go (load, loadHost) and buildkit
session/auth/authprovider/authprovider.go (FetchToken, Credentials). Not modelled: buildx's files for one repository.
"""

from __future__ import annotations

from deployspec._logins.login_file import LoginFile
from deployspec._logins.lookup.advice import explain_format
from deployspec._logins.lookup.docker import find_login
from deployspec._logins.lookup.docker_cli import DockerFile, read_docker_file
from deployspec._logins.lookup.hosts import HUB
from deployspec._logins.lookup.names import distribution
from deployspec._logins.lookup.report import Report, accepted
from deployspec._logins.lookup.values import Lookup

__all__: list[str] = []

_HUB_HOSTS = ("docker.io", "registry-1.docker.io")
_BACKED_BY_HUB = ("dhi.io", "registry.scout.docker.com")


def lookup_docker_build(file: LoginFile, image: str) -> Lookup:
    """Look up the login that `docker build` uses for a base image."""
    name = accepted("docker-build", distribution(image))
    report = Report("docker-build", file)
    config = read_docker_file(report, report.warning)
    server = HUB if name.host in _HUB_HOSTS else name.host
    # buildx has an older copy of the CLI's code, which has no fallback.
    _, keys = config.candidates(server, fallback=False)
    if server in _BACKED_BY_HUB and not keys:
        _find_hub_login(report, config, server)
    else:
        find_login(report, config, server, fallback=False)
    explain_format(report)
    return report.lookup()


def _find_hub_login(report: Report, config: DockerFile, server: str) -> None:
    """Use the login for Docker Hub, after the helper for the host itself if there is one."""
    helper, hub_helper = config.helper_for(server), config.helper_for(HUB)
    if not helper:
        find_login(report, config, HUB, fallback=False)
        return
    asked = [(helper, server)] + ([(hub_helper, HUB)] if hub_helper else [])
    then = [HUB] if not hub_helper and HUB in config.entries else []
    report.helper(asked, then=then)
    for key in config.entries:
        if key not in then:
            report.skip(key, "a credential helper answers for this registry")
