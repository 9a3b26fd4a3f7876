"""The commands, their options, and the parser of the command line."""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, get_args

import attrs

from deployspec import APTIBLE_2016, render
from deployspec._cli.apps import PROFILES, run_check, run_explain, run_plan
from deployspec._cli.exports import FORMATS, run_export
from deployspec._cli.images import run_images
from deployspec._cli.lookups import run_lookup
from deployspec._cli.plans import run_audit, run_diff, run_pin, run_schema
from deployspec._cli.terminal import USAGE, without_value
from deployspec._logins.lookup.values import CLIENTS

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_EXIT_CODES = """\
Exit codes:
  0    success
  1    problems found: errors in the input, or a violated policy
  2    wrong usage, or a file that cannot be read or written
  130  interrupted
"""


# Options


def _add_app_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="directory or git repository of the app (default: .)"
    )
    command.add_argument("--git-rev", metavar="REV", help="read the files from this git revision")
    command.add_argument(
        "--env-file",
        action="append",
        default=[],
        metavar="FILE",
        help="read config from a file of NAME=VALUE lines (repeatable, later files win)",
    )
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set a config variable (repeatable, overrides --env-file)",
    )
    command.add_argument(
        "--docker-config",
        metavar="FILE",
        help="read the logins of the app's owner from a config.json, auth.json, .dockercfg or Kubernetes Secret in "
        "JSON, or - for standard input",
    )
    command.add_argument(
        "--mirror",
        action="append",
        default=[],
        metavar="PREFIX=LOCATION",
        help="pull images below PREFIX from LOCATION (repeatable), such as docker.io=mirror.example.com/hub",
    )
    command.add_argument(
        "--profile",
        choices=sorted(PROFILES),
        default=APTIBLE_2016.name,
        help=f"rules of the platform (default: {APTIBLE_2016.name})",
    )
    command.add_argument("--prefix", metavar="PREFIX", help="prefix of the control variables (default: APTIBLE_)")
    _add_build_options(command, of_app=True)


def _add_check_options(command: argparse.ArgumentParser) -> None:
    _add_app_options(command)
    command.add_argument(
        "--lock", metavar="FILE", help="check that this lock file has an entry for each image, and no other entry"
    )


def _add_build_options(command: argparse.ArgumentParser, *, of_app: bool) -> None:
    group = command.add_argument_group("build options")
    if of_app:
        group.add_argument(
            "--file",
            default="Dockerfile",
            metavar="FILE",
            help="path of the Dockerfile, relative to PATH (default: Dockerfile)",
        )
        group.add_argument("--context", default=".", metavar="DIR", help="build context, relative to PATH (default: .)")
    group.add_argument(
        "--build-arg",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="set a build argument (repeatable)",
    )
    group.add_argument(
        "--build-context",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="add a named build context (repeatable)",
    )
    if of_app:
        group.add_argument(
            "--secret",
            action="append",
            default=[],
            type=_source,
            metavar="ID[=SOURCE]",
            help="id of a build secret that you can provide (repeatable, default: unknown); for export also its "
            "source: the path of a file, or env=NAME",
        )
        group.add_argument(
            "--ssh",
            action="append",
            default=[],
            type=_source,
            metavar="ID[=PATH]",
            help="id of an SSH agent or key that you can provide to the build, such as default (repeatable, default: "
            "unknown); for export also its path",
        )
    group.add_argument("--target", default="", metavar="STAGE", help="stage to build (default: the last stage)")
    group.add_argument(
        "--platform", default="linux/amd64", metavar="PLATFORM", help="target platform (default: linux/amd64)"
    )


def _add_images_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file",
        nargs="?",
        default="Dockerfile",
        metavar="FILE",
        help="path of the Dockerfile, or - for standard input (default: Dockerfile)",
    )
    command.add_argument("--all", action="store_true", help="list the images of all stages, not only of the target")
    command.add_argument("--json", action="store_true", help="print JSON with both lists")
    _add_build_options(command, of_app=False)


def _add_diff_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("old", metavar="OLD.json", help="plan that is running, or - for standard input")
    command.add_argument("new", metavar="NEW.json", help="plan that will run, or - for standard input")
    config = command.add_mutually_exclusive_group()
    config.add_argument(
        "--config-changed", action="store_true", default=None, help="a config value has changed (default: unknown)"
    )
    config.add_argument(
        "--config-unchanged", dest="config_changed", action="store_false", help="no config value has changed"
    )
    command.add_argument("--json", action="store_true", help="print JSON")


