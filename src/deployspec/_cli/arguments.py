"""The commands and what they are told."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import NoReturn

import attrs

from deployspec._cli import apps, exports, images, plans
from deployspec._cli.sources import without_value
from deployspec._cli.terminal import USAGE

__all__: list[str] = []


@attrs.frozen
class Command:
    """One command: what it does, how it is used, what it takes, and what carries it out."""

    name: str
    what: str
    examples: tuple[str, ...]
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS = (
    Command(
        "plan",
        "print the plan as JSON; warnings go to standard error",
        ("deployspec plan . --env-file config.env --set RAILS_ENV=production",),
        apps.add_options,
        apps.plan,
    ),
    Command(
        "explain",
        "tell the plan to a person",
        ("deployspec explain app.git --git-rev main --env-file config.env",),
        apps.add_options,
        apps.explain,
    ),
    Command(
        "check",
        "print all diagnostics on standard error",
        ("deployspec check . --profile aptible-current",),
        apps.add_options,
        apps.check,
    ),
    Command(
        "images",
        "tell which images a build of a Dockerfile fetches",
        ("deployspec images Dockerfile --target web --build-arg TAG=3.4 --json",),
        images.add_options,
        images.run,
    ),
    Command(
        "diff",
        "tell what has changed between two plans, and the least to do about it",
        ("deployspec diff old.json new.json", "deployspec plan . | deployspec diff old.json - --config-unchanged"),
        plans.add_diff_options,
        plans.run_diff,
    ),
    Command(
        "pin",
        "print a plan with all its images at digests",
        ("deployspec pin plan.json --digest ruby:3.4=sha256:... --digest quay.io/acme/base=sha256:...",),
        plans.add_pin_options,
        plans.run_pin,
    ),
    Command(
        "audit",
        "hold a plan against a policy; what is against it is the exit code 1",
        ("deployspec audit . --policy policy.json", "deployspec audit --plan plan.json --policy policy.json"),
        plans.add_audit_options,
        plans.run_audit,
    ),
    Command(
        "export",
        "print or write a plan for another tool; what that cannot carry is told on standard error",
        (
            "deployspec export compose . --env-file config.env > compose.yaml",
            "deployspec export auth-file . --env-file config.env --tool skopeo --output auth.json",
            "deployspec export commands . --tool buildah --auth-file auth.json",
            "deployspec export kubernetes --plan pinned.json --secret-name registry",
        ),
        exports.add_options,
        exports.run,
    ),
    Command(
        "schema",
        "print the JSON Schema of a plan's JSON",
        ("deployspec schema > plan.schema.json",),
        plans.add_schema_options,
        plans.run_schema,
    ),
)


class _Parser(argparse.ArgumentParser):
    """Usage errors on one line, and without the arguments that `--set` was given."""

    def error(self, message: str) -> NoReturn:
        what, found, arguments = message.partition("unrecognized arguments: ")
        if found:
            # What follows the first blank may be a value that holds blanks.
            first = arguments.split(" ", 1)[0]
            message = f"{what}{found}{without_value(first) if first.startswith('-') else 'one too many'}"
        # A value whose `--set` was forgotten stands where a choice should, in quotes of either kind.
        message = re.sub(r"(?s)invalid choice: (?!'[^'\"=\s]*' \(choose).* \(choose", "invalid choice (choose", message)
        message = re.sub(r"(?s)ignored explicit argument .*", "takes no value", message)
        self.exit(USAGE, f"{self.prog}: {message} (try `{self.prog} --help`)\n")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; the command is carried out by `run` of what it returns."""
    whole = _Parser(
        prog="deployspec",
        description="Decide which image a deploy pulls, builds or extends, with which login, and what it starts.",
        epilog="Exit codes: 0 there is a plan, 1 the input is at fault, 2 the command line is.",
        allow_abbrev=False,
    )
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for one in COMMANDS:
        command = commands.add_parser(
            one.name,
            help=one.what,
            description=f"{one.what[0].upper()}{one.what[1:]}.",
            epilog="\n  ".join(("Examples:" if one.examples[1:] else "Example:", *one.examples)),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        one.add_options(command)
        command.set_defaults(run=one.run)
    return whole
