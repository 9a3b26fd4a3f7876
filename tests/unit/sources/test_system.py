"""A system without the calls that open files without following links, such as Windows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deployspec.sources import SourceError, _system, extract, find_apps, read_folder
from deployspec.sources._folders import read_single

# Windows has none of these names, and supports descriptors of directories for no call.
WINDOWS = """
import os, sys
for name in ("O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "fchmod", "O_NOCTTY", "O_SYNC"):
    delattr(os, name)
os.supports_dir_fd.clear()
os.supports_fd.discard(os.scandir)
"""
READ = """
from deployspec import sources
from deployspec.sources._system import MISSING
print(MISSING)
try:
    sources.read_folder(".")
except sources.SourceError as error:
    print(error)
"""


def test_the_package_is_imported_and_reads_no_folder(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: run")
    ran = subprocess.run(
        [sys.executable, "-c", WINDOWS + READ], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    missing, error = ran.stdout.splitlines()
    names = ["O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "fchmod", "open", "stat", "mkdir", "symlink"]
    assert missing == str((*names, "scandir"))
    assert error == ".: error[sources-unreadable]: this system cannot open files without following links"


def test_this_system_has_all_of_them() -> None:
    assert _system.MISSING == ()


def read_dockerfile(folder: Path) -> bytes:
    return read_single(str(folder / "Dockerfile"))


@pytest.mark.parametrize("read", [read_folder, find_apps, read_dockerfile])
def test_every_reader_of_a_folder_refuses(
    read: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a")
    monkeypatch.setattr(_system, "MISSING", ("O_NOFOLLOW",))
    with pytest.raises(SourceError, match="cannot open files without following links") as caught:
        read(tmp_path)
    assert caught.value.diagnostics[0].hint == "use Linux or macOS, or read a revision of a git repository"


def test_extract_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_system, "MISSING", ("O_NOFOLLOW",))
    with pytest.raises(SourceError, match="cannot open files without following links"):
        extract(tmp_path / "repo.git", "main", into=tmp_path / "new")
    assert list(tmp_path.iterdir()) == []
