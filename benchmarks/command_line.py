"""The CPU time of commands as a multiple of `python -c pass`: `python -m benchmarks.command_line [RUNS]`.

The median of several runs; wall time would also measure what else the machine does. Peers that are not installed are
left out.
"""

from __future__ import annotations

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

DEPLOYSPEC = (sys.executable, "-m", "deployspec")
PULL = ("--set", "APTIBLE_DOCKER_IMAGE=quay.io/acme/web:1")
PEERS = {
    "ruff --version": ("ruff", "--version"),
    "hadolint --version": ("hadolint", "--version"),
    "pre-commit --version": ("pre-commit", "--version"),
}


def cpu_seconds(command: Sequence[str], runs: int) -> float:
    """Return the median CPU time of a command, with all processes that it starts."""
    times: list[float] = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=False)  # noqa: S603  # our own commands
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(times)


def commands(folder: Path) -> dict[str, Sequence[str]]:
    """Return the commands to measure; their apps are created in a folder."""
    for number in range(100):
        app = folder / f"app{number}"
        app.mkdir()
        (app / "Procfile").write_text("web: run\n")
        (app / "Dockerfile").write_text(
            "FROM ruby:3.4 AS build\nRUN make\nFROM alpine:3\nCOPY --from=build /app /app\n"
        )
    (folder / "pull").mkdir()
    (folder / "pull" / "Procfile").write_text("web: run\n")
    files = [str(folder / f"app{number}" / "Dockerfile") for number in range(100)]
    return {
        "import attrs": (sys.executable, "-c", "import attrs"),
        "deployspec --version": (*DEPLOYSPEC, "--version"),
        "deployspec --help": (*DEPLOYSPEC, "--help"),
        "deployspec check, a pull": (*DEPLOYSPEC, "check", str(folder / "pull"), *PULL),
        "deployspec check, a build": (*DEPLOYSPEC, "check", files[0]),
        "deployspec check, 100 builds": (*DEPLOYSPEC, "check", *files),
        "deployspec images, 100 files": (*DEPLOYSPEC, "images", *files),
        **{name: command for name, command in PEERS.items() if shutil.which(command[0]) is not None},
    }


def main(runs: int) -> None:
    """Print one line for each command."""
    nothing = cpu_seconds((sys.executable, "-c", "pass"), runs)
    with tempfile.TemporaryDirectory() as folder:
        for name, command in commands(Path(folder)).items():
            print(f"{name:30} {cpu_seconds(command, runs) / nothing:6.1f} x `python -c pass`")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
