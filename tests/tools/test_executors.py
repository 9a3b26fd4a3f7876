"""Files in which the real buildah finds images that BuildKit does not pull: its commands are refused."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from deployspec import App, BuildOptions, DeploySpecError, render, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HIDDEN = "127.0.0.1:1/evil/x"
GOOD = "FROM scratch AS good\nLABEL a=b\n"
FILES = {
    "heredoc of RUN": f"{GOOD}RUN true <<CMD\nFROM {HIDDEN}\nCMD\n",
    "heredoc of COPY": f"{GOOD}COPY <<CMD /x\nFROM {HIDDEN}\nCMD\n",
    "quoted heredoc": f"{GOOD}RUN true <<'CMD'\nFROM {HIDDEN}\nCMD\n",
    "heredoc with a space": f"{GOOD}RUN true << CMD\nFROM {HIDDEN}\nCMD\n",
    "old frontend": f"# syntax=docker/dockerfile:1.2\n{GOOD}RUN true <<CMD\nFROM {HIDDEN}\nCMD\n",
    "variable of a platform": f"ARG A=${{TARGETARCH:+scratch}}\nFROM ${{A:-{HIDDEN}}}\nLABEL a=b\n",
    "two stages of one name": f"FROM {HIDDEN} AS a\nFROM scratch AS a\nLABEL a=b\nFROM a\nLABEL c=d\n",
    "two images of one mount": f"{GOOD}FROM scratch\nRUN --mount=type=bind,target=/x,from={HIDDEN},from=good true\n",
}


def version_of_buildah() -> str:
    shown = subprocess.run(("buildah", "--version"), capture_output=True, text=True, check=True, timeout=60).stdout
    match = re.search(r"version ([0-9.]+)", shown)
    assert match is not None
    return match[1]


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_a_hidden_image_is_refused(
    name: str, container_environment: Mapping[str, str], tmp_path: Path
) -> None:
    context = tmp_path / "context"
    context.mkdir()
    (context / "Dockerfile").write_text(FILES[name])
    argv = ("buildah", "bud", "--pull=always", "--retry=0", str(context))
    ran = subprocess.run(argv, env=container_environment, capture_output=True, text=True, check=False, timeout=120)
    plan = resolve(App({}, "web: run", FILES[name], build=BuildOptions(context="context")))
    assert HIDDEN not in {pull.reference.familiar.removesuffix(":latest") for pull in plan.pulls}
    with pytest.raises(DeploySpecError, match="export-feature-not-carried"):
        render.commands(plan, tool="buildah")
    version = version_of_buildah()
    if version.startswith("1.28."):
        assert f"Trying to pull {HIDDEN}:latest" in ran.stderr
    if f"Trying to pull {HIDDEN}:latest" in ran.stderr:
        with pytest.raises(DeploySpecError, match="export-feature-not-carried"):
            render.commands(plan, tool="buildah", version=version)
