"""Warnings that several clients share: about the format of the file, and about the key that is used."""

from __future__ import annotations

from deployspec._core.json_scan import JsonObject
from deployspec._logins.go_shapes import folded
from deployspec._logins.login_file import has_old_format
from deployspec._logins.lookup.report import Report
from deployspec._logins.masked import masked
from deployspec._logins.misspelt import find_misspelt

__all__: list[str] = []

_KNOWN = ("auths", "credHelpers", "credsStore")
_EXACT = frozenset({"docker-py", "oras"})
"""Clients that compare the names of members with their case."""

_API_PATHS = frozenset({"", "v1", "v1/", "v2", "v2/"})


def explain_format(report: Report) -> None:
    """Warn about a file in a format that the client does not read."""
    value = report.file.scan.value
    if not isinstance(value, JsonObject):
        return
    if report.file.looks_like_secret:
        message = f"file is a Kubernetes Secret, which {report.client} does not read as a login file"
        hint = "decode `.dockerconfigjson` of the Secret"
        if report.client == "kubelet":
            message = "file is not a complete Kubernetes Secret: `metadata` is missing"
            hint = "write the Secret as `kubectl get secret --output json` shows it"
        report.warning("lookup-kubernetes-secret", message, hint=hint)
    elif report.file.is_data_of_secret:
        message = (
            f"file is the member `data` of a Kubernetes Secret, which {report.client} does not read as a login file"
        )
        report.warning("lookup-kubernetes-secret", message, hint="decode its base64, or write the whole Secret")
    elif report.client != "docker-py" and has_old_format(value):
        message = f"file has the old format of `.dockercfg`, without `auths`, in which {report.client} finds no login"
        report.warning("lookup-old-format", message, hint='put the entries into `{"auths": {…}}`')
    else:
        _warn_of_names(report, value)


def _warn_of_names(report: Report, value: JsonObject) -> None:
    """Warn about members that were probably meant as others."""
    places = {name: at for name, _, at in value.members}
    for wrong, correct in find_misspelt(places, _KNOWN):
        report.warning(
            "lookup-unknown-member", f"unknown member `{wrong}`", places[wrong], f"did you mean `{correct}`?"
        )
    usual = {folded(name): name for name in _KNOWN} if report.client in _EXACT else {}
    for name, at in places.items():
        correct = usual.get(folded(name), name)
        if name != correct:
            message = f"{report.client} ignores `{name}`: it knows only `{correct}`"
            report.warning("lookup-unknown-member", message, at, f"use `{correct}`")


def path_of(key: str) -> str:
    """Return the path of a key; empty if it only names the API (`/v1/`, `/v2/`).

    >>> path_of("quay.io/acme"), path_of("https://quay.io/v1/"), path_of("quay.io")
    ('acme', '', '')
    """
    path = (key.partition("://")[2] if "://" in key else key).partition("/")[2]
    return "" if path in _API_PATHS else path


def warn_of_path(report: Report, keys: list[str], host: str) -> None:
    """Warn about each key whose path does not limit the login."""
    for key in keys:
        if path_of(key):
            message = f"{report.client} drops the path of `{masked(key)}` and uses the login for all of {host}"
            hint = "only podman and the kubelet limit a login to a path, by a key without `https://`"
            report.warning("lookup-path-ignored", message, report.file.offset_of(key), hint)


def warn_of_empty_entry(report: Report, key: str) -> None:
    """Warn about an entry without a login that is used all the same."""
    message = f"entry `{masked(key)}` has no login that {report.client} can read, and no other entry is tried"
    hint = "log in again, or remove the entry"
    report.warning("lookup-empty-entry", message, report.file.offset_of(key), hint)
