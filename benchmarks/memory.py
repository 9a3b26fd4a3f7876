"""How much memory a plan holds on to, its inputs set aside."""

from __future__ import annotations

import gc
import tracemalloc
from random import Random

from benchmarks.stages.whole_job import examples, varied
from deployspec import App, DeployPlan, resolve


def bytes_per_plan(*, plans: int) -> dict[str, int]:
    """Resolve so many different apps of each shipped example, keep the plans, and count the bytes of one."""
    found: dict[str, int] = {}
    for name, files in examples().items():
        random = Random(name)
        apps = [App(*varied(random, files=files)) for _ in range(plans)]
        resolve(apps[0])  # what is loaded once belongs to no plan
        found[name] = _bytes_kept(apps) // plans
    return found


def _bytes_kept(apps: list[App]) -> int:
    kept: list[DeployPlan] = []
    gc.collect()
    tracemalloc.start()
    kept += map(resolve, apps)
    gc.collect()
    traced, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return traced
