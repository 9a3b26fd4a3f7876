"""Every example in a docstring of the library runs.

`pytest --doctest-modules` leaves out public classes, since their `__module__` is not the module that defines them.
So the examples are collected from the syntax trees.
"""

from __future__ import annotations

import ast
import doctest
import importlib.util
import pkgutil
from collections.abc import Iterator

import pytest

import deployspec


def _examples() -> Iterator[tuple[str, int, str]]:
    """Yield the module, the line and the text of each docstring that contains an example."""
    names = [found.name for found in pkgutil.walk_packages(deployspec.__path__, "deployspec.")]
    for name in ["deployspec", *names]:
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.origin is not None
        with open(found.origin, encoding="utf-8") as file:  # noqa: PTH123
            tree = ast.parse(file.read())
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and ">>> " in node.value:
                yield name, node.lineno, node.value


EXAMPLES = list(_examples())


def test_all_examples_are_found() -> None:
    assert len(EXAMPLES) >= 90


@pytest.mark.parametrize(("module", "line", "text"), EXAMPLES, ids=[f"{name}:{line}" for name, line, _ in EXAMPLES])
def test_the_example_runs(module: str, line: int, text: str) -> None:
    defined = importlib.import_module(module)
    names = {name: getattr(defined, name) for name in dir(defined)} if module == "deployspec" else dict(vars(defined))
    example = doctest.DocTestParser().get_doctest(text, names, f"{module}:{line}", defined.__file__, line - 1)
    assert example.examples
    report: list[str] = []
    failed = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=report.append).failed
    assert not failed, "".join(report)
