"""The published schema of a plan accepts a document if and only if the loader does."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from deployspec import App, BuildOptions, Credential, InvalidPlan, Keyring, Secret, plan_schema, resolve
from deployspec import plan_from_json as load
from deployspec import plan_to_json as dump

SCHEMA = plan_schema()
VALIDATOR: Any = Draft202012Validator(SCHEMA)
KEYRING = Keyring([Credential(scope="quay.io/a", username="u", password=Secret("p"))])
DOCKERFILE = "# syntax=docker/dockerfile:1\nFROM a\nCOPY --from=b / /"
PLANS = {
    "pull": resolve(
        App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b", "A": "", "B.": ""}, "web: run\nx_Y: $X", keyring=KEYRING)
    ),
    "build": resolve(
        App(
            {},
            "web: run",
            "# syntax=docker/dockerfile:1\nFROM a\nCOPY --from=b / /",
            build=BuildOptions(args={"A": "1"}),
        )
    ),
    "extend": resolve(App({}, "web: run", "FROM quay.io/a/b", keyring=KEYRING, revision="abc")),
    "opaque": resolve(App({}, "web: run", "# syntax=acme/frontend")),
    "scratch": resolve(App({}, "web: run", "FROM scratch", build=BuildOptions(contexts={"c": "."}))),
}
Path = tuple[str | int, ...]
VALUES: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        1.0,
        1.5,
        2,
        10**30,
        "",
        "\n",
        "pull",
        "app",
        "note",
        "error",
        "build",
        [],
        {},
        [[]],
    ),
    *(["A", "A"], ["A", "B"], {"kind": "pull"}, "quay.io/a", "linux/arm64", "sha256:", f"sha256:{'0' * 64}", "a-b"),
]


def accepted(document: Any) -> bool:
    """Whether the loader accepts a document, except for contradictions, which a schema cannot express."""
    try:
        load(json.dumps(document))
    except InvalidPlan as error:
        return {one.code for one in error.diagnostics} == {"plan-contradiction"}
    return True


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, list):
        for index, one in enumerate(cast("Iterable[Any]", value)):
            yield from places(one, (*path, index))
    elif isinstance(value, dict):
        for name, one in cast("dict[str, Any]", value).items():
            yield from places(one, (*path, name))


Change = Callable[[Any, Any], None]


def put(value: Any) -> Change:
    def change(place: Any, key: Any) -> None:
        place[key] = value

    return change


def take_away(place: Any, key: Any) -> None:
    del place[key]


def add(place: Any, key: Any) -> None:
    if isinstance(place[key], dict):
        place[key]["extra"] = None
    elif isinstance(place[key], list):
        place[key].append(place[key][0] if place[key] else "A")


def edit(place: Any, key: Any) -> None:
    if isinstance(place[key], str):
        place[key] += "\n"


def broken(document: Any, path: Path, change: Change) -> Any:
    found = copy.deepcopy({"": document})
    place: Any = found
    for key in ("", *path[:-1])[: len(path)]:
        place = place[key]
    change(place, path[-1] if path else "")
    return found.get("")


def breaks(document: Any) -> Iterator[Any]:
    """Remove, extend and edit every member and item in turn, and replace it by each of the values."""
    for path in places(document):
        for change in (take_away, add, edit, *map(put, VALUES)):
            yield broken(document, path, change)


def test_the_schema_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA == plan_schema()


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANS)
def test_every_broken_document_is_rejected_by_both_or_neither(name: str) -> None:
    document = json.loads(dump(PLANS[name]))
    assert VALIDATOR.is_valid(document)
    assert accepted(document)
    verdicts = {True: 0, False: 0}
    for changed in breaks(document):
        verdict = accepted(changed)
        assert VALIDATOR.is_valid(changed) == verdict, changed
        verdicts[verdict] += 1
    assert verdicts[False] > verdicts[True] > 0


values = st.recursive(
    st.sampled_from(VALUES), lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner)
)


@given(st.sampled_from(sorted(PLANS)), st.data())
def test_documents_broken_in_several_places_are_rejected_by_both_or_neither(name: str, data: st.DataObject) -> None:
    document = json.loads(dump(PLANS[name]))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(document))))
        document = broken(document, path, put(data.draw(values)))
    assert VALIDATOR.is_valid(document) == accepted(document)


parts = st.sampled_from([
    *("quay.io", "docker.io", "index.docker.io", "localhost", "QUAY", "a", "library", "v1", "v2", "[::1]", "a_b"),
    *("a__b", "a___b", "a--b", "-a", "a-", "A", "registry-1.docker.io", "hub.docker.com", "é", "\n"),
    "registry.hub.docker.com",
    *("/", "/", "/", ":", ":", "@", ".", "5000", "1.0", f"sha256:{'0' * 64}", f"sha512:{'a' * 128}", "x" * 128),
    *("x" * 127, "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" * 4, "b" * 800),
    *("linux", "arm64", "(10.0)"),
])  # fmt: skip
texts = st.lists(parts, max_size=9).map("".join) | st.text(max_size=12)


def at(document: Any, path: Path, text: str) -> bool:
    changed = broken(document, path, put(text))
    verdict = accepted(changed)
    assert VALIDATOR.is_valid(changed) == verdict, text
    return verdict


PULL = json.loads(dump(PLANS["pull"]))
BUILD = json.loads(dump(PLANS["build"]))


@given(texts)
@example("quay.io/a")
@example("quay.io/a:1")
@example(f"quay.io/a:1@sha256:{'0' * 64}")
@example(f"quay.io/a@sha256:{'0' * 64}")
@example("localhost/a:1")
@example("docker.io/a:1")
@example(f"a.b/{'a' * 255}:1")
@example(f"a.b/{'a' * 256}:1")
@example(f"{'a' * 766}.b/{'a' * 255}:1")
@example(f"{'a' * 767}.b/{'a' * 255}:1")
def test_references(text: str) -> None:
    at(PULL, ("action", "image", "reference"), text)
    at(PULL, ("pulls", 0, "reference"), text)


@given(texts)
@example("quay.io/a/v2")
@example("quay.io/v2/a")
@example("docker.io/library")
@example("hub.docker.io")
@example("registry.hub.docker.io")
@example("hub.docker.com/a")
@example("registry.hub.docker.com/QUAY")
def test_scopes(text: str) -> None:
    at(PULL, ("action", "image", "credential", "scope"), text)


@given(texts)
@example("linux/arm64/v8")
@example("windows(10.0)/amd64")
def test_other_strings(text: str) -> None:
    for path in (("pulls", 0, "platform"), ("services", 0, "name"), ("environment", 0), ("diagnostics", 0, "code")):
        at(PULL, path, text)
    at(BUILD, ("action", "recipe", "dockerfile_digest"), text)


def test_every_pattern_is_anchored() -> None:
    patterns = re.findall(r'"pattern": "([^"]*)"', json.dumps(SCHEMA))
    assert len(patterns) > 5
    assert all(one.startswith("^(?:") and one.endswith(")$(?!\\\\n)") for one in patterns)
