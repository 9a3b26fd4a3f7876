"""How a file begins: what is read at a glance is what is read with care."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployspec import Dockerfile, InvalidDockerfile, parse_dockerfile
from deployspec._dockerfile.text import directives as _directives

BODIES = ("FROM a AS b\nRUN x `\n y\n", "FROM a\nRUN x \\\n y\n", "from a\n", "RUN x\n", "")
LINES = (
    *("# syntax=a/b:1\n", "#syntax=x\n", "# SYNTAX = y z\n", "# syntax=A B\n", " # syntax=a\n", "// syntax=q\n"),
    *("# escape=`\n", "# escape=x\n", " # escape=`\n", "# check=skip=all\n", "# check=x\n", '{"syntax": "z"}\n'),
    *("# comment\n", "# a=b\n", "#\n", "#!/usr/bin/x\n", "\n", " \n", "\ufeff", "\r\n", "# syntax=a\r\n", "{\n", "#\r"),
)


def read(text: str) -> Dockerfile | tuple[object, ...]:
    try:
        return parse_dockerfile(text)
    except InvalidDockerfile as error:
        return error.diagnostics


@given(st.lists(st.sampled_from(LINES), max_size=4).map("".join), st.sampled_from(BODIES))
def test_a_usual_beginning_is_read_as_any_other(top: str, body: str) -> None:
    fast = read(top + body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_directives, "_USUAL", re.compile("(?!)"))
        slow = read(top + body)
    assert fast == slow
    if isinstance(fast, Dockerfile) and isinstance(slow, Dockerfile):
        assert fast.syntax_place == slow.syntax_place
