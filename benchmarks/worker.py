"""One round of one stage under pyperf, which starts this module again for each of its worker processes.

python -m benchmarks.worker STAGE comparisons|growths|quick SEED [pyperf's options]
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from benchmarks.frame import load_stage, timed_command

pyperf: Any = importlib.import_module("pyperf")

OWN_ARGUMENTS = 3


def main() -> None:
    """Let pyperf time ours and the peers in turn, each in a process of its own."""
    name, what, seed = own = sys.argv[1 : 1 + OWN_ARGUMENTS]
    runner = pyperf.Runner(program_args=("-m", "benchmarks.worker", *own))
    runner.parse_args(sys.argv[1 + OWN_ARGUMENTS :])
    stage, quick = load_stage(name), what == "quick"
    if what != "growths":
        for comparison in stage.comparisons:
            for task, function in comparison.tasks(seed=seed):
                runner.bench_time_func(task, function)
        for task, command in stage.commands.items():
            runner.bench_time_func(task, timed_command(command))
    if what != "comparisons":
        for growth in stage.growths:
            for task, function in growth.tasks(quick=quick):
                runner.bench_time_func(task, function)


if __name__ == "__main__":
    main()
