"""docker-py, the Docker SDK for Python.

Rule: a helper that `credHelpers` names for the registry, else `credsStore`, is asked; if it finds nothing, the file is
used. Then the key that is exactly the registry is used, else the first one in file order whose host is the registry;
all spellings of `docker.io` and `index.docker.io` are equal. A file without `auths`, `credsStore` and `credHelpers` is
taken as the old format, and one that is not JSON as two lines `auth = …` and `email = …`. All entries are decoded when
the client object is made: one that cannot be decoded raises an exception. An `identitytoken`, even an empty one, hides
the rest of its entry; `username` and `password` without `auth` are ignored.

Source: docker-py docker/auth.py (AuthConfig).
"""

from __future__ import annotations

import base64
from typing import TypeAlias

import attrs

from deployspec._core.json_scan import PYTHON_DEPTH, JsonObject, JsonValue
from deployspec._logins.base64_text import Fault, Pair
from deployspec._logins.login_file import LoginFile
from deployspec._logins.lookup.advice import explain_format, path_of, warn_of_empty_entry, warn_of_path
from deployspec._logins.lookup.hosts import HUB
from deployspec._logins.lookup.names import docker_py as parse_name
from deployspec._logins.lookup.report import Report, accepted
from deployspec._logins.lookup.values import Lookup, LookupKind, LookupRule
from deployspec._logins.masked import masked

__all__: list[str] = []

_MEMBERS = frozenset({"auths", "credsStore", "credHelpers"})

_Login: TypeAlias = "Pair | bool | None"
"""A user name and password, whether there is an identity token, or nothing."""


@attrs.frozen
class _Config:
    logins: dict[str, _Login] = attrs.field(factory=dict)
    helpers: JsonValue = None
    store: JsonValue = None


def lookup_docker_py(file: LoginFile, image: str) -> Lookup:
    """Look up the login that docker-py uses."""
    registry = accepted("docker-py", parse_name(image)).host
    report = Report("docker-py", file)
    config = _read(report)
    if config is not None:
        _find(report, config, registry)
    explain_format(report)
    return report.lookup()


def _read(report: Report) -> _Config | None:
    """Read the file; `None` if the client fails, which has been reported then."""
    scan = report.file.scan
    if scan.depth > PYTHON_DEPTH:
        report.fail("lookup-syntax", "file is nested too deeply for Python")
        return None
    at = scan.fault if scan.fault is not None else scan.rest
    if at is not None or not report.file.is_utf8:
        return _read_lines(report, at)
    if not isinstance(scan.value, JsonObject):
        report.fail("lookup-type", "file must be an object")
        return None
    members = scan.value.last()
    auths, store, helpers = members.get("auths"), members.get("credsStore"), members.get("credHelpers")
    if not (_is_true(auths) or _is_true(store) or _is_true(helpers)):
        logins = _read_entries(report, members, is_old=True)
    elif not _is_true(auths):
        logins = {}
    elif isinstance(auths, JsonObject):
        logins = _read_entries(report, auths.last(), is_old=False)
    else:
        report.fail("lookup-type", "`auths` must be an object")
        return None
    return None if logins is None else _Config(logins, helpers, store)


def _is_true(value: JsonValue) -> bool:
    return bool(value.members if isinstance(value, JsonObject) else value)


def _read_entries(report: Report, entries: dict[str, JsonValue], *, is_old: bool) -> dict[str, _Login] | None:
    # docker/auth.py: AuthConfig.parse_auth
    logins: dict[str, _Login] = {}
    for key, entry in entries.items():
        at = report.file.offset_of(key)
        if not isinstance(entry, JsonObject):
            if is_old:
                return {}
            report.fail("lookup-type", f"`auths.{masked(key)}` must be an object", at)
            return None
        members = entry.last()
        if "identitytoken" in members:
            logins[key] = _is_true(members["identitytoken"])
        elif "auth" not in members:
            logins[key] = None
        else:
            pair = _pair(members["auth"])
            if not isinstance(pair, Pair):
                report.fail("lookup-auth", f"`auth` of `{masked(key)}` {_FAULTS[pair]}", at)
                return None
            logins[key] = pair
    return logins


