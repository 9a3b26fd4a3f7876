"""The calls of the system that open a file without following links. Windows does not have them.

The package can be imported there, and revisions can be read. Folders are not read, because a check of a path before an
ordinary `open` would leave time to replace the file with a link.
"""

from __future__ import annotations

import os

from deployspec.sources._files import failure

_NEEDED = ("O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "fchmod")


def _flag(name: str) -> int:
    value: int = getattr(os, name, 0)
    return value


CLOEXEC, DIRECTORY, NOFOLLOW, NONBLOCK = map(_flag, _NEEDED[:4])
MISSING = (
    *(name for name in _NEEDED if not hasattr(os, name)),
    *(call.__name__ for call in (os.open, os.stat, os.mkdir, os.symlink) if call not in os.supports_dir_fd),
    *(["scandir"] if os.scandir not in os.supports_fd else []),
)
"""The names in `os` that this system does not have."""


def check_system(path: str) -> None:
    """Raise `SourceError` if this system cannot open files without following links."""
    if MISSING:
        message = "this system cannot open files without following links"
        hint = "use Linux or macOS, or read a revision of a git repository"
        raise failure("unreadable", path, message, hint)
