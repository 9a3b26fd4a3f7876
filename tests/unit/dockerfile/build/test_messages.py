"""Errors in a build: location, code, message and hint."""

# ruff: noqa: E501  # a message is one line

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.dockerfile.support import told


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        (
            "FROM A",
            {},
            [
                "1:6 dockerfile-base-invalid: invalid image reference `A`: uppercase letter is only valid in the host and the tag | did you mean `a`?"
            ],
        ),
        (
            "FROM a/\nFROM $A\nARG A",
            {},
            [
                "1:8 dockerfile-base-invalid: invalid image reference `a/`: invalid repository path | did you mean `a`?",
                "2:6 dockerfile-base-empty: base image `$A` is empty: `A` has no value | declare it with `ARG A=…` before the first `FROM`; `--build-arg A=…` overrides that value",
            ],
        ),
        (
            "ARG A\nFROM $A",
            {},
            [
                "2:6 dockerfile-base-empty: base image `$A` is empty: `A` has no value | set it with `--build-arg A=…` or give it a default in the file"
            ],
        ),
        (
            "FROM $A",
            {},
            [
                "1:6 dockerfile-base-empty: base image `$A` is empty: `A` has no value | declare it with `ARG A=…` before the first `FROM`; `--build-arg A=…` overrides that value"
            ],
        ),
        (
            "FROM ''",
            {},
            ["1:6 dockerfile-base-empty: base image `''` is empty | name an image, or `scratch` for an empty base"],
        ),
        (
            "ARG A=\nFROM $A",
            {},
            [
                "2:6 dockerfile-base-empty: base image `$A` is empty: `A` is empty | set it with `--build-arg A=…` or give it a default in the file"
            ],
        ),
        (
            "ARG A\nARG B=$A\nFROM $B",
            {},
            [
                "3:6 dockerfile-base-empty: base image `$B` is empty: `A` has no value | set it with `--build-arg A=…` or give it a default in the file"
            ],
        ),
        (
            "FROM x:$A",
            {},
            [
                "1:6 dockerfile-base-invalid: invalid image reference `x:`: `A` has no value | declare it with `ARG A=…` before the first `FROM`; `--build-arg A=…` overrides that value"
            ],
        ),
        (
            "ARG A\nFROM x:$A",
            {},
            [
                "2:6 dockerfile-base-invalid: invalid image reference `x:`: `A` has no value | set it with `--build-arg A=…` or give it a default in the file"
            ],
        ),
        (
            "FROM --platform=a/ b",
            {},
            ["1:17 dockerfile-platform: invalid platform `a/` | write OS/ARCH, such as `linux/arm64`"],
        ),
        (
            "ARG A\nFROM --platform=linux/$A b",
            {},
            [
                "2:17 dockerfile-platform: invalid platform `linux/`: `A` has no value | set it with `--build-arg A=…` or give it a default in the file"
            ],
        ),
        (
            "FROM --platform=$A b",
            {},
            [
                "1:17 dockerfile-platform: platform `$A` is empty: `A` has no value | declare it with `ARG A=…` before the first `FROM`; `--build-arg A=…` overrides that value"
            ],
        ),
        (
            "ARG A\nFROM --platform=$A b",
            {},
            [
                "2:17 dockerfile-platform: platform `$A` is empty: `A` has no value | set it with `--build-arg A=…` or give it a default in the file"
            ],
        ),
        (
            'FROM --platform="\\"\\"" b',
            {},
            ['1:19 dockerfile-platform: platform `""` is empty | write OS/ARCH, such as `linux/arm64`'],
        ),
        (
            "FROM a\nCOPY --from=$b / /",
            {},
            [
                "2:13 dockerfile-from-variable: `--from=$b` contains the variable `b`, which BuildKit does not expand | define a stage with `FROM` and use its name"
            ],
        ),
        (
            "FROM a\nCOPY --from=${b / /",
            {},
            ["2:16 dockerfile-expansion: `${b` cannot be expanded: missing `}` | None"],
        ),
        (
            "FROM a\nCOPY --from=9 / /",
            {},
            ["2:13 dockerfile-stage-index: unknown stage index `9` | the only stage has index 0"],
        ),
        (
            "FROM a\nCOPY --from=-1 / /",
            {},
            ["2:13 dockerfile-stage-index: unknown stage index `-1` | the only stage has index 0"],
        ),
        (
            "FROM a\nCOPY --from=B / /",
            {},
            [
                "2:13 dockerfile-base-invalid: invalid image reference `B`: uppercase letter is only valid in the host and the tag | did you mean `b`?"
            ],
        ),
        (
            "FROM a\nRUN --mount=from=B x",
            {},
            [
                "2:18 dockerfile-base-invalid: invalid image reference `B`: uppercase letter is only valid in the host and the tag | did you mean `b`?"
            ],
        ),
        (
            "FROM a\nCOPY --from=0 / /",
            {},
            ["2:13 dockerfile-circular: stage on line 1 depends on itself | copy files from an earlier stage only"],
        ),
        (
            "FROM a AS b\nCOPY --from=b / /",
            {},
            ["2:13 dockerfile-circular: stage `b` depends on itself | copy files from an earlier stage only"],
        ),
        ("FROM 'a", {}, ["1:6 dockerfile-expansion: `'a` cannot be expanded: unclosed single quote | None"]),
        ('FROM "a', {}, ['1:6 dockerfile-expansion: `"a` cannot be expanded: unclosed double quote | None']),
        ("FROM ${a", {}, ["1:9 dockerfile-expansion: `${a` cannot be expanded: missing `}` | None"]),
        ("FROM ${", {}, ["1:8 dockerfile-expansion: `${` cannot be expanded: missing `}` | None"]),
        ("FROM ${}", {}, ["1:8 dockerfile-expansion: `${}` cannot be expanded: missing variable name | None"]),
        (
            "FROM ${:}",
            {},
            ["1:8 dockerfile-expansion: `${:}` cannot be expanded: missing variable name | None"],
        ),
        (
            "FROM ${{}",
            {},
            ["1:8 dockerfile-expansion: `${{}` cannot be expanded: missing variable name | None"],
        ),
        ("FROM ${a:", {}, ["1:10 dockerfile-expansion: `${a:` cannot be expanded: missing `}` | None"]),
        (
            "FROM ${a^}",
            {},
            [
                "1:9 dockerfile-expansion: `${a^}` cannot be expanded: unsupported modifier `^` | the modifiers are `-`, `+`, `?` (also after a colon), `#`, `%` and `/`"
            ],
        ),
        (
            "FROM ${a:#b}",
            {},
            [
                "1:9 dockerfile-expansion: `${a:#b}` cannot be expanded: unsupported modifier `:#` | the modifiers are `-`, `+`, `?` (also after a colon), `#`, `%` and `/`"
            ],
        ),
        (
            "FROM ${a:?b}",
            {},
            [
                "1:6 dockerfile-expansion: `${a:?b}` cannot be expanded: `a` is unset, but the file requires a value: `b` | None"
            ],
        ),
        (
            "FROM ${a?}",
            {},
            [
                "1:6 dockerfile-expansion: `${a?}` cannot be expanded: `a` is unset, but the file requires a value | None"
            ],
        ),
        (
            "ARG a=\nFROM ${a:?}",
            {},
            [
                "2:6 dockerfile-expansion: `${a:?}` cannot be expanded: `a` is empty, but the file requires a value | None"
            ],
        ),
        (
            "FROM ${a#\\\\b}",
            {},
            [
                "1:6 dockerfile-base-empty: base image `${a#\\\\b}` is empty | name an image, or `scratch` for an empty base"
            ],
        ),
        ("FROM ${a/b}", {}, ["1:12 dockerfile-expansion: `${a/b}` cannot be expanded: missing `/` | None"]),
        (
            "ARG A=x\nFROM ${A#'\\y'}",
            {},
            ["2:6 dockerfile-expansion: `${A#'\\y'}` cannot be expanded: invalid escape `\\y` in the pattern | None"],
        ),
        (
            "FROM user:pw@a",
            {},
            [
                "1:15 dockerfile-base-invalid: invalid image reference `…@a`: invalid digest | copy the digest from the registry: an algorithm, a colon and hex digits"
            ],
        ),
        (
            "FROM ${a:?b\x07}",
            {},
            [
                "1:6 dockerfile-expansion: `${a:?b\\x07}` cannot be expanded: `a` is unset, but the file requires a value: `b\\x07` | None"
            ],
        ),
        (
            "FROM a",
            {"platform": "x/"},
            ["--platform dockerfile-platform: invalid platform `x/` | write OS/ARCH, such as `linux/arm64`"],
        ),
        (
            "FROM a",
            {"build_platform": "x y z"},
            ["build_platform dockerfile-platform: invalid platform `x y z` | write OS/ARCH, such as `linux/arm64`"],
        ),
        (
            "FROM a AS b\nFROM c AS d",
            {"target": "x"},
            ["--target dockerfile-target-unknown: unknown stage `x` | defined stages: `b`, `d`"],
        ),
        (
            "FROM a",
            {"target": "x"},
            ["--target dockerfile-target-unknown: unknown stage `x` | no stage in the file has a name"],
        ),
        (
            "FROM a",
            {"build_args": {"SOURCE_DATE_EPOCH": "x"}},
            [
                "--build-arg dockerfile-source-date-epoch: `SOURCE_DATE_EPOCH` is not an integer | set it to seconds since 1970, such as `0`"
            ],
        ),
        (
            "FROM a AS b",
            {"contexts": {"b": "docker-image://A"}},
            [
                "--build-context dockerfile-base-invalid: invalid image reference in build context `docker-image://A`: uppercase letter is only valid in the host and the tag | did you mean `a`?"
            ],
        ),
        (
            "FROM a",
            {"contexts": {"a": "docker-image://u:pw@A"}},
            [
                "--build-context dockerfile-base-invalid: invalid image reference in build context `…@A`: invalid digest | copy the digest from the registry: an algorithm, a colon and hex digits"
            ],
        ),
        (
            "ARG A\nFROM $A",
            {"build_args": {"A": "B"}},
            [
                "2:6 dockerfile-base-invalid: invalid image reference `B`: uppercase letter is only valid in the host and the tag | did you mean `b`?"
            ],
        ),
        (
            "ARG A\nFROM $A",
            {"build_args": {"A": ""}},
            [
                "2:6 dockerfile-base-empty: base image `$A` is empty: `A` is empty | set it with `--build-arg A=…` or give it a default in the file"
            ],
        ),
        (
            "FROM $TARGETVARIANT",
            {},
            [
                "1:6 dockerfile-base-empty: base image `$TARGETVARIANT` is empty: `TARGETVARIANT` is empty | choose a platform that sets `TARGETVARIANT`"
            ],
        ),
        (
            "FROM a AS p\nONBUILD COPY --from=9 / /\nFROM p",
            {},
            ["2:21 dockerfile-stage-index: unknown stage index `9` | stages have the indexes 0 to 1"],
        ),
        (
            "FROM a AS b\nCOPY --from=c / /\nFROM a AS c\nCOPY --from=b / /",
            {},
            ["2:13 dockerfile-circular: stage `b` depends on itself | copy files from an earlier stage only"],
        ),
        ("ARG A=${\nFROM $A", {}, ["1:9 dockerfile-expansion: `${` cannot be expanded: missing `}` | None"]),
        (
            "FROM a\nCOPY --chown=é --from=a\\\nbc${ / /",
            {},
            ["3:5 dockerfile-expansion: `abc${` cannot be expanded: missing `}` | None"],
        ),
        (
            "FROM --platform=a/\\\nb a$\\\n{",
            {},
            ["3:2 dockerfile-expansion: `a${` cannot be expanded: missing `}` | None"],
        ),
        (
            "FROM a\nrun --network=none --mount=from=B x",
            {},
            [
                "2:33 dockerfile-base-invalid: invalid image reference `B`: uppercase letter is only valid in the host and the tag | did you mean `b`?"
            ],
        ),
        (
            "FROM a AS p\nONBUILD RUN --network=none --mount=from=B x\nFROM p",
            {},
            [
                "2:41 dockerfile-base-invalid: invalid image reference `B`: uppercase letter is only valid in the host and the tag | did you mean `b`?"
            ],
        ),
        (
            "FROM a AS p\nONBUILD RUN x\nONBUILD NOPE\nFROM p AS q\nFROM p\nCOPY --from=q / /\nCOPY --from=9 / /",
            {},
            [
                "3:9 dockerfile-unknown-instruction: unknown instruction `NOPE` | None",
                "7:13 dockerfile-stage-index: unknown stage index `9` | stages have the indexes 0 to 2",
            ],
        ),
    ],
)
def test_messages(text: str, asked: dict[str, Any], expected: list[str]) -> None:
    assert told(text, **asked) == expected


