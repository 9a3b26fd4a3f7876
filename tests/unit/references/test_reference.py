from __future__ import annotations

import copy
import pickle
import sys
from typing import Any

import attrs
import pytest

from deployspec import Diagnostic, ImageReference, InvalidReference, parse_reference
from deployspec._references.faults import explain
from deployspec._references.reference import find_reference

HEX = "0123456789abcdef" * 8
SHA256 = f"sha256:{HEX[:64]}"


@pytest.mark.parametrize(
    ("text", "host", "path", "tag", "digest"),
    [
        ("ubuntu", "docker.io", "library/ubuntu", None, None),
        ("ubuntu:22.04", "docker.io", "library/ubuntu", "22.04", None),
        ("acme/app", "docker.io", "acme/app", None, None),
        ("docker.io/ubuntu", "docker.io", "library/ubuntu", None, None),
        ("index.docker.io/ubuntu", "docker.io", "library/ubuntu", None, None),
        ("index.docker.io/acme/app", "docker.io", "acme/app", None, None),
        ("DOCKER.IO/ubuntu", "DOCKER.IO", "ubuntu", None, None),
        ("docker.io:443/ubuntu", "docker.io:443", "ubuntu", None, None),
        ("localhost/app", "localhost", "app", None, None),
        ("localhost:5000/app:1", "localhost:5000", "app", "1", None),
        ("localhost:5000", "docker.io", "library/localhost", "5000", None),
        ("LOCALHOST/app", "LOCALHOST", "app", None, None),
        ("Acme/app", "Acme", "app", None, None),
        ("quay.io/app", "quay.io", "app", None, None),
        ("a-b.example:0123/x", "a-b.example:0123", "x", None, None),
        ("[::1]:5000/app", "[::1]:5000", "app", None, None),
        ("quay.io/a.b/c_d/e__f/g---h", "quay.io", "a.b/c_d/e__f/g---h", None, None),
        (f"quay.io/app:_{'x' * 127}", "quay.io", "app", f"_{'x' * 127}", None),
        (f"quay.io/app@{SHA256}", "quay.io", "app", None, SHA256),
        (f"quay.io/app:1@{SHA256}", "quay.io", "app", "1", SHA256),
        (f"app@sha384:{HEX[:96]}", "docker.io", "library/app", None, f"sha384:{HEX[:96]}"),
        (f"app@sha512:{HEX}", "docker.io", "library/app", None, f"sha512:{HEX}"),
        (HEX[:63], "docker.io", f"library/{HEX[:63]}", None, None),
        (f"{HEX[:64]}:1", "docker.io", f"library/{HEX[:64]}", "1", None),
        ("z" * 64, "docker.io", f"library/{'z' * 64}", None, None),
        (f"quay.io/{'a' * 255}", "quay.io", "a" * 255, None, None),
        ("a" * 247, "docker.io", f"library/{'a' * 247}", None, None),
    ],
)
def test_a_reference_has_these_parts(text: str, host: str, path: str, tag: str | None, digest: str | None) -> None:
    read = parse_reference(text, default_tag=None)
    assert read == ImageReference(host, path, tag, digest)
    assert parse_reference(str(read), default_tag=None) == read
    assert parse_reference(read.familiar, default_tag=None) == read


@pytest.mark.parametrize(
    ("text", "familiar", "whole"),
    [
        ("ubuntu", "ubuntu:latest", "docker.io/library/ubuntu:latest"),
        ("index.docker.io/library/ubuntu:1", "ubuntu:1", "docker.io/library/ubuntu:1"),
        ("docker.io/acme/app", "acme/app:latest", "docker.io/acme/app:latest"),
        ("library/acme/app", "library/acme/app:latest", "docker.io/library/acme/app:latest"),
        ("quay.io/library/app", "quay.io/library/app:latest", "quay.io/library/app:latest"),
        (f"ubuntu@{SHA256}", f"ubuntu@{SHA256}", f"docker.io/library/ubuntu@{SHA256}"),
        (f"ubuntu:1@{SHA256}", f"ubuntu:1@{SHA256}", f"docker.io/library/ubuntu:1@{SHA256}"),
    ],
)
def test_latest_is_added_only_where_there_is_neither_tag_nor_digest(text: str, familiar: str, whole: str) -> None:
    read = parse_reference(text)
    assert read.familiar == familiar
    assert str(read) == whole


