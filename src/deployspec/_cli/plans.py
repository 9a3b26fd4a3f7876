"""The commands for stored plans: `diff`, `pin` and `schema`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from deployspec import (
    DeployPlan,
    DeploySpecError,
    diff,
    lock_to_json,
    pin,
    pins_needed,
    plan_from_json,
    plan_schema,
    plan_to_json,
)
from deployspec._cli.exit_codes import PROBLEMS, SUCCESS
from deployspec._cli.inputs import read_input
from deployspec._cli.locks import read_lock
from deployspec._cli.terminal import CliError, UsageError, report
from deployspec._core.text import one_line, without_workflow_commands
from deployspec.render import check_report_schema
from deployspec.render._shared import json_text

if TYPE_CHECKING:
    import argparse


def read_plan(path: str) -> DeployPlan:
    """Read a plan from a JSON file, or from standard input for `-`."""
    name, text = read_input(path)
    try:
        return plan_from_json(text)
    except DeploySpecError as error:
        raise CliError(error.diagnostics, source=name) from None


def run_diff(options: argparse.Namespace) -> int:
    """List the changes, one a line, and the work that they require."""
    found = diff(read_plan(options.old), read_plan(options.new), config_changed=options.config_changed)
    if options.json:
        sys.stdout.write(json_text(found.to_dict()))
    else:
        reasons = (f"  {reason}" for reason in found.reasons)
        for line in (*found.changes, f"requires {found.requires}", *reasons):
            sys.stdout.write(f"{without_workflow_commands(one_line(str(line)))}\n")
    return PROBLEMS if options.exit_code and found.changes else SUCCESS


def run_pin(options: argparse.Namespace) -> int:
    """Print the pinned plan as JSON."""
    digests: dict[str, str] = {}
    for reference, digest in options.digest:
        if digests.setdefault(reference, digest) != digest:
            raise UsageError(f"conflicting --digest options for {reference}")
    if options.lock is not None and digests:
        raise UsageError("--lock cannot be used with --digest")
    plan = read_plan(options.plan)
    if options.print == "needed":
        for reference in pins_needed(plan):
            print(reference)
        return SUCCESS
    file = None if options.lock is None else read_lock(options.lock)
    given = digests if file is None else file.lock
    try:
        pinned = pin(plan, given)
    except DeploySpecError as error:
        if file is None:
            raise CliError(error.diagnostics) from None
        raise CliError(file.named(error.diagnostics), texts={file.path: file.text}) from None
    if options.print == "lock":
        sys.stdout.write(lock_to_json(given))
        return SUCCESS
    own = [diagnostic for diagnostic in pinned.diagnostics if diagnostic.source == "pin"]
    report(own, color=options.color)
    sys.stdout.write(plan_to_json(pinned))
    return SUCCESS


def run_schema(options: argparse.Namespace) -> int:
    """Print the JSON Schema of a document."""
    sys.stdout.write(json_text(plan_schema() if options.document == "plan" else check_report_schema()))
    return SUCCESS
