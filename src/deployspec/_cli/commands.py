"""The commands: their names, help and examples, and where their options and their code are.

Options and code are imported when a command runs, so that `--help` and `--version` start fast.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


class Command(NamedTuple):
    """A command: its name, summary and examples; `options` and `code` name functions."""

    name: str
    summary: str
    examples: tuple[str, ...]
    options: str
    code: str

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of this command to its parser."""
        cast("Callable[[argparse.ArgumentParser], None]", _imported("arguments", self.options))(parser)

    def run(self, options: argparse.Namespace) -> int:
        """Run the command and return its exit code."""
        module, _, name = self.code.partition(":")
        return cast("Callable[[argparse.Namespace], int]", _imported(module, name))(options)


def _imported(module: str, name: str) -> object:
    return getattr(importlib.import_module(f"deployspec._cli.{module}"), name)


_COMMANDS = (
    Command(
        "plan",
        "print the deploy plan as JSON",
        ("deployspec plan . --env-file config.env --set RAILS_ENV=production",),
        "add_plan_options",
        "apps:run_plan",
    ),
    Command(
        "explain",
        "explain the plan in plain text",
        ("deployspec explain app.git --git-rev main --env-file config.env",),
        "add_plan_options",
        "apps:run_explain",
    ),
    Command(
        "check",
        "check apps and print all diagnostics",
        (
            "deployspec check . --profile aptible-current",
            "deployspec check services/api/Procfile services/web/Dockerfile --format github",
            "deployspec check --recursive . --ignore image-unknown --fail-on warning",
            "deployspec check . --lock deployspec.lock",
        ),
        "add_check_options",
        "checks:run_check",
    ),
    Command(
        "images",
        "list the images that builds of Dockerfiles pull",
        (
            "deployspec images Dockerfile --target web --build-arg TAG=3.4 --json",
            "deployspec images services/*/Dockerfile",
        ),
        "add_images_options",
        "images:run_images",
    ),
    Command(
        "diff",
        "list the changes between two plans, and the work that they require",
        ("deployspec diff old.json new.json", "deployspec plan . | deployspec diff old.json - --config-unchanged"),
        "add_diff_options",
        "plans:run_diff",
    ),
    Command(
        "pin",
        "print a plan with a digest for every image",
        (
            "deployspec pin plan.json --digest ruby:3.4=sha256:... --digest quay.io/acme/base=sha256:...",
            "deployspec pin plan.json --print needed",
            "deployspec pin plan.json --lock deployspec.lock",
        ),
        "add_pin_options",
        "plans:run_pin",
    ),
    Command(
        "audit",
        "check plans against a policy; exit code 1 if it is violated",
        (
            "deployspec audit . --policy policy.json",
            "deployspec audit --recursive services --policy policy.json --format github",
            "deployspec audit --plan plan.json --policy policy.json",
        ),
        "add_audit_options",
        "checks:run_audit",
    ),
    Command(
        "export",
        "print or write a plan for another tool; unsupported features are reported on standard error",
        (
            "deployspec export compose . --env-file config.env > compose.yaml",
            "deployspec export auth-file . --env-file config.env --tool skopeo --output auth.json",
            "deployspec export commands . --tool buildah --auth-file auth.json",
            "deployspec export kubernetes --plan pinned.json --secret-name registry",
        ),
        "add_export_options",
        "exports:run_export",
    ),
    Command(
        "lookup",
        "show which login docker, podman, the kubelet and other clients use for an image",
        (
            "deployspec lookup quay.io/acme/app:1.4 --docker-config ~/.docker/config.json",
            "deployspec lookup ubuntu --docker-config auth.json --client podman --client docker",
        ),
        "add_lookup_options",
        "lookups:run_lookup",
    ),
    Command(
        "rule",
        "print what a diagnostic code means, how to fix it, and examples",
        ("deployspec rule procfile-no-colon", "deployspec rule --list"),
        "add_rule_options",
        "rules:run_rule",
    ),
    Command(
        "settings",
        "print the settings that are in force for an app, and where each comes from",
        ("deployspec settings services/api",),
        "add_plan_options",
        "show_settings:run_settings",
    ),
    Command(
        "completion",
        "print a script that completes commands and options in a shell",
        ("deployspec completion bash > ~/.local/share/bash-completion/completions/deployspec",),
        "add_completion_options",
        "completion:run_completion",
    ),
    Command(
        "schema",
        "print the JSON Schema of plans, or of the results of check",
        ("deployspec schema > plan.schema.json", "deployspec schema check > check.schema.json"),
        "add_schema_options",
        "plans:run_schema",
    ),
)
COMMANDS = {command.name: command for command in _COMMANDS}
