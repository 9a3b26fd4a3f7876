"""Output of the command line: diagnostics, files with secrets, errors and exit codes."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, TextIO, cast

from deployspec import render
from deployspec._cli.exit_codes import PROBLEMS
from deployspec._cli.hints import with_options
from deployspec._cli.wording import without_value
from deployspec._core.diagnostics import Collector

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

    from deployspec import Diagnostic, Env

_PRIVATE = 0o600
# Ctrl+C is `KeyboardInterrupt`, which deletes the temporary file as any exception does.
_TERMINATIONS = tuple(number for number in signal.Signals if number.name in {"SIGTERM", "SIGHUP"})


# Errors


class UsageError(Exception):
    """Wrong usage, or a file that cannot be read or written; the message is one line."""


class CliError(Exception):
    """Problems with the input: diagnostics to print, and the texts of the files for excerpts.

    `code` is the exit code: 2 for a file of the user that only configures the command, such as a policy.
    """

    def __init__(
        self,
        diagnostics: Iterable[Diagnostic],
        *,
        source: str | None = None,
        texts: Mapping[str, str | Env] | None = None,
        code: int = PROBLEMS,
    ) -> None:
        super().__init__()
        self.code = code
        found = Collector()
        found.extend(diagnostics, source=source)
        self.diagnostics = found.found
        self.texts = texts or {}


# Standard output and standard error


def report(diagnostics: Iterable[Diagnostic], *, color: str, texts: Mapping[str, str | Env] | None = None) -> None:
    """Print diagnostics on standard error."""
    sys.stderr.write(render.diagnostics(with_options(diagnostics), sources=texts, color=colored(sys.stderr, color)))


def colored(stream: TextIO, color: str) -> bool:
    """Whether the output to a stream has colours; `color` is the value of `--color`."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def write_exact(text: str) -> None:
    """Write text for programs: as UTF-8 in any locale, without escapes."""
    data = _encoded(text)
    if isinstance(cast("object", sys.stdout), io.TextIOWrapper):
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    else:
        sys.stdout.write(text)


def _encoded(text: str) -> bytes:
    """Encode an export; bytes of an argument that are not valid UTF-8, such as a path, are written unchanged."""
    return text.encode("utf-8", "surrogateescape")


# Files


def write_private(path: str, text: str, *, replace: bool) -> None:
    """Write a file that only its owner can read: completely or not at all, and never through a link.

    The text is written to a new file in the same directory, which is then given the name. An existing file or link is
    an error unless `replace` is set; a directory, a pipe or a device, or a link to a pipe or device,
    is never replaced.
    """
    with _terminations_deferred():
        _write_private(path, _encoded(text), replace=replace)


class Terminated(BaseException):
    """A signal that ends the process; an exception, so that the temporary file is deleted first."""


@contextlib.contextmanager
def _terminations_deferred() -> Generator[None, None, None]:
    """Let signals that end the process raise an exception, and end it when the block has cleaned up."""
    received: list[int] = []

    def receive(number: int, _: object) -> None:
        received.append(number)
        raise Terminated

    # Only the main thread can handle signals. A handler of the caller, or a signal that is ignored, stays.
    is_main = threading.current_thread() is threading.main_thread()
    deferred = [number for number in _TERMINATIONS if is_main and signal.getsignal(number) is signal.SIG_DFL]
    try:
        for number in deferred:
            signal.signal(number, receive)
        yield
    finally:
        for number in deferred:
            signal.signal(number, signal.SIG_DFL)
        if received:
            signal.raise_signal(received[0])


def _write_private(path: str, data: bytes, *, replace: bool) -> None:
    from pathlib import Path  # imported here, because few commands write files

    target = Path(path)
    # Named before it exists, so that it is deleted whenever an interrupt comes.
    temporary = target.parent / f".{target.name}.{os.urandom(8).hex()}"
    try:
        if replace and target.exists() and not target.is_file() and not target.is_dir():
            raise UsageError(f"{without_value(path)}: not a regular file")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        with open(handle, "wb") as file:  # noqa: PTH123  # a handle, not a path
            os.fchmod(file.fileno(), _PRIVATE)  # with any umask
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(temporary, target)  # noqa: PTH105
        else:
            os.link(temporary, target)  # fails if the name exists, unlike `os.rename`
    except FileExistsError:
        raise UsageError(f"{without_value(path)}: file exists (use --force to overwrite it)") from None
    except (OSError, ValueError) as error:
        reason = (error.strerror or "").lower() if isinstance(error, OSError) else "invalid path"
        raise UsageError(f"{without_value(path)}: {reason or 'cannot be written'}") from None
    finally:
        with contextlib.suppress(OSError, ValueError):
            temporary.unlink()
