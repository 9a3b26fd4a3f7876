from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.command_line import main

if TYPE_CHECKING:
    import pytest


def test_each_command_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    main(1)
    names = [line[:30].strip() for line in capsys.readouterr().out.splitlines()]
    assert names[:4] == ["import attrs", "deployspec --version", "deployspec --help", "deployspec check, a pull"]
