"""Ratios of our readers to their peers, in one run: medians of alternating rounds, every input seen once a round.

    python benchmarks/peers.py

Needs docker-image-py, honcho and dockerfile-parse beside the library. A ratio below 1 means that we take less time.
"""

from __future__ import annotations

import importlib
import io
import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from deployspec import parse_dockerfile, parse_procfile, parse_reference

ROUNDS = 15
DOCKERFILE = """\
ARG PYTHON=3.13
FROM node:22-slim AS assets
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci \\
 && npm run build \\
 && npm cache clean --force
FROM python:${PYTHON}-slim
COPY --from=assets /src/dist /app/static
COPY . /app
RUN pip install -r /app/requirements.txt
CMD ["gunicorn", "shop.wsgi"]
"""


def references(count: int) -> list[str]:
    """References as people write them, no two alike."""
    pick = random.Random(7)  # noqa: S311  # reproducible samples, no secrets
    shapes = ("app{}", "team/app{}", "quay.io/team/app{}:1.{}", "localhost:5000/a/b/c{}@sha256:" + "0" * 64)
    return [pick.choice(shapes).format(number, number) for number in range(count)]


def ratio(ours: Callable[[str], object], theirs: Callable[[str], object], inputs: Sequence[str]) -> tuple[float, float]:
    """Return our median time an input in microseconds, and its ratio to theirs."""
    times: list[list[float]] = [[], []]
    for _ in range(ROUNDS):
        for kept, function in zip(times, (ours, theirs), strict=True):
            start = time.perf_counter()
            for text in inputs:
                function(text)
            kept.append((time.perf_counter() - start) / len(inputs) * 1e6)
    mine, other = (statistics.median(kept) for kept in times)
    return mine, mine / other


def main() -> None:
    """Print a table."""
    docker_image: Any = importlib.import_module("docker_image.reference")
    honcho: Any = importlib.import_module("honcho.environ")
    dockerfile_parse: Any = importlib.import_module("dockerfile_parse")

    def parent_images(text: str) -> object:
        return dockerfile_parse.DockerfileParser(fileobj=io.BytesIO(text.encode())).parent_images

    def images(text: str) -> object:
        return parse_dockerfile(text).images()

    procfiles = [f"web: rails s -p {n}\nworker: rake jobs:work\nrelease: rake db:migrate\n" for n in range(500)]
    dockerfiles = [DOCKERFILE.replace("3.13", f"3.{n}") for n in range(100)]
    parse_normalized = docker_image.Reference.parse_normalized_named
    rows: list[tuple[str, tuple[float, float]]] = [
        ("reference, docker-image-py", ratio(parse_reference, parse_normalized, references(1000))),
        ("Procfile of 3, honcho", ratio(parse_procfile, honcho.parse_procfile, procfiles)),
        ("Dockerfile, dockerfile-parse", ratio(images, parent_images, dockerfiles)),
    ]
    print(f"{'what, against whom':<32}{'µs':>8}{'ratio':>8}")
    for name, (mine, relation) in rows:
        print(f"{name:<32}{mine:>8.1f}{relation:>8.2f}")


if __name__ == "__main__":
    main()
