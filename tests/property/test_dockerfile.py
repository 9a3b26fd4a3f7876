"""Laws of reading a Dockerfile, over files that are half sensible and half hostile."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deployspec import BuildImages, Diagnostic, InvalidDockerfile, frontend_of, parse_dockerfile
from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.stages.parse import parse_stages
from deployspec._dockerfile.text.heredocs import heredoc_words, lexed, unquoted_words
from deployspec._dockerfile.text.lines import decoded
from deployspec._dockerfile.words.expand import expand
from deployspec._dockerfile.words.glob import InvalidPattern, TooLarge, compiled, remove_affix, replace, replace_matches
from deployspec._dockerfile.words.lexer import ExpansionError, WordLexer

# What plain and other instructions are made of; lines are cut, doubled and joined below.
LINES = [
    "FROM alpine:3.19",
    "FROM --platform=$BUILDPLATFORM golang:1.22 AS Build",
    "FROM build",
    "FROM ${BASE:-debian}:${TAG} as x",
    "FROM a b",
    "from alpine",
    "  FROM b",
    "FROM --platform=linux/arm64 --platform=x a",
    "ARG TAG=3",
    "ARG A=1 B C='x y'",
    'ARG Q="a b"',
    "ARG =x",
    "ARG \\",
    "RUN apk add --no-cache curl \\",
    "    && rm -rf /tmp/* \\ ",
    "    # a comment inside \\",
    "  --mount=from=nope x",
    "  <<EOF",
    "RUN --mount=type=cache,target=/x,FROM=build \\",
    "RUN --mount=from=busybox:1,target=/b --mount=type=cache,target=/c make",
    "RUN --mount=from=x --network=none y",
    "RUN <<EOF",
    "RUN <<-'EOF' sh -x",
    "RUN cat <<EOF > /f",
    "RUN cat <<<EOF",
    "RUN a <<EOF <<B",
    'RUN ["x", "<<EOF"]',
    "RUN [1]",
    "RUN echo $((1<<2)) < /dev/null",
    "RUN echo \\\\",
    "RUN c:\\dir `",
    "RUN",
    "\tEOF",
    "EOF",
    "EOF ",
    "COPY . .",
    "COPY --chown=a:b x y /z/",
    "COPY --link --from=build --chown=1 /a /b",
    "COPY --link --from=nginx --link /a /b",
    "COPY --from=0 \\",
    "COPY --from='a' /a /b",
    "COPY --chown=1 --from=2 --link=true /a /b",
    'COPY ["a", "b c"]',
    'COPY ["a"]',
    "COPY <<EOF /x",
    "COPY <<EOF <<EOF",
    "COPY a",
    "COPY --from=x\u00a0y /a /b",
    "ADD https://x.example/y /z",
    "ADD --checksum=x a b",
    "ENV A=1 B='x y' \\",
    "    C=3",
    "ENV OLD form of it",
    "ENV A",
    "ENV A=b C",
    "ENV A=\u3000B",
    "LABEL a.b/c=d",
    "WORKDIR /x",
    "USER",
    "USER a \\",
    "EXPOSE 80/tcp",
    'VOLUME ["/a"]',
    "STOPSIGNAL --x 9",
    "MAINTAINER me <me@x.example>",
    'CMD ["a", "b"]',
    "CMD a && b ",
    "CMD [x",
    'CMD ["a", 1]',
    "CMD --x y",
    'ENTRYPOINT ["a"]',
    "ENTRYPOINT a\u00a0",
    "ENTRYPOINT []",
    'SHELL ["sh", "-c"]',
    "SHELL sh",
    "HEALTHCHECK --interval=1s CMD x",
    "ONBUILD COPY --from=z / /",
    "ONBUILD RUN <<EOF",
    "NOPE x",
    "# a comment",
    "# escape=`",
    "# syntax=docker/dockerfile:1",
    "\u00a0# not at the margin",
    "\ufeff",
    "",
    " \t",
    "\r",
    "\v",
    "\\",
    "\x00",
    "x" * 70_000,
]
lines = st.one_of(st.sampled_from(LINES), st.sampled_from(LINES), st.text(max_size=12))
ends = st.sampled_from(["\n", "\n", "\n", "\n", "\n", "\r\n", "\r\r\n", " \n", "\\\n", "\\ \n", " \\\n", "\n\n", ""])
bodies = st.lists(st.tuples(lines, ends), max_size=14).map(lambda parts: "".join(map("".join, parts)))
files = st.one_of(bodies, bodies.map("FROM a\n".__add__), bodies.map("ARG TAG\nFROM a:$TAG\n".__add__))


def cut(text: str, at: int, size: int, put: str) -> str:
    return text[:at] + put + text[at + size :]


marks = st.sampled_from([*"\\`\"'<$-=[]#\n\r\t ,:", "<<", "--", "\\\n", "\u0085", "\u212a", "EOF", "\0"])
mutated = st.builds(cut, files, st.integers(0, 120), st.integers(0, 3), marks | st.just(""))
args = st.dictionaries(st.sampled_from(["TAG", "BASE", "A", "TARGETARCH"]), st.sampled_from(["", "1", "x y", "a"]))


def read(text: str, *, fast: bool) -> dict[str, Any]:
    found = DockerfileCollector()
    parser = parse_stages(text, found, fast=fast)
    return {
        "found": found.found,
        "escape": parser.escape,
        "nul": parser.nul_place,
        # Places, too, which do not count for equality.
        "arguments": [attrs.astuple(one) for one in parser.arguments],
        "stages": [attrs.astuple(one) for one in parser.stages],
    }


@given(mutated)
@example("FROM a\nRUN x \\\n\n# y\n z\nCMD a\n")
@example("FROM a\nRUN <<EOF\nFROM x\nEOF\nCOPY --from=b / /\n")
@example("FROM a\nCOPY --link --from=x --link / /\nRUN --mount=type=cache \\\n  --mount=from=b x\n")
@example("# escape=`\nFROM a\nRUN x `\n y\nRUN c:\\\nCMD z\n")
@example("FROM a\nRUN x <\\\n<EOF\ny\nEOF\n")
@example('FROM a\nENV --x=1\nRUN "a <<EOF\n')
@example("FROM a\nCOPY <<EOF '/x\nEOF\n")
@example("FROM a\r\nRUN x \\\r\n y\r\nCMD z")
@example("FROM a AS B\r\nUSER x\r\nCMD x")
@example('FROM --platform=$P a\nENTRYPOINT ["x", "y"]\nCMD z \nENTRYPOINT w\nCMD ["v"]\n')
@example("FROM a\nRUN <<EOF\nFROM x\nEOF\nCMD x\n")
@example("FROM a\nCMD x \\\n y\n")
@example("FROM a\nCMD x\nCOPY --from=b x y\nENTRYPOINT z\n")
@example("FROM a\nENTRYPOINT x\nCMD y\nONBUILD RUN z\nFROM b AS c\nNOPE\n")
def test_the_fast_path_equals_the_slow_path(text: str) -> None:
    """The patterns read the same values and places as the full parser."""
    assert read(text, fast=True) == read(text, fast=False)


ASKED: list[dict[str, Any]] = [
    {},
    {},
    {"build_args": {"A": "x"}},
    {"target": "a"},
    {"contexts": {"a": "docker-image://b", "docker.io/library/a": "docker-image://c"}},
    {"platform": "linux/arm64"},
    {"platform": "nowhere/"},
]
single = st.sampled_from(["a", "a:1", "a@b", "scratch", "a$", "'a'", "$A", "A", "--platform=$A a", "a AS b"])


@given(mutated | single.map("FROM {}\nRUN x\n".format), st.sampled_from(ASKED))
def test_a_single_stage_is_read_as_any_other(text: str, asked: dict[str, Any]) -> None:
    """The fast path for a single stage gives the same images and errors as the graph."""

    def told() -> BuildImages | tuple[Diagnostic, ...]:
        try:
            return parse_dockerfile(text).images(**asked)
        except InvalidDockerfile as error:
            return error.diagnostics

    def gives_up(*_: object) -> None:
        """Use the graph."""

    fast = told()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("deployspec._dockerfile.dockerfile.find_only_image", gives_up)
        assert told() == fast


@given(mutated | st.binary(max_size=60), args)
def test_total(text: str | bytes, build_args: dict[str, str]) -> None:
    """Any text gives images or an `InvalidDockerfile`, whose faults stand in the file and in its order."""
    try:
        file = parse_dockerfile(text)
        images = file.images(build_args=build_args)
    except InvalidDockerfile as error:
        told = error.diagnostics
        assert told
        places = [(one.line, one.column or 0) for one in told if one.line is not None]
        assert places == sorted(places)
        physical = decoded(text).removeprefix("\ufeff").split("\n")
        assert all(1 <= line <= len(physical) for line, _ in places)
        assert all(1 <= column <= len(physical[line - 1]) + 1 for line, column in places)
        for one in told:
            assert (one.line is None) == (one.column is None) == (one.end_line is None) == (one.end_column is None)
            if one.line is not None and one.end_line is not None:
                assert (one.line, one.column or 0) <= (one.end_line, one.end_column or 0)
                assert (one.end_column or 0) <= len(physical[one.end_line - 1]) + 1
    else:
        pairs = [{(one.reference, one.platform) for one in found} for found in (images.needed, images.all)]
        assert pairs[0] <= pairs[1]
        assert [one.line for one in images.all] == sorted(one.line for one in images.all)
        assert file.entrypoint is None or isinstance(file.entrypoint, (str, tuple))


@given(mutated)
def test_bytes_are_read_as_their_text(text: str) -> None:
    """A file's bytes say what its text says."""
    clean = text.encode("utf-8", "replace").decode()

    def answer(source: str | bytes) -> object:
        try:
            return parse_dockerfile(source)
        except InvalidDockerfile as error:
            return error.diagnostics

    assert answer(clean) == answer(clean.encode())


