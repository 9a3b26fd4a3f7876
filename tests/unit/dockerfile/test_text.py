from __future__ import annotations

from typing import Any

import pytest

from deployspec import InvalidDockerfile, frontend_of, parse_dockerfile
from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.go import SPACE
from deployspec._dockerfile.instructions.arguments import Word, quoted_words
from deployspec._dockerfile.instructions.instruction import Instruction
from deployspec._dockerfile.instructions.parse import read_instruction
from deployspec._dockerfile.places import shown
from deployspec._dockerfile.stages.builder import FileBuilder
from deployspec._dockerfile.stages.parse import FullParser
from deployspec._dockerfile.text.directives import read_directive
from deployspec._dockerfile.text.lines import Line, LineReader

LONGEST = 65_535


def raised(text: str | bytes) -> InvalidDockerfile:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile(text)
    return caught.value


def faults(text: str | bytes) -> list[tuple[str, int | None]]:
    """Codes, without what all of them begin with, and lines."""
    found = raised(text).diagnostics
    assert all(one.code.startswith("dockerfile-") and one.source == "Dockerfile" for one in found)
    return [(one.code.removeprefix("dockerfile-"), one.line) for one in found]


def bases(text: str | bytes) -> list[str]:
    return [stage.base for stage in parse_dockerfile(text).stages]


def read(text: str, escape: str = "\\") -> Instruction:
    instruction = read_instruction(Line(text, 1), escape, DockerfileCollector())
    assert instruction is not None
    return instruction


def lex(text: str) -> list[tuple[Line, tuple[str, ...]]]:
    """Logical lines, and the terminators of the heredocs that they open."""
    found = DockerfileCollector()
    parser = FullParser(text, FileBuilder(), found)
    parser.lines.read_directives()
    lines: list[tuple[Line, tuple[str, ...]]] = []
    while (line := parser.lines.next_line()) is not None:
        lines.append((line, tuple(one.terminator for one in parser.parse_instruction(line)[0].heredocs)))
    return lines


# Physical lines and logical lines.


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("FROM a", [("FROM a", 1)]),
        ("\n\n  FROM a\n\nRUN x", [("FROM a", 3), ("RUN x", 5)]),
        ("FROM a\r\nRUN x\r\n", [("FROM a", 1), ("RUN x", 2)]),
        ("FROM a\rRUN x\n", [("FROM a\rRUN x", 1)]),
        ("\ufeffFROM a", [("FROM a", 1)]),
        ("\ufeff\ufeffFROM a", [("\ufeffFROM a", 1)]),
        ("# a comment\n  # another\nFROM a", [("FROM a", 3)]),
        ("FR\\\nOM al\\\npine\nRUN x", [("FROM alpine", 1), ("RUN x", 4)]),
        ("FROM \\\r\na", [("FROM a", 1)]),
        ("FROM \\ \t\n  a", [("FROM   a", 1)]),
        ("FROM a\\\\\nRUN x", [("FROM a\\\\", 1), ("RUN x", 2)]),
        ("FROM a\\\\\\\nRUN x", [("FROM a\\\\\\", 1), ("RUN x", 2)]),
        ("\\\nFROM a", [("FROM a", 1)]),
        ("RUN a && \\\n# gone \\\n\n \t\n  # gone\nFROM x\nFROM y", [("RUN a && FROM x", 1), ("FROM y", 7)]),
        ("RUN a # stays \\\nb", [("RUN a # stays b", 1)]),
        ("RUN a \\", [("RUN a ", 1)]),
        # What BuildKit takes for a blank behind the escape, and Go for white space before a comment.
        ("RUN a \\\x0b\nUSER b", [("RUN a \\\x0b", 1), ("USER b", 2)]),
        ("RUN a \\\n\x1c# b\nUSER c", [("RUN a \x1c# b", 1), ("USER c", 3)]),
        # A NUL leaves the whole file, with its line ends, to the lexer.
        ("# \0\nFROM \\\r\nX\r\r\nRUN \rX", [("FROM X", 2), ("RUN \rX", 4)]),
        ("RUN a \\\n", [("RUN a ", 1)]),
        ("# escape=`\nRUN c:\\\nRUN a `\nb", [("RUN c:\\", 2), ("RUN a b", 3)]),
    ],
)
def test_logical_lines_have_the_number_of_their_first_line(text: str, lines: list[tuple[str, int]]) -> None:
    assert [(line.text, line.number) for line, _ in lex(text)] == lines


@pytest.mark.parametrize("blank", SPACE.replace("\n", ""))
def test_unicode_white_space_before_an_instruction_and_at_its_end_does_not_count(blank: str) -> None:
    assert bases(f"{blank}FROM a{blank}\n{blank}# comment\n") == ["a"]


@pytest.mark.parametrize("control", ["\x1c", "\x1f", "\u200b", "\u180e"])
def test_what_go_does_not_take_for_white_space_is_part_of_the_name(control: str) -> None:
    assert faults(f"FROM a\n{control}RUN x") == [("unknown-instruction", 2)]


@pytest.mark.parametrize(
    "text", ["", "\n", "\ufeff", "# only a comment", "\r\n \t\r\n", b"", b"\xef\xbb\xbf\n", "# syntax=a\n"]
)
def test_a_file_needs_an_instruction(text: str | bytes) -> None:
    assert [code for code, _ in faults(text)] == ["empty"]


