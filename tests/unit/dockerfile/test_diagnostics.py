"""Gathering diagnostics, and quoting text in them."""

from __future__ import annotations

import pytest

from deployspec import InvalidDockerfile, parse_dockerfile
from deployspec._dockerfile.places import shown


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("plain", "plain"),
        ("a\tb\x1b[0m\u202e", "a\\tb\\x1b[0m\\u202e"),
        ("\udcff", "\\udcff"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 60 + "…"),
    ],
)
def test_messages_show_text_on_one_line_and_in_bounds(text: str, told: str) -> None:
    assert shown(text) == told


def test_a_fault_outside_the_text_has_no_line() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile("FROM a").images(platform="not a platform")
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.source, fault.line) == ("dockerfile-platform", "--platform", None)
