"""The library keeps its own laws."""

from __future__ import annotations

import pytest
from hypothesis import settings

from deployspec import laws

# Half of Hypothesis' hundred: these run before every landing, each with examples of its own.
SETTINGS = settings(max_examples=50)


@pytest.mark.parametrize("law", laws.LAWS, ids=str)
def test_the_library_keeps_its_laws(law: laws.Law) -> None:
    law(settings=SETTINGS)
