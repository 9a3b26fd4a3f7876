"""Output of the command line: diagnostics, files with secrets, errors and exit codes."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from deployspec import render
from deployspec._cli.exit_codes import PROBLEMS
from deployspec._cli.hints import with_options
from deployspec._cli.wording import without_value
from deployspec._core.diagnostics import Collector

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deployspec import Diagnostic, Env

_PRIVATE = 0o600


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
    """Encode a text; bytes of an argument that are not valid UTF-8, such as a path, are written unchanged."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise UsageError("plan contains a lone surrogate, which cannot be written as UTF-8") from None


# Files


def write_private(path: str, text: str, *, replace: bool) -> None:
    """Write a file that only its owner can read: completely or not at all, and never through a link.

    The text is written to a new file in the same directory, which is then given the name. An existing file or link is
    an error unless `replace` is set; a directory, a pipe or a device, or a link to a pipe or device,
    is never replaced.
    """
    data, target, temporary = _encoded(text), Path(path), None
    try:
        if replace and target.exists() and not target.is_file() and not target.is_dir():
            raise UsageError(f"{without_value(path)}: not a regular file")
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
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
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108
