"""Which images a build fetches, beside dockerfile-parse, and BuildKit's own parser in Go (the `dockerfile` package).

The peers answer less: dockerfile-parse lists the `FROM` images, the Go parser splits instructions and resolves nothing.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
from typing import Any

from benchmarks.frame import Comparison, Growth
from benchmarks.samples import DOCKERFILES
from deployspec import BuildImages, parse_dockerfile

dockerfile_parse: Any = importlib.import_module("dockerfile_parse")


def images(text: str) -> BuildImages:
    """List what a build fetches."""
    return parse_dockerfile(text).images()


def parent_images(text: str) -> object:
    """List the `FROM` images, from memory as we do."""
    return dockerfile_parse.DockerfileParser(fileobj=io.BytesIO(text.encode())).parent_images


PEERS = {"dockerfile-parse": parent_images}
if importlib.util.find_spec("dockerfile") is not None:  # built for one kind of machine only
    buildkit: Any = importlib.import_module("dockerfile")
    PEERS["dockerfile"] = buildkit.parse_string

COMPARISONS = tuple(
    Comparison(name=f"Dockerfile, {name}", inputs=inputs, ours=images, peers=PEERS)
    for name, inputs in DOCKERFILES.items()
)


def stages(size: int) -> str:
    """Make a chain of stages, each built on the one before."""
    chain = (f"FROM stage{number - 1:08} AS stage{number:08}\n" for number in range(1, size // 34))
    return "FROM scratch AS stage00000000\n" + "".join(chain)


def nested(size: int) -> str:
    """Make one base of defaults in defaults, over as many lines as that takes."""
    depth = size // 7
    word = "${a:-x" * depth + "}" * depth
    return "FROM a" + "\\\n".join(word[at : at + 8000] for at in range(0, len(word), 8000)) + "\n"


GROWTHS = (
    Growth(name="Dockerfile of a chain of stages", make=stages, function=images),
    Growth(
        name="Dockerfile of one continued RUN",
        make=lambda size: "FROM a\nRUN a" + " \\\n && a" * (size // 8) + "\n",
        function=images,
    ),
    Growth(name="Dockerfile of nested defaults", make=nested, function=images),
    Growth(
        name="Dockerfile of patterns",
        make=lambda size: f"ARG A={'a' * 2000}\n" + "FROM a${A##*a*a*a*b}\n" * (size // 21),
        function=images,
    ),
    Growth(name="Dockerfile of faults", make=lambda size: "FROM a b c\n" * (size // 11), function=images),
)
