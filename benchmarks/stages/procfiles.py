"""Procfiles, beside honcho (the process manager that most Python users run them with)."""

from __future__ import annotations

import importlib
from functools import partial
from typing import Any

from benchmarks.frame import Comparison, Growth
from benchmarks.samples import procfile
from deployspec import parse_procfile

honcho: Any = importlib.import_module("honcho.environ")

parse_large = partial(parse_procfile, max_bytes=1 << 30, max_line_bytes=1 << 30, max_services=1 << 30)

COMPARISONS = tuple(
    Comparison(
        name=f"Procfile of {services}",
        inputs=partial(procfile, services=services),
        ours=parse_procfile,
        peers={"honcho": honcho.parse_procfile},
    )
    for services in (1, 3, 30)
)


def many_services(size: int) -> str:
    """Make a Procfile of so many characters, each service with a name of its own."""
    return "".join(f"service-{number:06}: run\n" for number in range(size // 20))


GROWTHS = (
    Growth(name="Procfile of many services", make=many_services, function=parse_large),
    Growth(name="Procfile of one long line", make=lambda size: "web: " + "a " * (size // 2), function=parse_large),
    Growth(name="Procfile of faults", make=lambda size: "web run\n" * (size // 8), function=parse_large),
)
