"""The commands `check` and `audit`: the diagnostics of any number of apps, in several formats."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import attrs

from deployspec import Build, DeployPlan, DeploySpecError, Diagnostic, Env, Extend, Pull, render
from deployspec._cli.apps import ReadApp, Shared, build_app, check_procfile, read_files, read_shared
from deployspec._cli.exit_codes import PROBLEMS, SUCCESS, USAGE
from deployspec._cli.hints import with_options
from deployspec._cli.inputs import read_file
from deployspec._cli.locks import SharedLock
from deployspec._cli.selection import read_selection
from deployspec._cli.settings import Settings, SettingsReader
from deployspec._cli.targets import Target, find_targets
from deployspec._cli.terminal import CliError, UsageError, colored
from deployspec._cli.wording import without_value
from deployspec.sources import AppFiles, SourceError
from deployspec.sources._files import DOCKERFILE, PROCFILE

if TYPE_CHECKING:
    import argparse

    from deployspec import Policy

_RANKS = {"note": 0, "warning": 1, "error": 2}
Texts = Mapping[str, str | Env]
_NO_TEXTS: Texts = {}


@attrs.frozen
class Result:
    """The outcome of one app, and the texts of its files for excerpts."""

    app: render.CheckedApp
    texts: Texts = attrs.field(default=_NO_TEXTS)
    is_read: bool = True


# Commands


def run_check(options: argparse.Namespace) -> int:
    """Print the diagnostics of each app."""
    shared, selection = read_shared(options), read_selection(options)
    locks: dict[str | None, SharedLock] = {}
    checked: list[tuple[Result, Settings, SharedLock]] = []
    for target, settings in _targets(options):
        path = options.lock or settings.lock
        lock = locks.setdefault(path, locks.get(path) or SharedLock(path))
        checked.append((_check(options, target, settings, shared, lock), settings, lock))
    results = [
        attrs.evolve(result, app=selection.apply(lock.with_unused(result.app), settings.ignore))
        for result, settings, lock in checked
    ]
    return _print(options, results, "app")


def run_audit(options: argparse.Namespace) -> int:
    """Print the violations of a policy, and the errors of apps without a plan."""
    from deployspec import parse_policy
    from deployspec._cli.plans import read_plan

    policy: Policy | None = None
    if options.policy is not None:
        try:
            policy = parse_policy(read_file(options.policy))
        except DeploySpecError as error:
            raise CliError(error.diagnostics, source=options.policy, code=USAGE) from None
    if options.plan is not None:
        if options.path:
            raise UsageError("--plan cannot be used with a PATH")
        policy = policy or _policy_of(SettingsReader(options).read(os.curdir), os.curdir)
        plan = read_plan(options.plan)
        return _print(options, [Result(_audited(options.plan, plan, policy))], "plan")
    shared = read_shared(options)
    results = [
        _audit(options, target, settings, shared, policy or _policy_of(settings, target.path))
        for target, settings in _targets(options)
    ]
    return _print(options, results, "app")


def _policy_of(settings: Settings, path: str) -> Policy:
    if settings.policy is None:
        raise UsageError(f"{without_value(path)}: no policy (pass --policy FILE, or add it to the settings file)")
    return settings.policy


def _targets(options: argparse.Namespace) -> list[tuple[Target, Settings]]:
    """Return the apps and their settings."""
    reader = SettingsReader(options)

    def default_dockerfile(folder: str) -> str:
        return options.file or reader.read(folder).build.get("file", DOCKERFILE)

    in_revision = options.git_rev is not None
    if in_revision and options.recursive:
        raise UsageError("--recursive cannot be used with --git-rev")
    paths = options.path or ["."]
    targets = find_targets(
        paths, default_dockerfile=default_dockerfile, recursive=options.recursive, in_revision=in_revision
    )
    return [(target, reader.read(target.folder)) for target in targets]


# One app


def _check(options: argparse.Namespace, target: Target, settings: Settings, shared: Shared, lock: SharedLock) -> Result:
    try:
        files = read_files(options, target, settings)
    except SourceError as error:
        return _unread(target, error)
    read = build_app(options, target, files, shared, settings)
    verdict: render.Verdict = "refused"
    found = [*shared.found.found, *lock.errors]
    if shared.found.failed:
        found += check_procfile(files)
    else:
        try:
            plan = read.resolve()
            verdict = _verdict(plan)
            found += [*plan.diagnostics, *shared.differences(plan), *lock.check(plan)]
        except DeploySpecError as error:
            found += error.diagnostics
            if _is_unknown(options, files, error):
                found = [_image_unknown(read) if one.code == "nothing-to-deploy" else one for one in found]
                verdict = "unknown" if all(one.severity != "error" for one in found) else "refused"
    app = render.CheckedApp(target.path, verdict, tuple(read.located(found)))
    return Result(app, {**read.texts, **lock.texts})


def _verdict(plan: DeployPlan) -> render.Verdict:
    verdicts: dict[type, render.Verdict] = {Pull: "pull", Build: "build", Extend: "extend"}
    return verdicts[type(plan.action)]


def _is_unknown(options: argparse.Namespace, files: AppFiles, error: DeploySpecError) -> bool:
    """Whether an app has nothing to deploy only because no config was given, which may name the image."""
    has_config = bool(options.env_file or options.set)
    return (
        files.procfile is not None and not has_config and "nothing-to-deploy" in {one.code for one in error.diagnostics}
    )


def _image_unknown(read: ReadApp) -> Diagnostic:
    return Diagnostic(
        "image-unknown",
        "image is unknown, because no config was given and there is no Dockerfile",
        "note",
        source=PROCFILE,
        hint=f"pass the stored config with `--env-file`, or `--set {read.app.profile.image_variable}=…`",
    )


def _audit(options: argparse.Namespace, target: Target, settings: Settings, shared: Shared, policy: Policy) -> Result:
    try:
        files = read_files(options, target, settings)
    except SourceError as error:
        return _unread(target, error)
    read = build_app(options, target, files, shared, settings)
    try:
        shared.found.raise_if_failed(DeploySpecError)
        plan = read.resolve()
    except DeploySpecError as error:
        found = read.located(error.diagnostics)
        return Result(render.CheckedApp(target.path, "refused", tuple(found)), read.texts)
    audited = _audited(target.path, plan, policy)
    return Result(attrs.evolve(audited, diagnostics=tuple(read.located(audited.diagnostics))), read.texts)


def _audited(path: str, plan: DeployPlan, policy: Policy) -> render.CheckedApp:
    from deployspec import audit

    return render.CheckedApp(path, _verdict(plan), audit(plan, policy))


def _unread(target: Target, error: SourceError) -> Result:
    return Result(render.CheckedApp(target.path, "refused", error.diagnostics), is_read=False)


# Output


def _print(options: argparse.Namespace, results: list[Result], noun: str) -> int:
    """Print results in the format of the options and return the exit code."""
    results = [attrs.evolve(one, app=_with_options(one.app)) for one in results]
    found = [one for result in results for one in result.app.diagnostics]
    match options.format:
        case "text":
            sys.stdout.write("".join(_text(options, results, noun)))
        case "json":
            sys.stdout.write(render.check_report(result.app for result in results))
        case _:
            sys.stdout.write(render.diagnostics(dict.fromkeys(found), format=options.format))
    if any(not result.is_read for result in results):
        return USAGE
    lowest = _RANKS[options.fail_on]
    return PROBLEMS if any(_RANKS[one.severity] >= lowest for one in found) else SUCCESS


def _with_options(app: render.CheckedApp) -> render.CheckedApp:
    return attrs.evolve(app, diagnostics=tuple(with_options(app.diagnostics)))


def _text(options: argparse.Namespace, results: Iterable[Result], noun: str) -> Iterator[str]:
    """Yield the diagnostics of each app, each diagnostic once, and the summary."""
    color, seen = colored(sys.stdout, options.color), dict[Diagnostic, None]()
    paths: set[str] = set()
    for result in results:
        new = [one for one in dict.fromkeys(result.app.diagnostics) if one not in seen]
        seen.update(dict.fromkeys(new))
        paths.add(result.app.path)
        yield render.diagnostics(new, sources=result.texts, color=color)
    if not options.quiet:
        counts = Counter(one.severity for one in seen)
        parts = ["no errors" if not counts["error"] else _count(counts["error"], "error")]
        parts += [_count(counts[severity], severity) for severity in ("warning", "note") if counts[severity]]
        yield f"{', '.join(parts)} in {_count(len(paths), noun)}\n"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
