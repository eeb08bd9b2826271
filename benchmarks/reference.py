"""Events and time per event of the reference engine, beside a bare SimPy timeout loop with the same number of events.

Both are timed in turn within one process, so that their ratio holds on a noisy machine. The bare loop is one SimPy process
that yields timeouts and does nothing else: what any SimPy model pays before it models anything. Run:

    python benchmarks/reference.py [SCENARIO [STRATEGY]] [--rounds N]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Generator
from typing import Any

import simpy

from sim.draws import Replication
from sim.engines.reference import simulate
from sim.plan import make_plan
from sim.scenario.load import load_scenario, load_strategy


def bare_loop(events: int) -> None:
    """A SimPy process of `events` timeouts."""
    environment = simpy.Environment()

    def clock() -> Generator[Any, Any, None]:
        for _ in range(events):
            yield environment.timeout(1)

    environment.process(clock())
    environment.run()


def main() -> None:
    """Print events, milliseconds a run, microseconds an event and the ratio to the bare loop: median (min – max)."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("scenario", nargs="?", default="kayes-corridor")
    options.add_argument("strategy", nargs="?")
    options.add_argument("--rounds", type=int, default=15)
    chosen = options.parse_args()
    scenario = load_scenario(chosen.scenario)
    strategy = load_strategy(chosen.strategy or scenario.model.default_strategy)
    plan = make_plan(scenario.model, strategy.model, seed=1, uncertainty="central")
    simulate(plan, 1, Replication(0, 0))
    rows = []
    for chance in range(chosen.rounds):
        begun = time.perf_counter()
        events = simulate(plan, 1, Replication(0, chance)).tallies["events"]
        ours = time.perf_counter() - begun
        begun = time.perf_counter()
        bare_loop(events)
        rows.append((events, ours, time.perf_counter() - begun))
    print(f"{scenario.name} · {strategy.name} · {chosen.rounds} replications of {scenario.model.days} days, one core")
    for name, values in (
        ("events a run", [float(events) for events, _, _ in rows]),
        ("milliseconds a run", [1e3 * ours for _, ours, _ in rows]),
        ("microseconds an event", [1e6 * ours / events for events, ours, _ in rows]),
        ("bare timeout, microseconds", [1e6 * bare / events for events, _, bare in rows]),
        ("ratio to the bare loop", [ours / bare for _, ours, bare in rows]),
    ):
        print(f"{name:28s} {statistics.median(values):9.2f}  ({min(values):.2f} – {max(values):.2f})")


if __name__ == "__main__":
    main()
