"""Image references, beside docker-image-py (Docker's grammar in Python) and oras (a registry client)."""

from __future__ import annotations

import importlib
from typing import Any

from benchmarks.frame import Comparison, Growth
from benchmarks.samples import familiar_reference, full_reference, pinned_reference, reference
from deployspec import parse_reference

docker_image: Any = importlib.import_module("docker_image.reference")
oras: Any = importlib.import_module("oras.container")

PEERS = {"docker-image-py": docker_image.Reference.parse_normalized_named, "oras": oras.Container}

COMPARISONS = tuple(
    Comparison(name=name, inputs=inputs, ours=parse_reference, peers=PEERS)
    for name, inputs in {
        "references as met": reference,
        "short references": familiar_reference,
        "references with host and tag": full_reference,
        "references at a digest": pinned_reference,
    }.items()
)

GROWTHS = (
    Growth(name="reference of one long component", make=lambda size: "a" * size, function=parse_reference),
    Growth(name="reference of many components", make=lambda size: "a/" * (size // 2) + "a", function=parse_reference),
    Growth(name="reference of dashes", make=lambda size: "a" + "-" * size, function=parse_reference),
)
