"""Flags: reading them, and the ones that each instruction supports."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.support import faults, read

from deployspec._dockerfile.instructions.arguments import Word, quoted_words


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


def test_an_escape_at_the_end_of_a_quote_is_none() -> None:
    assert quoted_words("'a\\", "\\") == (Word("'a\\", 0),)