def test_a_default_tag_can_be_another() -> None:
    assert parse_reference("app", default_tag="edge").tag == "edge"
    assert parse_reference("app:1", default_tag="edge").tag == "1"
    assert parse_reference(f"app@{SHA256}", default_tag="edge").tag is None


@pytest.mark.parametrize("tag", ["", "-edge", "a b", "x" * 129, "edge\n"])
def test_a_default_tag_must_be_a_tag(tag: str) -> None:
    (fault,) = refused("app", default_tag=tag)
    assert (fault.code, fault.column, fault.message) == ("reference-invalid-tag", None, "invalid default tag")
    assert parse_reference("app:1", default_tag=tag).tag == "1"


def refused(text: str, default_tag: str | None = "latest") -> tuple[Diagnostic, ...]:
    with pytest.raises(InvalidReference) as caught:
        parse_reference(text, default_tag=default_tag)
    return caught.value.diagnostics


LIKE_A_HOST = "a host looks like `quay.io` or `registry.example.com:5000`"
FORM_OF_DIGEST = "copy the digest from the registry: an algorithm, a colon and hex digits"
ITS_VALUE = "replace the variable with its value"
FORM_OF_PATH = "use lowercase letters and digits, separated by slashes, dots, hyphens, or one or two underscores"
FORM_OF_TAG = (
    "use at most 128 letters, digits, underscores, dots and hyphens, and begin with neither a dot nor a hyphen"
)
CASE = "use lowercase letters"
FAULTS: list[tuple[str, str, int, str | None]] = [
    ("", "empty", 1, "name an image, for example `ubuntu:24.04`"),
    (HEX[:64], "image-id", 1, "use the name of the image"),
    # Variables
    ("quay.io/app:$TAG", "unexpanded-variable", 13, f"{ITS_VALUE}, for example `quay.io/app:1.0`"),
    ("quay.io/app:${TAG}-slim", "unexpanded-variable", 13, f"{ITS_VALUE}, for example `quay.io/app:1.0`"),
    ("quay.io/app:${TAG:-2.1}", "unexpanded-variable", 13, "did you mean `quay.io/app:2.1`?"),
    ("${HOST-quay.io}/app:1", "unexpanded-variable", 1, "did you mean `quay.io/app:1`?"),
    ("${TAG}", "unexpanded-variable", 1, ITS_VALUE),
    ("Quay.io/$App:$TAG", "unexpanded-variable", 9, ITS_VALUE),
    ("${HOST}/app:1", "unexpanded-variable", 1, ITS_VALUE),
    ("Quay.io/App:$TAG", "unexpanded-variable", 13, ITS_VALUE),
    ("user:$sentinel", "unexpanded-variable", 6, f"{ITS_VALUE}, for example `user:1.0`"),
    ("user:sen$tinel@quay.io/app", "unexpanded-variable", 9, "did you mean `quay.io/app`?"),
    # Templates
    ("quay.io/a/b:{{ .Values.tag }}", "template", 13, "render the template first"),
    ("base:<no value>", "template", 6, "render the template first"),
    ("<%= x %>", "template", 1, "render the template first"),
    ("{% if x %}a", "template", 1, "render the template first"),
    ("quay.io/app:${{ TAG }}", "template", 14, "render the template first"),
    # White space
    (" ubuntu", "whitespace", 1, "did you mean `ubuntu`?"),
    ("quay.io/a/b:1.0 ", "whitespace", 16, "did you mean `quay.io/a/b:1.0`?"),
    ("ubuntu\n", "whitespace", 7, "did you mean `ubuntu`?"),
    ("ub untu", "whitespace", 3, "remove the whitespace"),
    ("app:1\u2028", "whitespace", 6, "did you mean `app:1`?"),
    ("quay.io / app: 1", "whitespace", 8, "did you mean `quay.io/app:1`?"),
    # Schemes
    ("https://quay.io/a/b", "scheme", 1, "did you mean `quay.io/a/b`?"),
    ("https://quay.io/app/", "scheme", 1, "did you mean `quay.io/app`?"),
    ("https://quay.io/Team/app:V1", "scheme", 1, "did you mean `quay.io/team/app:V1`?"),
    ("docker://ubuntu:1", "scheme", 1, "did you mean `ubuntu:1`?"),
    ("https://my-server/foo/bar:1", "scheme", 1, "did you mean `my-server:443/foo/bar:1`?"),
    ("http://my-server/foo/bar:1", "scheme", 1, "did you mean `my-server:80/foo/bar:1`?"),
    ("docker://acme/app:1", "scheme", 1, "did you mean `acme/app:1`?"),
    ("https://index.docker.io/acme/app", "scheme", 1, "did you mean `index.docker.io/acme/app`?"),
    ("https://quay.io", "scheme", 1, "use only the host and the path"),
    ("https://user:sentinel@quay.io/app", "scheme", 1, "did you mean `quay.io/app`?"),
    ("https://user:sentinel@quay.io", "scheme", 1, "use only the host and the path"),
    # Hosts
    ("my_registry.example.com/app", "invalid-host", 3, LIKE_A_HOST),
    ("-a.example/app", "invalid-host", 1, LIKE_A_HOST),
    ("b\u00fccher.example/app", "invalid-host", 2, LIKE_A_HOST),
    ("doc\u212aer.io/app", "invalid-host", 4, LIKE_A_HOST),
    ("a..b/app", "invalid-host", 3, LIKE_A_HOST),
    ("a.-b/app", "invalid-host", 3, LIKE_A_HOST),
    ("a-.b/app", "invalid-host", 3, LIKE_A_HOST),
    ("a.b-/app", "invalid-host", 5, LIKE_A_HOST),
    (":80/app", "invalid-host", 1, LIKE_A_HOST),
    ("quay.io:/a", "invalid-host", 9, LIKE_A_HOST),
    ("quay.io:80x/a", "invalid-host", 11, LIKE_A_HOST),
    ("[::1/app", "invalid-host", 5, LIKE_A_HOST),
    ("[:g]/app", "invalid-host", 3, LIKE_A_HOST),
    ("[::1]:/app", "invalid-host", 7, LIKE_A_HOST),
    ("[::1]x/app", "invalid-host", 6, LIKE_A_HOST),
    ("Foo_x/a..b", "invalid-host", 4, LIKE_A_HOST),
    ("user:sentinel@quay.io/app", "invalid-host", 6, "did you mean `quay.io/app`?"),
    (f"user:sentinel@quay.io/app@{SHA256}", "invalid-host", 6, f"did you mean `quay.io/app@{SHA256}`?"),
    # Case
    ("Ubuntu", "uppercase", 1, "did you mean `ubuntu`?"),
    ("quay.io/team/App:1.0", "uppercase", 14, "did you mean `quay.io/team/app:1.0`?"),
    ("Quay.io/Team/app", "uppercase", 9, "did you mean `Quay.io/team/app`?"),
    ("acme/aPP:V1", "uppercase", 7, "did you mean `acme/app:V1`?"),
    ("Team/App", "uppercase", 6, "did you mean `team/app`?"),
    ("Team_1/app", "uppercase", 1, "did you mean `team_1/app`?"),
    (f"aPp@{SHA256}", "uppercase", 2, f"did you mean `app@{SHA256}`?"),
    (f"app@{SHA256.replace('s', 'S')}", "uppercase", 5, f"did you mean `app@{SHA256}`?"),
    ("App:.1", "uppercase", 1, CASE),
    ("app\u0130", "invalid-path", 4, FORM_OF_PATH),
    ("user.sentinel/Q@quay.io", "uppercase", 15, CASE),
    # Paths
    ("/app", "invalid-path", 1, "did you mean `app`?"),
    ("app/", "invalid-path", 5, "did you mean `app`?"),
    ("acme//app", "invalid-path", 6, "did you mean `acme/app`?"),
    ('"acme/app"', "invalid-path", 1, "did you mean `acme/app`?"),
    ("acme/a+b", "invalid-path", 7, FORM_OF_PATH),
    ("caf\u00e9", "invalid-path", 4, FORM_OF_PATH),
    ("quay.io/a___b", "invalid-path", 12, FORM_OF_PATH),
    ("quay.io/a..b", "invalid-path", 11, FORM_OF_PATH),
    ("quay.io/a._b", "invalid-path", 11, FORM_OF_PATH),
    ("quay.io/a-.b", "invalid-path", 11, FORM_OF_PATH),
    ("app-", "invalid-path", 5, FORM_OF_PATH),
    ("app--:1", "invalid-path", 6, FORM_OF_PATH),
    ("-app", "invalid-path", 1, FORM_OF_PATH),
    ("quay.io/", "invalid-path", 9, FORM_OF_PATH),
    (":1", "invalid-path", 1, FORM_OF_PATH),
    ("[]/app", "invalid-path", 1, FORM_OF_PATH),
    # Lengths: `library/` counts, the host does not; a digest's form is looked at before, its value after
    ("a" * 248, "path-too-long", 248, None),
    (f"docker.io/{'a' * 248}", "path-too-long", 258, None),
    (f"quay.io/{'a' * 256}", "path-too-long", 264, None),
    (f"quay.io/{'a' * 256}@sha256:{HEX[:32]}", "path-too-long", 264, None),
    (f"quay.io/{'a' * 256}@sha256:0", "invalid-digest", 274, FORM_OF_DIGEST),
    (f"quay.io/{'a' * 255}@md5:{HEX[:32]}", "unsupported-digest", 265, "use sha256, sha384 or sha512"),
    (f"{'a' * 200}/b@md5:{'0' * 32}", "unsupported-digest", 204, "use sha256, sha384 or sha512"),
    (
        f"{'a' * 200}/{'b' * 50}@md5:{'0' * 32}",
        "unsupported-digest",
        253,
        "use sha256, sha384 or sha512",
    ),
    # Tags
    ("app:", "invalid-tag", 5, "did you mean `app`?"),
    ("app:.1", "invalid-tag", 5, FORM_OF_TAG),
    ("app:-1", "invalid-tag", 5, FORM_OF_TAG),
    ("app:1+2", "invalid-tag", 6, FORM_OF_TAG),
    ("app:1:2", "invalid-tag", 6, FORM_OF_TAG),
    ("app:\u0661", "invalid-tag", 5, FORM_OF_TAG),
    ("app:\u212a", "invalid-tag", 5, FORM_OF_TAG),
    (f"quay.io/app:{'x' * 129}", "invalid-tag", 141, FORM_OF_TAG),
    ("team/app:v1/x", "invalid-tag", 12, "did you mean `team/app/x:v1`?"),
    (f"quay.io/team:1/app@{SHA256}", "invalid-tag", 15, f"did you mean `quay.io/team/app:1@{SHA256}`?"),
    ("team/app:v1/x:2", "invalid-tag", 12, "move the tag to the end of the path"),
    (f"app:{SHA256}", "invalid-tag", 11, f"did you mean `app@{SHA256}`?"),
    # Digests
    ("app@", "invalid-digest", 5, FORM_OF_DIGEST),
    ("app@1", "invalid-digest", 5, FORM_OF_DIGEST),
    ("app@sha256", "invalid-digest", 11, FORM_OF_DIGEST),
    ("app@sha256:xyz", "invalid-digest", 12, FORM_OF_DIGEST),
    ("app@a+:0", "invalid-digest", 7, FORM_OF_DIGEST),
    (f"app@sha256:{HEX[:31]}", "invalid-digest", 43, FORM_OF_DIGEST),
    (f"app@{HEX[:64]}", "invalid-digest", 5, f"did you mean `app@{SHA256}`?"),
    ("user:sentinel@localhost", "invalid-digest", 24, FORM_OF_DIGEST),
    ("user@localhost/app", "invalid-digest", 15, "did you mean `localhost/app`?"),
    ("app@user:sentinel", "invalid-digest", 10, FORM_OF_DIGEST),
    (f"app@md5:{HEX[:32]}", "unsupported-digest", 5, "use sha256, sha384 or sha512"),
    (f"app:1@{SHA256.upper()}", "invalid-digest", 7, f"did you mean `app:1@{SHA256}`?"),
    (f"app:1@sha256:{HEX[:63]}", "digest-length", 77, None),
    (f"app:1@sha256:{HEX[:65]}", "digest-length", 78, None),
    (f"app@sha512:{HEX[:64]}", "digest-length", 76, None),
    (f"app@sha256:{HEX[:64].upper()}", "invalid-digest", 22, f"did you mean `app@{SHA256}`?"),
    (f"Foo/{'a' * 60}@sha256:{HEX[:64].upper()}", "invalid-digest", 83, f"did you mean `Foo/{'a' * 60}@{SHA256}`?"),
]


