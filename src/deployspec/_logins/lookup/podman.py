"""podman, skopeo, buildah and other users of containers/image.

Rule: a helper that `credHelpers` names for the host is asked, and then the file is not used. Otherwise the most
specific key among `HOST/a/b/c`, `HOST/a/b`, `HOST/a` and `HOST` is used; keys match by whole components. If there is
none, any key whose host is HOST is used, with all names of Docker Hub made equal: a key with a scheme loses its path,
one without a scheme does not. The entry that is found is final. Only `auth` contains a user name and a password;
`identitytoken` counts only together with an `auth`. `credsStore`, `registrytoken`, `username` and `password` are not
known.

Source: container-libs image/pkg/docker/config/config.go (findCredentialsInFile, decodeDockerAuth).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from deployspec._logins.base64_text import AUTH_FAULTS, go_decoded, pair_of
from deployspec._logins.go_shapes import STRINGS, TEXT, Map, Struct
from deployspec._logins.login_file import LoginFile
from deployspec._logins.lookup.advice import explain_format, path_of, warn_of_empty_entry
from deployspec._logins.lookup.hosts import podman_host
from deployspec._logins.lookup.names import Name
from deployspec._logins.lookup.names import podman as parse_name
from deployspec._logins.lookup.report import Report, accepted
from deployspec._logins.lookup.values import Lookup, LookupRule
from deployspec._logins.lookup.whole_file import read_whole
from deployspec._logins.masked import masked

__all__: list[str] = []

_CONFIG = Struct({"auths": Map(Struct({"auth": TEXT, "identitytoken": TEXT})), "credHelpers": STRINGS})


def lookup_podman(file: LoginFile, image: str) -> Lookup:
    """Look up the login that podman, skopeo and buildah use."""
    name = accepted("podman", parse_name(image))
    report = Report("podman", file)
    config = cast("dict[str, Any]", read_whole(report, _CONFIG))
    if not report.outcomes:
        _find(report, name, config.get("auths") or {}, config.get("credHelpers") or {})
    explain_format(report)
    return report.lookup()


def _find(report: Report, name: Name, auths: dict[str, dict[str, str]], helpers: dict[str, str]) -> None:
    host = str(name).partition("/")[0]
    used: list[str] = []
    if host in helpers:
        _add_helper(report, helpers[host], host)
    else:
        rule, used = _candidates(name, host, auths)
        for key in used:
            _add_entry(report, key, rule, auths[key])
        if not used:
            report.outcome("anonymous", "none", "no entry is for this registry")
        elif rule == "host-of-key":
            _warn_of_path(report, used, host)
    chosen = set(used)
    for key in auths:
        if key not in chosen:
            report.skip(key, _why_not(key, host, has_helper=host in helpers))


def _add_helper(report: Report, helper: str, host: str) -> None:
    if helper:
        report.helper([(helper, host)])
    else:
        report.fail("lookup-helper", f"`credHelpers` has an empty name for `{host}`")


def _candidates(name: Name, host: str, auths: dict[str, dict[str, str]]) -> tuple[LookupRule, list[str]]:
    for key in _scopes(str(name)):
        if key in auths:
            return ("exact" if key in (host, str(name)) else "parent"), [key]
    wanted = podman_host(host)
    keys = [key for key in auths if podman_host(key) == wanted]
    return ("host-of-key" if keys else "none"), keys


def _scopes(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition("/")[0]


def _add_entry(report: Report, key: str, rule: LookupRule, entry: dict[str, str]) -> None:
    decoded = go_decoded(entry.get("auth", ""))
    if decoded is None:
        message = f"`auth` of `{masked(key)}` {AUTH_FAULTS['base64']}"
        report.error("lookup-auth", message, report.file.offset_of(key))
        report.outcome("error", "file-error", message)
        return
    pair = pair_of(decoded, trim_nul=True)
    has_token = bool(entry.get("identitytoken"))
    if pair is None:
        report.outcome("anonymous", "empty-entry", "matching entry has no username and password", key)
        warn_of_empty_entry(report, key)
    elif has_token or pair.user or pair.password:
        report.outcome("identitytoken" if has_token else "basic", rule, _reason(rule), key)
    else:
        # An `auth` of only `:` gives an empty login, which counts as none.
        report.outcome("anonymous", "empty-entry", f"the login of `{masked(key)}` is empty")


def _reason(rule: LookupRule) -> str:
    match rule:
        case "exact":
            return "the key is exactly the repository or its host"
        case "parent":
            return "the key is the most specific parent of the repository"
        case _:
            return "no key is the repository or a parent of it, so the host of each key is compared"


def _warn_of_path(report: Report, keys: list[str], host: str) -> None:
    for key in keys:
        if path_of(key):
            message = f"podman drops the path of `{masked(key)}` and uses the login for all of {host}"
            hint = "write the key without `https://`"
            report.warning("lookup-path-ignored", message, report.file.offset_of(key), hint)


def _why_not(key: str, host: str, *, has_helper: bool) -> str:
    if has_helper and podman_host(key).partition("/")[0] == podman_host(host):
        return "a credential helper answers for this registry"
    if key.partition("/")[0] == host or podman_host(key) == podman_host(host):
        return "the path is different, or a more specific key is preferred"
    return "it is for another registry"
