"""The page of diagnostics is complete and true: every code has a row, and every example does what the row says.

The texts of all bad examples are kept in `messages.txt`, where a change of wording shows. Run this file to write it
anew.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import attrs
import pytest

import deployspec
from deployspec import DeploySpecError, Diagnostic, render

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "diagnostics.md"
MESSAGES = Path(__file__).with_name("messages.txt")
NAMES = {
    "IMAGE": "APTIBLE_DOCKER_IMAGE",
    **{name: f"APTIBLE_PRIVATE_REGISTRY_{name}" for name in ("HOST", "USERNAME", "PASSWORD", "EMAIL")},
}


NAMESPACE: dict[str, Any] = {
    **{name: getattr(deployspec, name) for name in vars(deployspec)["__all__"]},
    **NAMES,
    "render": render,
}


# The page


@attrs.frozen
class Row:
    code: str
    what: str
    bad: str
    good: str


def rows() -> list[Row]:
    template, found = "", list[Row]()
    for line in PAGE.read_text("utf-8").splitlines():
        if (example := re.search(r"Examples: `(.*)`$", line)) is not None:
            template = example[1]
        elif line.startswith("| `"):
            code, what, _, bad, good = line.strip("| ").split(" | ")
            filled = (template.replace("…", cell.strip("`" if cell.startswith("`") else "")) for cell in (bad, good))
            found.append(Row(code.strip("`"), what, *filled))
    return found


def told(example: str) -> list[Diagnostic]:
    """What an example tells: raised, as a result of its own, or with the result."""
    try:
        result = eval(example, dict(NAMESPACE))  # noqa: S307  # the page is ours
    except DeploySpecError as error:
        return list(error.diagnostics)
    if isinstance(result, tuple):
        return list(cast("tuple[Diagnostic, ...]", result))
    return [one for name in ("diagnostics", "unknowns", "losses") for one in getattr(result, name, ())]


ROWS = rows()

# Texts that a code can have besides the one of its row.
MORE = [
    'parse_docker_config(\'{"auths": {}, "auths": {}}\')',
    'parse_docker_config(\'{"auths": {"quay.io": {"password": "b"}}}\')',
    'parse_docker_config(\'{"auths": {"quay.io": {"auth": 1}}, "credHelpers": 1}\')',
    'parse_docker_config(\'{"credHelpers": {"quay.io": "a", "? ": "b"}, "credsStore": "c"}\')',
    "parse_docker_config('[' * 100_000)",
    "resolve(App({IMAGE: 'acme/web:1', USERNAME: 'ada', PASSWORD: ' pw '}, 'web: run'))",
    "resolve(App({IMAGE: 'acme/web:1', PASSWORD: 'pw'}, 'web: run'))",
    "resolve(App({IMAGE: 'acme/web:1', EMAIL: 'a@example.com'}, 'web: run'))",
    "resolve(App({IMAGE: 'ghcr.io/acme/web:1', HOST: 'quay.io', USERNAME: 'ada', PASSWORD: 'pw'}, 'web: run'))",
    "resolve(App({IMAGE: '1.dkr.ecr.x.amazonaws.com/a/b:1', USERNAME: 'AWS', PASSWORD: 'p'}, profile=APTIBLE_CURRENT))",
    "resolve(App({HOST: 'quay.io?', USERNAME: 'ada', PASSWORD: 'pw'}, 'web: run', 'FROM scratch'))",
    "resolve(App({USERNAME: 'ada', PASSWORD: 'pw'}, 'web: run', 'FROM scratch'))",
    "resolve(App({'A=B': '', '-C': '', 'D.E': ''}, 'web: run', 'FROM scratch'))",
    "resolve(App({}, 'web: run', 'FROM a', build=BuildOptions(platform='?', build_platform='x/y/z/w/v')))",
    "parse_assignments(['A', '=1', 'B.C=1', 'D=1', 'D=2'])",
    "parse_dockerfile('FROM a\\nARG =1\\nENV\\nCOPY a <<E\\nE\\n')",
    "parse_dockerfile('FROM a\\nSHELL a\\nHEALTHCHECK x\\nHEALTHCHECK NONE x\\nUSER\\nEXPOSE\\nONBUILD\\nLABEL a')",
    "parse_dockerfile('FROM a\\nONBUILD FROM b\\nONBUILD ONBUILD RUN x\\nMAINTAINER\\nVOLUME\\nSTOPSIGNAL\\nWORKDIR')",
    "parse_dockerfile('FROM a\\nADD a\\nCOPY <<E\\nE\\nRUN --mount=from=$A x\\nRUN --security=x y\\nADD --link=x a b')",
    'parse_docker_config(\'{"credsStore": 1, "credHelpers": {"quay.io": 1}}\')',
    "parse_dockerfile('FROM a\\nARG\\nENV =1\\nLABEL =1\\nRUN --mount=a,\"b x\\nRUN --mount\\nONBUILD nope')",
    "parse_dockerfile('ARG A=1')",
    "parse_dockerfile('F\\0ROM a')",
    "parse_dockerfile('FROM a\\nRUN x\\0')",
    "parse_dockerfile('# escape=x\\n# escape=y\\n# check=a=b\\nFROM a')",
    "parse_dockerfile('FROM \"a').images()",
    "parse_dockerfile('FROM ${A:?no}').images()",
    "parse_dockerfile('FROM ${A^}').images()",
    "parse_dockerfile('FROM --platform=$P a\\nFROM --platform=? b').images()",
    "parse_dockerfile('ARG P\\nFROM $P').images()",
    "frontend_of('', build_args={'BUILDKIT_SYNTAX': 'A'})",
    "ImageReference('quay.io/x', 'A', '-', 'sha256:1')",
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_a_bad_example_is_told_and_a_good_one_is_not(row: Row) -> None:
    severities = {one.severity for one in told(row.bad) if one.code == row.code}
    words = {"error": "**error**", "warning": "*warning*", "note": "note"}
    assert severities
    assert all(words[severity] in row.what for severity in severities)
    after = told(row.good)
    assert row.code not in {one.code for one in after}
    assert not any(one.severity == "error" for one in after)


def messages() -> str:
    examples = [(row.code, told(row.bad)[:3]) for row in ROWS] + [(example, told(example)) for example in MORE]
    return "".join(f"{name}\n{render.diagnostics(diagnostics)}\n" for name, diagnostics in examples)


def test_the_texts_are_those_that_were_read_by_somebody() -> None:
    assert messages() == MESSAGES.read_text("utf-8"), (
        "read the difference; then `python tests/unit/test_diagnostics_page.py`"
    )


# The source


Maker = tuple[int, str]
"""A function that makes a diagnostic: which of its arguments is the code, and what stands in front of it."""


class Module:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = ast.parse(path.read_text("utf-8"))
        self.makers: dict[str, Maker] = {}
        self.imports = {node.module or "" for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom)}

    def codes(self, modules: dict[str, Module]) -> Iterator[tuple[ast.FunctionDef | None, str, ast.expr]]:
        """Each expression that becomes a code, with its prefix and the function that it stands in."""
        owners = {
            id(call): function
            for function in ast.walk(self.tree)
            if isinstance(function, ast.FunctionDef)
            for call in ast.walk(function)
        }
        for call in ast.walk(self.tree):
            if isinstance(call, ast.Call) and (maker := self.maker(call, modules)) is not None:
                at, prefix = maker
                named = [word.value for word in call.keywords if word.arg == "code"]
                for argument in [*call.args[at : at + 1], *named]:
                    yield owners.get(id(call)), prefix, argument

    def maker(self, call: ast.Call, modules: dict[str, Module]) -> Maker | None:
        name = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
        if name == "Diagnostic":
            return (0, "")
        # The methods of a collector are used by modules that do not import it.
        imported = sorted({"deployspec._core.diagnostics", *self.imports} & modules.keys())
        near = [self, *(modules[one] for one in imported)]
        return next((one.makers[name] for one in near if name in one.makers), None)


def constants(expression: ast.expr) -> Iterable[str]:
    """The texts that an expression can be: a constant, or either side of a condition."""
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        yield expression.value
    elif isinstance(expression, ast.IfExp):
        yield from constants(expression.body)
        yield from constants(expression.orelse)


def codes_of_the_source() -> set[str]:
    """Follow codes from the functions that make diagnostics back to where they are written."""
    files = [
        path for path in (ROOT / "src" / "deployspec").rglob("*.py") if path.parent.name not in {"laws", "strategies"}
    ]
    modules = {".".join(path.relative_to(ROOT / "src").with_suffix("").parts): Module(path) for path in sorted(files)}
    for _ in range(4):  # functions that call functions
        for module in modules.values():
            for function, prefix, code in module.codes(modules):
                parts = code.values if isinstance(code, ast.JoinedStr) else [code]
                last = parts[-1].value if isinstance(parts[-1], ast.FormattedValue) else parts[-1]
                front = "".join(text for part in parts[:-1] for text in constants(part))
                if function is not None and isinstance(last, ast.Name):
                    arguments = [one.arg for one in function.args.args if one.arg != "self"]
                    if last.id in arguments:
                        module.makers[function.name] = (arguments.index(last.id), prefix + front)
    written = (
        (prefix, text)
        for module in modules.values()
        for _, prefix, code in module.codes(modules)
        for text in constants(code)
    )
    return {prefix + text for prefix, text in written}


def test_every_code_has_a_row_and_every_row_a_code() -> None:
    named = [row.code for row in ROWS]
    assert len(named) == len(set(named))
    assert codes_of_the_source() - set(named) == set()


if __name__ == "__main__":
    MESSAGES.write_text(messages(), "utf-8")