@pytest.mark.parametrize(("text", "kind", "column", "hint"), FAULTS)
def test_a_refusal_names_the_first_character_at_fault(text: str, kind: str, column: int, hint: str | None) -> None:
    (fault,) = refused(text)
    assert (fault.code, fault.column, fault.hint, fault.severity) == (f"reference-{kind}", column, hint, "error")
    assert fault == explain(text, "latest")
    assert "sentinel" not in f"{fault.message}{fault.hint}"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("", ""),
        (HEX[:64], HEX[:64]),
        ("quay.io/app:${TAG:-1}-slim", "${TAG:-1}"),
        ("quay.io/app:$TAG-slim", "$TAG"),
        ("quay.io/app:${TAG", "${TAG"),
        ("a b", " "),
        ("a \t b", " \t "),
        ("https://quay.io/a", "https://"),
        ("quay.io/a/b:{{ .Values.tag }}-slim", "{{ .Values.tag }}"),
        ("base:<no value>-slim", "<no value>"),
        ("a:{{x", "{{x"),
        ("quay.io/TEAM/app", "TEAM"),
        ("quay.io/a..b", "."),
        ("quay.io:/a", "/"),
        ("app:", ""),
        ("app:1 ", " "),
        ("app:-1", "-"),
        (f"{'a/' * 130}a", "/a/a/a"),
        (f"app@sha256:{HEX[:63]}", ""),
        (f"app@sha256:{HEX[:63]}ab", "b"),
        (f"app@md5:{HEX[:32]}", "md5"),
        (f"a/{'b' * 1022}c", "c"),
    ],
)
def test_a_refusal_marks_what_is_wrong(text: str, marked: str) -> None:
    (fault,) = refused(text)
    assert fault.column is not None
    assert fault.end_column is not None
    assert text[fault.column - 1 : fault.end_column - 1] == marked
    assert fault.end_column == fault.column + len(marked)
    assert (fault.line, fault.end_line) == (None, None)


