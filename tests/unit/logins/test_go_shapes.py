from __future__ import annotations

from typing import Any

import pytest

from deployspec._core.json_scan import scan
from deployspec._logins.go_shapes import STRINGS, TEXT, TEXTS, Map, Shape, Struct, decode, go_text

FILE = Struct({"auths": Map(Struct({"auth": TEXT, "user": TEXT})), "list": TEXTS, "helpers": STRINGS, "Name": TEXT})


def decoded(text: str, shape: Shape = FILE) -> tuple[Any, list[tuple[str, str, int]]]:
    faults: list[tuple[str, str, int]] = []

    def on_fault(path: str, expected: str, at: int) -> None:
        faults.append((path, expected, at))

    return decode(shape, scan(text).value, on_fault), faults


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"auths": {"a": {"auth": "x"}}, "AUTHS": {"b": {}}}', {"auths": {"a": {"auth": "x"}, "b": {}}}),
        ('{"auths": {"a": {"auth": "x", "user": "u"}, "a": {"user": "v"}}}', {"auths": {"a": {"user": "v"}}}),
        ('{"auths": {"a": {}}, "auths": null}', {"auths": None}),
        ('{"auths": null, "auths": {"a": null}}', {"auths": {"a": {}}}),
        ('{"auths": {"a": {"auth": "x", "Auth": null}}}', {"auths": {"a": {"auth": "x"}}}),
        ('{"auths": {"a": {"auth": "x", "\u017fomething": 1, "auth": "y"}}}', {"auths": {"a": {"auth": "y"}}}),
        ('{"auth\u017f": {"a": {}}}', {"auths": {"a": {}}}),
        ('{"name": "x", "other": [1]}', {"Name": "x"}),
        ('{"helpers": {"a": "x", "b": null}}', {"helpers": {"a": "x", "b": ""}}),
        ('{"list": ["a", null], "list": null}', {"list": None}),
        ('{"auths": {"\\ud800": {}, "\\ud801": {"auth": "x"}}}', {"auths": {"\ufffd": {"auth": "x"}}}),
        ("null", {}),
    ],
)
def test_values_are_those_of_go(text: str, value: object) -> None:
    assert decoded(text) == (value, [])


@pytest.mark.parametrize(
    ("text", "value", "faults"),
    [
        ("[]", {}, [("", "an object", 0)]),
        ('{"auths": []}', {"auths": None}, [("auths", "an object", 1)]),
        ('{"auths": {"a": {}}, "auths": 5}', {"auths": {"a": {}}}, [("auths", "an object", 21)]),
        ('{"auths": {"a": "x"}}', {"auths": {"a": {}}}, [("auths.a", "an object", 11)]),
        (
            '{"auths": {"u:p@a": {"auth": 5, "user": "u"}}}',
            {"auths": {"u:p@a": {"auth": "", "user": "u"}}},
            [("auths.***@a.auth", "a string", 21)],
        ),
        ('{"list": [1]}', {"list": None}, [("list", "a list of strings", 1)]),
        ('{"list": "a"}', {"list": None}, [("list", "a list of strings", 1)]),
        ('{"helpers": {"a": 1}}', {"helpers": {"a": ""}}, [("helpers.a", "a string", 13)]),
    ],
)
def test_a_wrong_type_is_reported_and_the_rest_is_decoded(text: str, value: object, faults: object) -> None:
    assert decoded(text) == (value, faults)


def test_lone_surrogates_are_replaced() -> None:
    assert go_text("a\ud800\u00e9") == "a\ufffd\u00e9"
