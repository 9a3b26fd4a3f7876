from __future__ import annotations

import pytest

from deployspec import ImageReference, InvalidReference, parse_reference
from deployspec._reference import parts_of
from deployspec._reference_faults import why_refused

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
    with pytest.raises(InvalidReference) as caught:
        parse_reference("app", default_tag=tag)
    assert [one.code for one in caught.value.diagnostics] == ["reference-invalid-tag"]


FAULTS = [
    ("", "reference-empty", 1, None),
    (HEX[:64], "reference-image-id", 1, None),
    # Variables
    ("quay.io/app:$TAG", "reference-unexpanded-variable", 13, "write its value"),
    ("${HOST}/app:1", "reference-unexpanded-variable", 1, "write its value"),
    # White space
    (" ubuntu", "reference-whitespace", 1, "did you mean `ubuntu`?"),
    ("ubuntu ", "reference-whitespace", 7, "did you mean `ubuntu`?"),
    ("ubuntu\n", "reference-whitespace", 7, "did you mean `ubuntu`?"),
    ("ub untu", "reference-whitespace", 3, None),
    ("app:1\u2028", "reference-whitespace", 6, "did you mean `app:1`?"),
    # Schemes
    ("https://quay.io/app/", "reference-scheme", 1, "did you mean `quay.io/app`?"),
    ("docker://ubuntu:1", "reference-scheme", 1, "did you mean `ubuntu:1`?"),
    ("https://user:sentinel@quay.io/app", "reference-scheme", 1, None),
    # Hosts
    ("my_registry.example.com/app", "reference-invalid-host", 3, None),
    ("-a.example/app", "reference-invalid-host", 1, None),
    ("b\u00fccher.example/app", "reference-invalid-host", 2, None),
    # Case
    ("Ubuntu", "reference-uppercase", 1, "did you mean `ubuntu`?"),
    ("quay.io/team/App:1.0", "reference-uppercase", 14, "did you mean `quay.io/team/app:1.0`?"),
    ("acme/aPP:V1", "reference-uppercase", 7, "did you mean `acme/app:V1`?"),
    (f"aPp@{SHA256}", "reference-uppercase", 2, f"did you mean `app@{SHA256}`?"),
    ("App:.1", "reference-uppercase", 1, None),
    ("user.sentinel/Q@quay.io", "reference-uppercase", 15, None),
    # Paths
    ("/app", "reference-invalid-path", 1, None),
    ("app/", "reference-invalid-path", 4, None),
    ("acme//app", "reference-invalid-path", 5, None),
    ("acme/a+b", "reference-invalid-path", 7, None),
    ("caf\u00e9", "reference-invalid-path", 4, None),
    ("quay.io/a___b", "reference-invalid-path", 10, None),
    ("quay.io/a..b", "reference-invalid-path", 10, None),
    ("quay.io/a._b", "reference-invalid-path", 10, None),
    ("quay.io/a-.b", "reference-invalid-path", 10, None),
    ("app-", "reference-invalid-path", 4, None),
    ("quay.io/", "reference-invalid-path", 9, None),
    (":1", "reference-invalid-path", 1, None),
    # Lengths: `library/` counts, the host does not, and the digest is looked at later
    ("a" * 248, "reference-path-too-long", 248, None),
    (f"quay.io/{'a' * 256}", "reference-path-too-long", 264, None),
    (f"quay.io/{'a' * 256}@sha256:0", "reference-path-too-long", 264, None),
    # Tags
    ("app:", "reference-invalid-tag", 5, None),
    ("app:.1", "reference-invalid-tag", 5, None),
    ("app:-1", "reference-invalid-tag", 5, None),
    ("app:1+2", "reference-invalid-tag", 6, None),
    ("app:1:2", "reference-invalid-tag", 6, None),
    ("app:\u0661", "reference-invalid-tag", 5, None),
    (f"quay.io/app:{'x' * 129}", "reference-invalid-tag", 141, None),
    ("quay.io/team:1/app", "reference-invalid-tag", 15, "a tag stands at the end, after the whole path"),
    # Digests
    ("app@", "reference-invalid-digest", 5, "write `@sha256:` and 64 hex digits"),
    ("app@sha256", "reference-invalid-digest", 5, "write `@sha256:` and 64 hex digits"),
    (f"app@sha256:{HEX[:31]}", "reference-invalid-digest", 5, "write `@sha256:` and 64 hex digits"),
    ("user:sentinel@quay.io/app", "reference-invalid-digest", 15, "write `@sha256:` and 64 hex digits"),
    (f"app@md5:{HEX[:32]}", "reference-unsupported-digest", 5, "the algorithms are sha256, sha384 and sha512"),
    (f"app@SHA256:{HEX[:64]}", "reference-unsupported-digest", 5, "the algorithms are sha256, sha384 and sha512"),
    (f"app:1@sha256:{HEX[:63]}", "reference-digest-length", 14, None),
    (f"app@sha512:{HEX[:64]}", "reference-digest-length", 12, None),
    (f"app@sha256:{HEX[:64].upper()}", "reference-invalid-digest", 22, None),
]


@pytest.mark.parametrize(("text", "code", "column", "hint"), FAULTS)
def test_a_refusal_names_the_first_character_at_fault(text: str, code: str, column: int, hint: str | None) -> None:
    with pytest.raises(InvalidReference) as caught:
        parse_reference(text)
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.column, fault.hint, fault.severity) == (code, column, hint, "error")
    assert fault == why_refused(text)
    assert "sentinel" not in f"{fault.message}{fault.hint}"


@pytest.mark.parametrize("hint", [hint for *_, hint in FAULTS if hint is not None and hint.startswith("did you mean")])
def test_a_corrected_text_parses(hint: str) -> None:
    assert parts_of(hint.split("`")[1]) is not None


def test_the_length_of_a_digest_is_told() -> None:
    assert why_refused(f"app@sha384:{HEX[:40]}").message == "a sha384 digest has 96 hex digits, not 40"


def test_a_long_text_is_refused_unread() -> None:
    assert parse_reference(f"{'a' * 200}@{SHA256}").digest == SHA256
    with pytest.raises(InvalidReference) as caught:
        parse_reference("$" * 1025)
    (fault,) = caught.value.diagnostics
    assert fault.code == "reference-too-long"
    assert fault.message == "the reference is longer than 1,024 characters"
    with pytest.raises(InvalidReference) as caught:
        parse_reference("$" * 1024)
    assert caught.value.diagnostics[0].code == "reference-unexpanded-variable"


@pytest.mark.parametrize("value", [b"sentinel", None, 3, ["sentinel"]])
def test_only_a_str_is_read(value: object) -> None:
    with pytest.raises(TypeError, match="is read from a str, not") as caught:
        parse_reference(value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert "sentinel" not in str(caught.value)


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


def test_references_without_and_with_a_version_sort_together() -> None:
    bare = parse_reference("quay.io/app", default_tag=None)
    tagged, pinned = bare.with_tag("1"), bare.with_digest(SHA256)
    other = parse_reference("ghcr.io/app")
    assert sorted([tagged, pinned, bare, other]) == [other, bare, pinned, tagged]
    assert len({bare, tagged, pinned, parse_reference("quay.io/app:1")}) == 3


def test_the_named_dependency_gets_the_whole_reference() -> None:
    image = parse_reference(f"acme/app:1@{SHA256}").to_docker_image()
    assert (image["name"], image["tag"], image["digest"]) == ("docker.io/acme/app", "1", SHA256)
