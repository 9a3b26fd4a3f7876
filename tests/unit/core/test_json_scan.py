from __future__ import annotations

import json
from typing import Any

import pytest

from deployspec._core.json_scan import GO_DEPTH, JsonObject, JsonValue, scan


def plain(value: JsonValue) -> Any:
    if isinstance(value, JsonObject):
        return {name: plain(member) for name, member in value.last().items()}
    return list(map(plain, value)) if isinstance(value, list) else value


@pytest.mark.parametrize(
    "text",
    ["null", "true", "[false, 1, 0]", '"a"', '{"a": {"b": []}, "c": [1, {}]}', '"\\u0041\\ud83d\\ude00\\n"', " [ ] \n"],
)
def test_values_are_those_of_json(text: str) -> None:
    found = scan(text)
    assert plain(found.value) == json.loads(text)
    assert (found.fault, found.rest, found.blank, found.constant) == (None, None, False, None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", 1),
        ("[1,]", 3),
        ('{"a": 1,}', 8),
        ('{"a" 1}', 5),
        ('{"a"}', 4),
        ("{1: 2}", 1),
        ('{"a": 1 "b": 2}', 8),
        ("[1 2]", 3),
        ("[}", 1),
        ("{]", 1),
        ("]", 0),
        (",", 0),
        (":", 0),
        ("[1:2]", 2),
        ('{"a":[1}', 7),
        ("{[", 1),
        ("{{", 1),
        ("{,", 1),
        ("'a'", 0),
        ('"a\tb"', 0),
        ('"\\x"', 0),
        ('"a', 0),
        ("// c\n1", 0),
        ("\ufeff{}", 0),
        ("-", 0),
        ("tru", 0),
    ],
)
def test_a_syntax_error_has_its_offset(text: str, fault: int) -> None:
    found = scan(text)
    assert (found.fault, found.blank, found.value) == (fault, False, None)


@pytest.mark.parametrize("text", ["", " \n\t\r"])
def test_a_blank_text_has_no_value(text: str) -> None:
    assert scan(text).blank


@pytest.mark.parametrize(
    ("text", "rest"), [("{} x", 3), ("{}}", 2), ("01", 1), ("1 2", 2), ('"a""b"', 3), ("nullx", 4)]
)
def test_text_after_the_value_has_its_offset(text: str, rest: int) -> None:
    assert (scan(text).rest, scan(text).fault) == (rest, None)


@pytest.mark.parametrize("number", ["0", "-0", "0.0", "-0.00e5", "0e9"])
def test_zeros_are_false(number: str) -> None:
    assert scan(number).value == 0


@pytest.mark.parametrize("number", ["1", "-1", "0.01", "10", "-0.5e-3"])
def test_other_numbers_are_true(number: str) -> None:
    assert scan(number).value == 1


def test_the_first_constant_that_only_python_reads_has_its_offset() -> None:
    found = scan('{"a": NaN, "b": [-Infinity, Infinity]}')
    assert (found.constant, found.fault) == (6, None)
    assert scan("[NaN,]").constant == 1


def test_duplicate_members_are_kept_with_their_offsets() -> None:
    value = scan('{"a": 1, "a": null}').value
    assert isinstance(value, JsonObject)
    assert value.members == [("a", 1, 1), ("a", None, 9)]


def test_nesting_has_the_limit_of_go_and_needs_no_stack() -> None:
    assert scan("[" * GO_DEPTH + "]" * GO_DEPTH).fault is None
    assert scan("[" * GO_DEPTH + "]" * GO_DEPTH).depth == GO_DEPTH
    assert scan("[" * 1_000_000).fault == GO_DEPTH


@pytest.mark.parametrize(
    ("text", "is_json"),
    [
        ("[1e5, 2]", True),
        ("1" * 308, True),
        ("9" * 309, False),
        ("1e999", False),
        ("[1E999, 1]", False),
        ("-1e999", False),
        ("NaN", False),
        ("{} x", False),
        ("{", False),
    ],
)
def test_whether_go_decodes_the_whole_text(text: str, *, is_json: bool) -> None:
    assert scan(text).is_json == is_json


@pytest.mark.parametrize("char", ["\x00", "\x01", "\x1f", "\n"])
def test_a_control_character_in_a_string_is_a_fault(char: str) -> None:
    assert scan(f'"a{char}b"').fault == 0


@pytest.mark.parametrize("char", [" ", "!", "\x7f", "\x80", "\u2028", "\ud800"])
def test_other_characters_in_a_string_are_kept(char: str) -> None:
    assert scan(f'"a{char}b"').value == f"a{char}b"


@pytest.mark.parametrize(("depth", "is_read"), [(10_000, True), (10_001, False)])
def test_go_reads_ten_thousand_levels(depth: int, *, is_read: bool) -> None:
    assert (scan("[" * depth + "]" * depth).fault is None) is is_read
