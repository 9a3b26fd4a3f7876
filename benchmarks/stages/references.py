"""Image references, beside docker-image-py (Docker's grammar in Python) and oras (a registry client)."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from itertools import count
from random import Random
from typing import Any

from benchmarks.frame import Comparison, Growth
from benchmarks.samples import digest, familiar_reference, full_reference, pinned_reference, reference
from deployspec import parse_reference

docker_image: Any = importlib.import_module("docker_image.reference")
oras: Any = importlib.import_module("oras.container")

PEERS = {"docker-image-py": docker_image.Reference.parse_normalized_named, "oras": oras.Container}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def letters(random: Random, length: int) -> str:
    """Make a word of so many letters."""
    return "".join(random.choices(LETTERS, k=length))


def like_ubuntu(random: Random) -> str:
    """Make a name as long as `ubuntu`."""
    return letters(random, 6)


def like_ruby(random: Random) -> str:
    """Make a reference of the shape of `quay.io/aptible/ruby:2.3`."""
    return f"quay.io/{letters(random, 7)}/{letters(random, 4)}:{random.randrange(10)}.{random.randrange(10)}"


def on_localhost(random: Random) -> str:
    """Make a reference at a digest in a registry under development."""
    return f"localhost:5000/a/b/c@{digest(random)}"


def nested(random: Random) -> str:
    """Make the longest path, of as many components as fit."""
    return f"quay.io/{'/'.join(random.choices(LETTERS, k=128))}"


def mistaken(random: Random) -> str:
    """Make a text as people get references wrong."""
    right = full_reference(random)
    return random.choice(
        (
            right.replace("/", "/A", 1),
            f"{right} ",
            f"https://{right}",
            f"{right}+build",
            f"{right}/web",
            f"{right}@sha256:{letters(random, 64)}",
            f"{right}@{digest(random)[:-1]}",
            right.replace("/", "//"),
            right.rpartition(":")[0] + ":${TAG}",
        )
    )


def answered(function: Callable[[str], object], text: str) -> object:
    """Call a reader that may refuse the text, which is an answer too."""
    try:
        return function(text)
    except Exception as error:  # noqa: BLE001  # each reader has exceptions of its own
        return error


COMPARISONS = (
    *(
        Comparison(name=name, inputs=inputs, ours=parse_reference, peers=PEERS)
        for name, inputs in {
            "references as met": reference,
            "short references": familiar_reference,
            "references with host and tag": full_reference,
            "references at a digest": pinned_reference,
            "`ubuntu`": like_ubuntu,
            "`quay.io/aptible/ruby:2.3`": like_ruby,
            "`localhost:5000/a/b/c@sha256:…`": on_localhost,
            "a path of 255 characters, nested": nested,
        }.items()
    ),
    Comparison(
        name="references with mistakes, refused",
        inputs=mistaken,
        ours=partial(answered, parse_reference),
        peers={name: partial(answered, read) for name, read in PEERS.items()},
    ),
)


def repeated(pattern: str, end: str = "") -> Callable[[int], str]:
    """Make texts that repeat a pattern up to a size; a number at their beginning keeps each unlike the others."""
    numbers = count()

    def make(size: int) -> str:
        number = f"{next(numbers):08x}"
        return number + (pattern * size)[: size - len(number) - len(end)] + end

    return make


PATTERNS = {
    "one long component": repeated("a", "+"),
    "long components": repeated("/abcdefgh", "+"),
    "`a-`": repeated("a-", "+"),
    "`a/`": repeated("a/", "+"),
    "`a.`": repeated("a.", "+"),
    "`a.` as a host": repeated(".a", ".a/app"),
    "`a.` as a host that goes wrong": repeated(".a", "./app"),
    "colons": repeated(":"),
    "at signs": repeated("@"),
    "brackets": repeated("["),
    "letters beyond ASCII": repeated("\u00e9"),
}
# All but one go wrong at their very end, when everything has been read in vain. Beyond the limit nothing is read.
GROWTHS = (
    *(
        Growth(name=f"reference of {name}", make=make, function=parse_reference, limited=(64, 128, 256, 512, 1024))
        for name, make in PATTERNS.items()
    ),
    Growth(name="reference beyond the limit", make=lambda size: "a/" * size, function=parse_reference),
)
