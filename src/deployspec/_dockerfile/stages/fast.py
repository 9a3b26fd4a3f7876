r"""The fast path: instructions that are plain enough to be read, or passed over, by one regular expression.

Most of a file cannot matter: `RUN` of a shell command, `COPY` within the context, `ENV` and the like name no image, and
in their plain forms nothing can be wrong with them. A single match passes over any number of these and stops behind the
first that does matter. What is not plain (lower case, rare flags, quotes and escapes in odd places, characters outside
ASCII where they may be white space) is left to the lexer, and what both read comes out the same.

Grammar (E is the escape character; the text has no NUL, and line ends are "\n")::

    passed  = blank line | comment | plain instruction
    stop    = "FROM" | "ARG" (before the first FROM) | "COPY" with `--from` | "RUN" with mounts | "CMD" | "ENTRYPOINT"
    text    = what holds no "<<", and goes on in the next line behind a single E or does not end in one at all
    heredoc = "<<" [ "-" ] [ quote ] name [ quote ], the only one of its instruction

No alternative can match a text in two ways, so nothing is tried twice: a match takes linear time.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

# How many instructions a match passes over, and how much of one (blank lines, words, pairs, flags, lines of a heredoc):
# what it remembers grows with them.
_MOST = 1000
_END = r"[ \t]*\n"
# A blank line or a comment, in three alternatives: one whose first character is a literal is rejected by that character
# alone, which takes next to no time in front of an instruction.
_EMPTY, _COMMENT, _INDENTED = r"\n", r"#[^\n]*\n", r"[ \t]+(?:#[^\n]*)?\n"
_NOTHING = f"(?:{_EMPTY}|{_COMMENT}|{_INDENTED})"
# In ASCII, without what is special: a flag's value, the base of a FROM, a word of COPY, a value outside quotes.
_FLAG = r"[!#%&(-;=-\[\]-_a-~]+"
_PLATFORM = r"[!#-&(-;=-\[\]-_a-~]+"
_BASE = r"[!-\[\]-_a-~]+"
_WORD = r"[!-;=-\[\]-_a-~]+"
_BARE = r"[!#-&(-\[\]-_a-~]*"
_VALUE = rf"""{_BARE}(?:(?:"[^"\\`\n]*"|'[^'\\`\n]*'){_BARE})*"""
_NAME = "[A-Za-z_][A-Za-z0-9_]*"
_STRING = r'"[^"\\\x00-\x1f<]*"'
_JSON = rf"\[[ \t]*{_STRING}(?:[ \t]*,[ \t]*{_STRING})*[ \t]*\]{_END}"
_PATHS = rf"\[[ \t]*{_STRING}(?:[ \t]*,[ \t]*{_STRING})+[ \t]*\]{_END}"
# Arguments that begin like this are neither flags nor a JSON array, nor do they go on at once.
_ARGUMENTS = r"(?=[!-,.-Z\]-_a-~])"
# The first character of a line that goes on an instruction, for a blank line and a comment do not.
_VISIBLE = r'(?=[ \t]*[!"$-~])'
_FLAGGED = rf"(?:--(?:chown|chmod)={_FLAG}|--link)[ \t]+"


class Patterns(NamedTuple):
    """What passes over the lines before the first FROM, and what passes over those behind it."""

    head: re.Pattern[str]
    body: re.Pattern[str]


@functools.cache
def patterns(escape: str, heredocs: bool) -> Patterns:  # noqa: FBT001  # a keyword makes the cache slow
    """Return the patterns for an escape character, and for a file in which `<<` occurs or does not.

    They are compiled when first needed.
    """
    e = re.escape(escape)
    line = r"[^\n<]*(?:<(?!<)[^\n<]*)*\n" if heredocs else r"[^\n]*\n"
    next_line = rf"(?:{_VISIBLE}|{_NOTHING}{{1,{_MOST}}}{_VISIBLE})"
    # The last line of an instruction ends neither in E nor in E and a blank; two blanks might hide an E before them.
    ended = rf"(?<!{e}\n)(?<![{e} \t][ \t]\n)"
    # Behind a `<` the next line might bring the other one.
    text = rf"{_ARGUMENTS}{line}(?:(?<=[^{e}<]{e}\n){next_line}{line})*{ended}"
    one = _ARGUMENTS + line + ended
    blanks = rf"[ \t]+(?:{e}\n{next_line}[ \t]*)?"
    words = rf"(?![-\[]){_WORD}(?:{blanks}{_WORD}){{1,{_MOST}}}{_END}"
    pair = rf"[A-Za-z0-9_][A-Za-z0-9_.\-/]*={_VALUE}"
    pairs = rf"{pair}(?:{blanks}{pair}){{0,{_MOST}}}{_END}"
    run, copied, mounted = (f"|{body}" if heredocs else "" for body in _heredocs())
    passed = "|".join(
        [
            _EMPTY,
            _COMMENT,
            rf"RUN[ \t]+(?:{text}|{_JSON}{run})",
            rf"COPY[ \t]+(?:{_FLAGGED})?(?:{words}|{_PATHS}{copied})",
            rf"(?:ENV|LABEL)[ \t]+(?:{pairs}|[A-Za-z0-9_][A-Za-z0-9_.\-]*[ \t]+{one})",
            rf"(?:WORKDIR|USER|EXPOSE|VOLUME|STOPSIGNAL|MAINTAINER)[ \t]+{one}",
            rf"ARG[ \t]+{_NAME}(?:={_VALUE})?(?:[ \t]+{_NAME}(?:={_VALUE})?)*{_END}",
            rf"ADD[ \t]+(?:{_FLAGGED})?(?:{words}|{_PATHS})",
            rf"SHELL[ \t]+{_JSON}",
            rf"HEALTHCHECK[ \t]+(?:{_checks(blanks)}CMD[ \t]+(?:{_JSON}|{text})|NONE{_END})",
            _INDENTED,
        ]
    )
    # What stops a match stands in a group of its own, so that it is the last one closed.
    stage = (
        rf"(?P<stage>FROM[ \t]+(?:(?P<platform>--platform={_PLATFORM})[ \t]+)?(?!--)(?P<base>{_BASE})"
        rf"(?:[ \t]+[Aa][Ss][ \t]+(?P<name>[A-Za-z][A-Za-z0-9_.\-]*))?{_END})"
    )
    argument = rf"(?P<argument_line>ARG[ \t]+(?P<argument>{_NAME})(?:=(?P<default>{_VALUE}))?{_END})"
    # A flag before `--from` leaves none for behind it: which flags may stand together is for the lexer to tell.
    copy = (
        rf"(?P<copied>COPY[ \t]+(?P<before>{_FLAGGED})?(?P<source>--from={_FLAG})[ \t]+"
        rf"(?(before)|(?:{_FLAGGED})?){words})"
    )
    mounts = rf"(?P<mounted>RUN[ \t]+(?P<mounts>(?:--mount={_FLAG}{blanks}){{1,{_MOST}}})(?:{text}{mounted}))"
    command = rf"(?P<command>(?P<which>CMD|ENTRYPOINT)[ \t]+(?P<arguments>{_JSON}|{one}))"
    head = re.compile(rf"{_NOTHING}{{0,{_MOST}}}(?:{argument}|{stage})?")
    return Patterns(head, re.compile(rf"(?:{passed}){{0,{_MOST}}}(?:{stage}|{copy}|{mounts}|{command})?"))


def _checks(blanks: str) -> str:
    """The flags of HEALTHCHECK in their usual order, with times that are long enough."""
    times = "".join(
        rf"(?:--{name}=[1-9][0-9]{{0,5}}(?:ms|s|m){blanks})?"
        for name in ("interval", "timeout", "start-period", "start-interval")
    )
    return rf"{times}(?:--retries=[0-9]{{1,5}}{blanks})?"


def _heredocs() -> tuple[str, str, str]:
    """The only heredoc of RUN, of COPY, and of RUN with mounts."""
    ends = r"""(?=[ \t\n])[^\n\\`<'"$]*\n"""
    command = r"""(?:[!#%&(-,.-;=-Z\]-_a-~][^\n\\`<'"$]*[ \t])?"""
    return (
        command + _heredoc("run", ends),
        _heredoc("file", rf"[ \t]+{_FLAG}{_END}"),
        command + _heredoc("mount", ends),
    )


def _heredoc(name: str, ends: str) -> str:
    """A heredoc up to the end of its body; its groups are named after where it stands."""

    def body(quote: str, word: str, before: str) -> str:
        end = rf"{before}(?P={word})\n"
        opening = rf"""(?P<{quote}>["']?)(?P<{word}>{_NAME})(?P={quote}){ends}"""
        return rf"{opening}(?:(?!{end})[^\n]*\n){{0,{_MOST}}}{end}"

    chomped = body(f"{name}_quote_chomped", f"{name}_chomped", r"\t*")
    return rf"<<(?:-{chomped}|{body(f'{name}_quote', name, '')})"
