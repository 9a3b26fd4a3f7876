"""Mirrors as values and as data, and which image they replace."""

from __future__ import annotations

from typing import Any

import pytest

from deployspec import DeploySpecError, Mirror, parse_mirrors, parse_reference
from deployspec._core.diagnostics import Collector
from deployspec._logins.mirrors import Mirrors

HUB = Mirror("docker.io", "mirror.example/hub")


def codes(*entries: Any) -> list[str]:
    with pytest.raises(DeploySpecError) as caught:
        parse_mirrors(entries)
    return [one.code for one in caught.value.diagnostics]


def mirror_of(image: str, *mirrors: Mirror) -> str | None:
    found = Collector()
    reference = Mirrors(mirrors, found).image(parse_reference(image, default_tag=None))
    assert not found.found
    return None if reference is None else str(reference)


@pytest.mark.parametrize(
    ("text", "prefix", "location"),
    [
        ("docker.io", "docker.io", "docker.io"),
        ("index.docker.io", "docker.io", "docker.io"),
        ("registry-1.docker.io", "docker.io", "registry-1.docker.io"),
        ("QUAY.IO/acme", "quay.io/acme", "quay.io/acme"),
        ("localhost/a", "localhost/a", "localhost/a"),
        ("LocalHost:5000", "localhost:5000", "localhost:5000"),
        ("[::1]:5000/a/b", "[::1]:5000/a/b", "[::1]:5000/a/b"),
        ("hub.docker.com", "hub.docker.com", "hub.docker.com"),
    ],
)
def test_both_places_have_a_normal_form(text: str, prefix: str, location: str) -> None:
    assert Mirror(text, "a.example").prefix == prefix
    assert Mirror("a.example", text).location == location


@pytest.mark.parametrize(
    "text",
    [
        *("", "library", "acme/web", "https://mirror.example", "mirror.example/", "mirror.example/hub/", "/hub"),
        *("mirror.example/Hub", "mirror.example/hub:1", "user:pw@mirror.example", "mirror.example//hub", "a.example/*"),
        *(
            "mirror.example/hub@sha256:" + "0" * 64,
            "doc\u212aer.io",
            "mirror.example/../x",
            "mirror.example?x",
            "a.b/" * 99,
        ),
        *("mirror.example:port", "mirror.example/hub\n", " mirror.example", "$HOST.example", "a.example/" + "x" * 256),
    ],
)
def test_an_invalid_place_is_an_error(text: str) -> None:
    with pytest.raises(DeploySpecError) as caught:
        Mirror(text, text)
    assert [one.code for one in caught.value.diagnostics] == ["mirror-prefix-invalid", "mirror-location-invalid"]
    assert "user:pw" not in str(caught.value)


def test_a_value_of_another_type_is_a_type_error() -> None:
    wrong: Any = 7
    for make in (
        lambda: Mirror(wrong, "a.example"),
        lambda: Mirror("a.example", wrong),
        lambda: parse_mirrors(wrong),
        lambda: parse_mirrors("docker.io=a.example"),
        lambda: parse_mirrors({"docker.io": "a.example"}),  # a mapping of prefixes is not supported
    ):
        with pytest.raises(TypeError, match="must be a"):
            make()


def test_data() -> None:
    assert parse_mirrors([]) == ()
    entries: list[Any] = ["docker.io=mirror.example/hub", {"location": "mirror.example/quay", "prefix": "quay.io"}]
    assert parse_mirrors(entries) == (HUB, Mirror("quay.io", "mirror.example/quay"))
    assert parse_mirrors(iter(entries))[0] == HUB


def test_every_error_of_data_is_reported() -> None:
    assert codes("docker.io", 7, {"prefix": 1, "to": ""}, {"prefix": "a", "location": ""}) == [
        "mirror-type",
        "mirror-type",
        "mirror-member-unknown",
        "mirror-type",
        "mirror-member-missing",
        "mirror-prefix-invalid",
        "mirror-location-invalid",
    ]
    assert codes({1: ""}) == ["mirror-member-unknown", "mirror-member-missing", "mirror-member-missing"]


def test_a_prefix_may_occur_once() -> None:
    assert codes("docker.io=a.example", "index.docker.io=b.example", "quay.io=a.example") == ["mirror-duplicate"]
    assert codes("docker.io=a.example", "docker.io=a.example") == ["mirror-duplicate"]


