r"""Patterns of `${V#…}`, `${V%…}` and `${V/…/…}`: linear-time matching without backtracking.

Grammar::

    pattern = *( "*" | "?" | "\" ( "*" | "?" | "\" | "}" | "/" ) | char )

`*` matches any text and `?` one character, but neither matches a line end. The matcher simulates the pattern as a
finite automaton: it reads the text once, and bit i of an integer says whether the first i tokens of the pattern can
match the text so far. So the time is bounded, however many stars a pattern has. BuildKit uses Go's regexp package,
which is linear too; Python's `re` would backtrack.
"""

from __future__ import annotations

import re

from deployspec._dockerfile.go import is_name_char
from deployspec._dockerfile.places import shown

_ANY, _ONE = "*", "?"
_UNIT = re.compile(r"\\.|.", re.DOTALL)


class InvalidPattern(Exception):  # in line with the library's public names
    """A pattern with an unknown escape."""


class TooLarge(Exception):
    """The result of a replacement exceeds its limit."""


# buildkit frontend/dockerfile/shell/lex.go: convertShellPatternToRegex
def compiled(pattern: str) -> list[tuple[str, bool]]:
    """Return the tokens of a pattern: each a character, and whether it is a wildcard."""
    tokens: list[tuple[str, bool]] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
            char = pattern[at : at + 1]
            if char not in ("*", "?", "\\", "}", "/"):
                raise InvalidPattern(f"invalid escape `\\{shown(char)}` in the pattern")
            tokens.append((char, False))
        else:
            token = (char, char in (_ANY, _ONE))
            # Consecutive stars count as one, so that a step needs to look past a single star only.
            if token != (_ANY, True) or tokens[-1:] != [token]:
                tokens.append(token)
        at += 1
    return tokens


