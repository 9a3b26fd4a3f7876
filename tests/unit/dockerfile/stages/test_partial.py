"""A file with errors: one run reports all errors, and none that only follows from another one."""

from __future__ import annotations

from typing import Any

import pytest

from deployspec import App, BuildOptions, InvalidDockerfile, ResolutionError, parse_dockerfile, resolve

LONG = "x" * 70_000


def found(text: str, **options: Any) -> list[tuple[int | None, str]]:
    with pytest.raises(ResolutionError) as caught:
        resolve(App({}, "web: x", text, build=BuildOptions(**options)))
    assert all(diagnostic.severity == "error" for diagnostic in caught.value.diagnostics)
    return [(diagnostic.line, diagnostic.code.removeprefix("dockerfile-")) for diagnostic in caught.value.diagnostics]


def parsed(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile(text)
    return [(diagnostic.line, diagnostic.code.removeprefix("dockerfile-")) for diagnostic in caught.value.diagnostics]


def test_one_run_reports_the_errors_of_all_phases() -> None:
    text = (
        "# check=nope\nARG V=${{a:-b}\nFROM Alpine AS one\nFROM --platform=a/b/c/d one\nCOPY --form=x a b\n"
        "COPY --from=9 a b\nEXPOSE abc\nCOPY --from=Bad! a b\nNOPE\n"
    )
    assert found(text) == [
        (1, "directive"),
        (2, "expansion"),
        (3, "base-invalid"),
        (4, "platform"),
        (5, "unknown-flag"),
        # A state more than the file has is unknown, since `--form` may be `--from`, but not six more.
        (6, "stage-index"),
        (7, "port"),
        (8, "base-invalid"),
        (9, "unknown-instruction"),
    ]


def test_errors_in_options_and_in_the_file_are_reported_together() -> None:
    text = "FROM Alpine AS a\nFOO x\nEXPOSE abc\n"
    options: dict[str, Any] = {"platform": "a/b/c/d", "contexts": {"a": "docker-image://X"}}
    assert found(text, args={"BUILDKIT_SYNTAX": "A"}, **options) == [
        (None, "frontend-invalid"),
        (None, "platform"),
        (None, "base-invalid"),
        (1, "base-invalid"),
        (2, "unknown-instruction"),
    ]
    # Instructions of an unknown target are not dispatched.
    assert found(text, target="b") == [(None, "target-unknown"), (1, "base-invalid"), (2, "unknown-instruction")]
    assert found("FROM alpine\nEXPOSE abc\n", target="b") == [(None, "target-unknown")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A name that an unreadable instruction may give to a stage.
        ("FORM golang AS build\nFROM alpine\nCOPY --from=Build a b\n", [(1, "unknown-instruction")]),
        ("STAGE golang AS build\nFROM alpine\nCOPY --from=Build a b\n", [(1, "unknown-instruction")]),
        ("FROM golang build\nFROM alpine\nCOPY --from=Build a b\n", [(1, "arguments")]),
        ("FROM golang AS 1st\nFROM alpine\nCOPY --from=1ST a b\n", [(1, "stage-name")]),
        ("FROM golang AS 5\nFROM alpine\nCOPY --from=5 a b\n", [(1, "stage-name")]),
        (f"FROM alpine\nFROM {LONG} AS build\nCOPY --from=Build a b\n", [(2, "line-too-long")]),
        ("FROM a\nCOPY --from=Build a b\nRUN <<EOF\nFROM b AS build\n", [(3, "heredoc")]),
        ("FROM golang build\nFROM alpine\nCOPY --from=Other a b\n", [(1, "arguments"), (3, "base-invalid")]),
        # The number of a state that an unreadable instruction may add.
        ("FROM a\nCOPY --form=x a b\nCOPY --from=1 a b\n", [(2, "unknown-flag")]),
        ("FROM a\nCOPY --from a b\nCOPY --from=1 a b\n", [(2, "flag-value")]),
        ("FROM a\nCOPY --from=x --from=y a b\nCOPY --from=1 a b\n", [(2, "duplicate-flag")]),
        ("FROM a\nCOPY --chown a b\nCOPY --from=1 a b\n", [(2, "flag-value"), (3, "stage-index")]),
        ("FROM a\nRUN --mount x\nCOPY --from=1 a b\n", [(2, "flag-value")]),
        ("FROM a\nRUN --mount=from=$X x\nCOPY --from=1 a b\n", [(2, "from-variable")]),
        ("FROM a\nEXPOSE --from=x\nCOPY --from=1 a b\n", [(2, "unknown-flag"), (2, "arguments"), (3, "stage-index")]),
        (f"FROM a\nRUN --mount=from=b {LONG}\nCOPY --from=1 a b\n", [(2, "line-too-long")]),
        ("FROM a\nCOPY --from=2 a b\nRUN <<EOF\nFROM b\nCOPY --from=c a b\n", [(3, "heredoc")]),
        # A variable that an unreadable instruction may set.
        ("AGR TAG=1\nFROM alpine:$TAG\n", [(1, "unknown-instruction")]),
        ("ARG TAG = 1\nFROM alpine:$TAG\n", [(1, "arguments")]),
        ("ARG TAG=${\nFROM alpine:$TAG\n", [(1, "expansion")]),
        ("ARG TAG=${\nFROM alpine:$TAG${A:x}\n", [(1, "expansion"), (2, "expansion")]),
        (f"ARG TAG={LONG}\nFROM alpine:$TAG\n", [(1, "empty"), (1, "line-too-long")]),
        ("AGR TAG=1\nFROM alpine:$OTHER\n", [(1, "unknown-instruction"), (2, "base-invalid")]),
        ("FROM scratch\nEVN A=1\nENV B=${A:?}\n", [(2, "unknown-instruction")]),
        ("FROM scratch\nENV A=1 B\nENV B=${A:?}\n", [(2, "arguments")]),
        ("FROM scratch\nARG A = 1\nENV B=${A:?}\n", [(2, "arguments")]),
        ("ARG A=${\nFROM scratch\nARG A\nENV B=${A:?}\n", [(1, "expansion")]),
        (f"FROM scratch\nENV A={LONG}\nENV B=${{A:?}}\n", [(2, "line-too-long")]),
        ("FROM scratch\nNOPE A=1\nENV B=${C:?}\n", [(2, "unknown-instruction"), (3, "expansion")]),
        # The base of a stage.
        ("FROM Alpine\nENV B=${A:?}\n", [(1, "base-invalid")]),
        ("FROM ${A:-b c}\nENV B=${A:?}\n", [(1, "arguments")]),
        ("FROM\nENV B=${A:?}\n", [(1, "arguments")]),
        ("FROM --x Alpine # y\nENV B=${A:?}\n", [(1, "unknown-flag"), (1, "base-invalid"), (1, "arguments")]),
        ("FROM --platform scratch\nENV B=${A:?}\n", [(1, "flag-value"), (2, "expansion")]),
        ("FROM --platform=a/b/c/d x y\n", [(1, "platform"), (1, "arguments")]),
        # The working directory.
        ("FROM scratch\nWORKDIR\nRUN --mount=type=cache x\n", [(2, "arguments")]),
        ("FROM scratch\nWORKDR /x\nRUN --mount=type=cache x\n", [(2, "unknown-instruction")]),
        ("FROM scratch\nNOPE\nRUN --mount=type=cache x\n", [(2, "unknown-instruction"), (3, "mount-target")]),
        ("FRON a AS b\nWORKDIR /x\nFROM b\nRUN --mount=type=cache y\n", [(1, "unknown-instruction")]),
        ("FROM a b\nWORKDIR /x\nFROM b\nRUN --mount=type=cache y\n", [(1, "arguments")]),
        ("FROM\nRUN --mount=type=cache y\n", [(1, "arguments")]),
        ("FROM Alpine\nRUN --mount=type=cache y\n", [(1, "base-invalid"), (2, "mount-target")]),
        # A missing FROM.
        ("COPY --x a b\nEXPOSE abc\n", [(1, "no-stage"), (1, "unknown-flag"), (2, "port")]),
        ("NOPE\nCOPY --from=Bad a b\n", [(1, "unknown-instruction"), (2, "base-invalid")]),
        ("ARG A=${\n", [(1, "no-stage"), (1, "expansion")]),
        # Stages that depend on each other.
        ("FROM a AS x\nCOPY --from=y a b\nFROM b AS y\nCOPY --from=x a b\n", [(2, "circular")]),
        (
            "FROM a AS x\nCOPY --from=y a b\nCOPY --from=z a b\nFROM b AS y\nCOPY --from=x a b\nFROM c AS z\n",
            [(2, "circular")],
        ),
        # The valid parts of an instruction.
        ("FROM a\nCOPY --chmod=zz --form=x a\n", [(2, "chmod"), (2, "unknown-flag"), (2, "arguments")]),
        ("FROM a\nADD --checksum=x a\n", [(2, "arguments")]),
        ('FROM a\nRUN --mount=type=nope --mount="a --network=x y\n', [(2, "mount-type"), (2, "mount-option")]),
        ("FROM a\nRUN --mount=type=nope --device=a,b y\n", [(2, "mount-type"), (2, "flag-value")]),
        ("FROM a\nHEALTHCHECK --interval=x --retries=y CMD z\n", [(2, "flag-value"), (2, "flag-value")]),
        ("FROM a\nHEALTHCHECK --interval=x\n", [(2, "flag-value"), (2, "arguments")]),
        ("FROM a AS b\nONBUILD NOPE\nONBUILD EXPOSE abc\nFROM b\n", [(2, "unknown-instruction"), (3, "port")]),
    ],
)
def test_an_error_that_follows_from_another_one_is_not_reported(text: str, expected: list[tuple[int, str]]) -> None:
    assert found(text) == expected


