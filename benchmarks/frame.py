"""What a stage declares: comparisons with peers, growth of the time with the size of the input, commands to time."""

from __future__ import annotations

import importlib
import math
import pkgutil
import resource
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Generic, TypeAlias, TypeVar

import attrs

from deployspec import DeploySpecError

T = TypeVar("T")
TimeFunction: TypeAlias = Callable[[int], float]
"""pyperf's: a number of loops in, the seconds out. Seconds are of the processor: a busy machine disturbs them less."""

OURS = "deployspec"
SIZES = tuple(4**exponent for exponent in range(5, 12))
"""Of the growth curves, in characters: 1 KiB to 4 MiB."""


@attrs.frozen(kw_only=True)
class Comparison(Generic[T]):
    """Our time for an input beside the peers' times for the same inputs.

    `inputs` makes one input from a seeded source of randomness, unlike all before it; `peers` are named as the
    packages are. `aim` is how many times faster than the fastest peer we mean to be, where we promise that.
    """

    name: str
    inputs: Callable[[Random], T]
    ours: Callable[[T], object]
    peers: Mapping[str, Callable[[T], object]]
    aim: float | None = None

    def tasks(self, *, seed: str) -> Iterator[tuple[str, TimeFunction]]:
        """Name what pyperf times, ours first; all sides get the same inputs."""
        for side, function in {OURS: self.ours, **self.peers}.items():
            yield f"{self.name}/{side}", self._timed(function, Random(f"{self.name} {seed}"))  # samples

    def _timed(self, function: Callable[[T], object], random: Random) -> TimeFunction:
        def seconds(loops: int) -> float:
            inputs = [self.inputs(random) for _ in range(loops)]
            start = time.process_time()
            for one in inputs:
                function(one)
            return time.process_time() - start

        return seconds


@attrs.frozen(kw_only=True)
class Growth(Generic[T]):
    """How the time grows with the size of a hostile input; `make` gets a size in characters.

    `function` may refuse the input: `DeploySpecError` is an answer like any other. Inputs grow a little from one to the
    next, so that none is seen twice; where there is a limit, `limited` gives exact sizes, and `make` varies the inputs.
    """

    name: str
    make: Callable[[int], T]
    function: Callable[[T], object]
    limited: tuple[int, ...] = ()

    def tasks(self, *, quick: bool = False) -> Iterator[tuple[str, TimeFunction]]:
        """Name what pyperf times: each size, in characters."""
        sizes = self.limited or SIZES
        for size in sizes[:2] if quick else sizes:
            yield f"{self.name}/{size}", self._timed(size)

    def _timed(self, size: int) -> TimeFunction:
        seen = 0

        def seconds(loops: int) -> float:
            nonlocal seen
            total = 0.0
            for _ in range(loops):
                seen += 1
                one = self.make(size if self.limited else size + seen)  # a little longer each time: unseen
                start = time.process_time()
                answer(self.function, one)
                total += time.process_time() - start
            return total

        return seconds


def timed_command(command: Sequence[str]) -> TimeFunction:
    """Time a command, in a process of its own each time."""

    def seconds(loops: int) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for _ in range(loops):
            subprocess.run(command, check=True)  # noqa: S603  # this Python
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return seconds


def answer(function: Callable[[T], object], one: T) -> object:
    """Call a function that may refuse its input, which is an answer too."""
    try:
        return function(one)
    except DeploySpecError as error:
        return error


@attrs.frozen
class Stage:
    """What a module of `benchmarks.stages` declares in its `COMPARISONS`, `GROWTHS` and `COMMANDS`."""

    name: str
    comparisons: tuple[Comparison[Any], ...]
    growths: tuple[Growth[Any], ...]
    commands: Mapping[str, tuple[str, ...]]


def stage_names() -> tuple[str, ...]:
    """List the stages; a module in the folder is one."""
    folder = importlib.import_module("benchmarks.stages")
    return tuple(module.name for module in pkgutil.iter_modules(folder.__path__))


def load_stage(name: str) -> Stage:
    """Import a stage, and the peers that it needs."""
    module = importlib.import_module(f"benchmarks.stages.{name}")
    return Stage(
        name,
        comparisons=tuple(getattr(module, "COMPARISONS", ())),
        growths=tuple(getattr(module, "GROWTHS", ())),
        commands=dict(getattr(module, "COMMANDS", {})),
    )


def exponent(times: Mapping[int, float]) -> float:
    """Fit the exponent of growth over the upper half of the sizes: 1 is linear, 2 quadratic."""
    upper = sorted(times)[-max(2, len(times) // 2) :]
    xs, ys = [math.log(size) for size in upper], [math.log(times[size]) for size in upper]
    x_mean, y_mean = math.fsum(xs) / len(xs), math.fsum(ys) / len(ys)
    covariance = math.fsum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return covariance / math.fsum((x - x_mean) ** 2 for x in xs)
