"""The command `images`: the images that a build of one Dockerfile pulls."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import attrs

from deployspec import APTIBLE_2016, BuildImage, BuildImages, DeploySpecError
from deployspec._cli.inputs import read_dockerfile
from deployspec._cli.terminal import SUCCESS, CliError, report
from deployspec._core.diagnostics import renamed
from deployspec._dockerfile.build.request import Request, read_platforms
from deployspec._dockerfile.diagnostics import SOURCE
from deployspec._dockerfile.dockerfile import images_of_text
from deployspec.render._shared import json_text

if TYPE_CHECKING:
    import argparse


def run_images(options: argparse.Namespace) -> int:
    """List the images that a build pulls."""
    name, text = read_dockerfile(options.file)
    try:
        images = _find_images(text, options)
    except DeploySpecError as error:
        texts = {name: text.decode("utf-8", "replace")}
        raise CliError(renamed(error.diagnostics, SOURCE, name), texts=texts) from None
    report(renamed(images.unknowns, SOURCE, name))
    sys.stdout.write(_json(images) if options.json else _lines(images, every=options.all))
    return SUCCESS


def _find_images(text: bytes, options: argparse.Namespace) -> BuildImages:
    platforms = read_platforms(options.platform, None)
    request = Request(dict(options.build_arg), options.target, platforms, dict(options.build_context))
    return images_of_text(text, request, APTIBLE_2016.frontends)


def _lines(images: BuildImages, *, every: bool) -> str:
    """Return one reference a line, in the order in which they are pulled: a frontend first."""
    frontend = [] if images.frontend is None else [images.frontend]
    references = [*frontend, *(image.reference for image in (images.all if every else images.needed))]
    return "".join(f"{reference}\n" for reference in dict.fromkeys(map(str, references)))


def _json(images: BuildImages) -> str:
    def plain(image: BuildImage) -> dict[str, object]:
        origins = [attrs.asdict(origin) for origin in image.origins]
        return {**attrs.asdict(image, recurse=False), "reference": str(image.reference), "origins": origins}

    document = {
        "frontend": None if images.frontend is None else str(images.frontend),
        "needed": [plain(image) for image in images.needed],
        "all": [plain(image) for image in images.all],
        "unknowns": [unknown.message for unknown in images.unknowns],
    }
    return json_text(document)