@given(mutated, st.sampled_from(["docker/dockerfile:1", "quay.io/a/b"]))
def test_the_syntax_directive_changes_nothing_but_the_frontend(text: str, image: str) -> None:
    """A directive in front moves the lines by one; the rest says the same."""
    if text.startswith(("#", " ", "\t", "\r", "\v", "\f", "\u00a0", "\u0085", "\ufeff", "\u3000")):
        text = "FROM a\n" + text
    try:
        before = parse_dockerfile(text).images().needed
        after = parse_dockerfile(f"# syntax={image}\n{text}").images()
    except InvalidDockerfile:
        return
    assert [(one.reference, one.line + 1) for one in before] == [(one.reference, one.line) for one in after.needed]
    assert after.frontend == frontend_of(f"# syntax={image}\n{text}")


# Expansion

plain_words = st.text(st.characters(exclude_characters="$'\"\\\ufeff", exclude_categories=["Cs"]), max_size=20)
names = st.sampled_from(["A", "B", "C_1", "UNSET"])
scopes = st.fixed_dictionaries({"A": st.just("3.19-slim"), "B": plain_words, "C_1": st.just("")})
pieces = st.one_of(
    plain_words,
    names.map("${}".format),
    names.map("${{{}}}".format),
    st.sampled_from(
        ["'", '"', "\\", "$", "${", "}", "${A:-", "${UNSET-", "${B:+", "${A#", "${A%%", "${A/", "/", "*", "?"]
    ),
)
words = st.lists(pieces, max_size=8).map("".join)


