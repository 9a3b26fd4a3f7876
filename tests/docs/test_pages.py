"""What the README and the pages of the documentation show is what happens.

Python blocks are run; a `console` block's commands too, in a folder of its own a page, and what they print is compared.
"""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

sybil: Any = importlib.import_module("sybil")
markdown: Any = importlib.import_module("sybil.parsers.markdown")

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *(page for page in sorted((ROOT / "docs").rglob("*.md")) if "_build" not in page.parts)]

# Laws that are broken on purpose take most of the time of these pages.
SLOW = {"test-your-deployer.md"}


def run_console(example: Any) -> str | None:
    """Run each `$ command` and compare what it prints, on both streams, with the lines below it."""
    for command, expected in re.findall(
        r"^\$ (.*(?:\\\n.*)*)\n((?:(?!\$ ).*(?:\n|\Z))*)", str(example.parsed), re.MULTILINE
    ):
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        ran = subprocess.run(
            ["bash", "-c", command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if ran.stdout != expected:
            return f"`{command}` prints\n{ran.stdout}\nbut the page shows\n{expected}"
    return None


reader = sybil.Sybil(
    parsers=[
        markdown.PythonCodeBlockParser(),
        markdown.CodeBlockParser(language="console", evaluator=run_console),
        markdown.SkipParser(),
    ]
)


@pytest.fixture(autouse=True)
def _without_shrinking() -> Iterator[None]:
    """Show any counterexample of a law that an example breaks on purpose: to find the smallest takes minutes."""
    before = settings.get_current_profile_name()
    current: Any = settings()
    phases = [phase for phase in current.phases if phase not in {Phase.shrink, Phase.explain}]
    settings.register_profile("pages", current, phases=phases, max_examples=1000)
    settings.load_profile("pages")
    yield
    settings.load_profile(before)


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=[pytest.mark.slow] if page.name in SLOW else []) for page in PAGES],
    ids=[str(page.relative_to(ROOT)) for page in PAGES],
)
def test_every_example_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    for example in reader.parse(page).examples():
        example.evaluate()
