"""Helpers of the tests of Dockerfiles."""

from __future__ import annotations

from typing import Any

import pytest

from deployspec import Diagnostic, InvalidDockerfile, parse_dockerfile
from deployspec._dockerfile.diagnostics import DockerfileCollector
from deployspec._dockerfile.instructions.instruction import Instruction
from deployspec._dockerfile.instructions.parse import read_instruction
from deployspec._dockerfile.stages.builder import FileBuilder
from deployspec._dockerfile.stages.parse import FullParser
from deployspec._dockerfile.text.lines import Line


def raised(text: str | bytes) -> InvalidDockerfile:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile(text)
    return caught.value


def faults(text: str | bytes) -> list[tuple[str, int | None]]:
    """Codes, without what all of them begin with, and lines."""
    found = raised(text).diagnostics
    assert all(one.code.startswith("dockerfile-") and one.source == "Dockerfile" for one in found)
    return [(one.code.removeprefix("dockerfile-"), one.line) for one in found]


def bases(text: str | bytes) -> list[str]:
    return [stage.base for stage in parse_dockerfile(text).stages]


def read(text: str, escape: str = "\\") -> Instruction:
    instruction = read_instruction(Line(text, 1), escape, DockerfileCollector())
    assert instruction is not None
    return instruction


def lex(text: str) -> list[tuple[Line, tuple[str, ...]]]:
    """Logical lines, and the terminators of the heredocs that they open."""
    found = DockerfileCollector()
    parser = FullParser(text, FileBuilder(), found)
    parser.lines.read_directives()
    lines: list[tuple[Line, tuple[str, ...]]] = []
    while (line := parser.lines.next_line()) is not None:
        lines.append((line, tuple(one.terminator for one in parser.parse_instruction(line)[0].heredocs)))
    return lines


def line(one: Diagnostic) -> str:
    where = one.source if one.line is None else f"{one.line}:{one.column}"
    return f"{where} {one.code}: {one.message} | {one.hint}"


def told(text: str, **asked: Any) -> list[str]:
    with pytest.raises(InvalidDockerfile) as caught:
        parse_dockerfile(text).images(**asked)
    assert {one.severity for one in caught.value.diagnostics} == {"error"}
    assert all(one.source == "Dockerfile" for one in caught.value.diagnostics if one.line is not None)
    return [line(one) for one in caught.value.diagnostics]
