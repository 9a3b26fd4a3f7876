"""An app as the options say it, and the commands that tell its plan: `plan`, `explain`, `check`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import attrs

from deployspec import (
    APTIBLE_2016,
    APTIBLE_CURRENT,
    App,
    BuildOptions,
    DeployPlan,
    DeploySpecError,
    Diagnostic,
    InvalidEnv,
    InvalidProcfile,
    Keyring,
    Profile,
    counterfactuals,
    parse_assignments,
    parse_docker_config,
    parse_env,
    parse_procfile,
    plan_to_json,
    render,
    resolve,
)
from deployspec._cli.build_options import add_build_options, pairs
from deployspec._cli.sources import Tree, read_file, read_folder, read_revision
from deployspec._cli.terminal import PLAN, CliError, colored, tell

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

__all__: list[str] = []

_PROFILES = {profile.name: profile for profile in (APTIBLE_2016, APTIBLE_CURRENT)}


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what says which app is meant."""
    command.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="the app's folder or repository (default: .)"
    )
    command.add_argument("--git-rev", metavar="REV", help="read the files from this revision of the repository at PATH")
    command.add_argument("--env-file", action="append", default=[], metavar="FILE", help="config, as NAME=VALUE lines")
    command.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="config that wins over files")
    command.add_argument("--docker-config", metavar="FILE", help="the app owner's logins: a Docker config.json")
    command.add_argument("--profile", choices=sorted(_PROFILES), default=APTIBLE_2016.name, help="the platform's rules")
    command.add_argument("--prefix", metavar="PREFIX", help="how the control variables begin, such as MYPAAS_")
    command.add_argument("--file", default="Dockerfile", metavar="DOCKERFILE", help="default: Dockerfile")
    command.add_argument("--context", default=".", metavar="DIR", help="the build context (default: .)")
    add_build_options(command)


def plan_of(options: argparse.Namespace) -> tuple[App, DeployPlan, Mapping[str, str]]:
    """Return the app, its plan, and the texts that excerpts are taken from."""
    tree = _read_tree(options)
    sources = _sources(options, tree)
    app = _read_app(options, tree)
    try:
        return app, resolve(app), sources
    except DeploySpecError as error:
        raise CliError(error.diagnostics, sources) from None


def app_of(options: argparse.Namespace) -> App:
    """Return the app alone."""
    return _read_app(options, _read_tree(options))


def plan(options: argparse.Namespace) -> int:
    """Print the plan as JSON."""
    _, found, sources = plan_of(options)
    tell(found.diagnostics, sources)
    sys.stdout.write(plan_to_json(found))
    return PLAN


def explain(options: argparse.Namespace) -> int:
    """Tell the plan to a person."""
    app, found, _ = plan_of(options)
    sys.stdout.write(render.explain(found, counterfactuals(app), color=colored(sys.stdout)))
    return PLAN


def check(options: argparse.Namespace) -> int:
    """Print all diagnostics."""
    _, found, sources = plan_of(options)
    _check(found, sources)
    return PLAN


def _read_tree(options: argparse.Namespace) -> Tree:
    if options.git_rev is not None:
        return read_revision(options.path, options.git_rev, options.file)
    return read_folder(options.path, options.file)


def _read_app(options: argparse.Namespace, tree: Tree) -> App:
    found: list[Diagnostic] = []
    config = _read_config(options, found)
    keyring = _read_keyring(options, found)
    if found:
        # Without its config an app cannot be resolved, but its Procfile can be checked.
        raise CliError([*found, *_procfile_faults(tree)], _sources(options, tree))
    profile: Profile = _PROFILES[options.profile]
    return App(
        config,
        tree.procfile,
        tree.dockerfile,
        build=BuildOptions(
            dockerfile_path=options.file,
            context=options.context,
            target=options.target,
            platform=options.platform,
            args=pairs("--build-arg", options.build_arg),
            contexts=pairs("--build-context", options.build_context),
        ),
        revision=tree.revision,
        keyring=keyring,
        profile=profile if options.prefix is None else profile.with_prefix(options.prefix),
    )


def _procfile_faults(tree: Tree) -> tuple[Diagnostic, ...]:
    try:
        parse_procfile("web: run" if tree.procfile is None else tree.procfile)
    except InvalidProcfile as error:
        return error.diagnostics
    return ()


def _read_config(options: argparse.Namespace, found: list[Diagnostic]) -> dict[str, str]:
    """Read all config files, then the assignments; warnings are told at once, faults go to `found`."""
    config: dict[str, str] = {}
    for path in options.env_file:
        try:
            env = parse_env(read_file(path))
        except InvalidEnv as error:
            found += (attrs.evolve(one, source=path) for one in error.diagnostics)
        else:
            tell([attrs.evolve(one, source=path) for one in env.diagnostics])
            config |= env.variables
    try:
        assigned = parse_assignments(options.set)
    except InvalidEnv as error:
        found += (attrs.evolve(one, source="--set") for one in error.diagnostics)
    else:
        tell([attrs.evolve(one, source="--set") for one in assigned.diagnostics])
        config |= assigned.variables
    return config


def _read_keyring(options: argparse.Namespace, found: list[Diagnostic]) -> Keyring:
    path = options.docker_config
    if path is None:
        return Keyring()
    try:
        keyring = parse_docker_config(read_file(path))
    except DeploySpecError as error:
        found += (attrs.evolve(one, source=path) for one in error.diagnostics)
        return Keyring()
    tell([attrs.evolve(one, source=path) for one in keyring.diagnostics])
    return keyring


def _sources(options: argparse.Namespace, tree: Tree) -> dict[str, str]:
    """The texts that excerpts are taken from: what is committed, never config."""
    texts = {"Procfile": tree.procfile, options.file: tree.dockerfile}
    return {name: text.decode("utf-8", "replace") for name, text in texts.items() if text is not None}


def _check(plan: DeployPlan, sources: Mapping[str, str]) -> None:
    tell(plan.diagnostics, sources)
    counted = {severity: sum(one.severity == severity for one in plan.diagnostics) for severity in ("warning", "note")}
    told = ", ".join(f"{count} {name}{'s' * (count != 1)}" for name, count in counted.items() if count)
    print(f"no errors{', ' + told if told else ''}")
