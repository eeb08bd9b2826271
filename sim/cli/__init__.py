"""The command line: `main` is what `run.py` and the console script call."""

from __future__ import annotations

from collections.abc import Sequence


def main(tokens: Sequence[str] | None = None) -> int:
    """Run one command (by default that of the command line) and return its exit code.

    0: done. 1: it failed. 2: a mistake in what was typed or in a file; nothing was written. 130: interrupted.
    """
    from sim.cli.app import main as run_app

    return run_app(tokens)
