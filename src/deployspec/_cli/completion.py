"""The command `completion`: a script for bash or zsh, made by shtab from the parser."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

from deployspec._cli.commands import COMMANDS
from deployspec._cli.exit_codes import SUCCESS
from deployspec._cli.parser import root_parser
from deployspec._cli.terminal import UsageError

if TYPE_CHECKING:
    import argparse

# Options and arguments that are files or folders, by their metavariables.
_FILES = frozenset({"FILE", "PATH", "PLAN.json", "OLD.json", "NEW.json"})


def run_completion(options: argparse.Namespace) -> int:
    """Print the script."""
    try:
        shtab: Any = importlib.import_module("shtab")
    except ImportError:
        raise UsageError("shtab is not installed (install `deployspec[completion]`)") from None
    parser = root_parser(with_options=True)
    _complete_files(parser, shtab)
    sys.stdout.write(f"{shtab.complete(parser, shell=options.shell)}\n")
    return SUCCESS


def _complete_files(parser: Any, shtab: Any) -> None:  # noqa: ANN401  # of shtab and of argparse, which are not typed
    for action in parser._actions:  # noqa: SLF001
        if action.metavar in _FILES:
            action.complete = shtab.FILE
        elif action.metavar == "DIR":
            action.complete = shtab.DIRECTORY
        if action.metavar == "COMMAND":
            for command in COMMANDS:
                _complete_files(action.choices[command], shtab)
