"""What the README shows is what happens."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from deployspec._cli import main

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(mark: str) -> str:
    found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found, mark
    return found[1]


def test_the_main_command_prints_what_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    install, _, command = block("newcomer: main").partition(" && ")
    assert install.startswith("python -m pip install")
    assert main(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out == block("output: main")


def test_the_python_example_prints_what_is_shown() -> None:
    found = re.search(r"```python\n(.*?)```\n\nprints\n\n```text\n(.*?)```", README, re.DOTALL)
    assert found
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(found[1], {})  # noqa: S102  # the README is ours
    assert printed.getvalue() == found[2]


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", README):
        assert (ROOT / target).exists(), target
