"""A fleet of different apps, on one core and on two."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from random import Random

from benchmarks.stages.whole_job import Files, examples, varied
from deployspec import App, resolve

CHUNK = 500


def apps_per_second(*, apps: int, rounds: int) -> dict[str, float]:
    """Resolve so many apps, half of them pulls, a quarter builds, a quarter extends; return the medians."""
    by_name, random = examples(), Random("fleet")
    shapes = [by_name[name] for name in ("pull", "build", "pull", "extend")]
    fleet = [varied(random, files=shapes[number % len(shapes)]) for number in range(apps)]
    one, two = list[float](), list[float]()
    with ProcessPoolExecutor(max_workers=2) as pool:
        list(pool.map(decide, fleet[:2]))  # the processes start before the clock does
        for _ in range(rounds):
            one.append(_seconds(fleet, None))
            two.append(_seconds(fleet, pool))
    return {name: round(apps / statistics.median(seconds)) for name, seconds in (("one", one), ("two", two))}


def decide(files: Files) -> str:
    """Resolve one app and return what is done with it; texts go to a process, and a word comes back."""
    config, procfile, dockerfile = files
    return type(resolve(App(config, procfile, dockerfile)).action).__name__


def _seconds(fleet: Sequence[Files], pool: ProcessPoolExecutor | None) -> float:
    start = time.perf_counter()
    decided = map(decide, fleet) if pool is None else pool.map(decide, fleet, chunksize=CHUNK)
    actions = set(decided)
    seconds = time.perf_counter() - start
    if actions != {"Pull", "Build", "Extend"}:
        raise AssertionError(actions)
    return seconds
