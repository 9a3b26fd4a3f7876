"""How long an import takes, in a Python of its own each time, beside attrs (which we build on) and the peers."""

from __future__ import annotations

import sys

PROGRAMS = {
    "attrs": "import attrs",
    "deployspec": "import deployspec",
    "docker-image-py": "import docker_image.reference",
    "dockerfile-parse": "import dockerfile_parse",
    "honcho": "import honcho.environ",
    "oras": "import oras.container",
    "python-dotenv": "import dotenv",
}

COMMANDS = {f"import/{name}": (sys.executable, "-c", program) for name, program in PROGRAMS.items()}
COMMANDS["import/nothing"] = (sys.executable, "-c", "pass")