@pytest.mark.parametrize(("text", "at"), [("", 1), ("\n", 1), ("\n\n", 2), ("# a\n# b\n", 2), ("\n ", 2)])
def test_a_file_without_instructions_is_told_at_its_last_line(text: str, at: int) -> None:
    assert faults(text) == [("empty", at)]


@pytest.mark.parametrize(
    ("text", "at"), [("\0", 1), ("F\0R\0O\0M\0", 1), ("FROM a\nR\0UN x", 2), (b"\xff\xfeF\0R\0O\0M\0 \0a\0\n\0", 1)]
)
def test_a_name_with_nul_tells_that_the_file_is_no_text(text: str | bytes, at: int) -> None:
    assert faults(text)[0] == ("not-text", at)


def test_a_base_with_nul_tells_that_the_file_is_no_text() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("FROM a\0b\nFROM c").images()
    assert [(one.code, one.line, one.column) for one in caught.value.diagnostics] == [("dockerfile-not-text", 1, 7)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("FROM a\nRUN \0", (2, 5)),
        ("FROM a\nRUN \0 \0", (2, 5)),
        ("FROM a\n\nRUN x \\\n y\0\nRUN \0", (4, 3)),
        (b"FROM a\nENV A=\0", (2, 7)),
    ],
)
def test_buildkit_lets_other_nul_pass_so_it_is_a_warning(text: str | bytes, place: tuple[int, int]) -> None:
    (one,) = parse_dockerfile(text).diagnostics
    assert (one.code, one.severity, (one.line, one.column)) == ("dockerfile-not-text", "warning", place)


def test_a_comment_may_hold_nul() -> None:
    assert bases("# \0\nFROM a") == ["a"]


@pytest.mark.parametrize("junk", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\x80" * 50])
def test_bytes_that_are_no_utf_8_pass(junk: bytes) -> None:
    file = parse_dockerfile(b"# " + junk + b"\nFROM a\nRUN echo " + junk + b"\nCOPY --chown=" + junk + b" x /x\n")
    assert file.stages[0].base == "a"
    assert faults(b"FROM a\n" + junk + b" x")[0] == ("unknown-instruction", 2)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("FROM a\n#" + "x" * LONGEST, 2),
        ("FROM a\n\nRUN " + "x" * LONGEST + "\nRUN y", 3),
        ("FROM a\n#" + "\u20ac" * 21_845, 2),
        ("FROM a\n#" + "\U0001f600" * 16_384, 2),
        ("FROM a\nRUN x \\\n" + "x" * (LONGEST + 1), 3),
        ("FROM a\nRUN x \\\n" + "\U0001f600" * 16_384, 3),
        (b"FROM a\n#" + b"x" * LONGEST, 2),
    ],
)
def test_a_line_over_the_limit_in_bytes_is_refused_where_it_stands(text: str | bytes, at: int) -> None:
    assert faults(text) == [("line-too-long", at)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# a\n" + "x" * (LONGEST + 1) + "\nFROM a", [("empty", 1), ("line-too-long", 2)]),
        ("#" + "x" * LONGEST, [("empty", 1), ("line-too-long", 1)]),
        ("#" + "x" * LONGEST + "\n\n\n", [("empty", 1), ("line-too-long", 1)]),
        ("\ufeff#" + "x" * (LONGEST - 3), [("empty", 1), ("line-too-long", 1)]),
        ("NOPE\nRUN " + "x" * LONGEST + "\nRUN [1]", [("unknown-instruction", 1), ("line-too-long", 2), ("json", 3)]),
        (
            "FROM a\nRUN <<E\n" + "x" * (LONGEST + 1) + "\nE\nNOPE",
            [("heredoc", 2), ("line-too-long", 3), ("unknown-instruction", 5)],
        ),
        ("FROM a \\\n" + "x" * (LONGEST + 1) + "\nRUN y", [("line-too-long", 2)]),
    ],
)
def test_what_buildkit_tells_before_a_line_that_is_too_long(text: str, told: list[tuple[str, int]]) -> None:
    assert faults(text) == told


def test_a_byte_order_mark_counts_in_its_line() -> None:
    assert bases("\ufeff#" + "x" * (LONGEST - 4) + "\nFROM a") == ["a"]
    assert bases("\ufeffFROM a\n#" + "x" * (LONGEST - 1)) == ["a"]
    assert bases("#" + "x" * (LONGEST - 1) + "\nFROM a") == ["a"]


@pytest.mark.parametrize(
    "line", ["#" + "x" * (LONGEST - 1), "#" + "\u20ac" * 21_844, "#" + "\u20ac" * 10_000, "RUN " + "x" * (LONGEST - 4)]
)
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_line_at_the_limit_passes(line: str, end: str) -> None:
    assert bases(f"FROM a\n{line}{end}") == ["a"]


# Directives.


@pytest.mark.parametrize(
    ("head", "escape"),
    [
        ("# escape=`", "`"),
        ("#escape=`", "`"),
        ("  #\u00a0ESCAPE\t=\t` \r", "`"),
        ("# escape=\\", "\\"),
        ("# syntax=a\n# check=skip=all\n# escape=`", "`"),
        ("# comment\n# escape=`", "\\"),
        ("\n# escape=`", "\\"),
        ("# foo=bar\n# escape=`", "\\"),
        ("# escape=\n# escape=`", "\\"),
        ("#!/bin/x\n# escape=`", "\\"),
        ("# chec\u212a=x\n# escape=`", "\\"),
        ("# escape `", "\\"),
        ("#\x1cescape=`", "\\"),
        ("# escape\v=`", "\\"),
        ("ARG x\n# escape=`", "\\"),
    ],
)
def test_the_escape_directive_counts_among_the_first_directives_only(head: str, escape: str) -> None:
    assert parse_dockerfile(f"{head}\nFROM a").escape == escape