_FAULTS: dict[Fault, str] = {
    "base64": "is not padded base64",
    "colon": "has no `:` after decoding",
    "user": "is not UTF-8 after decoding",
}


def _pair(auth: JsonValue) -> Pair | Fault:
    # docker/auth.py: decode_auth; base64 is read leniently.
    if not isinstance(auth, str) or not auth.isascii():
        return "base64"
    try:
        decoded = base64.b64decode(auth)
    except ValueError:
        return "base64"
    user, colon, password = decoded.partition(b":")
    if not colon:
        return "colon"
    try:
        user.decode()
        password.decode()
    except UnicodeDecodeError:
        return "user"
    return Pair(bool(user), bool(password))


def _read_lines(report: Report, at: int | None) -> _Config:
    # docker/auth.py: _load_legacy_config
    lines = report.file.text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    values = [line.strip().split(" = ")[1:2] for line in lines]
    pair = _pair(values[0][0]) if report.file.is_utf8 and len(lines) > 1 and all(values) else None
    if isinstance(pair, Pair):
        return _Config({HUB: pair})
    report.warning("lookup-syntax", "file is neither JSON nor UTF-8 lines `auth = …` and `email = …`", at)
    return _Config()


def _find(report: Report, config: _Config, registry: str) -> None:
    helpers = config.helpers if _is_true(config.helpers) else JsonObject()
    if not isinstance(helpers, JsonObject):
        report.fail("lookup-type", "`credHelpers` must be an object")
        return
    server = HUB if registry == "docker.io" else registry
    named = helpers.last().get(server)
    helper = named if _is_true(named) else config.store
    if not _is_true(helper):
        helper = ""
    if not isinstance(helper, str):
        report.fail("lookup-type", "name of a credential helper must be a string")
        return
    rule, keys = _candidates(config, registry)
    if helper:
        logins = [key for key in keys if _kind(config.logins[key]) != "anonymous"]
        report.helper([(helper, server)], then=logins, note="if it finds nothing, the file is used")
    elif keys:
        _add_entry(report, config, keys[0], rule)
    else:
        report.outcome("anonymous", "none", "no entry is for this registry")
    _explain(report, config, keys, registry)


def _candidates(config: _Config, registry: str) -> tuple[LookupRule, list[str]]:
    if registry in config.logins:
        return "exact", [registry]
    for key in config.logins:
        if _host(key) == registry:
            return "host-of-key", [key]
    return "none", []


def _host(key: str) -> str:
    # docker/auth.py: convert_to_hostname, resolve_index_name
    host = key.replace("http://", "").replace("https://", "").partition("/")[0]
    return "docker.io" if host == "index.docker.io" else host


def _kind(login: _Login) -> LookupKind:
    if isinstance(login, Pair):
        return "basic" if login.user or login.password else "anonymous"
    return "identitytoken" if login else "anonymous"


def _add_entry(report: Report, config: _Config, key: str, rule: LookupRule) -> None:
    login = config.logins[key]
    kind = _kind(login)
    if kind == "anonymous":
        shown = key if isinstance(login, Pair) else None
        report.outcome("anonymous", "empty-entry", "matching entry has no login", shown)
        warn_of_empty_entry(report, key)
    elif rule == "exact":
        report.outcome(kind, rule, "the key is exactly the registry", key)
    else:
        reason = "no key is exactly the registry, so the first one in the file with this host is used"
        report.outcome(kind, rule, reason, key)


def _explain(report: Report, config: _Config, keys: list[str], registry: str) -> None:
    warn_of_path(report, [key for key in keys if path_of(key)], registry)
    for key in config.logins:
        # In a file without logins the members themselves are read as entries.
        if key not in keys and key not in _MEMBERS:
            is_here = _host(key) == registry
            report.skip(key, "an earlier or exact key is preferred" if is_here else "it is for another registry")
