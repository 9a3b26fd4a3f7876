"""Procfiles with their wanted result. `procfiles.jsonl` was written for this project; `peers` tells what others did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deployspec import InvalidProcfile, parse_procfile

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("procfiles.jsonl").read_text(encoding="utf-8").splitlines()
]


def test_the_vectors_are_all_there() -> None:
    assert len(ROWS) == 85


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_procfile_is_read_or_refused_as_wanted(row: dict[str, Any]) -> None:
    text = bytes.fromhex(row["hex"]) if "hex" in row else row["text"]
    if row["errors"]:
        with pytest.raises(InvalidProcfile) as caught:
            parse_procfile(text)
        errors = [one for one in caught.value.diagnostics if one.severity == "error"]
        assert sorted([one.code, one.line] for one in errors) == sorted(row["errors"])
        assert [one.line for one in errors] == sorted(one.line or 0 for one in errors)
    else:
        procfile = parse_procfile(text)
        assert [[one.name, one.command] for one in procfile.services] == row["services"]
