"""Instructions and their lines beside BuildKit's own lexer, as the `dockerfile` package of 2022 holds it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.stages.builder import FileBuilder
from deployspec._dockerfile.stages.parse import FullParser

buildkit: Any = pytest.importorskip("dockerfile", reason="it is built for one kind of machine only")

LINES = [
    "FROM alpine:3.19 AS build",
    "from scratch",
    "  FROM build",
    "ARG TAG=3",
    "RUN apk add --no-cache curl \\",
    "    && rm -rf /tmp/* \\  ",
    "RUN --mount=type=cache,target=/x make",
    "RUN <<EOF",
    "RUN <<-EOF sh -x",
    "RUN cat <<EOF >/f <<B",
    'RUN ["x", "<<EOF"]',
    "RUN echo '<<EOF'",
    "RUN x<<EOF",
    "COPY <<EOF /x",
    "COPY --from=build /a /b",
    "ENV A=1 B='x y' \\",
    "    C=3",
    "CMD run `",
    "ONBUILD RUN <<EOF",
    "# a comment",
    "    # a comment inside \\",
    "# escape=`",
    "# syntax=docker/dockerfile:1",
    "EOF",
    "\tEOF",
    "B",
    "",
    " \t",
    "\\",
    "echo \\\\",
]
# What keeps lines from being divided; other faults are told later.
LEXED = re.compile("-(directive|heredoc|empty|json):|needs a name and a value|missing `=`")
ends = st.sampled_from(["\n", "\n", "\n", "\r\n"])
files = st.lists(st.tuples(st.sampled_from(LINES), ends), max_size=12).map(lambda parts: "".join(map("".join, parts)))


def instructions(text: str) -> list[tuple[str, int]] | None:
    """Names and first lines as we read them, without the fast path; `None` where the lines cannot be divided."""
    found = DockerfileCollector()
    parser = FullParser(text, FileBuilder(), found)
    parser.lines.read_directives()
    read: list[tuple[str, int]] = []
    while (line := parser.lines.next_line()) is not None:
        instruction = parser.parse_instruction(line)[0]
        name = (line.text.split() or [""])[0]
        read.append((instruction.name or name.lower(), line.number))
    return None if any(LEXED.search(f"{one.code}: {one.message}") for one in found.found) else read


@given(files)
def test_instructions_are_found_where_buildkit_finds_them(text: str) -> None:
    ours = instructions(text)
    try:
        theirs = [((one.cmd or "").lower(), one.start_line) for one in buildkit.parse_string(text)]
    except buildkit.GoParseError:
        assert ours is None
        return
    assume(ours is not None)
    assert ours == theirs


@pytest.mark.parametrize(
    ("text", "ours", "theirs"),
    [
        # `check` became a directive, so that it does not end them any more.
        (
            "# check=skip=all\n# escape=`\nFROM a `\n AS b\n",
            [("from", 3)],
            [("from", 3), ("as", 4)],
        ),
        # White space of any kind may stand before a directive's name.
        ("#\u00a0escape=`\nFROM a\\\nUSER x", [("from", 2), ("user", 3)], [("from", 2)]),
        # `<<` holds on to the blanks behind it, even where it shifts bits.
        ("RUN << E\nx\nE\n", [("run", 1)], [("run", 1), ("x", 2), ("e", 3)]),
        ("RUN echo $(( 1 << 2 ))\nUSER x\n2\n", [("run", 1)], [("run", 1), ("user", 2), ("2", 3)]),
        # A modifier that it did not know kept it from finding heredocs.
        ("RUN <<E ${a#b}\nx\nE\n", [("run", 1)], [("run", 1), ("x", 2), ("e", 3)]),
    ],
)
def test_what_buildkit_has_changed_since(text: str, ours: list[tuple[str, int]], theirs: list[tuple[str, int]]) -> None:
    assert instructions(text) == ours
    assert [(one.cmd.lower(), one.start_line) for one in buildkit.parse_string(text)] == theirs
