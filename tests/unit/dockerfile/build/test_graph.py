"""Which stages and images a build reaches: targets, sources, indexes, cycles, triggers."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.building import everything, faults, images, needed, rows

from deployspec import InvalidDockerfile, parse_dockerfile
from deployspec._dockerfile.build.graph import BuildGraph
from deployspec._dockerfile.build.request import Request, read_platforms
from deployspec._dockerfile.build.scope import Scope
from deployspec._dockerfile.diagnostics import DockerfileCollector

MANY = 10_000


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
    [("FROM a AS x\nFROM b AS y\n", "defined stages: `x`, `y`"), ("FROM a\n", "no stage in the file has a name")],
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
    assert caught.value.diagnostics[0].hint == "defined stages: " + ", ".join(f"`s{at}`" for at in range(10))


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
def test_an_invalid_source_is_refused_in_any_stage(text: str, expected: list[tuple[str, int]]) -> None:
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
        ("FROM a AS x\nCOPY --from=x / /\nCOPY --from=0 / /\n", [("circular", 2), ("circular", 3)], "stage `x`"),
        # Told once, be it found from another stage or at another place.
        ("FROM a AS x\nCOPY --from=x / /\nFROM b AS y\nCOPY --from=x / /\n", [("circular", 2)], "stage `x`"),
        (
            (
                "FROM a AS x\nCOPY --from=y / /\nCOPY --from=z / /\n"
                "FROM b AS y\nCOPY --from=x / /\nFROM b AS z\nCOPY --from=x / /\n"
            ),
            [("circular", 2), ("circular", 3)],
            "stage `x`",
        ),
    ],
)
def test_a_stage_cannot_depend_on_itself(text: str, expected: list[tuple[str, int]], label: str) -> None:
    assert faults(text) == expected
    with pytest.raises(InvalidDockerfile, match=f"{label} depends on itself"):
        images(text)


def test_the_parent_of_a_stage_is_not_part_of_a_cycle() -> None:
    # BuildKit refuses it later, when the images have been asked for.
    assert needed(images("FROM a AS x\nCOPY --from=y / /\nFROM x AS y\n")) == ["a"]


def test_stages_that_share_a_source_are_no_cycle() -> None:
    text = "FROM a AS x\nFROM x AS y\nFROM x AS z\nCOPY --from=y / /\nCOPY --from=x / /\n"
    assert needed(images(text)) == ["a"]


def test_stages_that_each_copy_twice_from_the_next_are_walked_once() -> None:
    # There are more ways through them than could be walked.
    stages = "".join(f"FROM scratch AS s{at}\n" + f"COPY --from=s{at + 1} / /\n" * 2 for at in range(60))
    assert rows(images(f"{stages}FROM a AS s60\nFROM s0\n")) == [("a", "linux/amd64", "from", 181)]


def test_ten_thousand_stages_may_copy_from_each_other() -> None:
    stages = "".join(f"FROM scratch AS s{at}\nCOPY --from=s{at - 1} / /\n" for at in range(1, MANY))
    assert rows(images("FROM a AS s0\n" + stages)) == [("a", "linux/amd64", "from", 1)]
    ring = f"FROM a AS s0\nCOPY --from=s{MANY - 1} / /\n" + stages
    assert faults(ring) == [("circular", 2)]


def test_ten_thousand_stages_may_be_parents_of_each_other() -> None:
    stages = "".join(f"FROM s{at - 1} AS s{at}\n" for at in range(1, MANY))
    found = images("FROM a AS s0\n" + stages)
    assert needed(found) == everything(found) == ["a"]


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
def test_triggers_fire_in_the_child_stages(text: str, expected: list[str]) -> None:
    assert needed(images(text)) == expected


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


def test_a_trigger_that_fires_may_have_a_heredoc() -> None:
    images = parse_dockerfile("FROM a AS p\nONBUILD RUN <<EOF\nx\nEOF\nFROM p\n").images()
    assert [str(one.reference) for one in images.needed] == ["docker.io/library/a:latest"]


@pytest.mark.parametrize("trigger", ["# x", "COPY --from=99 /x /y", "NOPE"])
def test_an_error_in_a_trigger_counts_only_if_it_fires(trigger: str) -> None:
    head = f"FROM a AS p\nONBUILD {trigger}\nFROM p AS c\n"
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile(head).images()
    assert {one.line for one in caught.value.diagnostics} == {2}
    assert parse_dockerfile(head + "FROM alpine\n").images().needed[0].reference.name == "alpine"


def test_numbers_of_any_length_are_read() -> None:
    images = parse_dockerfile(f"FROM a\nFROM b\nCOPY --from={'0' * 5000} /a /b\n").images()
    assert [one.reference.name for one in images.needed] == ["a", "b"]


def test_the_number_of_fired_triggers_is_bounded() -> None:
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


def test_the_reached_stages_are_listed_in_the_order_of_the_file() -> None:
    file = parse_dockerfile("FROM a AS x\nFROM b AS y\nFROM c AS z\nCOPY --from=d / /\nFROM z\nCOPY --from=x / /\n")
    request = Request({}, "", read_platforms("linux/amd64", None), {})
    scope = Scope(request, None, file.escape, DockerfileCollector())
    graph = BuildGraph(file.arguments, file.stages, scope, request)
    graph.build()
    target = graph.find_target()
    assert target is not None
    graph.reach(target)
    assert [state.stage and state.stage.base for state in graph.reached_stages()] == ["a", "c", "z"]
    assert [state.label for state in graph.reached_stages()] == ["stage `x`", "stage `z`", "stage on line 5"]
