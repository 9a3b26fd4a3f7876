"""The command `lookup`: the login that each client uses for an image."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from deployspec import Client, Lookup, lookup_all, render
from deployspec._cli.exit_codes import PROBLEMS, SUCCESS
from deployspec._cli.inputs import read_input
from deployspec._cli.terminal import colored

if TYPE_CHECKING:
    import argparse


def run_lookup(options: argparse.Namespace) -> int:
    """Print the look-ups; it is a problem if a client fails because of the file."""
    _, text = read_input(options.docker_config)
    everything = lookup_all(text, options.image)
    chosen: list[Client] = options.client or list(everything)
    found: dict[Client, Lookup] = {client: one for client, one in everything.items() if client in chosen}
    color = options.format == "text" and colored(sys.stdout, options.color)
    sys.stdout.write(render.lookups(found, image=options.image, format=options.format, color=color))
    return PROBLEMS if _has_problems(found) else SUCCESS


def _has_problems(found: Mapping[Client, Lookup]) -> bool:
    """Whether a client fails; one that refuses the reference counts only if all of them do."""
    errors = [
        {diagnostic.code for diagnostic in one.diagnostics if diagnostic.severity == "error"} for one in found.values()
    ]
    refused = [codes == {"lookup-reference"} for codes in errors]
    return all(refused) or any(codes and not is_refused for codes, is_refused in zip(errors, refused, strict=True))
