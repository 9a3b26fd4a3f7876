"""The result of a row of the decision table, before it becomes a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

if TYPE_CHECKING:
    from deployspec._core.diagnostics import Diagnostic
    from deployspec._core.mounts import BuildSecret, BuildSsh
    from deployspec._plan import Action, ImagePull


@attrs.define
class Decided:
    """The action, all images that it pulls, and the properties that the inputs do not determine."""

    action: Action
    pulls: tuple[ImagePull, ...]
    unknowns: tuple[Diagnostic, ...] = ()


class Mounts(NamedTuple):
    """The mounts of secrets and SSH agents in a build, each once, and the mounts that the text does not determine."""

    secrets: tuple[BuildSecret, ...] = ()
    ssh: tuple[BuildSsh, ...] = ()
    unknowns: tuple[Diagnostic, ...] = ()
