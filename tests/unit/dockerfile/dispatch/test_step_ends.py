from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from deployspec._dockerfile.dispatch.step import Step
from deployspec._dockerfile.instructions.arguments import Word


def end_of(word: Word) -> int:
    return word.end


@pytest.mark.parametrize(("start", "end"), [(0, 2), (1, 2), (2, 6), (3, 6), (9, 10)])
def test_a_part_ends_with_its_word_or_with_the_instruction(start: int, end: int) -> None:
    step: Any = SimpleNamespace(
        instruction=SimpleNamespace(start=0, is_json=False, text="ab  cd", words=[Word("ab", 0)], end_of=end_of)
    )
    assert Step.end(step, start) == end
