"""The images of a build, as values."""

from typing import Literal, TypeAlias

import attrs

from deployspec._core.diagnostics import Diagnostic
from deployspec._core.fast_init import fast_init
from deployspec._references.origin import Origin
from deployspec._references.reference import ImageReference

BuildRole: TypeAlias = Literal["from", "copy", "mount"]


@attrs.frozen(kw_only=True, weakref_slot=False)
class BuildImage:
    """One image that a build pulls: its platform, its first role, and the line of that role (from 1).

    `origins` lists the ARGs, defaults, build arguments or the named context that the reference was made from.
    """

    __module__ = "deployspec"

    reference: ImageReference
    platform: str
    role: BuildRole
    line: int
    origins: tuple[Origin, ...] = attrs.field(default=(), eq=False)


@attrs.frozen(kw_only=True, weakref_slot=False)
class BuildImages:
    """The images of a build, in the order of the file, one entry per reference and platform.

    `needed` are the images that the target needs, `all` those of all stages, `frontend` is the image of the frontend.
    `unknowns` are notes about images that the text does not show.
    """

    __module__ = "deployspec"

    needed: tuple[BuildImage, ...]
    all: tuple[BuildImage, ...]
    frontend: ImageReference | None = None
    unknowns: tuple[Diagnostic, ...] = ()


make_build_image, make_build_images = fast_init(BuildImage), fast_init(BuildImages)
