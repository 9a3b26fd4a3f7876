"""Texts that formats would expand: Compose and a parser of HCL read names and values back unchanged.

`docker buildx bake` reads its JSON as HCL. The specification of HCL's JSON syntax makes each string, names of members
included, a template. In the native syntax a sequence starts with `${` or `%{`, which is escaped as `$${` or `%%{`.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deployspec import App, BuildOptions, DeployPlan, render, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

hcl2: Any = importlib.import_module("hcl2")

NAMES = ["A-B", "A.B", "$", "$$", "$X", "ä✓", "BUILDKIT_SYNTAX$", "%", "%%", "a:b"]
VALUES = [
    "",
    "$",
    "$$",
    "$$$",
    "${X}",
    "$${X}",
    "$$${X}",
    "%{if X}",
    "%%{X}",
    "$X",
    "5$ %",
    "ä ✓",
    "a\n$b",
    "${",
]
PIECES = ["".join(parts) for length in range(1, 5) for parts in product("$%{x", repeat=length)]


def building(args: dict[str, str], contexts: dict[str, str]) -> DeployPlan:
    environment = {f"V{index}": value for index, value in enumerate(VALUES)}
    return resolve(App(environment, "web: run", "FROM scratch", build=BuildOptions(args=args, contexts=contexts)))


def evaluate(template: str) -> str:
    """Evaluate a template in which no sequence may be left, and let python-hcl2 check that.

    That parser refuses an escape after another `$` or `%`, or without a `}`; HCL reads both as text.
    """
    assert re.search(r"[$%]\{", re.sub(r"\$\$\{|%%\{", "_", template)) is None, template
    if template.count("{") == template.count("}") and re.search(r"[$%](?:\$\$|%%)\{", template) is None:
        assert "interpolation" not in str(hcl2.parses_to_tree(f"a = {json.dumps(template, ensure_ascii=False)}\n"))
    return re.sub(r"([$%])\1\{", r"\1{", template)


def test_the_parser_sees_a_sequence() -> None:
    assert "interpolation" in str(hcl2.parses_to_tree('a = "${x}"\n'))


def test_bake_has_the_names_and_values_of_the_plan() -> None:
    texts = [*VALUES, *PIECES]
    args = {**{f"A{index}": text for index, text in enumerate(texts)}, **dict.fromkeys(NAMES, "x")}
    contexts = {name: f"./{text}" for name, text in zip(("a", "b", "c", "d"), VALUES[4:8], strict=True)}
    target: dict[str, Any] = json.loads(render.bake(building(args, contexts)).text)["target"]["app"]
    for member, given in (("args", args), ("contexts", contexts)):
        assert {evaluate(name): evaluate(value) for name, value in target[member].items()} == given


def plain(text: str) -> str:
    """Compose doubles each `$` in the document that it prints."""
    return text.replace("$$", "$")


def test_compose_has_the_names_and_values_of_the_plan(require_tools: Callable[..., None], tmp_path: Path) -> None:
    program = str(Path(sys.executable).with_name("docker-compose"))
    require_tools(program)
    args = {**{f"A{index}": text for index, text in enumerate([*VALUES, *PIECES])}, **dict.fromkeys(NAMES, "x")}
    contexts = {name: f"docker-image://{text}" for name, text in zip(("a", "b", "c", "d"), VALUES[4:8], strict=True)}
    path = tmp_path / "compose.yaml"
    path.write_text(render.compose(building(args, contexts)).text, encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "X": "replaced", "x": "replaced"}
    environment |= {f"V{index}": value for index, value in enumerate(VALUES)}
    command = [program, "-f", str(path), "config", "--format", "json"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    service = json.loads(ran.stdout)["services"]["web"]
    assert {plain(name): plain(value) for name, value in service["build"]["args"].items()} == args
    read = {plain(name): plain(value) for name, value in service["build"]["additional_contexts"].items()}
    assert read == contexts
    values = {plain(name): plain(value) for name, value in service["environment"].items()}
    assert values == {f"V{index}": value for index, value in enumerate(VALUES)}
