"""Quoting input in messages: on one line, without characters that a reader cannot see, and without tokens."""

from __future__ import annotations

import re

from deployspec._core.tokens import hide_tokens

# Controls (C0, DEL, C1), blanks other than the space, soft hyphens, bidirectional and other format controls, line and
# paragraph separators, surrogates, private use, noncharacters and tags. A fixed list rather than `str.isprintable`, so
# that messages do not depend on the interpreter's Unicode tables.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680\u180e\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)


def one_line(text: str, limit: int | None = None) -> str:
    r"""Return a text with every unprintable character escaped, cut after `limit` characters of the input.

    Tokens of well-known services are hidden.

    >>> one_line("web\x1b[2J\n"), one_line("\u202egnp.exe"), one_line("d\u00e9j\u00e0 vu", limit=4)
    ('web\\x1b[2J\\n', '\\u202egnp.exe', 'déjà…')
    """
    text = hide_tokens(text)
    cut = text if limit is None or len(text) <= limit else text[:limit] + "…"
    return _UNPRINTABLE.sub(_escaped, cut)


MOST_LISTED = 10


def listed(items: list[str]) -> str:
    """Join items with commas and `and`; of many, the first ten.

    >>> listed(["`a`"]), listed(["`a`", "`b`", "`c`"]), listed(["`a`"] * 12)[-21:]
    ('`a`', '`a`, `b` and `c`', '`a`, `a` and 2 others')
    """
    if len(items) > MOST_LISTED:
        return f"{', '.join(items[:MOST_LISTED])} and {len(items) - MOST_LISTED} others"
    *first, last = items
    return f"{', '.join(first)} and {last}" if first else last


# Lines that the runner of GitHub Actions executes, after it has removed blanks: `::command::` and `##[command]`.
_WORKFLOW_COMMAND = re.compile(r"^([ \t]*)(?=::|##\[)", re.MULTILINE)


def without_workflow_commands(text: str) -> str:
    r"""Put a backslash before each line that the runner of GitHub Actions would execute.

    >>> print(without_workflow_commands("  ::add-mask::x\na ::b\n##[group]"))
      \::add-mask::x
    a ::b
    \##[group]
    """
    return _WORKFLOW_COMMAND.sub(r"\1\\", text) if "::" in text or "##[" in text else text


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def is_utf16(raw: bytes) -> bool:
    """Whether bytes are probably UTF-16: they begin with its byte order mark, or every other one of them is zero.

    >>> is_utf16("A=1".encode("utf-16")), is_utf16("A=1".encode("utf-16-be")), is_utf16(b"A=1")
    (True, True, False)
    """
    return raw[:2] in {b"\xff\xfe", b"\xfe\xff"} or (len(raw) > 1 and (raw[0] == 0) != (raw[1] == 0))