@pytest.mark.parametrize(
    ("text", "escape", "told"),
    [
        ("# escape=`", "`", []),
        ("\r# escape=`\r\r\n", "`", []),
        ("\x1c# escape=`\n", "\\", []),
        ("# escape=X", "\\", [("invalid escape character `X`", 1, 10)]),
        ("# escape=`\n\r # escape=\\\n", "`", [("duplicate directive `escape`", 2, 3)]),
    ],
)
def test_the_escape_is_found_with_or_without_a_line_behind_it(
    text: str, escape: str, told: list[tuple[str, int, int]]
) -> None:
    found = DockerfileCollector()
    lexer = LineReader(text, found)
    lexer.read_directives()
    assert lexer.escape == escape
    assert [(one.message, one.line, one.column) for one in found.found] == told


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("# escape=x\nFROM a", 1),
        ("# escape= \nFROM a", 1),
        ("# escape=\v`\nFROM a", 1),
        ("# escape=``\nFROM a", 1),
        ("# syntax=a\n# escape=/\nFROM a", 2),
        ("# escape=`\n# escape=`\nFROM a", 2),
        ("# syntax=a\n# SYNTAX=b\nFROM a", 2),
        ("# syntax=a\n# check=skip=x\n# check=skip=x\nFROM a", 3),
        ("# check=x\nFROM a", 1),
        ("#!x\n# check=x\nFROM a", 2),
        ("# check=skip=a; error=true\nFROM a", 1),
        ("# check=skip\nFROM a", 1),
        ("# check=error=yes\nFROM a", 1),
        ("# check=error\nFROM a", 1),
        ("# check=skip=all;\nFROM a", 1),
        ("# check=\x1cskip=all\nFROM a", 1),
        ("# check=error=\x1ctrue\nFROM a", 1),
        ("# check=skip=a;\x1cerror=true\nFROM a", 1),
        ("# check=skip=a;experimental=b;error=true;skip=c\nFROM a", 1),
    ],
)
def test_directives_that_cannot_be_followed(text: str, at: int) -> None:
    assert faults(text) == [("directive", at)]


@pytest.mark.parametrize(
    "value",
    [
        "skip=all",
        "experimental=a,b",
        "skip=a=b",
        "\u00a0skip\u00a0=a;\u00a0error\u00a0=\u00a0true\u00a0",
        "error=true",
        "error=F",
        "skip=a;experimental=b;error=1",
        "skip=a this is passed over",
        "experimental=",
        " ",
    ],
)
def test_the_options_of_check(value: str) -> None:
    assert bases(f"# check={value}\nFROM a") == ["a"]


@pytest.mark.parametrize(
    ("line", "prefix"), [("escape=`", "#"), ("xescape=`", "#"), ("//escape=`", "#"), ("#escape=`", "//")]
)
def test_a_directive_begins_with_its_prefix(line: str, prefix: str) -> None:
    assert read_directive(line, prefix) is None
    assert read_directive(prefix + "escape=`", prefix) == ("escape", "`")


def test_check_is_read_in_the_raw_text() -> None:
    assert bases(" # check=nonsense\nFROM a") == ["a"]


def test_a_byte_order_mark_stands_before_the_directives() -> None:
    file = parse_dockerfile("\ufeff# syntax=a\n# escape=`\nFROM b\ufeff")
    assert (file.syntax, file.escape, file.stages[0].base) == ("a", "`", "b\ufeff")


# Heredocs.


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


# Flags.


@pytest.mark.parametrize(
    ("line", "flags", "rest"),
    [
        ("FROM --platform=linux/arm64 a", [("platform", "linux/arm64")], "a"),
        ("FROM   a", [], "a"),
        ("COPY --from=a --link x /x", [("from", "a"), ("link", "")], "x /x"),
        ("COPY --link=TRUE --parents=false x /x", [("link", "TRUE"), ("parents", "false")], "x /x"),
        ("COPY --exclude=a --exclude=b x /x", [("exclude", "a"), ("exclude", "b")], "x /x"),
        ("COPY /a --from=nginx /x", [], "/a --from=nginx /x"),
        ("RUN -- --mount=x", [], "--mount=x"),
        ("RUN --network=none -- --mount=x", [("network", "none")], "--mount=x"),
        ("RUN --mount=x", [("mount", "x")], ""),
        ("COPY --chown='a b'\"c d\" x /x", [("chown", "a bc d")], "x /x"),
        (r"COPY --chown=a\ b x /x", [("chown", "a b")], "x /x"),
        (r"COPY --chown='a\'b' x /x", [("chown", "a'b")], "x /x"),
        ("RUN --mount=x\\\\\\", [("mount", "x\\")], ""),
        ("COPY --from=bui\u00a0lder x", [("from", "bui\u00c2")], "lder x"),
        ("COPY --from=\u00e9 x \u00e9", [("from", "\u00c3\u00a9")], "x \u00e9"),
        ("COPY --from=b x \ud800 /\udcff", [("from", "b")], "x \udced\udca0\udc80 /\udced\udcb3\udcbf"),
        ("COPY --from=b x /\udcff", [("from", "b")], "x /\udcff"),
        # Bytes that a continuation parted may make a blank once they are joined.
        ("COPY --from=b x /x \udcc2\udca0", [("from", "b")], "x /x"),
        ("ADD --unpack --keep-git-dir=true --checksum=c x /x", None, "x /x"),
        ("RUN --security=sandbox --device=a --device=b x", None, "x"),
        ("HEALTHCHECK --interval=1s --retries=2 CMD x", [("interval", "1s"), ("retries", "2")], "CMD x"),
        ("ARG --nothing --nothing x", [], "x"),
        ("STOPSIGNAL --nothing x", [], "x"),
    ],
)
def test_flags_are_read_by_byte_up_to_the_first_other_word(
    line: str, flags: list[tuple[str, str]] | None, rest: str
) -> None:
    instruction = read(line)
    assert flags is None or [(flag.name, flag.value or "") for flag in instruction.flags] == flags
    assert instruction.text == rest
    assert instruction.flag("never-given") is None
    assert all(instruction.flag(flag.name) is not None for flag in instruction.flags)


