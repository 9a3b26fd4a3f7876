"""The variables that FROM instructions can use."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.building import faults, images, needed

from deployspec import InvalidDockerfile, parse_dockerfile


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
def test_a_failed_expansion_is_reported_used_or_not(text: str, expected: list[tuple[str, int]]) -> None:
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
def test_an_invalid_epoch_is_refused(epoch: str) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        images("FROM a\n", args={"SOURCE_DATE_EPOCH": epoch})
    (one,) = caught.value.diagnostics
    assert (one.code, one.line, one.column) == ("dockerfile-source-date-epoch", None, None)


CONTEXTS = {
    "ctx": "docker-image://b",
    "quay.io/acme/ctx": "docker-image:c",
    "folder": "./folder",
    "arm::linux/arm64": "docker-image://d",
}


@pytest.mark.parametrize(
    ("epoch", "expected"),
    [
        ("s", ["a"]),
        ("context", ["a"]),
        ("folder", ["a"]),
        ("ctx", ["b", "a"]),
        ("ctx:latest", ["b", "a"]),
        ("docker.io/library/ctx", ["b", "a"]),
        ("quay.io/acme/ctx", ["c", "a"]),
    ],
)
def test_the_epoch_may_name_a_stage_or_a_context_whose_image_is_pulled(epoch: str, expected: list[str]) -> None:
    found = images("FROM a AS S\n", args={"SOURCE_DATE_EPOCH": epoch}, contexts=CONTEXTS)
    assert (needed(found), found.all) == (expected, found.needed)


def test_a_context_for_the_epoch_is_pulled_for_the_builder_whatever_the_target_is() -> None:
    text = "FROM a AS t\nFROM b\nARG SOURCE_DATE_EPOCH=no\n"
    file = parse_dockerfile("ARG X=1\nARG SOURCE_DATE_EPOCH=arm\n" + text)
    found = file.images(target="t", platform="linux/amd64", build_platform="linux/arm64", contexts=CONTEXTS)
    assert [(image.reference.familiar, image.platform, image.role, image.line) for image in found.needed] == [
        ("d:latest", "linux/arm64", "copy", 2),
        ("a:latest", "linux/amd64", "from", 3),
    ]
    assert [image.reference.familiar for image in found.all] == ["d:latest", "a:latest", "b:latest"]


def test_a_context_for_the_epoch_does_not_move_the_numbers_of_states() -> None:
    text = "FROM a AS s\nCOPY --from=0 / /\n"
    with pytest.raises(InvalidDockerfile, match="depends on itself"):
        images(text, args={"SOURCE_DATE_EPOCH": "ctx"}, contexts=CONTEXTS)


@pytest.mark.parametrize("epoch", ["S", "CONTEXT", "Ctx", "CTX", "ctx:2", "a", "t", "arm"])
def test_the_epoch_is_not_another_name(epoch: str) -> None:
    with pytest.raises(InvalidDockerfile, match="is not an integer"):
        images("FROM a AS S\n", args={"SOURCE_DATE_EPOCH": epoch}, contexts={**CONTEXTS, "Ctx": "docker-image://b"})


def test_a_flag_in_quotes_is_the_place_of_its_expansion_error() -> None:
    file = parse_dockerfile('FROM --platform="${A:?no}" alpine\n')
    with pytest.raises(InvalidDockerfile) as caught:
        file.images()
    error = caught.value.diagnostics[0]
    assert (error.code, error.line, error.column) == ("dockerfile-expansion", 1, 18)
