from __future__ import annotations

import importlib
import os
import re
import runpy
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import deployspec

PUBLIC = ["deployspec", "deployspec.render", "deployspec.sources", "deployspec.strategies", "deployspec.laws"]
HEAVY = ["docker_image", "regex", "dotenv", "hypothesis", "argparse"]
EDGE = ["logging", "subprocess"]
# Loaded when they are first needed, so that imports stay quick.
LATE = [
    "csv",
    "hashlib",
    "json",
    *(f"deployspec.{name}" for name in ("_plans", "_logins.docker_config", "_dockerfile")),
]


def test_importing_the_library_loads_nothing_heavy() -> None:
    program = (
        "import attrs, sys; before = set(sys.modules); from deployspec import App, resolve; after = set(sys.modules); "
        f"print([*after.intersection({HEAVY}), *(after - before).intersection({EDGE + LATE})])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


@pytest.mark.parametrize("ci", ["", "true"])
def test_generated_inputs_are_the_same_each_time_in_ci_and_never_timed(ci: str) -> None:
    program = (
        f"import runpy; runpy.run_path({str(Path(__file__).parents[1] / 'conftest.py')!r}); "
        "from hypothesis import settings; print(settings.default.derandomize, settings.default.deadline)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "HYPOTHESIS_PROFILE"} | {"CI": ci}
    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout == f"{bool(ci)} None\n"


def test_every_public_name_is_there() -> None:
    for module in map(importlib.import_module, PUBLIC):
        assert all(hasattr(module, name) for name in module.__all__)
        assert len(set(module.__all__)) == len(module.__all__)
        assert set(module.__all__) <= set(dir(module))


def test_type_checkers_see_the_same_names() -> None:
    stub = Path(deployspec.__file__ or "").with_name("__init__.pyi").read_text(encoding="utf-8")
    seen = [importlib.import_module(name).__all__ for name in re.findall(r"^from (\S+) import \*$", stub, re.MULTILINE)]
    assert sorted(name for names in seen for name in names) == sorted(vars(deployspec)["__all__"])


def test_public_modules_are_attributes() -> None:
    program = (
        "import deployspec, sys; plan = deployspec.resolve(deployspec.App({'APTIBLE_DOCKER_IMAGE': 'a/b'}, 'web: x')); "
        "print(deployspec.render.explain(plan).splitlines()[0]); print('hypothesis' in sys.modules); "
        "print(deployspec.laws.LAWS[0], deployspec.strategies.apps.__name__)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "Pull a/b:latest\nFalse\ntotal apps\n"


@pytest.mark.parametrize("module", ["laws", "strategies"])
@pytest.mark.parametrize("program", ["import deployspec; deployspec.{}", "import deployspec.{}"])
def test_without_hypothesis_an_error_says_how_to_install_it(module: str, program: str) -> None:
    program = "import sys; sys.modules['hypothesis'] = None; " + program.format(module)
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.stderr.endswith("ImportError: Hypothesis is not installed; install `deployspec[strategies]`\n")


def test_without_hypothesis_the_strategies_cannot_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(ImportError, match="install `deployspec\\[strategies\\]`"):
        runpy.run_path(str(Path(deployspec.__file__ or "").parent / "strategies" / "__init__.py"))


def test_attributes_can_be_listed_without_hypothesis() -> None:
    program = "import sys, inspect; sys.modules['hypothesis'] = None; import deployspec; inspect.getmembers(deployspec)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_version_is_that_of_the_distribution() -> None:
    assert deployspec.__version__ == metadata.version("deployspec")


def test_a_misspelt_name_is_told_as_of_any_module() -> None:
    with pytest.raises(AttributeError, match="module 'deployspec' has no attribute 'resolv'"):
        deployspec.resolv  # type: ignore[attr-defined] # noqa: B018 # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnusedExpression]
