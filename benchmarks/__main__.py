"""Measure everything: `python -m benchmarks`, a quarter of an hour; `--quick` only tries whether all of it runs."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.fleet import apps_per_second
from benchmarks.frame import Stage, load_stage, stage_names
from benchmarks.memory import bytes_per_plan
from benchmarks.report import report
from benchmarks.summary import Figures, circumstances, summarize

ROUND = ("--processes", "1", "--warmups", "1", "--values", "3", "--min-time", "0.03", "--quiet")
GROWTH = ("--processes", "1", "--warmups", "0", "--values", "1", "--min-time", "0.02", "--quiet")
QUICK = ("--debug-single-value", "--quiet")


def main() -> None:
    """Measure in rounds, then print the tables and write `results.json`, `pyperf.json` and the charts."""
    options = parser().parse_args()
    folder: Path = options.output
    folder.mkdir(parents=True, exist_ok=True)
    stages = [load_stage(name) for name in options.stage or stage_names()]
    raw = folder / "pyperf.json"
    raw.unlink(missing_ok=True)
    rounds: int = 1 if options.quick else options.rounds
    measure(stages, raw, rounds=rounds, quick=options.quick)
    figures = {**circumstances(), "rounds": rounds, **summarize(stages, raw)}
    if options.stage is None:
        figures |= whole(rounds=rounds, quick=options.quick)
    (folder / "results.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(report(figures), end="")
    if not options.quick:
        draw(figures, folder)


def parser() -> argparse.ArgumentParser:
    """Describe the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="each thing once, to see that it runs: no figures")
    parser.add_argument(
        "--rounds", type=int, default=10, metavar="N", help="default: 10; growth takes a quarter of them"
    )
    parser.add_argument("--stage", action="append", choices=stage_names(), help="only this one (may be repeated)")
    parser.add_argument("--output", type=Path, default=Path(".benchmarks"), metavar="DIR", help="default: .benchmarks")
    return parser


def measure(stages: Iterable[Stage], raw: Path, *, rounds: int, quick: bool) -> None:
    """Run every stage in every round, so that a slow minute of the machine meets ours and the peers alike."""
    for number in range(rounds):
        for stage in stages:
            if quick:
                run(stage, "quick", number, (*QUICK, "--append", str(raw)))
                continue
            run(stage, "comparisons", number, (*ROUND, "--append", str(raw)))
            if number % 4 == 0:
                run(stage, "growths", number, (*GROWTH, "--append", str(raw)))


def run(stage: Stage, what: str, seed: int, options: Sequence[str]) -> None:
    """Run one round of one stage; what pyperf says to the terminal is progress."""
    command = [sys.executable, "-m", "benchmarks.worker", stage.name, what, str(seed), *options]
    subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603  # this Python, this package


def whole(*, rounds: int, quick: bool) -> Figures:
    """Measure what pyperf does not: the memory of plans, and a whole fleet."""
    apps = 400 if quick else 100_000
    fleet = {"apps": apps, "per_second": apps_per_second(apps=apps, rounds=min(rounds, 3))}
    return {"bytes_per_plan": bytes_per_plan(plans=100 if quick else 1000), "fleet": fleet}


def draw(figures: Figures, folder: Path) -> None:
    """Draw the charts."""
    from benchmarks.chart import draw_growth, draw_speed

    if figures["comparisons"]:
        draw_speed(figures["comparisons"], folder / "speed.svg")
    if figures["growths"]:
        draw_growth(figures["growths"], folder / "growth.svg")


if __name__ == "__main__":
    main()
