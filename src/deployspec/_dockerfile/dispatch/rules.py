"""The rules of BuildKit's dispatch phase, by instruction.

Each rule is one function, registered for the instructions that it checks; rules of an instruction run in the order of
this module. Above each rule is the function of BuildKit that it follows.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from deployspec._dockerfile.diagnostics import shown_image
from deployspec._dockerfile.dispatch.git import git_reference, is_url
from deployspec._dockerfile.dispatch.mounts import mounts_secret, parse_mount, secret_of
from deployspec._dockerfile.dispatch.step import MountUse
from deployspec._dockerfile.dispatch.values import digest_fault, mode_fault, port_fault, signal_fault
from deployspec._dockerfile.dispatch.windows import path_fault
from deployspec._dockerfile.instructions.flags import part_span
from deployspec._dockerfile.instructions.mounts import csv_fields
from deployspec._dockerfile.places import Place, shown
from deployspec._dockerfile.text.heredocs import heredoc_of
from deployspec._dockerfile.words.lexer import ExpansionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployspec._dockerfile.dispatch.mounts import Mount
    from deployspec._dockerfile.dispatch.step import Step
    from deployspec._dockerfile.instructions.flags import Flag

RULES: dict[str, list[Callable[[Step], None]]] = {}
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_TRUE = ("", "true")
# ARG does not make variables of these.
_NO_VARIABLES = frozenset({"BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"})


def rule(*instructions: str) -> Callable[[Callable[[Step], None]], Callable[[Step], None]]:
    """Register a rule for instructions."""

    def register(check: Callable[[Step], None]) -> Callable[[Step], None]:
        for name in instructions:
            RULES.setdefault(name, []).append(check)
        return check

    return register


# buildkit frontend/dockerfile/instructions/commands.go: expandKvpsInPlace (all values see the variables that precede
# the instruction); frontend/dockerfile/dockerfile2llb/convert.go: dispatchEnv
@rule("env")
def set_variables(step: Step) -> None:
    """Expand the names and values of ENV, and set the variables."""
    pairs = [(step.word(*name), step.word(*value)) for name, value in step.pairs]
    for name, value in pairs:
        if name is not None:
            step.environment.set_env(name, value)


# buildkit frontend/dockerfile/instructions/commands.go: LabelCommand.Expand
@rule("label")
def expand_labels(step: Step) -> None:
    """Expand the names and values of LABEL."""
    for name, value in step.pairs:
        step.word(*name)
        step.word(*value)


# buildkit frontend/dockerfile/dockerfile2llb/convert.go: dispatchArg. Names are not expanded, a default is expanded
# unless a build argument replaces it, and each argument sees those before it.
@rule("arg")
def set_arguments(step: Step) -> None:
    """Set the arguments of ARG that have a value."""
    build = step.stage.build
    for text, start in step.instruction.words:
        name, equals, default = text.partition("=")
        if name in build.arguments:
            value: str | None = build.arguments[name]
        elif equals:
            value = step.word(default, start + len(name) + 1)
        elif name in build.scope.unknown:
            value = None
        elif name in build.scope.variables:
            value = build.scope.variables[name]
        else:
            continue
        if name not in _NO_VARIABLES:
            step.environment.set_argument(name, value)


# buildkit frontend/dockerfile/dockerfile2llb/convert.go: dispatchWorkdir; util/system/path.go: NormalizeWorkdir
@rule("workdir")
def set_working_directory(step: Step) -> None:
    """Expand the path of WORKDIR, and change the working directory."""
    (word,) = step.instruction.words
    path = step.word(*word)
    stage = step.stage
    if path is None or stage.os == "windows":
        if path is not None:
            _check_windows_path(step, path, word.start, word.text)
        stage.working_directory = None
    elif stage.working_directory is None:
        stage.working_directory = path if path.startswith("/") else None
    else:
        stage.working_directory = posixpath.join(stage.working_directory, path)


# buildkit frontend/dockerfile/instructions/commands.go: UserCommand.Expand
@rule("user")
def expand_user(step: Step) -> None:
    """Expand the name of USER."""
    step.word(*step.instruction.words[0])


# buildkit frontend/dockerfile/dockerfile2llb/convert.go: dispatchVolume
@rule("volume")
def check_volumes(step: Step) -> None:
    """Refuse a path of VOLUME that is empty."""
    for word in step.volumes:
        if step.word(*word) == "":
            step.report_error(
                "volume-empty", f"volume path `{shown(word.text)}` is empty", word.start, "give its variable a value"
            )


# buildkit frontend/dockerfile/dockerfile2llb/convert_expose.go: dispatchExpose. Ports are split after expansion.
@rule("expose")
def check_ports(step: Step) -> None:
    """Refuse an invalid port in EXPOSE."""
    for text, start in step.instruction.words:
        try:
            ports = step.environment.words(text)
        except ExpansionError as error:
            step.expansion_error(text, start, error)
            continue
        reason = next(filter(None, map(port_fault, ports or ())), None)
        if reason is not None:
            step.report_error(
                "port", f"invalid port `{shown(text)}`: {reason}", start, "write a port, such as `8080` or `53/udp`"
            )


# buildkit frontend/dockerfile/dockerfile2llb/convert.go: dispatchStopSignal
@rule("stopsignal")
def check_signal(step: Step) -> None:
    """Refuse an invalid signal in STOPSIGNAL."""
    (word,) = step.instruction.words
    signal = step.word(*word)
    reason = None if signal is None else signal_fault(signal)
    if reason is not None:
        message = f"invalid signal `{shown(word.text)}`: {reason}"
        step.report_error("signal", message, word.start, "write a signal, such as `SIGTERM` or `15`")


# COPY and ADD. buildkit frontend/dockerfile/instructions/commands.go: AddCommand.Expand, CopyCommand.Expand
@rule("copy", "add")
def expand_paths(step: Step) -> None:
    """Expand the owner, the sources and the destination."""
    owner = step.flag("chown")
    if owner is not None:
        step.word(*owner)
    _ = step.sources, step.destination


# buildkit frontend/dockerfile/instructions/commands.go: SourcesAndDest.ExpandRaw
@rule("copy", "add")
def expand_heredocs(step: Step) -> None:
    """Expand the bodies of heredocs whose terminator is not quoted."""
    for word in step.instruction.words[:-1]:
        heredoc = heredoc_of(word.text)
        body = None if heredoc is None else step.bodies.get(heredoc.terminator)
        if body is None or _is_quoted(word.text):
            continue
        try:
            step.environment.check_heredoc(body.text)
        except ExpansionError as error:
            _tell_body(step, word.start, body.text, body.line, error)


def _tell_body(step: Step, start: int, text: str, line: int, error: ExpansionError) -> None:
    before = text[: error.column - 1]
    place = step.place(start)
    if step.trigger is None:
        rest = text[error.column - 1 : error.end_column - 1].partition("\n")[0]
        place = Place(line + before.count("\n"), len(before) - before.rfind("\n"), length=len(rest))
    step.report_error("expansion", f"the heredoc cannot be expanded: {error.message}", place, error.hint)


# buildkit frontend/dockerfile/parser/parser.go: heredocFromMatch. A body is expanded unless its terminator has quotes.
def _is_quoted(word: str) -> bool:
    bare = _ESCAPED.sub("", word)
    return "'" in bare or '"' in bare


# buildkit frontend/dockerfile/dockerfile2llb/convert_copy.go: dispatchCopy
@rule("copy", "add")
def check_mode(step: Step) -> None:
    """Refuse an invalid mode in `--chmod`."""
    flag = step.flag("chmod")
    mode = None if flag is None else step.word(*flag)
    reason = mode_fault(mode) if mode else None
    if flag is not None and reason is not None:
        message = f"invalid mode `--chmod={shown(flag[0])}`: {reason}"
        step.report_error(
            "chmod", message, flag[1], "write an octal number such as `755`, or a symbolic mode such as `u+x`"
        )


# buildkit frontend/dockerfile/dockerfile2llb/convert.go: dispatch
@rule("copy")
def check_order(step: Step) -> None:
    """Refuse to copy from a stage that is built later."""
    flag = step.flag("from")
    if flag is not None and step.stage.is_later(flag[0], numbers=True):
        message = f"stage `{shown(flag[0])}` is defined after the stage that copies from it"
        step.report_error("stage-order", message, flag[1], "move the stage before this one")


# buildkit frontend/dockerfile/dockerfile2llb/convert_copy.go: dispatchCopy
@rule("copy")
def check_remote_sources(step: Step) -> None:
    """Refuse URLs and Git references in COPY."""
    for word, source in step.sources:
        if source is None:
            continue
        git = git_reference(source)
        if git is not None and (git.fault is not None or not git.is_local):
            kind = "Git reference"
        elif is_url(source):
            kind = "URL"
        else:
            continue
        step.report_error(
            "copy-remote", f"{kind} `{shown_image(word.text)}` cannot be a source of `COPY`", word.start, "use `ADD`"
        )


# buildkit frontend/dockerfile/dockerfile2llb/convert_copy.go: dispatchCopy
@rule("add")
def check_git_sources(step: Step) -> None:
    """Refuse Git references of ADD with a wrong query, or one that contradicts the flags."""
    flag = step.instruction.flag("keep-git-dir")
    keep = None if flag is None else (flag.value or "").lower() in _TRUE
    checksum = step.checksum[0]
    for word, source in step.sources:
        git = None if source is None else git_reference(source)
        if git is None or (git.is_local and git.fault is None):
            continue
        reason = git.fault
        if reason is None and None not in (keep, git.keep_git_dir) and keep != git.keep_git_dir:
            reason = "`keep-git-dir` differs from the one that precedes it"
        elif reason is None and checksum and git.checksum and checksum != git.checksum:
            reason = "the checksum differs from the one that precedes it"
        if reason is not None:
            step.report_error(
                "git-reference", f"invalid Git reference `{shown_image(word.text)}`: {reason}", word.start
            )
        keep = keep if git.keep_git_dir is None else git.keep_git_dir
        checksum = git.checksum or checksum


# buildkit frontend/dockerfile/dockerfile2llb/convert_copy.go: dispatchCopy
@rule("add")
def check_checksum(step: Step) -> None:
    """Refuse a checksum for anything but one remote source, and one that is not a digest for a URL."""
    checksum, start = step.checksum
    if checksum == "" or not step.instruction.words:
        return
    hint: str | None = None
    if len(step.sources) != 1:
        reason: str | None = "it is for one source only"
    else:
        source = step.sources[0][1]
        if source is None or checksum is None:
            return
        if git_reference(source) is not None:
            return
        hint = "write `sha256:` and the 64 hexadecimal digits of the file's digest" if is_url(source) else None
        reason = digest_fault(checksum) if is_url(source) else "it is for URLs and Git references only"
    if reason is not None:
        written = (step.flag("checksum") or ("",))[0]
        step.report_error("checksum", f"invalid checksum `{shown(written)}`: {reason}", start, hint)


# buildkit util/system/path.go: NormalizePath, which dispatchCopy calls for destinations and local sources
@rule("copy", "add")
def check_windows_paths(step: Step) -> None:
    """Refuse paths of another drive in a build for Windows."""
    if step.stage.os != "windows":
        return
    words = step.instruction.words
    if step.destination is not None:
        _check_windows_path(step, step.destination, words[-1].start, words[-1].text)
    for word, source in step.sources:
        if source is not None and not is_url(source) and git_reference(source) is None:
            _check_windows_path(step, source, word.start, word.text)


def _check_windows_path(step: Step, path: str, start: int, written: str) -> None:
    reason = path_fault(path)
    if reason is not None:
        step.report_error("windows-path", f"invalid path `{shown(written)}`: {reason}", start)


# buildkit frontend/dockerfile/instructions/commands_runmount.go: setMountState; convert_runmount.go: dispatchRunMounts
@rule("run")
def check_mounts(step: Step) -> None:
    """Refuse mounts with options, types or targets that BuildKit does not accept."""
    for flag in step.instruction.flags:
        if flag.name == "mount" and flag.value is not None:
            _check_mount(step, flag, flag.value)


def _check_mount(step: Step, flag: Flag, value: str) -> None:
    fields = csv_fields(value) or []
    spans = _field_spans(step, flag, fields)

    def expand(number: int, text: str) -> str | None:
        return step.word(text, spans[number][1] - len(text))

    count = len(step.stage.build.found.found)
    mount = parse_mount(fields, expand)
    for fault in mount.faults:
        place = step.value_start(flag) if fault.field is None else step.place(*spans[fault.field])
        step.report_error(fault.code, fault.message, place, fault.hint)
    if len(step.stage.build.found.found) == count:
        _check_mount_source(step, flag, fields, mount)
        _check_mount_target(step, flag, mount)
        if mounts_secret(mount):
            use = MountUse(secret_of(mount, step.line), step.line, step.place(step.value_start(flag)))
            step.stage.build.mounts.append(use)


def _field_spans(step: Step, flag: Flag, fields: list[str]) -> list[tuple[int, int]]:
    """Return the span of each field; of one that is written with quotes or escapes inside, that of the whole value."""
    instruction, value = step.instruction, flag.value or ""
    spans: list[tuple[int, int]] = []
    at = 0
    for field in fields:
        begin = max(at, value.find(field, at))
        at = begin + len(field)
        spans.append(part_span(flag, instruction.line, instruction.flags_start, begin, at))
    return spans


# buildkit frontend/dockerfile/dockerfile2llb/convert_runmount.go: dispatchRunMounts
def _check_mount_source(step: Step, flag: Flag, fields: list[str], mount: Mount) -> None:
    name = mount.options.get("from") or ("scratch" if mount.kind == "cache" else "")
    if name and step.stage.is_later(name, numbers=False):
        place: Place | int = step.value_start(flag)
        if "from" in mount.fields:
            start, end = _field_spans(step, flag, fields)[mount.fields["from"]]
            place = step.place(end - len(name) if end - start > len(name) else start, end)
        message = f"stage `{shown(name)}` is defined after the stage that mounts it"
        step.report_error("stage-order", message, place, "move the stage before this one")


# buildkit frontend/dockerfile/dockerfile2llb/convert_runmount.go: dispatchRunMounts. Without a target the working
# directory is the target.
def _check_mount_target(step: Step, flag: Flag, mount: Mount) -> None:
    target = mount.options.get("target", "")
    folder = step.stage.working_directory
    if mount.kind not in ("bind", "cache", "tmpfs") or target is None:
        return
    if target.startswith("/"):
        is_root = target == "/"
    else:
        is_root = folder is not None and posixpath.normpath(f"/{folder}/{target}").strip("/") == ""
    if not is_root:
        return
    message = "mount target is the root directory" if target else f"{mount.kind} mount has no target"
    step.report_error("mount-target", message, step.value_start(flag), "add `target=…` with another directory")
