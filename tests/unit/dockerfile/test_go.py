"""Numbers, durations and letters as Go's standard library reads them."""

from __future__ import annotations

import zlib

import pytest

from deployspec._dockerfile.go import duration, integer, is_as, is_digit, is_name_char, lower, upper


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("-0", 0),
        ("10", 10),
        ("+010", 10),
        ("0" * 5_000 + "70", 70),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("9223372036854775808", None),
        ("-9223372036854775809", None),
        ("9" * 5_000, None),
        ("", None),
        ("+", None),
        ("+-1", None),
        (" 1", None),
        ("1_0", None),
        ("0x1", None),
        ("\u0661", None),
        ("\u00b2", None),
    ],
)
def test_an_integer_is_what_atoi_takes(text: str, number: int | None) -> None:
    assert integer(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2147483647", 2**31 - 1),
        ("2147483648", None),
        ("-2147483648", -(2**31)),
        ("-2147483649", None),
    ],
)
def test_an_integer_fits_its_bits(text: str, number: int | None) -> None:
    assert integer(text, 32) == number


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("0", 0),
        ("-0", 0),
        ("0s", 0),
        ("1ns", 1),
        ("1us", 10**3),
        ("1\u00b5s", 10**3),
        ("1\u03bcs", 10**3),
        ("1ms", 10**6),
        ("10s", 10 * 10**9),
        ("1m", 60 * 10**9),
        ("1h", 3_600 * 10**9),
        ("1h2m3.4s", 3_723_400_000_000),
        ("3s3s", 6 * 10**9),
        ("+1.s", 10**9),
        (".5s", 500_000_000),
        ("0.25s", 250_000_000),
        ("-1.5m", -90 * 10**9),
        ("1.5ns", 1),
        ("0.9ns0.9ns", 0),
        ("0.5000000000000000000s", 500_000_000),
        ("0." + "1" * 5_000 + "s", 111_111_111),
        ("0" * 5_000 + "1s", 10**9),
        ("1000000000000000000ns", 10**18),
        ("2562047h47m16.854775806s", 2**63 - 2),
        ("9223372036854775807ns", 2**63 - 1),
        ("9223372036.854775807s", 2**63 - 1),
        ("-9223372036854775808ns", -(2**63)),
    ],
)
def test_a_duration_is_a_sum_of_parts_in_nanoseconds(text: str, nanoseconds: int) -> None:
    assert duration(text) == nanoseconds
    assert isinstance(duration(text), int)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "30",
        ".s",
        "s",
        "1",
        "1s2",
        "1 s",
        "1S",
        "1d",
        "--1s",
        "1s-1s",
        "\u0661s",
        "9223372036854775808ns",
        "9223372036854775807ns1ns",
        "-9223372036854775809ns",
        "2562048h",
        "9" * 5_000 + "s",
    ],
)
def test_what_is_no_duration(text: str) -> None:
    assert duration(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WorkDir", "workdir"),
        ("\u0130X", "ix"),
        ("WOR\u212aDIR", "workdir"),
        ("\u00df", "\u00df"),
        # Letters that have no ASCII counterpart stay; the last is lower-cased by Unicode 16 only.
        ("\u00c9A", "\u00c9a"),
        ("\ua7cbA", "\ua7cba"),
    ],
)
def test_lower_case_is_ascii_and_two_letters_more(text: str, expected: str) -> None:
    assert lower(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("OnBuild", "ONBUILD"), ("onbu\u0131ld\u017f", "ONBUILDS"), ("\u00dfa\ufb01", "\u00dfA\ufb01")],
)
def test_upper_case_is_ascii_and_two_letters_more(text: str, expected: str) -> None:
    assert upper(text) == expected


def test_letters_and_digits_are_those_of_unicode_15_on_each_interpreter() -> None:
    chars = "".join(char for char in map(chr, range(0x110000)) if is_name_char(char))
    assert (len(chars), zlib.crc32(chars.encode())) == (136_785, 2_927_136_263)


@pytest.mark.parametrize(
    ("char", "expected"),
    [
        ("7", True),
        ("a", False),
        ("_", False),
        ("\u0661", True),
        ("\u00b2", False),
        ("\u00e9", False),
        # Unicode 15.0, and 16.0
        ("\U00011f50", True),
        ("\U0001e4f9", True),
        ("\U00010d40", False),
    ],
)
def test_digits(char: str, expected: bool) -> None:  # noqa: FBT001
    assert is_digit(char) is expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("as", True), ("AS", True), ("a\u017f", True), ("a", False), ("ass", False), ("\u017fs", False)],
)
def test_the_word_as_in_any_case(word: str, expected: bool) -> None:  # noqa: FBT001
    assert is_as(word) is expected
