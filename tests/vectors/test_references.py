"""Image references with the verdict of the Go implementation, distribution/reference at 0965666 (2026-04-18)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from deployspec import InvalidReference, parse_reference

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("references.jsonl").read_text(encoding="utf-8").splitlines()
]


# Go's words, and the code that they stand for here; a grammar fault may be that of any part.
GRAMMAR = {f"reference-invalid-{part}" for part in ("host", "path", "tag", "digest")}
CODES = {
    "invalid reference format": GRAMMAR | {"reference-empty"},
    "repository name must have at least one component": {"reference-empty"},
    # Go judges case by its Unicode tables. Here only ASCII letters have a case; other letters are invalid anyway.
    r"invalid reference format: repository name \(.*[A-Z].*\) must be lowercase": {"reference-uppercase"},
    r"invalid reference format: repository name \([^A-Z]*\) must be lowercase": GRAMMAR,
    # Go also says this about letters other than ASCII in hosts and tags, which may contain uppercase letters.
    "repository name must be lowercase": {"reference-uppercase"} | GRAMMAR,
    "repository name must not be more than 255 characters": {"reference-path-too-long"},
    "unsupported digest algorithm": {"reference-unsupported-digest"},
    "invalid checksum digest length": {"reference-digest-length"},
    "invalid checksum digest format": {"reference-invalid-digest"},
    "invalid repository name .* cannot specify 64-byte hexadecimal strings": {"reference-image-id"},
}
# Faults that Go has no name for.
OURS_ALONE = {"reference-whitespace", "reference-scheme", "reference-unexpanded-variable"}


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
        assert fault.column is not None
        assert 1 <= fault.column <= len(row["input"]) + 1
        if row["ok"]:
            assert fault.code == ("reference-invalid-host" if row["host"] == "" else "reference-too-long")
        else:
            (codes,) = (codes for words, codes in CODES.items() if re.fullmatch(words, row["error"], re.DOTALL))
            # A first component with both `.` and `_` is an invalid host here, and an empty one in Go.
            no_host = re.match(r"[^/]*\.[^/]*_|[^/]*_[^/]*\.", row["input"])
            assert fault.code in codes | OURS_ALONE | ({"reference-invalid-host"} if no_host else set())
        return
    reference = parse_reference(row["input"], default_tag=None)
    assert [reference.host, reference.path, reference.tag, reference.digest, reference.familiar, str(reference)] == [
        row[member] for member in ("host", "path", "tag", "digest", "familiar", "string")
    ]
    assert str(parse_reference(row["input"])) == row["with_latest"]
    assert parse_reference(str(reference), default_tag=None) == reference
