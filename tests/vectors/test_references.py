"""Image references with the verdict of the Go implementation, distribution/reference at 0965666 (2026-04-18)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deployspec import InvalidReference, parse_reference

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("references.jsonl").read_text(encoding="utf-8").splitlines()
]


def test_the_vectors_are_all_there() -> None:
    assert len(ROWS) == 3000


@pytest.mark.parametrize("number", range(len(ROWS)))
def test_a_reference_is_read_or_refused_as_by_the_go_implementation(number: int) -> None:
    row = ROWS[number]
    # Deliberate differences: an empty host, and texts longer than 1,024 characters.
    if not row["ok"] or row["host"] == "" or len(row["input"]) > 1024:
        with pytest.raises(InvalidReference) as caught:
            parse_reference(row["input"])
        (fault,) = caught.value.diagnostics
        assert fault.column is None or 1 <= fault.column <= len(row["input"]) + 1
        return
    reference = parse_reference(row["input"], default_tag=None)
    assert [reference.host, reference.path, reference.tag, reference.digest, reference.familiar, str(reference)] == [
        row[member] for member in ("host", "path", "tag", "digest", "familiar", "string")
    ]
    assert str(parse_reference(row["input"])) == row["with_latest"]
    assert parse_reference(str(reference), default_tag=None) == reference
