"""Both engines on shipped worlds: time per run and per event, first calls, two threads.

    python benchmarks/engines.py [WORLD …] [--rounds N] [--write]

The engines run in turn within one process, so that their ratio holds on a noisy machine, each under the world's default
strategy and central values. First calls are made by processes of their own with a cache folder that is empty, then filled.
`--write` puts the tables into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from timing import calibration, into_page, machine, markdown, significant, spread, timed

from sim.draws import Replication
from sim.plan import Plan, make_plan
from sim.records import TALLIES, Room
from sim.scenario.load import load_scenario, load_strategy

WORLDS = ("kayes-corridor", "blockade-2025-customs")
BATCH_ROUND_S = 0.5
"""Time that the batch engine's part of a round should take: single runs are too short to be timed."""

BATCHES = 10
"""Batches that threads share out among them, as in a command: whoever is done takes the next one."""

MEGABYTE, HASHED = bytes(1 << 20), 200

SEED = 1

Timings = list[tuple[float, float]]
"""Of every round: seconds a run and events a run."""


def plan_of(world: str) -> Plan:
    """The central Plan of a world under its default strategy."""
    scenario = load_scenario(world).model
    return make_plan(scenario, load_strategy(scenario.default_strategy).model, seed=SEED, uncertainty="central")


def chances(n: int) -> list[Replication]:
    """Replications that differ by luck alone."""
    return [Replication(0, chance) for chance in range(n)]


def runs_in_a_round(plan: Plan) -> int:
    """Runs of the compiled batch engine that fill a round, at most the chances of one world."""
    from sim.engines.batch.machine import simulate_many

    simulate_many(plan, SEED, chances(2))
    taken, _ = timed(simulate_many, plan, SEED, chances(10))
    return min(max(int(BATCH_ROUND_S / (taken / 10)), 10), 2000)


def engines(worlds: list[str], rounds: int) -> str:
    """Table of events, time per run, time per event and the ratio of the engines; processor time."""
    from sim.engines.batch.machine import simulate_many
    from sim.engines.reference import simulate

    rows: list[list[str]] = []
    loop_s = []
    for world in worlds:
        plan = plan_of(world)
        replications = chances(runs_in_a_round(plan))
        n = len(replications)
        simulate(plan, SEED, replications[0])
        room = Room(n)  # taken again for every batch, as in a command
        simulate_many(plan, SEED, replications, room)
        reference, batch = Timings(), Timings()
        for turn in range(rounds):
            loop_s.append(timed(calibration)[0])
            taken, records = timed(simulate, plan, SEED, replications[turn % n])
            reference.append((taken, records.tallies["events"]))
            taken, stack = timed(simulate_many, plan, SEED, replications, room.empty(n))
            batch.append((taken / n, float(stack.tallies[:, TALLIES.index("events")].mean())))
        rows += [row(f"`{world}`, reference", reference, reference), row(f"`{world}`, batch", batch, reference)]
    heads = ["world, engine", "events a run", "ms a run", "ns an event", "speed per event, reference = 1"]
    told = f"{machine()}; {rounds} rounds, median (min–max); the calibration loop takes {spread([1e3 * s for s in loop_s])} ms."
    return f"{told}\n\n{markdown(heads, rows)}"


def row(name: str, found: Timings, reference: Timings) -> list[str]:
    """Row of the table of engines."""
    return [
        name,
        significant(statistics.mean(events for _, events in found), 4),
        spread([1e3 * seconds for seconds, _ in found]),
        spread([1e9 * seconds / events for seconds, events in found]),
        spread([(s / k) / (t / m) for (s, k), (t, m) in zip(reference, found, strict=True)]),
    ]


def first_call(world: str) -> dict[str, float]:
    """Seconds and memory of this process's way to the first run of the batch engine; nothing of it was imported before."""
    plan = plan_of(world)
    started = time.perf_counter()
    import numba  # noqa: F401

    compiler, began = time.perf_counter(), time.process_time()
    from sim.engines.batch.machine import simulate_many

    simulate_many(plan, SEED, chances(1))
    called = time.perf_counter()
    worked = time.process_time() - began
    return {"numba_s": compiler - started, "first_s": called - compiler, "processor_s": worked, "peak_mb": peak_memory_mb()}


