"""`docker pull`, `docker run` and `docker create`.

Rule: the name that is looked up is the host of the image, or `https://index.docker.io/v1/` for Docker Hub; no other
spelling works for Docker Hub. A credential helper for that name is asked, and then the file is not used. Otherwise the
key that is exactly the name is used, else any key with that host: a path in a key does not limit the login. Faults of
the file are warnings: after a syntax error there are no logins, after a wrong type no `auth` is decoded, and an `auth`
that cannot be decoded leaves a random part of the others without a login.

Source: docker/cli cli/command/registry.go (RetrieveAuthTokenFromImage) and docker_cli.py; for the daemon moby
daemon/pkg/registry/auth.go (ConvertToHostname).
"""

from __future__ import annotations

from deployspec._logins.login_file import LoginFile
from deployspec._logins.lookup.advice import explain_format, warn_of_empty_entry, warn_of_path
from deployspec._logins.lookup.docker_cli import (
    DockerFile,
    explain_key,
    read_docker_file,
    skip_reasons,
)
from deployspec._logins.lookup.hosts import HUB, before_slash
from deployspec._logins.lookup.names import distribution
from deployspec._logins.lookup.report import Report, accepted
from deployspec._logins.lookup.values import Lookup, LookupRule
from deployspec._logins.masked import masked

__all__: list[str] = []

_HUBS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})


def lookup_docker(file: LoginFile, image: str) -> Lookup:
    """Look up the login that `docker pull` uses."""
    name = accepted("docker", distribution(image))
    report = Report("docker", file)
    config = read_docker_file(report, report.warning)
    find_login(report, config, HUB if name.host == "docker.io" else name.host)
    _warn_of_daemon(report, name.host)
    explain_format(report)
    return report.lookup()


def find_login(report: Report, config: DockerFile, server: str, *, fallback: bool = True) -> None:
    """Add the outcomes for a server name, if the CLI continues after a fault of the file."""
    helper = config.helper_for(server)
    rule, keys = config.candidates(server, fallback=fallback)
    if helper:
        _add_helper(report, config, keys, (helper, server))
    elif keys:
        for key in keys:
            _add_entry(report, config, key, rule, server)
        warn_of_path(report, keys, server)
    elif config.unreadable:
        report.outcome("anonymous", "file-error", "no login can be read from the file")
    else:
        report.outcome("anonymous", "none", "no entry is for this registry")
    used = [] if helper else keys
    for key, why in skip_reasons(config, server, used, helper=bool(helper)):
        report.skip(key, why)


def _add_helper(report: Report, config: DockerFile, keys: list[str], asked: tuple[str, str]) -> None:
    tokens = [key if config.entries[key].registry else None for key in keys] or [None]
    for key in tokens:
        note = "" if key is None else f"the `registrytoken` of `{masked(key)}` is sent too and is preferred"
        report.helper([asked], key, note=note)


def _add_entry(report: Report, config: DockerFile, key: str, rule: LookupRule, server: str) -> None:
    entry = config.entries[key]
    for decoded in config.decodings(key):
        kind = entry.kind(decoded=decoded)
        if kind != "anonymous":
            reason = explain_key(rule, server, key)
            if not decoded and entry.auth is not None:
                reason += "; its `auth` is not decoded because of a fault of the file"
            report.outcome(kind, rule, reason, key)
        elif decoded:
            report.outcome("anonymous", "empty-entry", "matching entry has no login", key)
            warn_of_empty_entry(report, key)
        else:
            report.outcome(
                "anonymous", "file-error", f"`auth` of `{masked(key)}` is not read because of an error in the file"
            )


def _warn_of_daemon(report: Report, host: str) -> None:
    """Warn about keys that the daemon assigns to another host than the CLI does."""
    for key in dict.fromkeys(outcome.key for outcome in report.outcomes):
        if key is None:
            continue
        found = before_slash(key)
        if found != host and not {found, host} <= _HUBS:
            message = f"login is ignored by daemons with the containerd image store, which read `{key}` as `{found}`"
            report.warning("lookup-daemon-host", message, hint=f"write the key as `{host}`")
