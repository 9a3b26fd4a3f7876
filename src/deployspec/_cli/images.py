"""`deployspec images`: which images a build of one Dockerfile fetches."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import attrs

from deployspec import APTIBLE_2016, BuildImage, BuildImages, DeploySpecError, Diagnostic, parse_dockerfile
from deployspec._cli.build_options import add_build_options, pairs
from deployspec._cli.sources import read_input
from deployspec._cli.terminal import PLAN, CliError, tell

if TYPE_CHECKING:
    import argparse

__all__: list[str] = []


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    command.add_argument(
        "file", nargs="?", default="Dockerfile", metavar="FILE", help="default: Dockerfile; - is standard input"
    )
    command.add_argument("--all", action="store_true", help="every stage, not just what the target needs")
    command.add_argument("--json", action="store_true", help="print JSON, which holds both lists")
    add_build_options(command)


def run(options: argparse.Namespace) -> int:
    name, text = read_input(options.file)
    args, contexts = pairs("--build-arg", options.build_arg), pairs("--build-context", options.build_context)
    try:
        found = parse_dockerfile(text).images(
            build_args=args, target=options.target, platform=options.platform, contexts=contexts
        )
    except DeploySpecError as error:
        faults = [attrs.evolve(one, source=name) for one in error.diagnostics]
        raise CliError(faults, {name: text.decode("utf-8", "replace")}) from None
    tell([attrs.evolve(one, source=name) for one in (*_opaque(found), *found.unknowns)])
    sys.stdout.write(_images_json(found) if options.json else _images_text(found, every=options.all))
    return PLAN


def _opaque(found: BuildImages) -> list[Diagnostic]:
    """Say where the list may be wrong: only the frontend itself knows what its language means."""
    if found.frontend is None or found.frontend.repository in APTIBLE_2016.frontends:
        return []
    message = f"the build is handed to the frontend `{found.frontend.familiar}`, which may fetch other images"
    return [Diagnostic("build-frontend-custom", message, "warning")]


def _images_text(found: BuildImages, *, every: bool) -> str:
    """One reference a line, so that other tools can read them; a frontend first, since it is fetched first."""
    images = found.all if every else found.needed
    frontend = [] if found.frontend is None else [str(found.frontend)]
    references = dict.fromkeys([*frontend, *(str(image.reference) for image in images)])
    return "".join(f"{reference}\n" for reference in references)


def _images_json(found: BuildImages) -> str:
    def plain(image: BuildImage) -> dict[str, object]:
        return {**attrs.asdict(image, recurse=False), "reference": str(image.reference)}

    document = {
        "frontend": None if found.frontend is None else str(found.frontend),
        "needed": [plain(image) for image in found.needed],
        "all": [plain(image) for image in found.all],
        "unknowns": [one.message for one in found.unknowns],
    }
    return json.dumps(document, indent=2) + "\n"
