from __future__ import annotations

import pytest
from benchmarks.command_line import main


def test_each_command_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    main(1)
    names = [line[:30].strip() for line in capsys.readouterr().out.splitlines()]
    assert names[:4] == ["import attrs", "deployspec --version", "deployspec --help", "deployspec check, a pull"]
