"""The catalogue of diagnostic codes: meaning, reason, fix and examples. It is loaded when it is asked for.

`catalogue.json` is made from the page of diagnostics in the documentation, whose examples a test runs.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

import attrs

__all__ = ["Example", "Rule", "rules"]


@attrs.frozen
class Example:
    """Files and the arguments of `deployspec` in their folder, or an expression in Python."""

    files: Mapping[str, str]
    command: tuple[str, ...]
    python: str | None


@attrs.frozen
class Rule:
    """A code: its severities, its meaning, why it matters, a typical hint, and an example with and without it."""

    code: str
    meaning: str
    reason: str
    hint: str | None
    bad: Example
    good: Example


@functools.cache
def rules() -> Mapping[str, Rule]:
    """Return all rules by their codes, in the order of the documentation.

    >>> rules()["procfile-no-colon"].meaning
    'error: a line has no `:`'
    """
    text = resources.files(__name__).joinpath("catalogue.json").read_text("utf-8")
    return {code: _rule(code, members) for code, members in json.loads(text).items()}


def _rule(code: str, members: Mapping[str, Any]) -> Rule:
    bad, good = (_example(members[name]) for name in ("bad", "good"))
    return Rule(code, members["meaning"], members["reason"], members["hint"], bad, good)


def _example(members: Mapping[str, Any]) -> Example:
    return Example(members.get("files", {}), tuple(members.get("command", ())), members.get("python"))
