"""Collecting the arguments and stages of a file while its instructions are read, on either path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._dockerfile.stages.stages import NO_PLACE, Argument, Source, Stage, StartCommand, Trigger, make_stage

if TYPE_CHECKING:
    from deployspec._dockerfile.places import Place


class FileBuilder:
    """The arguments and the finished stages of a file, and the parts of the stage that is being read.

    `escape` is the escape character, `nul_place` the place of the first NUL character in an instruction, `last_place`
    the place of the last instruction before the first FROM.
    """

    escape = "\\"
    nul_place: Place | None = None
    in_stage = False
    last_place = NO_PLACE
    entrypoint: StartCommand = None
    cmd: StartCommand = None

    def __init__(self) -> None:
        self.arguments: list[Argument] = []
        self.stages: list[Stage] = []
        self.sources: list[Source] = []
        self.triggers: list[Trigger] = []

    def begin_stage(  # noqa: PLR0913, PLR0917  # the parts of a FROM
        self,
        name: str | None,
        base: str,
        platform: str | None,
        line: int,
        base_place: Place,
        platform_place: Place,
    ) -> None:
        """Finish the current stage, if any, and begin the next one with its FROM."""
        if self.in_stage:
            self.end_stage()
        self.in_stage = True
        self.name = name
        self.base = base
        self.platform = platform
        self.line = line
        self.base_place = base_place
        self.platform_place = platform_place

    def end_stage(self) -> None:
        """Finish the current stage."""
        stage = make_stage(
            name=self.name,
            base=self.base,
            platform=self.platform,
            line=self.line,
            sources=tuple(self.sources),
            triggers=tuple(self.triggers),
            entrypoint=self.entrypoint,
            cmd=self.cmd,
            base_place=self.base_place,
            platform_place=self.platform_place,
        )
        self.stages.append(stage)
        self.in_stage = False
        self.entrypoint = self.cmd = None
        if self.sources:
            self.sources = []
        if self.triggers:
            self.triggers = []