@pytest.mark.parametrize("value", ["a", "\u00e9", "\u00e9\U0001f600", "\udcff", "'a  \u00e9'"])
def test_flags_stand_where_they_are_written(value: str) -> None:
    line = f"COPY  --chown={value}  --from={value} --link {value} /x"
    instruction = read(line)
    written = [line[instruction.flags_start :][flag.start : flag.end] for flag in instruction.flags]
    assert written == [f"--chown={value}", f"--from={value}", "--link"]


def test_the_escape_of_the_file_escapes_in_flags() -> None:
    assert [flag.value for flag in read("COPY --chown=a` b x /x", "`").flags] == ["a b"]
    assert [flag.value for flag in read(r"COPY --chown=a\b x /x", "`").flags] == [r"a\b"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("RUN --from=a x", "unknown-flag"),
        ("ADD --from=a x /x", "unknown-flag"),
        ("COPY --FROM=a x /x", "unknown-flag"),
        ("USER --x y", "unknown-flag"),
        ("FROM --=x y", "unknown-flag"),
        ("COPY --from=a --from=a x /x", "duplicate-flag"),
        ("COPY --link --link x /x", "duplicate-flag"),
        ("COPY --link=yes x /x", "flag-value"),
        ("COPY --link= x /x", "flag-value"),
        ("COPY --from x /x", "flag-value"),
        ("RUN --mount x", "flag-value"),
        ("RUN --network=bridge x", "flag-value"),
        ("RUN --network= x", "flag-value"),
        ("RUN --security=x x", "flag-value"),
    ],
)
def test_flags_that_an_instruction_does_not_take(line: str, code: str) -> None:
    assert faults(f"FROM a\n\n{line}") == [(code, 3)]


# The arguments of each instruction.


