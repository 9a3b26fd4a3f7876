"""The ARGs, defaults, build arguments and named contexts that the reference of an image was made from."""

from __future__ import annotations

from typing import Any

import pytest

from deployspec import App, BuildOptions, Origin, parse_dockerfile, plan_from_json, plan_to_json, resolve
from deployspec._dockerfile.build.origins import MOST_ORIGINS


def origins(text: str, **options: Any) -> list[tuple[str, str, int | None]]:
    """Return the origins of the last image."""
    *_, image = parse_dockerfile(text).images(**options).needed
    return [(origin.kind, origin.name, origin.line) for origin in image.origins]


A, B, T = ("arg", "A", 1), ("arg", "B", 2), ("predefined", "TARGETARCH", None)


IN_FILE: list[tuple[str, list[tuple[str, str, int | None]]]] = [
    ("FROM ruby", []),
    ("ARG A=1\nFROM ruby", []),
    ("ARG A=1\nFROM r:$A", [A]),
    ("ARG A=1\nARG B=2\nFROM r-$B-${A}-$B", [B, A]),
    ("ARG A=1\nARG B=r:$A\nFROM $B", [B, A]),
    ("ARG A=1\nARG B=r:$A\nARG A=2\nFROM $B", [B, A]),
    ("ARG A=1\nARG A=2\nFROM r:$A", [("arg", "A", 2)]),
    ("ARG A=1\nARG A\nFROM r:$A", [A]),
    ("ARG A=1\nARG A=$A-x\nFROM r:$A", [("arg", "A", 2), A]),
    ("ARG A\nFROM r$A", []),
    ("FROM r:$TARGETARCH", [T]),
    ("ARG TARGETARCH\nFROM r:$TARGETARCH", [T]),
    ("ARG TARGETARCH=x\nFROM r:$TARGETARCH", [("arg", "TARGETARCH", 1)]),
    # Defaults in the word
    ("ARG A=1\nFROM r:${A}${X:-2}", [A, ("default", "X", 2)]),
    ("FROM r:${X:-1}", [("default", "X", 1)]),
    ("ARG A=\nFROM r:${A:-1}", [("default", "A", 2)]),
    ("ARG A=1\nFROM r:${A:-2}", [A]),
    ("ARG A=1\nFROM r:${X-$A}", [("default", "X", 2), A]),
    ("ARG A=1\nARG B=2\nFROM r:${A:-$B}", [A]),
    ("ARG A=1\nARG B=2\nFROM r:${A+$B}", [A, B]),
    ("ARG A=1\nFROM r${X+$A}", []),
    ("ARG A=1\nARG B=2\nFROM r:${A?$B}", [A]),
    ("ARG A=1.2\nARG B=.*\nFROM r:${A%$B}", [A, B]),
    ("ARG A=1.2\nARG B=-\nFROM r:${A/./$B}", [A, B]),
    ('ARG A=1\nFROM "r:${X:-"$A"}"', [("default", "X", 2), A]),
    ("ARG A=1 B=2\nFROM r:$B", [("arg", "B", 1)]),
    ("ARG A=1 \\\n B=2\nFROM r:$B", [B]),
    ("ARG A=1 \\\n B=2\nFROM r:${B}${A}", [B, A]),
    ("FROM r:${X%?}1", []),
]


@pytest.mark.parametrize(("text", "expected"), IN_FILE)
def test_origins_in_the_file(text: str, expected: list[tuple[str, str, int | None]]) -> None:
    assert origins(text) == expected


