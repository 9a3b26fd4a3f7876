from __future__ import annotations

import importlib
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

from deployspec import App, DeployPlan

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "fleet" / "fleet.py"


@pytest.fixture(scope="module")
def fleet() -> Any:
    """The documented example, as a module that other processes can import too."""
    sys.path.insert(0, str(EXAMPLE.parent))
    try:
        yield importlib.import_module("fleet")
    finally:
        sys.path.remove(str(EXAMPLE.parent))


def test_processes_decide_as_one_process_does(fleet: Any) -> None:
    records = fleet.sample(40)
    decided = [fleet.decide(record) for record in records]
    assert list(fleet.on_all_cores(records, 2)) == decided
    assert sum(isinstance(outcome, DeployPlan) for outcome in decided) == 35
    assert all(pickle.loads(pickle.dumps(outcome)) == outcome for outcome in decided)  # noqa: S301  # our own


def test_dask_maps_the_same_function(fleet: Any) -> None:
    dask: Any = pytest.importorskip("dask")
    records = fleet.sample(40)
    with dask.config.set(scheduler="synchronous"):
        assert fleet.on_a_cluster(records) == [fleet.decide(record) for record in records]


def test_an_app_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(App({"A": "1"}))
