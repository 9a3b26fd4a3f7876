from __future__ import annotations

import pytest

from deployspec._env.syntax import split_assignment


@pytest.mark.parametrize("text", ["", "=1", "A", "# A=1"])
def test_a_text_without_an_assignment_has_no_parts(text: str) -> None:
    with pytest.raises(ValueError, match="not an assignment"):
        split_assignment(text)
