from __future__ import annotations

import sys
import unicodedata

import pytest

from deployspec import App, Diagnostic, InvalidReference, ResolutionError, parse_reference, resolve
from deployspec._core.text import is_utf16, listed, one_line, without_workflow_commands


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


TOKENS = [
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "gho_16C7e42F292c6912E7710c838347Ae178B4a",
    "github_pat_11AAAAAAA0abcdefghijkl_mnop",
    "glpat-x7Kq2mN4bV9cT1zP",
    "AKIAIOSFODNN7EXAMPLE",
    "ASIAIOSFODNN7EXAMPLE",
    "xoxb-123456789012-abcdef",
    "dckr_pat_abcdefghijklmnop",
    "npm_abcdefghijklmnopqrstuvwxyz0123456789",
    "sk-abcdefghijklmnopqrstuvwx",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0",
    "-----BEGIN RSA PRIVATE KEY",
]


@pytest.mark.parametrize("token", TOKENS)
def test_tokens_are_never_shown(token: str) -> None:
    shown = f"a `{'*' * len(token)}` b"
    assert one_line(f"a `{token}` b") == shown
    diagnostic = Diagnostic("c", f"a `{token}` b", hint=f"a `{token}` b")
    assert (diagnostic.message, diagnostic.hint) == (shown, shown)
    assert one_line(f"{token}\n", limit=8) == "*" * 8 + "…"


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize(
    "shape", ["{}", " {}", "{}:1", "Team/{}", "quay.io/Team/{}", "https://{}@quay.io/a/b:1", "{}/A"]
)
def test_no_message_shows_a_token_in_the_image_variable(token: str, shape: str) -> None:
    text = shape.format(token)
    try:
        parse_reference(text)
    except InvalidReference:
        with pytest.raises(ResolutionError) as caught:
            resolve(App({"APTIBLE_DOCKER_IMAGE": text}, "web: run"))
        told = str(caught.value.diagnostics).lower()
        assert token.lower() not in told
        assert token[:8].lower() not in told


@pytest.mark.parametrize(
    ("image", "is_shown"),
    [("Tr0ub4dor", False), ("Tr0ub4dor-", False), (" Tr0ub4dor", False), ("Quay.io/Tr0ub", True), ("Acme/Web", True)],
)
def test_a_value_that_may_be_a_password_is_not_corrected(image: str, *, is_shown: bool) -> None:
    with pytest.raises(ResolutionError) as caught:
        resolve(App({"APTIBLE_DOCKER_IMAGE": image, "APTIBLE_PRIVATE_REGISTRY_HOST": "a"}, "web: run"))
    hints = [one.hint or "" for one in caught.value.diagnostics if one.source == "APTIBLE_DOCKER_IMAGE"]
    assert ("did you mean" in "".join(hints)) == is_shown


@pytest.mark.parametrize("text", ["##[", "##[]", "##[1]", "##[Group]x", "::", ":::", " \t::a", "\n##[a]"])
def test_every_beginning_of_a_workflow_command_is_escaped(text: str) -> None:
    assert "\\" in without_workflow_commands(text)


@pytest.mark.parametrize("text", ["##", "#[", "# #[a]", ":a", ": :", "a::b", "a##[b]", "\\::"])
def test_near_misses_of_workflow_commands_stay(text: str) -> None:
    assert without_workflow_commands(text) == text


def test_bytes_that_begin_with_two_zeros_are_not_utf16() -> None:
    assert not is_utf16(b"\0\0")
    assert not is_utf16(b"ab")
    assert is_utf16(b"\0a")
    assert is_utf16(b"a\0")


@pytest.mark.parametrize("number", [1, 2, 9, 10, 11, 12])
def test_at_most_ten_items_are_listed(number: int) -> None:
    items = [f"i{index}" for index in range(number)]
    shown = listed(items)
    assert [item for item in items if item in shown.replace(",", "").split(" ")] == items[:10]
    assert ("others" in shown) is (number > 10)
