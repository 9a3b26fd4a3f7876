"""Named contexts, which replace stages and images."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.building import images, needed

from deployspec import InvalidDockerfile, parse_dockerfile, parse_reference
from deployspec._dockerfile.build.contexts import context_name

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


def test_a_replaced_stage_loses_only_its_base() -> None:
    text = "FROM a AS p\nCOPY --from=c / /\nONBUILD COPY --from=x / /\nFROM p AS q\n"
    assert needed(images(text, contexts={"p": "docker-image://b"})) == ["b", "c", "x"]
    assert needed(images(text, contexts={"q": "docker-image://b"})) == ["b"]
    with pytest.raises(InvalidDockerfile, match="circular"):
        images("FROM a AS p\nCOPY --from=p / /\n", contexts={"p": "docker-image://b"})


def test_a_replaced_stage_must_still_have_a_valid_base() -> None:
    with pytest.raises(InvalidDockerfile, match="base-invalid"):
        images("FROM A AS p\n", contexts={"p": "./folder"})


@pytest.mark.parametrize(
    ("text", "name"),
    [("FROM x\nFROM a\n", "a"), ("FROM x\nFROM b AS a\n", "a"), ("FROM x\nCOPY --from=a / /\n", "a")],
)
def test_an_invalid_context_is_refused(text: str, name: str) -> None:
    with pytest.raises(
        InvalidDockerfile, match="invalid image reference in build context `docker-image://B`"
    ) as caught:
        images(text, contexts={name: "docker-image://B"})
    (one,) = caught.value.diagnostics
    assert (one.code, one.source, one.line) == ("dockerfile-base-invalid", "--build-context", None)


def test_an_invalid_context_counts_only_if_it_is_needed() -> None:
    contexts = {"u": "docker-image://X X"}
    images = parse_dockerfile("FROM a AS u\nFROM b\n").images(contexts=contexts)
    assert [one.reference.name for one in images.needed] == ["b"]
    with pytest.raises(InvalidDockerfile, match="invalid image reference"):
        parse_dockerfile("FROM a AS u\n").images(contexts=contexts)


def test_a_login_in_the_place_of_a_context_is_not_quoted() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("FROM a").images(contexts={"a": "docker-image://ada:hunter2@quay.io/a"})
    assert "hunter2" not in str(caught.value.diagnostics)


@pytest.mark.parametrize("value", ["docker-image:///b", "docker-image:////b", "docker-image:/b"])
def test_only_two_slashes_follow_the_scheme_of_an_image(value: str) -> None:
    with pytest.raises(InvalidDockerfile, match="invalid image reference in build context"):
        images("FROM a", contexts={"a": value})


def test_the_name_of_a_context_keeps_latest_before_a_digest() -> None:
    digest = "@sha256:" + "0" * 64
    assert context_name(parse_reference(f"a:latest{digest}")) == f"a:latest{digest}"
    assert context_name(parse_reference(f"a{digest}")) == f"a{digest}"
    assert context_name(parse_reference("a:latest")) == "a"
    assert context_name(parse_reference("a:latest1")) == "a:latest1"
    assert context_name(parse_reference("host:5000/latest/a")) == "host:5000/latest/a"
