"""Processes that tests start, watch and kill: always those of one group, and none is left behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path


def eventually(holds: Callable[[], object], within_s: float = 120.0) -> bool:
    """Whether something holds before the time is over, looked at often."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return bool(holds())


def group_ends(group: int) -> bool:
    """Whether the last process of a group ends within ten seconds; what is left then is killed."""
    if eventually(lambda: not _there(group), within_s=10.0):
        return True
    os.killpg(group, signal.SIGKILL)
    return False


def _there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def workers_of(main: int) -> list[int]:
    """Worker processes of a main process (Linux)."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            words = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == main and b"spawn_main" in words:
            found.append(int(status.parent.name))
    return found
