"""Waiting for something with a deadline, so that nothing sleeps for a guessed time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Found = TypeVar("_Found")


def wait_for(look: Callable[[], _Found | None], what: str, *, seconds: float = 10) -> _Found:
    """Look until there is something, and return it; `TimeoutError` when the time is up."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} seconds for {what}")
        pause.wait(0.005)
    return found
