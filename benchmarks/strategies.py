"""From command to table: strategies side by side with a thousand runs each, as an analyst asks for them.

    python benchmarks/strategies.py [SCENARIO] [--worlds 20] [--chances 50] [--rounds 3]

Times `run.py compare` in a process and a folder of its own: until its table is printed, and until its charts are drawn. Nothing
is stored beforehand; machine code of the batch engine is at hand after the first call, which is not counted.
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

RUN = Path(__file__).resolve().parents[1] / "run.py"
STRATEGIES = (
    "no-escort", "escort-48h-150", "large-rare", "small-frequent", "medium", "square-root", "units-per-40", "observed-2025",
)  # fmt: skip


def compared(scenario: str, worlds: int, chances: int) -> tuple[float, float]:
    """Seconds from the start of the command to the first line of its table, and to its end."""
    with tempfile.TemporaryDirectory() as out:
        asked = [
            sys.executable, str(RUN), "compare", scenario, "--strategies", *STRATEGIES, "--no-screen", "--engine", "batch",
            "--worlds", str(worlds), "--chances", str(chances), "--out", out,
        ]  # fmt: skip
        began = time.perf_counter()
        table = 0.0
        # As where an analyst works: Python keeps what it has compiled.
        around = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        with subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=around) as command:
            assert command.stdout is not None
            for line in command.stdout:
                if not table and line.startswith("strategy "):
                    table = time.perf_counter() - began
        if command.returncode or not table:
            raise SystemExit(f"the comparison failed with exit code {command.returncode}: {' '.join(asked)}")
        return table, time.perf_counter() - began


def main() -> None:
    """Print seconds to the table and to the end of the command: median (least – most)."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("scenario", nargs="?", default="blockade-2025-customs")
    options.add_argument("--worlds", type=int, default=20)
    options.add_argument("--chances", type=int, default=50)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    compared(chosen.scenario, 2, 4)
    found = [compared(chosen.scenario, chosen.worlds, chosen.chances) for _ in range(chosen.rounds)]
    runs = chosen.worlds * chosen.chances
    print(f"{len(STRATEGIES)} strategies × {runs:,} runs of {chosen.scenario}, {chosen.rounds} rounds")
    for name, seconds in zip(("table printed", "charts drawn"), zip(*found, strict=True), strict=True):
        print(f"{name:14s} {statistics.median(seconds):6.1f} s  ({min(seconds):.1f} – {max(seconds):.1f})")


if __name__ == "__main__":
    main()