@pytest.mark.parametrize(
    "line",
    [
        "FROM a",
        "from a As b-._9",
        "FROM\ta\vAS\fB",
        "FROM a AS \u0130x",
        "FROM a a\u017f b",
        "WOR\u212aDIR x",
        "ENTRYPO\u0130NT x",
        'ENV "a b"',
        "ARG A",
        "ARG A=1 B='x y' # x",
        "ARG A=\\\\\\",
        "COPY a b",
        'COPY ["a b", "c"]',
        "COPY [a b",
        "COPY --exclude=a --exclude=b c d",
        "COPY <<a b\na",
        "COPY <<a <<b c\na\nb",
        "ENV A b c",
        "ENV A=b C='d e' F=g\\ h \"I\"=j",
        "ENV A='b\\' C=d",
        "LABEL a=b",
        "LABEL a b c",
        "ONBUILD RUN x",
        "ONBUILD NOSUCH x",
        "RUN",
        "RUN x",
        'RUN ["x"]',
        'RUN ["x"',
        'RUN [1] "x"',
        "RUN " + "[" * 60_000,
        "RUN [" + "[\\\n" * 200_000,
        "CMD []",
        "ENTRYPOINT x y",
        'SHELL ["x", "-c"]',
        "EXPOSE 80 443/tcp",
        "VOLUME /a /b",
        'VOLUME ["/a"]',
        "VOLUME [a",
        "HEALTHCHECK none",
        "HEALTHCHECK cmd x",
        "HEALTHCHECK CMD [a",
        "HEALTHCHECK --interval=1m30s --timeout=.5s --start-period=1.5h --start-interval=0 --retries=0 CMD x",
        "HEALTHCHECK --interval=1ms --retries=+1 CMD x",
        "HEALTHCHECK --nonsense NONE",
        "RUN [1e999]",
        "RUN [1" + "0" * 309 + "]",
        "RUN [-1e999, 1]",
        "USER a b",
        "WORKDIR a b",
        "MAINTAINER a b",
        "STOPSIGNAL a b",
    ],
)
def test_instructions_that_pass(line: str) -> None:
    assert bases(f"FROM first\n{line}")[0] == "first"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("NOSUCH x", "unknown-instruction"),
        ("RNU x", "unknown-instruction"),
        ("RUN\u00a0x y", "unknown-instruction"),
        ("\ufeffRUN x", "unknown-instruction"),
        ("FROM", "arguments"),
        ("FROM a b", "arguments"),
        ("FROM a IN b", "arguments"),
        ("FROM a AS b c", "arguments"),
        ("FROM a # comment", "arguments"),
        ("FROM ${X:-a b}", "arguments"),
        ("FROM 'a b'", "arguments"),
        ("FROM a AS 9", "stage-name"),
        ("FROM a AS a/b", "stage-name"),
        ("FROM a AS $x", "stage-name"),
        ("FROM a AS \u00e9", "stage-name"),
        ("ARG", "arguments"),
        ("ARG V = 3", "arguments"),
        ("ARG =3", "arguments"),
        ("COPY", "arguments"),
        ("COPY a", "arguments"),
        ('COPY ["a"]', "arguments"),
        ("COPY a <<b\nb", "arguments"),
        ('COPY ["a", "<<b"]', "arguments"),
        ("ADD <<a <<b\na\nb", "arguments"),
        ('COPY ["a", 1, "b"]', "json"),
        ("ENV", "arguments"),
        ("ENV A", "arguments"),
        ("ENV A\u00a0b", "arguments"),
        ("ENV A=b C", "arguments"),
        ("ENV A=b =c", "arguments"),
        ("ENV =b", "arguments"),
        ("LABEL", "arguments"),
        ("LABEL a", "arguments"),
        ("ONBUILD", "arguments"),
        ("ONBUILD ONBUILD RUN x", "arguments"),
        ("ONBUILD from x", "arguments"),
        ("ONBUILD MAINTAINER x", "arguments"),
        ("ONBUILD ONBU\u0131LD RUN x", "arguments"),
        ("ONBUILD ENV A", "arguments"),
        ("ONBUILD RUN [1]", "json"),
        ("RUN [1]", "json"),
        ('RUN [1, "<<E"]', "json"),
        ('CMD ["a", null]', "json"),
        ('ENTRYPOINT [["a"]]', "json"),
        ("SHELL", "arguments"),
        ("SHELL []", "arguments"),
        ("SHELL /bin/sh", "arguments"),
        ("EXPOSE", "arguments"),
        ("VOLUME", "arguments"),
        ("VOLUME []", "arguments"),
        ('VOLUME ["/a", "\\u00a0"]', "arguments"),
        ("VOLUME [1]", "json"),
        ("HEALTHCHECK", "arguments"),
        ("HEALTHCHECK x", "arguments"),
        ("HEALTHCHECK CMD", "arguments"),
        ("HEALTHCHECK NONE x", "arguments"),
        ("HEALTHCHECK CMD []", "arguments"),
        ("HEALTHCHECK CMD [1]", "json"),
        ("HEALTHCHECK cmd\u00a0x", "arguments"),
        ("HEALTHCHECK --interval=1 CMD x", "flag-value"),
        ("HEALTHCHECK --interval=1us CMD x", "flag-value"),
        ("HEALTHCHECK --interval=-1s CMD x", "flag-value"),
        ("HEALTHCHECK --timeout=9999999999h CMD x", "flag-value"),
        ("HEALTHCHECK --timeout=99999999999999999999s CMD x", "flag-value"),
        ("HEALTHCHECK --retries=x CMD x", "flag-value"),
        ("HEALTHCHECK --retries=-1 CMD x", "flag-value"),
        ("HEALTHCHECK --retries=2147483648 CMD x", "flag-value"),
        ("HEALTHCHECK --x CMD x", "unknown-flag"),
        ("USER", "arguments"),
        ("WORKDIR", "arguments"),
        ("MAINTAINER", "arguments"),
        ("STOPSIGNAL", "arguments"),
        ("RUN --mount=from=$x y", "from-variable"),
        ("RUN --mount=type=bind,FROM=a$xb y", "from-variable"),
        ("RUN --mount='\"from=$x\"' y", "from-variable"),
        ("RUN --mount=from=a,from=$x y", "from-variable"),
        ("RUN --mount=from=$x,from=b y", "from-variable"),
        ("RUN --mount= y", "flag-value"),
        ("RUN --mount='\"from=$x' y", "flag-value"),
        ("RUN --mount='a\"b' y", "flag-value"),
        ("RUN --mount='\"a\"b' y", "flag-value"),
        ("RUN --device= y", "flag-value"),
        ("RUN --device=a, y", "flag-value"),
        ("RUN --device=é, y", "flag-value"),
        ("RUN --device=a,b y", "flag-value"),
        ("RUN --device=a,b=c y", "flag-value"),
        ("RUN --device=name,b y", "flag-value"),
        ("RUN --device=b=,c y", "flag-value"),
        ("RUN --device=name=a,NAME=b y", "flag-value"),
        ("RUN --device=a,required=maybe y", "flag-value"),
        ("RUN --mount='\r' y", "flag-value"),
    ],
)
def test_instructions_that_are_refused(line: str, code: str) -> None:
    assert faults(f"FROM a\n# comment\n{line}") == [(code, 3)]


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("from=a", "a"),
        ("type=bind,FROM=a,from=b", "b"),
        ('\'a,"from=b""c"\'', 'b"c'),
        ("from=b,", "b"),
        ("from=a=b", "a=b"),
        ("target=/from=a", ""),
        ("from=a$", "a$"),
        ("from", ""),
        ("type=cache", ""),
        ("'\"from=a,b\"'", "a,b"),
    ],
)
def test_the_from_of_a_mount_is_its_last(value: str, source: str) -> None:
    (found,) = parse_dockerfile(f"FROM a\nRUN --mount={value} x").stages[0].sources
    assert (found.kind, found.value, found.line) == ("mount", source, 2)