@pytest.mark.parametrize(
    ("word", "size"),
    [
        ("x$A$A", 40_000),
        ("x${A//a/b$A}", 30_000),
        ("${A#b}${A#b}", 40_000),
        ("${A:-}${A:-}", 40_000),
        ('"$A""$A"', 40_000),
        ("${A:+$A}${A+$A}", 40_000),
        ("${B:-$A}${B-$A}", 40_000),
    ],
)
def test_messages_of_what_grows_too_large(word: str, size: int) -> None:
    expected = (
        f"2:6 dockerfile-expansion-too-large: `{word}` cannot be expanded: result longer than 65,536 characters | None"
    )
    assert told(f"ARG A\nFROM {word}", build_args={"A": "a" * size}) == [expected]


def test_messages_of_what_is_too_much_work() -> None:
    # 69 times 60,000 characters are less than four megabytes, and 70 times are more.
    text = "ARG A\n" + "".join(f"ARG B{at}=$A\n" for at in range(70)) + "FROM a"
    expected = "71:9 dockerfile-expansion-too-large: `$A` cannot be expanded: the expansions of the file process more than 4,194,304 characters | None"
    assert told(text, build_args={"A": "a" * 60_000}) == [expected]


def test_what_depends_on_an_unknown_argument_costs_no_work_of_its_own() -> None:
    # Each of the later lines would look at 60,000 characters to find the names that it asks for.
    text = "ARG A\nARG U=${x^}\n" + "ARG B=${A#b}\n" * 2_000 + "FROM a"
    found = told(text, build_args={"A": "a" * 60_000})
    assert "unsupported modifier `^`" in found[0]
    assert "process more than 4,194,304 characters" in found[1]
    assert found[-1] == "Dockerfile more-diagnostics: at least 901 more diagnostics are not shown | None"
