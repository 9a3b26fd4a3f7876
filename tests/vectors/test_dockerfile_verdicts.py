"""Whole verdicts of BuildKit (73ed6825c, 2026-08-21) on 3,000 generated Dockerfiles: accepted, or its error.

The files were generated for this project. The base images had an empty environment; files on a base other than
`scratch` use no variable that only the base could define. Violations of lint rules are left out.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from deployspec import App, BuildOptions, Diagnostic, InvalidDockerfile, ResolutionError, parse_dockerfile, resolve

ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__).with_name("dockerfile-verdicts.jsonl").read_text(encoding="utf-8").splitlines()
]
ACCEPTED = [row for row in ROWS if row["ok"]]
REFUSED = [row for row in ROWS if not row["ok"]]
LATE = [row for row in REFUSED if "dockerfile parse error" not in row["error"] and row["images"]]

# Beginnings and parts of BuildKit's messages, and the codes for the same causes.
CODES = {
    "git ref for COPY|URL for COPY": "copy-remote",
    "checksum|digest": "checksum",
    "requires|isn't allowed|takes no arguments|Missing command|can't find =|must have two": "arguments",
    "parse error.*VOLUME specified": "arguments",
    "VOLUME specified": "volume-empty",
    "failed to process": "expansion",
    "invalid containerPort|invalid port|invalid hostPort": "port",
    "unexpected key|must be a key=value pair|unsupported sharing|for mode|for uid|for gid": "mount-option",
    "not allowed for|invalid cache sharing|ssh does not support|invalid value for|secret mount should": "mount-option",
    "invalid mount target|invalid secret mount": "mount-target",
    "unsupported mount type": "mount-type",
    "expecting boolean value|invalid network mode|is not valid|time: |Interval|--retries|csv mounts": "flag-value",
    "unknown flag": "unknown-flag",
    "invalid signal": "signal",
    "^invalid syntax$|invalid chmod": "chmod",
    "circular dependency": "circular",
    "invalid stage index": "stage-index",
    "variable expansion is not supported": "from-variable",
}


def code_of(message: str) -> str:
    return next(code for pattern, code in CODES.items() if re.search(pattern, message))


def found_in(row: dict[str, Any]) -> list[Diagnostic]:
    try:
        resolve(App({}, "web: run", row["dockerfile"], build=BuildOptions(args=row["args"])))
    except ResolutionError as error:
        return [found for found in error.diagnostics if found.severity == "error"]
    return []


def test_all_verdicts_are_there() -> None:
    assert (len(ACCEPTED), len(REFUSED), len(LATE)) == (1061, 1939, 824)


@pytest.mark.parametrize("row", ACCEPTED, ids=lambda row: row["id"])
def test_what_buildkit_accepts_resolves(row: dict[str, Any]) -> None:
    assert found_in(row) == []
    images = parse_dockerfile(row["dockerfile"]).images(build_args=row["args"])
    assert {str(image.reference) for image in images.needed} == set(row["images"])


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row["id"])
def test_what_buildkit_refuses_does_not_resolve_for_the_same_cause(row: dict[str, Any]) -> None:
    wanted = f"dockerfile-{code_of(row['error'])}"
    same = [found for found in found_in(row) if found.code == wanted]
    assert same, row["error"]
    assert all(found.line and found.column for found in same)
    line = re.match(r"dockerfile parse error on line (\d+)", row["error"])
    assert line is None or int(line[1]) in [found.line for found in same]


@pytest.mark.parametrize("row", LATE, ids=lambda row: row["id"])
def test_images_are_found_even_if_a_later_step_is_refused(row: dict[str, Any]) -> None:
    try:
        images = parse_dockerfile(row["dockerfile"]).images(build_args=row["args"])
    except InvalidDockerfile:
        pytest.fail("refused before the images are known")
    assert {str(image.reference) for image in images.needed} == set(row["images"])
