"""Errors in single instructions: location, code, message and hint."""

# ruff: noqa: E501  # a message is one line

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.dockerfile.support import told


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        (
            "FROM a b",
            {},
            ["1:8 dockerfile-arguments: `FROM` needs an image, optionally followed by `AS` and a stage name | None"],
        ),
        (
            "FROM",
            {},
            ["1:5 dockerfile-arguments: `FROM` needs an image, optionally followed by `AS` and a stage name | None"],
        ),
        (
            "FROM a # b",
            {},
            [
                "1:8 dockerfile-arguments: `FROM` needs an image, optionally followed by `AS` and a stage name | put the comment on a line of its own"
            ],
        ),
        (
            "FROM a AS 9",
            {},
            [
                "1:11 dockerfile-stage-name: invalid stage name `9` | begin with a letter, then use letters and digits, with single `-`, `_` or `.` between them"
            ],
        ),
        (
            "FROM a AS b c",
            {},
            ["1:8 dockerfile-arguments: `FROM` needs an image, optionally followed by `AS` and a stage name | None"],
        ),
        ("ARG\nFROM a", {}, ["1:4 dockerfile-arguments: `ARG` needs the name of an argument | None"]),
        (
            "ARG A =b\nFROM a",
            {},
            [
                "1:7 dockerfile-arguments: `ARG` has an argument without a name | write `ARG NAME=value`, without blanks around `=`"
            ],
        ),
        ("FROM a\nCOPY x", {}, ["2:6 dockerfile-arguments: `COPY` needs at least one source and a destination | None"]),
        ("FROM a\nADD", {}, ["2:4 dockerfile-arguments: `ADD` needs at least one source and a destination | None"]),
        (
            "FROM a\nCOPY x <<y\ny",
            {},
            ["2:8 dockerfile-arguments: `COPY` cannot write to a heredoc | put the destination last"],
        ),
        ("FROM a\nENV", {}, ["2:4 dockerfile-arguments: `ENV` needs at least one argument | None"]),
        ("FROM a\nLABEL a=b =c", {}, ["2:11 dockerfile-arguments: `LABEL` has a value without a name | None"]),
        ("FROM a\nENV A", {}, ["2:5 dockerfile-arguments: `ENV` needs a name and a value | write `ENV A=…`"]),
        (
            "FROM a\nENV a=b c d",
            {},
            ["2:9 dockerfile-arguments: missing `=` in `c` of `ENV` | quote values that contain blanks"],
        ),
        ("FROM a\nONBUILD", {}, ["2:8 dockerfile-arguments: `ONBUILD` needs an instruction | None"]),
        ("FROM a\nONBUILD FROM b", {}, ["2:9 dockerfile-arguments: `ONBUILD` cannot contain `FROM` | None"]),
        ("FROM a\nONBUILD ONBUILD RUN x", {}, ["2:9 dockerfile-arguments: `ONBUILD` cannot contain `ONBUILD` | None"]),
        (
            "FROM a\nONBUILD maintainer b",
            {},
            ["2:9 dockerfile-arguments: `ONBUILD` cannot contain `MAINTAINER` | None"],
        ),
        (
            "FROM a\nONBUILD onbuild\u0085 b",
            {},
            ["2:9 dockerfile-arguments: `ONBUILD` cannot contain `ONBUILD` | None"],
        ),
        (
            'FROM a\nRUN --device=a\\"b x',
            {},
            [
                "2:14 dockerfile-flag-value: invalid list of fields in `--device` | write `--device=name=…,required=true`"
            ],
        ),
        (
            "FROM a\nRUN --device=a, x",
            {},
            ["2:14 dockerfile-flag-value: empty field in `--device` | write `--device=name=…,required=true`"],
        ),
        (
            "FROM a\nRUN --device=a,b=c x",
            {},
            ["2:14 dockerfile-flag-value: invalid field `b=c` in `--device` | write `--device=name=…,required=true`"],
        ),
        (
            'FROM a\nRUN --mount=a\\"b x',
            {},
            [
                "2:13 dockerfile-flag-value: invalid list of fields in `--mount` | write `--mount=type=…,target=…`; a double quote encloses a whole field"
            ],
        ),
        (
            "FROM a\nRUN --mount=from=$b x",
            {},
            [
                "2:18 dockerfile-from-variable: `from` of `--mount` cannot contain a variable | define a stage with `FROM` and name it here"
            ],
        ),
        (
            "FROM a\nSHELL x",
            {},
            ['2:7 dockerfile-arguments: `SHELL` needs a JSON array of strings | write `SHELL ["/bin/sh", "-c"]`'],
        ),
        (
            "FROM a\nSHELL []",
            {},
            ['2:7 dockerfile-arguments: `SHELL` needs a JSON array of strings | write `SHELL ["/bin/sh", "-c"]`'],
        ),
        ("FROM a\nVOLUME", {}, ["2:7 dockerfile-arguments: `VOLUME` needs at least one argument | None"]),
        ('FROM a\nVOLUME ["b", " "]', {}, ["2:15 dockerfile-arguments: `VOLUME` has an empty path | None"]),
        (
            "FROM a\nHEALTHCHECK",
            {},
            ["2:12 dockerfile-arguments: `HEALTHCHECK` needs `NONE`, or `CMD` and a command | None"],
        ),
        (
            "FROM a\nHEALTHCHECK ALL",
            {},
            ["2:13 dockerfile-arguments: `HEALTHCHECK` needs `NONE`, or `CMD` and a command | None"],
        ),
        (
            "FROM a\nHEALTHCHECK CMD",
            {},
            ["2:13 dockerfile-arguments: `HEALTHCHECK` needs `NONE`, or `CMD` and a command | None"],
        ),
        (
            "FROM a\nHEALTHCHECK NONE b",
            {},
            ["2:18 dockerfile-arguments: `HEALTHCHECK NONE` accepts no arguments | None"],
        ),
        (
            "FROM a\nHEALTHCHECK --retries=x CMD b",
            {},
            ["2:23 dockerfile-flag-value: invalid value `x` of flag `--retries` | write a number, such as `3`"],
        ),
        (
            "FROM a\nHEALTHCHECK --start-period=1 CMD b",
            {},
            [
                "2:28 dockerfile-flag-value: invalid value `1` of flag `--start-period` | write at least 1 ms with a unit, such as `30s`"
            ],
        ),
        ("FROM a\nUSER", {}, ["2:5 dockerfile-arguments: `USER` needs exactly one argument | None"]),
        ("FROM a\nEXPOSE", {}, ["2:7 dockerfile-arguments: `EXPOSE` needs at least one argument | None"]),
        (
            "FROM a\nCMD [1]",
            {},
            [
                "2:6 dockerfile-json: JSON array contains a value that is not a string | put each argument in double quotes"
            ],
        ),
        (
            "FROM --x=y a",
            {},
            ["1:6 dockerfile-unknown-flag: unknown flag `--x` of `FROM` | `FROM` supports `--platform`"],
        ),
        (
            "FROM a\nUSER --x=y b",
            {},
            ["2:6 dockerfile-unknown-flag: unknown flag `--x` of `USER` | `USER` supports no flags"],
        ),
        (
            "FROM a\nCOPY --q / /",
            {},
            [
                "2:6 dockerfile-unknown-flag: unknown flag `--q` of `COPY` | `COPY` supports `--chown`, `--from`, `--chmod`, `--link`, `--exclude`, `--parents`"
            ],
        ),
        (
            "FROM a\nADD --from=b / /",
            {},
            [
                "2:5 dockerfile-unknown-flag: unknown flag `--from` of `ADD` | `ADD` supports `--chown`, `--chmod`, `--link`, `--keep-git-dir`, `--checksum`, `--unpack`, `--exclude`"
            ],
        ),
        (
            "FROM a\nCOPY --from=b --from=c / /",
            {},
            ["2:15 dockerfile-duplicate-flag: duplicate flag `--from` | keep one of them"],
        ),
        (
            "FROM a\nCOPY --link=no / /",
            {},
            ["2:13 dockerfile-flag-value: invalid value `no` of flag `--link` | use `true` or `false`"],
        ),
        (
            "FROM a\nCOPY --chown / /",
            {},
            ["2:6 dockerfile-flag-value: flag `--chown` has no value | write `--chown=…`"],
        ),
        (
            "FROM a\nRUN --network=x y",
            {},
            [
                "2:15 dockerfile-flag-value: invalid value `x` of flag `--network` | use one of `default`, `none`, `host`"
            ],
        ),
        (
            "FROM a\nRUN --security= y",
            {},
            ["2:5 dockerfile-flag-value: empty value of flag `--security` | use one of `sandbox`, `insecure`"],
        ),
        (
            "FROM a\nHEALTHCHECK --x=y CMD z",
            {},
            [
                "2:13 dockerfile-unknown-flag: unknown flag `--x` of `HEALTHCHECK` | `HEALTHCHECK` supports `--interval`, `--timeout`, `--start-period`, `--start-interval`, `--retries`"
            ],
        ),
        ("FROM a\nNOPE", {}, ["2:1 dockerfile-unknown-instruction: unknown instruction `NOPE` | None"]),
        (
            "FROM a\nRUNN x",
            {},
            ["2:1 dockerfile-unknown-instruction: unknown instruction `RUNN` | did you mean `RUN`?"],
        ),
        (
            "FROM a\nABCDEFGHIJKLMNOPQRSTU",
            {},
            ["2:1 dockerfile-unknown-instruction: unknown instruction `ABCDEFGHIJKLMNOPQRSTU` | None"],
        ),
        (
            "FROM a AS p\nONBUILD NOPE\nFROM p",
            {},
            ["2:9 dockerfile-unknown-instruction: unknown instruction `NOPE` | None"],
        ),
        (
            "FROM a AS p\nONBUILD COPY x\nFROM p",
            {},
            ["2:14 dockerfile-arguments: `COPY` needs at least one source and a destination | None"],
        ),
        (
            "# syntax=a\n\nFROM",
            {},
            ["3:5 dockerfile-arguments: `FROM` needs an image, optionally followed by `AS` and a stage name | None"],
        ),
        (
            "# syntax=a b\nFROM A b",
            {},
            [
                "2:6 dockerfile-base-invalid: invalid image reference `A`: uppercase letter is only valid in the host and the tag | did you mean `a`?",
                "2:8 dockerfile-arguments: `FROM` needs an image, optionally followed by `AS` and a stage name | None",
            ],
        ),
        (
            'FROM a\nENTRYPOINT [1, "b"]',
            {},
            [
                "2:13 dockerfile-json: JSON array contains a value that is not a string | put each argument in double quotes"
            ],
        ),
        (
            "FROM a\nONBUILD CMD [1]",
            {},
            [
                "2:14 dockerfile-json: JSON array contains a value that is not a string | put each argument in double quotes"
            ],
        ),
        ("FROM a\nLABEL", {}, ["2:6 dockerfile-arguments: `LABEL` needs at least one argument | None"]),
        ("FROM a\nSTOPSIGNAL", {}, ["2:11 dockerfile-arguments: `STOPSIGNAL` needs exactly one argument | None"]),
        ("FROM a\nWORKDIR", {}, ["2:8 dockerfile-arguments: `WORKDIR` needs exactly one argument | None"]),
        ("FROM a\nMAINTAINER", {}, ["2:11 dockerfile-arguments: `MAINTAINER` needs exactly one argument | None"]),
        ("FROM a\nLABEL b", {}, ["2:7 dockerfile-arguments: `LABEL` needs a name and a value | write `LABEL b=…`"]),
        (
            "FROM a\nRUN --network=none --device=a, x",
            {},
            ["2:29 dockerfile-flag-value: empty field in `--device` | write `--device=name=…,required=true`"],
        ),
        (
            "FROM a\nRUN --network=host --mount=from=$b x",
            {},
            [
                "2:33 dockerfile-from-variable: `from` of `--mount` cannot contain a variable | define a stage with `FROM` and name it here"
            ],
        ),
        (
            "FROM a\nHEALTHCHECK --retries=1 --interval=x CMD y",
            {},
            [
                "2:36 dockerfile-flag-value: invalid value `x` of flag `--interval` | write at least 1 ms with a unit, such as `30s`"
            ],
        ),
        (
            "FROM a\nHEALTHCHECK CMD  [1]",
            {},
            [
                "2:19 dockerfile-json: JSON array contains a value that is not a string | put each argument in double quotes"
            ],
        ),
        (
            "FROM a\nHEALTHCHECK --retries=1 CMD \u3000",
            {},
            ["2:25 dockerfile-arguments: `HEALTHCHECK` needs `NONE`, or `CMD` and a command | None"],
        ),
        (
            "FROM a\nHEALTHCHECKxxxxxxxxx y",
            {},
            [
                "2:1 dockerfile-unknown-instruction: unknown instruction `HEALTHCHECKxxxxxxxxx` | did you mean `HEALTHCHECK`?"
            ],
        ),
        (
            "FROM a\nHEALTHCHECKxxxxxxxxxx y",
            {},
            ["2:1 dockerfile-unknown-instruction: unknown instruction `HEALTHCHECKxxxxxxxxxx` | None"],
        ),
    ],
)
def test_messages(text: str, asked: dict[str, Any], expected: list[str]) -> None:
    assert told(text, **asked) == expected