def expanded(word: str, scope: dict[str, str], escape: str = "\\") -> str | None:
    try:
        return expand(word, scope, escape)
    except ExpansionError as error:
        assert 1 <= error.column <= error.end_column <= len(word) + 1
        return None


@given(plain_words, scopes)
def test_a_word_without_marks_is_itself(word: str, scope: dict[str, str]) -> None:
    """Where nothing is special, nothing changes."""
    assert expand(word, scope) == word


@given(words, scopes, st.sampled_from("\\`"))
def test_expansion_is_total(word: str, scope: dict[str, str], escape: str) -> None:
    """A word has a value or a fault within it."""
    expanded(word, scope, escape)


@given(words, scopes)
def test_usual_words_are_expanded_as_the_lexer_expands_them(word: str, scope: dict[str, str]) -> None:
    """The short way through a word comes out where the long one does."""
    try:
        by_lexer: str | None = WordLexer(word, scope).result()
    except ExpansionError:
        by_lexer = None
    assert expanded(word, scope) == by_lexer


@given(plain_words, scopes)
def test_single_quotes_keep_everything(word: str, scope: dict[str, str]) -> None:
    """In single quotes nothing is special but their end."""
    assert expand(f"'{word}$A\\'", scope) == f"{word}$A\\"


@given(plain_words)
def test_a_value_is_never_scanned_again(word: str) -> None:
    """What a variable holds comes out as it is."""
    value = f"{word}$A'\"\\"
    assert expand("x${V}y", {"V": value, "A": "no"}) == f"x{value}y"
    assert expand('"$V"', {"V": value, "A": "no"}) == value


