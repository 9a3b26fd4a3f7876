"""The parts of the input that an image reference was made from."""

from typing import Literal, TypeAlias

import attrs

from deployspec._core.fast_init import fast_init

__all__ = ["Origin", "OriginKind"]

OriginKind: TypeAlias = Literal["arg", "default", "build-arg", "build-context", "predefined"]


@attrs.frozen(weakref_slot=False)
class Origin:
    """A part of the input that the reference of an image was made from, apart from the text of its instruction.

    `kind` is `arg` (the default of `ARG NAME=…` on `line`), `default` (the default in `${NAME:-…}` on `line`),
    `build-arg` (the build argument `name`, whose ARG is on `line`), `build-context` (the named context that replaces
    the image), or `predefined` (a variable such as `TARGETARCH`). `line` is `None` if the Dockerfile has no such line.
    """

    __module__ = "deployspec"

    kind: OriginKind
    name: str
    line: int | None = None


make_origin = fast_init(Origin)