def test_a_lost_stage_may_be_the_target() -> None:
    assert found("FORM a AS b\nEXPOSE abc\n", target="b") == [(1, "unknown-instruction")]
    assert found("FORM a AS b\nEXPOSE abc\n") == [(1, "unknown-instruction"), (2, "port")]
    # The last stage is in the heredoc, and nobody knows which stages it needs.
    assert found("FROM a\nEXPOSE abc\nRUN <<EOF\nFROM b\n") == [(3, "heredoc")]
    assert found("FROM a\nEXPOSE abc\nRUN <<EOF\nx\n") == [(2, "port"), (3, "heredoc")]
    assert found("FROM a AS c\nEXPOSE abc\nRUN <<EOF\nFROM b\n", target="c") == [(2, "port"), (3, "heredoc")]


def test_parsing_reports_the_errors_of_a_build_that_no_option_changes() -> None:
    assert parsed("FROM Alpine\nCOPY --form=x a b\n") == [(1, "base-invalid"), (2, "unknown-flag")]
    text = (
        "ARG A\nARG B=${\nARG SOURCE_DATE_EPOCH=x\nFROM alpine:$A\nFROM $B\nFROM --platform=$TARGETPLATFORM alpine\n"
        "FROM $TARGETSTAGE${A:?}\nFROM $C\nNOPE\n"
    )
    assert parsed(text) == [(8, "base-empty"), (9, "unknown-instruction")]
    assert found(text)[:2] == [(2, "expansion"), (3, "source-date-epoch")]
    # Without an error in the text, the build reports its own.
    assert parse_dockerfile("FROM Alpine\nCOPY --from=9 a b\n").stages[0].base == "Alpine"


def test_at_most_a_hundred_errors_of_all_phases_are_listed() -> None:
    text = "FROM alpine\n" + "EXPOSE abc\nCOPY --from=Bad a b\nNOPE\n" * 300
    codes = [code for _, code in found(text)]
    assert len(codes) == 101
    assert codes[-1] == "more-diagnostics"
    many = "FROM alpine\n" + "COPY --from=-1 a b\n" * 2000
    assert len(found(many)) == len(found(many + "NOPE\n")) == len(parsed(many + "NOPE\n")) == 101


def test_a_template_is_still_one_error() -> None:
    assert found("{{ if x }}\nFROM Alpine\n{{ end }}\nCOPY --form=x a b\n") == [(1, "template")]
    assert found("FROM Alpine\nEXPOSE {{ port }}\nCOPY --form=x a b\n") == [(2, "template")]
