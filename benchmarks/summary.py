"""From pyperf's raw times to figures: medians, ratios by round, exponents of growth."""

from __future__ import annotations

import importlib
import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.frame import OURS, Comparison, Growth, Stage, exponent

pyperf: Any = importlib.import_module("pyperf")

Figures: TypeAlias = dict[str, Any]
"""What the JSON file holds."""

PEERS = ("docker-image-py", "oras", "honcho", "python-dotenv", "dockerfile-parse", "dockerfile")
NOTHING = "import/nothing"
MEASURED = ("attrs", *PEERS)


def summarize(stages: Iterable[Stage], raw: Path) -> Figures:
    """Return the figures of all comparisons, all growth curves, and the imports."""
    suite = pyperf.BenchmarkSuite.load(str(raw))
    rounds = {bench.get_name(): by_round(bench) for bench in suite.get_benchmarks()}
    figures: Figures = {"comparisons": [], "growths": [], "imports": {}}
    for stage in stages:
        figures["comparisons"] += (compared(stage.name, one, rounds) for one in stage.comparisons)
        figures["growths"] += (grown(stage.name, one, rounds) for one in stage.growths)
        figures["imports"] |= {
            task.partition("/")[2]: beyond(rounds, task) for task in stage.commands if task != NOTHING
        }
    return figures


def by_round(bench: Any) -> list[float]:  # noqa: ANN401  # pyperf has no types
    """Return the seconds of each worker process that measured, in the order of the rounds: its least value."""
    return [min(run.values) for run in bench.get_runs() if run.values]


def compared(stage: str, one: Comparison[Any], rounds: Mapping[str, Sequence[float]]) -> Figures:
    """Set ours against each peer; a ratio is taken within a round, where both met the same weather."""
    ours = rounds[f"{one.name}/{OURS}"]
    peers: Figures = {}
    for peer in one.peers:
        theirs = rounds[f"{one.name}/{peer}"]
        ratios = [their / our for their, our in zip(theirs, ours, strict=True)]
        peers[peer] = {"microseconds": micro(theirs), "times_faster": spread(ratios)}
    figures: Figures = {"stage": stage, "name": one.name, "microseconds": micro(ours), "peers": peers}
    return figures if one.aim is None else {**figures, "aim": one.aim}


def grown(stage: str, one: Growth[Any], rounds: Mapping[str, Sequence[float]]) -> Figures:
    """Fit how the time grows with the size; the least of the rounds is the one that least disturbed."""
    times = {
        int(size): min(seconds)
        for name, _, size, seconds in ((*task.rpartition("/"), seconds) for task, seconds in rounds.items())
        if name == one.name and size.isdigit()
    }
    figures = {str(size): round(seconds * 1e6, 3) for size, seconds in sorted(times.items())}
    return {"stage": stage, "name": one.name, "microseconds": figures, "exponent": round(exponent(times), 3)}


def beyond(rounds: Mapping[str, Sequence[float]], task: str) -> Figures:
    """Return the milliseconds of an import beyond a Python that imports nothing; ours also beyond `import attrs`."""
    others = [NOTHING, "import/attrs"] if task == f"import/{OURS}" else [NOTHING]
    return {
        f"milliseconds_beyond_{other.partition('/')[2]}": spread(
            [(mine - its) * 1e3 for mine, its in zip(rounds[task], rounds[other], strict=True)]
        )
        for other in others
    }


def micro(seconds: Sequence[float]) -> float:
    """Return the median in microseconds."""
    return round(statistics.median(seconds) * 1e6, 3)


def spread(values: Sequence[float]) -> Figures:
    """Return the median and the extremes."""
    return {name: round(f(values), 3) for name, f in (("median", statistics.median), ("low", min), ("high", max))}


def circumstances() -> Figures:
    """Tell what was measured, on what."""
    versions: dict[str, str] = {}
    for name in MEASURED:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    machine = {"processor": processor(), "system": platform.system(), "python": platform.python_version()}
    return {"machine": machine, "deployspec": metadata.version("deployspec"), "peers": versions}


def processor() -> str:
    """Name the processor, where the system tells."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    return models[0] if models else platform.machine()
