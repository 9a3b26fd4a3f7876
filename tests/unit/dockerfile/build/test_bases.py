"""The base image and the platform of a stage."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.building import everything, faults, images, needed

from deployspec import InvalidDockerfile, parse_dockerfile


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
def test_a_base_is_an_earlier_stage_or_an_image(text: str, expected: list[str], complete: list[str]) -> None:
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
def test_every_image_must_be_a_valid_reference_needed_or_not(text: str, expected: list[tuple[str, int]]) -> None:
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
            "base image `${A}${B}` is empty: `A` and `B` have no value",
            (
                "set it with `--build-arg A=…` or give it a default in the file; declare it with `ARG B=…` before "
                "the first `FROM`; `--build-arg B=…` overrides that value"
            ),
        ),
        (
            "ARG V\nARG W=$V\nFROM $X$W\n",
            "base image `$X$W` is empty: `X` and `V` have no value",
            (
                "set it with `--build-arg V=…` or give it a default in the file; declare it with `ARG X=…` before "
                "the first `FROM`; `--build-arg X=…` overrides that value"
            ),
        ),
        (
            "ARG V\nARG W=$V\nFROM $TARGETVARIANT$W\n",
            "base image `$TARGETVARIANT$W` is empty: `V` has no value, and `TARGETVARIANT` is empty",
            (
                "set it with `--build-arg V=…` or give it a default in the file; choose a platform that sets "
                "`TARGETVARIANT`"
            ),
        ),
        ("FROM ''\n", "base image `''` is empty", "name an image, or `scratch` for an empty base"),
        (
            "ARG A=\nFROM $A\n",
            "base image `$A` is empty: `A` is empty",
            "set it with `--build-arg A=…` or give it a default in the file",
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
            "set it with `--build-arg V=…` or give it a default in the file",
        ),
        ("ARG V\nARG W=$V\nFROM \\$W\n", "replace the variable with its value"),
        ("# escape=`\nARG V\nARG W=$V\nFROM `$W\n", "replace the variable with its value"),
        ("ARG V\nARG W=$V\nARG W=A\nFROM $W\n", "did you mean `a`?"),
    ],
)
def test_the_hint_for_an_invalid_reference_names_the_argument_without_a_value(text: str, hint: str) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        images(text)
    assert [one.hint for one in caught.value.diagnostics] == [hint]


def test_images_of_one_name_are_one_reference() -> None:
    found = images("FROM a AS x\nFROM --platform=linux/arm64 a\nCOPY --from=x / /\n")
    assert len(found.needed) == 2
    assert found.needed[0].reference is found.needed[1].reference


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM --platform=$NONE a\n", [("platform", 1)]),
        ("FROM --platform=a/b/c/d a AS x\nFROM b\n", [("platform", 1)]),
        ("ARG P\nFROM --platform=$P a\n", [("platform", 2)]),
        ("FROM --platform=plan a\nFROM --platform=linux/ b\n", [("platform", 1), ("platform", 2)]),
    ],
)
def test_invalid_platforms_of_stages_are_refused(text: str, expected: list[tuple[str, int]]) -> None:
    assert faults(text) == expected


@pytest.mark.parametrize("text", ["FROM https://ada:hunter2@quay.io/a/b", "# syntax=ada:hunter2@quay.io/x\nFROM a"])
def test_a_login_in_the_place_of_an_image_is_not_quoted(text: str) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile(text).images()
    assert "hunter2" not in str(caught.value.diagnostics)
    assert "quay.io" in str(caught.value)


def test_an_argument_without_a_value_is_named_through_others() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("ARG V\nARG W=$V\nARG X=$W\nFROM $X").images()
    (fault,) = caught.value.diagnostics
    assert (fault.message, fault.line) == ("base image `$X` is empty: `V` has no value", 4)
    assert "--build-arg V=" in (fault.hint or "")
    assert parse_dockerfile("ARG V\nARG W=$V\nARG W=a\nFROM $W").images().needed
    with pytest.raises(InvalidDockerfile, match="is empty"):
        parse_dockerfile("ARG W=\nFROM $W").images()
