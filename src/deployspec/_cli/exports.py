"""The command `export`: a plan in the format of another tool, with secrets only on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from deployspec import App, DeployPlan, DeploySpecError, credentials_for, render
from deployspec._cli.apps import read_app, resolve_app
from deployspec._cli.exit_codes import PROBLEMS, SUCCESS
from deployspec._cli.plans import read_plan
from deployspec._cli.terminal import CliError, UsageError, report, write_exact, write_private
from deployspec.render import Export, Tool
from deployspec.render._shared import document_text

if TYPE_CHECKING:
    import argparse

_SECRET_FORMATS = ("auth-file", "kubernetes-secret")
_IMPOSSIBLE = frozenset({"export-build-not-carried", "export-pull-not-carried"})
# The formats that support each option; the option is an error for the others.
_FORMATS_OF_OPTIONS = {
    "tool": ("auth-file", "commands"),
    "tool_version": ("commands",),
    "tag": ("commands",),
    "auth_file": ("commands",),
    "source_policy": ("commands",),
    "json": ("commands",),
    "image": ("kubernetes",),
    "secret_name": ("kubernetes", "kubernetes-secret"),
    "show_secrets": _SECRET_FORMATS,
    "allow_widening": _SECRET_FORMATS,
}


def run_export(options: argparse.Namespace) -> int:
    """Print or write a plan in the format of another tool, and report unsupported features on standard error."""
    if options.output == "-":
        options.output = None
    _check_options(options)
    app: App | None = None
    if options.plan is None:
        resolved = resolve_app(options)
        report(resolved.diagnostics, texts=resolved.texts, color=options.color)
        app, plan = resolved.read.app, resolved.plan
    else:
        plan = read_plan(options.plan)
    if options.format in _SECRET_FORMATS and app is None:
        app = read_app(options)
    try:
        export = _export(options, plan, app)
    except DeploySpecError as error:
        raise CliError(error.diagnostics) from None
    report(export.losses, color=options.color)
    if _is_refused(export, strict=options.strict):
        return PROBLEMS
    if options.output is None:
        write_exact(export.text)
    else:
        write_private(options.output, export.text, replace=options.force)
    return SUCCESS


def _is_refused(export: Export, *, strict: bool) -> bool:
    """Whether nothing is written: the tool cannot execute the plan at all, or, with `--strict`, not all of it."""
    codes = {loss.code for loss in export.losses}
    return not _IMPOSSIBLE.isdisjoint(codes) or (strict and any(loss.severity != "note" for loss in export.losses))


def _check_options(options: argparse.Namespace) -> None:
    for name, formats in _FORMATS_OF_OPTIONS.items():
        if getattr(options, name) is not None and options.format not in formats:
            raise UsageError(f"--{name.replace('_', '-')} cannot be used with {options.format}")
    if options.format in _SECRET_FORMATS and (options.output is None) == (options.show_secrets is None):
        raise UsageError(f"{options.format} contains secrets: use either --output FILE or --show-secrets")
    if options.force and options.output is None:
        raise UsageError("--force requires --output")
    if options.format == "kubernetes-secret" and options.secret_name is None:
        raise UsageError("kubernetes-secret requires --secret-name")


def _export(options: argparse.Namespace, plan: DeployPlan, app: App | None) -> Export:
    tool: Tool = options.tool or "docker"
    secrets = {name: source for name, source in options.secret if source}
    ssh = [f"{name}={path}" if path else name for name, path in options.ssh]
    match options.format:
        case "commands":
            commands = render.commands(
                plan,
                tool=tool,
                version=options.tool_version,
                tag=options.tag,
                auth_file=options.auth_file,
                source_policy=options.source_policy,
                secrets=secrets,
                ssh=ssh,
            )
            return _commands(commands, as_json=options.json is not None)
        case "compose":
            return render.compose(plan, secrets=secrets, ssh=ssh)
        case "kubernetes":
            return render.kubernetes(plan, image=options.image, secret_name=options.secret_name)
        case "bake":
            return render.bake(plan, secrets=secrets, ssh=ssh)
        case "source-policy":
            return render.source_policy(plan)
        case _:
            credentials, widening = credentials_for(plan, app or App()), options.allow_widening is not None
            if options.format == "auth-file":
                return render.auth_file(plan, credentials, tool=tool, allow_widening=widening)
            return render.kubernetes_secret(plan, credentials, name=options.secret_name, allow_widening=widening)


def _commands(commands: render.Commands, *, as_json: bool) -> Export:
    """Return lines for a POSIX shell, or JSON for programs."""
    if as_json:
        return Export(
            document_text([{**attrs.asdict(step), "argv": list(step.argv)} for step in commands.steps]), commands.losses
        )
    return Export("".join(f"{step}\n" for step in commands.steps), commands.losses)
