r"""The regular expressions of the fast path: which instructions are plain, and which text ends a match.

Grammar (E is the escape character; the text has no NUL, and its lines end in "\n")::

    match   = *skipped [ stop ]
    skipped = blank line | comment | plain instruction
    stop    = FROM | ARG (before the first FROM) | COPY with `--from` | RUN with mounts | CMD | ENTRYPOINT
    text    = characters without "<<"; continues on the next line after a single E, and ends without E
    heredoc = "<<" [ "-" ] [ quote ] name [ quote ], the only one of its instruction

No alternative can match a text in two ways, so nothing is tried twice and a match takes linear time.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

# The most repetitions in a match (of instructions, blank lines, words, pairs, flags, lines of a heredoc), because the
# memory of a match grows with them.
_MOST = 1000
HEREDOCS = ("run", "run_chomped", "file", "file_chomped", "mount", "mount_chomped")
_END = r"[ \t]*\n"
# A blank line or a comment, as three alternatives: `re` rejects an alternative that begins with a literal by looking at
# one character, so that these cost next to nothing before an instruction.
_EMPTY, _COMMENT, _INDENTED = r"\n", r"#[^\n]*\n", r"[ \t]+(?:#[^\n]*)?\n"
_IGNORED = f"(?:{_EMPTY}|{_COMMENT}|{_INDENTED})"
# ASCII without the characters that are special in a flag, in the platform and base of a FROM, and in a value.
_FLAG = r"[!#%&(-;=-\[\]-_a-~]+"
_PLATFORM = r"[!#-&(-;=-\[\]-_a-~]+"
_BASE = r"[!-\[\]-_a-~]+"
# Expansions that cannot fail: a variable, braces and a default allowed; a `$` without a name is a character.
_VARIABLE = r"\$(?:(?!\{)|\{[A-Za-z_][A-Za-z0-9_]*(?::?[-+][A-Za-z0-9_./:@,=+-]*)?\})"
_BARE = rf"[!#%&(-\[\]-_a-~]*(?:{_VARIABLE}[!#%&(-\[\]-_a-~]*)*"
_QUOTED = rf"""(?:"[^"\\`$\n]*(?:{_VARIABLE}[^"\\`$\n]*)*"|'[^'\\`\n]*')"""
_VALUE = rf"{_BARE}(?:{_QUOTED}{_BARE})*"
# A value of several words, up to the end of the line.
_REST = rf"""[^"'\\`$\n]*(?:(?:{_VARIABLE}|{_QUOTED})[^"'\\`$\n]*)*\n"""
# A source of COPY or ADD that is certainly a path: no `:` and no `?`, and a variable only after `/`, `.` and the like.
# The first alternative is there for speed; the group is atomic, so that no word is tried in both ways.
_PATH_CHAR = r"[!#%&(-9;=>@-\[\]-_a-~]"
_PATH_END = rf"{_PATH_CHAR}*(?:{_VARIABLE}{_PATH_CHAR}*)*"
_PATH = (
    r"(?>[A-Za-z0-9_./*@+,~=-]+(?=[ \t\n])"
    rf"|(?!github)(?:[A-Za-z0-9_-]+(?:[!#%&(-,./;=>\[\]^{{|}}~]{_PATH_END})?|[!#%&(-,./;=>\[\]^{{|}}~]{_PATH_END}))"
)
_VARIABLE_PATH = rf"{_VARIABLE}{_PATH_END}"
# A URL has no `%`, and a query only if its path does not end in `.git`: then it is not a Git reference.
_URL = r"https?://[!#&(-;=>@-\[\]-_a-~]+(?:(?<!\.git)\?[!#&(-;=>@-\[\]-_a-~]*)?"
# A stage name that is also an image reference: single separators, and too short for the ID of an image.
_STAGE = r"[A-Za-z][A-Za-z0-9]{0,40}(?:[_.\-][A-Za-z0-9]{1,40}){0,3}"
_NAME = "[A-Za-z_][A-Za-z0-9_]*"
_STRING = r'"[^"\\\x00-\x1f<]*"'
_PATH_STRING = r"""\"[!#%&(-9;=>@-\[\]-_a-~][ !#%&(-9;=>@-\[\]-_a-~]*\""""
_JSON = rf"\[[ \t]*{_STRING}(?:[ \t]*,[ \t]*{_STRING})*[ \t]*\]{_END}"
_PATHS, _ONE_PATH = (rf"\[[ \t]*{_PATH_STRING}(?:[ \t]*,[ \t]*{_PATH_STRING}){n}[ \t]*\]{_END}" for n in "+*")
_PORT = r"(?:[0-9]{1,4}|[1-5][0-9]{4})(?:/(?:tcp|udp))?"
_SIGNAL = r"(?:SIG)?(?:TERM|INT|QUIT|KILL|HUP|USR1|USR2|WINCH|CONT)|[1-9][0-9]?"
# The first character of arguments that are neither flags nor a JSON array and are not continued at once.
_ARGUMENTS = r"(?=[!-,.-Z\]-_a-~])"
# The first character of a line that continues an instruction; blank lines and comments are dropped instead.
_VISIBLE = r'(?=[ \t]*[!"$-~])'
_FLAGGED = rf"(?:--chown={_FLAG}|--chmod=[0-7]{{3,4}}|--link)[ \t]+"


