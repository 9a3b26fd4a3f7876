"""Which heredocs a line opens, and where they end."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.support import bases, faults, lex, raised

from deployspec import InvalidDockerfile, parse_dockerfile
from deployspec._dockerfile.text.heredocs import heredoc_of, heredoc_words, unquoted_words


@pytest.mark.parametrize(
    ("opening", "terminators"),
    [
        ("RUN <<EOF", ["EOF"]),
        ("run <<EOF cat", ["EOF"]),
        ("RUN << EOF", ["EOF"]),
        ("RUN 3<<EOF", ["EOF"]),
        ('RUN <<"EOF"', ["EOF"]),
        ('RUN <<E"O"F', ["EOF"]),
        ("RUN <<'A B'", ["A B"]),
        ("RUN <<EOF>/f", ["EOF>/f"]),
        ("RUN <<A;", ["A;"]),
        ("RUN (cat <<EOF)", ["EOF)"]),
        ("RUN echo $(( 1 << 2 ))", ["2"]),
        ("RUN ${A:Xb} <<EOF", ["EOF"]),
        ("COPY <<a <<b /x/", ["a", "b"]),
        ("ADD <<a /x", ["a"]),
        ("ONBUILD RUN <<EOF", ["EOF"]),
        ("RUN <<\udcff", ["\ufffd"]),
        ("RUN --mount=type=cache --network=none <<EOF", ["EOF"]),
        ("RUN [ -f x ] && cat <<EOF", ["EOF"]),
    ],
)
def test_heredocs_take_the_lines_up_to_their_terminators(opening: str, terminators: list[str]) -> None:
    body = "".join(f"FROM \\\n# comment\n{one} \n\n\t{one}\n{one}\r\n" for one in terminators)
    (first, opened), (last, _) = lex(f"{opening}\n{body}USER x")
    assert (first.text, last.text) == (opening, "USER x")
    assert opened == tuple(terminators)
    assert last.number == 2 + 6 * len(terminators)


@pytest.mark.parametrize(
    "line",
    [
        "CMD <<EOF",
        "RUN <<<EOF",
        "RUN \\<<EOF",
        "RUN x<<EOF",
        "RUN $((1<<2))",
        "RUN echo '<<EOF'",
        "RUN echo <<",
        "RUN <<''x'' 'odd",
        "RUN <<EOF ${A^^}",
        "RUN <<EOF ${a[0]}",
        'RUN ["cat", "<<EOF"]',
        'RUN --network=none --mount=x ["cat", " <<EOF "]',
        'COPY ["<<a", "/x"]',
        "ONBUILD CMD <<EOF",
        "ONBUILD onbuild RUN <<EOF",
        'RUN --mount="a b" ["cat", "<<EOF"]',
    ],
)
def test_what_opens_no_heredoc(line: str) -> None:
    assert [(one.text, opened) for one, opened in lex(f"{line}\nUSER x")] == [(line, ()), ("USER x", ())]


def test_only_a_dash_lets_tabs_stand_before_the_terminator() -> None:
    assert bases("FROM a\nRUN <<-EOF\n\tx\n\t\tEOF\nFROM b") == ["a", "b"]
    assert faults("FROM a\nRUN <<-EOF\n EOF\nFROM b") == [("heredoc", 2)]


@pytest.mark.parametrize(
    "rest", ["", "\n", "\nEOF ", "\n\tEOF", "\neof\n", "\nEOF\\\n", " <<b\nEOF\n", " <<b\nb\nEOF\nFROM x"]
)
def test_a_heredoc_must_end(rest: str) -> None:
    error = raised(f"FROM a\nRUN \\\n<<EOF{rest}")
    assert [(one.code, one.line) for one in error.diagnostics] == [("dockerfile-heredoc", 3)]


def test_heredocs_are_found_with_a_backslash_whatever_the_escape() -> None:
    assert bases("# escape=`\nFROM a\nRUN <<\\\nFROM b") == ["a", "b"]
    assert bases("# escape=`\nFROM a\nRUN \\<<EOF\nFROM b") == ["a", "b"]


def test_exec_form_opens_no_heredoc_whatever_its_flags_hold() -> None:
    # The blank that the file escapes divides words for the search, which would find `<<E` in the value of the flag.
    head = "# escape=`\nFROM a\nCOPY --chown=x` <<E"
    assert bases(f'{head} ["b", "c"]\nFROM b') == ["a", "b"]
    assert bases(f"{head} b c\nNOPE\nE\nFROM b") == ["a", "b"]


def test_tabs_before_the_end_of_a_heredoc_are_taken_off_and_others_are_not() -> None:
    assert bases("FROM a\nRUN cat <<-'E F'\n\tx\n\t\tE F\nFROM b") == ["a", "b"]
    assert faults("FROM a\nRUN cat <<-'E F'\n\tE F\t\nFROM b") == [("heredoc", 2)]
    assert faults("FROM a\nRUN cat <<'E F'\n\tE F\nFROM b") == [("heredoc", 2)]
    assert faults("FROM a\nRUN cat <<-'E F'\nXE F\nFROM b") == [("heredoc", 2)]


def test_a_heredoc_is_found_on_a_line_of_any_length() -> None:
    long = "\\\n".join(["x" * 60_000] * 3)
    assert parse_dockerfile(f"FROM a\nRUN {long} <<EOF\nNOPE\nEOF\n").stages[0].base == "a"


@pytest.mark.parametrize("modifier", [":#", ":%"])
def test_a_modifier_that_is_refused_at_once_leaves_no_heredoc(modifier: str) -> None:
    images = parse_dockerfile(f"FROM a\nRUN ${{A{modifier}x}} <<E\nFROM b").images().needed
    assert [one.reference.name for one in images] == ["b"]


def test_nothing_is_said_of_a_heredoc_behind_one_that_does_not_end() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("FROM a\nRUN cat <<x <<B\nB")
    assert [(one.code, one.line, one.column) for one in caught.value.diagnostics] == [("dockerfile-heredoc", 2, 9)]


def test_two_heredocs_of_one_name_stand_in_two_places() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("FROM a\nRUN cat <<x <<x\nx")
    assert [one.column for one in caught.value.diagnostics] == [13]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("   ", []),
        ("RUN cat <<EOF", ["RUN", "cat", "<<EOF"]),
        ("RUN  a\tb ", ["RUN", "a", "b"]),
        ("RUN <<-EOF sh", ["RUN", "<<-EOF", "sh"]),
        ("RUN << EOF", ["RUN", "<< EOF"]),
        ("RUN <<\t\r EOF", ["RUN", "<<\t\r EOF"]),
        ("RUN <<", ["RUN", "<<"]),
        ("RUN 3<<EOF", ["RUN", "3<<EOF"]),
        ("RUN x<<EOF", ["RUN", "x<<EOF"]),
        ("RUN <<<EOF", ["RUN", "<<<EOF"]),
        ("RUN <<EOF>/f", ["RUN", "<<EOF>/f"]),
        ("RUN <<A; <<B", ["RUN", "<<A;", "<<B"]),
        ("RUN $((1<<2))", ["RUN", "$((1<<2))"]),
        ("RUN $(( 1 << 2 ))", ["RUN", "$((", "1", "<< 2", "))"]),
        (r"RUN \<<EOF", ["RUN", r"\<<EOF"]),
        (r"RUN a\ b", ["RUN", r"a\ b"]),
        ("RUN '<<EOF' x", ["RUN", "'<<EOF'", "x"]),
        ('RUN "<< EOF" x', ["RUN", '"<< EOF"', "x"]),
        ('RUN <<E"O"F', ["RUN", '<<E"O"F']),
        (r'RUN "a\"b\n" x', ["RUN", r'"a\"b\\n"', "x"]),
        ('RUN $x ${x} "$x"', ["RUN", "$x", "${x}", '"$x"']),
        ("RUN ${x:-a b}c", ["RUN", "${x:-a", "b}c"]),
        (r"RUN ${x:-\a}", ["RUN", "${x:-a}"]),
        (r"RUN ${x#\a} ${x//\a/b c}", ["RUN", r"${x#\a}", r"${x/\a/b", "c}"]),
        ("RUN ${x:0:1} <<EOF", ["RUN", "${x:0:1}", "<<EOF"]),
        ("RUN ${x:-<< a}", ["RUN", "${x:-<<", "a}"]),
        ("RUN a '' b", ["RUN", "a", "''", "b"]),
        ("RUN a<b", ["RUN", "a<b"]),
        ("RUN a\u00a0b", ["RUN", "a", "b"]),
        ("RUN a\x1cb", ["RUN", "a\x1cb"]),
        ("RUN echo it's", None),
        ('RUN echo "', None),
        ("RUN echo ${A^^} <<EOF", None),
        ("RUN echo ${a[0]} <<EOF", None),
        ("RUN echo ${a:?no} <<EOF", ["RUN", "echo", "${a:?no}", "<<EOF"]),
        ("RUN ${a:#b} <<EOF", None),
        ("RUN ${a:%b} <<EOF", None),
        ("RUN echo ${a:-", None),
        ("RUN echo ${a", None),
    ],
)
def test_words_in_which_heredocs_are_looked_for(line: str, words: list[str] | None) -> None:
    assert heredoc_words(line) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("EOF", ["EOF"]),
        ("'EOF'", ["EOF"]),
        ('E"O"F', ["EOF"]),
        (r"\EOF", ["EOF"]),
        ("'A B'", ["A B"]),
        ("A B", ["A", "B"]),
        ("$x", ["$x"]),
        ("EOF>/f", ["EOF>/f"]),
        ("''", []),
        ("", []),
        ("'EOF", None),
        ("'' EOF", ["EOF"]),
        ("\ufeffEOF", ["EOF"]),
    ],
)
def test_terminators_lose_their_quotes(text: str, words: list[str] | None) -> None:
    assert unquoted_words(text) == words


@pytest.mark.parametrize(("word", "chomps"), [("<<-A", True), ("<<A-", False), ("<<A-B", False), ("<<--A", True)])
def test_a_heredoc_chomps_tabs_only_with_a_hyphen_after_the_arrows(word: str, *, chomps: bool) -> None:
    found = heredoc_of(word)
    assert found is not None
    assert (found.chomps, found.terminator) == (chomps, word[3:] if chomps else word[2:])


@pytest.mark.parametrize("word", ["<<${X:-a b}", "<<${X:-'a b'} ", "<<", "<<-", "<<''", "<a", "<<<a"])
def test_a_word_that_opens_no_heredoc(word: str) -> None:
    assert heredoc_of(word) is None
