"""The commands for stored plans: `diff`, `pin`, `audit` and `schema`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from deployspec import (
    DeployPlan,
    DeploySpecError,
    audit,
    diff,
    lock_to_json,
    parse_policy,
    pin,
    pins_needed,
    plan_from_json,
    plan_schema,
    plan_to_json,
)
from deployspec._cli.apps import resolve_app
from deployspec._cli.inputs import read_file, read_input
from deployspec._cli.locks import read_lock
from deployspec._cli.terminal import PROBLEMS, SUCCESS, CliError, UsageError, report
from deployspec._core.text import one_line, without_workflow_commands
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
    if options.old == options.new == "-":
        raise UsageError("only one of the two plans can be read from standard input")
    found = diff(read_plan(options.old), read_plan(options.new), config_changed=options.config_changed)
    if options.json:
        sys.stdout.write(json_text(found.to_dict()))
    else:
        for line in (*found.changes, f"requires {found.requires}"):
            sys.stdout.write(f"{without_workflow_commands(one_line(str(line)))}\n")
    return SUCCESS


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
    report(diagnostic for diagnostic in pinned.diagnostics if diagnostic.source == "pin")
    sys.stdout.write(plan_to_json(pinned))
    return SUCCESS


def run_audit(options: argparse.Namespace) -> int:
    """Print the violations of a policy on standard error."""
    try:
        policy = parse_policy(read_file(options.policy))
    except DeploySpecError as error:
        raise CliError(error.diagnostics, source=options.policy) from None
    plan = resolve_app(options).plan if options.plan is None else read_plan(options.plan)
    violations = audit(plan, policy)
    report(violations)
    if violations:
        return PROBLEMS
    print("the plan complies with the policy")
    return SUCCESS


def run_schema(options: argparse.Namespace) -> int:
    """Print the JSON Schema of plans."""
    del options
    sys.stdout.write(json_text(plan_schema()))
    return SUCCESS
