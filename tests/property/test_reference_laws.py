"""Laws of image references, over right ones, edited ones and any text."""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deployspec import ImageReference, InvalidReference, parse_reference
from deployspec._references.faults import explain
from deployspec._references.grammar import split_host
from deployspec._references.reference import find_reference

docker_image: Any = importlib.import_module("docker_image.reference")

# What distinguishes readers: white space that `$` lets pass, NUL, letters that lower-casing makes ASCII or longer,
# letters and digits that only look like ASCII, a combining mark, a lone surrogate, and the separators of the grammar.
HOSTILE = "\n\r\t \x00\u0130\u212a\u01c5\uff41\uff21\u0661\u0301\u200b\u2028\ud800AZaz09$._-/:@[]+%"
HEX = "0123456789abcdef"

labels = st.from_regex(re.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,6}[A-Za-z0-9])?"), fullmatch=True)
hosts = st.one_of(
    st.sampled_from(["docker.io", "index.docker.io", "localhost", "LOCALHOST", "quay.io", "[::1]", "Acme", "team"]),
    st.lists(labels, min_size=2, max_size=3).map(".".join),
)
ports = st.sampled_from(["", ":5000", ":0"])
components = st.from_regex(re.compile(r"[a-z0-9]{1,5}((\.|_|__|-{1,3})[a-z0-9]{1,3}){0,2}"), fullmatch=True)
paths = st.lists(components | st.sampled_from(["library", "localhost", "a" * 120]), min_size=1, max_size=4).map(
    "/".join
)
tags = st.from_regex(re.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}"), fullmatch=True) | st.just("x" * 128)
digests = st.sampled_from([("sha256", 64), ("sha384", 96), ("sha512", 128), ("md5", 32), ("sha256", 63)]).flatmap(
    lambda kind: st.text(HEX, min_size=kind[1], max_size=kind[1]).map(f"{kind[0]}:{{}}".format)
)


@st.composite
def written(draw: st.DrawFn) -> str:
    """Write a reference; now and then it has a fault already."""
    host = draw(st.none() | st.builds("{}{}/".format, hosts, ports)) or ""
    tag = draw(st.none() | tags.map(":{}".format)) or ""
    digest = draw(st.none() | st.none() | digests.map("@{}".format)) or ""
    return f"{host}{draw(paths)}{tag}{digest}"


@st.composite
def edited(draw: st.DrawFn) -> str:
    """Write a reference and change it by one character."""
    text = draw(written())
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.just("") | st.sampled_from(HOSTILE)) + text[at + draw(st.booleans()) :]


@st.composite
def repeated(draw: st.DrawFn) -> str:
    """Write a few hostile characters many times over."""
    return draw(st.text(HOSTILE, max_size=4)) * draw(st.integers(1, 600))


any_text = st.text(max_size=40) | st.text(HOSTILE, max_size=40) | written() | edited()
parts = st.none() | any_text | hosts | paths | tags | digests


def read(text: str, default_tag: str | None = "latest") -> ImageReference | InvalidReference:
    try:
        return parse_reference(text, default_tag=default_tag)
    except InvalidReference as error:
        return error


@given(any_text | repeated())
@example("a." * 507 + "b/app")
def test_any_text_is_a_reference_or_is_refused_with_one_fault_inside_it(text: str) -> None:
    answer = read(text)
    if isinstance(answer, InvalidReference):
        (fault,) = answer.diagnostics
        assert fault.code.startswith("reference-")
        assert fault.column is not None
        assert 1 <= fault.column <= min(len(text), 1024) + 1
        assert fault.end_column is not None
        assert fault.column <= fault.end_column <= len(text) + 1
        # Nothing is marked only if something is missing at the end.
        assert fault.column < fault.end_column or fault.column == len(text) + 1