@pytest.mark.parametrize(
    ("line", "entrypoint", "cmd"),
    [
        ("CMD x  y", None, "x  y"),
        ('CMD ["x", "y z"]', None, ("x", "y z")),
        ('ENTRYPOINT ["x"\nCMD y', '["x"', "y"),
        ("ENTRYPOINT x", "x", ()),
        ('ENTRYPOINT ["x"]\nCMD []', ("x",), ()),
        ("CMD x\nENTRYPOINT y", "y", "x"),
    ],
)
def test_exec_and_shell_form(
    line: str, entrypoint: tuple[str, ...] | str | None, cmd: tuple[str, ...] | str | None
) -> None:
    file = parse_dockerfile(f"FROM a\n{line}")
    assert (file.entrypoint, file.cmd) == (entrypoint, cmd)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ARG A=1  B", ("A=1", "B")),
        ('ARG A=\'x y\'\u00a0B="x\\" y"', ("A='x y'", 'B="x\\" y"')),
        ("ARG A='x\\' B", ("A='x\\'", "B")),
        ("ARG A=x\\ y", ("A=x\\ y",)),
        ('ARG A="x \\\' y" B', ('A="x \\\' y"', "B")),
        ("ARG A='x\\y z'", ("A='x\\y z'",)),
        ("ARG X Y", ("X", "Y")),
        ("ARG A=x\\\u00a0", ("A=x",)),
        ("ARG A='open  x", ("A='open  x",)),
        ("EXPOSE 1 2", ("1", "2")),
        ("COPY a\tb\vc", ("a", "b", "c")),
        ("COPY a\u00a0b c", ("a\u00a0b", "c")),
    ],
)
def test_how_arguments_are_split(line: str, words: tuple[str, ...]) -> None:
    instruction = read(line)
    assert tuple(word.text for word in instruction.words) == words
    assert all(line.startswith(word.text, word.start) for word in instruction.words)


def test_blanks_around_quoted_words_do_not_count() -> None:
    assert quoted_words(" a  b ", "\\") == (Word("a", 1), Word("b", 4))


def test_the_faults_of_all_stages_are_told_in_one_exception() -> None:
    text = "FROM a b\nNOSUCH\nRUN --x --network=y z\n\nFROM c\nENV A=b C =d\nUSER\n"
    told = [("arguments", 1), ("unknown-instruction", 2), ("unknown-flag", 3), ("flag-value", 3)]
    assert faults(text) == [*told, ("arguments", 6), ("arguments", 7)]


def test_a_file_without_a_stage() -> None:
    assert faults("ARG A\n\nARG B") == [("no-stage", 3)]
    assert faults("ARG A\nRUN x\nFROM a") == [("no-stage", 2)]


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("RNU x", "did you mean `RUN`?"),
        ("COPPY x", "did you mean `COPY`?"),
        ("\u4e00 x", None),
        ("RUNRUNRUNRUNRUNRUNRUNRUN x", None),
        ("FROM a # b", "put the comment on a line of its own"),
        ("FROM a b", None),
        ("ENV A", "write `ENV A=…`"),
    ],
)
def test_hints(line: str, hint: str | None) -> None:
    assert raised(f"FROM a\n{line}").diagnostics[0].hint == hint


@pytest.mark.parametrize(
    "value",
    [
        "a",
        "a,required",
        "Required,a",
        "name=a,required=true",
        "required=0,b=c",
        "a,REQUIRED=T",
        ",",
        ",a",
        "name=,a",
        "NAME=,name=a",
        "a\r",
    ],
)
def test_devices_have_a_name_and_may_be_required(value: str) -> None:
    assert bases(f"FROM a\nRUN --device='{value}' x") == ["a"]


def test_a_return_at_the_end_of_a_mount_ends_the_record() -> None:
    assert parse_dockerfile("FROM a\nRUN --mount='from=b\r' x").stages[0].sources[0].value == "b"
    assert parse_dockerfile("FROM a\nRUN --mount='\"from=b\"\r' x").stages[0].sources[0].value == "b"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("USER a b", [("a b", 5)]),
        ("WORKDIR  /a ", [("/a", 9)]),
        ("RUN a b", [("a b", 4)]),
        ("RUN  \x1ca\x1c ", [("\x1ca\x1c", 5)]),
        ("RUN --network=none \x1ca", [("\x1ca", 19)]),
        ("ENV A b c", [("A", 4)]),
        ('CMD ["a", "b"]', [("a", 4), ("b", 4)]),
        ("COPY  a b", [("a", 6), ("b", 8)]),
        ("HEALTHCHECK", []),
        ("HEALTHCHECK  cmd  a b", [("cmd", 13), ("a b", 18)]),
        ("HEALTHCHECK CMD \xe9", [("CMD", 12), ("\xe9", 16)]),
        ("HEALTHCHECK CMD \udcff", [("CMD", 12), ("\udcff", 16)]),
        ('HEALTHCHECK CMD ["a"]', [("CMD", 12), ("a", 16)]),
        # The byte 0x1C is white space to Python alone.
        ('HEALTHCHECK CMD \x1c["a"]', [("CMD", 12), ('\x1c["a"]', 16)]),
    ],
)
def test_words_and_where_they_begin(line: str, words: list[tuple[str, int]]) -> None:
    assert [tuple(word) for word in read(line).words] == words


