"""Figures in the README and the pages are those that were measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from benchmarks.publish import BLOCK, BLOCKS, PAGES, filled, published


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_figure_is_the_measured_one(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == filled(text, published())
    assert len(BLOCK.findall(text)) == text.count("<!-- figures: ") == text.count("<!-- end of figures -->") > 0


def test_every_kind_of_figure_is_shown() -> None:
    shown = {name for page in PAGES for name in re.findall("<!-- figures: ([a-z-]+) -->", page.read_text("utf-8"))}
    assert shown == set(BLOCKS)
