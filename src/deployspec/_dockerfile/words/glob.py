r"""Patterns of `${V#…}`, `${V%…}` and `${V/…/…}`, matched without backtracking.

Grammar::

    pattern = *( "*" | "?" | "\" ( "*" | "?" | "\" | "}" | "/" ) | char )

`*` matches any text and `?` one character, neither of them a line end. The matcher walks the text once and keeps the
set of places in the pattern where it may be, as the bits of an integer: forty characters with eight stars cost no more
than any.
"""

from __future__ import annotations

import re

_ANY, _ONE = "*", "?"
_UNIT = re.compile(r"\\.|.", re.DOTALL)


class InvalidPattern(Exception):  # in line with the library's public names
    """A pattern with an escape that means nothing."""


class TooLarge(Exception):
    """A replacement that grows beyond its bound."""


def compiled(pattern: str) -> list[tuple[str, bool]]:
    """Tokens: a character and whether it is a wildcard."""
    tokens: list[tuple[str, bool]] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
            char = pattern[at : at + 1]
            if char not in ("*", "?", "\\", "}", "/"):
                raise InvalidPattern(f"the pattern has an escape that means nothing, `\\{char}`")
            tokens.append((char, False))
        else:
            token = (char, char in (_ANY, _ONE))
            # A run of stars is one star, which keeps the closure of a step to a single one.
            if token != (_ANY, True) or tokens[-1:] != [token]:
                tokens.append(token)
        at += 1
    return tokens


class _Matcher:
    """All tokens at once: bit i is set when the first i tokens have matched."""

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
        # A star may match nothing, so that what stands before it stands behind it as well.
        self.beginning = 1 | (1 & self.stars) << 1

    def step(self, states: int, char: str) -> int:
        moved = (states & self.literals.get(char, 0)) << 1
        if char != "\n":
            moved |= (states & self.ones) << 1 | states & self.stars
        return moved | (moved & self.stars) << 1

    def end(self, text: str, start: int, *, longest: bool) -> int:
        """Where a match that begins at `start` ends, or -1."""
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


def _reversed(pattern: str) -> str:
    r"""Turn a pattern around, but no escape: a lone backslash at its end comes to escape what stands before it.

    >>> print(_reversed(r"a\*c"))
    c\*a
    """
    return "".join(reversed(_UNIT.findall(pattern)))


def replace(value: str, pattern: str, replacement: str, *, everywhere: bool, limit: int) -> str:
    """Replace the first match, or every match, the leftmost and longest first; what is put in is bounded by `limit`.

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
    """Replace what any pattern matches, which is slower than what `_replace_text` does for most."""
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
    """Replace what is nothing but text."""
    times = value.count(text) if everywhere else int(text in value)
    put = _template(replacement, text) if everywhere else replacement
    if times * len(put) > limit:
        raise TooLarge
    return value.replace(text, put, times)


def _starts(value: str, tokens: list[tuple[str, bool]]) -> list[bool]:
    """For every place in the text, whether a match begins there: one walk from the end with the pattern reversed."""
    matcher = _Matcher(tokens[::-1])
    states = beginning = matcher.beginning
    found = [False] * (len(value) + 1)
    found[len(value)] = bool(states & matcher.accept)
    for at in range(len(value) - 1, -1, -1):
        states = matcher.step(states, value[at]) | beginning
        found[at] = bool(states & matcher.accept)
    return found


def _template(replacement: str, match: str) -> str:
    """Go's template: `$0` is the match, any other `$name` nothing, `$$` a dollar sign."""

    def group(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        return match if (found[1] or found[2]) == "0" else ""

    return re.sub(r"\$(?:\$|\{(\w+)\}|(\w+))", group, replacement)
