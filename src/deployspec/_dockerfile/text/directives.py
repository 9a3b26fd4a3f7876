"""Directives: comments at the top of a file that control how it is read.

Grammar::

    directive = "#" blanks key blanks "=" blanks value       ; key: syntax, escape, check
    check     = option *2( ";" option )                      ; ends at its first space
    option    = "skip=" … | "experimental=" … | "error=" boolean

The first ordinary comment, blank line or unknown directive ends them. BuildKit reads them twice, with different rules.
`escape` is read line by line with the file, and blanks may precede its `#`. `syntax` and `check` are read from the raw
text before that: no blank may precede the `#`, `syntax` may follow `//` or be a member of a JSON object, and a first
line that begins with `#!` is skipped.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from deployspec._dockerfile.go import ASCII_SPACE, BOOLEANS, SPACE, TRUE
from deployspec._dockerfile.go_json import go_number, refuse_constant, string_member
from deployspec._dockerfile.places import Place, shown

if TYPE_CHECKING:
    from deployspec._dockerfile.diagnostics import DockerfileCollector

_KEY = re.compile(r"[a-zA-Z][a-zA-Z0-9]*")
_KNOWN = frozenset({"syntax", "escape", "check"})
_ESCAPES = ("\\", "`")
_OPTIONS = frozenset({"skip", "experimental", "error"})
_OPTIONS_HINT = "the options are `skip=…`, `experimental=…` and `error=true`, separated by `;` without blanks"
_RAW = re.compile(r"(?:#![^\n]*\n)?(?:#|//|\s*\{)")
# Fast path (a file is parsed 12 % to 24 % faster): an optional `# syntax=`, then a line that ends the directives for
# certain: an instruction, a blank line, or a comment without an equals sign.
_END = r"(?=[A-Z]|#(?!!)[^=\n]*\n)"
_USUAL = re.compile(rf"#[ \t]*syntax=([!-~]+)\n(?:(?=\n)|{_END})|{_END}")


# buildkit frontend/dockerfile/parser/directives.go: ParseLine
def read_directive(line: str, prefix: str = "#") -> tuple[str, str] | None:
    """Read a line that begins with `prefix` as a directive: its key in lower case, and its value.

    >>> read_directive("# Escape = `"), read_directive("# a comment")
    (('escape', '`'), None)
    """
    key, equals, value = line[len(prefix) :].lstrip(SPACE).partition("=")
    # A value of only blanks counts as its last blank, since Go's `.+?` needs one character.
    key, value = key.rstrip(ASCII_SPACE), value.strip(ASCII_SPACE) or value[-1:]
    if not line.startswith(prefix) or not equals or not value or not _KEY.fullmatch(key):
        return None
    return (key.lower(), value) if key.lower() in _KNOWN else None


# buildkit frontend/dockerfile/parser/parser.go: possibleParserDirective, setEscapeToken
class Directives:
    """Reads the lines at the top of a file one by one; `escape` is the current escape character."""

    def __init__(self, found: DockerfileCollector) -> None:
        self.found = found
        self.seen: set[str] = set()
        self.done = False
        self.escape = "\\"

    def offer(self, line: str, place: Place) -> None:
        """Read the next line; `done` is set if it is not a directive."""
        directive = read_directive(line)
        if directive is None:
            self.done = True
            return
        key, value = directive
        if key in self.seen:
            self.found.error_at("directive", f"duplicate directive `{key}`", place, "keep one of them")
        elif key == "escape":
            start = line.index(value, line.index("=") + 1)
            self.set_escape(value, place.part(start, start + len(value)))
        self.seen.add(key)

    def set_escape(self, value: str, place: Place) -> None:
        if value in _ESCAPES:
            self.escape = value
        else:
            hint = "use `\\` or a backtick"
            self.found.error_at("directive", f"invalid escape character `{shown(value)}`", place, hint)


class Top(NamedTuple):
    """The directives in the raw text: the frontend image and its location.

    `is_usual`: the file certainly has no other directive, so that the line reader need not look for one.
    """

    syntax: str | None
    place: Place | None
    is_usual: bool


_NO_DIRECTIVE = Top(None, None, is_usual=True)


def read_top(text: str, found: DockerfileCollector, *, ignores_check: bool = False) -> Top:
    """Read `syntax` and `check` from the raw text of a file, which is everything after its byte order mark.

    With `ignores_check`, a build argument replaces the options of `check`.
    """
    usual = _USUAL.match(text)
    if usual is not None:
        syntax = usual[1]
        return (
            _NO_DIRECTIVE
            if syntax is None
            else Top(syntax, Place(1, usual.start(1) + 1, (), len(syntax)), is_usual=True)
        )
    directives = raw_directives(text)
    syntax = raw_syntax(text, directives)
    place = None if syntax is None else syntax_place(text, syntax, directives)
    if "check" in directives and not ignores_check:
        check_directive(text, directives, found)
    return Top(syntax, place, is_usual=False)


# buildkit frontend/dockerfile/parser/directives.go: ParseAll, discardShebang
def raw_directives(text: str, prefix: str = "#") -> dict[str, tuple[str, int]]:
    """Return the directives of any text, a Dockerfile or not: their values and line numbers."""
    found: dict[str, tuple[str, int]] = {}
    at, number = 0, 1
    if text.startswith("#!"):
        at, number = text.find("\n") + 1 or len(text), 2
    while text.startswith(prefix, at):
        end = text.find("\n", at)
        directive = read_directive(text[at : end if end >= 0 else None].removesuffix("\r"), prefix)
        # A duplicate key ends the search; directives before it still count.
        if directive is None or directive[0] in found:
            break
        found[directive[0]] = (directive[1], number)
        at, number = end + 1 or len(text), number + 1
    return found


# buildkit frontend/dockerfile/parser/directives.go: DetectSyntax, parseDirective, detectDirectiveFromParser
def raw_syntax(text: str, directives: dict[str, tuple[str, int]]) -> str | None:
    """Return the frontend image of the text: the value of `syntax` up to its first space."""
    if not _RAW.match(text):
        return None
    found = directives.get("syntax") or raw_directives(text, "//").get("syntax")
    if found is not None:
        return found[0].partition(" ")[0]
    return _json_member(text.partition("\n")[2] if text.startswith("#!") else text)


def _json_member(text: str) -> str | None:
    if not text.lstrip(" \t\r\n").startswith("{"):
        return None
    try:
        document: dict[str, object] = json.loads(
            text, parse_constant=refuse_constant, parse_float=go_number, parse_int=go_number
        )
    except RecursionError:
        return string_member(text, "syntax")
    except ValueError:
        return None
    value = document.get("syntax")
    return value if isinstance(value, str) else None


def syntax_place(text: str, syntax: str, directives: dict[str, tuple[str, int]]) -> Place:
    """Return the location of the frontend image; the beginning of a JSON object, in which strings have escapes."""
    found = directives.get("syntax") or raw_directives(text, "//").get("syntax")
    if found is None:
        return Place(1, 1)
    value, line = found
    return Place(line, _column(text, line, value), length=len(syntax))


def _column(text: str, line: int, value: str) -> int:
    """Return the column of a directive's value; searched after the `=`, since the key may contain the same text."""
    written = text.split("\n", line)[line - 1]
    return written.find(value, written.index("=")) + 1


