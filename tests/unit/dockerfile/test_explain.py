"""Errors in text that is not ASCII: quoted as written, with a hint about typographic quotes."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.support import line, raised, told

from deployspec import App, BuildOptions, ResolutionError, resolve
from deployspec._core.diagnostics import Diagnostic
from deployspec._dockerfile.explain import explain

REMOVE = "remove the typographic quotes"


def reported(text: str) -> list[str]:
    with pytest.raises(ResolutionError) as caught:
        resolve(App({}, "web: x", text))
    return [line(found) for found in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "FROM --platform=“linux/amd64” a",
            f"1:17 platform: invalid platform `“linux/amd64”` | {REMOVE}: `linux/amd64`",
        ),
        (
            "FROM --platform=linux/\u2018amd64\u2019 a",
            f"1:17 platform: invalid platform `linux/\u2018amd64\u2019` | {REMOVE}: `linux/amd64`",
        ),
        (
            "FROM a\nCOPY --chmod=„755“ a b",
            f"--chmod=„755“`: neither an octal number nor a symbolic mode | {REMOVE}: `755`",
        ),
        ("FROM a\nRUN --network=«none» x", f"invalid value `«none»` of flag `--network` | {REMOVE}: `none`"),
        (
            "FROM a\nRUN --mount=type=“cache”,target=/x y",
            "unknown mount type in `type=“cache”` | did you mean `cache`?",
        ),
        ("FROM a\nCOPY --from=“b” a b", f"invalid image reference `“b”`: invalid repository path | {REMOVE}: `b`"),
        (
            "FROM a\nSTOPSIGNAL “TERM”",
            f"2:12 signal: invalid signal `“TERM”`: no signal has this name | {REMOVE}: `TERM`",
        ),
        ("FROM a AS “b”", f"1:11 stage-name: invalid stage name `“b”` | {REMOVE}: `b`"),
        ("FROM a\nEXPOSE “”", f"invalid port `“”`: ports are numbers from 0 to 65535 | {REMOVE}"),
        ("FROM “a”", "invalid image reference `“a”`: invalid repository path | did you mean `a`?"),
        # Other characters.
        ("FROM --platform=linux/é/a/b x", "invalid platform `linux/é/a/b` | write OS/ARCH, such as `linux/arm64`"),
        ("FROM a\nCOPY --from=é--B a b", "`é--B`: uppercase letter is only valid in the host and the tag"),
        ("FROM a\nRUN --mount=ty\u202epe=x y", "unknown mount option `ty\\u202epe`"),
        ("FROM a\nRUN --mount=type=cache,tärget=/x y", "unknown mount option `tärget` | did you mean `target`?"),
    ],
)
def test_a_value_is_quoted_as_written(text: str, expected: str) -> None:
    assert any(expected in found.replace("dockerfile-", "") for found in reported(text)), reported(text)


def test_an_error_elsewhere_in_the_file_stays() -> None:
    text = "# “ é\nFROM A\nCOPY --é \\\n --link=“x” a b\nNOPE “\n"
    assert [found.line for found in raised(text).diagnostics] == [2, 3, 4, 5]
    assert raised(text).diagnostics[0].hint == "did you mean `a`?"
    assert raised(text).diagnostics[1].message == "unknown flag `--é` of `COPY`"
    assert raised(text).diagnostics[3].hint is None
    assert told("FROM a:“$A”\n", platform="x/y/z/w")[0].startswith("--platform dockerfile-platform")


def test_warnings_and_diagnostics_without_a_range_stay() -> None:
    text = "FROM “a”"
    others = [
        Diagnostic("dockerfile-x", "a", source="Dockerfile"),
        Diagnostic("dockerfile-x", "a", source="Dockerfile", line=1),
        Diagnostic("dockerfile-x", "a", source="Dockerfile", line=1, column=6, end_line=2, end_column=1),
        Diagnostic("dockerfile-x", "a", "warning", source="Dockerfile", line=1, column=6),
    ]
    assert explain(text, others) == tuple(others)


def test_only_some_parts_of_a_long_line_are_compared() -> None:
    (found,) = raised("FROM a\n" + "NOPEé " + "é " * 20_000).diagnostics
    assert found.message == "unknown instruction `NOPEé`"


def test_a_fault_of_an_option_is_not_a_fault_of_the_file() -> None:
    text = "FROM a:${TARGETVARIANT:?}\nFROM b-$TARGETARCH\nFROM --platform=$TARGETPLATFORM c\n"
    text += "ARG TARGETOS\nENV A=${TARGETOS:?}"
    app = App({}, "web: x", text, build=BuildOptions(platform="a/b/c/d"))
    with pytest.raises(ResolutionError) as caught:
        resolve(app)
    assert [(found.source, found.line) for found in caught.value.diagnostics] == [("--platform", None)]
    assert told("FROM a:${BUILDVARIANT:?}", build_platform="a/b/c/d")[0].startswith(
        "build_platform dockerfile-platform"
    )
    assert len(told("FROM a:${BUILDVARIANT:?}", platform="a/b/c/d")) == 2
    # A build argument replaces the variable.
    assert len(told("FROM A-$TARGETARCH", platform="a/b/c/d", build_args={"TARGETARCH": "x"})) == 2