class _Matcher:
    """A finite automaton: bit i of a state is set if the first i tokens match the text so far."""

    def __init__(self, tokens: list[tuple[str, bool]]) -> None:
        self.accept = 1 << len(tokens)
        bits: dict[tuple[str, bool], bytearray] = {}
        size = len(tokens) // 8 + 1
        for i, token in enumerate(tokens):
            if token not in bits:
                bits[token] = bytearray(size)
            bits[token][i // 8] |= 1 << i % 8
        masks = {token: int.from_bytes(mask, "little") for token, mask in bits.items()}
        self.stars, self.ones = masks.pop((_ANY, True), 0), masks.pop((_ONE, True), 0)
        self.literals = {char: mask for (char, _), mask in masks.items()}
        # A star may match nothing: a state before a star is also a state after it.
        self.beginning = 1 | (1 & self.stars) << 1

    def step(self, states: int, char: str) -> int:
        moved = (states & self.literals.get(char, 0)) << 1
        if char != "\n":
            moved |= (states & self.ones) << 1 | states & self.stars
        return moved | (moved & self.stars) << 1

    def end(self, text: str, start: int, *, longest: bool) -> int:
        """Return the end of the match that begins at `start`, or -1."""
        states, found = self.beginning, -1
        for at in range(start, len(text)):
            if states & self.accept:
                found = at
                if not longest:
                    return found
            states = self.step(states, text[at])
            if not states:
                return found
        return len(text) if states & self.accept else found


# buildkit frontend/dockerfile/shell/lex.go: trimPrefix, trimSuffix
def remove_affix(value: str, pattern: str, *, suffix: bool, longest: bool) -> str:
    """Remove the shortest or longest prefix or suffix that matches.

    >>> remove_affix("a.b.c", "*.", suffix=False, longest=True)
    'c'
    """
    tokens = compiled(_reversed(pattern) if suffix else pattern)
    if not value:
        return ""
    if not suffix:
        return value[max(0, _Matcher(tokens).end(value, 0, longest=longest)) :]
    end = _Matcher(tokens).end(value[::-1], 0, longest=longest)
    return value[: len(value) - max(0, end)]


# buildkit frontend/dockerfile/shell/lex.go: reversePattern
def _reversed(pattern: str) -> str:
    r"""Reverse a pattern, escapes kept together; a lone backslash at its end comes to escape the last character.

    >>> print(_reversed(r"a\*c"))
    c\*a
    """
    return "".join(reversed(_UNIT.findall(pattern)))


# buildkit frontend/dockerfile/shell/lex.go: processDollar (case `/`)
def replace(value: str, pattern: str, replacement: str, *, everywhere: bool, limit: int) -> str:
    """Replace the first match or every match, leftmost and longest; the inserted text is limited to `limit` characters.

    >>> replace("3.19.1", ".", "-", everywhere=True, limit=100)
    '3-19-1'
    """
    tokens = compiled(pattern)
    if tokens and not any(wild for _, wild in tokens):
        text = "".join(char for char, _ in tokens)
        return _replace_text(value, text, replacement, everywhere=everywhere, limit=limit)
    return replace_matches(value, tokens, replacement, everywhere=everywhere, limit=limit)


def replace_matches(
    value: str, tokens: list[tuple[str, bool]], replacement: str, *, everywhere: bool, limit: int
) -> str:
    """Replace the matches of any pattern; slower than `_replace_text`, which suffices for most."""
    starts, forward = _starts(value, tokens), _Matcher(tokens)
    out: list[str] = []
    at = size = 0
    last_end = -1
    while at <= len(value):
        start = next((place for place in range(at, len(value) + 1) if starts[place]), -1)
        if start < 0:
            break
        end = forward.end(value, start, longest=True)
        out.append(value[at:start])
        if end > start or start != last_end:
            out.append(_template(replacement, value[start:end]) if everywhere else replacement)
            size += len(out[-1])
            if size > limit:
                raise TooLarge
        if end == start:
            out.append(value[start : start + 1])
        at, last_end = max(end, start + (end == start)), end
        if not everywhere:
            break
    return "".join(out) + value[at:]


def _replace_text(value: str, text: str, replacement: str, *, everywhere: bool, limit: int) -> str:
    """Replace the matches of a pattern without wildcards."""
    times = value.count(text) if everywhere else int(text in value)
    put = _template(replacement, text) if everywhere else replacement
    if times * len(put) > limit:
        raise TooLarge
    return value.replace(text, put, times)


def _starts(value: str, tokens: list[tuple[str, bool]]) -> list[bool]:
    """Return for each offset whether a match begins there: one pass from the end, with the reversed pattern."""
    matcher = _Matcher(tokens[::-1])
    states = beginning = matcher.beginning
    found = [False] * (len(value) + 1)
    found[len(value)] = bool(states & matcher.accept)
    for at in range(len(value) - 1, -1, -1):
        states = matcher.step(states, value[at]) | beginning
        found[at] = bool(states & matcher.accept)
    return found


# Go regexp/regexp.go: expand, extract
def _template(replacement: str, match: str) -> str:
    """Expand Go's replacement template: `$0` is the match, any other `$name` is empty, `$$` is a dollar sign."""
    out: list[str] = []
    at = 0
    while (dollar := replacement.find("$", at)) >= 0:
        out.append(replacement[at:dollar])
        if replacement.startswith("$", dollar + 1):
            out.append("$")
            at = dollar + 2
            continue
        name, at = _template_name(replacement, dollar + 1)
        if not name:
            out.append("$")
        elif name == "0":
            out.append(match)
    return "".join([*out, replacement[at:]])


def _template_name(text: str, start: int) -> tuple[str, int]:
    """Return the name after a dollar sign, in braces or bare, and its end; `("", start)` if there is none."""
    braced = text.startswith("{", start)
    begin = at = start + braced
    while at < len(text) and is_name_char(text[at]):
        at += 1
    if at == begin or (braced and not text.startswith("}", at)):
        return "", start
    return text[begin:at], at + braced