def _add_pin_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("plan", metavar="PLAN.json", help="plan to pin, or - for standard input")
    command.add_argument(
        "--digest",
        action="append",
        default=[],
        type=_digest,
        metavar="REF=sha256:...",
        help="digest of an image of the plan (repeatable)",
    )
    command.add_argument("--lock", metavar="FILE", help="read the digests from this lock file instead")
    command.add_argument(
        "--print",
        choices=("plan", "needed", "lock"),
        default="plan",
        help="print the pinned plan, the images that need a digest, or a lock file of the digests (default: plan)",
    )


def _add_audit_options(command: argparse.ArgumentParser) -> None:
    _add_app_options(command)
    command.add_argument("--policy", required=True, metavar="FILE", help="policy to check, a JSON object (required)")
    command.add_argument(
        "--plan", metavar="PLAN.json", help="check this plan instead of an app, or - for standard input"
    )


def _add_export_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("format", choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS))
    _add_app_options(command)
    group = command.add_argument_group("export options")
    group.add_argument(
        "--plan", metavar="PLAN.json", help="export this plan instead of an app's, or - for standard input"
    )
    group.add_argument(
        "--tool", choices=get_args(render.Tool), help="for auth-file and commands: tool to use (default: docker)"
    )
    group.add_argument(
        "--tool-version",
        metavar="VERSION",
        help="for commands: version of the tool (default: current for docker and buildx, else unknown)",
    )
    group.add_argument(
        "--tag", metavar="TAG", help="for commands: name of the built image (default: localhost/app:latest)"
    )
    group.add_argument("--auth-file", metavar="FILE", help="for commands: path of the auth file to use")
    group.add_argument(
        "--source-policy", metavar="FILE", help="for commands: path of the source policy that docker and buildx enforce"
    )
    group.add_argument("--json", action="store_true", default=None, help="for commands: print JSON")
    group.add_argument("--image", metavar="REF", help="for kubernetes: reference of the pushed image of a build")
    group.add_argument("--secret-name", metavar="NAME", help="for kubernetes and kubernetes-secret: name of the Secret")
    group.add_argument(
        "--allow-widening",
        action="store_true",
        default=None,
        help="for auth-file and kubernetes-secret: let the tool use a login for anonymous images too (default: error)",
    )
    group.add_argument(
        "--output", metavar="FILE", help="write to a new file that only you can read, or - for standard output"
    )
    group.add_argument("--force", action="store_true", help="overwrite the file of --output if it is a regular file")
    group.add_argument("--show-secrets", action="store_true", default=None, help="print secrets on standard output")


def _add_lookup_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("image", metavar="IMAGE", help="image reference, exactly as your tool or manifest spells it")
    command.add_argument(
        "--docker-config",
        required=True,
        metavar="FILE",
        help="config.json, auth.json, .dockercfg or Kubernetes Secret in JSON, or - for standard input (required)",
    )
    command.add_argument(
        "--client",
        action="append",
        default=[],
        choices=CLIENTS,
        metavar="CLIENT",
        help=f"show only this client (repeatable, default: all): {', '.join(CLIENTS)}",
    )
    command.add_argument(
        "--format", choices=get_args(render.LookupFormat), default="text", help="output format (default: text)"
    )


def _no_options(command: argparse.ArgumentParser) -> None:
    """Add nothing: `schema` has no options."""


def _pair(text: str) -> tuple[str, str]:
    """Parse `NAME=VALUE`; the value of a name without `=` is not read from the environment."""
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError("expected NAME=VALUE")
    return name, value


def _source(text: str) -> tuple[str, str]:
    """Parse `ID` or `ID=SOURCE`."""
    name, _, source = text.partition("=")
    if not name:
        raise argparse.ArgumentTypeError("expected ID or ID=SOURCE")
    return name, source


def _digest(text: str) -> tuple[str, str]:
    reference, equals, digest = text.rpartition("=")
    if not reference or not equals:
        raise argparse.ArgumentTypeError("expected REF=sha256:...")
    return reference, digest


# Commands


