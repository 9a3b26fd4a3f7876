"""Patterns in `${V#…}`, `${V%…}` and `${V/…/…}`."""

from __future__ import annotations

import pytest

from deployspec._dockerfile.words.expand import expand
from deployspec._dockerfile.words.glob import InvalidPattern, TooLarge, remove_affix, replace
from deployspec._dockerfile.words.lexer import Budget


@pytest.mark.parametrize(
    ("value", "pattern", "results"),
    [
        # The shortest and longest prefix, then the shortest and longest suffix.
        ("a.b.c", "*.", ("b.c", "c", "a.b.c", "a.b.c")),
        ("a.b.c", ".*", ("a.b.c", "a.b.c", "a.b", "a")),
        ("a.b.c", "*", ("a.b.c", "", "a.b.c", "")),
        ("a.b.c", "?", (".b.c", ".b.c", "a.b.", "a.b.")),
        ("a.b.c", "??*", ("b.c", "", "a.b", "")),
        ("a.b.c", "", ("a.b.c",) * 4),
        ("a.b.c", "a.b.c", ("",) * 4),
        ("a.b.c", "a.b.cd", ("a.b.c",) * 4),
        ("a.b.c", "b", ("a.b.c",) * 4),
        ("", "*", ("",) * 4),
        ("", "?", ("",) * 4),
        ("aXbX", "*X", ("bX", "", "aXb", "")),
        ("abab", "**b", ("ab", "", "aba", "")),
        ("b", "**b", ("",) * 4),
        ("abcdefghijkl", "abcdefghijk", ("l", "l", "abcdefghijkl", "abcdefghijkl")),
        ("abcdefghijkl", "bcdefghij*l", ("abcdefghijkl", "abcdefghijkl", "a", "a")),
        ("ab\ncd", "*", ("ab\ncd", "\ncd", "ab\ncd", "ab\n")),
        ("\n", "?", ("\n",) * 4),
        ("a\nb", "a\n", ("b", "b", "a\nb", "a\nb")),
        ("[a]", "[a]", ("",) * 4),
        ("a", "[a]", ("a",) * 4),
        ("a+", "a+", ("",) * 4),
        ("*?\\}/", r"\*\?\\\}\/", ("",) * 4),
        ("ab", r"\*", ("ab",) * 4),
    ],
)
def test_prefixes_and_suffixes(value: str, pattern: str, results: tuple[str, ...]) -> None:
    ways = [(False, False), (False, True), (True, False), (True, True)]
    assert tuple(remove_affix(value, pattern, suffix=suffix, longest=longest) for suffix, longest in ways) == results


@pytest.mark.parametrize(
    ("value", "pattern", "replacement", "first", "every"),
    [
        ("3.19.1", ".", "-", "3-19.1", "3-19-1"),
        ("abcabc", "b", "", "acabc", "acac"),
        ("abcabc", "z", "x", "abcabc", "abcabc"),
        ("abcabc", "a?", "x", "xcabc", "xcxc"),
        ("abcabc", "b*", "x", "ax", "ax"),
        ("abcabd", "a*c", "x", "xabd", "xabd"),
        ("abc", "*", "x", "x", "x"),
        ("abc", "", "-", "-abc", "-a-b-c-"),
        ("", "*", "x", "x", "x"),
        ("", "?", "x", "", ""),
        ("aaaa", "aa", "b", "baa", "bb"),
        ("ab\ncd", "*", "x", "x\ncd", "x\nx"),
        ("ab", "a", "$0$0", "$0$0b", "aab"),
        ("aXbX", "?X", "<$0>", "<$0>bX", "<aX><bX>"),
        ("ab", "a", "<${0}>", "<${0}>b", "<a>b"),
        ("ab", "a", "$1$x${y}", "$1$x${y}b", "b"),
        ("ab", "a", "$0x", "$0xb", "b"),
        ("ab", "a", "$$0", "$$0b", "$0b"),
        ("ab", "a", "$-${", "$-${b", "$-${b"),
        ("a*b", r"\*", "x", "axb", "axb"),
    ],
)
def test_replacements(value: str, pattern: str, replacement: str, first: str, every: str) -> None:
    assert replace(value, pattern, replacement, everywhere=False, limit=100) == first
    assert replace(value, pattern, replacement, everywhere=True, limit=100) == every


@pytest.mark.parametrize("pattern", [r"\c", "\\", r"a\.", r"\[", r"\\" + "\\", "\\\n"])
def test_escapes_that_mean_nothing(pattern: str) -> None:
    with pytest.raises(InvalidPattern, match="invalid escape"):
        remove_affix("a", pattern, suffix=False, longest=False)
    with pytest.raises(InvalidPattern, match="invalid escape"):
        replace("", pattern, "", everywhere=True, limit=100)


def test_a_lone_backslash_at_the_end_of_a_suffix_escapes_what_stands_before_it() -> None:
    # BuildKit turns the pattern around, escapes as a whole, and so `\\a\\` becomes `\\\\a`.
    assert remove_affix("ba\\", "\\a\\", suffix=True, longest=False) == "b"
    assert remove_affix("b*", "*\\", suffix=True, longest=False) == "b"
    with pytest.raises(InvalidPattern, match=r"invalid escape `\\b"):
        remove_affix("b", "b\\", suffix=True, longest=False)


@pytest.mark.parametrize(("size", "passes"), [(511, 1), (512, 2), (1_023, 2), (1_024, 3)])
@pytest.mark.parametrize("word", ["${V#%s}", "${V/%s/b}"])
def test_a_long_pattern_costs_what_it_moves(size: int, passes: int, word: str) -> None:
    # The passes over the value, the places of the pattern for its one character, the last word, and what comes out.
    own = size if "#" in word else 1
    budget = Budget(100 * passes + size // 64 + own + 100)
    assert expand(word % ("a" * size), {"V": "b" * 100}, budget=budget) == "b" * 100
    assert budget.left == 0


@pytest.mark.parametrize("pattern", ["?", "a"])
def test_what_replacements_put_in_is_bounded_in_sum(pattern: str) -> None:
    assert replace("aa", pattern, "xxx", everywhere=True, limit=6) == "xxxxxx"
    assert replace("aa", pattern, "xxx", everywhere=False, limit=3) == "xxxa"
    for everywhere, limit in ((True, 5), (False, 2)):
        with pytest.raises(TooLarge):
            replace("aa", pattern, "xxx", everywhere=everywhere, limit=limit)


def test_patterns_do_not_backtrack() -> None:
    value = "a" * 2_000
    assert remove_affix(value, "*a" * 40 + "b", suffix=False, longest=True) == value
    assert remove_affix(value, "b" + "a*" * 40, suffix=True, longest=False) == value
    assert replace(value, "a*" * 40 + "b", "x", everywhere=True, limit=100) == value


def test_a_run_of_stars_costs_no_more_than_one() -> None:
    assert expand("${V//" + "*" * 20_000 + "/x}", {"V": "\n" * 20_000}).count("\n") == 20_000
