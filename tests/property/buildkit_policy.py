"""A model of BuildKit's source policy engine, function by function, written from its Go source.

buildkit sourcepolicy/engine.go, sourcepolicy/matcher.go, sourcepolicy/mutate.go, sourcepolicy/formatter.go,
util/wildcard/wildcard.go; rules have no constraints and update no attributes.
"""

from __future__ import annotations

import re
from typing import Any

MAX_ITERATIONS = 20


class Denied(Exception):
    """The source is denied by the policy."""


def evaluate(policy: dict[str, Any], identifier: str) -> str:
    """engine.go: Evaluate. Return the identifier of the source that is used."""
    assert policy["version"] == 1
    for _ in range(MAX_ITERATIONS + 1):
        converted = evaluate_policy(policy["rules"], identifier)
        if converted == identifier:
            return identifier
        identifier = converted
    raise AssertionError("too many mutations on a single source")


def evaluate_policy(rules: list[dict[str, Any]], identifier: str) -> str:
    """engine.go: evaluatePolicy. A conversion that changes the identifier ends the pass."""
    deny = False
    for rule in rules:
        if not matches(rule["selector"], identifier):
            continue
        match rule["action"]:
            case "ALLOW":
                deny = False
            case "DENY":
                deny = True
            case "CONVERT":
                converted = convert(rule, identifier)
                if converted != identifier:
                    return converted
            case other:
                raise AssertionError(f"unknown action {other}")
    if deny:
        raise Denied(identifier)
    return identifier


def matches(selector: dict[str, Any], identifier: str) -> bool:
    """matcher.go: match. An identifier that equals the selector's matches with any type."""
    if selector["identifier"] == identifier:
        return True
    match selector["match_type"]:
        case "EXACT":
            return False
        case "WILDCARD":
            return wildcard(selector["identifier"]).match(identifier) is not None
        case other:
            raise AssertionError(f"unknown match type {other}")


def convert(rule: dict[str, Any], identifier: str) -> str:
    """mutate.go: mutate, formatter.go: Format."""
    selector = rule["selector"]
    to: str = rule["updates"]["identifier"] or selector["identifier"]
    if selector["match_type"] == "EXACT":
        return to
    found = wildcard(selector["identifier"]).match(identifier)
    return identifier if found is None else expand(to, found)


def wildcard(text: str) -> re.Pattern[str]:
    """wildcard.go: Wildcard2Regexp. `.` does not match a line end in Go either."""
    assert "**" not in text, "invalid wildcard"
    return re.compile(re.escape(text).replace(r"\*", "(.*)") + r"\Z")


def expand(template: str, found: re.Match[str]) -> str:
    """Go's Regexp.ExpandString: `${1}` and `$name`, in which the longest name counts; unknown ones are empty."""

    def group(written: re.Match[str]) -> str:
        if written[0] == "$$":
            return "$"
        name = written[1] or written[2]
        return found[int(name)] if name.isdigit() and int(name) <= (found.re.groups) else ""

    return re.sub(r"\$\$|\$(?:\{(\w+)\}|(\w+))", group, template)
