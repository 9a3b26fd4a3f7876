"""What is asked of a build, and the variables that its FROM instructions see.

The variables are those of the platforms, set though nobody declares them, then each ARG before the first FROM: the
build argument of its name, or its default, expanded in what stands before it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs

from deployspec._dockerfile.build.platforms import Platform, normal_platform
from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.go import integer
from deployspec._dockerfile.places import shown
from deployspec._dockerfile.words.expand import asked_names, expand, is_plain, unset_names
from deployspec._dockerfile.words.lexer import Budget, ExpansionError

if TYPE_CHECKING:
    from deployspec._core.diagnostics import Diagnostic
    from deployspec._dockerfile.places import Place
    from deployspec._dockerfile.stages.stages import Argument

_EPOCH = "SOURCE_DATE_EPOCH"
_DEFAULT = "linux/amd64"
_LINUX = Platform("linux", "amd64")


@attrs.frozen
class Platforms:
    """The target platform and the builder's, in normal form, the variables that they set, and what is wrong."""

    target: Platform
    builder: Platform
    variables: Mapping[str, str]
    faults: tuple[Diagnostic, ...]


@functools.lru_cache(maxsize=64)
def read_platforms(target: str, builder: str | None) -> Platforms:
    """Read the platforms of a build (no builder: the usual one); nearly every one asks for the same few.

    One that is none is among the faults, and taken for the usual one.
    """
    found = DockerfileCollector()
    platforms = _platform(target, found), _platform(builder or _DEFAULT, found)
    variables = {
        f"{prefix}{name}": value
        for prefix, platform in zip(("TARGET", "BUILD"), platforms, strict=True)
        for name, value in (
            ("PLATFORM", platform.name),
            ("OS", platform.os),
            ("OSVERSION", platform.os_version),
            ("ARCH", platform.arch),
            ("VARIANT", platform.variant),
        )
    }
    return Platforms(*platforms, variables, found.diagnostics())


def _platform(text: str, found: DockerfileCollector) -> Platform:
    platform = normal_platform(text)
    if platform is not None:
        return platform
    found.error_at("platform", f"`{shown(text)}` is no platform", None, "write OS/ARCH, such as `linux/arm64`")
    return _LINUX


@attrs.define
class Request:
    """What is asked of a build; not frozen, since it lives no longer than one question."""

    args: Mapping[str, str]
    target: str
    platforms: Platforms
    contexts: Mapping[str, str]


class Scope:
    """The variables, and what expands words with them."""

    def __init__(self, request: Request, last_stage: str | None, escape: str, found: DockerfileCollector) -> None:
        self.args = args = request.args
        # What every FROM sees before any ARG.
        self.variables = variables = dict(request.platforms.variables)
        variables["TARGETSTAGE"] = request.target or last_stage or "default"
        if args:
            variables.update({name: args[name] for name in variables if name in args})
        self.escape = escape
        self.found = found
        self.budget = Budget()
        self.unknown: set[str] = set()
        self.declared: set[str] = set()
        # What an argument that came out empty was made of: those without a value, which are the ones to give.
        self.made_of: dict[str, tuple[str, ...]] = {}

    def declare(self, argument: Argument) -> None:
        args = self.args
        self.declared.add(argument.name)
        if argument.name in args:
            value: str | None = args[argument.name]
        elif argument.default is None:
            return
        else:
            default = argument.default
            value = default if is_plain(default, self.escape) else self.expanded(default, argument.place)
        if value is None:
            # What depends on it cannot be told, and is no fault of its own.
            self.unknown.add(argument.name)
        else:
            if not value and argument.name not in args:
                self.made_of[argument.name] = self.unset(argument.default or "")
            self.variables[argument.name] = value
            self.unknown.discard(argument.name)

    def set_epoch(self, is_name: Callable[[str], bool]) -> None:
        """BuildKit reads this one variable itself, declared or not, and writes it anew; a name is a value, too."""
        args = self.args
        if _EPOCH not in args and _EPOCH not in self.declared:
            return
        epoch = args.get(_EPOCH, self.variables.get(_EPOCH, ""))
        if not epoch:
            if _EPOCH in args:
                self.variables.pop(_EPOCH, None)
            return
        number = integer(epoch)
        if number is None and not is_name(epoch):
            message = f"`{_EPOCH}` is no integer"
            self.found.error_at("source-date-epoch", message, None, "give it seconds since 1970, such as `0`")
        elif number is not None and _EPOCH in self.variables:
            self.variables[_EPOCH] = str(number)

    def expanded(self, word: str, place: Place, flag: str = "") -> str | None:
        """Expand a word, the value of a `flag` or not; `None` where it cannot be, which has been told."""
        if self.unknown and self.is_unknown(word):
            return None
        try:
            return expand(word, self.variables, self.escape, self.budget)
        except ExpansionError as error:
            report_expansion(self.found, word, place, error, flag)
            return None

    def is_unknown(self, word: str) -> bool:
        return not self.unknown.isdisjoint(asked_names(word, self.variables, self.escape, self.budget))

    def unset(self, word: str) -> tuple[str, ...]:
        """Return the names without a value that a word asks for, be it through an argument that is empty for it."""
        names = unset_names(word, self.variables, self.escape, self.budget)
        if names or not self.made_of:
            return names
        asked = asked_names(word, self.variables, self.escape, self.budget)
        return tuple(
            dict.fromkeys(name for one in asked if not self.variables.get(one) for name in self.made_of.get(one, ()))
        )

    def advice(self, name: str) -> str:
        """Say how a name gets a value; a build argument is seen where the file declares it alone."""
        if name in self.declared:
            return f"give it one with `--build-arg {name}=…`, or a default in the file"
        return f"declare it with `ARG {name}=…` before the first `FROM`; then `--build-arg {name}=…` can set it, too"


def report_expansion(found: DockerfileCollector, word: str, place: Place, error: ExpansionError, flag: str) -> None:
    """Tell why a word cannot be expanded, which is the value of a `flag` (such as `--from=`) or not."""
    code = "expansion-too-large" if error.too_large else "expansion"
    message = f"`{shown(word)}` cannot be expanded: {error.message}"
    found.error_at(code, message, place.moved(len(flag) + error.column - 1), error.hint)
