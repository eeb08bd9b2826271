"""From command to table: strategies side by side with a thousand runs each, as an analyst asks for them.

    python benchmarks/strategies.py [SCENARIO] [--worlds 20] [--chances 50] [--rounds 5] [--write]

Times `run.py compare` in a process and a folder of its own: until its table is printed, and until its charts are drawn. Nothing
is stored beforehand; machine code of the batch engine is at hand after the first call, which is not counted.
`--write` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from timing import calibration, into_page, machine, markdown, spread, timed

from sim.scenario.load import load_scenario

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
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = options.parse_args()
    compared(chosen.scenario, 2, 4)
    found = [compared(chosen.scenario, chosen.worlds, chosen.chances) for _ in range(chosen.rounds)]
    loops = [timed(calibration)[0] for _ in range(chosen.rounds)]
    to_table, to_charts = ([seconds[i] for seconds in found] for i in (0, 1))
    runs, days = chosen.worlds * chosen.chances, load_scenario(chosen.scenario).model.days
    heads = ["the whole command", "until the table is printed, s", "until charts are drawn, s"]
    asked = f"`compare {chosen.scenario}`: {len(STRATEGIES)} strategies × {runs:,} runs × {days} days"
    text = (
        f"{machine()}, {os.cpu_count()} processors; {chosen.rounds} rounds, median (min–max), elapsed time; the calibration "
        f"loop takes {spread([1e3 * t for t in loops])} ms.\n\n"
        + markdown(heads, [[asked, spread(to_table), spread(to_charts)]])
    )
    print(text)
    if chosen.write:
        into_page("strategies", text)


if __name__ == "__main__":
    main()
