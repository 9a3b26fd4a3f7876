"""go-containerregistry: crane, ko, kaniko and others.

Rule: the Docker CLI's rule twice, first with `HOST/REPOSITORY` and then with `HOST` as the name; Docker Hub is
`index.docker.io/REPOSITORY` and then `https://index.docker.io/v1/`. The first login that is not empty is used. So a key
for exactly the repository works and one for its parent serves the whole host; `credsStore` is first asked for
`HOST/REPOSITORY`; `docker.io` as a key never works. Any fault of the file is an error.

Source: go-containerregistry pkg/authn/keychain.go (defaultKeychain.ResolveContext).
"""

from __future__ import annotations

from deployspec._logins.login_file import LoginFile
from deployspec._logins.lookup.advice import explain_format
from deployspec._logins.lookup.docker_cli import Entry, Walk, first_login, read_docker_file
from deployspec._logins.lookup.hosts import HUB
from deployspec._logins.lookup.names import go_containerregistry
from deployspec._logins.lookup.report import Report, accepted
from deployspec._logins.lookup.values import Lookup

__all__: list[str] = []


def lookup_go_containerregistry(file: LoginFile, image: str) -> Lookup:
    """Look up the login that crane, ko and kaniko use."""
    name = accepted("go-containerregistry", go_containerregistry(image))
    report = Report("go-containerregistry", file)
    config = read_docker_file(report, report.fail)
    if not report.outcomes:
        host = HUB if name.host == "index.docker.io" else name.host
        first_login(report, config, Walk((str(name), host), host, _is_login, Entry.kind))
    explain_format(report)
    return report.lookup()


def _is_login(entry: Entry) -> bool:
    return entry.kind() != "anonymous"
