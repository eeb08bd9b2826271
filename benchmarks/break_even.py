"""From how many simulated days on the batch engine is done first: what `--engine auto` goes by.

    python benchmarks/break_even.py [WORLD] [--rounds 3] [--workers 2]

The same command is given to both engines for experiments of several sizes, each in a process of its own and with an empty
result folder; machine code of the batch engine is at hand. A line through the elapsed times of each engine tells what it takes
to begin and what a day takes; where the lines cross, both are done at once. With compiling, the batch engine begins later.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from sim.scenario.load import load_scenario

ROOT = Path(__file__).resolve().parents[1]
REFERENCE_CHANCES, BATCH_CHANCES = (4, 16, 48), (16, 200, 1000)
"""Sizes at which each engine takes a few seconds at most."""


def elapsed_s(world: str, engine: str, chances: int, workers: int, cache: str | None = None) -> float:
    """Seconds that a whole command takes."""
    with tempfile.TemporaryDirectory() as out:
        size = ["--worlds", "1", "--chances", str(chances), "--workers", str(workers), "--uncertainty", "central"]
        command = [sys.executable, str(ROOT / "run.py"), world, *size, "--engine", engine, "--out", out]
        around = {**os.environ, "PYTHONPATH": str(ROOT), **({} if cache is None else {"XDG_CACHE_HOME": cache})}
        began = time.perf_counter()
        subprocess.run(command, env=around, capture_output=True, check=True)
        return time.perf_counter() - began


def line(days: list[int], seconds: list[float]) -> tuple[float, float]:
    """Seconds to begin and seconds a day."""
    a_day, begin = np.polyfit(days, seconds, 1)
    return float(begin), float(a_day)


def main() -> None:
    """Measure, and print both lines and where they cross."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("world", nargs="?", default="blockade-2025-customs")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args()
    model = load_scenario(chosen.world).model
    days = model.days + model.warmup_days
    elapsed_s(chosen.world, "batch", 1, chosen.workers)
    found = {}
    for engine, sizes in (("reference", REFERENCE_CHANCES), ("batch", BATCH_CHANCES)):
        times = [
            [elapsed_s(chosen.world, engine, chances, chosen.workers) for chances in sizes] for _ in range(chosen.rounds)
        ]  # fmt: skip
        middle = [statistics.median(of_size) for of_size in zip(*times, strict=True)]
        found[engine] = line([days * chances for chances in sizes], middle)
        begin, a_day = found[engine]
        print(f"{engine:10s} begins after {begin:.2f} s, then {1e3 * a_day:.4f} ms a simulated day; measured {middle}")
    with tempfile.TemporaryDirectory() as cache:
        cold = elapsed_s(chosen.world, "batch", 1, chosen.workers, cache)
        compiling = cold - elapsed_s(chosen.world, "batch", 1, chosen.workers, cache)
    (reference, reference_day), (batch, batch_day) = found["reference"], found["batch"]
    for name, more in (("machine code at hand", 0.0), (f"compiling, {compiling:.1f} s", compiling)):
        cross = (batch + more - reference) / (reference_day - batch_day)
        print(f"{name}: the batch engine is done first from {cross:,.0f} simulated days on")


if __name__ == "__main__":
    main()
