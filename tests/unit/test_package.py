from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import deployspec
from deployspec import render

HEAVY = ["docker_image", "regex", "dotenv", "hypothesis", "argparse"]
EDGE = ["logging", "subprocess"]
# Loaded when they are first needed, so that the import stays quick: add to `_LATE` what would load them.
LATE = [
    "csv",
    "hashlib",
    "json",
    *(f"deployspec.{name}" for name in ("_plans", "_logins.docker_config", "_dockerfile")),
]


def test_importing_the_library_loads_nothing_heavy() -> None:
    program = (
        "import attrs, sys; before = set(sys.modules); import deployspec; after = set(sys.modules); "
        f"print([*after.intersection({HEAVY}), *(after - before).intersection({EDGE + LATE})])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


@pytest.mark.parametrize("ci", ["", "true"])
def test_generated_inputs_are_the_same_each_time_in_ci_and_never_timed(ci: str) -> None:
    program = (
        f"import runpy; runpy.run_path({str(Path(__file__).parents[1] / 'conftest.py')!r}); "
        "from hypothesis import settings; print(settings.default.derandomize, settings.default.deadline)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "HYPOTHESIS_PROFILE"} | {"CI": ci}
    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout == f"{bool(ci)} None\n"


def test_every_public_name_is_there_and_sorted_as_listed() -> None:
    for module in (deployspec, render):
        assert all(hasattr(module, name) for name in module.__all__)
        assert len(set(module.__all__)) == len(module.__all__)
        assert set(module.__all__) <= set(dir(module))


def test_a_misspelt_name_is_told_as_of_any_module() -> None:
    with pytest.raises(AttributeError, match="module 'deployspec' has no attribute 'resolv'"):
        deployspec.resolv  # type: ignore[attr-defined] # noqa: B018 # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnusedExpression]
