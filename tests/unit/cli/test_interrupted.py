"""A write that is interrupted leaves no temporary file, and the signal still ends the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deployspec._cli.terminal import Terminated, write_private

ENDING = [signal.SIGTERM, signal.SIGHUP]

# A process that gets the signal while the temporary file exists.
PROGRAM = """
import os, signal, sys
from deployspec._cli.terminal import write_private
os.fsync = lambda _: os.kill(os.getpid(), int(sys.argv[1]))
write_private("out", "text", replace=True)
"""


@pytest.mark.parametrize("number", [*ENDING, signal.SIGINT])
def test_a_signal_ends_the_process_and_leaves_no_file(number: int, tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM, str(number)], cwd=tmp_path, capture_output=True, check=False)
    assert ran.returncode == -number
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def raised(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The signals that are raised at the end, which would end the tests."""
    found: list[int] = []
    monkeypatch.setattr(signal, "raise_signal", found.append)
    return found


def interrupt(monkeypatch: pytest.MonkeyPatch, action: Callable[[], object]) -> None:
    def fsync(_: int) -> None:
        action()

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.parametrize("number", ENDING)
def test_the_signal_is_raised_again(
    number: int, tmp_path: Path, raised: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt(monkeypatch, lambda: os.kill(os.getpid(), number))
    with pytest.raises(Terminated):
        write_private(str(tmp_path / "out"), "text", replace=False)
    assert raised == [number]
    assert signal.getsignal(number) is signal.SIG_DFL
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_an_exception_leaves_no_file(
    error: type[BaseException], tmp_path: Path, raised: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise error

    interrupt(monkeypatch, fail)
    with pytest.raises(error):
        write_private(str(tmp_path / "out"), "text", replace=True)
    assert list(tmp_path.iterdir()) == []
    assert raised == []


def test_an_undisturbed_write_restores_the_handlers(tmp_path: Path, raised: list[int]) -> None:
    write_private(str(tmp_path / "out"), "text", replace=False)
    assert (tmp_path / "out").read_text() == "text"
    assert [signal.getsignal(number) for number in ENDING] == [signal.SIG_DFL] * 2
    assert raised == []


def test_a_handler_of_the_caller_stays(tmp_path: Path, raised: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[Any] = []
    signal.signal(signal.SIGTERM, lambda number, _: received.append(number))
    interrupt(monkeypatch, lambda: os.kill(os.getpid(), signal.SIGTERM))
    try:
        write_private(str(tmp_path / "out"), "text", replace=False)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    assert (received, raised) == ([signal.SIGTERM], [])
    assert (tmp_path / "out").read_text() == "text"


def test_another_thread_can_write(tmp_path: Path) -> None:
    thread = threading.Thread(target=write_private, args=(str(tmp_path / "out"), "text"), kwargs={"replace": False})
    thread.start()
    thread.join()
    assert (tmp_path / "out").read_text() == "text"
