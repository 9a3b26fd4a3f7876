"""The command line: `deployspec plan | explain | check | images`.

The only edge of the library: it reads files and git revisions, and it prints. Config comes from the options alone.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
from typing import TYPE_CHECKING, NoReturn, TextIO

import attrs

from deployspec import (
    APTIBLE_2016,
    APTIBLE_CURRENT,
    App,
    BaseImage,
    BuildImages,
    BuildOptions,
    DeployPlan,
    DeploySpecError,
    Diagnostic,
    InvalidEnv,
    InvalidProcfile,
    Keyring,
    Profile,
    parse_assignments,
    parse_docker_config,
    parse_dockerfile,
    parse_env,
    parse_procfile,
    plan_to_json,
    render,
    resolve,
)
from deployspec._sources import SourceError, Tree, read_file, read_folder, read_revision, without_value
from deployspec.render._style import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["main"]

PLAN, FAULTY, USAGE, INTERRUPTED = 0, 1, 2, 130
_PROFILES = {profile.name: profile for profile in (APTIBLE_2016, APTIBLE_CURRENT)}

_EXAMPLES = {
    "plan": "deployspec plan . --env-file config.env --set RAILS_ENV=production",
    "explain": "deployspec explain app.git --git-rev main --env-file config.env",
    "check": "deployspec check . --profile aptible-current",
    "images": "deployspec images Dockerfile --target web --build-arg TAG=3.4 --json",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 a plan, 1 the input is at fault, 2 usage."""
    for stream in (sys.stdout, sys.stderr):
        # Names and commands may hold what the terminal's encoding cannot: it is escaped, not fatal.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up_output()
        return FAULTY
    except OSError as error:
        _give_up_output()
        print(f"deployspec: the output cannot be written: {(error.strerror or '').lower()}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _give_up_output() -> None:
    """Whoever read us has gone, or the disk is full: the interpreter must not complain when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(argv: Sequence[str] | None) -> int:
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else USAGE
    try:
        return _images(options) if options.command == "images" else _app_command(options)
    except SourceError as error:
        print(f"deployspec: {visible(str(error))}", file=sys.stderr)
        return USAGE
    except _Faulty as error:
        _tell(error.diagnostics, error.sources)
        return FAULTY


class _Faulty(Exception):  # carries diagnostics to the one place that prints them
    def __init__(self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.diagnostics = diagnostics
        self.sources = sources or {}


# Options


class _Parser(argparse.ArgumentParser):
    """Usage errors on one line, and without the arguments that `--set` was given."""

    def error(self, message: str) -> NoReturn:
        what, found, arguments = message.partition("unrecognized arguments: ")
        if found:
            options = [without_value(word) for word in arguments.split() if word.startswith("-")]
            message = f"{what}{found}{' '.join(options) or 'one too many'}"
        message = re.sub(r"=[^']*'", "=…'", message)
        self.exit(USAGE, f"{self.prog}: {message} (try `{self.prog} --help`)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="deployspec",
        description="Decide which image a deploy pulls, builds or extends, with which login, and what it starts.",
        epilog="Exit codes: 0 there is a plan, 1 the input is at fault, 2 the command line is.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for name, what in (
        ("plan", "print the plan as JSON; warnings go to standard error"),
        ("explain", "tell the plan to a person"),
        ("check", "print all diagnostics on standard error"),
        ("images", "tell which images a build of a Dockerfile fetches"),
    ):
        epilog = f"Example: {_EXAMPLES[name]}"
        command = commands.add_parser(
            name, help=what, description=f"{what[0].upper()}{what[1:]}.", epilog=epilog, allow_abbrev=False
        )
        (_add_images_options if name == "images" else _add_app_options)(command)
        _add_build_options(command)
    return parser


def _add_app_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="the app's folder or repository (default: .)"
    )
    command.add_argument("--git-rev", metavar="REV", help="read the files from this revision of the repository at PATH")
    command.add_argument("--env-file", action="append", default=[], metavar="FILE", help="config, as NAME=VALUE lines")
    command.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="config that wins over files")
    command.add_argument("--docker-config", metavar="FILE", help="the app owner's logins: a Docker config.json")
    command.add_argument("--profile", choices=sorted(_PROFILES), default=APTIBLE_2016.name, help="the platform's rules")
    command.add_argument("--prefix", metavar="PREFIX", help="how the control variables begin, such as MYPAAS_")
    command.add_argument("--file", default="Dockerfile", metavar="DOCKERFILE", help="default: Dockerfile")
    command.add_argument("--context", default=".", metavar="DIR", help="the build context (default: .)")


def _add_images_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file", nargs="?", default="Dockerfile", metavar="FILE", help="default: Dockerfile; - is standard input"
    )
    command.add_argument("--all", action="store_true", help="every stage, not just what the target needs")
    command.add_argument("--json", action="store_true", help="print JSON, which holds both lists")


def _add_build_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--build-arg", action="append", default=[], metavar="NAME=VALUE", help="a build argument")
    command.add_argument("--build-context", action="append", default=[], metavar="NAME=VALUE", help="a named context")
    command.add_argument("--target", default="", metavar="STAGE", help="the stage to build (default: the last)")
    command.add_argument(
        "--platform", default="linux/amd64", metavar="P", help="the target platform (default: linux/amd64)"
    )


def _pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    """Read `NAME=VALUE` options; a name without a value is not looked up in the environment."""
    pairs: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not name or not equals:
            raise SourceError(f"{option} takes NAME=VALUE")
        pairs[name] = value
    return pairs


# Commands on an app


def _app_command(options: argparse.Namespace) -> int:
    tree = _read_tree(options)
    sources = _sources(options, tree)
    app = _read_app(options, tree)
    try:
        plan = resolve(app)
    except DeploySpecError as error:
        raise _Faulty(error.diagnostics, sources) from None
    match options.command:
        case "plan":
            _tell(plan.diagnostics, sources)
            sys.stdout.write(plan_to_json(plan))
        case "explain":
            sys.stdout.write(render.explain(plan, color=_colored(sys.stdout)))
        case _:
            _check(plan, sources)
    return PLAN


def _read_tree(options: argparse.Namespace) -> Tree:
    if options.git_rev is not None:
        return read_revision(options.path, options.git_rev, options.file)
    return read_folder(options.path, options.file)


def _read_app(options: argparse.Namespace, tree: Tree) -> App:
    found: list[Diagnostic] = []
    config = _read_config(options, found)
    keyring = _read_keyring(options, found)
    if found:
        # Without its config an app cannot be resolved, but its Procfile can be checked.
        raise _Faulty([*found, *_procfile_faults(tree)], _sources(options, tree))
    profile: Profile = _PROFILES[options.profile]
    return App(
        config,
        tree.procfile,
        tree.dockerfile,
        build=BuildOptions(
            dockerfile_path=options.file,
            context=options.context,
            target=options.target,
            platform=options.platform,
            args=_pairs("--build-arg", options.build_arg),
            contexts=_pairs("--build-context", options.build_context),
        ),
        revision=tree.revision,
        keyring=keyring,
        profile=profile if options.prefix is None else profile.with_prefix(options.prefix),
    )


def _procfile_faults(tree: Tree) -> tuple[Diagnostic, ...]:
    try:
        parse_procfile("web: run" if tree.procfile is None else tree.procfile)
    except InvalidProcfile as error:
        return error.diagnostics
    return ()


def _read_config(options: argparse.Namespace, found: list[Diagnostic]) -> dict[str, str]:
    """Read all config files, then the assignments; warnings are told at once, faults go to `found`."""
    config: dict[str, str] = {}
    for path in options.env_file:
        try:
            env = parse_env(read_file(path))
        except InvalidEnv as error:
            found += (attrs.evolve(one, source=path) for one in error.diagnostics)
        else:
            _tell([attrs.evolve(one, source=path) for one in env.diagnostics])
            config |= env.variables
    try:
        assigned = parse_assignments(options.set)
    except InvalidEnv as error:
        found += (attrs.evolve(one, source="--set") for one in error.diagnostics)
    else:
        _tell([attrs.evolve(one, source="--set") for one in assigned.diagnostics])
        config |= assigned.variables
    return config


def _read_keyring(options: argparse.Namespace, found: list[Diagnostic]) -> Keyring:
    path = options.docker_config
    if path is None:
        return Keyring()
    try:
        keyring = parse_docker_config(read_file(path))
    except DeploySpecError as error:
        found += (attrs.evolve(one, source=path) for one in error.diagnostics)
        return Keyring()
    _tell([attrs.evolve(one, source=path) for one in keyring.diagnostics])
    return keyring


def _sources(options: argparse.Namespace, tree: Tree) -> dict[str, str]:
    """The texts that excerpts are taken from: what is committed, never config."""
    texts = {"Procfile": tree.procfile, options.file: tree.dockerfile}
    return {name: text.decode("utf-8", "replace") for name, text in texts.items() if text is not None}


def _check(plan: DeployPlan, sources: Mapping[str, str]) -> None:
    _tell(plan.diagnostics, sources)
    counted = {severity: sum(one.severity == severity for one in plan.diagnostics) for severity in ("warning", "note")}
    told = ", ".join(f"{count} {name}{'s' * (count != 1)}" for name, count in counted.items() if count)
    print(f"no errors{', ' + told if told else ''}")


# The command on a Dockerfile alone


def _images(options: argparse.Namespace) -> int:
    text = sys.stdin.buffer.read() if options.file == "-" else read_file(options.file)
    name = "stdin" if options.file == "-" else options.file
    args, contexts = _pairs("--build-arg", options.build_arg), _pairs("--build-context", options.build_context)
    try:
        found = parse_dockerfile(text).images(
            build_args=args, target=options.target, platform=options.platform, contexts=contexts
        )
    except DeploySpecError as error:
        faults = [attrs.evolve(one, source=name) for one in error.diagnostics]
        raise _Faulty(faults, {name: text.decode("utf-8", "replace")}) from None
    _tell([attrs.evolve(one, source=name) for one in (*_opaque(found), *found.unknowns)])
    sys.stdout.write(_images_json(found) if options.json else _images_text(found, every=options.all))
    return PLAN


def _opaque(found: BuildImages) -> list[Diagnostic]:
    """Say where the list may be wrong: only the frontend itself knows what its language means."""
    if found.frontend is None or found.frontend.repository in APTIBLE_2016.frontends:
        return []
    message = f"the build is handed to the frontend `{found.frontend.familiar}`, which may fetch other images"
    return [Diagnostic("frontend-opaque", message, "warning")]


def _images_text(found: BuildImages, *, every: bool) -> str:
    """One reference a line, so that other tools can read them; a frontend first, since it is fetched first."""
    images = found.all if every else found.needed
    frontend = [] if found.frontend is None else [str(found.frontend)]
    references = dict.fromkeys([*frontend, *(str(image.reference) for image in images)])
    return "".join(f"{reference}\n" for reference in references)


def _images_json(found: BuildImages) -> str:
    def plain(image: BaseImage) -> dict[str, object]:
        return {**attrs.asdict(image, recurse=False), "reference": str(image.reference)}

    document = {
        "frontend": None if found.frontend is None else str(found.frontend),
        "needed": [plain(image) for image in found.needed],
        "all": [plain(image) for image in found.all],
        "unknowns": [one.message for one in found.unknowns],
    }
    return json.dumps(document, indent=2) + "\n"


# What is shown


def _tell(found: Sequence[Diagnostic], sources: Mapping[str, str] | None = None) -> None:
    sys.stderr.write(render.diagnostics(found, sources=sources or {}, color=_colored(sys.stderr)))


def _colored(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
