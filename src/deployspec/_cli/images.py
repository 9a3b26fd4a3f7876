"""The command `images`: the images that builds of Dockerfiles pull."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import attrs

from deployspec import APTIBLE_2016, BuildImage, BuildImages, DeploySpecError, Diagnostic
from deployspec._cli.exit_codes import PROBLEMS, SUCCESS
from deployspec._cli.inputs import read_dockerfile
from deployspec._cli.terminal import report
from deployspec._core.diagnostics import renamed
from deployspec._dockerfile.build.request import Request, read_platforms
from deployspec._dockerfile.diagnostics import SOURCE
from deployspec._dockerfile.dockerfile import images_of_text
from deployspec.render._shared import json_text
from deployspec.sources._files import DOCKERFILE
from deployspec.sources._folders import joined

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

# True of nearly every Dockerfile; it is in the JSON, and in the unknowns of a plan.
_NOT_SHOWN = frozenset({"dockerfile-onbuild-unknown"})


def run_images(options: argparse.Namespace) -> int:
    """List the images that the builds pull; files with errors are reported, and have no images."""
    found: dict[str, BuildImages] = {}
    code = SUCCESS
    for path in dict.fromkeys(_file(given) for given in options.file or [DOCKERFILE]):
        name, text = read_dockerfile(path)
        try:
            found[name] = images = _find_images(text, options)
        except DeploySpecError as error:
            _report(name, error.diagnostics, options, text)
            code = PROBLEMS
        else:
            _report(name, [unknown for unknown in images.unknowns if unknown.code not in _NOT_SHOWN], options)
    if options.json:
        files = [{"path": name, **_members(images)} for name, images in found.items()]
        sys.stdout.write(json_text({"version": 1, "files": files}))
    else:
        sys.stdout.write(_lines(found.values(), every=options.all))
    return code


def _file(path: str) -> str:
    return joined(path, DOCKERFILE) if os.path.isdir(path) else path  # noqa: PTH112  # it never raises


def _report(name: str, found: Iterable[Diagnostic], options: argparse.Namespace, text: bytes | None = None) -> None:
    texts: Mapping[str, str] = {} if text is None else {name: text.decode("utf-8", "replace")}
    report(renamed(found, SOURCE, name), texts=texts, color=options.color)


def _find_images(text: bytes, options: argparse.Namespace) -> BuildImages:
    platforms = read_platforms(options.platform or "linux/amd64", None)
    request = Request(dict(options.build_arg), options.target or "", platforms, dict(options.build_context))
    return images_of_text(text, request, APTIBLE_2016.frontends)


def _lines(found: Iterable[BuildImages], *, every: bool) -> str:
    """Return each reference once, one a line, in the order in which they are pulled: a frontend first."""
    references: dict[str, None] = {}
    for images in found:
        frontend = [] if images.frontend is None else [images.frontend]
        used = [*frontend, *(image.reference for image in (images.all if every else images.needed))]
        references.update(dict.fromkeys(map(str, used)))
    return "".join(f"{reference}\n" for reference in references)


def _members(images: BuildImages) -> dict[str, object]:
    def plain(image: BuildImage) -> dict[str, object]:
        origins = [attrs.asdict(origin) for origin in image.origins]
        return {**attrs.asdict(image, recurse=False), "reference": str(image.reference), "origins": origins}

    return {
        "frontend": None if images.frontend is None else str(images.frontend),
        "needed": [plain(image) for image in images.needed],
        "all": [plain(image) for image in images.all],
        "unknowns": [unknown.message for unknown in images.unknowns],
    }
