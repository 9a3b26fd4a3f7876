"""Put figures into the README and the documentation, where `<!-- figures: NAME -->` marks their place.

    python -m benchmarks.publish [FOLDER]

Without a folder the texts are written again from the figures that are published already.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import report
from benchmarks.summary import Figures

ROOT = Path(__file__).parents[1]
PUBLISHED = ROOT / "docs" / "measurements"
PAGES = (ROOT / "README.md", *(ROOT / "docs" / "reference" / f"{name}.md" for name in ("measurements", "peers")))
BLOCK = re.compile(r"(<!-- figures: ([\w-]+) -->\n\n).*?(<!-- end of figures -->)", re.DOTALL)

BLOCKS: dict[str, Callable[[Figures], str]] = {
    "circumstances": report.circumstances,
    "comparisons": lambda figures: report.comparisons(figures["comparisons"]),
    "growths": lambda figures: report.growths(figures["growths"]),
    "imports": lambda figures: report.imports(figures["imports"]),
    "memory": lambda figures: report.memory(figures["bytes_per_plan"]),
    "fleet": lambda figures: report.fleet(figures["fleet"]),
    "highlights": report.highlights,
    "peers": report.by_peer,
}


def filled(text: str, figures: Figures) -> str:
    """Return a page with all its figures in place."""
    return BLOCK.sub(lambda block: f"{block[1]}{BLOCKS[block[2]](figures)}\n{block[3]}", text)


def published() -> Figures:
    """Read the figures that are published."""
    figures: Figures = json.loads((PUBLISHED / "results.json").read_text(encoding="utf-8"))
    return figures


def main() -> None:
    """Publish a folder that `python -m benchmarks` has written."""
    PUBLISHED.mkdir(exist_ok=True)
    for folder in map(Path, sys.argv[1:]):
        for name in ("results.json", "speed.svg", "growth.svg"):
            shutil.copy(folder / name, PUBLISHED / name)
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8"), published()), encoding="utf-8")


if __name__ == "__main__":
    main()
