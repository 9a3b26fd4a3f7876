"""Paths of WORKDIR, COPY and ADD in a build for Windows, which must be on the system drive."""

from __future__ import annotations

import posixpath


# buildkit util/system/path.go: CheckSystemDriveAndRemoveDriveLetter, which NormalizePath applies to its own result
def path_fault(path: str) -> str | None:
    """Return why BuildKit refuses a path, as a clause for a message; `None` if it does not.

    >>> path_fault("C:\\\\app"), path_fault("D:\\\\app")
    (None, 'it is not on the drive `C:`')
    """
    for _ in range(2):
        path = path.replace("\\", "/")
        if len(path) == 2 and path[1] == ":":  # noqa: PLR2004  # a drive, and nothing else
            return "it has a drive and no path"
        if path.startswith("//"):
            return "UNC paths are not supported"
        drive, colon, rest = path.partition(":")
        if not colon:
            return None
        if drive.lower() != "c":
            return "it is not on the drive `C:`"
        path = posixpath.normpath(rest or ".")
    return None