class Patterns(NamedTuple):
    """The pattern for lines before the first FROM, and the pattern for lines after it.

    `heredocs` are the groups of the latter that match if it skips a heredoc.
    """

    head: re.Pattern[str]
    body: re.Pattern[str]
    heredocs: tuple[str, ...] = ()


@functools.cache
def patterns(escape: str, heredocs: bool) -> Patterns:  # noqa: FBT001  # a keyword makes the cache slow
    """Return the patterns for an escape character, and for files with or without `<<`; compiled on first use."""
    e = re.escape(escape)
    line = r"[^\n<]*(?:<(?!<)[^\n<]*)*\n" if heredocs else r"[^\n]*\n"
    next_line = rf"(?:{_VISIBLE}|{_IGNORED}{{1,{_MOST}}}{_VISIBLE})"
    # The last line of an instruction must not end in E, in E and a blank, or in two blanks, which may follow an E.
    ended = rf"(?<!{e}\n)(?<![{e} \t][ \t]\n)"
    # A line that ends in `<` and E is not plain, because the next line may begin with another `<`.
    text = rf"{_ARGUMENTS}{line}(?:(?<=[^{e}<]{e}\n){next_line}{line})*{ended}"
    single = _ARGUMENTS + line + ended
    blanks = rf"[ \t]+(?:{e}\n{next_line}[ \t]*)?"
    paths = _copy_paths(_PATH, blanks)
    pair = rf"[A-Za-z0-9_][A-Za-z0-9_.\-/]*={_VALUE}"
    pairs = rf"{pair}(?:{blanks}{pair}){{0,{_MOST}}}{_END}"
    run, copied, mounted = (f"|{body}" if heredocs else "" for body in _heredocs())
    skipped = "|".join(
        [
            _EMPTY,
            _COMMENT,
            rf"RUN[ \t]+(?:{text}|{_JSON}{run})",
            rf"COPY[ \t]+(?:{_FLAGGED})?(?:{paths}|{_PATHS}{copied})",
            rf"(?:ENV|LABEL)[ \t]+(?:{pairs}|[A-Za-z0-9_][A-Za-z0-9_.\-]*[ \t]+{_ARGUMENTS}{_REST})",
            rf"WORKDIR[ \t]+{_ARGUMENTS}{_REST}",
            rf"USER[ \t]+{_ARGUMENTS}{_REST}",
            rf"EXPOSE[ \t]+{_PORT}(?:[ \t]+{_PORT}){{0,{_MOST}}}{_END}",
            rf"VOLUME[ \t]+(?:{_ARGUMENTS}[^\"'\\`$\n\ufeff]*\n|{_ONE_PATH})",
            rf"STOPSIGNAL[ \t]+(?:{_SIGNAL}){_END}",
            rf"MAINTAINER[ \t]+{single}",
            rf"ARG[ \t]+{_NAME}(?:={_VALUE})?(?:[ \t]+{_NAME}(?:={_VALUE})?)*{_END}",
            rf"ADD[ \t]+(?:{_FLAGGED})?(?:{_copy_paths(f'(?:{_URL}|{_PATH})', blanks)}|{_PATHS})",
            rf"SHELL[ \t]+{_JSON}",
            rf"HEALTHCHECK[ \t]+(?:{_healthcheck_flags(blanks)}CMD[ \t]+(?:{_JSON}|{text})|NONE{_END})",
            _INDENTED,
        ]
    )
    # Each stop is a group, so that `Match.lastgroup` (the group closed last) names it.
    stage = (
        rf"(?P<stage>FROM[ \t]+(?:(?P<platform>--platform={_PLATFORM})[ \t]+)?(?!--)(?P<base>{_BASE})"
        rf"(?:[ \t]+[Aa][Ss][ \t]+(?P<name>{_STAGE}))?{_END})"
    )
    argument = rf"(?P<argument_line>ARG[ \t]+(?P<argument>{_NAME})(?:=(?P<default>{_VALUE}))?{_END})"
    # At most one flag besides `--from`, before or after it: the lexer decides which combinations are valid.
    copy = (
        rf"(?P<copied>COPY[ \t]+(?P<before>{_FLAGGED})?(?P<source>--from={_FLAG})[ \t]+"
        rf"(?(before)|(?:{_FLAGGED})?){paths})"
    )
    mounts = rf"(?P<mounted>RUN[ \t]+(?P<mounts>(?:--mount={_FLAG}{blanks}){{1,{_MOST}}})(?:{text}{mounted}))"
    command = rf"(?P<command>(?P<which>CMD|ENTRYPOINT)[ \t]+(?P<arguments>{_JSON}|{single}))"
    head = re.compile(rf"{_IGNORED}{{0,{_MOST}}}(?:{argument}|{stage})?")
    return Patterns(
        head,
        re.compile(rf"(?:{skipped}){{0,{_MOST}}}(?:{stage}|{copy}|{mounts}|{command})?"),
        HEREDOCS if heredocs else (),
    )


