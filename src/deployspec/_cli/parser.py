"""The parser of the command line, its help, and its messages about wrong usage."""

from __future__ import annotations

import argparse
import os
import re
import sys
import textwrap
from typing import TYPE_CHECKING, Any, NoReturn

from deployspec._cli.commands import COMMANDS, Command
from deployspec._cli.exit_codes import USAGE
from deployspec._cli.wording import did_you_mean, without_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from _typeshed import SupportsWrite

_EXIT_CODES = """\
Exit codes:
  0    success
  1    problems found: errors in the input, a violated policy, or a difference
       (diff --exit-code)
  2    wrong usage, a file that cannot be read or written, or an invalid policy
  130  interrupted
"""
_COMMAND_NAME = re.compile("[a-z-]{1,20}")
_USUAL_COLUMNS = 80
_QUOTES = "\"'"
_INVALID_CHOICE = re.compile(r"(?s)invalid choice: (.*) \(choose from (.*)\)")


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Finds the width itself, because argparse imports `shutil` for it, which takes as long as argparse."""

    def __init__(self, prog: str, **more: Any) -> None:  # noqa: ANN401  # depends on the version of Python
        super().__init__(prog, width=_columns() - 2, **more)


def _columns() -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(1).columns or _USUAL_COLUMNS
    except OSError:
        return _USUAL_COLUMNS


class Parser(argparse.ArgumentParser):
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
            message = f"{prefix}{self._unrecognized(arguments.split(' ', 1)[0])}"
        message = _INVALID_CHOICE.sub(_without_choice, message)
        message = re.sub(r"(?s)ignored explicit argument .*", "does not accept a value", message)
        from deployspec._core.text import one_line  # imported here, because help does not need it

        self.exit(USAGE, f"{one_line(f'{self.prog}: {message} (try `{self.prog} --help`)')}\n")

    def _unrecognized(self, argument: str) -> str:
        if not argument.startswith("-"):
            return "too many arguments"
        known = [name for action in self._actions for name in action.option_strings if name.startswith("--")]
        return f"unknown option {without_value(argument)}{did_you_mean(argument.partition('=')[0], known)}"


def _without_choice(found: re.Match[str]) -> str:
    """Leave out an invalid choice: it may be a value whose `--set` was forgotten."""
    valid = re.findall(r"[\w-]+", found[2])
    return f"invalid choice{did_you_mean(found[1].strip(_QUOTES), valid)} (choose from {', '.join(valid)})"


def parse(argv: Sequence[str]) -> tuple[Command, argparse.Namespace]:
    """Parse the command line; exits for help, the version and wrong usage."""
    name = argv[0] if argv else "--help"
    if name in COMMANDS:
        parser = _parser(f"deployspec {name}", COMMANDS[name])
        COMMANDS[name].add_options(parser)
        return COMMANDS[name], parser.parse_args(argv[1:])
    return _print_help_or_refuse(name)


def _print_help_or_refuse(name: str) -> NoReturn:
    root = root_parser()
    if name in {"-h", "--help"}:
        root.print_help(sys.stdout)
        root.exit(0)
    if name.startswith("-"):
        root.error(f"unrecognized arguments: {name}")
    shown = f" `{name}`" if _COMMAND_NAME.fullmatch(name) else ""  # anything else may be a value
    root.error(f"unknown command{shown}{did_you_mean(name, COMMANDS)}")


def _parser(prog: str, command: Command) -> Parser:
    return Parser(
        prog=prog,
        description=_wrapped(f"{command.summary[0].upper()}{command.summary[1:]}."),
        epilog="\n  ".join(("Examples:" if command.examples[1:] else "Example:", *command.examples)),
        formatter_class=_HelpFormatter,
        allow_abbrev=False,
    )


def _wrapped(text: str) -> str:
    """Wrap a description, because `RawDescriptionHelpFormatter` wraps neither it nor the examples."""
    return textwrap.fill(text, 80)


def root_parser(*, with_options: bool = False) -> Parser:
    """Return a parser with all commands, for help; `with_options` adds their options, for completions."""
    root = Parser(
        prog="deployspec",
        description=_wrapped(
            "Decide which image a deploy pulls, builds or extends, with which login, and which services it starts."
        ),
        epilog=_EXIT_CODES,
        formatter_class=_HelpFormatter,
        allow_abbrev=False,
    )
    root.add_argument("--version", action="store_true", help="print the version and exit")
    subparsers = root.add_subparsers(title="commands", dest="command", metavar="COMMAND", parser_class=Parser)
    for command in COMMANDS.values():
        subparser = subparsers.add_parser(
            command.name, help=command.summary, formatter_class=_HelpFormatter, allow_abbrev=False
        )
        if with_options:
            command.add_options(subparser)
    return root
