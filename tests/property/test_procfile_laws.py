"""Properties of Procfiles, checked on texts that are nearly valid."""

from __future__ import annotations

import shlex

from hypothesis import assume, example, given
from hypothesis import strategies as st

from deployspec import InvalidProcfile, Procfile, parse_procfile
from deployspec._procfile.fast import parse_clean
from deployspec._procfile.procfile import parse_fully
from deployspec._procfile.shell_words import find_open_quote, split_words

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


def parsed(text: str | bytes) -> Procfile | InvalidProcfile:
    try:
        return parse_fully(text, *LIMITS)
    except InvalidProcfile as error:
        return error


@given(files)
@example("web: a\n\n# b\nworker: c 'd'")
@example(b"web: a")
@example("web: a\n" + "#" * 60 + "\nx: b\n")
@example("\n".join(f"a{number}: x" for number in range(6)))
def test_the_fast_path_agrees_with_the_full_parser(text: str | bytes) -> None:
    """Files that the fast path accepts give the same value, without diagnostics, in the full parser."""
    clean = parse_clean(text, *LIMITS)
    if clean is not None:
        assert clean == parsed(text)
        assert clean.diagnostics == ()


@given(
    st.lists(
        st.tuples(st.from_regex("[a-z][a-z0-9]{0,9}", fullmatch=True), st.from_regex("[!$-~]{1,9}", fullmatch=True))
    )
)
def test_the_fast_path_accepts_clean_files(services: list[tuple[str, str]]) -> None:
    """The full parser is used only for files with diagnostics."""
    assume(not any("-:" in command for _, command in services))  # looks like a name that ends in `-`
    text = "# c\n\n" + "".join(f"{name}: {command}\n" for name, command in services)
    read = parsed(text)
    if isinstance(read, Procfile) and not read.diagnostics:
        assert parse_clean(text, *LIMITS) == read


@given(files)
def test_a_diagnostic_is_inside_the_text(text: str | bytes) -> None:
    """Line and column of a diagnostic are inside the text or just after its end."""
    read = parsed(text)
    whole = text if isinstance(text, str) else text.decode("utf-8", "replace")
    rows = whole.removeprefix("\ufeff").split("\n")
    for one in read.diagnostics:
        assert (one.line is None) == (one.column is None)
        if one.line is not None and one.column is not None:
            assert one.end_line == one.line
            assert one.end_column is not None
            assert 1 <= one.column <= one.end_column <= len(rows[one.line - 1]) + 1


@given(st.text(st.sampled_from("a '\"\\\n\t\r\x0b\u00a0$#"), max_size=14))
def test_words_are_those_of_shlex(command: str) -> None:
    """An open quote is found exactly if `shlex` cannot split, and else the words are equal."""
    try:
        words = shlex.split(command)
    except ValueError:
        assert split_words(command) is None
        at = find_open_quote(command)
        assert at is not None
        assert command[at] in "'\"\\"
    else:
        assert find_open_quote(command) is None
        assert split_words(command) == tuple(words)


@given(files)
def test_no_service_is_ignored_silently(text: str | bytes) -> None:
    """Every line of a valid file is blank, a comment, or a service with its line number."""
    read = parsed(text)
    if isinstance(read, Procfile):
        whole = (text if isinstance(text, str) else text.decode()).removeprefix("\ufeff")
        expected = [
            number
            for number, line in enumerate(whole.split("\n"), 1)
            if line.strip(" \t\r").strip("#") and line.strip()[0] != "#"
        ]
        assert [service.line for service in parse_procfile(text).services] == expected
