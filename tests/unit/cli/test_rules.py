"""The command `rule`; the examples of the catalogue are run with those of the documentation."""

from __future__ import annotations

import pytest

from deployspec._cli import main
from deployspec._rules import rules

Capsys = pytest.CaptureFixture[str]


def test_a_rule_is_explained_with_files(capsys: Capsys) -> None:
    assert main(["rule", "procfile-no-colon"]) == 0
    assert (
        capsys.readouterr().out
        == """\
procfile-no-colon

error: a line has no `:`
Why: other parsers drop the line silently
Fix: begin the line with `web:`

Causes it:
  Procfile
    web run
  $ deployspec check

Does not cause it:
  Procfile
    web: run
  $ deployspec check
"""
    )


def test_every_rule_can_be_printed(capsys: Capsys) -> None:
    assert main(["rule", "--list"]) == 0
    codes = capsys.readouterr().out.split()
    assert codes == list(rules())
    for code in codes:
        assert main(["rule", code]) == 0
        out = capsys.readouterr().out
        assert out.startswith(f"{code}\n\n")
        assert "\nWhy: " in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rule", "procfile-no-colno"], "unknown code `procfile-no-colno`: did you mean `procfile-no-colon`?"),
        (["rule"], "pass either a code or --list"),
        (["rule", "--list", "image-unknown"], "pass either a code or --list"),
        (["check", "--ignore", "procfile-no-colno"], "--ignore: unknown code `procfile-no-colno`: did you mean"),
        (["check", "--select", "procfil-"], "--select: unknown code `procfil-`: did you mean `procfile-`?"),
    ],
)
def test_an_unknown_code_is_wrong_usage(arguments: list[str], message: str, capsys: Capsys) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err