def peak_memory_mb() -> float:
    """Largest resident memory of this process so far.

    Linux counts in `ru_maxrss` also what the parent held when it started this process, but not in its status file.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        peaks = [line.split()[1] for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM:")]
        return int(peaks[0]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def first_calls(world: str, rounds: int) -> str:
    """Table of first calls with an empty and with a filled cache folder, each in a process of its own."""
    cold: list[dict[str, float]] = []
    cached: list[dict[str, float]] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            for found in (cold, cached):
                found.append(first_call_elsewhere(world, folder))
    rows = [
        [
            name,
            spread([call["numba_s"] for call in found]),
            spread([call["first_s"] for call in found]),
            spread([call["processor_s"] for call in found]),
            spread([call["peak_mb"] for call in found]),
        ]
        for name, found in (("empty: compiled", cold), ("filled", cached))
    ]
    heads = ["cache folder", "import numba, s", "then to the end of the first run, s", "of processor time, s", "peak memory, MB"]
    told = "once" if rounds == 1 else f"{rounds} rounds, median (min–max)"
    return f"First run of `{world}` in a new process, {told}, elapsed time unless it says otherwise.\n\n{markdown(heads, rows)}"


def first_call_elsewhere(world: str, cache: str) -> dict[str, float]:
    """The first call in a new process that keeps its compiled code below `cache`."""
    command = [sys.executable, __file__, world, "--first-call"]
    done = subprocess.run(command, env={**os.environ, "XDG_CACHE_HOME": cache}, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def threads(world: str, rounds: int) -> str:
    """How much faster two threads are than one with the same runs, beside a loop that shares nothing; elapsed time.

    What two processors of this machine can do together is what the loop says: virtual ones often are halves of a core.
    """
    from sim.engines.batch.machine import simulate_many

    plan = plan_of(world)
    batch = chances(max(runs_in_a_round(plan) // (BATCHES // 2), 1))
    own = threading.local()
    ratios: list[float] = []
    possible: list[float] = []

    def play(_: int) -> None:
        if not hasattr(own, "room"):
            own.room = Room(len(batch))
        simulate_many(plan, SEED, batch, own.room.empty(len(batch)))

    def hashed(_: int) -> None:
        for _ in range(HASHED):
            hashlib.sha256(MEGABYTE).digest()

    with ThreadPoolExecutor(1) as alone, ThreadPoolExecutor(2) as both:
        for turn in range(rounds + 1):
            for task, found in ((play, ratios), (hashed, possible)):
                taken = []
                for pool in (alone, both):
                    begun = time.perf_counter()
                    list(pool.map(task, range(BATCHES)))
                    taken.append(time.perf_counter() - begun)
                if turn:
                    found.append(taken[0] / taken[1])
    return (
        f"Two threads are {spread(ratios)} times as fast as one on {BATCHES} batches of {len(batch)} runs of `{world}` "
        f"({os.cpu_count()} processors, elapsed time); in the same rounds, {spread(possible)} times on a loop that hashes a "
        "megabyte again and again, each for itself."
    )


def main() -> None:
    """Run, print and write what is asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("worlds", nargs="*", default=list(WORLDS))
    options.add_argument("--rounds", type=int, default=15, help="timed rounds; first calls are made in a fifth as many")
    options.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    options.add_argument("--first-call", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.first_call:
        print(json.dumps(first_call(chosen.worlds[0])))
        return
    last = chosen.worlds[-1]
    parts = [
        engines(chosen.worlds, chosen.rounds),
        first_calls(last, max(chosen.rounds // 5, 1)),
        threads(last, chosen.rounds),
    ]
    text = "\n\n".join(parts)
    print(text)
    if chosen.write:
        into_page("engines", text)


if __name__ == "__main__":
    main()
