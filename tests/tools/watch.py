"""Watching for secrets: in the arguments of every process, in git's objects, and in what is left behind."""

from __future__ import annotations

import base64
import contextlib
import json
import shlex
import shutil
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

# Runs a tool after noting its arguments, and the mode of its auth file while it is there.
_WRAPPER = """#!/bin/sh
{{ tr '\\0' '\\n' < /proc/$$/cmdline; tr '\\0' '\\n' < /proc/$$/environ; }} >> {noted}
for argument do
    case $previous in --authfile|--src-authfile) stat -c '%a %n' "$argument" >> {auth_files};; esac
    previous=$argument
done
test -x {folder}/after-"$1" || exec {tool} "$@"
{tool} "$@" && exec {folder}/after-"$1"
"""


def spellings(secret: str) -> tuple[bytes, ...]:
    """The ways in which a secret could stand somewhere: plainly, quoted, in JSON, in base64."""
    plain = secret.encode()
    texts = (secret, shlex.quote(secret), json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    return (*(text.encode() for text in texts), base64.b64encode(plain), base64.urlsafe_b64encode(plain))


@attrs.frozen
class Watch:
    """Knows the secrets of a test, and has seen the arguments of the processes that ran meanwhile."""

    folder: Path
    secrets: set[bytes] = attrs.field(factory=set[bytes])
    arguments: set[bytes] = attrs.field(factory=set[bytes])

    def keep(self, *texts: str) -> None:
        """Take texts for secrets from now on."""
        self.secrets.update(spelling for text in texts for spelling in spellings(text))

    def wrap(self, *tools: str) -> None:
        """Put tools into the folder, which is for the front of `PATH`, that note how they are called and then run."""
        for name in tools:
            found = shutil.which(name)
            assert found is not None
            wrapper = self.folder / name
            wrapper.write_text(
                _WRAPPER.format(
                    noted=self.folder / "noted",
                    auth_files=self.folder / "auth-files",
                    folder=self.folder,
                    tool=found,
                )
            )
            wrapper.chmod(0o755)

    def after(self, verb: str, script: str) -> None:
        """Have a shell script run after a tool has done its `verb`, as if it were part of it."""
        path = self.folder / f"after-{verb}"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def auth_files(self) -> list[tuple[str, Path]]:
        """Mode and path of every auth file that a tool was given, at the moment when it ran."""
        noted = self.folder / "auth-files"
        lines = noted.read_text().splitlines() if noted.exists() else []
        return [(mode, Path(path)) for mode, _, path in (line.partition(" ") for line in lines)]

    def assert_unseen(self, text: bytes, where: str) -> None:
        """Fail where a secret stands in a text; the failure does not repeat the secret."""
        assert not any(secret in text for secret in self.secrets), f"a secret stands in {where}"

    def assert_no_argument(self) -> None:
        """Fail where a process had a secret in its arguments, or a tool had one in its environment."""
        self.look()
        for argument in self.arguments:
            self.assert_unseen(argument, "the arguments of a process")
        noted = self.folder / "noted"
        if noted.exists():
            self.assert_unseen(noted.read_bytes(), "the arguments or the environment of a tool")

    def assert_no_file(self, folder: Path, *, apart_from: Iterable[Path] = ()) -> None:
        """Fail where a file under a folder holds a secret, those apart that are there to hold them."""
        allowed = set(apart_from)
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink() and path not in allowed:
                self.assert_unseen(path.read_bytes(), str(path))

    def assert_no_object(self, repository: Path) -> None:
        """Fail where an object of a git repository holds a secret, packed or not, reachable or not."""
        command = ["git", "-C", str(repository), "cat-file", "--batch-all-objects", "--batch"]
        objects = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
        self.assert_unseen(objects, f"the objects of {repository}")

    def look(self) -> None:
        """Take down the arguments of every process that is there now."""
        for process in _processes():
            with contextlib.suppress(OSError):
                self.arguments.add((process / "cmdline").read_bytes())

    @contextlib.contextmanager
    def looking(self) -> Generator[None]:
        """Look again and again, in a thread, until the block ends."""
        done = threading.Event()

        def look() -> None:
            while not done.wait(0.02):
                self.look()

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def _processes() -> Iterator[Path]:
    return (entry for entry in Path("/proc").iterdir() if entry.name.isdigit())
