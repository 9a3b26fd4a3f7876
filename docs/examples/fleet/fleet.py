"""Decide for a whole fleet of apps: on all cores of a machine, or of many machines."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from deployspec import App, DeployPlan, Diagnostic, ResolutionError, resolve

Record = tuple[dict[str, str], str | None, str | None]
Outcome = DeployPlan | tuple[Diagnostic, ...]


def decide(record: Record) -> Outcome:
    """Resolve one app from what was stored of it: its config, its Procfile, its Dockerfile.

    A record is made of texts, so it goes to another process as it is; the app, which guards its secrets and refuses to
    be pickled, is built here, where it is used. What goes back holds no secret: a plan, or why there is none.
    """
    config, procfile, dockerfile = record
    try:
        return resolve(App(config, procfile, dockerfile))
    except ResolutionError as error:
        return error.diagnostics


def on_all_cores(records: Iterable[Record], workers: int | None = None) -> Iterator[Outcome]:
    """Decide on all cores of this machine, in the order of the records."""
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(decide, records, chunksize=500)


def on_a_cluster(records: Iterable[Record]) -> list[Outcome]:
    """Decide wherever Dask is set up to compute, in the order of the records."""
    bag: Any = importlib.import_module("dask.bag")  # it has no types
    outcomes: list[Outcome] = bag.from_sequence(records, partition_size=500).map(decide).compute()
    return outcomes


def sample(size: int) -> list[Record]:
    """Make up a fleet: half of it pulls an image, a quarter builds, an eighth extends, an eighth is refused."""
    host, user, word = (f"APTIBLE_PRIVATE_REGISTRY_{name}" for name in ("HOST", "USERNAME", "PASSWORD"))
    login = {host: "quay.io", user: "acme", word: "not-a-real-password"}
    return [
        (
            ({"APTIBLE_DOCKER_IMAGE": f"quay.io/acme/app-{number}:1", **login}, "web: run", None),
            ({}, "web: run", f"FROM ruby:3.4\nLABEL app={number}\n"),
            ({"APTIBLE_DOCKER_IMAGE": f"acme/app-{number}:1"}, "web: run\nworker: go", "FROM ignored"),
            (login, "web: run", "FROM quay.io/acme/base:1") if number % 8 == 3 else ({}, "web: run", None),  # noqa: PLR2004
        )[number % 4]
        for number in range(size)
    ]


if __name__ == "__main__":
    counted = Counter(
        type(outcome.action).__name__ if isinstance(outcome, DeployPlan) else outcome[0].code
        for outcome in on_all_cores(sample(2000))
    )
    for what, count in sorted(counted.items()):
        print(f"{count:5} {what}")
