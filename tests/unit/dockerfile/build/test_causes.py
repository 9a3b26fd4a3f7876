"""An invalid word is due to the variables that have no value or have quotes in it, if it is valid with other values."""

from __future__ import annotations

import pytest
from tests.unit.dockerfile.support import told

from deployspec._core.text import listed

SET = "set it with `--build-arg {0}=…` or give it a default in the file"
SET_THEM = "set them with `--build-arg {0}=… --build-arg {1}=…` or give them defaults in the file"


def only(text: str, **asked: object) -> tuple[str, str]:
    """Return the message and the hint of the only error."""
    (error,) = told(text, **asked)
    message, _, hint = error.partition(": ")[2].partition(" | ")
    return message, hint


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('ARG D=""\nFROM alpine@${D}', "reference `alpine@`: `D` is empty", SET.format("D")),
        ("ARG D\nFROM alpine@$D", "reference `alpine@`: `D` has no value", SET.format("D")),
        ("ARG T=\nFROM alpine:$T", "reference `alpine:`: `T` is empty", SET.format("T")),
        ("ARG D\nARG T\nFROM a:$T@$D", "reference `…@`: `T` and `D` have no value", SET_THEM.format("T", "D")),
        # In defaults that are made of other arguments
        ("ARG V\nARG T=$V-slim\nFROM alpine:$T", "reference `alpine:-slim`: `V` has no value", SET.format("V")),
        ('ARG A=""\nARG B=$A\nFROM alpine@$B', "reference `alpine@`: `A` is empty", SET.format("A")),
        ("ARG A\nARG B=$A\nARG C=$B\nFROM a:$C", "reference `a:`: `A` has no value", SET.format("A")),
        ("ARG A=$B\nARG B=$A\nFROM a:$B", "reference `a:`: `B` and `A` are empty", SET_THEM.format("B", "A")),
        # An argument that is set again
        ("ARG V\nARG T=$V\nARG T=\nFROM a:$T", "reference `a:`: `T` is empty", SET.format("T")),
        # More variables than are combined
        (
            "ARG A\nARG B=\nARG C\nARG D=\nFROM $A/$B/$C:$D",
            "reference `//:`: `A` and `C` have no value, and `B` and `D` are empty",
            (
                "set them with `--build-arg A=… --build-arg B=… --build-arg C=… --build-arg D=…` or give them defaults "
                "in the file"
            ),
        ),
        (
            "FROM $A:$B",
            "reference `:`: `A` and `B` have no value",
            (
                "declare them with `ARG A=…` and `ARG B=…` before the first `FROM`; `--build-arg A=… --build-arg B=…` "
                "overrides those values"
            ),
        ),
        (
            "FROM a:$TARGETVARIANT",
            "reference `a:`: `TARGETVARIANT` is empty",
            "choose a platform that sets `TARGETVARIANT`",
        ),
    ],
)
def test_a_variable_without_a_value_is_named(text: str, message: str, hint: str) -> None:
    assert only(text) == (f"invalid image {message}", hint)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("ARG A\nFROM --platform=linux/$A b", "invalid platform `linux/`: `A` has no value", SET.format("A")),
        ("ARG A=\nFROM --platform=$A b", "platform `$A` is empty: `A` is empty", SET.format("A")),
        (
            "ARG A\nARG B\nFROM --platform=$A/$B b",
            "invalid platform `/`: `A` and `B` have no value",
            SET_THEM.format("A", "B"),
        ),
    ],
)
def test_a_variable_in_a_platform_is_named(text: str, message: str, hint: str) -> None:
    assert only(text) == (message, hint)


def test_variables_in_the_source_of_a_copy_are_named() -> None:
    expected = "`--from=$x:$y` contains the variables `x` and `y`, which BuildKit does not expand"
    assert only("FROM a\nCOPY --from=$x:$y / /")[0] == expected
    expected = "`--from='a'` contains a quote or an escape, which BuildKit does not expand"
    assert only("FROM a\nCOPY --from=\"'a'\" / /")[0] == expected


def test_another_error_in_the_word_is_reported_with_the_missing_value() -> None:
    message, hint = only("ARG T\nFROM Alpine:$T")
    assert message.startswith("invalid image reference `Alpine:`: uppercase letter")
    assert hint == f"use lowercase letters; `T` has no value; {SET.format('T')}"
    message, hint = only("ARG T\nFROM a@sha256:0$T")
    assert hint.endswith(SET.format("T"))
    message, hint = only("ARG T\nFROM a/${T:?no}@$T")
    assert message.startswith("`a/${T:?no}@$T` cannot be expanded")


def test_a_value_that_makes_the_expansion_fail_is_not_the_cause() -> None:
    message, _ = only("ARG A\nARG B=${A:+${X:?no}}$A\nFROM a:$B")
    assert message == "`${A:+${X:?no}}$A` cannot be expanded: `X` is unset, but the file requires a value: `no`"
    message, _ = only("ARG A\nFROM a:$A${A/?/${A:+x}}-")
    assert message.startswith("invalid image reference `a:-`")


@pytest.mark.parametrize("value", ['"1"', "'1'", "\u201c1\u201d"])
def test_quotes_in_a_build_argument_are_named(value: str) -> None:
    message, hint = only("ARG T\nFROM a:$T", build_args={"T": value})
    assert message == f"invalid image reference `a:{value}`: value of `T` contains quotes"
    assert hint == "remove the quotes, which are part of the value"
    message, _ = only("ARG P\nFROM --platform=$P a", build_args={"P": f"{value[0]}linux/arm64{value[-1]}"})
    assert message.endswith("value of `P` contains quotes")


def test_quotes_in_several_values_and_in_defaults_are_named() -> None:
    message, _ = only("ARG I=\\'a\\'\nARG T\nFROM $I:$T", build_args={"T": '"1"'})
    assert message == "invalid image reference `'a':\"1\"`: values of `I` and `T` contain quotes"
    # Without the quotes, the reference would be invalid, too.
    message, _ = only("ARG T\nFROM A:$T", build_args={"T": '"1"'})
    assert "quotes" not in message


def test_quotes_around_an_image_or_a_platform_are_removed_by_the_hint() -> None:
    assert only("FROM \u201calpine:3\u201d")[1] == "did you mean `alpine:3`?"
    assert only("FROM a", platform='"linux/arm64"')[1] == "did you mean `linux/arm64`?"


def test_many_variables_are_counted_and_take_bounded_work() -> None:
    names = [f"A{number}" for number in range(5_000)]
    text = "ARG A=$A0\n" + "".join(f"ARG {one}=${one}x$B{one}\n" for one in names) + "FROM a:${A}@" + "$A".join(names)
    (error,) = told(text)
    assert len(error) < 1_000
    message, _ = only("FROM " + "".join(f"$A{number}" for number in range(12)))
    assert message.endswith("`A9` and 2 others have no value")
    assert listed(["a", "b"]) == "a and b"


def test_a_variable_is_no_cause_if_its_value_makes_the_expansion_fail() -> None:
    message, _ = only("ARG A\nFROM a:" + "$A" * 30_000)
    assert message.startswith("invalid image reference `a:`")
    assert "has no value" not in message
