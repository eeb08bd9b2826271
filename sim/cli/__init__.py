"""The command line: `main` is what `run.py` and the console script call."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence

GARBAGE_AFTER = 50_000
"""New objects after which Python looks for garbage."""


def main(tokens: Sequence[str] | None = None) -> int:
    """Run one command (by default that of the command line) and return its exit code.

    0: done. 1: it failed. 2: a mistake in what was typed or in a file; nothing was written. 130: interrupted.
    """
    # What libraries make when they are imported stays: looking through it for garbage, again and again, takes a fifteenth of
    # the start of a command.
    gc.set_threshold(GARBAGE_AFTER)
    # NumPy asks for pages of 2 MB. A virtual machine that gives free ones back to its host waits for the host at each: an eighth
    # of a comparison on the one where it was measured, although small pages are touched for the first time twice as often.
    os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
    from sim.cli.app import main as run_app

    return run_app(tokens)