@pytest.mark.parametrize(
    ("entries", "prefixes"),
    [
        (["docker.io=docker.io"], ["docker.io"]),
        (["docker.io=index.docker.io/cache"], ["docker.io"]),
        (["docker.io=a.example/x", "a.example=docker.io/y"], ["docker.io"]),
        (["a.io=b.io", "b.io=c.io", "c.io=b.io/x", "d.io=d.io/e"], ["b.io", "d.io"]),
    ],
)
def test_a_mirror_that_leads_back_is_an_error(entries: list[str], prefixes: list[str]) -> None:
    with pytest.raises(DeploySpecError) as caught:
        parse_mirrors(entries)
    found = caught.value.diagnostics
    assert [one.code for one in found] == ["mirror-loop"] * len(prefixes)
    assert [one.message.split("`")[1] for one in found] == prefixes


def test_a_chain_and_a_shorter_location_do_not_lead_back() -> None:
    assert len(parse_mirrors(["a.io=b.io", "b.io=c.io/x", "c.io/y=c.io", "d.io/x/y=d.io/x"])) == 4


@pytest.mark.parametrize(
    ("image", "mirror"),
    [
        ("ruby:3.4", "mirror.example/hub/library/ruby:3.4"),
        ("ruby", "mirror.example/hub/library/ruby"),
        ("index.docker.io/acme/web:1", "mirror.example/hub/acme/web:1"),
        ("registry-1.docker.io/acme/web:1", "mirror.example/hub/acme/web:1"),
        (f"ruby:1@sha256:{'0' * 64}", f"mirror.example/hub/library/ruby:1@sha256:{'0' * 64}"),
        ("quay.io/acme/web", None),
        ("docker.io.evil.example/a/b", None),
        ("evildocker.io/a/b", None),
        ("mirror.example/hub/library/ruby", None),
        ("x/" * 124 + "abcd", None),  # its name in the mirror has more than 255 characters
    ],
)
def test_the_image_of_a_mirror(image: str, mirror: str | None) -> None:
    assert mirror_of(image, HUB) == mirror


def test_the_longest_prefix_of_whole_components_wins() -> None:
    mirrors = HUB, Mirror("docker.io/acme", "a.example"), Mirror("docker.io/acme/base", "b.example:5000/x")
    assert mirror_of("acme/web:1", *mirrors) == "a.example/web:1"
    assert mirror_of("acme/base/ruby", *mirrors) == "b.example:5000/x/ruby"
    assert mirror_of("acme/base", *mirrors) == "b.example:5000/x"
    assert mirror_of("acme/base2", *mirrors) == "a.example/base2"
    assert mirror_of("acmes/web", *mirrors) == "mirror.example/hub/acmes/web"


def test_a_mirror_of_a_mirror_is_not_followed() -> None:
    mirrors = HUB, Mirror("mirror.example", "other.example/x")
    assert mirror_of("ruby", *mirrors) == "mirror.example/hub/library/ruby"
    assert mirror_of("mirror.example/hub/library/ruby", *mirrors) == "other.example/x/hub/library/ruby"


def test_a_name_that_would_mean_another_image_has_no_mirror() -> None:
    assert mirror_of("quay.io/acme/ruby", Mirror("quay.io/acme", "docker.io")) is None
    assert mirror_of("quay.io/acme/web", Mirror("quay.io/acme/web", "docker.io")) is None
    assert mirror_of("quay.io/acme/ruby", Mirror("quay.io", "docker.io")) == "docker.io/acme/ruby"


def test_ten_thousand_mirrors() -> None:
    entries = [f"docker.io/a{number}=m{number}.example/x" for number in range(10_000)]
    mirrors = parse_mirrors(entries)
    assert mirror_of("a9999/web", *mirrors) == "m9999.example/x/web"
    chain = [f"m{number}.example=m{number + 1}.example" for number in range(10_000)]
    assert len(parse_mirrors(chain)) == 10_000
    assert codes(*chain, "m10000.example=m0.example") == ["mirror-loop"]
    assert codes(*entries, *entries) == [*["mirror-duplicate"] * 100, "more-diagnostics"]
