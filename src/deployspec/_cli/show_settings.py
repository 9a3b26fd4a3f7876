"""The command `settings`: what is in force for an app, and where it comes from."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import attrs

from deployspec._cli.apps import profile_of
from deployspec._cli.exit_codes import SUCCESS
from deployspec._cli.settings import Settings, SettingsReader
from deployspec._cli.targets import read_target
from deployspec._core.text import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

_DEFAULTS = {"file": "Dockerfile", "procfile": "Procfile", "context": ".", "target": "", "platform": "linux/amd64"}


def run_settings(options: argparse.Namespace) -> int:
    """Print each setting with its origin: an option, a line of the file, or the default."""
    target = read_target(options.path, in_revision=options.git_rev is not None)
    settings = SettingsReader(options).read(target.folder)
    rows = [(f"{name} = {_value(value)}", origin) for name, value, origin in _rows(options, settings)]
    width = max(len(text) for text, _ in rows)
    sys.stdout.write("".join(f"{one_line(text):{width}}  # {one_line(origin)}\n" for text, origin in rows))
    return SUCCESS


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _rows(options: argparse.Namespace, settings: Settings) -> Iterator[tuple[str, object, str]]:
    def origin(name: str, *, option: str | None = None, given: object = None) -> str:
        if given:
            return option or f"--{name}"
        line = settings.origins.get(name)
        return "default" if line is None else f"{settings.path}:{line}"

    profile = profile_of(options, settings)
    given = "--prefix" if options.prefix is not None else "--profile"
    yield "profile", profile.name, origin("profile", option=given, given=options.profile or options.prefix)
    for name, default in _DEFAULTS.items():
        value = getattr(options, name)
        yield name, value or settings.build.get(name, default), origin(name, given=value)
    for name, value in {**settings.args, **dict(options.build_arg)}.items():
        is_given = name in dict(options.build_arg)
        yield f"args.{name}", value, origin("args", option="--build-arg", given=is_given)
    yield "ignore", list(settings.ignore), origin("ignore")
    policy: dict[str, Any] = {} if settings.policy is None else attrs.asdict(settings.policy)
    for name, value in policy.items():
        yield f"policy.{name}", sorted(value) if name == "allowed_registries" and value else value, origin("policy")
    for mirror in settings.mirrors:
        yield f"mirror.{mirror.prefix}", mirror.location, origin("mirror")
    if settings.lock is not None:
        yield "lock", settings.lock, origin("lock")
