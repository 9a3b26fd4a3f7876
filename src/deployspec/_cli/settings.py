"""The settings file: `deployspec.toml`, or the table `tool.deployspec` of `pyproject.toml`.

Anyone who can push to the repository writes it, so it is read like the other files of an app, and contains no secrets.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs

from deployspec import DeploySpecError
from deployspec._cli.exit_codes import USAGE
from deployspec._cli.inputs import read_file, repository_of, usage_error
from deployspec._cli.settings_text import find_key
from deployspec._cli.terminal import CliError
from deployspec._cli.wording import did_you_mean
from deployspec._core.diagnostics import Collector
from deployspec._core.text import one_line
from deployspec._core.tokens import find_secrets, is_secret_name
from deployspec.sources import SourceError
from deployspec.sources._files import file_parts
from deployspec.sources._folders import joined, opened_root, read_below

if TYPE_CHECKING:
    import argparse

    from deployspec import Mirror, Policy, Profile

# What every `pyproject.toml` with the table contains; parsing the others would take time.
_TABLE = re.compile(rb"""\btool["']?\s*(?:\.\s*["']?deployspec|\]|=)""")
Parsed = TypeVar("Parsed")

NAMES = ("deployspec.toml", "pyproject.toml")
_BUILD = ("file", "procfile", "context", "target", "platform")
_MEMBERS = ("profile", "policy", "build", "apps", "ignore", "mirror", "lock")


@attrs.frozen
class Settings:
    """The settings for one app; `path` is the file, as the user would write it, and `None` without one.

    `build` maps names of options to values. `origins` maps the names of all settings to their line in the file.
    """

    path: str | None = None
    profile: Profile | None = None
    policy: Policy | None = None
    build: Mapping[str, str] = attrs.field(factory=dict[str, str])
    args: Mapping[str, str] = attrs.field(factory=dict[str, str])
    ignore: tuple[str, ...] = ()
    mirrors: tuple[Mirror, ...] = ()
    lock: str | None = None
    origins: Mapping[str, int] = attrs.field(factory=dict[str, int])


@attrs.frozen
class _Document:
    """A parsed file: its path, its text, its tables, and the path of the settings in the file."""

    path: str
    text: str
    tables: Mapping[str, object]
    prefix: tuple[str, ...]


class SettingsReader:
    """Finds and reads the settings of apps; each file is read once."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.documents: dict[str, _Document | None] = {}

    def read(self, folder: str) -> Settings:
        """Return the settings of the app in a folder.

        Raises `CliError` with every error of the file.
        """
        if self.options.no_settings:
            return Settings()
        if self.options.settings is not None:
            path: str = self.options.settings
            if path not in self.documents:
                self.documents[path] = _document(path, read_file(path), ())
            root = repository_root(folder) or os.curdir
            document, app = self.documents[path], _relative(folder, root)
        elif self.options.git_rev is not None:
            document, app = self._find_in_revision(folder)
        else:
            document, app = self._find(folder)
        return Settings() if document is None else _settings(document, app)

    def _find(self, folder: str) -> tuple[_Document | None, str]:
        """Find the file from a folder upward to the root of the repository; without one, only in the folder."""
        at, shown = os.path.realpath(folder), folder
        root = repository_root(folder) or at
        while True:
            if at not in self.documents:
                self.documents[at] = _read_folder(shown, at)
            if self.documents[at] is not None or at == root:
                return self.documents[at], _relative(folder, at)
            at, shown = os.path.dirname(at), os.path.normpath(joined(shown, os.pardir))  # noqa: PTH120

    def _find_in_revision(self, folder: str) -> tuple[_Document | None, str]:
        from deployspec.sources._revisions import read_files

        repository, subfolder = repository_of(folder)
        try:
            inside, found = read_files(repository, self.options.git_rev, subfolder, NAMES)
        except SourceError as error:
            raise usage_error(error) from None
        for path, content in found:
            document = _document(path, content, _prefix(path))
            if document is not None:
                return document, os.path.relpath(inside or ".", os.path.dirname(path) or ".")  # noqa: PTH120
        return None, ""


def _relative(folder: str, root: str) -> str:
    return os.path.relpath(os.path.realpath(folder), os.path.realpath(root))


def repository_root(folder: str) -> str | None:
    """Return the root of the repository that contains a folder."""
    at = os.path.realpath(folder)
    while not os.path.lexists(os.path.join(at, ".git")):  # noqa: PTH118
        at, below = os.path.dirname(at), at  # noqa: PTH120
        if at == below:
            return None
    return at


def _read_folder(shown: str, folder: str) -> _Document | None:
    try:
        with opened_root(folder) as root:
            contents = [(name, read_below(root, file_parts(name), joined(shown, name))) for name in NAMES]
    except SourceError as error:
        if error.diagnostics[0].code == "sources-not-found":  # reading the app reports it
            return None
        raise usage_error(error) from None
    for name, content in contents:
        document = None if content is None else _document(joined(shown, name), content, _prefix(name))
        if document is not None:
            return document
    return None


def _prefix(path: str) -> tuple[str, ...]:
    return ("tool", "deployspec") if path.endswith("pyproject.toml") else ()


def _document(path: str, content: bytes, prefix: tuple[str, ...]) -> _Document | None:
    """Parse a file; `None` if it has no settings."""
    if prefix and _TABLE.search(content) is None:
        return None
    import tomllib  # imported here, because most folders have no settings

    try:
        text = content.decode()
        tables: object = tomllib.loads(text)
    except (UnicodeDecodeError, RecursionError):
        if prefix and b"tool.deployspec" not in content:
            return None  # an error of another tool's file
        raise _invalid(path, "file is not UTF-8, or is nested too deeply", (1, 1)) from None
    except tomllib.TOMLDecodeError as error:
        if prefix and b"tool.deployspec" not in content:
            return None
        raise _invalid(path, *_reason(str(error), content)) from None
    for name in prefix:
        tables = cast("dict[str, object]", tables).get(name) if isinstance(tables, dict) else None
    return _Document(path, text, cast("dict[str, object]", tables), prefix) if isinstance(tables, dict) else None


def _reason(message: str, content: bytes) -> tuple[str, tuple[int, int]]:
    """Return the message of the parser and its location; the end of the text has none."""
    reason, _, place = message.partition(" (at ")
    numbers = re.findall(r"\d+", place)
    location = (int(numbers[0]), int(numbers[1])) if numbers else (content.count(b"\n") + 1, 1)
    return f"file is not valid TOML: {reason[:1].lower()}{reason[1:]}", location


def _invalid(path: str, message: str, location: tuple[int, int]) -> CliError:
    found = Collector(path)
    found.error("settings-syntax", message, line=location[0], column=location[1])
    return CliError(found.found, code=USAGE)


# The members of a document


def _settings(document: _Document, app: str) -> Settings:
    from deployspec import parse_policy, parse_profile

    reader = _MemberReader(document)
    reader.check_members((), document.tables, _MEMBERS)
    profile = reader.parsed("profile", parse_profile)
    policy = reader.parsed("policy", lambda table: parse_policy(json.dumps(table)))
    mirrors = reader.mirrors()
    build = reader.build("build")
    apps = reader.table(("apps",), document.tables.get("apps", {}))
    by_app = {os.path.normpath(name): reader.build("apps", name) for name in apps}
    ignore, lock = reader.texts("ignore"), reader.text(("lock",), document.tables.get("lock"))
    if reader.found.failed:
        ordered = sorted(reader.found.found, key=lambda one: (one.line or 0, one.column or 0))
        raise CliError(ordered, texts={document.path: document.text}, code=USAGE)
    own = by_app.get(app, _Build({}, {}, {}))
    top = {member: reader.line((member,)) for member in _MEMBERS if member in document.tables}
    return Settings(
        document.path,
        profile,
        policy,
        {**build.options, **own.options},
        {**build.args, **own.args},
        ignore,
        mirrors,
        None if lock is None else joined(os.path.dirname(document.path), lock),  # noqa: PTH120
        {**top, **build.lines, **own.lines},
    )


@attrs.frozen
class _Build:
    options: Mapping[str, str]
    args: Mapping[str, str]
    lines: Mapping[str, int]


class _MemberReader:
    """Reads the members of a document and collects all errors with their lines."""

    def __init__(self, document: _Document) -> None:
        self.document = document
        self.found = Collector(document.path)

    def line(self, path: tuple[str, ...]) -> int:
        return find_key(self.document.text, (*self.document.prefix, *path))[0]

    def error(self, code: str, message: str, path: tuple[str, ...], hint: str | None = None) -> None:
        line, column = find_key(self.document.text, (*self.document.prefix, *path))
        self.found.error(code, message, line=line, column=column, hint=hint)

    def table(self, path: tuple[str, ...], value: object) -> Mapping[str, object]:
        if isinstance(value, dict):
            return cast("dict[str, object]", value)
        self.error("settings-type", f"`{_shown(path[-1])}` must be a table", path)
        return {}

    def text(self, path: tuple[str, ...], value: object) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            self.error("settings-type", f"`{_shown(path[-1])}` must be a string", path)
            return None
        if find_secrets(value) or is_secret_name(path[-1]):
            hint = "pass it on the command line of the platform; the file is in the repository"
            self.error("settings-secret", f"`{_shown(path[-1])}` looks like a secret", path, hint)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.document.tables.get(name, [])
        items = cast("list[object]", value) if isinstance(value, list) else [None]
        if not all(isinstance(item, str) for item in items):
            self.error("settings-type", f"`{name}` must be an array of strings", (name,))
            return ()
        return tuple(cast("list[str]", items))

    def check_members(self, path: tuple[str, ...], table: Mapping[str, object], known: Iterable[str]) -> None:
        known = tuple(known)
        for name in table:
            if name not in known:
                hint = did_you_mean(name, known)[2:] or f"use {', '.join(f'`{one}`' for one in known)}"
                self.error("settings-member-unknown", f"unknown member `{_shown(name)}`", (*path, name), hint)

    def build(self, *path: str) -> _Build:
        value: Any = self.document.tables
        for name in path:
            value = value.get(name, {})
        table = self.table(path, value)
        self.check_members(path, table, (*_BUILD, "args"))
        options = {name: self.text((*path, name), table.get(name)) for name in _BUILD}
        args = self.table((*path, "args"), table.get("args", {}))
        values = {name: self.text((*path, "args", name), value) for name, value in args.items()}
        lines = {name: self.line((*path, name)) for name in table}
        return _Build(_without_none(options), _without_none(values), lines)

    def parsed(self, name: str, parse: Callable[[Mapping[str, object]], Parsed]) -> Parsed | None:
        """Parse a table of the library; its errors get the line of the member that they name first."""
        if name not in self.document.tables:
            return None
        table = self.table((name,), self.document.tables[name])
        for member, value in table.items():
            if isinstance(value, str) and find_secrets(value):
                self.text((name, member), value)
        try:
            return parse(table)
        except DeploySpecError as error:
            for one in error.diagnostics:
                named = re.search("`([^`]*)`", one.message)
                member = "extends" if one.message.startswith("unknown profile") else named[1] if named else ""
                self.error(one.code, one.message, (name, member), one.hint)
            return None

    def mirrors(self) -> tuple[Mirror, ...]:
        value = self.document.tables.get("mirror", [])
        if not isinstance(value, list):
            self.error("settings-type", "`mirror` must be an array of tables", ("mirror",))
            return ()
        from deployspec import parse_mirrors

        try:
            return parse_mirrors(cast("list[Mapping[str, object]]", value))
        except DeploySpecError as error:
            for one in error.diagnostics:
                self.error(one.code, one.message, ("mirror",), one.hint)
            return ()


def _without_none(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _shown(name: str) -> str:
    return one_line(name, 40)
