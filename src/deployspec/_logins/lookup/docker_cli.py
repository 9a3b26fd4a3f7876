"""`config.json` as read by the Docker CLI's code, which four clients use.

Rule for a server name N: the helper that `credHelpers` names for exactly N, else `credsStore`, is asked. Without a
helper the entry is `auths[N]`, else any one whose host is N. `auth`, if it is not empty, replaces `username` and
`password`.

Source: docker/cli cli/config/configfile/file.go (LoadFromReader, getConfiguredCredentialStore) and
cli/config/credentials/{file,native}_store.go (Get).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import attrs

from deployspec._logins.base64_text import AUTH_FAULTS, Fault, Pair, docker_pair, is_blank
from deployspec._logins.go_shapes import STRINGS, TEXT, TEXTS, Map, Struct, decode
from deployspec._logins.login_file import LoginFile
from deployspec._logins.lookup.advice import path_of, warn_of_empty_entry, warn_of_path
from deployspec._logins.lookup.hosts import HUB, cli_host
from deployspec._logins.lookup.report import Report
from deployspec._logins.lookup.values import LookupKind, LookupRule
from deployspec._logins.masked import masked

__all__: list[str] = []

_ENTRY = Struct(
    dict.fromkeys(("username", "password", "auth", "serveraddress", "identitytoken", "registrytoken"), TEXT)
)
# docker/cli cli/config/configfile/file.go: ConfigFile
_CONFIG = Struct(
    {
        "auths": Map(_ENTRY),
        "HttpHeaders": STRINGS,
        **dict.fromkeys(
            (
                "psFormat",
                "imagesFormat",
                "networksFormat",
                "pluginsFormat",
                "volumesFormat",
                "statsFormat",
                "detachKeys",
                "credsStore",
                "serviceInspectFormat",
                "servicesFormat",
                "tasksFormat",
                "secretFormat",
                "configFormat",
                "nodesFormat",
                "currentContext",
            ),
            TEXT,
        ),
        "credHelpers": STRINGS,
        "pruneFilters": TEXTS,
        "proxies": Map(
            Struct(dict.fromkeys(("httpProxy", "httpsProxy", "noProxy", "ftpProxy", "allProxy"), TEXT)),
        ),
        "cliPluginsExtraDirs": TEXTS,
        "plugins": Map(STRINGS),
        "aliases": STRINGS,
        "features": STRINGS,
    }
)


@attrs.frozen
class Entry:
    """The parts of a login that an entry has, without their values. `auth` is `None` if it is absent or empty."""

    plain: Pair
    auth: Pair | Fault | None
    identity: bool
    registry: bool

    def login(self, *, decoded: bool) -> Pair:
        """Return the user name and password; `decoded` is whether `auth` has been decoded."""
        return self.auth if decoded and isinstance(self.auth, Pair) else self.plain

    def kind(self, *, decoded: bool = True) -> LookupKind:
        """Return the kind of login that is sent: a token is preferred to a password."""
        pair = self.login(decoded=decoded)
        if self.registry:
            return "registrytoken"
        if self.identity:
            return "identitytoken"
        return "basic" if pair.user or pair.password else "anonymous"


@attrs.frozen
class DockerFile:
    """The logins of a `config.json`. `wrong_type` means that the CLI decodes no `auth`; `broken` lists bad ones."""

    entries: dict[str, Entry]
    helpers: dict[str, str]
    store: str
    wrong_type: bool
    broken: frozenset[str]
    unreadable: bool

    def decodings(self, key: str) -> tuple[bool, ...]:
        """Say whether `auth` of an entry has been decoded; two answers if it depends on the order of a map."""
        if self.wrong_type or key in self.broken:
            return (False,)
        return (True, False) if self.broken and self.entries[key].auth is not None else (True,)

    def helper_for(self, server: str) -> str:
        """Return the helper for a server name; empty if the file itself is used."""
        return self.helpers.get(server, self.store) if server else self.store

    def candidates(self, server: str, *, fallback: bool = True) -> tuple[LookupRule, list[str]]:
        """Return the rule that finds an entry for a server name, and the keys of which any one may be used."""
        if server in self.entries:
            return "exact", [server]
        keys = [key for key in self.entries if cli_host(key, fallback=fallback) == server]
        return ("host-of-key" if keys else "none"), keys


def read_docker_file(report: Report, fault: Callable[..., None]) -> DockerFile:
    """Read a file as the CLI does; each fault is given to `fault`, which warns or fails."""
    file = report.file
    faults = _Faults(file, fault)
    raw = faults.read()
    if file.scan.rest is not None and not faults.unreadable:
        report.warning("lookup-trailing-text", f"text after the JSON is ignored by {report.client}", file.scan.rest)
    entries: dict[str, Entry] = {}
    broken: list[str] = []
    for key, members in cast("dict[str, dict[str, str]]", raw.get("auths") or {}).items():
        entry = entries[key] = _entry(members)
        if isinstance(entry.auth, str):
            broken.append(key)
            fault("lookup-auth", f"`auth` of `{masked(key)}` {AUTH_FAULTS[entry.auth]}", file.offset_of(key))
    return DockerFile(
        entries,
        raw.get("credHelpers") or {},
        raw.get("credsStore", ""),
        faults.wrong_type,
        frozenset(broken),
        faults.unreadable,
    )


class _Faults:
    """Reads the JSON and passes its faults on."""

    def __init__(self, file: LoginFile, fault: Callable[..., None]) -> None:
        self.file = file
        self.fault = fault
        self.wrong_type = False
        self.unreadable = False

    def read(self) -> dict[str, Any]:
        scan = self.file.scan
        at = scan.constant if scan.constant is not None else scan.fault
        if scan.blank:
            return {}
        if at is not None:
            self.unreadable = True
            self.fault("lookup-syntax", "file is not valid JSON", at)
            return {}
        return cast("dict[str, Any]", decode(_CONFIG, scan.value, self.wrong))

    def wrong(self, path: str, expected: str, at: int) -> None:
        self.wrong_type = True
        self.fault("lookup-type", f"{f'`{path}`' if path else 'file'} must be {expected}", at)


def _entry(members: dict[str, str]) -> Entry:
    user, auth = members.get("username", ""), members.get("auth", "")
    return Entry(
        Pair(bool(user), bool(members.get("password")), is_blank(user)),
        docker_pair(auth) if auth else None,
        bool(members.get("identitytoken")),
        bool(members.get("registrytoken")),
    )


def skip_reasons(file: DockerFile, server: str, used: Iterable[str], *, helper: bool) -> Iterator[tuple[str, str]]:
    """Say why each other entry is not used for a server name."""
    chosen = set(used)
    preferred = f"the key `{server}` is preferred" if server in chosen else "another key is looked up first"
    for key in file.entries:
        if key not in chosen:
            yield key, _why_not(key, server, "a credential helper answers for this registry" if helper else preferred)


def _why_not(key: str, server: str, preferred: str) -> str:
    host = cli_host(key)
    if server in (key, host):
        return preferred
    if server == HUB and host in ("docker.io", "index.docker.io", "registry-1.docker.io"):
        return f"only the key `{HUB}` is used for Docker Hub"
    if host.lower() == server.lower():
        return "the case of the host is different"
    if host.partition(":")[0] == server.partition(":")[0] and host:
        return "the port is different"
    return "it is for another registry"


def explain_key(rule: LookupRule, server: str, key: str) -> str:
    """Say in words why a key is used."""
    if rule == "exact":
        return f"the key is exactly `{server}`, the name that is looked up"
    dropped = ", without its path" if path_of(key) else ""
    return f"no key is exactly `{server}`, so the host of each key is compared{dropped}"


@attrs.frozen
class Walk:
    """Server names that a client tries in turn, and when it stops: at an entry that `is_login` accepts.

    `main` is the name that explains why other entries are not used.
    """

    servers: tuple[str, ...]
    main: str
    is_login: Callable[[Entry], bool]
    kind: Callable[[Entry], LookupKind]


def first_login(report: Report, config: DockerFile, walk: Walk) -> None:
    """Look up each server name until one has a login; after an empty login the next name is looked up."""
    asked: list[tuple[str, str]] = []
    hits: list[str] = []
    empty: list[str] = []
    for server in walk.servers:
        rule, keys = config.candidates(server)
        helper = config.helper_for(server)
        if helper:
            asked.append((helper, server))
            # The CLI keeps the `registrytoken` of the file in addition to the helper's answer.
            logins = [key for key in keys if config.entries[key].registry]
        else:
            logins = [key for key in keys if walk.is_login(config.entries[key])]
            empty += [key for key in keys if not walk.is_login(config.entries[key])]
        hits += logins
        if not asked:
            for key in logins:
                kind = walk.kind(config.entries[key])
                if kind == "anonymous":
                    report.outcome(kind, "empty-entry", "`registrytoken` is not used")
                else:
                    report.outcome(kind, rule, explain_key(rule, server, key), key)
            warn_of_path(report, [] if rule == "exact" else logins, server)
        if keys and len(logins) == len(keys):
            break
    else:
        if not asked:
            _report_nothing(report, empty)
    if asked:
        report.helper(asked, then=hits)
    for key, why in skip_reasons(config, walk.main, hits, helper=bool(asked)):
        report.skip(key, why)


def _report_nothing(report: Report, empty: list[str]) -> None:
    for key in dict.fromkeys(empty):
        warn_of_empty_entry(report, key)
    if empty:
        report.outcome("anonymous", "empty-entry", "matching entry has no login")
    else:
        report.outcome("anonymous", "none", "no entry is for this registry")
