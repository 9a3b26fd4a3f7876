"""Completions, as bash offers them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from deployspec._cli import main

Capsys = pytest.CaptureFixture[str]
COMPLETE = """\
source /dev/stdin
COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
{function}
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def completed(script: str, *words: str) -> list[str]:
    function = next(line.split()[-2] for line in script.splitlines() if line.startswith("complete "))
    commands = COMPLETE.format(words=" ".join(f"'{word}'" for word in words), function=function)
    ran = subprocess.run(["bash", "-c", commands], input=script, capture_output=True, text=True, check=True)
    return [word.strip() for word in ran.stdout.split()]


def test_bash_completes_commands_and_options(capsys: Capsys) -> None:
    assert main(["completion", "bash"]) == 0
    script = capsys.readouterr().out
    assert completed(script, "deployspec", "ch") == ["check"]
    assert completed(script, "deployspec", "check", "--fo") == ["--format"]
    assert completed(script, "deployspec", "check", "--format", "sa") == ["sarif"]


def test_zsh_gets_a_script_of_its_own(capsys: Capsys) -> None:
    assert main(["completion", "zsh"]) == 0
    assert capsys.readouterr().out.startswith("#compdef deployspec\n")


def test_shtab_is_optional(capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["completion", "bash"]) == 2
    assert capsys.readouterr().err == "deployspec: shtab is not installed (install `deployspec[completion]`)\n"
