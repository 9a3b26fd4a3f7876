from __future__ import annotations

import sys
import unicodedata

import pytest

from deployspec._core.text import one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("web", "web"),
        ("", ""),
        ("a b", "a b"),
        ("déjà vu, 日本", "déjà vu, 日本"),
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("\x00\x7f\x85\x9b", "\\x00\\x7f\\x85\\x9b"),
        ("\u200b\u2028\u202e\u2066\ufeff", "\\u200b\\u2028\\u202e\\u2066\\ufeff"),
        ("\xa0\u3000", "\\xa0\\u3000"),
        ("\ud800", "\\ud800"),
        ("\U000e0041\U0010ffff", "\\U000e0041\\U0010ffff"),
    ],
)
def test_unprintable_characters_are_escaped(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_no_control_format_or_separator_character_is_left() -> None:
    left = [
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"} and one_line(char) == char
    ]
    assert left == [" "]


@pytest.mark.parametrize(("limit", "shown"), [(None, "abc\\n"), (4, "abc\\n"), (3, "abc…"), (0, "…")])
def test_a_long_text_is_cut(limit: int | None, shown: str) -> None:
    assert one_line("abc\n", limit) == shown
