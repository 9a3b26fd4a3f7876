"""The commands for one app: `plan` and `explain`; and the apps that the options describe."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

import attrs

from deployspec import (
    APTIBLE_2016,
    APTIBLE_CURRENT,
    App,
    BuildOptions,
    DeployPlan,
    DeploySpecError,
    Diagnostic,
    Env,
    InvalidEnv,
    InvalidProcfile,
    Keyring,
    parse_assignments,
    parse_env,
    parse_procfile,
    resolve,
)
from deployspec._cli.exit_codes import SUCCESS
from deployspec._cli.inputs import STDIN, read_app_files, read_input, usage_error
from deployspec._cli.settings import Settings, SettingsReader
from deployspec._cli.targets import Target, read_target
from deployspec._cli.terminal import CliError, UsageError, colored, report
from deployspec._core.diagnostics import Collector
from deployspec.sources import AppFiles, SourceError
from deployspec.sources._files import PROCFILE

if TYPE_CHECKING:
    import argparse

    from deployspec import Mirror, Profile

Input = TypeVar("Input")

_PROFILES = {profile.name: profile for profile in (APTIBLE_2016, APTIBLE_CURRENT)}


# Commands


def run_plan(options: argparse.Namespace) -> int:
    """Print the plan as JSON."""
    from deployspec import plan_to_json

    resolved = resolve_app(options)
    report(resolved.diagnostics, texts=resolved.texts, color=options.color)
    sys.stdout.write(plan_to_json(resolved.plan))
    return SUCCESS


def run_explain(options: argparse.Namespace) -> int:
    """Explain the plan in plain text."""
    from deployspec import counterfactuals, render

    resolved = resolve_app(options)
    report(resolved.differences, color=options.color)
    resolver = functools.partial(resolve, mirrors=resolved.read.mirrors)
    changes = counterfactuals(resolved.read.app, resolver=resolver)
    sys.stdout.write(render.explain(resolved.plan, changes, color=colored(sys.stdout, options.color)))
    return SUCCESS


# Reading an app


@attrs.frozen
class Shared:
    """The inputs that all apps of a command share: config, logins, mirrors, and the diagnostics of config and logins.

    `login_file` is the name and the text of the login file.
    """

    config: Env
    keyring: Keyring
    mirrors: tuple[Mirror, ...]
    found: Collector
    texts: Mapping[str, str | Env]
    login_file: tuple[str, bytes] | None = attrs.field(repr=False)

    def differences(self, plan: DeployPlan) -> list[Diagnostic]:
        """Return notes about images for which docker or podman would use another login of the file."""
        if self.login_file is None:
            return []
        from deployspec import compare_lookups

        name, text = self.login_file
        notes = compare_lookups(plan, text, file="-" if name == STDIN else name)
        return [attrs.evolve(note, source=name) for note in notes]


@attrs.frozen
class ReadApp:
    """An app, its mirrors, and the names and texts of its files for diagnostics."""

    app: App
    mirrors: tuple[Mirror, ...]
    names: Mapping[str, str]
    texts: Mapping[str, str | Env]

    def resolve(self) -> DeployPlan:
        """Resolve the app."""
        return resolve(self.app, mirrors=self.mirrors)

    def located(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return diagnostics with the paths of files as the user gave them."""
        return [
            found if found.source is None else attrs.evolve(found, source=self.names.get(found.source, found.source))
            for found in diagnostics
        ]


@attrs.frozen
class Resolved:
    """An app, its plan with located diagnostics, and the texts of its files and its config for excerpts.

    `differences` are notes about the login file.
    """

    read: ReadApp
    plan: DeployPlan
    diagnostics: list[Diagnostic]
    differences: list[Diagnostic]
    texts: Mapping[str, str | Env]


def resolve_app(options: argparse.Namespace) -> Resolved:
    """Read and resolve the app of a command for one app."""
    read, shared = _read_single(options)
    try:
        plan = read.resolve()
    except DeploySpecError as error:
        raise CliError(read.located(error.diagnostics), texts=read.texts) from None
    return Resolved(read, plan, read.located(plan.diagnostics), shared.differences(plan), read.texts)


def read_app(options: argparse.Namespace) -> App:
    """Read the app of a command for one app without resolving it."""
    return _read_single(options)[0].app


def _read_single(options: argparse.Namespace) -> tuple[ReadApp, Shared]:
    target = read_target(options.path, in_revision=options.git_rev is not None)
    settings = SettingsReader(options).read(target.folder)
    try:
        files = read_files(options, target, settings)
    except SourceError as error:
        raise usage_error(error) from None
    shared = read_shared(options)
    read = build_app(options, target, files, shared, settings)
    if shared.found.failed:
        # An app without config cannot be resolved.
        raise CliError([*shared.found.found, *read.located(check_procfile(files))], texts=read.texts)
    report(shared.found.found, color=options.color)
    return read, shared