@pytest.mark.parametrize(
    ("arguments", "is_json"), [("CMD a", False), ("CMD [a]", False), ('CMD ["a"]', True), ("NONE", False)]
)
def test_the_command_of_a_health_check_may_be_exec_form(arguments: str, is_json: bool) -> None:  # noqa: FBT001
    assert read(f"HEALTHCHECK {arguments}").is_json is is_json


@pytest.mark.parametrize("value", ["", "=true", "=TRUE", "=false", "=False"])
def test_a_flag_of_two_values(value: str) -> None:
    assert bases(f"FROM a\nCOPY --link{value} b c") == ["a"]


@pytest.mark.parametrize("char", [b"x", b"\x80", b"\xff", b"\xc3\xa9", b"\xed\xb3\xbf"])
def test_the_longest_line_is_counted_in_bytes_of_the_file(char: bytes) -> None:
    line = b"RUN " + b"y" * ((LONGEST - 4) % len(char)) + char * ((LONGEST - 4) // len(char))
    assert len(line) == LONGEST
    assert bases(b"FROM a\n" + line) == ["a"]
    assert faults(b"FROM a\n" + line + b"y") == [("line-too-long", 2)]


def test_tabs_before_the_end_of_a_heredoc_are_taken_off_and_others_are_not() -> None:
    assert bases("FROM a\nRUN cat <<-'E F'\n\tx\n\t\tE F\nFROM b") == ["a", "b"]
    assert faults("FROM a\nRUN cat <<-'E F'\n\tE F\t\nFROM b") == [("heredoc", 2)]
    assert faults("FROM a\nRUN cat <<'E F'\n\tE F\nFROM b") == [("heredoc", 2)]
    assert faults("FROM a\nRUN cat <<-'E F'\nXE F\nFROM b") == [("heredoc", 2)]


def test_an_escape_at_the_end_of_a_quote_is_none() -> None:
    assert quoted_words("'a\\", "\\") == (Word("'a\\", 0),)


def test_a_path_of_a_volume_may_be_what_python_alone_calls_blank() -> None:
    assert bases('FROM a\nVOLUME ["\\u001c"]') == ["a"]


@pytest.mark.parametrize("flag", ["--device", "--mount"])
def test_a_flag_that_is_no_list_of_fields_is_named(flag: str) -> None:
    (fault,) = raised(f'FROM a\nRUN {flag}=a\\"b x').diagnostics
    assert fault.message == f"invalid list of fields in `{flag}`"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("plain", "plain"),
        ("a\tb\x1b[0m\u202e", "a\\tb\\x1b[0m\\u202e"),
        ("\udcff", "\\udcff"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 60 + "…"),
    ],
)
def test_messages_show_text_on_one_line_and_in_bounds(text: str, told: str) -> None:
    assert shown(text) == told


def test_a_fault_outside_the_text_has_no_line() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("FROM a").images(platform="not a platform")
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.line, fault.column) == ("dockerfile-platform", None, None)


@pytest.mark.parametrize("value", [None, 1, ["FROM sentinel"], bytearray(b"FROM sentinel")])
def test_what_is_neither_text_nor_bytes_is_a_type_error_that_does_not_show_it(value: Any) -> None:
    with pytest.raises(TypeError, match=f"a Dockerfile is str or bytes, not {type(value).__name__}$") as caught:
        parse_dockerfile(value)
    assert "sentinel" not in str(caught.value)
    with pytest.raises(TypeError):
        frontend_of(value)


class Text(str):
    """What some libraries return in the place of a `str`."""

    __slots__ = ()


def test_a_kind_of_str_is_read() -> None:
    assert bases(Text("FROM a")) == ["a"]


# Hostile text.


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nRUN x \\\n" + "\\\n" * 500_000,
        "FROM a\n" + "\\\n" * 500_000 + "USER x",
        "FROM a\nRUN " + "x\\\n# y\n" * 150_000,
        "FROM a\nRUN x \\\n" + "\n" * 1_000_000,
        "FROM a\nENV A=" + "'\\\n" * 300_000,
        "FROM a\nRUN " + "<<a\\\n" * 200_000,
        "FROM a\nCOPY " + "--chown='\\\n" * 100_000,
        "FROM a\nRUN <<EOF\n" + "<<EOF\n" * 150_000 + "EOF\n",
        b"FROM a\nRUN " + b"\xff\\\n" * 300_000,
    ],
    ids=["backslashes", "head", "comments", "blank", "quotes", "heredocs", "flags", "body", "no-utf-8"],
)
def test_a_megabyte_of_it_has_an_answer(text: str | bytes) -> None:
    try:
        assert parse_dockerfile(text).stages[0].base == "a"
    except InvalidDockerfile as error:
        assert len(error.diagnostics) <= 101  # either answer will do


# The frontend.


