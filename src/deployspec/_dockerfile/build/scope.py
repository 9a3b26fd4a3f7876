"""The variables that FROM instructions can use, and the expansion of words with them.

The platforms set some variables, declared or not. Each ARG before the first FROM sets one more, to the build argument
of its name or else to its default, which can use the variables set so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployspec._dockerfile.go import integer
from deployspec._dockerfile.places import shown
from deployspec._dockerfile.words.expand import expand, is_plain
from deployspec._dockerfile.words.lexer import Budget, ExpansionError, PartialLexer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from deployspec._dockerfile.build.request import Request
    from deployspec._dockerfile.diagnostics import DockerfileCollector
    from deployspec._dockerfile.places import Place
    from deployspec._dockerfile.stages.stages import Argument

EPOCH = "SOURCE_DATE_EPOCH"


class Scope:
    """The variables, and the expansion of words with them; errors are added to `found`.

    `unknown` are arguments without a known value, because their declaration or default has an error; `lost_lines` are
    the lines of such declarations. `declared` has the places of the arguments, `defaults` the defaults with variables.
    """

    lost_lines: Collection[int] = ()

    # buildkit frontend/dockerfile/dockerfile2llb/platform.go: defaultArgs (`TARGETSTAGE` is the target as written)
    def __init__(self, request: Request, last_stage: str | None, escape: str, found: DockerfileCollector) -> None:
        self.request = request
        self.args = args = request.args
        self.variables = variables = dict(request.platforms.variables)
        variables["TARGETSTAGE"] = request.target or last_stage or "default"
        if args:
            variables.update({name: args[name] for name in variables if name in args})
        self.escape = escape
        self.found = found
        self.builder = request.platforms.builder
        self.budget = Budget()
        self.unknown: set[str] = set()
        for name in request.platforms.unknown:
            if name not in args:
                self.set(name, None)
        self.declared: dict[str, Place] = {}
        self.defaults: dict[str, str] = {}

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: buildMetaArgs
    def declare(self, argument: Argument) -> None:
        """Add a global ARG. Without a build argument and without a default, an earlier value stays."""
        if self.lost_lines and argument.line in self.lost_lines:
            self.set(argument.name, self.args.get(argument.name))
            return
        if argument.default is not None or argument.name not in self.declared:
            self.declared[argument.name] = argument.place
        if argument.name in self.args:
            self.defaults.pop(argument.name, None)
            self.set(argument.name, self.args[argument.name])
        elif argument.default is not None:
            default = argument.default
            value = default if is_plain(default, self.escape) else self.expanded(default, argument.place)
            if "$" in default:
                self.defaults[argument.name] = default
            else:
                self.defaults.pop(argument.name, None)
            self.set(argument.name, value)

    def set(self, name: str, value: str | None) -> None:
        """Set a variable; words that use one with an unknown value are not expanded and not reported."""
        if value is None:
            self.unknown.add(name)
            self.variables.pop(name, None)
        else:
            self.variables[name] = value
            self.unknown.discard(name)

    # buildkit frontend/dockerfile/dockerfile2llb/convert.go: getBuildArgValue, setBuildArgValue;
    # epoch.go: resolveSourceDateEpochValue, formatSourceDateEpochValue
    def set_epoch(self, is_valid_name: Callable[[str], bool]) -> None:
        """Check and normalize `SOURCE_DATE_EPOCH`: an integer, or text that `is_valid_name` accepts."""
        args = self.args
        if EPOCH not in args and EPOCH not in self.declared:
            return
        epoch = args.get(EPOCH, self.variables.get(EPOCH, ""))
        if not epoch:
            if EPOCH in args:
                self.variables.pop(EPOCH, None)
            return
        number = integer(epoch)
        if number is None and not is_valid_name(epoch):
            hint = "set it to seconds since 1970, such as `0`"
            place = "--build-arg" if EPOCH in args else self.declared[EPOCH]
            self.found.error_at("source-date-epoch", f"`{EPOCH}` is not an integer", place, hint)
        elif number is not None and EPOCH in self.variables:
            self.variables[EPOCH] = str(number)

    def expanded(self, word: str, place: Place) -> str | None:
        """Expand a word; `None` if it has an error, which is reported."""
        try:
            if self.unknown and not is_plain(word, self.escape):
                return self.partly_expanded(word)
            return expand(word, self.variables, self.escape, self.budget)
        except ExpansionError as error:
            report_expansion(self.found, word, place, error)
            return None

    def partly_expanded(self, word: str) -> str | None:
        """Expand a word if some variables are unknown; `None` if it uses one."""
        lexer = PartialLexer(word, self.variables, self.unknown.__contains__, self.escape, self.budget)
        result = lexer.result()
        return result if self.unknown.isdisjoint(lexer.asked) else None


class OpenScope(Scope):
    """The variables if the options of the build are unknown: an option may set each variable that the file can use."""

    def __init__(self, request: Request, escape: str, found: DockerfileCollector) -> None:
        super().__init__(request, None, escape, found)
        self.unknown.update(self.variables)
        self.variables.clear()

    def declare(self, argument: Argument) -> None:
        self.declared[argument.name] = argument.place
        self.unknown.add(argument.name)

    def set_epoch(self, is_valid_name: Callable[[str], bool]) -> None:
        """Do nothing, because a build argument may replace the date."""


def report_expansion(found: DockerfileCollector, word: str, place: Place, error: ExpansionError) -> None:
    """Report why a word cannot be expanded: at the part at fault, unless quotes of a flag hide it."""
    code = "expansion-too-large" if error.too_large else "expansion"
    message = f"`{shown(word)}` cannot be expanded: {error.message}"
    if place.length == len(word):
        place = place.part(error.column - 1, error.end_column - 1)
    found.error_at(code, message, place, error.hint)
