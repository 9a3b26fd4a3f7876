"""The values that a look-up returns. None of them contains a user name, a password or a token."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from deployspec._core.diagnostics import Diagnostic

__all__ = ["CLIENTS", "Client", "Lookup", "LookupKind", "LookupOutcome", "LookupRule", "SkippedEntry"]

Client: TypeAlias = Literal[
    "docker", "docker-build", "podman", "kubelet", "go-containerregistry", "docker-py", "nerdctl", "oras"
]
CLIENTS: tuple[Client, ...] = (
    "docker",
    "docker-build",
    "podman",
    "kubelet",
    "go-containerregistry",
    "docker-py",
    "nerdctl",
    "oras",
)

LookupKind: TypeAlias = Literal["basic", "identitytoken", "registrytoken", "helper", "anonymous", "error"]

LookupRule: TypeAlias = Literal[
    "exact", "host-of-key", "parent", "glob", "default-registry", "helper", "empty-entry", "file-error", "none"
]


@attrs.frozen(kw_only=True)
class LookupOutcome:
    """One possible result of the look-up of a client for an image.

    `kind` is `basic` (user name and password), `identitytoken`, `registrytoken`, `helper` (a credential helper is
    asked, so the login is unknown), `anonymous` (no login) or `error` (the client fails). `key` is the member of
    `auths` that is used, as spelt in the file except that user information is shown as `***`. An anonymous outcome with
    a key means that the entry matched and has no login.

    `rule` is a stable name of the rule that decided, and `reason` the same in words. `asked` lists the credential
    helpers that are asked, each with the name of the server, in order. `then` lists the keys that are tried after the
    first one or after the helpers, in order (at most a hundred).
    """

    __module__ = "deployspec"

    kind: LookupKind
    key: str | None = None
    rule: LookupRule
    reason: str
    asked: tuple[tuple[str, str], ...] = ()
    then: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class SkippedEntry:
    """An entry of the file that the client does not use for the image: its key as shown, and why."""

    __module__ = "deployspec"

    key: str
    reason: str


@attrs.frozen(kw_only=True)
class Lookup:
    """Which login one client uses for an image.

    `outcomes` has more than one member if the client depends on the random order of a map. `skipped` lists the other
    entries in file order. `diagnostics` lists what is wrong with the file for this client.
    """

    __module__ = "deployspec"

    client: Client
    outcomes: tuple[LookupOutcome, ...]
    skipped: tuple[SkippedEntry, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether there is only one outcome."""
        return len(self.outcomes) == 1