@attrs.frozen
class Command:
    """A command: its name, help, examples and options, and the function that runs it."""

    name: str
    summary: str
    examples: tuple[str, ...]
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS = (
    Command(
        "plan",
        "print the deploy plan as JSON",
        ("deployspec plan . --env-file config.env --set RAILS_ENV=production",),
        _add_app_options,
        run_plan,
    ),
    Command(
        "explain",
        "explain the plan in plain text",
        ("deployspec explain app.git --git-rev main --env-file config.env",),
        _add_app_options,
        run_explain,
    ),
    Command(
        "check",
        "check an app and print all diagnostics on standard error",
        ("deployspec check . --profile aptible-current", "deployspec check . --lock deployspec.lock"),
        _add_check_options,
        run_check,
    ),
    Command(
        "images",
        "list the images that a build of a Dockerfile pulls",
        ("deployspec images Dockerfile --target web --build-arg TAG=3.4 --json",),
        _add_images_options,
        run_images,
    ),
    Command(
        "diff",
        "list the changes between two plans, and the work that they require",
        ("deployspec diff old.json new.json", "deployspec plan . | deployspec diff old.json - --config-unchanged"),
        _add_diff_options,
        run_diff,
    ),
    Command(
        "pin",
        "print a plan with a digest for every image",
        (
            "deployspec pin plan.json --digest ruby:3.4=sha256:... --digest quay.io/acme/base=sha256:...",
            "deployspec pin plan.json --print needed",
            "deployspec pin plan.json --lock deployspec.lock",
        ),
        _add_pin_options,
        run_pin,
    ),
    Command(
        "audit",
        "check a plan against a policy; exit code 1 if it is violated",
        ("deployspec audit . --policy policy.json", "deployspec audit --plan plan.json --policy policy.json"),
        _add_audit_options,
        run_audit,
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
        _add_export_options,
        run_export,
    ),
    Command(
        "lookup",
        "show which login docker, podman, the kubelet and other clients use for an image",
        (
            "deployspec lookup quay.io/acme/app:1.4 --docker-config ~/.docker/config.json",
            "deployspec lookup ubuntu --docker-config auth.json --client podman --client docker",
        ),
        _add_lookup_options,
        run_lookup,
    ),
    Command(
        "schema", "print the JSON Schema of plans", ("deployspec schema > plan.schema.json",), _no_options, run_schema
    ),
)


# The parser


class _Parser(argparse.ArgumentParser):
    """Reports wrong usage on one line, without values that may be secrets."""

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        if file is not None and file is sys.stdout:  # argparse ignores that help cannot be written
            file.write(message)
        else:
            super()._print_message(message, file)

    def error(self, message: str) -> NoReturn:
        prefix, found, arguments = message.partition("unrecognized arguments: ")
        if found:
            # The text after the first space may belong to a value that contains spaces.
            first = arguments.split(" ", 1)[0]
            message = (
                f"{prefix}unknown option {without_value(first)}" if first.startswith("-") else "too many arguments"
            )
        # An invalid choice, in either kind of quotes, may be a value whose `--set` was forgotten.
        message = re.sub(r"(?s)invalid choice: (?!'[^'\"=\s]*' \(choose).* \(choose", "invalid choice (choose", message)
        message = re.sub(r"(?s)ignored explicit argument .*", "does not accept a value", message)
        self.exit(USAGE, f"{self.prog}: {message} (try `{self.prog} --help`)\n")


def _wrapped(text: str) -> str:
    """Wrap a description, because `RawDescriptionHelpFormatter` wraps neither it nor the examples."""
    return textwrap.fill(text, 80)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; the parsed options contain `run`, the function of the command."""
    root = _Parser(
        prog="deployspec",
        description=_wrapped(
            "Decide which image a deploy pulls, builds or extends, with which login, and which services it starts."
        ),
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    subparsers = root.add_subparsers(
        title="commands", dest="command", required=True, metavar="COMMAND", parser_class=_Parser
    )
    for command in COMMANDS:
        subparser = subparsers.add_parser(
            command.name,
            help=command.summary,
            description=_wrapped(f"{command.summary[0].upper()}{command.summary[1:]}."),
            epilog="\n  ".join(("Examples:" if command.examples[1:] else "Example:", *command.examples)),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.add_options(subparser)
        subparser.set_defaults(run=command.run)
    return root
