"""The commands on plans that are kept: `diff`, `pin`, `audit`, `schema`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import attrs

from deployspec import (
    DeployPlan,
    DeploySpecError,
    Diagnostic,
    audit,
    diff,
    parse_policy,
    pin,
    plan_from_json,
    plan_schema,
    plan_to_json,
)
from deployspec._cli import apps
from deployspec._cli.sources import SourceError, read_file, read_input
from deployspec._cli.terminal import FAULTY, PLAN, CliError, tell
from deployspec.render._style import visible

if TYPE_CHECKING:
    import argparse

__all__: list[str] = []


def read_plan(path: str) -> DeployPlan:
    """Read a plan from its JSON; `-` is standard input."""
    name, text = read_input(path)
    try:
        return plan_from_json(text)
    except DeploySpecError as error:
        raise CliError([attrs.evolve(one, source=name) for one in error.diagnostics]) from None


def add_diff_options(command: argparse.ArgumentParser) -> None:
    """Add what `diff` takes."""
    command.add_argument("old", metavar="OLD.json", help="the plan that was carried out; - is standard input")
    command.add_argument("new", metavar="NEW.json", help="the plan that is to be carried out")
    known = command.add_mutually_exclusive_group()
    known.add_argument("--config-changed", action="store_true", default=None, help="a value of the config has changed")
    known.add_argument(
        "--config-unchanged", dest="config_changed", action="store_false", help="no value of the config has changed"
    )
    command.add_argument("--json", action="store_true", help="print JSON")


def run_diff(options: argparse.Namespace) -> int:
    """Print the changes, one a line, and what they require."""
    if options.old == options.new == "-":
        raise SourceError("standard input is one plan, not two")
    found = diff(read_plan(options.old), read_plan(options.new), config_changed=options.config_changed)
    if options.json:
        sys.stdout.write(json.dumps(attrs.asdict(found), indent=2) + "\n")
    else:
        sys.stdout.write("".join(f"{visible(str(one))}\n" for one in (*found.changes, f"requires {found.requires}")))
    return PLAN


def add_pin_options(command: argparse.ArgumentParser) -> None:
    """Add what `pin` takes."""
    command.add_argument("plan", metavar="PLAN.json", help="the plan; - is standard input")
    command.add_argument(
        "--digest",
        action="append",
        default=[],
        metavar="REF=sha256:...",
        help="the digest of one image of the plan (for each)",
    )


def run_pin(options: argparse.Namespace) -> int:
    """Print the pinned plan as JSON."""
    digests: dict[str, str] = {}
    for one in options.digest:
        reference, equals, digest = one.rpartition("=")
        if not equals or not reference:
            raise SourceError("--digest takes REFERENCE=sha256:...")
        if digests.setdefault(reference, digest) != digest:
            raise SourceError(f"--digest is given twice for {reference}")
    try:
        pinned = pin(read_plan(options.plan), digests)
    except DeploySpecError as error:
        raise CliError(error.diagnostics) from None
    tell([one for one in pinned.diagnostics if one.source == "pin"])
    sys.stdout.write(plan_to_json(pinned))
    return PLAN


def add_audit_options(command: argparse.ArgumentParser) -> None:
    """Add what `audit` takes."""
    apps.add_options(command)
    command.add_argument("--policy", required=True, metavar="FILE", help="the policy: a JSON object")
    command.add_argument("--plan", metavar="PLAN.json", help="audit this plan, and read no app; - is standard input")


def run_audit(options: argparse.Namespace) -> int:
    """Print what is against the policy, on standard error."""
    try:
        policy = parse_policy(read_file(options.policy))
    except DeploySpecError as error:
        raise CliError([attrs.evolve(one, source=options.policy) for one in error.diagnostics]) from None
    plan = apps.plan_of(options)[1] if options.plan is None else read_plan(options.plan)
    found: tuple[Diagnostic, ...] = audit(plan, policy)
    tell(found)
    if found:
        return FAULTY
    print("nothing is against the policy")
    return PLAN


def add_schema_options(command: argparse.ArgumentParser) -> None:
    """`schema` takes nothing."""


def run_schema(options: argparse.Namespace) -> int:
    """Print the JSON Schema of a plan's JSON."""
    del options
    sys.stdout.write(json.dumps(plan_schema(), indent=2) + "\n")
    return PLAN
