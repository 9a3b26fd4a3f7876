"""The watch of these tests sees what it is there to see."""

from __future__ import annotations

import base64
import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = "it's a $ecret\n"
SPELLINGS: tuple[Callable[[str], bytes], ...] = (
    str.encode,
    lambda secret: base64.b64encode(secret.encode()),
    lambda secret: base64.b64encode(f"user:{secret}".encode()),
    lambda secret: json.dumps(secret).encode(),
)


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    (tmp_path / "watch").mkdir()
    watch = Watch(tmp_path / "watch")
    watch.keep(SECRET)
    return watch


def test_it_sees_the_arguments_of_a_running_process(watch: Watch) -> None:
    # It says when it runs: for a moment after it is started, the kernel shows no arguments yet.
    command = ["sh", "-c", "echo runs; read -r line", "sh", SECRET]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"runs\n"
        with pytest.raises(AssertionError, match="the arguments of a process"):
            watch.assert_no_argument()
        process.kill()


def test_it_sees_the_arguments_of_a_process_that_is_over(watch: Watch, require_tools: Callable[..., None]) -> None:
    require_tools("skopeo")
    watch.wrap("skopeo")
    watch.assert_no_argument()
    command = [str(watch.folder / "skopeo"), "--version", SECRET]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False, timeout=60)
    with pytest.raises(AssertionError, match="the arguments or the environment of a tool"):
        watch.assert_no_argument()


def test_it_sees_the_environment_of_a_tool(watch: Watch, require_tools: Callable[..., None]) -> None:
    require_tools("skopeo")
    watch.wrap("skopeo")
    command = [str(watch.folder / "skopeo"), "--version"]
    subprocess.run(command, env={"PATH": "/usr/bin:/bin", "KEY": SECRET}, check=True, timeout=60)
    with pytest.raises(AssertionError, match="the arguments or the environment of a tool"):
        watch.assert_no_argument()


@pytest.mark.parametrize("spell", SPELLINGS)
def test_it_sees_what_is_left_in_a_file(spell: Callable[[str], bytes], watch: Watch, tmp_path: Path) -> None:
    watch.keep(f"user:{SECRET}")
    left = tmp_path / "left" / "auth.json"
    left.parent.mkdir()
    left.write_bytes(b"before " + spell(SECRET) + b" after")
    watch.assert_no_file(left.parent, apart_from=[left])
    with pytest.raises(AssertionError, match=r"auth\.json"):
        watch.assert_no_file(left.parent)


def test_it_sees_an_object_that_nothing_refers_to(
    watch: Watch, require_tools: Callable[..., None], tmp_path: Path
) -> None:
    require_tools("git")
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "--quiet"], check=True, timeout=60)
    watch.assert_no_object(tmp_path)
    command = [*git, "hash-object", "-w", "--stdin"]
    subprocess.run(command, input=SECRET.encode(), stdout=subprocess.DEVNULL, check=True, timeout=60)
    with pytest.raises(AssertionError, match="the objects of"):
        watch.assert_no_object(tmp_path)
