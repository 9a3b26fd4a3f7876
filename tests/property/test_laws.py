"""The library keeps its own laws."""

from __future__ import annotations

import pytest

from deployspec import laws


@pytest.mark.parametrize("law", laws.LAWS, ids=str)
def test_the_library_keeps_its_laws(law: laws.Law) -> None:
    law()
