"""From command to table: strategies side by side with a thousand runs each, as an analyst would ask for them.

    python benchmarks/strategies.py [SCENARIO] [--worlds 20] [--chances 50] [--workers 2]

Nothing is stored beforehand; machine code of the batch engine is at hand after the first call. Elapsed time includes reading the
files, running, storing outcomes and sketches, deriving tables and printing; not the import of Python packages. Each thread takes
one strategy after the other, so that one derives its tables while another runs.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sim.experiment.design import design_of
from sim.experiment.engines import engine_named
from sim.experiment.experiment import run_experiment
from sim.experiment.identity import Experiment
from sim.scenario.load import load_scenario, load_strategy
from sim.scenario.strategy_checks import check_pair

STRATEGIES = (
    "no-escort", "escort-48h-150", "large-rare", "small-frequent", "medium", "square-root", "units-per-40", "observed-2025",
)  # fmt: skip
SHOWN = ("shortage_days_any", "tankers_lost", "crews_lost", "escort_days", "inflow_l")


def main() -> None:
    """Print means of each strategy with their 95 % intervals, and the time it took."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("scenario", nargs="?", default="blockade-2025-customs")
    options.add_argument("--worlds", type=int, default=20)
    options.add_argument("--chances", type=int, default=50)
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args()
    began = time.perf_counter()
    scenario = load_scenario(chosen.scenario)
    design, engine = design_of(chosen.worlds, chosen.chances), engine_named("batch")
    print(f"{'strategy':16s}" + "".join(f"{name:>28s}" for name in SHOWN))
    with tempfile.TemporaryDirectory() as out, ThreadPoolExecutor(chosen.workers) as pool:

        def summary(name: str) -> dict[str, Any]:
            strategy = load_strategy(name)
            check_pair(scenario, strategy)
            experiment = Experiment(scenario, strategy, 1, "sampled")
            return run_experiment(experiment, design, engine, out=Path(out), summarised=True).summary()

        for name, found in zip(STRATEGIES, pool.map(summary, STRATEGIES), strict=True):
            cells = [f"{found[m]['mean']:,.1f} ({found[m]['low']:,.1f}–{found[m]['high']:,.1f})" for m in SHOWN]
            print(f"{name:16s}" + "".join(f"{cell:>28s}" for cell in cells))
    took = time.perf_counter() - began
    print(f"{len(STRATEGIES)} strategies × {design.runs:,} runs in {took:.1f} s with {chosen.workers} threads")


if __name__ == "__main__":
    main()
