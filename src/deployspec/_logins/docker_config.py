"""Parsing the login files of Docker, podman and Kubernetes. No diagnostic quotes a value.

A file is read as the clients read it: one entry that cannot be used does not hide the others. `login_file` has the text
and its JSON, `entry` reads one entry, `entries` chooses one login for each registry, and `helpers` lists the credential
helpers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from deployspec._core.diagnostics import InvalidDockerConfig
from deployspec._core.json_scan import JsonObject, JsonValue
from deployspec._core.secret import hide_frames
from deployspec._core.text import is_utf16
from deployspec._logins.credentials import Keyring
from deployspec._logins.entries import Entries
from deployspec._logins.file_report import FileReport
from deployspec._logins.go_shapes import folded
from deployspec._logins.helpers import Helpers
from deployspec._logins.json_faults import json_fault
from deployspec._logins.login_file import SECRET_MEMBERS, LoginFile, has_old_format, is_login
from deployspec._logins.misspelt import find_misspelt
from deployspec._logins.scope import normal_scope

__all__ = ["parse_docker_config"]

_KNOWN = ("auths", "credHelpers", "credsStore")
_BOM = "\ufeff"
_SECRET_HINT = " or ".join(f"`{kind}` with `{member}`" for kind, member in SECRET_MEMBERS.items())


@hide_frames
def parse_docker_config(text: str | bytes) -> Keyring:
    """Parse the logins of a Docker `config.json`, a containers `auth.json`, a `.dockercfg` or a Kubernetes Secret.

    Grammar, in JSON in UTF-8; other members are ignored, and names match without regard to case, as in Go::

        file   = config | dockercfg | secret
        config = { "auths": { SCOPE: login }, "credHelpers": { HOST: NAME }, "credsStore": NAME }
        login  = { "auth": base64("USER:PASSWORD") } | { "username", "password" } | { "identitytoken" }   plus "email"
        dockercfg = { SCOPE: login }
        secret = { "kind": "Secret", "data": { ".dockerconfigjson": base64(config) | ".dockercfg": base64(dockercfg) } }

    As in Docker, `auth` has precedence over `username` and `password`. An entry that cannot be used is a warning in the
    keyring's `.diagnostics`, unless the file has nothing else. Credential helpers (`credHelpers`, `credsStore`) are
    programs and are never run: they are notes, and `Keyring.helpers` lists their registries.

    Raises `InvalidDockerConfig` with every error if the text is not JSON, or if none of its logins can be used. No
    diagnostic contains a value.

    >>> parse_docker_config('{"auths": {"quay.io": {"auth": "YWRhOnB3"}, "ghcr.io": {"auth": "?"}}}').credentials
    (Credential(scope='quay.io'),)
    """
    if not isinstance(cast("object", text), (str, bytes)):  # callers without a type checker
        raise TypeError(f"a Docker config is str or bytes, not {type(text).__name__}")
    parser = _Parser(text)
    parser.parse()
    parser.report.found.raise_if_failed(InvalidDockerConfig)
    credentials, diagnostics = parser.entries.credentials, parser.report.found.diagnostics()
    return Keyring(credentials, diagnostics=diagnostics, helpers=parser.helpers.registries)


class _Parser:
    """Reads the file into entries and helpers."""

    def __init__(self, text: str | bytes) -> None:
        self.raw = text
        self.report = FileReport(LoginFile(text))
        self.entries = Entries(self.report)
        self.helpers = Helpers(self.report)

    def parse(self) -> None:
        self.check_encoding()
        value = None if self.report.found.failed else self.read_json()
        if not self.report.found.failed:
            self.read_document(value)
            self.entries.choose()
            self.helpers.finish(self.entries.keys, self.entries.empty)
            if not self.entries.credentials and not self.helpers.registries:
                self.report.nothing_found()

    # The text

    def check_encoding(self) -> None:
        if self.report.file.text.startswith(_BOM):
            self.report.file = LoginFile(self.report.file.text[1:])
            message = "file begins with a byte order mark, which docker, podman and the kubelet reject"
            self.report.warn("docker-config-bom", message, hint="save the file as UTF-8 without a byte order mark")
        if isinstance(self.raw, bytes):
            try:
                self.raw.decode()
            except UnicodeDecodeError as error:
                before = self.raw[: error.start].decode().removeprefix(_BOM)
                line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
                message = f"file is {'UTF-16' if is_utf16(self.raw) else 'not UTF-8'}"
                hint = "save the file as UTF-8"
                self.report.found.error("docker-config-not-utf8", message, line=line, column=column, hint=hint)

    def read_json(self) -> JsonValue:
        scan = self.report.file.scan
        if scan.blank:
            self.report.warn("docker-config-no-login", "file is empty", hint="log in again")
        elif scan.fault is not None or scan.constant is not None:
            message, at, hint = json_fault(self.report.file.text, scan)
            self.report.fail("docker-config-syntax", message, at, hint)
        elif scan.rest is not None:
            message = "text after the JSON is ignored; podman and the kubelet reject the file"
            self.report.warn("docker-config-trailing-text", message, scan.rest, "remove the text")
        return scan.value

    # The document

    def read_document(self, value: JsonValue) -> None:
        if value is None:
            return
        if not isinstance(value, JsonObject):
            self.report.fail("docker-config-shape", "file must be a JSON object")
        elif self.report.file.looks_like_secret or self.report.file.is_data_of_secret:
            self.read_secret(value)
        elif value.last().get("kind") in {"List", "SecretList"}:
            message = "file is a list of Kubernetes objects"
            self.report.warn("docker-config-secret", message, hint="write only the Secret to the file")
        elif has_old_format(value):
            message = "file has the format of `.dockercfg`, which only docker-py reads in a `config.json`"
            self.report.warn("docker-config-old-format", message, hint='put the entries into `{"auths": {…}}`')
            self.entries.read([value])
        else:
            self.read_config(value)

    def read_secret(self, value: JsonObject) -> None:
        """Read the file inside a Secret, or inside the member `data` of one."""
        is_secret, (name, text) = self.report.file.looks_like_secret, self.report.file.login_file_in_secret()
        if name is None:
            hint = f"use a Secret of the type {_SECRET_HINT}"
            self.report.warn("docker-config-secret", "Kubernetes Secret has no login file", hint=hint)
        elif text is None:
            message = f"`{name}` of the Kubernetes Secret is not padded base64"
            self.report.fail("docker-config-secret", message, hint="create the Secret again")
        else:
            kind = value.last().get("type")
            expected = next(kind for kind, member in SECRET_MEMBERS.items() if member == name)
            if is_secret and kind != expected:
                message = f"kubelet does not read `{name}`, because the Secret has another type"
                self.report.warn("docker-config-secret", message, hint=f"set `type` to `{expected}`")
            self.report.file = LoginFile(text, inside_secret=True)
            self.read_inner(name)

    def read_inner(self, name: str) -> None:
        """Read the member of a Secret that is now the file."""
        if not self.report.file.is_utf8:
            self.report.fail("docker-config-not-utf8", f"`{name}` of the Kubernetes Secret is not UTF-8")
            return
        value = self.read_json()
        if isinstance(value, JsonObject) and name == ".dockercfg":
            self.entries.read([value])
        elif isinstance(value, JsonObject):
            self.read_config(value)
        elif value is not None:
            self.report.fail("docker-config-shape", f"`{name}` of the Kubernetes Secret must be a JSON object")

    def read_config(self, config: JsonObject) -> None:
        known: dict[str, list[tuple[JsonValue, int]]] = {folded(name): [] for name in _KNOWN}
        others: list[tuple[str, JsonValue, int]] = []
        for name, value, at in config.members:
            if (holder := known.get(folded(name))) is None:
                others.append((name, value, at))
                continue
            holder.append((value, at))
            if name not in _KNOWN:
                usual = next(usual for usual in _KNOWN if folded(usual) == folded(name))
                message = f"docker-py and oras ignore `{name}`: they know only `{usual}`"
                self.report.warn("docker-config-member-case", message, at, f"use `{usual}`")
        self.entries.read(self.objects("auths", known["auths"]))
        for helpers in self.objects("credHelpers", known["credhelpers"]):
            for host, helper, at in helpers.members:
                self.helpers.add(host, helper, at)
        for helper, at in known["credsstore"]:
            self.helpers.add_default(helper, at)
        self.report_unknown(others)

    def objects(self, name: str, values: list[tuple[JsonValue, int]]) -> list[JsonObject]:
        """Return the values of a member that are objects; they are merged, and `null` empties the ones before it."""
        if len(values) > 1:
            message = f"duplicate member `{name}`; the entries of all are read"
            self.report.warn("docker-config-duplicate-key", message, values[1][1], "write it once")
        objects: list[JsonObject] = []
        for value, at in values:
            if value is None:
                objects.clear()
            elif isinstance(value, JsonObject):
                objects.append(value)
            else:
                add = self.report.fail if name == "auths" else self.report.warn
                add("docker-config-shape", f"`{name}` must be a JSON object", at)
        return objects

    def report_unknown(self, others: Iterable[tuple[str, JsonValue, int]]) -> None:
        """Report members that were probably meant as others, and entries outside `auths`."""
        places = {name: at for name, value, at in others if not is_login(value)}
        for wrong, correct in find_misspelt(places, _KNOWN):
            hint = f"did you mean `{correct}`?"
            self.report.warn("docker-config-unknown-member", f"unknown member `{wrong}`", places[wrong], hint)
        for name, value, at in others:
            if is_login(value):
                entry = f"entry `{name}`" if normal_scope(name) else "an entry"
                message = f"{entry} is outside of `auths`, so clients do not read it"
                self.report.warn("docker-config-unknown-member", message, at, "move it into `auths`")
