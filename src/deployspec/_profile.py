"""Profiles from data, such as a table of a TOML file or a JSON object."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import attrs

from deployspec._app import APTIBLE_2016, APTIBLE_CURRENT, Profile
from deployspec._core.arguments import check_type
from deployspec._core.diagnostics import Collector, DeploySpecError, InvalidReference
from deployspec._core.text import one_line
from deployspec._env.names import check_names
from deployspec._logins.scope import normal_host
from deployspec._references.reference import parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["parse_profile"]

_BASES = {profile.name: profile for profile in (APTIBLE_2016, APTIBLE_CURRENT)}
_MEMBERS = {field.name: field for field in attrs.fields(Profile) if field.init}
_MORE = ("extends", "prefix")
_VARIABLES = ("image_variable", "host_variable", "username_variable", "password_variable", "email_variable")
_NULLABLE = frozenset({"host_variable", "default_email"})
_LONGEST_TYPO = 40


def parse_profile(members: Mapping[str, object]) -> Profile:
    """Return a profile from a mapping with the members of `Profile`, for example a table of a TOML file.

    `extends` is the name of the profile that has the members which are left out: `aptible-2016` (the default) or
    `aptible-current`. `prefix` replaces the prefix of all its variables, as `Profile.with_prefix` does.
    `name` is required. `frontends` is an array of repositories.

    Raises `DeploySpecError` with every error: `profile-member-unknown`, `profile-member-missing`, `profile-type`,
    `profile-value` and `profile-variable-twice`.

    >>> profile = parse_profile({"name": "acme", "extends": "aptible-current", "image_variable": "ACME_IMAGE"})
    >>> profile.image_variable, profile.host_variable
    ('ACME_IMAGE', None)
    >>> parse_profile({"name": "acme", "procfile_requird": False})
    Traceback (most recent call last):
    deployspec.DeploySpecError: profile: error[profile-member-unknown]: unknown member `procfile_requird`
    """
    check_type("members", members, Mapping)
    found = Collector("profile")
    base = _read_base(members.get("extends", APTIBLE_2016.name), found)
    if "prefix" in members:
        base = _with_prefix(base, members["prefix"], found)
    if "name" not in members:
        found.error("profile-member-missing", "missing member `name`")
    changes: dict[str, Any] = {}
    for name, value in members.items():
        if name in _MEMBERS:
            changes[name] = _read_member(name, value, found)
        elif name not in _MORE:
            _report_unknown("member", name, (*_MORE, *_MEMBERS), found)
    found.raise_if_failed(DeploySpecError)
    profile = attrs.evolve(base, **changes)
    _check_variables(profile, found)
    found.raise_if_failed(DeploySpecError)
    return profile


def _report_unknown(kind: str, name: object, known: Iterable[str], found: Collector) -> None:
    written = one_line(name if isinstance(name, str) else repr(name), _LONGEST_TYPO)
    close = difflib.get_close_matches(written, known, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"use {', '.join(f'`{name}`' for name in known)}"
    code = "profile-member-unknown" if kind == "member" else "profile-value"
    found.error(code, f"unknown {kind} `{written}`", hint=hint)


def _read_base(name: object, found: Collector) -> Profile:
    if not isinstance(name, str):
        found.error("profile-type", "`extends` must be a string")
    elif name not in _BASES:
        _report_unknown("profile", name, _BASES, found)
    else:
        return _BASES[name]
    return APTIBLE_2016


def _with_prefix(base: Profile, prefix: object, found: Collector) -> Profile:
    if not isinstance(prefix, str):
        found.error("profile-type", "`prefix` must be a string")
        return base
    profile = base.with_prefix(prefix, name=base.name)
    if any(one.severity == "error" for one in check_names([profile.image_variable])):
        found.error("profile-value", "`prefix` must be the beginning of the name of a variable")
    return profile


def _read_member(name: str, value: object, found: Collector) -> object:
    if name == "frontends":
        return _read_frontends(value, found)
    if isinstance(getattr(APTIBLE_2016, name), bool):
        if not isinstance(value, bool):
            found.error("profile-type", f"`{name}` must be true or false")
    elif isinstance(value, str):
        if (expected := _wrong_text(name, value)) is not None:
            found.error("profile-value", f"`{name}` must be {expected}")
    elif not (value is None and name in _NULLABLE):
        found.error("profile-type", f"`{name}` must be a string{' or null' if name in _NULLABLE else ''}")
    return value


def _wrong_text(name: str, value: str) -> str | None:
    """Return a description of the expected text, if this is another one."""
    if name == "on_host_mismatch":
        return None if value in {"error", "anonymous"} else "`error` or `anonymous`"
    if name == "default_host":
        return None if normal_host(value) == value else "the host of a registry, in lowercase"
    if name in _VARIABLES:
        is_wrong = any(diagnostic.severity == "error" for diagnostic in check_names([value]))
        return "the name of a variable" if is_wrong else None
    return "a name" if name == "name" and not value else None


def _read_frontends(value: object, found: Collector) -> frozenset[str]:
    items = cast("list[object]", value)
    if not isinstance(value, list | tuple | set | frozenset) or not all(isinstance(item, str) for item in items):
        found.error("profile-type", "`frontends` must be an array of strings")
        return frozenset()
    repositories: set[str] = set()
    for item in cast("list[str]", value):
        try:
            repositories.add(parse_reference(item).repository)
        except InvalidReference:
            message = f"`frontends` contains `{one_line(item, _LONGEST_TYPO)}`, which is not a repository"
            found.error("profile-value", message)
    return frozenset(repositories)


def _check_variables(profile: Profile, found: Collector) -> None:
    seen: dict[str, str] = {}
    for member in _VARIABLES:
        variable = getattr(profile, member)
        if variable is not None and seen.setdefault(variable, member) != member:
            found.error("profile-variable-twice", f"`{seen[variable]}` and `{member}` name the same variable")
