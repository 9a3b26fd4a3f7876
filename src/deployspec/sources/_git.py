"""Running git to read objects of a repository that other people push to.

Only commands that read objects are run (`rev-parse`, `ls-tree`, `cat-file`). The caller's `GIT_…` variables are
removed. No transport is allowed, so that an object missing from a partial clone is an error rather than a fetch. Hooks
and the file system monitor are off, and paths are never patterns.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, cast

import attrs

from deployspec.sources._files import SourceError, failure

GIT_SECONDS = 60
"""Maximum time of a command; `BATCH_SECONDS` is that of reading all objects, which includes writing the files."""

BATCH_SECONDS = 600
MOST_OUTPUT = 256 * 1024 * 1024
"""Maximum size of a listing: a small repository can contain a tree with billions of entries."""

_OBJECT_ID = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")
_OPTIONS = ("--literal-pathspecs", "--no-replace-objects", "--no-optional-locks", "--no-pager")
_CONFIG = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # no transport, also in versions of git that do not know the next variable
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}

LINK, EXECUTABLE, SUBMODULE, TREE = "120000", "100755", "160000", "040000"


@attrs.frozen
class Entry:
    """An entry of a tree: its mode as git prints it, object, size in bytes (0 if it is not a file), and path."""

    mode: str
    object_id: str
    size: int
    path: str


@attrs.frozen
class Repository:
    """A repository, or a folder in its working tree, and a further directory of objects."""

    path: str
    object_directory: str | None = None

    def environment(self) -> dict[str, str]:
        """Return the environment of git."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | _ENVIRONMENT
        if self.object_directory is not None:
            # In quotes, because `:` separates paths.
            clean["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = _quoted(os.path.abspath(self.object_directory))  # noqa: PTH100
        return clean

    def problem(self, message: str, code: str = "git") -> SourceError:
        """Return the error for this repository."""
        return failure(code, self.path, message)

    # Commands

    def run(self, *arguments: str) -> bytes | None:
        """Run git to its end and return its output, `None` if it fails."""
        with self.started(*arguments) as process:
            output = _stream(process.stdout).read(MOST_OUTPUT + 1)
            if len(output) > MOST_OUTPUT:
                raise self.problem("listing of the revision is too large", "too-large")
            return output if process.wait() == 0 else None

    @contextmanager
    def started(self, *arguments: str, seconds: int = GIT_SECONDS) -> Generator[subprocess.Popen[bytes], None, None]:
        """Start git; it is killed at the end of the block, or when the time is over, which is an error."""
        command = ["git", "-C", self.path or ".", *_OPTIONS, *_CONFIG, *arguments]
        try:
            process = subprocess.Popen(  # noqa: S603  # a list, no shell
                command,
                env=self.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except FileNotFoundError:
            raise self.problem("git is not installed") from None
        except (OSError, ValueError):
            raise self.problem("git cannot be run") from None
        is_over = threading.Event()

        def stop() -> None:
            is_over.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            yield process
        finally:
            timer.cancel()
            process.kill()
            _stream(process.stdout).close()
            with suppress(BrokenPipeError):  # a request that was never read
                _stream(process.stdin).close()
            process.wait()
            if is_over.is_set():
                raise self.problem(f"git did not respond within {seconds} seconds")

    # Objects

    def prefix(self) -> str:
        """Return the path of the folder inside the repository, empty for its root."""
        if not os.path.isdir(self.path or "."):  # noqa: PTH112  # unlike `Path.is_dir`, it never raises
            raise self.problem("no such directory", "not-found")
        output = self.run("rev-parse", "--show-prefix")
        if output is None:
            raise self.problem("not a git repository, or not accessible to git")
        return os.fsdecode(output).removesuffix("\n")

    def commit(self, revision: str) -> str:
        """Return the full id of the commit that a revision names."""
        # `--end-of-options`, so that a revision beginning with `-` is not an option.
        output = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        found = b"" if output is None else output.removesuffix(b"\n")
        if not _OBJECT_ID.fullmatch(found):
            raise self.problem(f"unknown revision `{revision}`", "revision-unknown")
        return found.decode()

    def entries(self, commit: str, paths: Iterable[str] = (), *, recursive: bool = False) -> list[Entry]:
        """List entries of a commit: those of `paths` and of the folders that lead there, or all files."""
        options = ("-r",) if recursive else ("-t",)
        output = self.run("ls-tree", "-z", "--long", "--full-tree", *options, commit, "--", *paths)
        if output is None:
            raise self.problem("git cannot list the files of the revision")
        return [_entry(line) for line in output.split(b"\0")[:-1]]

    @contextmanager
    def objects(self) -> Generator[Objects, None, None]:
        """Start a reader of objects."""
        with self.started("cat-file", "--batch", seconds=BATCH_SECONDS) as process:
            yield Objects(self, _stream(process.stdin), _stream(process.stdout))


@attrs.frozen
class Objects:
    """Reads the contents of files from a running `git cat-file --batch`."""

    repository: Repository
    requests: IO[bytes]
    answers: IO[bytes]

    def read(self, entry: Entry, shown: str) -> bytes:
        """Read the content of a file."""
        return b"".join(self.chunks(entry, shown))

    def chunks(self, entry: Entry, shown: str) -> Iterator[bytes]:
        """Read the content of a file in pieces."""
        with suppress(BrokenPipeError):  # if git has stopped, there is no answer
            self.requests.write(f"{entry.object_id}\n".encode())
            self.requests.flush()
        expected = f"{entry.object_id} blob {entry.size}\n".encode()
        rest = entry.size + 1 if self.answers.readline(len(expected)) == expected else 0
        while rest > 1 and (chunk := self.answers.read(min(rest - 1, 1 << 20))):
            yield chunk
            rest -= len(chunk)
        if rest != 1 or self.answers.read(1) != b"\n":
            raise failure("git", shown, "git cannot read this file")


def _entry(line: bytes) -> Entry:
    description, path = line.split(b"\t", 1)
    mode, _, object_id, size = description.decode().split()
    return Entry(mode, object_id, int(size) if size.isdecimal() else 0, os.fsdecode(path))


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    return cast("IO[bytes]", stream)