@pytest.mark.parametrize("hint", sorted({hint for *_, hint in FAULTS if hint is not None}))
def test_a_text_in_a_hint_is_a_reference(hint: str) -> None:
    assert all(find_reference(example) is not None for example in hint.split("`")[1::2])


def test_messages_contain_numbers_and_name_a_login() -> None:
    assert explain(f"app@sha384:{HEX[:40]}").message == "sha384 digest has 40 hex digits instead of 96"
    assert explain("a" * 248).message == "repository path with `library/` is longer than 255 characters"
    assert explain(f"quay.io/{'a' * 256}").message == "repository path is longer than 255 characters"
    assert explain("user:pw@quay.io/app").message == "login in an image reference"


# Uppercase letters that are newer than the Unicode tables of some Python, and letters whose lowercase form is ASCII.
@pytest.mark.parametrize("letter", ["\u2c2f", "\ua7cb", "\ua7dc", "\U00010d50", "\u0130", "\u212a"])
def test_only_ascii_letters_have_a_case(letter: str) -> None:
    assert [(error.code, error.column) for error in refused(letter)] == [("reference-invalid-path", 1)]
    assert [(error.code, error.column) for error in refused(f"{letter}/app")] == [("reference-invalid-path", 1)]
    assert [(error.code, error.column) for error in refused(f"T{letter}/app")] == [("reference-invalid-host", 2)]
    assert [(error.code, error.column) for error in refused(f"app:{letter}")] == [("reference-invalid-tag", 5)]


