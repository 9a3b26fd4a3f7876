"""Laws of reading Procfiles, over texts that are nearly clean."""

from __future__ import annotations

import shlex

from hypothesis import assume, example, given
from hypothesis import strategies as st

from deployspec import InvalidProcfile, Procfile, parse_procfile
from deployspec._procfile.parser import open_quote, split_words
from deployspec._procfile.procfile import read_carefully, read_clean

LIMITS = (200, 60, 5)
names = st.sampled_from(
    ["web", "worker", "a-b", "a_b", "Web", "run", "cmd", "x-", "-x", "", "a" * 63, "a" * 64, "release"]
)
commands = st.lists(
    st.sampled_from(["rails s", " ", "#", " #", "'", '"', "\\", "\\\\", "-:", ": ", "$PORT", "\t", "\u00e9", "\x07"]),
    max_size=4,
).map("".join)
lines = st.one_of(
    st.tuples(names, st.sampled_from([": ", ":  ", ":", " : ", ":\t"]), commands).map("".join),
    st.sampled_from(["", " ", "# note", " # note", "#\u00e9", "# 'it", "======="]),
    st.text(max_size=8),
)
texts = st.tuples(st.lists(lines, max_size=7), st.sampled_from(["\n", "\n", "\r\n"]), st.booleans()).map(
    lambda drawn: drawn[1].join(drawn[0]) + "\n" * drawn[2]
)
files = texts | texts.map(lambda text: text.encode("utf-8", "surrogatepass"))


def carefully(text: str | bytes) -> Procfile | InvalidProcfile:
    try:
        return read_carefully(text, *LIMITS)
    except InvalidProcfile as error:
        return error


@given(files)
@example("web: a\n\n# b\nworker: c 'd'")
@example(b"web: a")
@example("web: a\n" + "#" * 60 + "\nx: b\n")
@example("\n".join(f"a{number}: x" for number in range(6)))
def test_the_fast_path_reads_as_the_careful_one(text: str | bytes) -> None:
    """What the fast path accepts, the careful reader reads alike and tells nothing about."""
    clean = read_clean(text, *LIMITS)
    if clean is not None:
        assert clean == carefully(text)
        assert clean.diagnostics == ()


@given(
    st.lists(
        st.tuples(st.from_regex("[a-z][a-z0-9]{0,9}", fullmatch=True), st.from_regex("[!$-~]{1,9}", fullmatch=True))
    )
)
def test_the_fast_path_takes_what_is_clean(services: list[tuple[str, str]]) -> None:
    """The careful reader is asked only where it has something to tell."""
    assume(not any("-:" in command for _, command in services))  # taken for a name that ends in `-`
    text = "# c\n\n" + "".join(f"{name}: {command}\n" for name, command in services)
    read = carefully(text)
    if isinstance(read, Procfile) and not read.diagnostics:
        assert read_clean(text, *LIMITS) == read


@given(files)
def test_a_fault_lies_in_the_text(text: str | bytes) -> None:
    """Line and column of a fault lie inside the text or just after its end."""
    read = carefully(text)
    whole = text if isinstance(text, str) else text.decode("utf-8", "replace")
    rows = whole.removeprefix("\ufeff").split("\n")
    for one in read.diagnostics:
        assert (one.line is None) == (one.column is None)
        if one.line is not None and one.column is not None:
            assert 1 <= one.column <= len(rows[one.line - 1]) + 1


@given(st.text(st.sampled_from("a '\"\\\n\t\r\x0b\u00a0$#"), max_size=14))
def test_quotes_are_closed_where_the_shell_says_so(command: str) -> None:
    """An open quote is found exactly where `shlex` cannot split."""
    try:
        words = shlex.split(command)
    except ValueError:
        assert split_words(command) is None
        at = open_quote(command)
        assert at is not None
        assert command[at] in "'\"\\"
    else:
        assert open_quote(command) is None
        assert split_words(command) == tuple(words)


@given(files)
def test_no_service_is_dropped_silently(text: str | bytes) -> None:
    """Every line of a file that is read is blank, a comment, or a service in its place."""
    read = carefully(text)
    if isinstance(read, Procfile):
        whole = (text if isinstance(text, str) else text.decode()).removeprefix("\ufeff")
        told = [
            number
            for number, line in enumerate(whole.split("\n"), 1)
            if line.strip(" \t\r").strip("#") and line.strip()[0] != "#"
        ]
        assert [service.line for service in parse_procfile(text).services] == told
