"""The content of a Dockerfile as values: its global arguments and its stages.

A place says where in the file a value was written. It does not count for equality: two files with the same content are
equal, however they are laid out.
"""

from typing import Literal, TypeAlias

import attrs

from deployspec._core.fast_init import fast_init
from deployspec._dockerfile.places import Place

# Exec form is a tuple, shell form a string. `()` means that there is none, `None` that it is unknown.
StartCommand: TypeAlias = tuple[str, ...] | str | None

NO_PLACE = Place(1, 1)


@attrs.frozen(weakref_slot=False)
class Argument:
    """A global ARG (before the first FROM): its name, its default as written (`None` without one), its line."""

    __module__ = "deployspec"

    name: str
    default: str | None
    line: int
    place: Place = attrs.field(default=NO_PLACE, eq=False, repr=False)


@attrs.frozen(weakref_slot=False)
class Source:
    """A stage or an image that an instruction copies or mounts files from.

    `value` is the name as written, or "" for a mount without `from`.
    """

    __module__ = "deployspec"

    kind: Literal["copy", "mount"]
    value: str
    line: int
    place: Place = attrs.field(default=NO_PLACE, eq=False, repr=False)


@attrs.frozen
class Trigger:
    """An ONBUILD instruction: the text of the instruction that it defers, heredocs included, and its line."""

    __module__ = "deployspec"

    text: str
    line: int
    place: Place = attrs.field(default=NO_PLACE, eq=False, repr=False)


@attrs.frozen(kw_only=True, weakref_slot=False)
class Stage:
    """One stage: its name in lower case (`None` without one), its base and platform as written, its line (from 1).

    `sources` are the names in `COPY --from` and `RUN --mount`, `triggers` the ONBUILD instructions. `entrypoint` and
    `cmd` are the stage's own, as written (exec form as a tuple, shell form as a string), or `None`.
    """

    __module__ = "deployspec"

    name: str | None
    base: str
    platform: str | None
    line: int
    sources: tuple[Source, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    entrypoint: StartCommand = None
    cmd: StartCommand = None
    base_place: Place = attrs.field(default=NO_PLACE, eq=False, repr=False)
    platform_place: Place = attrs.field(default=NO_PLACE, eq=False, repr=False)


make_argument, make_source, make_stage = fast_init(Argument), fast_init(Source), fast_init(Stage)
