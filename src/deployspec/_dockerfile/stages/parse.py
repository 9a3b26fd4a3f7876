"""Text → the arguments and stages of a Dockerfile.

Grammar::

    dockerfile = *ARG 1*stage
    stage      = FROM *( any other instruction )

Theory of operation. Two readers share the work, at most one instruction each at a time. The fast path (`fast.py`) skips
or reads as many plain instructions as it can with one regular expression. The full parser reads the next instruction:
`text/lines.py` joins its physical lines to a logical line, `instructions/parse.py` splits and checks it, and
`convert.py` turns it into values. Then it is the fast path's turn again, up to the end of the file.

Both add to the same `FileBuilder`, which needs little: a global ARG is an argument; a FROM ends one stage and
begins the next; COPY, RUN, ONBUILD, ENTRYPOINT and CMD add to the current stage; everything else is only checked.

Errors are collected, not raised, so that one run reports all of them. Of an invalid instruction the valid parts count;
`partial.py` records what the rest may define, so that errors which only follow from it are not reported.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from deployspec._dockerfile.go import SPACE, lower
from deployspec._dockerfile.instructions.flags import value_place
from deployspec._dockerfile.instructions.parse import lost_instruction, read_instruction
from deployspec._dockerfile.stages.builder import FileBuilder
from deployspec._dockerfile.stages.convert import arguments_from, command_from, sources_from, trigger_from
from deployspec._dockerfile.stages.fast import START, normalized, patterns_for, read_plain
from deployspec._dockerfile.stages.stages import NO_PLACE, Stage
from deployspec._dockerfile.text.lines import Line, LineReader

if TYPE_CHECKING:
    from deployspec._dockerfile.diagnostics import DockerfileCollector
    from deployspec._dockerfile.instructions.instruction import Instruction
    from deployspec._dockerfile.stages.partial import Lost

# Instructions that BuildKit may refuse when it expands them, and triggers, which may contain one.
_EXPANDED = frozenset({
    *("env", "label", "arg", "workdir", "user", "expose", "volume", "stopsignal", "copy", "add", "onbuild"),
})  # fmt: skip
# The beginning of a line that continues a command, or a list of flags, names and values.
_CONTINUES = re.compile(r"&&|\|\|?|;|-|[A-Za-z_][\w.-]*=")
_COMMENT_AFTER_ESCAPE = re.compile(r"[\\`][ \t]+#[^\\`]*$")


def parse_stages(
    text: str, found: DockerfileCollector, *, has_directives: bool = True, fast: bool = True
) -> FileBuilder:
    """Parse a whole file; errors are added to `found`.

    Without `has_directives` the file is known to have none that changes how it is read. Without `fast` the full parser
    reads every instruction.
    """
    builder = FileBuilder()
    plain_text = normalized(text) if fast else None
    position = START
    if plain_text is not None and not has_directives:
        position = read_plain(patterns_for(plain_text, "\\"), plain_text, START, builder)
        if position[0] == len(plain_text) and builder.head is not None:
            builder.end_stage()
            return builder
    parser = FullParser(text if plain_text is None else plain_text, builder, found)
    parser.parse(position, has_directives=has_directives, fast=plain_text is not None)
    return builder


class FullParser:
    """Parses any instruction; created only for files that have one that is not plain."""

    # Whether an unreadable line may have been a FROM.
    lost_from = False

    def __init__(self, text: str, builder: FileBuilder, found: DockerfileCollector) -> None:
        self.builder = builder
        self.lines = LineReader(text, found)
        self.found = found

    def parse(self, position: tuple[int, int], *, has_directives: bool, fast: bool) -> None:
        """Parse a file from an offset and its line number on; if `fast`, plain instructions take the fast path."""
        lines, builder = self.lines, self.builder
        lines.at, lines.number = position
        if has_directives:
            lines.read_directives()
            builder.escape = lines.escape
        plain = patterns_for(lines.text, lines.escape) if fast else None
        while True:
            if plain is not None:
                lines.at, lines.number = read_plain(plain, lines.text, (lines.at, lines.number), builder)
            lines.is_empty = lines.is_empty and builder.head is None and not builder.arguments
            before, number = lines.at, lines.number
            line = lines.next_line()
            if line is None:
                break
            instruction = self.parse_line(line)
            if not instruction.name and line.number == number:
                self.suggest_continuation(line, before)
            self.found.raise_if_full()
        if lines.has_double_escape:
            builder.features.add("double-escape")
        if builder.head is not None:
            builder.end_stage()
        else:
            self.report_no_stage()

    def suggest_continuation(self, line: Line, before: int) -> None:
        """Suggest to continue the line before an unknown instruction, if that looks like a part of it."""
        error, lines = self.found.found[-1], self.lines
        previous = lines.text[lines.text.rfind("\n", 0, max(0, before - 1)) + 1 : before].rstrip()
        bare = previous.lstrip()
        is_unknown = error.code == "dockerfile-unknown-instruction" and line.text.strip(SPACE)
        if not bare or bare[0] == "#" or not is_unknown:
            return
        # A typo of a name is more likely than a missing backslash, unless the line before continues another one.
        if not _CONTINUES.match(line.text) and (line.column == 1 or (error.hint is not None and bare == previous)):
            return
        character = "backtick" if lines.escape == "`" else "backslash"
        if _COMMENT_AFTER_ESCAPE.search(previous):
            hint = f"remove the text after the {character} on line {line.number - 1}, so that the line continues"
        else:
            hint = f"add a {character} at the end of line {line.number - 1} if this line continues it"
        self.found.found[-1] = attrs.evolve(error, hint=hint)

    def parse_line(self, line: Line) -> Instruction:
        instruction, heredocs = self.parse_instruction(line)
        if self.builder.head is None:
            self.builder.last_place = line.place(0, len(line.text))
        if instruction.is_valid:
            self.add(instruction, heredocs)
        else:
            self.add_partial(instruction)
        if self.builder.nul_place is None and "\0" in line.text:
            self.builder.nul_place = line.place(line.text.index("\0"))
        return instruction

    def parse_instruction(self, line: Line) -> tuple[Instruction, str]:
        """Return an instruction and the raw lines of its heredocs."""
        lines = self.lines
        if line.is_lost:
            return lost_instruction(line), ""
        instruction = read_instruction(line, lines.escape, self.found)
        if instruction.heredocs:
            self.add_heredoc_features(instruction)
        start, offset = lines.at, 0
        for heredoc in instruction.heredocs:
            offset = max(offset, line.text.find(heredoc.word, offset))
            if not lines.skip_heredoc(heredoc, line.place(offset, offset + len(heredoc.word))):
                self.lost().add_heredoc(lines.text[start:])
                break
            offset += 1
        return instruction, lines.text[start : lines.at]

    def add_heredoc_features(self, instruction: Instruction) -> None:
        features = self.builder.features
        features.add("heredoc")
        if any(heredoc.word.partition("<<")[2].removeprefix("-")[0] in SPACE for heredoc in instruction.heredocs):
            features.add("heredoc-space")

    # buildkit frontend/dockerfile/instructions/parse.go: Parse (only ARG may precede the first FROM)
    def add(self, instruction: Instruction, heredocs: str) -> None:
        if instruction.name == "from":
            self.begin_from(instruction)
        elif self.builder.head is not None:
            self.add_to_stage(instruction, heredocs)
            mounts = instruction.name == "run" and instruction.flag("mount") is not None
            if instruction.name in _EXPANDED or mounts:
                self.builder.may_be_refused = True
            if mounts or instruction.name == "onbuild":
                self.builder.may_mount_secrets = True
        elif instruction.name == "arg":
            self.builder.arguments += arguments_from(instruction)
        else:
            self.add_before_from(instruction)
            self.add_to_stage(instruction, heredocs)

    def lost(self) -> Lost:
        """Return the record of unreadable parts, which only a file with errors has."""
        if self.builder.lost is None:
            from deployspec._dockerfile.stages.partial import Lost

            self.builder.lost = Lost()
        return self.builder.lost

    def add_partial(self, instruction: Instruction) -> None:
        """Add the valid parts of an instruction with errors."""
        from deployspec._dockerfile.stages import partial  # imported here, because most files have no errors

        builder, lost = self.builder, self.lost()
        if not instruction.name and partial.begins_stage(instruction):
            self.lost_from = True
            builder.begin_stage(partial.unknown_stage(instruction, lost))
        elif instruction.name == "from":
            self.lost_from = True
            is_read = not instruction.line.is_lost
            builder.begin_stage((partial.partial_stage if is_read else partial.unknown_stage)(instruction, lost))
        elif builder.head is None and instruction.name in ("", "arg"):
            self.lost_from = self.lost_from or not instruction.name
            builder.arguments += partial.partial_arguments(instruction, lost)
        else:
            if builder.head is None:
                self.add_before_from(instruction)
            if instruction.name in ("copy", "run"):
                builder.sources += sources_from(instruction)
                lost.add_sources(instruction)

    # buildkit frontend/dockerfile/instructions/parse.go: parseFrom, parseBuildStageName (the name is lower-cased)
    def begin_from(self, instruction: Instruction) -> None:
        words, platform = instruction.words, instruction.flag("platform")
        line, base = instruction.line, words[0]
        if len(words) > 1 and words[2].text != lower(words[2].text):
            self.builder.features.add("stage-case")
        head = Stage(
            name=lower(words[2].text) if len(words) > 1 else None,
            base=base.text,
            platform=None if platform is None else platform.value,
            line=line.number,
            base_place=line.place(base.start, base.end),
            platform_place=NO_PLACE if platform is None else value_place(platform, line, instruction.flags_start),
        )
        self.builder.begin_stage(head)

    def add_to_stage(self, instruction: Instruction, heredocs: str) -> None:
        if instruction.name in ("copy", "run"):
            self.builder.sources += sources_from(instruction)
            if any((flag.value or "").lower().count("from=") > 1 for flag in instruction.flags):
                self.builder.features.add("mount-twice")
        elif instruction.name == "onbuild":
            self.builder.triggers.append(trigger_from(instruction, heredocs))
        elif instruction.name == "entrypoint":
            self.builder.entrypoint = command_from(instruction)
        elif instruction.name == "cmd":
            self.builder.cmd = command_from(instruction)

    def add_before_from(self, instruction: Instruction) -> None:
        """Report an instruction before the first FROM, once: an unknown stage collects the instructions after it."""
        from deployspec._dockerfile.stages.partial import unknown_stage

        if not self.lost_from and not self.lines.lost_line:
            message = f"`{instruction.name.upper()}` before the first `FROM`"
            self.found.error_at("no-stage", message, instruction.place, "start the file with `FROM`")
        self.builder.begin_stage(unknown_stage(instruction, self.lost()))

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: toDispatchState (a file without a stage)
    def report_no_stage(self) -> None:
        """Report a file that has instructions and no stage, unless a FROM may have been lost."""
        if not self.lines.is_empty and not self.lost_from and not self.lines.lost_line:
            message, hint = "missing `FROM` instruction", "start a stage with `FROM`"
            self.found.error_at("no-stage", message, self.builder.last_place, hint)
