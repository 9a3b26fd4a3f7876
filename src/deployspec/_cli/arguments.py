"""The options of each command. Nothing is imported that only running a command needs."""

from __future__ import annotations

import argparse
from typing import get_args

PROFILES = ("aptible-2016", "aptible-current")
COLORS = ("auto", "always", "never")
FORMATS = ("text", "json", "github", "gitlab", "sarif")
SEVERITIES = ("error", "warning", "note")
EXPORTS = ("commands", "compose", "kubernetes", "bake", "source-policy", "auth-file", "kubernetes-secret")


# Options that several commands have


def _add_color(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--color",
        choices=COLORS,
        default="auto",
        help="colour the output (default: auto, in a terminal; NO_COLOR and FORCE_COLOR are respected)",
    )


def add_plan_options(command: argparse.ArgumentParser) -> None:
    """Add the options of a command for one app."""
    command.add_argument(
        "path",
        nargs="?",
        default=".",
        metavar="PATH",
        help="directory or git repository of the app, or one of its files (default: .)",
    )
    _add_app_options(command)


def _add_paths(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "path",
        nargs="*",
        metavar="PATH",
        help="directories or git repositories of apps, or Procfiles and Dockerfiles in them (default: .)",
    )
    command.add_argument("--recursive", action="store_true", help="find all apps below each PATH")


def _add_output_options(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("output options")
    group.add_argument("--format", choices=FORMATS, default="text", help="format of the output (default: text)")
    group.add_argument(
        "--fail-on", choices=SEVERITIES, default="error", help="lowest severity for exit code 1 (default: error)"
    )
    group.add_argument("--quiet", action="store_true", help="print diagnostics without a summary")
    _add_color(command)


def add_check_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `check`."""
    _add_paths(command)
    _add_app_options(command, color=False)
    command.add_argument(
        "--lock", metavar="FILE", help="check that this lock file has an entry for each image, and no other entry"
    )
    _add_output_options(command)
    group = command.add_argument_group("selection options")
    group.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="CODES",
        help="report only these codes: a comma-separated list of codes or prefixes such as procfile- (repeatable)",
    )
    group.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="CODES",
        help="do not report these codes (as for --select)",
    )


def _add_app_options(command: argparse.ArgumentParser, *, color: bool = True) -> None:
    command.add_argument("--git-rev", metavar="REV", help="read the files from this git revision")
    command.add_argument(
        "--env-file",
        action="append",
        default=[],
        metavar="FILE",
        help="read config from a file of NAME=VALUE lines, or - for standard input (repeatable, later files win)",
    )
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set a config variable (repeatable, overrides --env-file); other users can see VALUE in the list of "
        "processes, so for a secret write NAME=-, which reads VALUE from standard input, or use --env-file",
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
        choices=PROFILES,
        help=f"rules of the platform (default: {PROFILES[0]})",
    )
    command.add_argument(
        "--settings",
        metavar="FILE",
        help="read the settings from this file only (default: deployspec.toml or pyproject.toml, from the app's "
        "directory upward)",
    )
    command.add_argument("--no-settings", action="store_true", help="read no settings file")
    command.add_argument("--prefix", metavar="PREFIX", help="prefix of the control variables (default: APTIBLE_)")
    if color:
        _add_color(command)
    _add_build_options(command, of_app=True)


def _add_build_options(command: argparse.ArgumentParser, *, of_app: bool) -> None:
    group = command.add_argument_group("build options")
    if of_app:
        group.add_argument(
            "--file", metavar="FILE", help="path of the Dockerfile, relative to the app (default: Dockerfile)"
        )
        group.add_argument(
            "--procfile", metavar="FILE", help="path of the Procfile, relative to the app (default: Procfile)"
        )
        group.add_argument("--context", metavar="DIR", help="build context, relative to the app (default: .)")
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
    group.add_argument("--target", metavar="STAGE", help="stage to build (default: the last stage)")
    group.add_argument("--platform", metavar="PLATFORM", help="target platform (default: linux/amd64)")


def add_images_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `images`."""
    command.add_argument(
        "file",
        nargs="*",
        metavar="FILE",
        help="Dockerfiles or directories of apps, or - for standard input (default: Dockerfile)",
    )
    command.add_argument("--all", action="store_true", help="list the images of all stages, not only of the target")
    command.add_argument("--json", action="store_true", help="print JSON with both lists of each file")
    _add_color(command)
    _add_build_options(command, of_app=False)


def add_diff_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `diff`."""
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
    command.add_argument("--exit-code", action="store_true", help="exit with code 1 if there is a change")
    _add_color(command)


def add_pin_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `pin`."""
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
    _add_color(command)


def add_audit_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `audit`."""
    _add_paths(command)
    _add_app_options(command, color=False)
    _add_output_options(command)
    command.add_argument(
        "--policy", metavar="FILE", help="policy to check, a JSON object (default: the policy of the settings)"
    )
    command.add_argument(
        "--plan", metavar="PLAN.json", help="check this plan instead of an app, or - for standard input"
    )


def add_export_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `export`."""
    from deployspec.render import Tool

    command.add_argument("format", choices=EXPORTS, metavar="FORMAT", help=", ".join(EXPORTS))
    add_plan_options(command)
    group = command.add_argument_group("export options")
    group.add_argument(
        "--plan", metavar="PLAN.json", help="export this plan instead of an app's, or - for standard input"
    )
    group.add_argument(
        "--tool", choices=get_args(Tool), help="for auth-file and commands: tool to use (default: docker)"
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
    group.add_argument(
        "--strict", action="store_true", help="fail without output if a feature is unsupported (default: warn)"
    )
    group.add_argument("--show-secrets", action="store_true", default=None, help="print secrets on standard output")


def add_lookup_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `lookup`."""
    from deployspec._logins.lookup.values import CLIENTS
    from deployspec.render import LookupFormat

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
        "--format", choices=get_args(LookupFormat), default="text", help="output format (default: text)"
    )
    _add_color(command)


def add_rule_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `rule`."""
    command.add_argument("code", nargs="?", metavar="CODE", help="diagnostic code, such as procfile-no-colon")
    command.add_argument("--list", action="store_true", help="print all codes, one a line")


def add_completion_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `completion`."""
    command.add_argument("shell", choices=("bash", "zsh"), help="bash or zsh")


def add_schema_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `schema`."""
    command.add_argument(
        "document",
        nargs="?",
        choices=("plan", "check"),
        default="plan",
        help="plan, or check for the results of check and audit (default: plan)",
    )


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
