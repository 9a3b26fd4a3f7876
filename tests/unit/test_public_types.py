"""Public classes go by their public names, and every type in a public signature is public."""

from __future__ import annotations

import builtins
import collections.abc
import importlib
import inspect
import pickle
import re
import runpy
import traceback
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deployspec import App, DeployPlan, InvalidReference, parse_dockerfile, parse_reference, resolve

MODULES = {
    name: importlib.import_module(name)
    for name in ("deployspec", "deployspec.render", "deployspec.sources", "deployspec.strategies", "deployspec.laws")
}
CLASSES = [
    (module, name)
    for module, found in MODULES.items()
    for name in found.__all__
    if isinstance(getattr(found, name), type) and typing.get_origin(getattr(found, name)) is None
]
# Names that annotations may use besides the public ones: Python's own, and Hypothesis' in the modules for tests.
KNOWN = {
    *vars(builtins),
    *vars(collections.abc),
    *vars(typing),
    "NoneType",
    "Path",
    "PathLike",
    "hypothesis",
    "settings",
    "st",
    "SearchStrategy",
}
ALL_NAMES = {name for found in MODULES.values() for name in found.__all__}


@pytest.mark.parametrize(("module", "name"), CLASSES)
def test_a_class_says_its_public_module(module: str, name: str) -> None:
    found = getattr(MODULES[module], name)
    assert (found.__module__, found.__qualname__) == (module, name)
    assert pickle.loads(pickle.dumps(found)) is found  # noqa: S301


@pytest.mark.parametrize(("module", "name"), CLASSES)
def test_the_annotations_of_a_class_can_be_resolved(module: str, name: str) -> None:
    typing.get_type_hints(getattr(MODULES[module], name))


def _signatures(value: object) -> Iterator[tuple[str, object]]:
    """Yield what a public object annotates: its parameters and result, or the attributes and methods of a class."""
    if isinstance(value, type):
        yield from vars(value).get("__annotations__", {}).items()
        for name, member in vars(value).items():
            if not name.startswith("_") or name in {"__init__", "__call__"}:
                function: Any = member.fget if isinstance(member, property) else member
                yield from getattr(inspect.unwrap(function), "__annotations__", {}).items()
    elif inspect.isfunction(value):
        yield from inspect.unwrap(value).__annotations__.items()
    elif typing.get_origin(value) is not typing.Literal:
        for argument in typing.get_args(value):
            yield "", argument


def _names_of(annotation: object) -> set[str]:
    text = annotation if isinstance(annotation, str) else _text(annotation)
    return set(re.findall(r"[A-Za-z_]\w*", re.sub(r"'[^']*'|\"[^\"]*\"|\.\.\.|\b[a-z_]+\.", "", text)))


def _text(annotation: object) -> str:
    if isinstance(annotation, type) and typing.get_origin(annotation) is None:
        return annotation.__name__
    if isinstance(annotation, typing.ForwardRef):
        return annotation.__forward_arg__
    return repr(annotation)


@pytest.mark.parametrize(("module", "name"), [(module, name) for module in MODULES for name in MODULES[module].__all__])
def test_every_type_in_a_public_signature_is_public(module: str, name: str) -> None:
    for attribute, annotation in _signatures(getattr(MODULES[module], name)):
        if not attribute.startswith("_"):
            private = _names_of(annotation) - KNOWN - ALL_NAMES
            assert not private, f"{module}.{name}: `{attribute}` names {private}"


def test_a_script_that_uses_the_whole_public_api_runs() -> None:
    script = runpy.run_path(str(Path(__file__).parents[1] / "typing" / "users_script.py"))
    answer = script["deploy"]({"MYPAAS_DOCKER_IMAGE": "quay.io/acme/web:1"}, "FROM quay.io/acme/base")
    assert answer[:3] == ["pull quay.io/acme/web:1", "error", "pull"]
    assert script["parse"]("quay.io/acme/web") == parse_reference("quay.io/acme/web")
    assert script["start_command"](parse_dockerfile("FROM a\nCMD serve")) == "serve"


def test_pickles_and_tracebacks_use_public_names() -> None:
    plan = resolve(App(dockerfile="FROM quay.io/acme/base", procfile="web: run"))
    for value in (plan, parse_dockerfile("FROM a"), parse_reference("a/b")):
        data = pickle.dumps(value)
        assert pickle.loads(data) == value  # noqa: S301
        assert b"deployspec._" not in data
    with pytest.raises(InvalidReference) as raised:
        parse_reference("UPPER")
    assert traceback.format_exception_only(raised.value)[0].startswith("deployspec.InvalidReference: ")
    assert DeployPlan.__module__ == "deployspec"
