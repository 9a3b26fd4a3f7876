"""Which stages and images a build reaches: bases, sources, numbers, cycles, triggers, named contexts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deployspec import InvalidDockerfile
from deployspec._dockerfile import Argument, BuildImage, BuildImages, Dockerfile, parse_dockerfile
from deployspec._dockerfile.diagnostics import MAX_ERRORS
from deployspec._dockerfile.stages.stages import Trigger

if TYPE_CHECKING:
    from collections.abc import Mapping

MANY = 10_000


def images(
    text: str,
    *,
    args: Mapping[str, str] | None = None,
    target: str = "",
    platform: str = "linux/amd64",
    contexts: Mapping[str, str] | None = None,
) -> BuildImages:
    return parse_dockerfile(text).images(build_args=args, target=target, platform=platform, contexts=contexts)


def short(image: BuildImage) -> str:
    return image.reference.familiar.removesuffix(":latest")


def needed(found: BuildImages) -> list[str]:
    return [short(image) for image in found.needed]


def everything(found: BuildImages) -> list[str]:
    return [short(image) for image in found.all]


def rows(found: BuildImages) -> list[tuple[str, str, str, int]]:
    return [(short(image), image.platform, image.role, image.line) for image in found.needed]


def faults(text: str, *, target: str = "", platform: str = "linux/amd64") -> list[tuple[str, int | None]]:
    with pytest.raises(InvalidDockerfile) as caught:
        images(text, target=target, platform=platform)
    assert all(one.source == "Dockerfile" for one in caught.value.diagnostics)
    assert all((one.column is None) == (one.line is None) for one in caught.value.diagnostics)
    return [(one.code.removeprefix("dockerfile-"), one.line) for one in caught.value.diagnostics]


# What a file says


@pytest.mark.parametrize("text", ["FROM a\n", "FROM a\nFROM b\n"])
def test_an_ordinary_file_is_read_without_a_warning(text: str) -> None:
    assert parse_dockerfile(text).diagnostics == ()


def test_a_file_is_arguments_and_stages() -> None:
    file = parse_dockerfile(
        "# syntax=docker/dockerfile:1\nARG A=1 B C=\nFROM --platform=linux/arm64 alpine:$A AS Base\n"
        "COPY --from=x /a /b\nRUN --mount=from=y --mount=type=cache true\nADD z /\nONBUILD COPY --from=w /c /d\n"
        "FROM base\n"
    )
    assert file.arguments == (Argument("A", "1", 2), Argument("B", None, 2), Argument("C", "", 2))
    assert (file.escape, file.syntax, file.diagnostics) == ("\\", "docker/dockerfile:1", ())
    first, last = file.stages
    assert (first.name, first.base, first.platform, first.line) == ("base", "alpine:$A", "linux/arm64", 3)
    assert [(one.kind, one.value, one.line) for one in first.sources] == [
        ("copy", "x", 4),
        ("mount", "y", 5),
        ("mount", "", 5),
    ]
    assert first.triggers == (Trigger("COPY --from=w /c /d", 7),)
    assert (last.name, last.base, last.platform, last.line) == (None, "base", None, 8)
    assert (last.sources, last.triggers) == ((), ())


@pytest.mark.parametrize(
    ("text", "entrypoint", "cmd"),
    [
        ("FROM a\n", None, None),
        ('FROM a\nENTRYPOINT ["/bin/x", "-v"]\nCMD serve now\n', ("/bin/x", "-v"), "serve now"),
        ('FROM a\nENTRYPOINT one\nENTRYPOINT two\nCMD ["x"]\nCMD []\n', "two", ()),
        ("FROM a\nENTRYPOINT one\nCMD two\nFROM b\n", None, None),
        ("FROM scratch\n", (), ()),
        ("FROM a AS x\nENTRYPOINT one\nCMD two\nFROM x\n", "one", "two"),
        ("FROM a AS x\nENTRYPOINT one\nCMD two\nFROM x\nCMD three\n", "one", "three"),
        ("FROM a AS x\nENTRYPOINT one\nCMD two\nFROM x\nENTRYPOINT three\n", "three", ()),
        ("FROM a AS x\nCMD two\nFROM x AS y\nFROM y\n", None, "two"),
        ("ARG B=x\nFROM a AS x\nCMD two\nFROM $B\n", None, "two"),
        ("FROM a AS x\nCMD two\nFROM ${B^}\n", None, None),
        ("FROM a AS x\nCMD two\nONBUILD CMD three\nONBUILD RUN y\nFROM x\n", None, "three"),
        ("FROM a AS x\nONBUILD CMD three\nFROM x\nCMD four\n", None, "four"),
        ("FROM a AS x\nCMD two\nONBUILD ENTRYPOINT three\nFROM x\n", "three", ()),
        ("FROM a AS linux\nCMD x\nFROM $TARGETOS\n", None, "x"),
        ("FROM a\nCMD x\x1c\nENTRYPOINT \ty\x1f \n", "y\x1f", "x\x1c"),
        ("FROM a\nFROM b\nCMD last\n", None, "last"),
        ("FROM a AS b\nCMD x\nFROM $TARGETSTAGE AS b\n", None, "x"),
        ("FROM a AS p\nONBUILD NOPE\nONBUILD CMD y\nFROM p\n", None, "y"),
    ],
)
def test_the_last_stage_tells_what_starts(text: str, entrypoint: object, cmd: object) -> None:
    file = parse_dockerfile(text)
    assert (file.entrypoint, file.cmd) == (entrypoint, cmd)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ARG A=1\n", [("no-stage", 1)]),
        ("ARG A=1\n\nARG B\n", [("no-stage", 3)]),
        ("RUN x\nFROM a\n", [("no-stage", 1)]),
        ("ARG A\nRUN x\nCOPY a b\nFROM a\n", [("no-stage", 2)]),
        ("RUN x\n", [("no-stage", 1)]),
        ("NOPE\nRUN x\n", [("unknown-instruction", 1)]),
        ("FROM a b\nRUN x\n", [("arguments", 1)]),
        ("RUN x\nNOPE\nFROM a\n", [("no-stage", 1), ("unknown-instruction", 2)]),
        ("# check=x\nRUN x\nFROM a\n", [("directive", 1), ("no-stage", 2)]),
        ("ONBUILD RUN x\nFROM a\nFROM b\n", [("no-stage", 1)]),
        ("FROM a b\nFROM a AS 1\nNOPE\n", [("arguments", 1), ("stage-name", 2), ("unknown-instruction", 3)]),
    ],
)
def test_faults_of_the_whole_file_come_in_one_exception(text: str, expected: list[tuple[str, int]]) -> None:
    assert faults(text) == expected


# Bases


@pytest.mark.parametrize(
    ("text", "expected", "complete"),
    [
        ("FROM alpine\n", ["alpine"], ["alpine"]),
        ("FROM alpine:3 AS a\nFROM a\n", ["alpine:3"], ["alpine:3"]),
        ("FROM a AS x\nFROM b AS y\n", ["b"], ["a", "b"]),
        ("FROM x AS x\nFROM x\n", ["x"], ["x"]),
        ("FROM later\nFROM b AS later\n", ["b"], ["later", "b"]),
        ("FROM a AS x\nFROM b AS x\nFROM x\n", ["b"], ["a", "b"]),
        ("FROM a\nFROM 0\n", ["0"], ["a", "0"]),
        ("FROM scratch\n", [], []),
        ("FROM scratch:latest\n", ["scratch"], ["scratch"]),
        ("FROM a AS scratch\nFROM scratch\n", ["a"], ["a"]),
        ("FROM a AS scratch\nFROM b\nRUN --mount=type=cache,target=/c true\n", ["a", "b"], ["a", "b"]),
        ("FROM a\nFROM a\nCOPY --from=a /x /y\n", ["a"], ["a"]),
        ("FROM Foo/bar\n", ["Foo/bar"], ["Foo/bar"]),
    ],
)
def test_a_base_is_a_stage_seen_so_far_or_an_image(text: str, expected: list[str], complete: list[str]) -> None:
    found = images(text)
    assert needed(found) == expected
    assert everything(found) == complete


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a AS build\nFROM Build\n", [("base-invalid", 2)]),
        ("FROM Scratch\nFROM a\n", [("base-invalid", 1)]),
        ("FROM a:b:c AS x\nFROM scratch\n", [("base-invalid", 1)]),
        ("FROM " + "a" * 64 + "\n", [("base-invalid", 1)]),
        ("FROM a\nCOPY --from=A /x /y\n", [("base-invalid", 2)]),
        ("FROM a\nRUN --mount=from=a: true\n", [("base-invalid", 2)]),
        ("FROM $\n", [("base-invalid", 1)]),
    ],
)
def test_every_image_must_be_a_reference_reached_or_not(text: str, expected: list[tuple[str, int]]) -> None:
    assert faults(text) == expected


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "FROM $TAG\n",
            "base image `$TAG` is empty: `TAG` has no value",
            "declare it with `ARG TAG=…` before the first `FROM`; `--build-arg TAG=…` overrides that value",
        ),
        (
            "ARG A\nFROM ${A}${B}\n",
            "base image `${A}${B}` is empty: `A` has no value",
            "set it with `--build-arg A=…` or give it a default in the file",
        ),
        (
            "ARG V\nARG W=$V\nFROM $X$W\n",
            "base image `$X$W` is empty: `X` has no value",
            "declare it with `ARG X=…` before the first `FROM`; `--build-arg X=…` overrides that value",
        ),
        (
            "ARG V\nARG W=$V\nFROM $TARGETVARIANT$W\n",
            "base image `$TARGETVARIANT$W` is empty: `V` has no value",
            "set it with `--build-arg V=…` or give it a default in the file",
        ),
        ("FROM ''\n", "base image `''` is empty", "name an image, or `scratch` for an empty base"),
        (
            "ARG A=\nFROM $A\n",
            "base image `$A` is empty",
            "name an image, or `scratch` for an empty base",
        ),
    ],
)
def test_an_empty_base_names_the_argument_without_a_value(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        images(text)
    (one,) = caught.value.diagnostics
    assert (one.code, one.message) == ("dockerfile-base-empty", message)
    assert one.hint == hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (
            "ARG V\nARG W=$V\nFROM a:$W\n",
            "`V` has no value; set it with `--build-arg V=…` or give it a default in the file",
        ),
        ("ARG V\nARG W=$V\nFROM \\$W\n", "replace the variable with its value"),
        ("# escape=`\nARG V\nARG W=$V\nFROM `$W\n", "replace the variable with its value"),
        ("ARG V\nARG W=$V\nARG W=A\nFROM $W\n", "did you mean `a`?"),
    ],
)
def test_what_is_no_reference_names_the_argument_that_it_lacks(text: str, hint: str) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        images(text)
    assert [one.hint for one in caught.value.diagnostics] == [hint]


# Arguments


@pytest.mark.parametrize(
    ("text", "args", "expected"),
    [
        ("ARG T=3\nFROM a:$T\n", {}, "a:3"),
        ("ARG T=3\nFROM a:$T\n", {"T": "4"}, "a:4"),
        ("ARG T\nFROM a:$T\n", {"T": "4"}, "a:4"),
        ("ARG T\nFROM a:${T:-5}\n", {}, "a:5"),
        ("ARG T=3\nFROM a:${T:-5}\n", {"T": ""}, "a:5"),
        ("ARG T=3\nARG T\nFROM a:$T\n", {}, "a:3"),
        ("ARG T=3\nARG T=${T}1\nFROM a:$T\n", {}, "a:31"),
        ("ARG A=1 B=${A}2\nFROM a:$B\n", {}, "a:12"),
        ("ARG A=$B\nARG B=2\nFROM a:x$A\n", {}, "a:x"),
        ("FROM a:${T:-1}\n", {"T": "2"}, "a:1"),
        ("ARG T='$X'\nARG U=$T\nFROM a:${U#?}\n", {}, "a:X"),
        ("ARG T=${U:?no}\nFROM a:$T\n", {"T": "1"}, "a:1"),
        ("ARG t=1\nFROM a:${T:-2}\n", {}, "a:2"),
        ("FROM a:x${\u00e9_1-2}$\u00e91_b\n", {}, "a:x2"),
        ("FROM a AS x\nARG T=9\nFROM a:${T:-2}\n", {}, "a:2"),
        ("FROM a:$TARGETARCH-$BUILDOS\n", {}, "a:amd64-linux"),
        ("FROM a:$TARGETARCH\n", {"TARGETARCH": "own"}, "a:own"),
        ("FROM a:x${TARGETVARIANT-unset}\n", {}, "a:x"),
        ("FROM a:$TARGETSTAGE\n", {}, "a:default"),
        ("FROM a:$TARGETSTAGE AS Last\n", {}, "a:last"),
        ("# escape=`\nFROM a:`3\n", {}, "a:3"),
    ],
)
def test_a_base_sees_the_arguments_before_the_first_stage(text: str, args: dict[str, str], expected: str) -> None:
    assert needed(images(text, args=args))[-1] == expected


def test_the_argument_of_the_target_is_as_typed() -> None:
    assert needed(images("FROM a:$TARGETSTAGE AS one\nFROM b\n", target="One")) == ["a:One"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ARG A=${B:?no}\nFROM a\n", [("expansion", 1)]),
        ("ARG A=${B^^}\nFROM a:${A:-1}\n", [("expansion", 1)]),
        ("FROM a\nFROM ${X\n", [("expansion", 2)]),
        ("FROM --platform=${X a\n", [("expansion", 1)]),
        ("FROM a\nCOPY --from=${X /y /z\n", [("expansion", 2)]),
        (
            "ARG A=${X^}\nFROM ${Y^}\nFROM a\nCOPY --from=$Z / /\n",
            [("expansion", 1), ("expansion", 2), ("from-variable", 4)],
        ),
    ],
)
def test_an_expansion_that_fails_is_told_used_or_not(text: str, expected: list[tuple[str, int]]) -> None:
    assert faults(text) == expected


def test_an_argument_that_doubles_thirty_times_is_bounded() -> None:
    text = "ARG A0=0123456789\n" + "".join(f"ARG A{at}=$A{at - 1}$A{at - 1}\n" for at in range(1, 31)) + "FROM a\n"
    found = faults(text)
    # 40,960 characters fit, 81,920 do not; what could not be expanded stays unset, so the rest is told no more.
    assert found == [("expansion-too-large", 14)]


@pytest.mark.parametrize("epoch", ["", "0", "-1", "+1", "00", "9223372036854775807", "-9223372036854775808"])
def test_the_epoch_is_an_integer_of_64_bits(epoch: str) -> None:
    assert needed(images("FROM a\n", args={"SOURCE_DATE_EPOCH": epoch})) == ["a"]


@pytest.mark.parametrize(
    "epoch", ["x", "1.5", "1_0", " 1", "+", "--1", "\u0663", "9223372036854775808", "-9223372036854775809", "9" * 20]
)
def test_what_is_no_epoch(epoch: str) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        images("FROM a\n", args={"SOURCE_DATE_EPOCH": epoch})
    (one,) = caught.value.diagnostics
    assert (one.code, one.line, one.column) == ("dockerfile-source-date-epoch", None, None)


@pytest.mark.parametrize("epoch", ["s", "S", "context", "CONTEXT", "Ctx"])
def test_the_epoch_may_be_a_name_of_which_only_a_context_has_a_case(epoch: str) -> None:
    args, contexts = {"SOURCE_DATE_EPOCH": epoch}, {"Ctx": "docker-image://b"}
    assert needed(parse_dockerfile("FROM a AS S\n").images(build_args=args, contexts=contexts)) == ["a"]


@pytest.mark.parametrize("epoch", ["ctx", "CTX", "a", "t"])
def test_the_epoch_is_not_the_name_of_a_context_in_another_case(epoch: str) -> None:
    args, contexts = {"SOURCE_DATE_EPOCH": epoch}, {"Ctx": "docker-image://b"}
    with pytest.raises(InvalidDockerfile, match="is not an integer"):
        parse_dockerfile("FROM a AS S\n").images(build_args=args, contexts=contexts)


# A broken megabyte


@pytest.mark.parametrize(
    ("before", "wrong", "after"),
    [
        ("", "FOO\n", ""),
        ("FROM a\n", "RUN --x y\n", ""),
        ("", "FROM A\n", ""),
        ("", "ARG A=${\n", "FROM a"),
        ("FROM a\n", "COPY --from=9 a b\n", ""),
        ("FROM a AS s\n", "ONBUILD FOO\n", "FROM s"),
    ],
)
def test_a_file_of_faults_is_not_read_to_its_end(before: str, wrong: str, after: str) -> None:
    # In the last line that is read, and in the one behind it.
    for times, count in ((MAX_ERRORS, "900"), (MAX_ERRORS + 1, "at least 901"), (MAX_ERRORS + 9, "at least 901")):
        with pytest.raises(InvalidDockerfile) as caught:
            images(before + wrong * times + after)
        assert caught.value.diagnostics[-1].message == f"{count} more diagnostics are not shown"
        assert [one.line for one in caught.value.diagnostics[:2]] == [before.count("\n") + 1, before.count("\n") + 2]


def test_an_instruction_of_faults_is_not_checked_to_its_end() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        images("FROM a\nRUN " + "--x " * (MAX_ERRORS + 9) + "y\n")
    assert caught.value.diagnostics[-1].message == "at least 901 more diagnostics are not shown"


def test_images_of_one_name_are_one_reference() -> None:
    found = images("FROM a AS x\nFROM --platform=linux/arm64 a\nCOPY --from=x / /\n")
    assert len(found.needed) == 2
    assert found.needed[0].reference is found.needed[1].reference


# Platforms


@pytest.mark.parametrize(
    ("text", "platform", "expected"),
    [
        ("FROM a\n", "linux/x86_64", [("a", "linux/amd64", "from", 1)]),
        ("FROM a\n", "linux/arm", [("a", "linux/arm/v7", "from", 1)]),
        ("FROM a\n", "linux/arm64/v8", [("a", "linux/arm64", "from", 1)]),
        ("FROM --platform=linux/arm a\n", "linux/amd64", [("a", "linux/arm", "from", 1)]),
        ("FROM --platform=linux/arm64/v8 a\n", "linux/amd64", [("a", "linux/arm64/v8", "from", 1)]),
        ("FROM --platform= a\n", "linux/amd64", [("a", "linux/amd64", "from", 1)]),
        (
            "FROM --platform=windows(10.0.1+win32k)/amd64 a\n",
            "linux/amd64",
            [("a", "windows(10.0.1+win32k)/amd64", "from", 1)],
        ),
        ("FROM --platform=windows(10.0.1)/arm/v8 a\n", "linux/amd64", [("a", "windows(10.0.1)/arm/v8", "from", 1)]),
        ("FROM --platform=$BUILDPLATFORM a\n", "linux/arm64", [("a", "linux/amd64", "from", 1)]),
        (
            "FROM --platform=linux/arm64 a AS x\nFROM --platform=linux/s390x x\n",
            "linux/amd64",
            [("a", "linux/arm64", "from", 1)],
        ),
        (
            "FROM --platform=linux/arm64 a\nCOPY --from=b / /\nRUN --mount=from=c true\n",
            "linux/amd64",
            [("a", "linux/arm64", "from", 1), ("b", "linux/amd64", "copy", 2), ("c", "linux/amd64", "mount", 3)],
        ),
        (
            "FROM --platform=linux/arm64 a AS x\nFROM a\nCOPY --from=x / /\n",
            "linux/amd64",
            [("a", "linux/arm64", "from", 1), ("a", "linux/amd64", "from", 2)],
        ),
    ],
)
def test_each_image_has_its_platform_role_and_line(
    text: str, platform: str, expected: list[tuple[str, str, str, int]]
) -> None:
    assert rows(images(text, platform=platform)) == expected


def test_a_build_is_of_the_last_stage_for_linux_on_amd64_unless_asked_otherwise() -> None:
    file = parse_dockerfile("FROM a AS x\nFROM --platform=$BUILDPLATFORM b\nFROM --platform=$TARGETPLATFORM c\n")
    assert rows(file.images()) == [("c", "linux/amd64", "from", 3)]
    assert {image.platform for image in file.images().all} == {"linux/amd64"}


def test_the_build_platform_is_the_builders() -> None:
    file = parse_dockerfile("FROM --platform=$BUILDPLATFORM a:$BUILDARCH$BUILDVARIANT\n")
    (image,) = file.images(platform="linux/s390x", build_platform="linux/arm").needed
    assert (short(image), image.platform) == ("a:armv7", "linux/arm/v7")
    (image,) = parse_dockerfile("FROM --platform=linux a\n").images(build_platform="linux/s390x").needed
    assert image.platform == "linux/s390x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM --platform=$NONE a\n", [("platform", 1)]),
        ("FROM --platform=a/b/c/d a AS x\nFROM b\n", [("platform", 1)]),
        ("ARG P\nFROM --platform=$P a\n", [("platform", 2)]),
        ("FROM --platform=plan a\nFROM --platform=linux/ b\n", [("platform", 1), ("platform", 2)]),
    ],
)
def test_what_is_no_platform_of_a_stage(text: str, expected: list[tuple[str, int]]) -> None:
    assert faults(text) == expected


def test_the_target_platform_is_checked() -> None:
    assert faults("FROM a\n", platform="no/such/plat/form") == [("platform", None)]
    with pytest.raises(InvalidDockerfile, match="invalid platform `nowhere`"):
        parse_dockerfile("FROM a\n").images(build_platform="nowhere")


# Targets


@pytest.mark.parametrize(
    ("target", "expected"), [("", ["c"]), ("one", ["a"]), ("ONE", ["a"]), ("two", ["a", "b"]), ("three", ["c"])]
)
def test_only_what_the_target_reaches_is_needed(target: str, expected: list[str]) -> None:
    text = "FROM a AS one\nFROM b AS two\nCOPY --from=one / /\nFROM c AS three\n"
    found = images(text, target=target)
    assert needed(found) == expected
    assert everything(found) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [("FROM a AS x\nFROM b AS y\n", "the stages are `x`, `y`"), ("FROM a\n", "no stage in the file has a name")],
)
@pytest.mark.parametrize("target", ["z", "0", "a"])
def test_an_unknown_target_is_refused(text: str, hint: str | None, target: str) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        images(text, target=target)
    (one,) = caught.value.diagnostics
    assert (one.code, one.line, one.hint) == ("dockerfile-target-unknown", None, hint)
    assert one.message == f"unknown stage `{target}`"


def test_no_more_than_ten_stages_are_named_for_an_unknown_target() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        images("".join(f"FROM a AS s{at}\n" for at in range(11)), target="z")
    assert caught.value.diagnostics[0].hint == "the stages are " + ", ".join(f"`s{at}`" for at in range(10))


# Sources


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a AS x\nFROM b\nCOPY --from=X / /\n", ["a", "b"]),
        ("FROM b\nCOPY --from=x / /\nFROM a AS x\n", ["a"]),
        ("FROM a AS x\nFROM c\nCOPY --from=b / /\n" + "COPY --from=x / /\n" * 2, ["a", "c", "b"]),
        ("FROM a AS x\nFROM c AS x\nFROM b\nCOPY --from=x / /\n", ["c", "b"]),
        ("FROM a\nFROM b\nCOPY --from=0 / /\n", ["a", "b"]),
        ("FROM a\nFROM b\nCOPY --from=+00 / /\n", ["a", "b"]),
        ("FROM a\nFROM b\nRUN --mount=from=0 true\n", ["b", "0"]),
        ("FROM a\nFROM b\nRUN --mount=type=ssh,FROM=c true\n", ["b", "c"]),
        ("FROM b\nCOPY --from=scratch / /\nRUN --mount=type=cache,target=/x true\n", ["b"]),
        ("FROM b\nCOPY /x --from=c /y\nADD c /z\n", ["b"]),
        ("FROM b\nCOPY --from= /x /y\n", ["b"]),
        ("FROM b\nCOPY --from=c <<EOF /y\nx\nEOF\n", ["b", "c"]),
        ("FROM b AS x\nFROM scratch\nCOPY --from=c / /\nCOPY --from=2 / /\n", ["c"]),
        ("FROM b\nRUN --mount=type=cache,target=/x --mount=from=d true\nCOPY --from=2 / /\n", ["b", "d"]),
        ("FROM b\nCOPY --from=9223372036854775808 / /\n", ["b", "9223372036854775808"]),
        ("FROM b\nCOPY --from=c / /\nCOPY --from=1 / /\nCOPY --from=2 / /\n", ["b", "c"]),
    ],
)
def test_a_source_is_a_stage_a_number_or_an_image(text: str, expected: list[str]) -> None:
    assert needed(images(text)) == expected


def test_a_number_counts_images_of_other_stages_too() -> None:
    text = "FROM a AS one\nCOPY --from=x / /\nFROM b AS two\nCOPY --from=3 / /\nFROM c AS three\n"
    found = images(text, target="two")
    assert rows(found) == [("x", "linux/amd64", "copy", 2), ("b", "linux/amd64", "from", 3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a AS u\nCOPY --from=9 / /\nFROM b\n", [("stage-index", 2)]),
        ("FROM a\nCOPY --from=-1 / /\n", [("stage-index", 2)]),
        ("FROM a\nCOPY --from=1 / /\nCOPY --from=x / /\n", [("stage-index", 2)]),
        ("ARG V=x\nFROM a\nCOPY --from=$V / /\n", [("from-variable", 3)]),
        ("FROM a\nCOPY --from='\"x\"' / /\n", [("from-variable", 2)]),
        ("FROM a\nCOPY --from=x$ / /\n", [("base-invalid", 2)]),
        ("FROM a\nRUN --mount=from=$V true\n", [("from-variable", 2)]),
    ],
)
def test_a_source_that_names_nothing_is_refused_in_any_stage(text: str, expected: list[tuple[str, int]]) -> None:
    assert faults(text) == expected


@pytest.mark.parametrize(
    ("text", "expected", "label"),
    [
        ("FROM a AS x\nCOPY --from=x / /\n", [("circular", 2)], "stage `x`"),
        ("FROM a\nRUN x\nCOPY --from=0 / /\nFROM b\n", [("circular", 3)], "stage on line 1"),
        ("FROM a AS x\nRUN --mount=from=y true\nFROM b AS y\nCOPY --from=x / /\n", [("circular", 2)], "stage `x`"),
        (
            "FROM a AS c\nCOPY --from=x / /\nFROM a AS x\nCOPY --from=y / /\nFROM b AS y\nCOPY --from=x / /\n",
            [("circular", 4)],
            "stage `x`",
        ),
        (
            "FROM a AS x\nCOPY --from=x / /\nFROM b\nCOPY --from=1 / /\n",
            [("circular", 2), ("circular", 4)],
            "stage `x`",
        ),
        ("FROM a AS x\nCOPY --from=b / /\nCOPY --from=x / /\n", [("circular", 3)], "stage `x`"),
        # Told once, be it found from another stage or at another place.
        ("FROM a AS x\nCOPY --from=x / /\nFROM b AS y\nCOPY --from=x / /\n", [("circular", 2)], "stage `x`"),
        (
            (
                "FROM a AS x\nCOPY --from=y / /\nCOPY --from=z / /\n"
                "FROM b AS y\nCOPY --from=x / /\nFROM b AS z\nCOPY --from=x / /\n"
            ),
            [("circular", 2)],
            "stage `x`",
        ),
    ],
)
def test_a_stage_cannot_take_files_from_itself(text: str, expected: list[tuple[str, int]], label: str) -> None:
    assert faults(text) == expected
    with pytest.raises(InvalidDockerfile, match=f"{label} depends on itself"):
        images(text)


def test_what_a_stage_stands_on_makes_no_cycle() -> None:
    # BuildKit refuses it later, when the images have been asked for.
    assert needed(images("FROM a AS x\nCOPY --from=y / /\nFROM x AS y\n")) == ["a"]


def test_stages_that_share_a_source_are_no_cycle() -> None:
    text = "FROM a AS x\nFROM x AS y\nFROM x AS z\nCOPY --from=y / /\nCOPY --from=x / /\n"
    assert needed(images(text)) == ["a"]


def test_stages_that_each_take_twice_from_the_next_are_walked_once() -> None:
    # There are more ways through them than could be walked.
    stages = "".join(f"FROM scratch AS s{at}\n" + f"COPY --from=s{at + 1} / /\n" * 2 for at in range(60))
    assert rows(images(f"{stages}FROM a AS s60\nFROM s0\n")) == [("a", "linux/amd64", "from", 181)]


def test_ten_thousand_stages_may_take_from_each_other() -> None:
    stages = "".join(f"FROM scratch AS s{at}\nCOPY --from=s{at - 1} / /\n" for at in range(1, MANY))
    assert rows(images("FROM a AS s0\n" + stages)) == [("a", "linux/amd64", "from", 1)]
    ring = f"FROM a AS s0\nCOPY --from=s{MANY - 1} / /\n" + stages
    assert faults(ring) == [("circular", 2)]


def test_ten_thousand_stages_may_stand_on_each_other() -> None:
    stages = "".join(f"FROM s{at - 1} AS s{at}\n" for at in range(1, MANY))
    found = images("FROM a AS s0\n" + stages)
    assert needed(found) == everything(found) == ["a"]


# Triggers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a AS p\nONBUILD COPY --from=x / /\nFROM p\n", ["a", "x"]),
        ("FROM a AS p\nONBUILD COPY --from=x / /\nFROM b\nCOPY --from=p / /\n", ["a", "b"]),
        ("FROM a\nONBUILD COPY --from=x / /\n", ["a"]),
        ("FROM a AS p\nONBUILD COPY --from=x / /\nONBUILD COPY --from=y / /\nFROM p\n", ["a", "x", "y"]),
        ("FROM a AS p\nONBUILD RUN --mount=from=x true\nFROM p AS c\nFROM b\n", ["b"]),
        ("FROM a AS s\nFROM b AS p\nONBUILD COPY --from=s / /\nFROM p\n", ["a", "b"]),
        ("FROM a AS s\nFROM b AS p\nONBUILD COPY --from=0 / /\nFROM p\n", ["a", "b"]),
        ("FROM a AS p\nONBUILD COPY --from=x / /\nFROM p AS q\nFROM q\n", ["a", "x"]),
        ("FROM a AS p\nONBUILD ENV A=b\nFROM p\n", ["a"]),
        # BuildKit takes `ONBUILD` off in ASCII alone, so that this trigger is another `ONBUILD`.
        ("FROM a AS p\nONBU\u0130LD COPY --from=x / /\nFROM p\n", ["a"]),
        (
            "FROM a AS p\nONBUILD COPY --from=q / /\nFROM b AS r\nONBUILD COPY --from=x / /\nFROM r AS q\nFROM p\n",
            ["a", "b", "x"],
        ),
    ],
)
def test_triggers_fire_in_the_stages_that_stand_on_theirs(text: str, expected: list[str]) -> None:
    assert needed(images(text)) == expected


def test_a_trigger_is_kept_as_written_with_its_heredocs() -> None:
    # A NUL leaves the whole file, with its line ends, to the lexer.
    text = '# \0\nFROM a\nONBUILD RUN <<EX\r\n\n x X\r\n\n\t z \r\nEX\r\n\r\nONBUILD RUN <<"E "\nx\nE \n'
    assert parse_dockerfile(text).stages[0].triggers == (
        Trigger("RUN <<EX\n\n x X\n\n\t z \nEX", 3),
        Trigger('RUN <<"E "\nx\nE ', 10),
    )


def test_the_image_of_a_trigger_has_the_line_of_the_trigger() -> None:
    text = "FROM a AS p\n\nONBUILD RUN --mount=from=x true\nFROM --platform=linux/arm64 p\n"
    assert rows(images(text)) == [("a", "linux/amd64", "from", 1), ("x", "linux/amd64", "mount", 3)]


@pytest.mark.parametrize(
    ("trigger", "code"),
    [
        ("NOPE x", "unknown-instruction"),
        ("COPY x", "arguments"),
        ("COPY --from=9 / /", "stage-index"),
        ("COPY --from=$X / /", "from-variable"),
        ("COPY --from=A / /", "base-invalid"),
    ],
)
def test_a_trigger_is_checked_where_it_fires(trigger: str, code: str) -> None:
    text = f"FROM a AS p\nRUN x\nONBUILD {trigger}\n"
    assert needed(images(text)) == ["a"]
    assert faults(text + "FROM p\n") == [(code, 3)]


@pytest.mark.parametrize(
    ("text", "told"),
    [("FROM a\n", True), ("FROM scratch\n", False), ("FROM scratch\nCOPY --from=a / /\n", False)],
)
def test_triggers_of_an_external_base_are_unknown(text: str, *, told: bool) -> None:
    unknowns = images(text).unknowns
    assert [(one.code, one.severity) for one in unknowns] == [("dockerfile-onbuild-unknown", "note")] * told


# Named contexts

TWO_STAGES = "FROM a:1 AS one\nCOPY --from=x / /\nFROM one\n"


@pytest.mark.parametrize(
    ("text", "contexts", "expected"),
    [
        (TWO_STAGES, {}, ["a:1", "x"]),
        (TWO_STAGES, {"one": "docker-image://b"}, ["b", "x"]),
        (TWO_STAGES, {"one": "./folder"}, ["x"]),
        (TWO_STAGES, {"one": "https://git.example/x.git"}, ["x"]),
        (TWO_STAGES, {"one": "docker-image://scratch"}, ["x"]),
        (TWO_STAGES, {"a": "docker-image://b"}, ["a:1", "x"]),
        (TWO_STAGES, {"a:1": "docker-image://b:2"}, ["b:2", "x"]),
        (TWO_STAGES, {"a:1": "docker-image://x", "x": "docker-image://y"}, ["x", "y"]),
        (TWO_STAGES, {"x": "oci-layout://folder"}, ["a:1"]),
        ("FROM a\n", {"a": "docker-image://b"}, ["b"]),
        ("FROM a\n", {"a:latest": "docker-image://b"}, ["a"]),
        ("FROM a\n", {"docker.io/library/a": "docker-image://b"}, ["a"]),
        ("FROM docker.io/library/a:latest\n", {"a": "docker-image://b"}, ["b"]),
        ("FROM ghcr.io/a/b\n", {"ghcr.io/a/b": "docker-image://c"}, ["c"]),
        ("FROM a\n", {"a::linux/amd64": "docker-image://b", "a": "docker-image://c"}, ["b"]),
        ("FROM a\n", {"a::linux/arm64": "docker-image://b", "a": "docker-image://c"}, ["c"]),
        ("FROM scratch\n", {"scratch": "docker-image://b"}, []),
        ("FROM context\n", {"context": "docker-image://b"}, ["b"]),
        ("FROM a AS context\n", {"context": "docker-image://b"}, ["a"]),
        ("FROM a\n", {"a": "docker-image:b"}, ["b"]),
        ("FROM --platform=linux/arm a AS p\n", {"p::linux/arm/v7": "docker-image://b"}, ["b"]),
        ("FROM --platform=linux/arm a\n", {"a::linux/arm/v7": "docker-image://b"}, ["b"]),
    ],
)
def test_named_contexts_replace_stages_and_images(text: str, contexts: dict[str, str], expected: list[str]) -> None:
    assert needed(images(text, contexts=contexts)) == expected


def test_a_named_context_keeps_a_digest_in_its_key() -> None:
    name = "a@sha256:" + "0" * 64
    assert needed(images(f"FROM {name}\n", contexts={name: "docker-image://b"})) == ["b"]
    assert needed(images(f"FROM {name}\n", contexts={"a": "docker-image://b"})) == [name]


def test_a_replaced_stage_loses_its_base_and_nothing_else() -> None:
    text = "FROM a AS p\nCOPY --from=c / /\nONBUILD COPY --from=x / /\nFROM p AS q\n"
    assert needed(images(text, contexts={"p": "docker-image://b"})) == ["b", "c", "x"]
    assert needed(images(text, contexts={"q": "docker-image://b"})) == ["b"]
    with pytest.raises(InvalidDockerfile, match="circular"):
        images("FROM a AS p\nCOPY --from=p / /\n", contexts={"p": "docker-image://b"})


def test_a_replaced_stage_must_still_name_a_reference() -> None:
    with pytest.raises(InvalidDockerfile, match="base-invalid"):
        images("FROM A AS p\n", contexts={"p": "./folder"})


@pytest.mark.parametrize(
    ("text", "name"),
    [("FROM x\nFROM a\n", "a"), ("FROM x\nFROM b AS a\n", "a"), ("FROM x\nCOPY --from=a / /\n", "a")],
)
def test_a_context_that_is_no_reference_is_refused(text: str, name: str) -> None:
    with pytest.raises(
        InvalidDockerfile, match="invalid image reference in build context `docker-image://B`"
    ) as caught:
        images(text, contexts={name: "docker-image://B"})
    (one,) = caught.value.diagnostics
    assert (one.code, one.line) == ("dockerfile-base-invalid", 2)


# Frontend

WITH_SYNTAX = "# syntax=docker/dockerfile:1\nFROM a\n"


@pytest.mark.parametrize(
    ("text", "args", "expected"),
    [
        ("FROM a\n", {}, None),
        (WITH_SYNTAX, {}, "docker.io/docker/dockerfile:1"),
        (WITH_SYNTAX, {"BUILDKIT_SYNTAX": "own/frontend"}, "docker.io/own/frontend:latest"),
        (WITH_SYNTAX, {"BUILDKIT_SYNTAX": " own/frontend:2  --debug"}, "docker.io/own/frontend:2"),
        (WITH_SYNTAX, {"BUILDKIT_SYNTAX": " "}, "docker.io/docker/dockerfile:1"),
        ("FROM a\n", {"BUILDKIT_SYNTAX": "own/frontend"}, "docker.io/own/frontend:latest"),
    ],
)
def test_the_frontend_stands_apart(text: str, args: dict[str, str], expected: str | None) -> None:
    found = images(text, args=args)
    assert (None if found.frontend is None else str(found.frontend)) == expected
    assert needed(found) == everything(found) == ["a"]


def test_a_frontend_that_is_no_reference_is_refused() -> None:
    assert faults("# syntax=A\nFROM a\n") == [("frontend-invalid", 1)]
    with pytest.raises(InvalidDockerfile, match="frontend-invalid"):
        images("FROM a\n", args={"BUILDKIT_SYNTAX": "A"})


def test_values_are_equal_by_what_they_hold() -> None:
    assert isinstance(parse_dockerfile(b"FROM a"), Dockerfile)
    assert parse_dockerfile(b"FROM a\n") == parse_dockerfile("FROM a")
    assert images(TWO_STAGES) == images(TWO_STAGES)


def test_a_trigger_that_fires_may_hold_a_heredoc() -> None:
    images = parse_dockerfile("FROM a AS p\nONBUILD RUN <<EOF\nx\nEOF\nFROM p\n").images()
    assert [str(one.reference) for one in images.needed] == ["docker.io/library/a:latest"]


@pytest.mark.parametrize("trigger", ["# x", "COPY --from=99 /x /y", "NOPE"])
def test_a_trigger_s_fault_counts_where_it_fires_alone(trigger: str) -> None:
    head = f"FROM a AS p\nONBUILD {trigger}\nFROM p AS c\n"
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile(head).images()
    assert {one.line for one in caught.value.diagnostics} == {2}
    assert parse_dockerfile(head + "FROM alpine\n").images().needed[0].reference.name == "alpine"


def test_a_context_that_is_no_reference_counts_where_it_is_needed_alone() -> None:
    contexts = {"u": "docker-image://X X"}
    images = parse_dockerfile("FROM a AS u\nFROM b\n").images(contexts=contexts)
    assert [one.reference.name for one in images.needed] == ["b"]
    with pytest.raises(InvalidDockerfile, match="invalid image reference"):
        parse_dockerfile("FROM a AS u\n").images(contexts=contexts)


def test_numbers_of_any_length_are_read() -> None:
    images = parse_dockerfile(f"FROM a\nFROM b\nCOPY --from={'0' * 5000} /a /b\n").images()
    assert [one.reference.name for one in images.needed] == ["a", "b"]


@pytest.mark.parametrize("text", ["FROM https://ada:hunter2@quay.io/a/b", "# syntax=ada:hunter2@quay.io/x\nFROM a"])
def test_a_login_in_the_place_of_an_image_is_not_quoted(text: str) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile(text).images()
    assert "hunter2" not in str(caught.value.diagnostics)
    assert "quay.io" in str(caught.value)


def test_a_login_in_the_place_of_a_context_is_not_quoted() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("FROM a").images(contexts={"a": "docker-image://ada:hunter2@quay.io/a"})
    assert "hunter2" not in str(caught.value.diagnostics)


def test_an_argument_without_a_value_is_named_through_others() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("ARG V\nARG W=$V\nARG X=$W\nFROM $X").images()
    (fault,) = caught.value.diagnostics
    assert (fault.message, fault.line) == ("base image `$X` is empty: `V` has no value", 4)
    assert "--build-arg V=" in (fault.hint or "")
    assert parse_dockerfile("ARG V\nARG W=$V\nARG W=a\nFROM $W").images().needed
    with pytest.raises(InvalidDockerfile, match="is empty"):
        parse_dockerfile("ARG W=\nFROM $W").images()


def test_triggers_fire_in_so_many_places_at_most() -> None:
    def file(children: int) -> str:
        triggers = "ONBUILD COPY --from=q / /\n" * 400
        stages = "".join(f"FROM b AS c{number}\n" for number in range(children))
        return f"FROM a AS b\n{triggers}{stages}FROM a\n" + "".join(f"COPY --from=c{n} / /\n" for n in range(children))

    assert needed(images(file(250))) == ["a", "q"]
    with pytest.raises(InvalidDockerfile) as caught:
        images(file(251))
    (one,) = caught.value.diagnostics
    assert (one.code, one.line, one.column) == ("dockerfile-expansion-too-large", 2, 9)
    assert one.message == "`ONBUILD` triggers copy or mount files from more than 100,000 sources"