@given(st.text("ab*?\\}/\n", max_size=8), st.text("ab\n", max_size=8))
def test_what_is_removed_stood_at_the_end(pattern: str, value: str) -> None:
    """A prefix or suffix pattern leaves the other end of the value; the longest leaves no more than the shortest."""
    try:
        left = [remove_affix(value, pattern, suffix=False, longest=longest) for longest in (False, True)]
        right = [remove_affix(value, pattern, suffix=True, longest=longest) for longest in (False, True)]
    except Exception as error:  # noqa: BLE001  # whatever its class, it must be this one
        assert type(error).__name__ == "InvalidPattern"
        return
    assert all(value.endswith(one) for one in left)
    assert all(value.startswith(one) for one in right)
    assert len(left[1]) <= len(left[0])
    assert len(right[1]) <= len(right[0])


@given(st.text("abc", max_size=8), st.text("abc", min_size=1, max_size=2), st.text("xy", max_size=2))
def test_replacing_text_is_replacing_text(value: str, pattern: str, put: str) -> None:
    """Without wildcards a replacement is that of `str.replace`."""
    assert replace(value, pattern, put, everywhere=True, limit=100) == value.replace(pattern, put)
    assert replace(value, pattern, put, everywhere=False, limit=100) == value.replace(pattern, put, 1)


@given(st.text("ab\n", max_size=8), st.text("ab\n*\\/", min_size=1, max_size=3), st.text("x$0{}", max_size=5))
def test_text_is_replaced_as_a_pattern_is(value: str, pattern: str, put: str) -> None:
    """The short way of replacing text gives what the matcher would have given."""
    for everywhere in (False, True):
        try:
            slow = replace_matches(value, compiled(pattern), put, everywhere=everywhere, limit=4)
        except (InvalidPattern, TooLarge) as error:
            with pytest.raises(type(error)):
                replace(value, pattern, put, everywhere=everywhere, limit=4)
        else:
            assert replace(value, pattern, put, everywhere=everywhere, limit=4) == slow


@given(st.text(" \t\r\v\xa0\ufeff<<-aE1", max_size=12))
def test_simple_lines_are_split_as_the_lexer_splits_them(line: str) -> None:
    """Where nothing is quoted, escaped or expanded, the words of a line and of a terminator are the lexer's."""
    assert heredoc_words(line) == lexed(line, raw=True)
    assert unquoted_words(line) == lexed(line, raw=False)
