"""The entries of a login file, and the one login that is chosen for each registry.

An entry may have any spelling of its registry. Of several spellings, docker takes the exact one, and a random one of
the others; here it is the exact one, and otherwise the first one of the file. Of two entries with one key the last one
counts, as in Go.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from deployspec._core.json_scan import JsonObject, JsonValue
from deployspec._core.text import one_line
from deployspec._logins.credentials import Credential
from deployspec._logins.entry import Login, read_entry
from deployspec._logins.file_report import FileReport
from deployspec._logins.scope import normal_scope, registry_name

__all__: list[str] = []

HUB_KEY = "https://index.docker.io/v1/"
_HUB, _HUB_SERVER = "docker.io", "registry-1.docker.io"
_LONGEST_KEY = 200


@attrs.frozen
class EmptyEntry:
    """An entry without a login: its key, its name in messages, and the offset of its key."""

    key: str
    name: str
    at: int


@attrs.frozen
class _Entry:
    """An entry with a login."""

    key: str
    name: str
    at: int
    login: Login


class Entries:
    """Reads entries, and collects credentials in the order of the file."""

    def __init__(self, report: FileReport) -> None:
        self.report = report
        self.empty: list[EmptyEntry] = []
        self.credentials: list[Credential] = []
        self._by_spelling: dict[str, list[_Entry]] = {}

    @property
    def keys(self) -> list[str]:
        """The keys of all entries with a login."""
        return [entry.key for group in self._by_spelling.values() for entry in group]

    def read(self, holders: Iterable[JsonObject]) -> None:
        """Read the entries of an object; those of several objects are merged."""
        entries: dict[str, tuple[int, JsonValue, int]] = {}
        members = (member for holder in holders for member in holder.members)
        for number, (key, value, at) in enumerate(members, 1):
            if key in entries:
                message = f"duplicate key of {_name(key, number)}; the last one is used"
                self.report.warn("docker-config-duplicate-key", message, at, "keep one of them")
            entries[key] = (number, value, at)
        for key, (number, value, at) in entries.items():
            self._read_entry(key, _name(key, number), value, at)

    def _read_entry(self, key: str, name: str, value: JsonValue, at: int) -> None:
        spelling = registry_name(key) if normal_scope(key) else None
        if spelling is None and "*" in key:
            message = f"wildcard of {name} is not supported: only the kubelet reads wildcards, and only in hosts"
            self.report.warn("docker-config-wildcard", message, at, "name each registry")
            return
        login, faults = read_entry(value, name)
        for fault in faults:
            add = self.report.unusable if fault.is_fatal else self.report.warn
            add(fault.code, fault.message, at, fault.hint)
        if spelling is None:
            hint = "name the entry by a host, such as `quay.io`"
            self.report.unusable("docker-config-invalid-key", f"invalid registry host in {name}", at, hint)
        elif login is not None:
            self._by_spelling.setdefault(spelling, []).append(_Entry(key, name, at, login))
        elif not faults:
            self.empty.append(EmptyEntry(key, name, at))

    def choose(self) -> None:
        """Choose one login for each registry."""
        chosen: dict[str, _Entry] = {}
        for spelling, group in self._by_spelling.items():
            exact = HUB_KEY if spelling == _HUB else spelling
            entry = chosen[spelling] = next((entry for entry in group if entry.key == exact), group[0])
            for other in group:
                if not other.login.is_same(entry.login):
                    message = f"{other.name} is not used: {entry.name} has another login for `{spelling}`"
                    self.report.warn("docker-config-duplicate-key", message, other.at, "keep one of them")
        for spelling, entry in chosen.items():
            hub = chosen.get(spelling.replace(_HUB_SERVER, _HUB, 1)) if _is_hub_server(spelling) else None
            if hub is None or not hub.login.is_same(entry.login):
                self.credentials.append(entry.login.credential(entry.key))


def _is_hub_server(spelling: str) -> bool:
    return spelling.partition("/")[0] == _HUB_SERVER


def _name(key: str, number: int) -> str:
    return f"entry {quoted(key) or f'{number} of `auths`'}"


def quoted(key: str) -> str | None:
    """Quote a key for a message; `None` if it is not valid, as it may contain `user:password@`."""
    return f"`{one_line(key, _LONGEST_KEY)}`" if normal_scope(key.replace("*", "x")) else None
