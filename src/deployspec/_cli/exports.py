"""`deployspec export`: a plan in another tool's format, and secrets only where they are asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs

from deployspec import App, DeployPlan, DeploySpecError, credentials_for, render
from deployspec._cli import apps
from deployspec._cli.plans import read_plan
from deployspec._cli.sources import SourceError
from deployspec._cli.terminal import PLAN, CliError, tell, write_exact, write_private
from deployspec.render import Export, Tool

if TYPE_CHECKING:
    import argparse

__all__: list[str] = []

_SECRET = ("auth-file", "kubernetes-secret")
_OPEN = ("commands", "compose", "kubernetes", "bake")
_TOOLS: tuple[Tool, ...] = ("docker", "podman", "buildah", "skopeo")
# Which formats take which option; an option that would do nothing is a mistake.
_TAKEN_BY = {
    "tool": ("auth-file", "commands"),
    "tag": ("commands",),
    "auth_file": ("commands",),
    "json": ("commands",),
    "image": ("kubernetes",),
    "secret_name": ("kubernetes", "kubernetes-secret"),
    "show_secrets": _SECRET,
}


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    command.add_argument("format", choices=(*_OPEN, *_SECRET), metavar="FORMAT", help=", ".join((*_OPEN, *_SECRET)))
    apps.add_options(command)
    command.add_argument("--plan", metavar="PLAN.json", help="export this plan, such as a pinned one; - is stdin")
    command.add_argument("--tool", choices=_TOOLS, help="for auth-file and commands: whose (default: docker)")
    command.add_argument("--tag", metavar="TAG", help="for commands: the name of what comes out")
    command.add_argument("--auth-file", metavar="FILE", help="for commands: where the auth file is")
    command.add_argument("--json", action="store_true", default=None, help="for commands: as lists of arguments")
    command.add_argument("--image", metavar="REF", help="for kubernetes: where a build's result was pushed")
    command.add_argument("--secret-name", metavar="NAME", help="for kubernetes, kubernetes-secret: the Secret's name")
    command.add_argument("--output", metavar="FILE", help="write a new file that only you can read")
    command.add_argument("--force", action="store_true", help="let --output replace what is there")
    command.add_argument(
        "--show-secrets", action="store_true", default=None, help="print secrets on standard output, not to --output"
    )


def run(options: argparse.Namespace) -> int:
    """Print or write a plan in another tool's format; what that cannot carry is told on standard error."""
    _check_options(options)
    app: App | None = None
    if options.plan is None:
        app, plan, sources = apps.plan_of(options)
        tell(plan.diagnostics, sources)
    else:
        plan = read_plan(options.plan)
    if options.format in _SECRET and app is None:
        app = apps.app_of(options)
    try:
        export = _export(options, plan, app)
    except DeploySpecError as error:
        raise CliError(error.diagnostics) from None
    tell(export.losses)
    if options.output is None:
        write_exact(export.text)
    else:
        write_private(options.output, export.text, replace=options.force)
    return PLAN


def _check_options(options: argparse.Namespace) -> None:
    for name, formats in _TAKEN_BY.items():
        if getattr(options, name) is not None and options.format not in formats:
            raise SourceError(f"--{name.replace('_', '-')} is not for {options.format}")
    if options.format in _SECRET and (options.output is None) == (options.show_secrets is None):
        raise SourceError(f"{options.format} holds secrets: name a file with --output, or say --show-secrets")
    if options.force and options.output is None:
        raise SourceError("--force is for --output")
    if options.format == "kubernetes-secret" and options.secret_name is None:
        raise SourceError("kubernetes-secret takes --secret-name")


def _export(options: argparse.Namespace, plan: DeployPlan, app: App | None) -> Export:
    tool: Tool = options.tool or "docker"
    match options.format:
        case "commands":
            return _commands(options, render.commands(plan, tool=tool, tag=options.tag, auth_file=options.auth_file))
        case "compose":
            return render.compose(plan)
        case "kubernetes":
            return render.kubernetes(plan, image=options.image, secret_name=options.secret_name)
        case "bake":
            return render.bake(plan)
        case _:
            credentials = credentials_for(plan, app or App())
            if options.format == "auth-file":
                return render.auth_file(plan, credentials, tool=tool)
            return render.kubernetes_secret(plan, credentials, name=options.secret_name)


def _commands(options: argparse.Namespace, found: render.Commands) -> Export:
    """Lines that a POSIX shell reads, or lists of arguments for programs."""
    if options.json:
        return Export(json.dumps([attrs.asdict(step) for step in found.steps], indent=2) + "\n", found.losses)
    return Export("".join(f"{step}\n" for step in found.steps), found.losses)
