"""The benchmarks cannot rot: all of them run, once each, and the figures come out right."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.frame import SIZES, exponent, load_stage, stage_names
from benchmarks.report import duration, table
from benchmarks.summary import spread

ROOT = Path(__file__).parents[2]


@pytest.mark.slow  # about 35 s
def test_every_stage_runs_and_every_figure_is_written(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", "--quick", "--output", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    figures = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    stages = [load_stage(name) for name in stage_names()]
    assert len(stages) >= 4
    declared = {(stage.name, one.name, tuple(one.peers)) for stage in stages for one in stage.comparisons}
    assert {(one["stage"], one["name"], tuple(one["peers"])) for one in figures["comparisons"]} == declared
    grown = {(stage.name, one.name) for stage in stages for one in stage.growths}
    assert {(one["stage"], one["name"]) for one in figures["growths"]} == grown
    assert figures["imports"].keys() >= {"attrs", "deployspec"}
    assert figures["bytes_per_plan"].keys() == {"pull", "build", "extend"}
    assert figures["fleet"]["per_second"].keys() == {"one", "two"}
    assert all(one["name"] in ran.stdout for one in (*figures["comparisons"], *figures["growths"]))


@pytest.mark.parametrize("power", [1, 2])
def test_the_exponent_tells_linear_from_quadratic(power: int) -> None:
    assert exponent({size: size**power / 1e6 for size in SIZES}) == pytest.approx(power)  # pyright: ignore[reportUnknownMemberType]


def test_a_spread_is_the_median_and_the_extremes() -> None:
    assert spread([3.0, 1.0, 2.0]) == {"median": 2.0, "low": 1.0, "high": 3.0}


def test_times_are_written_with_a_unit_that_fits() -> None:
    assert [duration(one) for one in (0.5, 1.74, 1740, 2.5e6)] == ["500 ns", "1.74 µs", "1.74 ms", "2.5 s"]


def test_a_table_lines_up() -> None:
    assert table(("a", "bb"), [("x", "1")], "lr") == "| a | bb |\n| - | -: |\n| x |  1 |\n"
