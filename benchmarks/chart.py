"""The figures as pictures: SVG that reads on white and on black."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.report import amount
from benchmarks.summary import PEERS, Figures

mpl: Any = importlib.import_module("matplotlib")
figures_of: Any = importlib.import_module("matplotlib.figure")

INK = "#7d8590"  # a grey that stands out from white and from black
COLORS = dict(zip(PEERS, ("#2f81f7", "#bc8cff", "#3fb950", "#d29922", "#f0883e", "#db61a2"), strict=True))
STYLE = {
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 10,
    "svg.hashsalt": "deployspec",  # the same figures draw the same file
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def draw_speed(comparisons: Sequence[Figures], path: Path) -> None:
    """Draw how many times faster than each peer we are, a bar a comparison, the spread as a whisker."""
    bars = [(one["name"], peer, theirs) for one in comparisons for peer, theirs in one["peers"].items()]
    with mpl.rc_context(STYLE):
        figure = figures_of.Figure(figsize=(8, 1 + 0.24 * len(bars)))
        axes = figure.subplots()
        for row, (_, peer, theirs) in enumerate(reversed(bars)):
            ratio = theirs["times_faster"]
            whisker = [[ratio["median"] - ratio["low"]], [ratio["high"] - ratio["median"]]]
            color = COLORS.get(peer, INK)
            axes.barh(row, ratio["median"] - 1, left=1, xerr=whisker, color=color, ecolor=INK, height=0.7)
            axes.annotate(
                f"{ratio['median']:.3g}×", (max(1, ratio["high"]), row), (4, 0), textcoords="offset points", va="center"
            )
        axes.set_yticks(range(len(bars)), [f"{name} · {peer}" for name, peer, _ in reversed(bars)])
        axes.set_xscale("log")
        axes.axvline(1, color=INK, linewidth=1)
        axes.set_xlabel("times faster than the peer (right of 1: deployspec takes less time)")
        axes.margins(y=0.01)
        save(figure, path)


def draw_growth(growths: Sequence[Figures], path: Path) -> None:
    """Draw the time against the size of each hostile input, both logarithmic: a straight line of slope 1 is linear."""
    with mpl.rc_context(STYLE):
        figure = figures_of.Figure(figsize=(8, 6))
        axes = figure.subplots()
        palette = mpl.colormaps["tab20"].resampled(len(growths))
        for number, one in enumerate(growths):
            sizes = sorted(map(int, one["microseconds"]))
            seconds = [one["microseconds"][str(size)] / 1e6 for size in sizes]
            axes.plot(sizes, seconds, marker=".", color=palette(number), label=one["name"])
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        axes.set_xticks(sizes_of(growths), [amount(size) for size in sizes_of(growths)])
        axes.set_ylabel("seconds")
        axes.grid(color=INK, alpha=0.25)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=2, frameon=False)
        save(figure, path)


def sizes_of(growths: Sequence[Figures]) -> list[int]:
    """List all sizes that occur."""
    return sorted({int(size) for one in growths for size in one["microseconds"]})


def save(figure: Any, path: Path) -> None:  # noqa: ANN401  # matplotlib's types are partial
    """Write a picture without a background, and without the date."""
    figure.savefig(path, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None})
