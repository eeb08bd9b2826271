"""How time, memory and disk grow with the number of runs: the whole command at three sizes, a line through them, and further.

`python benchmarks/scale.py --write` measures and puts the tables into docs/scale.md; `--million` runs 10^6 runs, too, and holds
the line against them.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

import sim

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "scale.md"
WORLD, CHANCES = "kayes-corridor", 100
SIZES = (40, 160, 640)
"""Worlds of the three sizes, each with `CHANCES` chances."""

MILLION = 10_000
CORES = (2, 64, 1_024)
ASKED = (10**6, 10**9)


class Measured(NamedTuple):
    """What a whole command took."""

    runs: int
    wall_s: float
    processor_s: float
    peak_mb: float
    shards: int
    shard_bytes: int
    table_bytes: int
    events: float
    """Mean of a run."""


def measured(worlds: int) -> Measured:
    """One command with so many worlds, in a folder of its own."""
    with tempfile.TemporaryDirectory() as place:
        words = [sys.executable, "run.py", WORLD, "--engine", "batch", "--worlds", str(worlds), "--chances", str(CHANCES)]
        began = time.perf_counter()
        run = subprocess.Popen([*words, "--out", place, "--json"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert run.stdout is not None
        told = json.loads(run.stdout.read())
        _, status, used = os.wait4(run.pid, 0)
        wall = time.perf_counter() - began
        assert status == 0
        folder = Path(told["results"])
        shards = [path.stat().st_size for path in folder.rglob("shards/*/*.parquet")]
        tables = sum(path.stat().st_size for path in folder.glob("*.parquet"))
        events = float(sim.load_results(folder).outcomes["events"].mean())
        processor = used.ru_utime + used.ru_stime
        return Measured(
            worlds * CHANCES, wall, processor, used.ru_maxrss / 1024, len(shards), sum(shards), tables, events
        )


class Line(NamedTuple):
    """A straight line: what a command takes before its first run, and what each run adds."""

    start: float
    each: float

    def at(self, runs: int) -> float:
        return self.start + self.each * runs


def line(found: Sequence[Measured], column: str) -> Line:
    """The line through the sizes by least squares of relative errors."""
    runs = np.array([float(one.runs) for one in found])
    values = np.array([float(getattr(one, column)) for one in found])
    design = np.stack([1 / values, runs / values], axis=1)
    start, each = np.linalg.lstsq(design, np.ones(len(found)), rcond=None)[0]
    return Line(float(start), float(each))


def bytes_a_run(one: Measured) -> float:
    """What a run leaves on disk, in bytes."""
    return (one.shard_bytes + one.table_bytes) / one.runs


def held(found: Sequence[Measured], million: Measured) -> str:
    """What the three sizes say of the real run of 10^6, and what it was."""
    said = {column: line(found, column).at(million.runs) for column in ("wall_s", "processor_s", "peak_mb")}
    return "; ".join(
        f"{name} {guess:,.0f} {unit} said, {real:,.0f} measured ({100 * (guess / real - 1):+.0f} %)"
        for name, unit, guess, real in (
            ("elapsed", "s", said["wall_s"], million.wall_s),
            ("processors", "s", said["processor_s"], million.processor_s),
            ("memory", "MB", said["peak_mb"], million.peak_mb),
            ("disk", "MB", bytes_a_run(found[-1]) * million.runs / 1e6, bytes_a_run(million) * million.runs / 1e6),
        )
    )


def size(number_of_bytes: float) -> str:
    """Bytes as people read them."""
    power = min(int(np.log10(max(number_of_bytes, 1)) // 3), 4)
    return f"{number_of_bytes / 1_000**power:.3g} {('B', 'kB', 'MB', 'GB', 'TB')[power]}"


def duration(seconds: float) -> str:
    """Seconds as people read them."""
    for unit, length in (("s", 90.0), ("min", 90.0), ("h", 48.0)):
        if seconds < length:
            return f"{seconds:.2g} {unit}"
        seconds /= 60.0 if unit != "h" else 24.0
    return f"{seconds:.2g} days"


def tables(found: Sequence[Measured], million: Measured | None) -> str:
    """The measured sizes, and what larger ones would take."""
    processors = os.cpu_count() or 1
    rows = [*found, *([million] if million else [])]
    lines = [
        f"{WORLD}, {CHANCES} chances a world, batch engine, {processors} processors, Python {sys.version.split()[0]}; the whole "
        "command with start-up, tables and charts.",
        "",
        "| runs | events a run | elapsed, s | of processors, s | ms of processor a run | peak memory, MB | shards "
        "| shards, B a run | tables, B a run |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {m.runs:,} | {m.events:,.0f} | {m.wall_s:.1f} | {m.processor_s:.1f} | {1e3 * m.processor_s / m.runs:.2f} "
            f"| {m.peak_mb:,.0f} | {m.shards} | {m.shard_bytes / m.runs:,.0f} | {m.table_bytes / m.runs:,.0f} |"
            for m in rows
        ),
        "",
    ]
    wall, work, memory = (line(found, column) for column in ("wall_s", "processor_s", "peak_mb"))
    lines += [
        f"Lines through the three sizes: {wall.start:.1f} s + {1e3 * wall.each:.3f} ms a run elapsed; {work.start:.1f} s + "
        f"{1e3 * work.each:.3f} ms a run of processors; {memory.start:,.0f} MB + {1e3 * memory.each:.2f} kB a run of memory.",
        "",
    ]
    if million:
        lines += [f"Held against the real run of 10^6: {held(found, million)}. Below, lines go through all four sizes.", ""]
        wall, work, memory = (line(rows, column) for column in ("wall_s", "processor_s", "peak_mb"))
    disk = bytes_a_run(rows[-1])
    lines += [
        "| runs | processor time | on 2 cores, as measured | 64 cores | 1,024 cores | disk | memory of the process that writes |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {runs:,} | {duration(work.at(runs))} | {duration(wall.at(runs))} "
            f"| {duration(work.start + work.each * runs / CORES[1])} | {duration(work.start + work.each * runs / CORES[2])} "
            f"| {size(disk * runs)} | {size(1e6 * memory.at(runs))} |"
            for runs in ASKED
        ),
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/scale.md")
    parser.add_argument("--million", action="store_true", help="run 10^6 runs, too")
    parser.add_argument("--found", type=Path, help="file in which measurements are kept and found again")
    asked = parser.parse_args()
    kept: dict[str, list[float]] = json.loads(asked.found.read_text()) if asked.found and asked.found.exists() else {}
    for worlds in (*SIZES, *([MILLION] if asked.million else [])):
        if str(worlds) not in kept:
            kept[str(worlds)] = list(measured(worlds))
            print(worlds, kept[str(worlds)], file=sys.stderr, flush=True)
            if asked.found:
                asked.found.write_text(json.dumps(kept))
    found = [Measured(*kept[str(worlds)]) for worlds in SIZES]  # type: ignore[arg-type]
    million = Measured(*kept[str(MILLION)]) if str(MILLION) in kept else None  # type: ignore[arg-type]
    text = tables(found, million)
    print(text)
    if asked.write:
        page = PAGE.read_text(encoding="utf-8")
        marked = f"<!-- begin scale -->\n\n{text}\n\n<!-- end scale -->"
        PAGE.write_text(re.sub(r"<!-- begin scale -->.*<!-- end scale -->", lambda _: marked, page, flags=re.S), encoding="utf-8")


if __name__ == "__main__":
    main()
