"""The page on the API has every public name."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "api.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("module", ["deployspec", "deployspec.render", "deployspec.sources"])
def test_every_public_name_has_an_entry(module: str) -> None:
    shown = set(re.findall(r"^\.\. (?:auto|py:)\w+:: (\w+)$", PAGE, re.MULTILINE))
    assert set(importlib.import_module(module).__all__) <= shown
