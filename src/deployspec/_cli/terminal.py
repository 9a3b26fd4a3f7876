"""What is shown, what is written, and the exit codes."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from deployspec import Diagnostic, render
from deployspec._cli.sources import SourceError, without_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__: list[str] = []

PLAN, FAULTY, USAGE, INTERRUPTED = 0, 1, 2, 130
_PRIVATE = 0o600


class CliError(Exception):
    """Carries diagnostics to the one place that prints them."""

    def __init__(self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.diagnostics = diagnostics
        self.sources = sources or {}


def tell(found: Sequence[Diagnostic], sources: Mapping[str, str] | None = None) -> None:
    """Print diagnostics on standard error."""
    sys.stderr.write(render.diagnostics(found, sources=sources or {}, color=colored(sys.stderr)))


def colored(stream: TextIO) -> bool:
    """Whether a stream is a terminal that wants colour."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write_exact(text: str) -> None:
    """Write what programs read: in UTF-8, whatever the terminal's encoding is, and nothing escaped."""
    data = _encoded(text)
    if isinstance(cast("object", sys.stdout), io.TextIOWrapper):
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    else:
        sys.stdout.write(text)


def _encoded(text: str) -> bytes:
    """Return the bytes of a text; where an argument is no text, as a path may be, those that it was given in."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise SourceError("the plan holds half a character (a lone surrogate), which cannot be written") from None


def write_private(path: str, text: str, *, replace: bool) -> None:
    """Write a file that only its owner can read: whole or not at all, and never through a link.

    The text goes into a new file beside it, which then takes the name. Where the name is taken already, by a link too,
    that is a fault, unless it is to be replaced.
    """
    data, target, temporary = _encoded(text), Path(path), None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with open(handle, "wb") as file:  # noqa: PTH123  # a handle, not a path
            os.fchmod(file.fileno(), _PRIVATE)  # whatever the umask is
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(temporary, target)  # noqa: PTH105
        else:
            os.link(temporary, target)  # unlike a renaming, it takes no name that is there
    except FileExistsError:
        raise SourceError(f"{without_value(path)}: there is a file already (`--force` replaces it)") from None
    except (OSError, ValueError) as error:
        reason = (error.strerror or "").lower() if isinstance(error, OSError) else "this is no path"
        raise SourceError(f"{without_value(path)}: {reason or 'it cannot be written'}") from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108
