"""Dockerfiles with the images that BuildKit (73ed6825c, 2026-08-21) asked a recording registry for."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from deployspec import (
    BuildImages,
    Diagnostic,
    Dockerfile,
    InvalidDockerfile,
    frontend_of,
    parse_dockerfile,
    parse_reference,
)

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("dockerfiles.jsonl").read_text(encoding="utf-8").splitlines()
]
BUILT = [row for row in ROWS if row["ok"]]
REFUSED = [row for row in ROWS if not row["ok"] and not row["images"]]
FAILED_LATER = [row for row in ROWS if not row["ok"] and row["images"]]

# BuildKit's messages, and the codes that tell the same.
CODES = {
    "file with no instructions": "empty",
    "dockerfile line greater than max": "line-too-long",
    "invalid escape token|only one .* parser directive|invalid check option": "directive",
    "unterminated heredoc": "heredoc",
    "must have two arguments|can't find =": "arguments",
    "arrays must be comprised of strings only": "json",
    "unknown instruction": "unknown-instruction",
    "unknown flag": "unknown-flag",
    "duplicate flag": "duplicate-flag",
    "missing a value on flag|is not valid$|invalid network mode": "flag-value",
    "no build stage in current context|contains no stages": "no-stage",
    "invalid name for build stage": "stage-name",
    "requires|names can not be blank|isn't allowed|Unknown type|cannot accept a heredoc": "arguments",
    "variable expansion is not supported|doesn't support variable expansion": "from-variable",
    "failed to process": "expansion",
    "should not be blank": "base-empty",
    "empty platform value|failed to parse platform": "platform",
    "target stage": "target-unknown",
    "invalid stage index": "stage-index",
    "circular dependency": "circular",
    "invalid SOURCE_DATE_EPOCH": "source-date-epoch",
    r"failed to parse stage name \"al\\x00pine": "not-text",
    "failed to parse stage name": "base-invalid",
}


def name_of(row: dict[str, Any]) -> str:
    return f"{row['id']} {row['name']}"


def text_of(row: dict[str, Any]) -> str | bytes:
    return base64.b64decode(row["dockerfile_b64"]) if "dockerfile_b64" in row else row["dockerfile"]


def images_of(row: dict[str, Any], file: Dockerfile | None = None) -> BuildImages:
    return (file or parse_dockerfile(text_of(row))).images(
        build_args=row["args"],
        target=row["target"],
        platform=row["platform"],
        build_platform=row.get("build_platform"),
        contexts=row.get("contexts", {}),
    )


def code_of(message: str) -> str:
    return next(code for pattern, code in CODES.items() if re.search(pattern, message))


def test_the_vectors_are_all_there() -> None:
    assert (len(BUILT), len(REFUSED), len(FAILED_LATER)) == (210, 85, 15)


@pytest.mark.parametrize("row", BUILT, ids=name_of)
def test_the_images_are_those_that_buildkit_asks_for(row: dict[str, Any]) -> None:
    images = images_of(row)
    if "onbuild" in row:
        # What an external base's triggers add is not in the text; that they may is told.
        assert {str(one.reference) for one in images.needed} <= set(row["images"])
        assert [one.code for one in images.unknowns] == ["dockerfile-onbuild-unknown"]
        return
    assert {str(one.reference) for one in images.needed} == set(row["images"])
    assert {str(one.reference) for one in images.all} == set(row["all_stages"])
    assert {(str(one.reference), one.platform) for one in images.needed} == {
        (one["ref"], one["platform"]) for one in row["resolved"]
    }


@pytest.mark.parametrize("row", BUILT, ids=name_of)
def test_the_images_stand_in_the_order_of_the_file(row: dict[str, Any]) -> None:
    images = images_of(row)
    for found in (images.needed, images.all):
        assert [one.line for one in found] == sorted(one.line for one in found)
        assert len({(one.reference, one.platform) for one in found}) == len(found)


@pytest.mark.parametrize("row", [row for row in ROWS if row["syntax"] is not None], ids=name_of)
def test_the_frontend_is_the_one_that_buildkit_detects(row: dict[str, Any]) -> None:
    assert frontend_of(text_of(row)) == parse_reference(row["syntax"]["ref"])
    if row["ok"]:
        assert images_of(row).frontend == frontend_of(text_of(row))


@pytest.mark.parametrize("row", [row for row in ROWS if row["syntax"] is None], ids=name_of)
def test_there_is_no_frontend_where_buildkit_detects_none(row: dict[str, Any]) -> None:
    assert frontend_of(text_of(row)) is None


def refused(row: dict[str, Any]) -> tuple[tuple[Diagnostic, ...], bool]:
    """What we tell, and whether the text alone shows it."""
    try:
        file = parse_dockerfile(text_of(row))
    except InvalidDockerfile as error:
        return error.diagnostics, True
    with pytest.raises(InvalidDockerfile) as caught:
        images_of(row, file)
    return caught.value.diagnostics, False


@pytest.mark.parametrize("row", REFUSED, ids=name_of)
def test_what_buildkit_refuses_is_refused_for_the_same_reason_in_the_same_line(row: dict[str, Any]) -> None:
    told, by_text = refused(row)
    verdict = row["error"]
    wanted = code_of(verdict["message"])
    same = [one for one in told if one.code == f"dockerfile-{wanted}"]
    assert same, (told, verdict)
    assert by_text == (verdict["phase"] in ("parse", "instructions"))
    if "line" in verdict:
        # Of a line that is too long BuildKit names the one before.
        line = verdict["line"] + (wanted == "line-too-long")
        assert line in [one.line for one in same]
    for one in told:
        assert one.message
        # A fault in what was asked has no line, and is none of the file.
        assert one.source == ("Dockerfile" if one.line is not None else "--build-arg" if row["args"] else "--target")
        assert (one.line is None) == (one.column is None)


@pytest.mark.parametrize("row", FAILED_LATER, ids=name_of)
def test_where_buildkit_fails_later_the_images_are_those_that_it_had_asked_for(row: dict[str, Any]) -> None:
    try:
        images = images_of(row)
    except InvalidDockerfile as error:
        assert f"dockerfile-{code_of(row['error']['message'])}" in [one.code for one in error.diagnostics]
    else:
        assert {str(one.reference) for one in images.needed} == set(row["images"])
