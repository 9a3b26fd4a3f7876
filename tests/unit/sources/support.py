"""Repositories for the tests of revisions, also malformed ones that no `git add` makes; and errors."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import attrs
import pytest

from deployspec.sources import SourceError

SECRET = "hunter2-in-another-file"

NAMES = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")


@attrs.frozen
class Repo:
    path: Path

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        command = ["git", *NAMES, *arguments]
        ran = subprocess.run(command, cwd=self.path, input=stdin, stdout=subprocess.PIPE, check=True)
        return ran.stdout.decode().strip()

    def blob(self, content: bytes) -> str:
        return self.git("hash-object", "-w", "--stdin", stdin=content)

    def tree(self, entries: Iterable[tuple[str, str, str]]) -> str:
        """Write a tree of (mode, name, object) without git's checks."""
        lines = (f"{mode} {name}".encode() + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries)
        return self.git("hash-object", "-w", "--stdin", "--literally", "-t", "tree", stdin=b"".join(lines))

    def commit(self, tree: str) -> str:
        return self.git("commit-tree", tree, "-m", "x")

    def commit_all(self) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")
        return self.git("rev-parse", "HEAD")


def create(path: Path, *, bare: bool = False) -> Repo:
    path.mkdir()
    repo = Repo(path)
    repo.git("init", "-q", *["--bare"] * bare)
    return repo


def refused(read: Callable[[], object]) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read()
    (diagnostic,) = caught.value.diagnostics
    assert SECRET not in f"{caught.value}{diagnostic.hint}"
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return caught.value


def code_of(read: Callable[[], object]) -> tuple[str, str | None]:
    (diagnostic,) = refused(read).diagnostics
    return diagnostic.code, diagnostic.source