@pytest.mark.parametrize(
    ("text", "image"),
    [
        ("# syntax=docker/dockerfile:1\nFROM a", "docker/dockerfile:1"),
        ("#syntax = a:2 --some thing\n", "a:2"),
        ("# Syntax=a:2", "a:2"),
        (b"\xef\xbb\xbf# syntax=a:2\r\nFROM \xff", "a:2"),
        ("# escape=`\n# check=skip=all\n# syntax=a:2", "a:2"),
        ("# syntax=a:2\n# syntax=b:2", "a:2"),
        ("#!/usr/bin/env x\n# syntax=a:2", "a:2"),
        ("#!/usr/bin/env x\n// syntax=a:2", "a:2"),
        ('#!/usr/bin/env x\n{"syntax":\n"a:2"}', "a:2"),
        ("// syntax=a:2\n{", "a:2"),
        ('{"syntax": "a:2", "b": [1]}', "a:2"),
        (' \n{"syntax": "a:2"}\n', "a:2"),
        ('{"syntax": "a:2", "b": ' + "[" * 9_999 + "]" * 9_999 + "}", "a:2"),
        ('{"b": ' + "[" * 9_999 + "]" * 9_999 + ', "syntax": "b", "syntax": "a:2"}', "a:2"),
        ("# syntax=localhost:5000/x:2\nno Dockerfile at all", "localhost:5000/x:2"),
    ],
)
def test_the_frontend_of_a_text(text: str | bytes, image: str) -> None:
    found = frontend_of(text)
    assert found is not None
    assert found.familiar == image
    assert frontend_of(text, build_args={"OTHER": "x"}) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FROM a",
        "#!/only/this",
        " # syntax=a",
        "\n# syntax=a",
        "# comment\n# syntax=a",
        "# syntax=\n# syntax=a",
        "# syntax=\r\n# syntax=a",
        "#syn\rtax=a",
        '{"syntax": "a", "b": 1e999}',
        '{"syntax": "a", "b": 1' + "0" * 309 + "}",
        '{"syntax": "a", "b": NaN}',
        "# syntax a",
        "#!x\n#!y\n# syntax=a",
        "{",
        '{"syntax": 1}',
        '{"syntax": ["a"]}',
        '{"other": "a"}',
        '["syntax"]',
        '{"syntax": "a"} x',
        '{"syntax": "a", "b": ' + "[" * 10_000 + "]" * 10_000 + "}",
        '{"syntax": "a", "b": ' + "[" * 9_999 + "]" * 9_999 + "} x",
        '{"b": ' + "[" * 9_999 + "]" * 9_999 + ', "syntax": "a", "syntax": 1}',
        '{"b": [' + "[" * 3_000 + "]" * 3_000 + ', {"syntax": "a"}]}',
        '{"syntax": "a", true: ' + "[" * 3_000 + "]" * 3_000 + "}",
        '{"a":' * 100_000,
        b"\xff\0",
    ],
)
def test_texts_without_a_frontend(text: str | bytes) -> None:
    assert frontend_of(text) is None


@pytest.mark.parametrize("text", ["# syntax=b", "FROM a", "# syntax=NO!"])
def test_the_build_argument_wins(text: str) -> None:
    found = frontend_of(text, build_args={"BUILDKIT_SYNTAX": " a:2 --x"})
    assert found is not None
    assert str(found) == "docker.io/library/a:2"


@pytest.mark.parametrize("value", ["", " "])
def test_an_empty_build_argument_counts_for_nothing(value: str) -> None:
    found = frontend_of("# syntax=b", build_args={"BUILDKIT_SYNTAX": value})
    assert str(found) == "docker.io/library/b:latest"


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ('{"syntax": ""}', 1),
        ('{"syntax": "a b"}', 1),
        ("# syntax= \nFROM a", 10),
        ("# syntax=No!", 10),
        ("# syntax=a\tb", 10),
        ("# syntax=\u00e9", 10),
        ('{"syntax": "A"}', 1),
        (b"# syntax=\xff", 10),
    ],
)
def test_a_frontend_that_is_no_image(text: str | bytes, column: int) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        frontend_of(text)
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.line, fault.column) == ("dockerfile-frontend-invalid", 1, column)


@pytest.mark.parametrize("value", ["A", "\u00e9", "\x1ca", "a\x1c"])
def test_a_frontend_that_is_asked_for_and_is_no_image_has_no_place(value: str) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        frontend_of("# syntax=b", build_args={"BUILDKIT_SYNTAX": value})
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.line, fault.column) == ("dockerfile-frontend-invalid", None, None)


def test_an_array_that_is_json_to_python_alone_is_shell_form() -> None:
    assert parse_dockerfile("FROM a\nCMD [NaN]\n").cmd == "[NaN]"
    assert parse_dockerfile('FROM a\nCMD ["x"]\n').cmd == ("x",)


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


def test_a_modifier_that_cannot_be_printed_is_written_out() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("FROM ${A\x16x}").images()
    assert all(one.message.isprintable() for one in caught.value.diagnostics)


def test_a_trigger_that_fires_twice_is_told_once() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("FROM a AS x\nONBUILD CO=nginx\nFROM x AS y\nFROM x\nCOPY --from=y / /").images()
    assert len(caught.value.diagnostics) == 1


def test_a_shell_is_an_array_of_strings_in_each_stage() -> None:
    text = 'FROM a\nSHELL ["/bin/bash", \\\n "-c"]\nRUN x\nCOPY --from=b / /\n'
    assert [one.reference.name for one in parse_dockerfile(text).images().needed] == ["a", "b"]
