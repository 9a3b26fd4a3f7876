"""Config as dotenv text, beside python-dotenv (which we read it with, and check more) and honcho."""

from __future__ import annotations

import importlib
import io
from functools import partial
from typing import Any

from benchmarks.frame import Comparison, Growth
from benchmarks.samples import dotenv
from deployspec import parse_env

python_dotenv: Any = importlib.import_module("dotenv")
honcho: Any = importlib.import_module("honcho.environ")


def dotenv_values(text: str) -> object:
    """Read a text as python-dotenv's users do."""
    return python_dotenv.dotenv_values(stream=io.StringIO(text), interpolate=False)


COMPARISONS = tuple(
    Comparison(
        name=f"config of {variables}",
        inputs=partial(dotenv, variables=variables),
        ours=parse_env,
        peers={"python-dotenv": dotenv_values, "honcho": honcho.parse},
    )
    for variables in (4, 40)
)

GROWTHS = (
    Growth(name="config of many lines", make=lambda size: "NAME=value\n" * (size // 11), function=parse_env),
    Growth(name="config of one run of blanks", make=lambda size: f"A=1{' ' * size}2", function=parse_env),
    Growth(name="config of faults", make=lambda size: "= value\n" * (size // 8), function=parse_env),
)
