"""Errors of whole files."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.support import faults

from deployspec import InvalidDockerfile, parse_dockerfile


def test_the_faults_of_all_stages_are_told_in_one_exception() -> None:
    text = "FROM a b\nNOSUCH\nRUN --x --network=y z\n\nFROM c\nENV A=b C =d\nUSER\n"
    told = [("arguments", 1), ("unknown-instruction", 2), ("unknown-flag", 3), ("flag-value", 3)]
    assert faults(text) == [*told, ("arguments", 6), ("arguments", 7)]


def test_a_file_without_a_stage() -> None:
    assert faults("ARG A\n\nARG B") == [("no-stage", 3)]
    assert faults("ARG A\nRUN x\nFROM a") == [("no-stage", 2)]


def test_a_trigger_that_fires_twice_is_told_once() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("FROM a AS x\nONBUILD CO=nginx\nFROM x AS y\nFROM x\nCOPY --from=y / /").images()
    assert len(caught.value.diagnostics) == 1
