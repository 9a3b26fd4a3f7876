"""Diagnostics in SARIF 2.1.0.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from deployspec._core.text import one_line
from deployspec.render._is_file import is_about_file
from deployspec.render._shared import json_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deployspec._core.diagnostics import Diagnostic

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(found: Iterable[Diagnostic], *, version: str) -> str:
    """Return a log with one run. Columns count characters; a variable or an option is a logical location."""
    found = tuple(found)
    codes = sorted({diagnostic.code for diagnostic in found})
    numbers = {code: number for number, code in enumerate(codes)}
    driver = {
        "name": "deployspec",
        "version": version,
        "rules": [{"id": code, "name": _pascal_case(code)} for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, numbers[diagnostic.code]) for diagnostic in found],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _pascal_case(code: str) -> str:
    return "".join(map(str.capitalize, code.split("-")))


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, object]:
    hint = "" if diagnostic.hint is None else f"\nhint: {one_line(diagnostic.hint)}"
    result: dict[str, object] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity,
        "message": {"text": f"{one_line(diagnostic.message)}{hint}"},
    }
    if diagnostic.source is not None:
        result["locations"] = [_location(diagnostic, diagnostic.source)]
    return result


def _location(diagnostic: Diagnostic, source: str) -> dict[str, object]:
    if not is_about_file(diagnostic):
        return {"logicalLocations": [{"name": one_line(source)}]}
    physical: dict[str, object] = {"artifactLocation": {"uri": quote(source.encode("utf-8", "surrogatepass"))}}
    region = {
        "startLine": diagnostic.line,
        "startColumn": diagnostic.column,
        "endLine": diagnostic.end_line,
        "endColumn": diagnostic.end_column if diagnostic.column is not None else None,
    }
    if diagnostic.line is not None:
        physical["region"] = {name: number for name, number in region.items() if number is not None}
    return {"physicalLocation": physical}
