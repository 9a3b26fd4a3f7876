"""The script of the how-to guide about lock files, with a private registry and skopeo."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from oci_layout import digest_of

from deployspec import parse_lock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oci_layout import MakeImage
    from private_registry import PrivateRegistry

SCRIPT = Path(__file__).parents[2] / "docs" / "examples" / "lock" / "update_lock.sh"


def test_the_script_locks_the_images_of_a_private_registry(
    registry: PrivateRegistry,
    public_registry: PrivateRegistry,
    make_image: MakeImage,
    container_environment: Mapping[str, str],
    tmp_path: Path,
) -> None:
    base, assets = make_image({"etc/name": "base"}), make_image({"etc/name": "assets"})
    references = [registry.push(base, "lock/base:1.0"), public_registry.push(assets, "lock/assets")]
    app = tmp_path / "app"
    app.mkdir()
    (app / "Procfile").write_text("web: run\n")
    dockerfile = f"ARG V=1.0\nFROM {references[0].replace('1.0', '$V')}\nCOPY --from={references[1]} / /\n"
    (app / "Dockerfile").write_text(dockerfile)
    prefix = "APTIBLE_PRIVATE_REGISTRY_"
    settings = {"HOST": registry.host, "USERNAME": registry.username, "PASSWORD": registry.password}
    config = [word for name, value in settings.items() for word in ("--set", f"{prefix}{name}={value}")]
    path = os.pathsep.join([str(Path(sys.executable).parent), container_environment["PATH"]])
    environment = {**container_environment, "PATH": path, "PYTHONPATH": os.environ.get("PYTHONPATH", "")}

    def run(*argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            argv, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
        )

    ran = run(str(SCRIPT), "app", *config)
    assert ran.returncode == 0, ran.stderr
    lock = parse_lock((app / "deployspec.lock").read_bytes())
    assert lock == {references[0]: digest_of(base), f"{references[1]}:latest": digest_of(assets)}
    check = ("deployspec", "check", "app", *config, "--lock", "app/deployspec.lock")
    assert run(*check).returncode == 0
    (app / "Dockerfile").write_text(dockerfile.replace("V=1.0", "V=2.0"))
    ran = run(*check)
    assert ran.returncode == 1
    assert "app/Dockerfile:2: error[pin-missing]" in ran.stdout
    # An image that does not exist leaves the lock as it was.
    before = (app / "deployspec.lock").read_bytes()
    assert run(str(SCRIPT), "app", *config).returncode != 0
    assert (app / "deployspec.lock").read_bytes() == before