def test_a_long_text_is_refused_unread() -> None:
    assert parse_reference(f"{'a' * 200}@{SHA256}").digest == SHA256
    (fault,) = refused("$" * 1025)
    assert (fault.code, fault.column) == ("reference-too-long", 1025)
    assert fault.message == "image reference is longer than 1,024 characters"
    assert refused("$" * 1024)[0].code == "reference-unexpanded-variable"
    assert refused("a/" * 512)[0].code == "reference-invalid-path"


@pytest.mark.parametrize("tag", ["latest", "edge-1"])
def test_a_text_that_the_default_tag_makes_too_long_is_refused(tag: str) -> None:
    longest = f"{'a' * (1024 - len('.example/app:') - len(tag))}.example/app"
    assert len(str(parse_reference(longest, default_tag=tag))) == 1024
    assert str(parse_reference(f"{longest}:{tag}")) == f"{longest}:{tag}"
    (fault,) = refused(f"a{longest}", default_tag=tag)
    assert (fault.code, fault.column) == ("reference-too-long", 1025 - len(tag))
    assert fault.message == "image reference with its default tag is longer than 1,024 characters"
    bare = parse_reference(f"a{longest}", default_tag=None)
    with pytest.raises(InvalidReference) as caught:
        bare.with_tag(tag)
    assert str(caught.value) == "error[reference-too-long]: image reference is longer than 1,024 characters"
    with pytest.raises(InvalidReference, match="longer than"):
        bare.with_digest(SHA256)


