"""The results of several apps as one JSON document."""

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias, get_args

import attrs

from deployspec._core.diagnostics import CODE, Diagnostic, Severity

__all__ = ["CheckedApp", "Verdict", "check_report", "check_report_schema"]

Verdict: TypeAlias = Literal["pull", "build", "extend", "refused", "unknown"]


@attrs.frozen
class CheckedApp:
    """An app that was checked: its path, the outcome, and its diagnostics.

    `verdict` is `pull`, `build` or `extend` if there is a plan, `refused` after an error, and `unknown` if the app has
    no Dockerfile and its config, which may name an image, was not read.
    """

    __module__ = "deployspec.render"

    path: str
    verdict: Verdict
    diagnostics: tuple[Diagnostic, ...] = ()


def check_report(apps: Iterable[CheckedApp]) -> str:
    """Return a JSON document with the diagnostics of each app, which `check_report_schema` describes.

    >>> print(check_report([CheckedApp("services/api", "build")]), end="")
    {
      "version": 1,
      "apps": [
        {
          "path": "services/api",
          "verdict": "build",
          "diagnostics": []
        }
      ]
    }
    """
    from deployspec.render._shared import json_text  # imported here, because the text format does not need it

    return json_text(
        {
            "version": 1,
            "apps": [
                {
                    "path": app.path,
                    "verdict": app.verdict,
                    "diagnostics": [diagnostic.to_dict() for diagnostic in app.diagnostics],
                }
                for app in apps
            ],
        }
    )


def check_report_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the documents of `check_report`.

    >>> check_report_schema()["required"]
    ['version', 'apps']
    """
    text, number = {"type": ["string", "null"]}, {"type": ["integer", "null"], "minimum": 1}
    diagnostic = {
        "code": {"type": "string", "pattern": f"^{CODE}$"},
        "message": {"type": "string"},
        "severity": {"enum": list(get_args(Severity))},
        **dict.fromkeys(("hint", "source"), text),
        **dict.fromkeys(("line", "column", "end_line", "end_column"), number),
    }
    app = {
        "path": {"type": "string"},
        "verdict": {"enum": list(get_args(Verdict))},
        "diagnostics": {"type": "array", "items": _object(diagnostic)},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Results of deployspec check and audit",
        **_object({"version": {"const": 1}, "apps": {"type": "array", "items": _object(app)}}),
    }


def _object(members: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(members), "additionalProperties": False, "properties": members}
