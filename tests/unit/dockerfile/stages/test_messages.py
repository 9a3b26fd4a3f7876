"""Errors in the order of instructions: location, code, message and hint."""

# a message is one line

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.dockerfile.support import told


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("ARG A", {}, ["1:1 dockerfile-no-stage: missing `FROM` instruction | start a stage with `FROM`"]),
        (
            "RUN x\nFROM a",
            {},
            ["1:1 dockerfile-no-stage: `RUN` before the first `FROM` | start the file with `FROM`"],
        ),
        ("run x", {}, ["1:1 dockerfile-no-stage: `RUN` before the first `FROM` | start the file with `FROM`"]),
    ],
)
def test_messages(text: str, asked: dict[str, Any], expected: list[str]) -> None:
    assert told(text, **asked) == expected