@pytest.mark.parametrize("value", [b"sentinel", None, 3, ["sentinel"]])
def test_only_a_str_is_read(value: object) -> None:
    with pytest.raises(TypeError, match=f"is parsed from a str, not {type(value).__name__}$") as caught:
        parse_reference(value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert "sentinel" not in str(caught.value)


class Image(str):
    """Compares as a `str` does, like the members of a `StrEnum`."""

    __slots__ = ()


def test_a_value_holds_plain_strings_alone() -> None:
    read = parse_reference(Image("acme/app"))
    assert read == parse_reference("acme/app")
    assert type(read.path) is str


@pytest.mark.parametrize(
    ("parts", "faults"),
    [
        (("quay.io", "App"), ["path:1 uppercase"]),
        (("quay.io:", "app"), ["host:9 invalid-host"]),
        (("acme", "app"), ["host:5 invalid-host"]),
        (("index.docker.io", "acme/app"), ["host:1 invalid-host"]),
        (("", "app"), ["host:1 invalid-host"]),
        (("user:sentinel@quay.io", "app"), ["host:6 invalid-host"]),
        (("docker.io", "ubuntu"), ["path:1 invalid-path"]),
        (("quay.io", ""), ["path:1 invalid-path"]),
        (("quay.io", "app:1"), ["path:4 invalid-path"]),
        (("quay.io", "a" * 256), ["path:256 path-too-long"]),
        (("quay.io", "app", ""), ["tag:1 invalid-tag"]),
        (("quay.io", "app", "1\n"), ["tag:2 invalid-tag"]),
        (("quay.io", "app", None, ""), ["digest:1 invalid-digest"]),
        (("quay.io", "app", None, f"md5:{HEX[:32]}"), ["digest:1 unsupported-digest"]),
        (("quay.io", "app", None, SHA256[:-1]), ["digest:71 digest-length"]),
        (("quay.io", "app", "1", SHA256.upper()), ["digest:1 invalid-digest"]),
        (
            ("a_b", "A", "-", "@"),
            ["host:2 invalid-host", "path:1 uppercase", "tag:1 invalid-tag", "digest:1 invalid-digest"],
        ),
    ],
)
def test_a_value_of_bad_parts_cannot_be_built(parts: tuple[str, ...], faults: list[str]) -> None:
    with pytest.raises(InvalidReference) as caught:
        ImageReference(*parts)
    told = caught.value.diagnostics
    assert [f"{one.source}:{one.column} {one.code.removeprefix('reference-')}" for one in told] == faults
    assert "sentinel" not in "".join(f"{one.message}{one.hint}" for one in told)


def test_the_hints_for_parts_name_the_normal_form() -> None:
    for parts, hint in {
        ("index.docker.io", "acme/app"): "did you mean `docker.io`?",
        ("docker.io", "ubuntu"): "did you mean `library/ubuntu`?",
        ("acme", "app"): "a host looks like `quay.io`",
    }.items():
        with pytest.raises(InvalidReference) as caught:
            ImageReference(*parts)
        assert caught.value.diagnostics[0].hint == hint


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (("index.docker.io", "acme/app"), "host is an alias of `docker.io`"),
        (("acme", "app"), "host has no `.`, `:` or uppercase letter, and is not `localhost`"),
        (("docker.io", "ubuntu"), "path on Docker Hub has only one component"),
        (("quay.io", "app", "1", SHA256.upper()), "uppercase letter in the digest"),
    ],
)
def test_the_messages_for_parts_say_what_the_normal_form_is(parts: tuple[str, ...], message: str) -> None:
    with pytest.raises(InvalidReference) as caught:
        ImageReference(*parts)
    assert [one.message for one in caught.value.diagnostics] == [message]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((None, "app"), "the host of an image reference is a str, not NoneType"),
        (("quay.io", None), "the path of an image reference is a str, not NoneType"),
        (("quay.io", b"app"), "the path of an image reference is a str, not bytes"),
        (("quay.io", "app", 1), "the tag of an image reference is a str, not int"),
        (("quay.io", "app", None, b"x"), "the digest of an image reference is a str, not bytes"),
    ],
)
def test_the_parts_of_a_value_are_str(parts: tuple[Any, ...], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        ImageReference(*parts)


def test_a_path_has_a_repo_and_a_name() -> None:
    deep = parse_reference("quay.io/team/group/app:1")
    assert (deep.repository, deep.repo, deep.name) == ("quay.io/team/group/app", "team/group", "app")
    flat = parse_reference("quay.io/app")
    assert (flat.repository, flat.repo, flat.name) == ("quay.io/app", "", "app")
    assert deep.diagnostics == ()


def test_the_version_can_be_another() -> None:
    image = parse_reference("quay.io/app:1")
    assert str(image.with_tag("2")) == "quay.io/app:2"
    assert str(image.with_tag(None).with_digest(SHA256)) == f"quay.io/app@{SHA256}"
    assert str(image.with_digest(SHA256).with_digest(None)) == "quay.io/app:1"
    assert image.tag == "1"
    with pytest.raises(InvalidReference) as caught:
        image.with_tag("-2")
    assert [(one.code, one.source) for one in caught.value.diagnostics] == [("reference-invalid-tag", "tag")]
    with pytest.raises(InvalidReference) as caught:
        image.with_digest("sha256:0")
    assert [(one.code, one.source) for one in caught.value.diagnostics] == [("reference-invalid-digest", "digest")]


def test_a_value_cannot_be_changed() -> None:
    image = parse_reference("quay.io/app:1")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        image.tag = "2"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    assert not hasattr(image, "__dict__")
    assert pickle.loads(pickle.dumps(image)) == copy.deepcopy(image) == image  # noqa: S301  # its own


def test_references_without_and_with_a_version_sort_together() -> None:
    bare = parse_reference("quay.io/app", default_tag=None)
    tagged, pinned = bare.with_tag("1"), bare.with_digest(SHA256)
    other = parse_reference("ghcr.io/app")
    assert sorted([tagged, pinned, bare, other]) == [other, bare, pinned, tagged]
    assert len({bare, tagged, pinned, parse_reference("quay.io/app:1")}) == 3


def test_docker_image_py_gets_the_whole_reference() -> None:
    image = parse_reference(f"acme/app:1@{SHA256}").to_docker_image()
    assert (image["name"], image["tag"], image["digest"]) == ("docker.io/acme/app", "1", SHA256)


def test_a_missing_docker_image_py_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docker_image.reference", None)
    with pytest.raises(ImportError, match=r"^`to_docker_image` needs docker-image-py, which cannot be imported$"):
        parse_reference("quay.io/app").to_docker_image()


@pytest.mark.parametrize("name", ["localhosts", "localhost-1", "xlocalhost", "locahost"])
def test_only_localhost_is_a_host_without_a_dot(name: str) -> None:
    assert parse_reference(f"{name}/app").host == "docker.io"
    assert parse_reference("localhost/app").host == "localhost"
