"""The command `rule`: the meaning of a code, how to fix it, and examples."""

from __future__ import annotations

import shlex
import sys
import textwrap
from typing import TYPE_CHECKING

from deployspec._cli.exit_codes import SUCCESS
from deployspec._cli.terminal import UsageError
from deployspec._cli.wording import did_you_mean, without_value
from deployspec._rules import Example, Rule, rules

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

_WIDTH = 80


def run_rule(options: argparse.Namespace) -> int:
    """Print a rule, or the list of all codes."""
    if options.list == (options.code is not None):
        raise UsageError("pass either a code or --list")
    if options.list:
        sys.stdout.write("".join(f"{code}\n" for code in rules()))
        return SUCCESS
    rule = rules().get(options.code)
    if rule is None:
        raise UsageError(f"unknown code `{without_value(options.code)}`{did_you_mean(options.code, rules())}")
    sys.stdout.write("\n".join(_lines(rule)) + "\n")
    return SUCCESS


def _lines(rule: Rule) -> Iterator[str]:
    yield rule.code
    yield ""
    yield from textwrap.wrap(rule.meaning, _WIDTH)
    yield from textwrap.wrap(f"Why: {rule.reason}", _WIDTH)
    if rule.hint is not None:
        yield from textwrap.wrap(f"Fix: {rule.hint}", _WIDTH)
    for title, example in (("Causes it", rule.bad), ("Does not cause it", rule.good)):
        yield from ("", f"{title}:")
        yield from _example(example)


def _example(example: Example) -> Iterator[str]:
    if example.python is not None:
        yield f"  {example.python}"
        return
    for name, text in example.files.items():
        yield f"  {name}"
        yield from (f"    {line}".rstrip() for line in text.splitlines())
    yield f"  $ deployspec {shlex.join(example.command)}"
