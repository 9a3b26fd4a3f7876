"""Lock files: their text, their errors, and plans that fit them or do not."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployspec import (
    App,
    BuildOptions,
    DeploySpecError,
    Diagnostic,
    InvalidLock,
    InvalidPlan,
    Lock,
    Span,
    check_lock,
    lock_to_json,
    parse_lock,
    parse_reference,
    pin,
    pins_needed,
    resolve,
)

D1, D2 = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
TEXT = f"""\
{{
  "version": 1,
  "images": {{
    "docker.io/library/nginx:latest": "{D2}",
    "docker.io/library/ruby:3.4": "{D1}"
  }}
}}
"""
APP = App({}, "web: run", "ARG V=3.4\nFROM ruby:$V\nCOPY --from=nginx / /\n")


def lock(**images: Any) -> str:
    return json.dumps({"version": 1, "images": images})


def errors(text: str | bytes) -> list[tuple[str, int | None, int | None, int | None]]:
    with pytest.raises(InvalidLock) as caught:
        parse_lock(text)
    assert all(one.source == "lock" for one in caught.value.diagnostics)
    return [(one.code, one.line, one.column, one.end_column) for one in caught.value.diagnostics]


# The text


def test_a_lock_is_sorted_and_has_one_image_a_line() -> None:
    assert lock_to_json({"ruby:3.4": D1, "nginx": D2}) == TEXT
    assert lock_to_json({parse_reference("ruby:3.4"): D1, parse_reference("nginx"): D2}) == TEXT
    assert lock_to_json({"nginx": D2, "docker.io/library/nginx": D2, "ruby:3.4": D1}) == TEXT
    assert lock_to_json({}) == '{\n  "version": 1,\n  "images": {}\n}\n'


def test_a_round_trip() -> None:
    parsed = parse_lock(TEXT)
    assert lock_to_json(parsed) == TEXT
    assert parsed == {"docker.io/library/nginx:latest": D2, "docker.io/library/ruby:3.4": D1}
    assert parsed == parse_lock(TEXT.encode()) == parse_lock("\ufeff" + TEXT)
    assert hash(parsed) == hash(parse_lock(TEXT.replace("\n", "")))
    assert (len(parsed), list(parsed)) == (2, ["docker.io/library/nginx:latest", "docker.io/library/ruby:3.4"])
    assert parsed.spans["docker.io/library/ruby:3.4"] == Span(5, 5, 5, 33)
    assert pickle.loads(pickle.dumps(parsed)) == copy.deepcopy(parsed) == parsed  # noqa: S301
    assert "spans" not in repr(parsed)


def test_references_may_be_familiar() -> None:
    assert parse_lock(lock(ruby=D1)) == {"docker.io/library/ruby:latest": D1}
    assert parse_lock('{"images": {"r\\u0075by": "' + D1 + '"}, "version": 1.0e0}'.replace("1.0e0", "1"))


@pytest.mark.parametrize("digest", [f"sha384:{'a' * 96}", f"sha512:{'a' * 128}"])
def test_other_algorithms(digest: str) -> None:
    assert parse_lock(lock(ruby=digest))["docker.io/library/ruby:latest"] == digest


# Errors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("lock-syntax", 1, 1, 2)]),
        ("{", [("lock-syntax", 1, 2, 3)]),
        ('{"version": 1,\n "images": {},}', [("lock-syntax", 2, 15, 16)]),
        ('{"version": NaN, "images": {}}', [("lock-syntax", None, None, None)]),
        ("[" * 100_000, [("lock-syntax", None, None, None)]),
        (b"\xff", [("lock-syntax", 1, 1, 2)]),
        ("[]", [("lock-type", 1, 1, 2)]),
        ("null", [("lock-type", 1, 1, 2)]),
        ('{"version": 2, "nope": 1}', [("lock-version", 1, 13, 14)]),
        ('{"version": true, "images": {}}', [("lock-version", 1, 13, 17)]),
        ('{"version": "1", "images": {}}', [("lock-version", 1, 13, 16)]),
        ('{"version": [1], "images": {}}', [("lock-version", 1, 13, 14)]),
        ("{}", [("lock-member-missing", 1, 1, 2)] * 2),
        ('{"version": 1, "image": {}}', [("lock-member-unknown", 1, 16, 23), ("lock-member-missing", 1, 1, 2)]),
        ('{"version": 1, "images": {}, "images": {}}', [("lock-member-twice", 1, 30, 38)]),
        (
            '{"version": 1, "images": {}, "x": 1, "x": 1}',
            [("lock-member-unknown", n, m, m + 3) for n, m in ((1, 30), (1, 38))],
        ),
        ('{"version": 1, "images": []}', [("lock-type", 1, 26, 27)]),
        ('{"version": 1, "images": "x"}', [("lock-type", 1, 26, 29)]),
        ('{"version": 1, "images": {"ruby": 1}}', [("lock-type", 1, 35, 36)]),
        ('{"version": 1, "images": {"ruby":\n {}}}', [("lock-type", 2, 2, 3)]),
        ('{"version": 1, "images": {"ruby": "sha256:1"}}', [("lock-digest-invalid", 1, 35, 45)]),
        (lock(Ruby=D1), [("lock-reference-invalid", 1, 27, 33)]),
        (lock(**{f"ruby@{D1}": D1}), [("lock-reference-invalid", 1, 27, 105)]),
        (lock(Ruby=""), [("lock-reference-invalid", 1, 27, 33), ("lock-digest-invalid", 1, 35, 37)]),
        (f'{{"version": 1, "images": {{"a": "{D1}",\n"a": "{D1}"}}}}', [("lock-image-twice", 2, 1, 4)]),
        (lock(**{"a": D1, "docker.io/library/a:latest": D2}), [("lock-image-twice", 1, 107, 135)]),
    ],
)
def test_errors_are_located(text: str | bytes, expected: list[tuple[str, int, int, int]]) -> None:
    assert errors(text) == expected


def test_every_error_is_reported_at_once() -> None:
    text = f'{{\n"verzion": 1,\n"version": 1,\n"images": {{"A": "{D1}", "b": 1,\n"c": "x"}}\n}}'
    assert [code for code, *_ in errors(text)] == [
        *("lock-member-unknown", "lock-reference-invalid", "lock-type", "lock-digest-invalid")
    ]
    with pytest.raises(InvalidLock) as caught:
        parse_lock(text)
    assert caught.value.diagnostics[0].hint == "did you mean `version`?"


def test_a_digest_in_a_reference_is_explained() -> None:
    with pytest.raises(InvalidLock) as caught:
        parse_lock(lock(**{f"ruby@{D1}": D1}))
    (error,) = caught.value.diagnostics
    assert error.hint == "use `docker.io/library/ruby`"


def test_ten_thousand_errors_take_linear_time() -> None:
    entries = ",\n".join(f'"R{number}": 1' for number in range(20_000))
    found = errors(f'{{"version": 1, "images": {{{entries}}}}}')
    assert (len(found), found[-1][0]) == (101, "more-diagnostics")


NAMES = st.sampled_from(["version", "images", "ruby", "Ruby", "docker.io/library/ruby:latest", 'a"\\', "\ud800"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([None, True, 1, 1.5, -1, "1", "", D1, 'x"\\,}']),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(NAMES, VALUES, max_size=3) | VALUES, st.sampled_from([None, 0, 2]))
def test_any_json_is_a_lock_or_has_located_errors(document: Any, indent: int | None) -> None:
    check_locations(json.dumps(document, indent=indent))
    check_locations(json.dumps({"version": 1, "images": document}, indent=indent))


@given(st.integers(0, len(TEXT) - 1), st.sampled_from(["", '"', "{", "}", ",", "\\", "\n", "é", "\0", "9" * 5_000]))
def test_any_edited_lock_is_a_lock_or_has_located_errors(at: int, text: str) -> None:
    check_locations(TEXT[:at] + text + TEXT[at + 1 :])


def check_locations(text: str) -> None:
    lines = text.split("\n")
    try:
        parse_lock(text)
    except InvalidLock as error:
        for one in error.diagnostics:
            assert one.line is None or 1 <= one.line <= len(lines)
            assert one.line is None or 1 <= (one.column or 0) <= len(lines[one.line - 1]) + 1


@pytest.mark.parametrize(
    ("digests", "codes"),
    [
        ({"Ruby": D1, "a": "x"}, ["lock-reference-invalid", "lock-digest-invalid"]),
        ({"ruby": D1, "docker.io/library/ruby": D2}, ["lock-image-twice"]),
        ({parse_reference(f"ruby@{D1}"): D1}, ["lock-reference-invalid"]),
    ],
)
def test_digests_that_no_lock_can_have(digests: Any, codes: list[str]) -> None:
    with pytest.raises(InvalidLock) as caught:
        lock_to_json(digests)
    assert [one.code for one in caught.value.diagnostics] == codes


WRONG: list[tuple[Any, list[Any]]] = [
    (parse_lock, [None]),
    (lock_to_json, [[]]),
    (lock_to_json, [{1: D1}]),
    (lock_to_json, [{"a": 1}]),
    (check_lock, [resolve(APP), {}]),
    (check_lock, [None, parse_lock(TEXT)]),
]


@pytest.mark.parametrize(("function", "arguments"), WRONG)
def test_wrong_types(function: Any, arguments: list[Any]) -> None:
    with pytest.raises(TypeError):
        function(*arguments)


# Plans


def test_a_lock_pins_its_plan() -> None:
    plan, parsed = resolve(APP), parse_lock(TEXT)
    assert set(pins_needed(plan)) == set(parsed)
    assert check_lock(plan, parsed) == ()
    pinned = pin(plan, parsed)
    assert [pull.reference.digest for pull in pinned.pulls] == [D1, D2]
    assert pin(pinned, parsed) == pinned
    assert check_lock(pinned, parsed) == ()
    assert [pull.origins for pull in pinned.pulls] == [pull.origins for pull in plan.pulls]


def located(diagnostics: tuple[Diagnostic, ...]) -> list[tuple[str, str | None, int | None, int | None]]:
    return [(one.code, one.source, one.line, one.column) for one in diagnostics]


def test_a_lock_of_another_plan() -> None:
    text = "# syntax=docker/dockerfile:1\nFROM python:3.13\nRUN --mount=from=nginx,target=/n x\n"
    plan = resolve(App({}, "web: run", text, build=BuildOptions(dockerfile_path="docker/web")))
    expected = [
        ("pin-unmatched", "lock", 5, 5),
        ("pin-missing", "docker/web", 1, None),
        ("pin-missing", "docker/web", 2, None),
    ]
    assert located(check_lock(plan, parse_lock(TEXT))) == expected
    with pytest.raises(InvalidPlan) as caught:
        pin(plan, parse_lock(TEXT))
    assert located(caught.value.diagnostics) == expected
    with pytest.raises(InvalidPlan) as caught:
        pin(plan, parse_lock(TEXT), extra="ignore")
    assert located(caught.value.diagnostics) == expected[1:]


def test_an_image_that_a_build_option_or_a_variable_names() -> None:
    empty = parse_lock(lock())
    options = BuildOptions(args={"BUILDKIT_SYNTAX": "docker/dockerfile:1"})
    assert located(check_lock(resolve(App({}, "web: run", "FROM scratch", build=options)), empty)) == [
        ("pin-missing", "--build-arg", None, None)
    ]
    pull = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, "web: run"))
    assert located(check_lock(pull, empty)) == [("pin-missing", "APTIBLE_DOCKER_IMAGE", None, None)]


def test_an_image_without_a_known_place() -> None:
    empty = parse_lock(lock())
    pull = resolve(App({"APTIBLE_DOCKER_IMAGE": "quay.io/a/b:1"}, "web: run"))
    assert located(check_lock(attrs.evolve(pull, trace=()), empty)) == [("pin-missing", "pin", None, None)]
    built = resolve(App({}, "web: run", "FROM a"))
    pulls = tuple(attrs.evolve(pull, line=None) for pull in built.pulls)
    assert located(check_lock(attrs.evolve(built, pulls=pulls), empty)) == [("pin-missing", "pin", None, None)]


def test_an_image_that_no_context_can_replace_is_located() -> None:
    plan = resolve(App({}, "web: run", "FROM context"))
    assert located(check_lock(plan, parse_lock(lock(context=D1)))) == [("pin-impossible", "Dockerfile", 1, None)]


def test_images_with_digests_need_no_entry() -> None:
    assert check_lock(resolve(App({}, "web: run", f"FROM ruby@{D1}")), parse_lock(lock())) == ()


def test_a_lock_is_a_mapping() -> None:
    assert isinstance(parse_lock(TEXT), Lock)
    with pytest.raises(KeyError):
        parse_lock(TEXT)["ruby"]
    assert issubclass(InvalidLock, DeploySpecError)