@pytest.mark.parametrize(("text", "expected"), IN_FILE)
def test_origins_without_the_fast_path(
    text: str, expected: list[tuple[str, str, int | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_usual(*_: object) -> None:
        """Find nothing."""

    monkeypatch.setattr("deployspec._dockerfile.build.graph.find_usual", find_usual)
    assert origins(text) == expected


def test_build_arguments() -> None:
    text = "ARG A=1\nARG B=$A\nFROM r:$B-$TARGETARCH"
    assert origins(text, build_args={"A": "x"}) == [B, ("build-arg", "A", 1), T]
    assert origins(text, build_args={"B": "x"}) == [("build-arg", "B", 2), T]
    assert origins(text, build_args={"TARGETARCH": "x"}) == [B, A, ("build-arg", "TARGETARCH", None)]
    assert origins("ARG A\nFROM r:${A:-1}", build_args={"A": "x"}) == [("build-arg", "A", 1)]
    assert origins("FROM r:${A:-1}", build_args={"A": "x"}) == [("default", "A", 1)]


def test_the_line_of_a_build_argument_is_that_of_its_default() -> None:
    for word in ("$A", "${A:-x}"):
        assert origins(f"ARG A=1\nARG A\nFROM r:{word}", build_args={"A": "x"}) == [("build-arg", "A", 1)]
        assert origins(f"ARG A\nARG A=1\nFROM r:{word}", build_args={"A": "x"}) == [("build-arg", "A", 2)]
        assert origins(f"ARG A\nARG A\nFROM r:{word}", build_args={"A": "x"}) == [("build-arg", "A", 1)]


def test_named_contexts() -> None:
    contexts = {"base": "docker-image://quay.io/a/b", "r:1": "docker-image://quay.io/a/c"}
    assert origins("FROM scratch AS base\nFROM base", contexts=contexts) == [("build-context", "base", None)]
    assert origins("ARG A=1\nFROM r:$A", contexts=contexts) == [("build-context", "r:1", None)]
    assert origins("FROM scratch", contexts=contexts, build_args={"SOURCE_DATE_EPOCH": "base"}) == [
        ("build-context", "base", None)
    ]
    assert origins("ARG A=1\nFROM r:$A-x", contexts=contexts) == [A]


def test_an_image_of_several_names_has_the_origins_of_the_first() -> None:
    assert origins("ARG A=1\nFROM r:$A AS a\nFROM r:1\nCOPY --from=a / /") == [A]
    assert origins("ARG A=1\nFROM r:1 AS a\nFROM r:$A\nCOPY --from=a / /") == []


def test_several_words_share_the_declarations() -> None:
    text = "ARG A=1\nARG B=r:$A\nFROM $B AS b\nFROM $B-x\nCOPY --from=b / /"
    found = [tuple(origin.name for origin in image.origins) for image in parse_dockerfile(text).images().needed]
    assert found == [("B", "A")] * 2


def test_a_long_chain_of_defaults_is_cut() -> None:
    text = "ARG A0=1\n" + "".join(f"ARG A{n}=$A{n - 1}\n" for n in range(1, 3_000)) + "FROM r:$A2999\n"
    found = origins(text)
    assert len(found) == MOST_ORIGINS
    assert found[0] == ("arg", "A2999", 3_000)


def test_an_expansion_that_exceeds_the_budget_the_second_time_has_no_origin() -> None:
    text = "ARG A=" + "x" * 60_000 + "\n" + "".join(f"ARG B{n}=${{A%y}}\n" for n in range(34))
    assert origins(f"{text}ARG T=1\nFROM r:$T") == [("arg", "T", 36)]
    assert origins(f"{text}ARG T=${{B1:+1}}\nFROM r:$T")[:2] == [("arg", "T", 36), ("arg", "B1", 3)]
    assert origins(f"{text}ARG T=${{B33:+1}}\nFROM r:$T")[:1] == [("arg", "T", 36)]


def test_a_plan_has_them() -> None:
    text = "# syntax=docker/dockerfile:1\nARG A=1\nFROM r:$A\nCOPY --from=x / /\n"
    plan = resolve(App({}, "web: run", text))
    origin = Origin(kind="arg", name="A", line=2)
    assert [(pull.line, pull.origins) for pull in plan.pulls] == [(1, ()), (3, (origin,)), (4, ())]
    again = plan_from_json(plan_to_json(plan))
    assert [(pull.line, pull.origins) for pull in again.pulls] == [(1, ()), (3, (origin,)), (4, ())]
    build = BuildOptions(args={"BUILDKIT_SYNTAX": "docker/dockerfile:1.9"})
    frontend = resolve(App({}, "web: run", text, build=build)).pulls[0]
    assert (frontend.line, frontend.origins) == (None, (Origin(kind="build-arg", name="BUILDKIT_SYNTAX"),))
    custom = resolve(App({}, "web: run", "#escape=`\n# syntax=acme/fe\nx")).pulls[0]
    assert (custom.line, custom.origins) == (2, ())
    (image,) = resolve(App({"APTIBLE_DOCKER_IMAGE": "a/b:1"}, "web: run")).pulls
    assert (image.line, image.origins) == (None, ())
