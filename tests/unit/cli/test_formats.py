"""The formats of `check`, validated by their schemas and read by other programs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validators
from jsonschema.exceptions import ValidationError
from sarif import loader

from deployspec import Diagnostic, render
from deployspec._cli import main

SARIF = Path(__file__).parents[2] / "vectors" / "sarif-schema-2.1.0.json"
Capsys = pytest.CaptureFixture[str]
# From GitLab's documentation of Code Quality.
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "not": {"pattern": r"^\./"}},
                    "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}


def validate(document: object, schema: Any) -> None:
    """Check a document, and that its schema is valid."""
    validator: Any = validators.validator_for(schema)
    validator.check_schema(schema)
    validator(schema).validate(document)


@pytest.fixture
def apps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    for name, procfile in (("a b", "wéb: run\nweb run\nweb run\n"), ("c", "Web:run\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Procfile").write_text(procfile)
    (tmp_path / "c" / "Dockerfile").write_text("FROM scratch\n")
    return ["./a b", "c", "--set", "A-B=1", "--platform", "x"]


def output(capsys: Capsys, apps: list[str], format_: str) -> str:
    assert main(["check", *apps, "--format", format_]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_json_is_described_by_its_schema(apps: list[str], capsys: Capsys) -> None:
    document: Any = json.loads(output(capsys, apps, "json"))
    assert main(["schema", "check"]) == 0
    schema: Any = json.loads(capsys.readouterr().out)
    assert schema == render.check_report_schema()
    validate(document, schema)
    assert [app["path"] for app in document["apps"]] == ["./a b", "c"]
    document["apps"][0]["verdict"] = "fine"
    with pytest.raises(ValidationError):
        validate(document, schema)


def test_sarif_is_valid_and_read_by_sarif_tools(apps: list[str], capsys: Capsys, tmp_path: Path) -> None:
    text = output(capsys, apps, "sarif")
    validate(json.loads(text), json.loads(SARIF.read_text()))
    (tmp_path / "all.sarif").write_text(text)
    found: Any = loader.load_sarif_file(str(tmp_path / "all.sarif"))
    assert found.get_distinct_tool_names() == ["deployspec"]
    records = [(one["Code"], one["Severity"], one["Location"], one["Line"]) for one in found.get_records()]
    assert ("procfile-no-colon", "error", "./a%20b/Procfile", 2) in records
    assert ("procfile-name-not-dns", "warning", "c/Procfile", 1) in records
    results: Any = json.loads(text)["runs"][0]["results"]
    by_code = {result["ruleId"]: result for result in results}
    assert by_code["env-unusual-name"]["locations"] == [{"logicalLocations": [{"name": "--set"}]}]
    region = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 4}
    assert by_code["procfile-name-not-dns"]["locations"][0]["physicalLocation"]["region"] == region


def test_code_quality_of_gitlab(apps: list[str], capsys: Capsys) -> None:
    issues: Any = json.loads(output(capsys, apps, "gitlab"))
    validate(issues, CODE_QUALITY)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    lines = [issue["location"] for issue in issues if issue["check_name"] == "procfile-no-colon"]
    assert lines == [{"path": "a b/Procfile", "lines": {"begin": line, "end": line}} for line in (2, 3)]


def test_github_annotates_the_file_as_it_was_given(apps: list[str], capsys: Capsys) -> None:
    lines = output(capsys, apps, "github").splitlines()
    assert all(re.match(r"::(error|warning|notice) [^:]*::.", line) for line in lines)
    assert any(line.startswith("::error file=./a b/Procfile,line=2,") for line in lines)
    assert not any("file=--" in line for line in lines)


def test_diagnostics_without_a_location() -> None:
    found = [Diagnostic("x", "message", "note", hint="advice"), Diagnostic("dockerfile-x", "y", source="Dockerfile")]
    sarif: Any = json.loads(render.diagnostics(found, format="sarif"))
    validate(sarif, json.loads(SARIF.read_text()))
    first, second = sarif["runs"][0]["results"]
    assert first["message"] == {"text": "message\nhint: advice"}
    assert "locations" not in first
    assert second["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "Dockerfile"}}}]
    issues: Any = json.loads(render.diagnostics(found, format="gitlab"))
    validate(issues, CODE_QUALITY)
    assert [issue["description"] for issue in issues] == ["message (hint: advice)", "y"]
    assert json.loads(render.diagnostics([], format="gitlab")) == []
    validate(json.loads(render.diagnostics([], format="sarif")), json.loads(SARIF.read_text()))
