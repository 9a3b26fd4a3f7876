"""Paths of a build for Windows."""

from __future__ import annotations

import pytest

from deployspec._dockerfile.dispatch.windows import path_fault

PATHS = {
    "a": None,
    "\\a\\b": None,
    "c:\\a": None,
    "C:a": None,
    "C:/": None,
    "C:c:a": None,
    "C:": "it has a drive and no path",
    "D:\\a": "it is not on the drive `C:`",
    "\\\\.\\C$\\a": "UNC paths are not supported",
    "//a": "UNC paths are not supported",
    "C:d:\\a": "it is not on the drive `C:`",
}


@pytest.mark.parametrize(("path", "fault"), PATHS.items())
def test_a_path_is_on_the_system_drive(path: str, fault: str | None) -> None:
    assert path_fault(path) == fault
