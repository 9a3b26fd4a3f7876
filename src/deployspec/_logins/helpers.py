"""The credential helpers that a login file names. They are programs, and are never run.

==========================  ==================================================================================
member                      clients that ask the helper
==========================  ==================================================================================
`credHelpers[HOST]`         docker, podman and crane for images on HOST; none if the key has a path or a wildcard
`credHelpers[HUB]`          docker and crane for Docker Hub; HUB is `https://index.docker.io/v1/`
`credHelpers["docker.io"]`  podman for Docker Hub
`credsStore`                docker and crane for all other registries
==========================  ==================================================================================

A helper is asked even if `auths` has a login. After `docker login` with a helper, `auths` has an empty entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from deployspec._core.json_scan import JsonValue
from deployspec._core.text import listed
from deployspec._logins.credentials import ANY_REGISTRY
from deployspec._logins.entries import HUB_KEY, EmptyEntry, quoted
from deployspec._logins.file_report import FileReport
from deployspec._logins.scope import normal_scope

__all__: list[str] = []

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_HUB = "docker.io"


class Helpers:
    """The names of helpers by registry; `*` is the default one, and an empty name turns the default one off."""

    def __init__(self, report: FileReport) -> None:
        self.report = report
        self.by_registry: dict[str, str] = {}
        self._by_key: dict[str, tuple[str, int]] = {}
        self._default: tuple[str, int] = ("", 0)

    @property
    def registries(self) -> tuple[str, ...]:
        """The registries whose login a helper may have; `*` for all others."""
        return tuple(registry for registry, name in self.by_registry.items() if name)

    def add(self, host: str, name: JsonValue, at: int) -> None:
        """Add a member of `credHelpers`; of two with one key the last one counts, as in Go."""
        # A Go map reads `null` as the empty string.
        if (valid := "" if name is None else self._read_name(name, "`credHelpers` entry", at)) is None:
            return
        if host in self._by_key:
            message = f"duplicate key of the credential helper for `{host}`; the last one is used"
            self.report.warn("docker-config-duplicate-key", message, at, "keep one of them")
        if _asking(host):
            self._by_key[host] = (valid, at)
            return
        registry = normal_scope(host)
        hint = f"name it `{registry.partition('/')[0]}`" if registry else "name each registry"
        message = f"clients ignore the credential helper for {quoted(host) or 'an invalid host'}"
        self.report.warn("docker-config-helper-key", f"{message}: the key is not the host of an image", at, hint)

    def add_default(self, name: JsonValue, at: int) -> None:
        """Add the member `credsStore`."""
        if (valid := self._read_name(name, "`credsStore`", at)) is not None:
            self._default = (valid, at)

    def _read_name(self, name: JsonValue, member: str, at: int) -> str | None:
        if isinstance(name, str) and (not name or _NAME.fullmatch(name)):
            return name
        if name is not None:
            message = f"{member} must be {'the name of a program' if isinstance(name, str) else 'a string'}"
            self.report.warn("docker-config-shape", message, at)
        return None

    def finish(self, keys: Iterable[str], empty: Iterable[EmptyEntry]) -> None:
        """Report the helpers, and what they mean for entries with and without a login."""
        for host, (name, at) in self._by_key.items():
            self.by_registry[cast("str", normal_scope(host))] = name
            if name:
                self.report.note("docker-config-helper", f"credential helper `{name}` for `{host}` is not run", at)
        default, at = self._default
        if default:
            self.by_registry[ANY_REGISTRY] = default
            self.report.note("docker-config-helper", f"default credential helper `{default}` is not run", at)
        self._report_empty(empty, default)
        self._report_preferred(keys, default)

    def _report_empty(self, entries: Iterable[EmptyEntry], default: str) -> None:
        """Report entries without a login: the default helper keeps it, if there is one."""
        kept: dict[str, int] = {}
        for entry in entries:
            registry = cast("str", normal_scope(entry.key)).partition("/")[0]
            if default and self.by_registry.setdefault(registry, default) == default:
                kept.setdefault(registry, entry.at)
            elif not self.by_registry.get(registry):
                self.report.note("docker-config-empty-login", f"{entry.name} has no login", entry.at)
        if kept:
            registries = listed([f"`{registry}`" for registry in kept])
            message = f"credential helper `{default}`, which is not run, keeps the login for {registries}"
            self.report.note("docker-config-helper", message, next(iter(kept.values())))

    def _report_preferred(self, keys: Iterable[str], default: str) -> None:
        """Warn about entries with a login for which clients ask a helper instead."""
        asking: dict[str, set[str]] = {}
        for host, (name, _) in self._by_key.items():
            asking.setdefault(cast("str", normal_scope(host)), set()).update(_asking(host) if name else ())
        of_default: list[str] = []
        for scope in dict.fromkeys(cast("str", normal_scope(key)) for key in keys):
            clients = asking.get(scope.partition("/")[0])
            if clients is None:
                of_default.append(f"`{scope}`")
            elif clients:
                who = f"{listed(sorted(clients, key=_ALL.index))} {'asks' if len(clients) == 1 else 'ask'}"
                message = f"{who} a credential helper for `{scope}`, not `auths`"
                hint = "remove the entry of `credHelpers`, or the login in `auths`"
                self.report.warn("docker-config-helper-preferred", message, hint=hint)
        if of_default and default:
            message = f"docker and crane ask the default credential helper for {listed(of_default)}, not `auths`"
            self.report.warn(
                "docker-config-helper-preferred", message, hint="remove `credsStore`, or the login in `auths`"
            )


_ALL = ("docker", "podman", "crane")


def _asking(host: str) -> tuple[str, ...]:
    """Return the clients that ask the helper of a key of `credHelpers`: only the host of an image is ever looked up."""
    if host == HUB_KEY:
        return ("docker", "crane")
    if host == _HUB:
        return ("podman",)
    is_host = "/" not in host and host != "index.docker.io" and normal_scope(host) is not None
    return _ALL if is_host else ()
