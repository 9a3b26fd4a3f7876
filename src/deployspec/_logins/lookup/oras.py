"""oras-go, and the `oras` command.

Rule: the registry is the text before the first `/`; there are no short names. The name that is looked up is the
registry, or `https://index.docker.io/v1/` for `docker.io` and `registry-1.docker.io`. A helper that `credHelpers` names
for it, else `credsStore`, is asked, and then the file is not used. Otherwise the key that is exactly the name is used,
else any one whose host is the name. Only the entry that is used is decoded, so other entries may be broken.

Source: oras-go v2 registry/remote/credentials/{store,registry}.go and internal/config/config.go (GetCredential).
"""

from __future__ import annotations

from typing import cast

from deployspec._core.json_scan import JsonObject, JsonValue
from deployspec._logins.base64_text import AUTH_FAULTS, Fault, Pair, go_decoded, pair_of
from deployspec._logins.go_shapes import STRINGS, TEXT, OnFault, Shape, Struct, decode, go_text
from deployspec._logins.login_file import LoginFile
from deployspec._logins.lookup.advice import explain_format, path_of, warn_of_empty_entry, warn_of_path
from deployspec._logins.lookup.hosts import HUB, before_slash
from deployspec._logins.lookup.names import oras as parse_name
from deployspec._logins.lookup.report import Report, accepted
from deployspec._logins.lookup.values import Lookup, LookupKind, LookupRule
from deployspec._logins.masked import masked

__all__: list[str] = []

_ENTRY = Struct(dict.fromkeys(("auth", "identitytoken", "registrytoken", "username", "password"), TEXT))


def lookup_oras(file: LoginFile, image: str) -> Lookup:
    """Look up the login that oras uses."""
    host = accepted("oras", parse_name(image)).host
    report = Report("oras", file)
    members = _members(report)
    auths = _object(report, members, "auths")
    store = cast("str", _decoded(report, TEXT, members.get("credsStore"), "credsStore"))
    helpers = cast("dict[str, str] | None", _decoded(report, STRINGS, members.get("credHelpers"), "credHelpers"))
    if not report.outcomes:
        server = HUB if host in ("docker.io", "registry-1.docker.io") else host
        _find(report, auths, (helpers or {}).get(server) or store, server)
    explain_format(report)
    return report.lookup()


def _members(report: Report) -> dict[str, JsonValue]:
    """Return the members of the first value; names match exactly, and the last one of a name counts."""
    scan = report.file.scan
    at = scan.constant if scan.constant is not None else scan.fault
    if at is not None and not scan.blank:
        report.fail("lookup-syntax", "file is not valid JSON", at)
        return {}
    if scan.rest is not None:
        report.warning("lookup-trailing-text", "text after the JSON is ignored by oras", scan.rest)
    if scan.value is not None and not isinstance(scan.value, JsonObject):
        report.fail("lookup-type", "file must be an object")
        return {}
    return scan.value.last() if scan.value is not None else {}


def _object(report: Report, members: dict[str, JsonValue], name: str) -> dict[str, JsonValue]:
    value = members.get(name)
    if value is not None and not isinstance(value, JsonObject):
        report.fail("lookup-type", f"`{name}` must be an object")
        return {}
    return {go_text(key): entry for key, entry in value.last().items()} if value is not None else {}


def _decoded(report: Report, shape: Shape, value: JsonValue, name: str) -> object:
    return decode(shape, value, _on_fault(report, name))


def _on_fault(report: Report, name: str) -> OnFault:
    def wrong(path: str, expected: str, at: int) -> None:
        where = f"{name}.{path}" if path else name
        report.fail("lookup-type", f"`{where}` must be {expected}", at or None)

    return wrong


def _find(report: Report, auths: dict[str, JsonValue], helper: str, server: str) -> None:
    rule: LookupRule = "exact"
    keys = [server]
    if server not in auths:
        rule, keys = "host-of-key", [key for key in auths if before_slash(key) == server]
    if helper:
        asked = [(helper, server)]
        report.helper(asked)
        keys = []
    elif not keys:
        report.outcome("anonymous", "none", "no entry is for this registry")
    for key in keys:
        _add_entry(report, key, rule, auths[key])
    warn_of_path(report, keys, server)
    used = set(keys)
    for key in auths:
        if key not in used:
            report.skip(key, _why_not(key, server, has_helper=bool(helper)))


def _why_not(key: str, server: str, *, has_helper: bool) -> str:
    if server in (key, before_slash(key)):
        return "a credential helper answers for this registry" if has_helper else f"the key `{server}` is preferred"
    if server == HUB and before_slash(key).endswith("docker.io"):
        return f"only the key `{HUB}` is used for Docker Hub"
    return "it is for another registry"


def _add_entry(report: Report, key: str, rule: LookupRule, value: JsonValue) -> None:
    faults: list[str] = []

    def wrong(path: str, expected: str, _at: int) -> None:
        faults.append(f"{f'.{path}' if path else ''}` must be {expected}")

    entry = decode(_ENTRY, value, wrong)
    pair = _pair(entry)
    if faults or not isinstance(pair, Pair):
        code = "lookup-type" if faults else "lookup-auth"
        message = f"`auths.{masked(key)}{faults[0]}" if faults else f"`auth` of `{masked(key)}` {_fault_text(pair)}"
        report.error(code, message, report.file.offset_of(key))
        report.outcome("error", "file-error", message)
        return
    kind = _kind(entry, pair)
    if kind == "anonymous":
        report.outcome(kind, "empty-entry", "matching entry has no login")
        warn_of_empty_entry(report, key)
    elif rule == "exact":
        report.outcome(kind, rule, f"the key is exactly `{key}`, the name that is looked up", key)
    else:
        dropped = ", without its path" if path_of(key) else ""
        reason = f"no key is exactly `{before_slash(key)}`, so the host of each key is compared{dropped}"
        report.outcome(kind, rule, reason, key)


def _fault_text(pair: Pair | Fault) -> str:
    return "" if isinstance(pair, Pair) else AUTH_FAULTS[pair]


def _pair(entry: dict[str, str]) -> Pair | Fault:
    if not entry.get("auth"):
        return Pair(bool(entry.get("username")), bool(entry.get("password")))
    decoded = go_decoded(entry["auth"])
    if decoded is None:
        return "base64"
    return pair_of(decoded) or "colon"


def _kind(entry: dict[str, str], pair: Pair) -> LookupKind:
    if entry.get("registrytoken"):
        return "registrytoken"
    if entry.get("identitytoken"):
        return "identitytoken"
    return "basic" if pair.user or pair.password else "anonymous"
