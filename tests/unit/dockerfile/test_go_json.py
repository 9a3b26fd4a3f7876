"""Exec form, which Go nests deeper than Python."""

from __future__ import annotations

import pytest

from deployspec._dockerfile.go_json import NotStringsError, is_json, strings_of

DEEP = 5_000


@pytest.mark.parametrize(
    "text",
    [
        "[" * DEEP + "]" * DEEP,
        '["a", ' + '{"k": [' * (DEEP // 2) + '1, "x"' + "]}" * (DEEP // 2) + ', -1.5e3, true, null, {"a": {}, "b": 1}]',
    ],
)
def test_a_deep_array_is_an_array(text: str) -> None:
    assert is_json(text)
    with pytest.raises(NotStringsError):
        strings_of(text)


@pytest.mark.parametrize(
    "item",
    [
        ",", ":", '"', "1 2", "1,", ",1", "1,,2", "1:2", "1e999", "-1e999", "nul", "01", "'a'", "[}", "{]", "[,1]",
        "[1,]", "[1:2]", "[1 2]", "[][]", "{,}", "{:1}", "{1:2}", "{true:1}", "{[]:1}", '{"a"}', '{"a":}', '{"a" 1}',
        '{"a",1}',
        '{"a"::1}', '{"a":1,}', '{"a":1:2}', '{"a":1 "b":2}', '{"a":1,2}', "{[", '{"a":1', "\v",
    ],
)  # fmt: skip
def test_an_array_of_what_is_no_json_is_shell_form_at_any_depth(item: str) -> None:
    text = "[" * DEEP + item + "]" * DEEP
    assert not is_json(text)
    assert strings_of(text) is None


@pytest.mark.parametrize(
    "tail", ["", "1]", "}", *("]" * DEEP + more for more in ("]", " x", "X", ",", "1", "[]", "\v"))]
)
def test_what_is_no_json_is_shell_form_at_any_depth(tail: str) -> None:
    text = "[" * DEEP + tail
    assert not is_json(text)
    assert strings_of(text) is None


def test_go_nests_ten_thousand_deep() -> None:
    assert is_json("[" * 10_000 + "]" * 10_000)
    assert not is_json("[" * 10_001 + "]" * 10_001)
