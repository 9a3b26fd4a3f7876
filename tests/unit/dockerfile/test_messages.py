"""What each fault of a Dockerfile says: its place, its code, its message and its hint."""

# ruff: noqa: E501  # a message is one line

from __future__ import annotations

from typing import Any

import pytest

from deployspec import Diagnostic, InvalidDockerfile, parse_dockerfile


def line(one: Diagnostic) -> str:
    return f"{one.line}:{one.column} {one.code}: {one.message} | {one.hint}"


def told(text: str, **asked: Any) -> list[str]:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile(text).images(**asked)
    assert {(one.source, one.severity) for one in caught.value.diagnostics} == {("Dockerfile", "error")}
    return [line(one) for one in caught.value.diagnostics]


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
                "1:11 dockerfile-stage-name: invalid stage name `9` | begin with a letter, then use letters, digits, `-`, `_` and `.`"
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
        (
            "# escape=  \nFROM a",
            {},
            ["1:10 dockerfile-directive: invalid escape character ` ` | use `\\` or a backtick"],
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
            ["2:5 dockerfile-flag-value: invalid list of fields in `--device` | write `--device=name=…,required=true`"],
        ),
        (
            "FROM a\nRUN --device=a, x",
            {},
            ["2:5 dockerfile-flag-value: empty field in `--device` | write `--device=name=…,required=true`"],
        ),
        (
            "FROM a\nRUN --device=a,b=c x",
            {},
            ["2:5 dockerfile-flag-value: invalid field `b=c` in `--device` | write `--device=name=…,required=true`"],
        ),
        (
            'FROM a\nRUN --mount=a\\"b x',
            {},
            [
                "2:5 dockerfile-flag-value: invalid list of fields in `--mount` | write `--mount=type=…,target=…`; a double quote encloses a whole field"
            ],
        ),
        (
            "FROM a\nRUN --mount=from=$b x",
            {},
            [
                "2:5 dockerfile-from-variable: `from` of `--mount` cannot contain a variable | define a stage with `FROM` and name it here"
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
        ('FROM a\nVOLUME ["b", " "]', {}, ["2:8 dockerfile-arguments: `VOLUME` has an empty path | None"]),
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
            ["2:13 dockerfile-flag-value: invalid value `x` of flag `--retries` | write a number, such as `3`"],
        ),
        (
            "FROM a\nHEALTHCHECK --start-period=1 CMD b",
            {},
            [
                "2:13 dockerfile-flag-value: invalid value `1` of flag `--start-period` | write at least 1 ms with a unit, such as `30s`"
            ],
        ),
        ("FROM a\nUSER", {}, ["2:5 dockerfile-arguments: `USER` needs exactly one argument | None"]),
        ("FROM a\nEXPOSE", {}, ["2:7 dockerfile-arguments: `EXPOSE` needs at least one argument | None"]),
        (
            "FROM a\nCMD [1]",
            {},
            [
                "2:5 dockerfile-json: JSON array of arguments contains other values than strings | put each argument in double quotes"
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
            ["2:6 dockerfile-flag-value: invalid value `no` of flag `--link` | use `true` or `false`"],
        ),
        (
            "FROM a\nCOPY --chown / /",
            {},
            ["2:6 dockerfile-flag-value: flag `--chown` has no value | write `--chown=…`"],
        ),
        (
            "FROM a\nRUN --network=x y",
            {},
            ["2:5 dockerfile-flag-value: invalid value `x` of flag `--network` | use one of `default`, `none`, `host`"],
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
        ("FROM a\n\x00", {}, ["2:1 dockerfile-not-text: the file contains NUL characters | save it as UTF-8 text"]),
        (
            "FROM a\nABCDEFGHIJKLMNOPQRSTU",
            {},
            ["2:1 dockerfile-unknown-instruction: unknown instruction `ABCDEFGHIJKLMNOPQRSTU` | None"],
        ),
        ("", {}, ["1:1 dockerfile-empty: no instructions in the file | begin with `FROM` and a base image"]),
        ("# c\n", {}, ["1:1 dockerfile-empty: no instructions in the file | begin with `FROM` and a base image"]),
        (
            "FROM a\nRUN <<E\nx",
            {},
            ["2:5 dockerfile-heredoc: unterminated heredoc `E` | add a line containing only `E`"],
        ),
        ("ARG A", {}, ["1:1 dockerfile-no-stage: missing `FROM` instruction | start a stage with `FROM`"]),
        (
            "RUN x\nFROM a",
            {},
            ["1:1 dockerfile-no-stage: `RUN` before the first `FROM` | start the file with `FROM`"],
        ),
        ("run x", {}, ["1:1 dockerfile-no-stage: `RUN` before the first `FROM` | start the file with `FROM`"]),
        (
            "# escape=x\nFROM a",
            {},
            ["1:10 dockerfile-directive: invalid escape character `x` | use `\\` or a backtick"],
        ),
        (
            "# escape=`\n# escape=`\nFROM a",
            {},
            ["2:1 dockerfile-directive: duplicate directive `escape` | keep one of them"],
        ),
        (
            "# check=a\nFROM a",
            {},
            [
                "1:9 dockerfile-directive: invalid `check` option `a` | the options are `skip=…`, `experimental=…` and `error=true`, separated by `;` without blanks"
            ],
        ),
        (
            "# check=error=x\nFROM a",
            {},
            [
                "1:9 dockerfile-directive: invalid `check` option `error=x` | the options are `skip=…`, `experimental=…` and `error=true`, separated by `;` without blanks"
            ],
        ),
        (
            "# syntax=A\nFROM a",
            {},
            [
                "1:10 dockerfile-frontend-invalid: invalid frontend `A`: uppercase letter outside the host and the tag | did you mean `a`?"
            ],
        ),
        (
            "FROM A",
            {},
            [
                "1:6 dockerfile-base-invalid: invalid image reference `A`: uppercase letter outside the host and the tag | did you mean `a`?"
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
            ["2:6 dockerfile-base-empty: base image `$A` is empty | name an image, or `scratch` for an empty base"],
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
                "1:6 dockerfile-base-invalid: invalid image reference `x:`: invalid tag | `A` has no value; declare it with `ARG A=…` before the first `FROM`; `--build-arg A=…` overrides that value"
            ],
        ),
        (
            "ARG A\nFROM x:$A",
            {},
            [
                "2:6 dockerfile-base-invalid: invalid image reference `x:`: invalid tag | `A` has no value; set it with `--build-arg A=…` or give it a default in the file"
            ],
        ),
        (
            'FROM "a\x00"',
            {},
            [
                "1:6 dockerfile-not-text: invalid image reference `a\\x00`: invalid repository path | use lowercase letters and digits, separated by slashes, dots, hyphens, or one or two underscores"
            ],
        ),
        (
            "FROM --platform=a/ b",
            {},
            ["1:6 dockerfile-platform: invalid platform `a/` | write OS/ARCH, such as `linux/arm64`"],
        ),
        (
            "ARG A\nFROM --platform=linux/$A b",
            {},
            [
                "2:6 dockerfile-platform: invalid platform `linux/` | `A` has no value; set it with `--build-arg A=…` or give it a default in the file"
            ],
        ),
        (
            "FROM --platform=$A b",
            {},
            [
                "1:6 dockerfile-platform: platform `$A` is empty | `A` has no value; declare it with `ARG A=…` before the first `FROM`; `--build-arg A=…` overrides that value"
            ],
        ),
        (
            "ARG A\nFROM --platform=$A b",
            {},
            [
                "2:6 dockerfile-platform: platform `$A` is empty | `A` has no value; set it with `--build-arg A=…` or give it a default in the file"
            ],
        ),
        (
            'FROM --platform="\\"\\"" b',
            {},
            ['1:6 dockerfile-platform: platform `""` is empty | write OS/ARCH, such as `linux/arm64`'],
        ),
        (
            "FROM a\nCOPY --from=$b / /",
            {},
            [
                "2:6 dockerfile-from-variable: `--from=$b` contains a variable, a quote or an escape | define a stage with `FROM` and use its name"
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
            ["2:6 dockerfile-stage-index: unknown stage index `9` | the only stage has index 0"],
        ),
        (
            "FROM a\nCOPY --from=-1 / /",
            {},
            ["2:6 dockerfile-stage-index: unknown stage index `-1` | the only stage has index 0"],
        ),
        (
            "FROM a\nCOPY --from=B / /",
            {},
            [
                "2:6 dockerfile-base-invalid: invalid image reference `B`: uppercase letter outside the host and the tag | did you mean `b`?"
            ],
        ),
        (
            "FROM a\nRUN --mount=from=B x",
            {},
            [
                "2:5 dockerfile-base-invalid: invalid image reference `B`: uppercase letter outside the host and the tag | did you mean `b`?"
            ],
        ),
        (
            "FROM a\nCOPY --from=0 / /",
            {},
            ["2:6 dockerfile-circular: stage on line 1 depends on itself | copy files from an earlier stage only"],
        ),
        (
            "FROM a AS b\nCOPY --from=b / /",
            {},
            ["2:6 dockerfile-circular: stage `b` depends on itself | copy files from an earlier stage only"],
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
            ["None:None dockerfile-platform: invalid platform `x/` | write OS/ARCH, such as `linux/arm64`"],
        ),
        (
            "FROM a",
            {"build_platform": "x y z"},
            ["None:None dockerfile-platform: invalid platform `x y z` | write OS/ARCH, such as `linux/arm64`"],
        ),
        (
            "FROM a AS b\nFROM c AS d",
            {"target": "x"},
            ["None:None dockerfile-target-unknown: unknown stage `x` | the stages are `b`, `d`"],
        ),
        (
            "FROM a",
            {"target": "x"},
            ["None:None dockerfile-target-unknown: unknown stage `x` | no stage in the file has a name"],
        ),
        (
            "FROM a",
            {"build_args": {"SOURCE_DATE_EPOCH": "x"}},
            [
                "None:None dockerfile-source-date-epoch: `SOURCE_DATE_EPOCH` is not an integer | set it to seconds since 1970, such as `0`"
            ],
        ),
        (
            "FROM a",
            {"build_args": {"BUILDKIT_SYNTAX": "A b"}},
            [
                "None:None dockerfile-frontend-invalid: invalid frontend `A`: uppercase letter outside the host and the tag | did you mean `a`?"
            ],
        ),
        (
            "FROM a AS b",
            {"contexts": {"b": "docker-image://A"}},
            [
                "1:6 dockerfile-base-invalid: invalid image reference in build context `docker-image://A`: uppercase letter outside the host and the tag | did you mean `a`?"
            ],
        ),
        (
            "FROM a",
            {"contexts": {"a": "docker-image://u:pw@A"}},
            [
                "1:6 dockerfile-base-invalid: invalid image reference in build context `…@A`: invalid digest | copy the digest from the registry: an algorithm, a colon and hex digits"
            ],
        ),
        (
            "ARG A\nFROM $A",
            {"build_args": {"A": "B"}},
            [
                "2:6 dockerfile-base-invalid: invalid image reference `B`: uppercase letter outside the host and the tag | did you mean `b`?"
            ],
        ),
        (
            "ARG A\nFROM $A",
            {"build_args": {"A": ""}},
            ["2:6 dockerfile-base-empty: base image `$A` is empty | name an image, or `scratch` for an empty base"],
        ),
        (
            "FROM $TARGETVARIANT",
            {},
            [
                "1:6 dockerfile-base-empty: base image `$TARGETVARIANT` is empty | name an image, or `scratch` for an empty base"
            ],
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
            "FROM a AS p\nONBUILD COPY --from=9 / /\nFROM p",
            {},
            ["2:14 dockerfile-stage-index: unknown stage index `9` | stages have the indexes 0 to 1"],
        ),
        (
            "FROM a AS p\nONBUILD RUN <<E\nFROM p",
            {},
            ["2:13 dockerfile-heredoc: unterminated heredoc `E` | add a line containing only `E`"],
        ),
        (
            "FROM a AS b\nCOPY --from=c / /\nFROM a AS c\nCOPY --from=b / /",
            {},
            ["2:6 dockerfile-circular: stage `b` depends on itself | copy files from an earlier stage only"],
        ),
        ("ARG A=${\nFROM $A", {}, ["1:9 dockerfile-expansion: `${` cannot be expanded: missing `}` | None"]),
        (
            "# syntax=a\n\nFROM",
            {},
            ["3:5 dockerfile-arguments: `FROM` needs an image, optionally followed by `AS` and a stage name | None"],
        ),
        (
            "# syntax=a b\nFROM A b",
            {},
            ["2:8 dockerfile-arguments: `FROM` needs an image, optionally followed by `AS` and a stage name | None"],
        ),
        (
            'FROM a\nENTRYPOINT [1, "b"]',
            {},
            [
                "2:12 dockerfile-json: JSON array of arguments contains other values than strings | put each argument in double quotes"
            ],
        ),
        (
            "FROM a\nONBUILD CMD [1]",
            {},
            [
                "2:13 dockerfile-json: JSON array of arguments contains other values than strings | put each argument in double quotes"
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
            ["2:20 dockerfile-flag-value: empty field in `--device` | write `--device=name=…,required=true`"],
        ),
        (
            "FROM a\nRUN --network=host --mount=from=$b x",
            {},
            [
                "2:20 dockerfile-from-variable: `from` of `--mount` cannot contain a variable | define a stage with `FROM` and name it here"
            ],
        ),
        (
            "FROM a\nHEALTHCHECK --retries=1 --interval=x CMD y",
            {},
            [
                "2:25 dockerfile-flag-value: invalid value `x` of flag `--interval` | write at least 1 ms with a unit, such as `30s`"
            ],
        ),
        (
            "FROM a\nCOPY --chown=é --from=a\\\nbc${ / /",
            {},
            ["3:5 dockerfile-expansion: `abc${` cannot be expanded: missing `}` | None"],
        ),
        (
            "FROM a\nHEALTHCHECK CMD  [1]",
            {},
            [
                "2:18 dockerfile-json: JSON array of arguments contains other values than strings | put each argument in double quotes"
            ],
        ),
        (
            "FROM a\nHEALTHCHECK --retries=1 CMD \u3000",
            {},
            ["2:25 dockerfile-arguments: `HEALTHCHECK` needs `NONE`, or `CMD` and a command | None"],
        ),
        (
            "FROM --platform=a/\\\nb a$\\\n{",
            {},
            ["3:2 dockerfile-expansion: `a${` cannot be expanded: missing `}` | None"],
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
        (
            "FROM a\nrun --network=none --mount=from=B x",
            {},
            [
                "2:20 dockerfile-base-invalid: invalid image reference `B`: uppercase letter outside the host and the tag | did you mean `b`?"
            ],
        ),
        (
            "FROM a AS p\nONBUILD RUN --network=none --mount=from=B x\nFROM p",
            {},
            [
                "2:28 dockerfile-base-invalid: invalid image reference `B`: uppercase letter outside the host and the tag | did you mean `b`?"
            ],
        ),
        (
            "# syntax=A\nFROM a\nRUN x\n",
            {},
            [
                "1:10 dockerfile-frontend-invalid: invalid frontend `A`: uppercase letter outside the host and the tag | did you mean `a`?"
            ],
        ),
        (
            "# escape=`\n# syntax=A\nFROM a\nRUN x\nRUN y",
            {},
            [
                "2:10 dockerfile-frontend-invalid: invalid frontend `A`: uppercase letter outside the host and the tag | did you mean `a`?"
            ],
        ),
        (
            "# escape=`\n# check=a\nFROM a\nRUN x\nRUN y",
            {},
            [
                "2:9 dockerfile-directive: invalid `check` option `a` | the options are `skip=…`, `experimental=…` and `error=true`, separated by `;` without blanks"
            ],
        ),
        (
            "FROM a AS p\nONBUILD RUN x\nONBUILD NOPE\nFROM p AS q\nFROM p\nCOPY --from=q / /\nCOPY --from=9 / /",
            {},
            ["7:6 dockerfile-stage-index: unknown stage index `9` | stages have the indexes 0 to 2"],
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
    assert found[-1] == "None:None more-diagnostics: at least 901 more diagnostics are not shown | None"


def test_messages_of_lines_that_are_too_long() -> None:
    long = "x" * 65_536
    told_long = "{}:1 dockerfile-line-too-long: line longer than 65,535 bytes | split it; an instruction continues after a backslash at the end of a line"
    assert told(f"FROM a\nRUN {long}") == [told_long.format(2)]
    assert told(f"FROM a\nRUN <<E\n{long}\nE") == [
        "2:5 dockerfile-heredoc: heredoc `E` is cut off by line 3, which is too long | None",
        told_long.format(3),
    ]
    assert told(f"# {long}") == [
        "1:1 dockerfile-empty: no instructions in the file | begin with `FROM` and a base image",
        told_long.format(1),
    ]