def read_files(options: argparse.Namespace, target: Target, settings: Settings) -> AppFiles:
    """Read the files of an app; options replace settings."""
    dockerfile = options.file or settings.build.get("file")
    procfile = options.procfile or settings.build.get("procfile")
    return read_app_files(target, dockerfile, procfile, options.git_rev)


def profile_of(options: argparse.Namespace, settings: Settings) -> Profile:
    """Return the profile of the options or of the settings, with the prefix of the options."""
    given = None if options.profile is None else _PROFILES[options.profile]
    profile = given or settings.profile or APTIBLE_2016
    return profile if options.prefix is None else profile.with_prefix(options.prefix)


def build_app(
    options: argparse.Namespace, target: Target, files: AppFiles, shared: Shared, settings: Settings
) -> ReadApp:
    """Return the app with the given files; options replace settings."""
    names = ("context", "target", "platform")
    given = {name: getattr(options, name) or settings.build.get(name) for name in names}
    build = BuildOptions(
        **{name: value for name, value in given.items() if value is not None},
        args={**settings.args, **dict(options.build_arg)},
        contexts=dict(options.build_context),
        secrets=dict(options.secret) if options.secret else None,
        ssh=dict(options.ssh) if options.ssh else None,
    )
    profile = profile_of(options, settings)
    app = files.app(shared.config.variables, build=build, keyring=shared.keyring, profile=profile)
    shown = {
        PROCFILE: target.shown(files.procfile_path),
        files.dockerfile_path: target.shown(files.dockerfile_path),
    }
    texts = {shown[name]: text for name, text in files.texts.items()}
    mirrors = shared.mirrors or settings.mirrors
    return ReadApp(app, mirrors, shown, {**texts, **shared.texts})


def check_procfile(files: AppFiles) -> Iterable[Diagnostic]:
    """Return the errors of a Procfile, for an app that is not resolved."""
    try:
        parse_procfile("web: run" if files.procfile is None else files.procfile)
    except InvalidProcfile as error:
        return error.diagnostics
    return ()


# Config and logins


def read_shared(options: argparse.Namespace) -> Shared:
    """Read the variables with their locations, and the logins.

    Later files replace earlier ones, and `--set` replaces all.
    """
    found, config, names = Collector(), Env({}), list[str]()
    for path in options.env_file:
        name, text = read_input(path)
        names.append(name)
        config |= _parse_variables(functools.partial(parse_env, source=name), text, name, found)
    assignments = list(map(_with_input, options.set))
    config |= _parse_variables(parse_assignments, assignments, "--set", found)
    keyring, login_file = _read_keyring(options, found)
    return Shared(config, keyring, read_mirrors(options), found, dict.fromkeys(names, config), login_file)


def read_mirrors(options: argparse.Namespace) -> tuple[Mirror, ...]:
    """Return the mirrors of the options."""
    if not options.mirror:
        return ()
    from deployspec import parse_mirrors

    try:
        return parse_mirrors(options.mirror)
    except DeploySpecError as error:
        raise CliError(error.diagnostics, source="--mirror") from None


def _with_input(assignment: str) -> str:
    """Read the value of `NAME=-` from standard input, without its last line end."""
    name, _, value = assignment.partition("=")
    if value != "-":
        return assignment
    source, raw = read_input("-")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = None
    if text is None:  # raised outside `except`, so that the other exception is not kept with the value
        raise UsageError(f"{source}: value of `{name}` is not UTF-8")
    return f"{name}={text.removesuffix(chr(10)).removesuffix(chr(13))}"


def _parse_variables(parse: Callable[[Input], Env], text: Input, source: str, found: Collector) -> Env:
    try:
        env = parse(text)
    except InvalidEnv as error:
        found.extend(error.diagnostics, source=source)
        return Env({})
    found.extend(env.diagnostics, source=source)
    return env


def _read_keyring(options: argparse.Namespace, found: Collector) -> tuple[Keyring, tuple[str, bytes] | None]:
    """Return the keyring, and the name and the text of the login file."""
    if options.docker_config is None:
        return Keyring(), None
    from deployspec import parse_docker_config

    name, text = read_input(options.docker_config)
    try:
        keyring = parse_docker_config(text)
    except DeploySpecError as error:
        found.extend(error.diagnostics, source=name)
        return Keyring(), None
    found.extend(keyring.diagnostics, source=name)
    return keyring, (name, text)
