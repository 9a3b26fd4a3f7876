"""The figures as tables: for a terminal, and for the documentation. Both are Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.summary import Figures


def report(figures: Figures) -> str:
    """Return all figures as text."""
    sections = [circumstances(figures)]
    if figures["comparisons"]:
        sections.append(comparisons(figures["comparisons"]))
    if figures["growths"]:
        sections.append(growths(figures["growths"]))
    if figures["imports"]:
        sections.append(imports(figures["imports"]))
    if "fleet" in figures:
        sections += [memory(figures["bytes_per_plan"]), fleet(figures["fleet"])]
    return "\n".join(sections)


def circumstances(figures: Figures) -> str:
    """Say what was measured on what, in a sentence."""
    machine = figures["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in figures["peers"].items())
    return (
        f"Measured with Python {machine['python']} on {machine['system']}, {machine['processor']}; "
        f"deployspec {figures['deployspec']} beside {versions}. {figures['rounds']} rounds, of each the least of three "
        "values, in seconds of the processor; medians, and in parentheses the lowest and the highest of a round.\n"
    )


def comparisons(found: Sequence[Figures]) -> str:
    """Tabulate our times, the peers' times, and how many times faster we are (below 1: slower)."""
    rows = [
        (one["name"], duration(one["microseconds"]), peer, duration(theirs["microseconds"]), times(theirs))
        for one in found
        for peer, theirs in one["peers"].items()
    ]
    return table(("input", "deployspec", "peer", "its time", "times faster"), rows, "lrlrr")


def times(theirs: Figures) -> str:
    """Write a ratio with its spread."""
    ratio = theirs["times_faster"]
    return f"{ratio['median']:.2f} ({ratio['low']:.2f}–{ratio['high']:.2f})"


def highlights(figures: Figures) -> str:
    """Tabulate the whole job, and what we aim at."""
    rows = [
        (one["name"], duration(one["microseconds"]), peer, times(theirs), aim(one, theirs))
        for one in figures["comparisons"]
        if one["stage"] == "whole_job"
        for peer, theirs in one["peers"].items()
    ]
    beyond = figures["imports"]["deployspec"]["milliseconds_beyond_attrs"]["median"]
    fleet, sizes = figures["fleet"], figures["bytes_per_plan"].values()
    return (
        f"{table(('input', 'deployspec', 'peers', 'times faster', 'aim'), rows, 'lrlrr')}\n"
        f"`import deployspec` takes {beyond:.1f} ms beyond `import attrs` (aim: at most 15). "
        f"A plan uses {min(sizes):,} to {max(sizes):,} bytes of memory. "
        f"{fleet['apps']:,} different apps take {fleet['apps'] / fleet['per_second']['one']:.1f} s on one core.\n"
    )


def aim(one: Figures, theirs: Figures) -> str:
    """Write what was aimed at, and whether it is reached."""
    if "aim" not in one:
        return "–"
    return f"{one['aim']:g}, {'met' if theirs['times_faster']['median'] >= one['aim'] else 'not met'}"


def by_peer(figures: Figures) -> str:
    """Tabulate the range of ratios with each peer alone."""
    ratios: dict[str, list[float]] = {}
    for one in figures["comparisons"]:
        for peer, theirs in one["peers"].items():
            ratios.setdefault(peer, []).append(theirs["times_faster"]["median"])
    rows = [(peer, f"{min(found):.2f}–{max(found):.2f}", f"{len(found)}") for peer, found in ratios.items()]
    return table(("peer", "times faster", "comparisons"), rows, "lrr")


def growths(found: Sequence[Figures]) -> str:
    """Tabulate the time at the smallest and the largest size, and the exponent of growth in between."""
    rows = list[tuple[str, ...]]()
    for one in found:
        sizes = sorted(map(int, one["microseconds"]))
        first, last = (
            f"{duration(one['microseconds'][str(size)])} at {amount(size)}" for size in (sizes[0], sizes[-1])
        )
        rows.append((one["name"], first, last, f"{one['exponent']:.2f}"))
    return table(("hostile input", "smallest", "largest", "exponent"), rows, "lrrr")


def imports(found: Figures) -> str:
    """Tabulate what an import takes beyond Python's own start, and beyond attrs."""
    rows = [
        (f"{name}{other}", f"{ms['median']:.1f} ms ({ms['low']:.1f}–{ms['high']:.1f})")
        for name, one in found.items()
        for other, ms in zip(("", ", beyond attrs"), one.values(), strict=False)
    ]
    return table(("import", "beyond Python's own start"), rows, "lr")


def memory(found: Figures) -> str:
    """Tabulate the bytes of a plan."""
    return table(("plan of the example", "memory"), [(name, f"{size:,} bytes") for name, size in found.items()], "lr")


def fleet(found: Figures) -> str:
    """Tabulate the speed on a fleet."""
    one, two = (found["per_second"][name] for name in ("one", "two"))
    rows = [("one", f"{one:,}", f"{found['apps'] / one:.1f} s"), ("two", f"{two:,}", f"{found['apps'] / two:.1f} s")]
    return table(("cores", "apps a second", f"{found['apps']:,} different apps"), rows, "lrr")


def duration(microseconds: float) -> str:
    """Write a time with three digits and a unit that fits."""
    for unit, factor in (("s", 1e6), ("ms", 1e3), ("µs", 1.0)):
        if microseconds >= factor:
            return f"{microseconds / factor:.3g} {unit}"
    return f"{microseconds * 1e3:.0f} ns"


def amount(size: int) -> str:
    """Write a number of characters."""
    for unit, factor in (("MB", 2**20), ("KB", 2**10)):
        if size >= factor:
            return f"{size // factor} {unit}"
    return str(size)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], align: str) -> str:
    """Lay out a Markdown table, its columns padded so that it reads as well in a terminal."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    rule = [("-" * (width - 1)) + (":" if side == "r" else "-") for width, side in zip(widths, align, strict=True)]
    padded = (
        [
            f"{cell:>{width}}" if side == "r" else f"{cell:<{width}}"
            for cell, width, side in zip(line, widths, align, strict=True)
        ]
        for line in (head, rule, *lines[1:])
    )
    return "".join(f"| {' | '.join(cells)} |\n" for cells in padded)
