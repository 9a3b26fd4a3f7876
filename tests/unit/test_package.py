from __future__ import annotations

import subprocess
import sys

import deployspec
from deployspec import render

HEAVY = ["docker_image", "regex", "dotenv", "hypothesis", "argparse"]
EDGE = ["logging", "subprocess"]  # attrs loads the latter itself where Python is 3.10


def test_importing_the_library_loads_nothing_heavy() -> None:
    program = (
        "import attrs, sys; before = set(sys.modules); import deployspec; after = set(sys.modules); "
        f"print([*after.intersection({HEAVY}), *(after - before).intersection({EDGE})])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_every_public_name_is_there_and_sorted_as_listed() -> None:
    for module in (deployspec, render):
        assert all(hasattr(module, name) for name in module.__all__)
        assert len(set(module.__all__)) == len(module.__all__)
