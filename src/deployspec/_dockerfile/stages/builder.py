"""Collecting the arguments and stages of a file while its instructions are read, on either path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._dockerfile.stages.stages import NO_PLACE, Argument, Source, Stage, StartCommand, Trigger, make_stage

if TYPE_CHECKING:
    from deployspec._dockerfile.places import Place
    from deployspec._dockerfile.stages.partial import Lost


class FileBuilder:
    """The arguments and the finished stages of a file, and the parts of the stage that is being read.

    `head` is that stage with the parts of its FROM only, or `None` before the first FROM. `escape` is the escape
    character, `nul_place` the place of the first NUL character in an instruction, `last_place` the place of the last
    instruction before the first FROM. `may_be_refused` is whether BuildKit may refuse a valid instruction once it
    expands it, `may_mount_secrets` whether a RUN may mount a secret or an SSH agent. `features` are the ones that other
    builders misread (`features.py`). `lost` are the parts of a file with errors that could not be read.
    """

    escape = "\\"
    may_be_refused = False
    may_mount_secrets = False
    nul_place: Place | None = None
    last_place = NO_PLACE
    head: Stage | None = None
    entrypoint: StartCommand = None
    cmd: StartCommand = None
    lost: Lost | None = None

    def __init__(self) -> None:
        self.arguments: list[Argument] = []
        self.stages: list[Stage] = []
        self.sources: list[Source] = []
        self.triggers: list[Trigger] = []
        self.features: set[str] = set()

    def begin_stage(self, head: Stage) -> None:
        """Finish the current stage, if any, and begin the next one."""
        self.end_stage()
        self.head = head

    def end_stage(self) -> None:
        """Finish the current stage, if any."""
        head = self.head
        if head is None:
            return
        if self.entrypoint is None and self.cmd is None and not self.sources and not self.triggers:
            self.stages.append(head)
            self.head = None
            return
        stage = make_stage(
            name=head.name,
            base=head.base,
            platform=head.platform,
            line=head.line,
            sources=tuple(self.sources),
            triggers=tuple(self.triggers),
            entrypoint=self.entrypoint,
            cmd=self.cmd,
            base_place=head.base_place,
            platform_place=head.platform_place,
        )
        self.stages.append(stage)
        self.head = self.entrypoint = self.cmd = None
        if self.sources:
            self.sources = []
        if self.triggers:
            self.triggers = []