# buildkit frontend/dockerfile/dockerfile2llb/convert.go: newRuleLinter
def check_directive(text: str, directives: dict[str, tuple[str, int]], found: DockerfileCollector) -> None:
    """Check the options of the file's `check` directive."""
    value, line = directives["check"]
    value = value.partition(" ")[0].strip(SPACE)
    place = Place(line, _column(text, line, value), length=len(value))
    options = read_options(value)
    for option in options.invalid:
        found.error_at("directive", f"invalid `check` option `{shown(option)}`", place, _OPTIONS_HINT)
    if options.may_fail:
        message = "lint rules of BuildKit are not evaluated, and may fail the build because of `check=error=true`"
        found.note_at("check-not-evaluated", message, place)


# buildkit frontend/dockerui/config.go: Client.init. The argument replaces the directive, even if it is empty.
CHECK_ARGUMENT = "BUILDKIT_DOCKERFILE_CHECK"


def check_argument(value: str, found: DockerfileCollector) -> None:
    """Check the options in the build argument that replaces the `check` directive."""
    options = read_options(value)
    if options.invalid:
        message = f"invalid option in build argument `{CHECK_ARGUMENT}`, which replaces the directive `check`"
        found.error_at("directive", message, "--build-arg", _OPTIONS_HINT)
    if options.may_fail:
        message = f"lint rules of BuildKit are not evaluated, and may fail the build because of `{CHECK_ARGUMENT}`"
        found.note_at("check-not-evaluated", message, "--build-arg")


class Options(NamedTuple):
    """The invalid options of a check, and whether a rule of the check may fail the build."""

    invalid: list[str]
    may_fail: bool


# buildkit frontend/dockerfile/linter/linter.go: ParseLintOptions, Linter.Run (`skip=all` leaves out all rules except
# the experimental ones, which run only on request)
def read_options(text: str) -> Options:
    """Read the options of a check.

    >>> read_options("skip=all;error=true"), read_options("error=true")
    (Options(invalid=[], may_fail=False), Options(invalid=[], may_fail=True))
    """
    settings: dict[str, str] = {}
    invalid: list[str] = []
    text = text.strip(SPACE)
    for option in text.split(";", 2) if text else ():
        name, equals, setting = option.partition("=")
        name, setting = name.strip(SPACE), setting.strip(SPACE)
        settings[name] = setting
        if not equals or name not in _OPTIONS or (name == "error" and setting not in BOOLEANS):
            invalid.append(option)
    runs_no_rule = settings.get("skip") == "all" and not settings.get("experimental")
    return Options(invalid, settings.get("error") in TRUE and not runs_no_rule)