@given(st.binary() | st.none() | st.integers() | st.lists(st.text()))
def test_what_is_no_text_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="an image reference is parsed from a str, not "):
        parse_reference(value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@given(any_text, st.sampled_from(["latest", "edge", None]))
def test_a_canonical_text_reads_back_as_itself(text: str, default_tag: str | None) -> None:
    answer = read(text, default_tag)
    if isinstance(answer, ImageReference):
        again = parse_reference(str(answer), default_tag=None)
        assert again == answer
        assert str(again) == str(answer)
        assert ImageReference(answer.host, answer.path, answer.tag, answer.digest) == answer


@given(any_text)
@example("docker.io/localhost/app")
@example(f"docker.io/{HEX * 4}")
def test_a_familiar_text_reads_back_as_the_same_reference(text: str) -> None:
    answer = read(text, None)
    if isinstance(answer, ImageReference) and not passes_for_another(answer):
        assert parse_reference(answer.familiar, default_tag=None) == answer


def passes_for_another(reference: ImageReference) -> bool:
    """Tell the familiar texts that Go's `ParseNormalizedNamed` does not read back either.

    On Docker Hub a first component may look like a host, and an official name like an image id.
    """
    first = reference.path.partition("/")[0]
    is_id = re.fullmatch("library/[0-9a-f]{64}", reference.path) and not reference.tag and not reference.digest
    return reference.host == "docker.io" and (first == "localhost" or "." in first or bool(is_id))


@given(written(), st.none() | tags | any_text, st.none() | digests | any_text)
def test_another_version_makes_a_reference_or_is_refused(text: str, tag: str | None, digest: str | None) -> None:
    answer = read(text, None)
    if isinstance(answer, ImageReference):
        try:
            changed = answer.with_tag(tag).with_digest(digest)
        except InvalidReference as error:
            assert {one.source for one in error.diagnostics} <= {"tag", "digest"}
        else:
            assert (changed.repository, changed.tag, changed.digest) == (answer.repository, tag, digest)
            assert parse_reference(str(changed), default_tag=None) == changed


@given(parts, parts, parts, parts)
def test_parts_make_a_reference_that_reads_back_or_are_refused(host: Any, path: Any, tag: Any, digest: Any) -> None:
    try:
        built = ImageReference(host, path, tag, digest)
    except TypeError:
        assert host is None or path is None
    except InvalidReference as error:
        assert error.diagnostics
        assert {one.source for one in error.diagnostics} <= {"host", "path", "tag", "digest"}
    else:
        assert parse_reference(str(built), default_tag=None) == built


@given(edited())
@example("ubuntu\n")
@example("a_b.c/d")
@example("F__o/bar")
def test_an_edited_text_is_read_as_by_docker_image_py(text: str) -> None:
    answer = read(text, None)
    theirs = read_by_docker_image(text)
    if isinstance(answer, ImageReference):
        assert theirs == (answer.host, answer.path, answer.tag, answer.digest)
        handed = answer.to_docker_image()
        assert (handed.repository["domain"], handed.repository["path"]) == (answer.host, answer.path)
        assert (handed["tag"], handed["digest"]) == (answer.tag, answer.digest)
    else:
        assert theirs is None or text.endswith("\n")  # it lets a last line end pass


def read_by_docker_image(text: str) -> tuple[str, str, str | None, str | None] | None:
    try:
        found = docker_image.Reference.parse_normalized_named(text)
    except Exception:  # noqa: BLE001  # its exceptions have no class of their own
        return None
    return found.repository["domain"], found.repository["path"], found["tag"], found["digest"]


REASONS = {
    "NameTooLong": "reference-path-too-long",
    "DigestUnsupported": "reference-unsupported-digest",
    "DigestInvalidLength": "reference-digest-length",
    "InvalidDigest": "reference-invalid-digest",
}
OURS_ALONE = {
    "reference-whitespace",
    "reference-scheme",
    "reference-unexpanded-variable",
    "reference-image-id",
    "reference-empty",
}


def reason_of_docker_image(text: str) -> str:
    """Return the name of docker-image-py's exception for a text; empty if it accepts the text."""
    try:
        docker_image.Reference.parse_normalized_named(text)
    except Exception as error:  # noqa: BLE001  # its exceptions have no class of their own
        return type(error).__name__
    return ""


@given(edited())
@example("App")
@example("a" * 256)
@example("app:.1")
@example(f"app@md5:{HEX * 2}")
@example(f"app@sha256:{HEX * 3}")
@example(f"app@sha256:{HEX.upper() * 4}")
def test_the_reason_is_that_of_docker_image_py(text: str) -> None:
    reason = reason_of_docker_image(text)
    if reason and find_reference(text) is None:
        fault = explain(text)
        expected = REASONS.get(reason, fault.code)
        if reason in {"InvalidReference", "NameContainsUppercase"} and text.isascii():
            expected = "reference-uppercase"
        assert fault.code == expected or fault.code in OURS_ALONE


@given(any_text)
def test_a_text_in_a_hint_is_a_reference_and_holds_no_login(text: str) -> None:
    secret = f"ada:s3cret-{text}@quay.io/{text}"
    for refused in (text, f"https://{text}", f" {text}", secret, f"https://{secret}", f"x/y@{secret}"):
        answer = read(refused)
        if isinstance(answer, InvalidReference):
            (fault,) = answer.diagnostics
            quoted = (fault.hint or "").split("`")[1::2]
            assert all(find_reference(one) is not None for one in quoted)
            assert not any("s3cret" in one for one in quoted)


@given(written())
def test_the_host_is_split_alike_where_a_text_is_read_and_where_it_is_explained(text: str) -> None:
    answer = read(text, None)
    if isinstance(answer, ImageReference):
        assert split_host(text)[0] == answer.host


@given(st.lists(written(), max_size=6))
def test_references_are_ordered_and_hashed_by_their_parts(texts: list[str]) -> None:
    found = [one for one in map(find_reference, texts) if one is not None]
    keys = [(one.host, one.path, one.tag or "", one.digest or "") for one in found]
    assert [(one.host, one.path, one.tag or "", one.digest or "") for one in sorted(found)] == sorted(keys)
    assert len(set(found)) == len(set(keys))
