"""A logical line → an instruction: its name, flags and arguments, checked as BuildKit checks the whole file.

Grammar::

    instruction = name *( blanks flag ) blanks arguments
    flag        = "--" name [ "=" value ]          ; quotes and escapes as in a shell; "--" alone ends the flags
    arguments   = JSON array of strings | words | text, by instruction
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import attrs

from deployspec._dockerfile._faults import GO_SPACE, fault, shown
from deployspec._dockerfile._lexer import Line, find_heredocs, split_name

if TYPE_CHECKING:
    from typing import NoReturn

    from deployspec._diagnostics import Diagnostic

__all__: list[str] = []

FlagKind: TypeAlias = Literal["text", "bool", "many"]
_FLAGS: dict[str, dict[str, FlagKind]] = {
    "from": {"platform": "text"},
    "copy": {"chown": "text", "from": "text", "chmod": "text", "link": "bool", "exclude": "many", "parents": "bool"},
    "add": {
        "chown": "text",
        "chmod": "text",
        "link": "bool",
        "keep-git-dir": "bool",
        "checksum": "text",
        "unpack": "bool",
        "exclude": "many",
    },
    "run": {"mount": "many", "network": "text", "security": "text", "device": "many"},
    "healthcheck": {
        "interval": "text",
        "timeout": "text",
        "start-period": "text",
        "start-interval": "text",
        "retries": "text",
    },
}
_IGNORES_FLAGS = frozenset({"arg", "stopsignal"})
_NAMES = frozenset({
    "add", "arg", "cmd", "copy", "entrypoint", "env", "expose", "from", "healthcheck", "label", "maintainer", "onbuild",
    "run", "shell", "stopsignal", "user", "volume", "workdir",
})  # fmt: skip
_STAGE_NAME = re.compile(r"[a-z][a-z0-9\-_.]*")
_FLAG_SPACE = "\t\n\v\f\r \x85\xa0"
_CHOICES = {"network": ("default", "none", "host"), "security": ("sandbox", "insecure")}
_BLANKS = re.compile(r"[\t\v\f\r ]+")
_EXACTLY_ONE = frozenset({"user", "workdir", "maintainer", "stopsignal"})
_AT_LEAST_ONE = frozenset({"expose", "volume", "shell", "label", "env"})


@attrs.frozen
class Source:
    """An image or stage that an instruction takes files from; `value` is as written, "" for a mount from nothing."""

    kind: Literal["copy", "mount"]
    value: str
    line: int


@attrs.frozen
class Instruction:
    """One checked instruction. `words` are its arguments (of ARG: the declarations), `rest` the text they came from."""

    name: str
    line: int
    rest: str
    words: tuple[str, ...]
    flags: tuple[tuple[str, str], ...] = ()
    is_json: bool = False

    def flag(self, name: str) -> str | None:
        """Return the value of a flag, if it was given."""
        return next((value for flag, value in self.flags if flag == name), None)


def read_instruction(line: Line, escape: str, found: list[Diagnostic]) -> Instruction | None:
    """Read a logical line; faults go to `found`, and `None` comes back where there is no instruction to speak of."""
    name, rest = split_name(line.text)
    lowered = name.lower()
    if lowered not in _NAMES:
        found.append(fault("unknown-instruction", f"`{shown(name)}` is no instruction", line.number, _nearest(lowered)))
        return None
    before = len(found)
    flags, rest = _split_flags(lowered, rest, escape, line.number, found)
    reader = _Reader(lowered, rest.strip(GO_SPACE), flags, line.number, escape, found)
    instruction = reader.read()
    return instruction if len(found) == before else None


def _nearest(name: str) -> str | None:
    import difflib

    close = difflib.get_close_matches(name, sorted(_NAMES), 1)
    return f"did you mean `{close[0].upper()}`?" if close else None


def _split_flags(
    name: str, rest: str, escape: str, line: int, found: list[Diagnostic]
) -> tuple[tuple[tuple[str, str], ...], str]:
    """Take the flags off; the walk is by byte, so that `--from=bui<NBSP>lder` is split where BuildKit splits it."""
    if not rest.lstrip(GO_SPACE).startswith("--"):
        return (), rest
    walked = rest.encode("utf-8", "surrogateescape" if _is_decoded(rest) else "surrogatepass").decode("latin-1")
    words, at = _flag_words(walked, escape)
    rest = walked[at:].encode("latin-1").decode("utf-8", "surrogateescape")
    if name in _IGNORES_FLAGS:
        return (), rest
    known = _FLAGS.get(name, {})
    flags: list[tuple[str, str]] = []
    given: set[str] = set()
    for word in words:
        flag, equals, value = word[2:].partition("=")
        _check_flag(known.get(flag), flag, value if equals else None, given, line, found)
        flags.append((flag, value))
        given.add(flag)
    return tuple(flags), rest


def _is_decoded(text: str) -> bool:
    return not any("\ud800" <= char <= "\udc7f" or "\udd00" <= char <= "\udfff" for char in text)


def _flag_words(text: str, escape: str) -> tuple[list[str], int]:
    words: list[str] = []
    at = 0
    while True:
        while at < len(text) and text[at] in _FLAG_SPACE:
            at += 1
        if not text.startswith("--", at):
            return words, at
        word, at = _flag_word(text, at, escape)
        if word == "--":
            return words, at
        words.append(word)


def _flag_word(text: str, at: int, escape: str) -> tuple[str, int]:
    out: list[str] = []
    quote = ""
    while at < len(text):
        char = text[at]
        if char == escape:
            at += 1
            out.append(text[at : at + 1])
        elif quote:
            if char == quote:
                quote = ""
            else:
                out.append(char)
        elif char in "'\"":
            quote = char
        elif char in _FLAG_SPACE:
            break
        else:
            out.append(char)
        at += 1
    return "".join(out), min(at, len(text))


def _check_flag(  # noqa: PLR0913, PLR0917  # the parts of a flag
    kind: FlagKind | None,
    flag: str,
    value: str | None,
    before: set[str],
    line: int,
    found: list[Diagnostic],
) -> None:
    name = f"`--{shown(flag)}`"
    if kind is None:
        found.append(fault("unknown-flag", f"there is no flag {name} here", line))
    elif kind != "many" and flag in before:
        found.append(fault("duplicate-flag", f"the flag {name} is given twice", line))
    elif kind == "bool":
        if value is not None and value.lower() not in ("true", "false"):
            found.append(fault("flag-value", f"the flag {name} is either `true` or `false`", line))
    elif value is None:
        found.append(fault("flag-value", f"the flag {name} has no value", line, f"write `--{shown(flag)}=…`"))
    elif flag in _CHOICES and value not in _CHOICES[flag]:
        found.append(
            fault("flag-value", f"{name} cannot be `{shown(value)}`", line, f"one of {', '.join(_CHOICES[flag])}")
        )


@attrs.define
class _Reader:
    """Reads the arguments of one instruction."""

    name: str
    rest: str
    flags: tuple[tuple[str, str], ...]
    line: int
    escape: str
    found: list[Diagnostic]

    def wrong(self, message: str, hint: str | None = None, code: str = "arguments") -> None:
        self.found.append(fault(code, f"`{self.name.upper()}` {message}", self.line, hint))

    def made(self, words: tuple[str, ...], *, is_json: bool = False) -> Instruction:
        return Instruction(self.name, self.line, self.rest, words, self.flags, is_json)

    def read(self) -> Instruction:
        match self.name:
            case "from":
                return self.read_from()
            case "arg":
                return self.read_arg()
            case "copy" | "add":
                return self.read_copy()
            case "env" | "label":
                return self.read_pairs()
            case "onbuild":
                return self.read_onbuild()
            case "run":
                self.check_mounts()
                return self.read_command()
            case "cmd" | "entrypoint" | "shell":
                return self.read_command()
            case _:
                return self.read_other()

    def read_from(self) -> Instruction:
        words = self.split()
        name = words[2] if len(words) == 3 and words[1].lower() == "as" else None  # noqa: PLR2004  # base, AS, name
        if len(words) != 1 and name is None:
            hint = "a comment stands on a line of its own" if "#" in self.rest else None
            self.wrong("takes an image, or an image, `AS` and a name", hint)
        elif name is not None and not _STAGE_NAME.fullmatch(go_lower(name)):
            message = f"`{shown(name)}` is no name for a stage"
            hint = "begin with a letter, then letters, digits, `-`, `_` and `.`"
            self.found.append(fault("stage-name", message, self.line, hint))
        return self.made(words)

    def split(self) -> tuple[str, ...]:
        return tuple(_BLANKS.split(self.rest)) if self.rest else ()

    def read_arg(self) -> Instruction:
        words = tuple(quoted_words(self.rest, self.escape))
        if not words:
            self.wrong("takes the name of an argument")
        elif any(not word.partition("=")[0].strip(GO_SPACE) for word in words):
            self.wrong("has an argument without a name", "write `ARG NAME=value`, without blanks around `=`")
        return self.made(words)

    def read_copy(self) -> Instruction:
        strings = self.json_strings()
        words = self.split() if strings is None else strings
        if len(words) < 2:  # noqa: PLR2004  # a source and a destination
            self.wrong("takes at least a source and a destination")
        elif strings is None and find_heredocs(f"{self.name} x {self.rest.split()[-1]}"):
            self.wrong("cannot write to a heredoc", "name the destination last")
        return self.made(words, is_json=strings is not None)

    def read_pairs(self) -> Instruction:
        words = tuple(quoted_words(self.rest, self.escape))
        if not words:
            self.wrong("takes at least one argument")
        elif "=" not in next(iter(words)):
            if len(words) < 2:  # noqa: PLR2004  # a name and a value
                self.wrong("takes a name and a value", f"write `{self.name.upper()} {shown(self.rest)}=…`")
        else:
            for word in words:
                if "=" not in word:
                    self.wrong(f"has `{shown(word)}`, which has no `=`", "put a value with blanks in quotes")
                elif word.startswith("="):
                    self.wrong("has a value without a name")
        return self.made(words)

    def read_onbuild(self) -> Instruction:
        if not self.rest:
            self.wrong("takes an instruction")
            return self.made(())
        trigger = split_name(self.rest)[0].lower()
        if trigger in ("onbuild", "from", "maintainer"):
            self.wrong(f"cannot hold `{trigger.upper()}`")
        return self.made((self.rest,))

    def read_command(self) -> Instruction:
        strings = self.json_strings()
        if self.name == "shell" and not strings:
            self.wrong("takes a JSON array of strings", 'write `SHELL ["/bin/sh", "-c"]`')
        return self.made(strings if strings is not None else (self.rest,), is_json=strings is not None)

    def read_other(self) -> Instruction:
        words = (self.rest,) if self.rest else ()
        if self.name in _EXACTLY_ONE and not words:
            self.wrong("takes exactly one argument")
        elif self.name in _AT_LEAST_ONE and not words:
            self.wrong("takes at least one argument")
        elif self.name == "volume":
            self.json_strings()
        elif self.name == "healthcheck":
            kind, rest = split_name(self.rest)
            if kind.upper() not in ("NONE", "CMD") or (kind.upper() == "CMD" and not rest):
                self.wrong("takes `NONE`, or `CMD` and a command")
            elif kind.upper() == "NONE" and rest:
                self.wrong("`NONE` takes no arguments")
        return self.made(words)

    def json_strings(self) -> tuple[str, ...] | None:
        """Read a JSON array of strings; any other text is shell form, but an array of anything else is a fault."""
        if not self.rest.startswith("["):
            return None
        try:
            items = cast("list[object]", json.loads(self.rest, parse_constant=_refuse_constant))
        except (ValueError, RecursionError):
            return None
        strings = tuple(item for item in items if isinstance(item, str))
        if len(strings) != len(items):
            self.found.append(fault("json", "a JSON array of arguments holds strings only", self.line))
        return strings

    def check_mounts(self) -> None:
        for value in (value for flag, value in self.flags if flag == "mount"):
            source = mount_source(value)
            if source is not None and "$" in source[:-1]:
                message = "`from` of a mount cannot hold a variable"
                hint = "define a stage with `FROM` and name it here"
                self.found.append(fault("from-variable", message, self.line, hint))


def _refuse_constant(text: str) -> NoReturn:
    """`NaN` and its like are JSON to Python alone."""
    raise ValueError(text)


def mount_source(value: str) -> str | None:
    """Return the `from` of a `--mount` value, the last one given; `None` where there is none."""
    import csv

    try:
        fields = next(csv.reader([value], strict=True), list[str]())
    except csv.Error:
        return None
    pairs = (field.partition("=") for field in fields)
    sources = [source for key, equals, source in pairs if equals and go_lower(key) == "from"]
    return sources[-1] if sources else None


def go_lower(text: str) -> str:
    """Lower-case character by character, as Go does: U+0130 stays one character."""
    return (
        "".join(low if len(low := char.lower()) == 1 else "i" for char in text) if not text.isascii() else text.lower()
    )


def quoted_words(text: str, escape: str) -> list[str]:
    """Split on white space outside quotes; quotes and escapes are kept."""
    words: list[str] = []
    word: list[str] = []
    quote = ""
    at = 0
    while at < len(text):
        char = text[at]
        if not quote and char in GO_SPACE:
            if word:
                words.append("".join(word))
                word = []
        elif char == escape and quote != "'":
            if at + 1 == len(text):
                break
            word.append(text[at : at + 2])
            at += 1
        else:
            if char == quote:
                quote = ""
            elif not quote and char in "'\"":
                quote = char
            word.append(char)
        at += 1
    return [*words, "".join(word)] if word else words
