"""Procfiles, beside honcho (the process manager that most Python users run them with)."""

from __future__ import annotations

import importlib
from functools import partial
from random import Random
from typing import Any

from benchmarks.frame import Comparison, Growth
from benchmarks.samples import procfile
from deployspec import parse_procfile

honcho: Any = importlib.import_module("honcho.environ")

parse_large = partial(parse_procfile, max_bytes=1 << 30, max_line_bytes=1 << 30, max_services=1 << 30)

PEERS = {"honcho": honcho.parse_procfile}


def quoted(random: Random) -> str:
    """Make a Procfile whose commands hold quotes, which are looked through."""
    return procfile(random).replace("--", "--tag 'a b' --")


def warned_of(random: Random) -> str:
    """Make a Procfile about which there is something to tell, so that it is read with care."""
    return procfile(random).replace("worker", "my_worker")


COMPARISONS = (
    *(
        Comparison(name=f"Procfile of {count}", inputs=partial(procfile, services=count), ours=parse_large, peers=PEERS)
        for count in (1, 3, 30, 1000)
    ),
    Comparison(name="Procfile of 3 with quotes", inputs=quoted, ours=parse_procfile, peers=PEERS),
    Comparison(name="Procfile of 3 with a warning", inputs=warned_of, ours=parse_procfile, peers=PEERS),
)


def many_services(size: int) -> str:
    """Make a Procfile of so many characters, each service with a name of its own."""
    return "".join(f"service-{number:06}: run\n" for number in range(size // 20))


GROWTHS = (
    Growth(name="Procfile of quotes", make=lambda size: "web: " + "a 'b'" * (size // 5) + '"', function=parse_large),
    Growth(name="Procfile of many services", make=many_services, function=parse_large),
    Growth(name="Procfile of one long line", make=lambda size: "web: " + "a " * (size // 2), function=parse_large),
    Growth(name="Procfile of faults", make=lambda size: "web run\n" * (size // 8), function=parse_large),
)
