"""Dockerfiles with the images that BuildKit (73ed6825c, 2026-08-21) asked a recording registry for."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from deployspec import BuildImages, InvalidDockerfile, parse_dockerfile

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("dockerfiles.jsonl").read_text(encoding="utf-8").splitlines()
]


def images_of(row: dict[str, Any]) -> BuildImages:
    text = base64.b64decode(row["dockerfile_b64"]) if "dockerfile_b64" in row else row["dockerfile"]
    return parse_dockerfile(text).images(
        build_args=row["args"],
        target=row["target"],
        platform=row["platform"],
        build_platform=row.get("build_platform"),
        contexts=row.get("contexts", {}),
    )


def test_the_vectors_are_all_there() -> None:
    assert len(ROWS) == 310


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['id']} {row['name']}")
def test_the_images_are_those_that_buildkit_asks_for(row: dict[str, Any]) -> None:
    images = None
    try:
        images = images_of(row)
    except InvalidDockerfile as error:
        refused = error.diagnostics
    else:
        refused = ()
    if images is None:
        assert not row["ok"], refused
        assert all(one.code.startswith("dockerfile-") and one.message for one in refused)
        return
    assert row["ok"] or row["images"], "this fails before a registry is asked"
    if "onbuild" in row:
        # What an external base's triggers add is not in the text; that they may is told.
        assert {str(one.reference) for one in images.needed} <= set(row["images"])
        assert [one.code for one in images.unknowns] == ["dockerfile-onbuild-unknown"]
        return
    assert {str(one.reference) for one in images.needed} == set(row["images"])
    assert {(str(one.reference), one.platform) for one in images.needed} == {
        (one["ref"], one["platform"]) for one in row["resolved"]
    }
    if row["ok"]:
        assert {str(one.reference) for one in images.all} == set(row["all_stages"])