def _copy_paths(source: str, blanks: str) -> str:
    """Return the pattern for sources and destination of COPY or ADD; the latter may begin with a variable."""
    more = rf"(?:{blanks}{source}){{1,{_MOST}}}(?:{blanks}{_VARIABLE_PATH})?|{blanks}{_VARIABLE_PATH}"
    return rf"(?![-\[]){source}(?:{more}){_END}"


def _healthcheck_flags(blanks: str) -> str:
    """Return the pattern for flags of HEALTHCHECK in their usual order, with intervals that are long enough."""
    times = "".join(
        rf"(?:--{name}=[1-9][0-9]{{0,5}}(?:ms|s|m){blanks})?"
        for name in ("interval", "timeout", "start-period", "start-interval")
    )
    return rf"{times}(?:--retries=[0-9]{{1,5}}{blanks})?"


def _heredocs() -> tuple[str, str, str]:
    """Return the patterns for an instruction's only heredoc: of RUN, of COPY, and of RUN with mounts."""
    ends = r"""(?=[ \t\n])[^\n\\`<'"$]*\n"""
    command = r"""(?:[!#%&(-,.-;=-Z\]-_a-~][^\n\\`<'"$]*[ \t])?"""
    return (
        command + _heredoc("run", ends),
        _heredoc("file", rf"[ \t]+{_FLAG}{_END}", rf"[^$\n]*(?:{_VARIABLE}[^$\n]*)*"),
        command + _heredoc("mount", ends),
    )


def _heredoc(name: str, ends: str, content: str = r"[^\n]*") -> str:
    """Return the pattern for a heredoc up to the end of its body; `name` makes the names of its groups unique."""

    def body(quote: str, word: str, before: str) -> str:
        end = rf"{before}(?P={word})\n"
        opening = rf"""(?P<{quote}>["']?)(?P<{word}>{_NAME})(?P={quote}){ends}"""
        return rf"{opening}(?:(?!{end}){content}\n){{0,{_MOST}}}{end}"

    chomped = body(f"{name}_quote_chomped", f"{name}_chomped", r"\t*")
    return rf"<<(?:-{chomped}|{body(f'{name}_quote', name, '')})"
