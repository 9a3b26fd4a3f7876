"""The commands for one app: `plan`, `explain` and `check`; and the app that the options describe."""

from __future__ import annotations

import functools
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

import attrs

from deployspec import (
    APTIBLE_2016,
    APTIBLE_CURRENT,
    App,
    BuildOptions,
    DeployPlan,
    DeploySpecError,
    Env,
    InvalidEnv,
    InvalidProcfile,
    Keyring,
    Mirror,
    compare_lookups,
    counterfactuals,
    parse_assignments,
    parse_docker_config,
    parse_env,
    parse_mirrors,
    parse_procfile,
    plan_to_json,
    render,
    resolve,
)
from deployspec._cli.inputs import read_app_files, read_file, read_input
from deployspec._cli.locks import read_lock
from deployspec._cli.terminal import PROBLEMS, SUCCESS, CliError, colored, report
from deployspec._core.diagnostics import Collector

if TYPE_CHECKING:
    import argparse

    from deployspec import Diagnostic
    from deployspec._cli.locks import LockFile
    from deployspec.sources import AppFiles

Input = TypeVar("Input")

PROFILES = {profile.name: profile for profile in (APTIBLE_2016, APTIBLE_CURRENT)}


# Commands


def run_plan(options: argparse.Namespace) -> int:
    """Print the plan as JSON."""
    resolved = resolve_app(options)
    report(resolved.plan.diagnostics, texts=resolved.texts)
    sys.stdout.write(plan_to_json(resolved.plan))
    return SUCCESS


def run_explain(options: argparse.Namespace) -> int:
    """Explain the plan in plain text."""
    resolved = resolve_app(options)
    report(resolved.differences)
    resolver = functools.partial(resolve, mirrors=read_mirrors(options))
    changes = counterfactuals(resolved.app, resolver=resolver)
    text = render.explain(resolved.plan, changes, color=colored(sys.stdout))
    sys.stdout.write(text)
    return SUCCESS


def run_check(options: argparse.Namespace) -> int:
    """Print the diagnostics, and a summary of an app without errors; with a lock file, compare it with the plan."""
    file, failed = _read_lock(options.lock)
    resolved = resolve_app(options)
    diagnostics = [*resolved.plan.diagnostics, *resolved.differences]
    report(diagnostics, texts=resolved.texts)
    if file is not None:
        found = file.check(resolved.plan)
        report(found, texts={**resolved.texts, file.path: file.text})
        failed = bool(found)
    if failed:
        return PROBLEMS
    counts = Counter(diagnostic.severity for diagnostic in diagnostics)
    warnings_and_notes = [
        f"{counts[severity]} {severity}{'s' * (counts[severity] != 1)}"
        for severity in ("warning", "note")
        if counts[severity]
    ]
    print(", ".join(["no errors", *warnings_and_notes]))
    return SUCCESS


def _read_lock(path: str | None) -> tuple[LockFile | None, bool]:
    """Read a lock file, if there is one; report its errors, so that those of the app are reported too."""
    if path is None:
        return None, False
    try:
        return read_lock(path), False
    except CliError as error:
        report(error.diagnostics, texts=error.texts)
        return None, True


# Resolving an app


@attrs.frozen
class Resolved:
    """An app, its plan, the texts of its files and its config for excerpts, and its login file with its path."""

    app: App
    plan: DeployPlan
    texts: Mapping[str, str | Env]
    login_file: tuple[str, bytes] | None = attrs.field(default=None, repr=False)

    @property
    def differences(self) -> tuple[Diagnostic, ...]:
        """Notes about images for which docker or podman would use another login of the file."""
        if self.login_file is None:
            return ()
        path, text = self.login_file
        notes = compare_lookups(self.plan, text, file=path)
        return tuple(attrs.evolve(note, source="stdin" if path == "-" else path) for note in notes)


def resolve_app(options: argparse.Namespace) -> Resolved:
    """Read and resolve the app."""
    files = read_app_files(options)
    mirrors = read_mirrors(options)
    app, login_file = _build_app(options, files)
    texts: dict[str, str | Env] = {**files.texts, **dict.fromkeys(options.env_file, Env(app.config))}
    try:
        return Resolved(app, resolve(app, mirrors=mirrors), texts, login_file)
    except DeploySpecError as error:
        raise CliError(error.diagnostics, texts=texts) from None


def read_mirrors(options: argparse.Namespace) -> tuple[Mirror, ...]:
    """Return the mirrors of the options."""
    try:
        return parse_mirrors(options.mirror)
    except DeploySpecError as error:
        raise CliError(error.diagnostics, source="--mirror") from None


def read_app(options: argparse.Namespace) -> App:
    """Read the app without resolving it."""
    return _build_app(options, read_app_files(options))[0]


def _build_app(options: argparse.Namespace, files: AppFiles) -> tuple[App, tuple[str, bytes] | None]:
    found = Collector()
    config = _read_config(options, found)
    keyring, login_file = _read_keyring(options, found)
    if found.failed:
        _check_procfile(files, found)  # an app without config cannot be resolved
        raise CliError(found.found, texts=files.texts)
    report(found.found)
    build = BuildOptions(
        context=options.context,
        target=options.target,
        platform=options.platform,
        args=dict(options.build_arg),
        contexts=dict(options.build_context),
        secrets=dict(options.secret) if options.secret else None,
        ssh=dict(options.ssh) if options.ssh else None,
    )
    profile = PROFILES[options.profile]
    profile = profile if options.prefix is None else profile.with_prefix(options.prefix)
    return files.app(config, build=build, keyring=keyring, profile=profile), login_file


def _check_procfile(files: AppFiles, found: Collector) -> None:
    try:
        parse_procfile("web: run" if files.procfile is None else files.procfile)
    except InvalidProcfile as error:
        found.extend(error.diagnostics)


# Config and logins


def _read_config(options: argparse.Namespace, found: Collector) -> Mapping[str, str]:
    """Return the variables with their locations; later files replace earlier ones, and `--set` replaces all."""
    config = Env({})
    for path in options.env_file:
        config |= _parse_variables(functools.partial(parse_env, source=path), read_file(path), path, found)
    config |= _parse_variables(parse_assignments, options.set, "--set", found)
    return config.variables


def _parse_variables(parse: Callable[[Input], Env], text: Input, source: str, found: Collector) -> Env:
    try:
        env = parse(text)
    except InvalidEnv as error:
        found.extend(error.diagnostics, source=source)
        return Env({})
    found.extend(env.diagnostics, source=source)
    return env


def _read_keyring(options: argparse.Namespace, found: Collector) -> tuple[Keyring, tuple[str, bytes] | None]:
    """Return the keyring, and the path and the text of the login file."""
    path = options.docker_config
    if path is None:
        return Keyring(), None
    name, text = read_input(path)
    try:
        keyring = parse_docker_config(text)
    except DeploySpecError as error:
        found.extend(error.diagnostics, source=name)
        return Keyring(), None
    found.extend(keyring.diagnostics, source=name)
    return keyring, (path, text)
