"""Splitting a command into words as a POSIX shell does, without expanding anything."""

from __future__ import annotations

import re

# Bare text, an escaped character, text in single quotes or text in double quotes, in which `\` escapes.
_CLOSED = re.compile(r"""(?:[^'"\\]+|\\.|'[^']*'|"[^"\\]*(?:\\.[^"\\]*)*")*""", re.DOTALL)
# The same parts, one match each; the fourth group is the text in double quotes. No group matches between words.
_PART = re.compile(r"""([^ \t\r\n'"\\]+)|\\(.)|'([^']*)'|"([^"\\]*(?:\\.[^"\\]*)*)"|[ \t\r\n]+""", re.DOTALL)
# A `#` that begins a word, or a part that is skipped: an escaped character, quoted text, the rest after an open quote.
_COMMENT = re.compile(r"""[ \t](#)|\\.|'[^']*'|"[^"\\]*(?:\\.[^"\\]*)*"|['"].*""")
_IN_DOUBLE_QUOTES = 4
_ESCAPED_IN_DOUBLE_QUOTES = re.compile(r'\\(["\\])')


def find_open_quote(command: str) -> int | None:
    """Return the index of a quote that is not closed, or of a backslash at the end of the command.

    >>> find_open_quote("echo 'it'"), find_open_quote('echo "it'), find_open_quote("echo \\\\'")
    (None, 5, None)
    """
    found = _CLOSED.match(command)
    end = 0 if found is None else found.end()
    return None if end == len(command) else end


def find_comment(command: str) -> int | None:
    """Return the index of a `#` that begins a comment for a shell.

    >>> find_comment("run # fast"), find_comment("run 'a # b'"), find_comment("run a#b")
    (4, None, None)
    """
    return next((found.start(1) for found in _COMMENT.finditer(command) if found[1]), None)


# Python Lib/shlex.py: shlex.read_token. Its time is quadratic in the length of a word; this one is linear.
def split_words(command: str) -> tuple[str, ...] | None:
    """Split a command as `shlex.split` does; `None` if a quote is not closed.

    >>> split_words("a 'b c' \\"d\\"e ''")
    ('a', 'b c', 'de', '')
    """
    if find_open_quote(command) is not None:
        return None
    words: list[str] = []
    parts: list[str] = []
    for part in _PART.finditer(f"{command} "):
        kind = part.lastindex
        if kind is not None:
            text = part[kind]
            parts.append(_ESCAPED_IN_DOUBLE_QUOTES.sub(r"\1", text) if kind == _IN_DOUBLE_QUOTES else text)
        elif parts:
            words.append("".join(parts))
            parts.clear()
    return tuple(words)
