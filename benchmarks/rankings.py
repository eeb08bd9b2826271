"""Ranks of strategies under each variant of the threat: where the order changes, and by how much.

All strategies run in the same worlds. Shortage days are counted to 31 December and to the horizon apart. Run:

    python benchmarks/rankings.py [SCENARIO] [--worlds N] [--workers J]

It prints a table in Markdown (docs/rankings.md is one), with the mean over worlds and the rank of every strategy, and the pairs
of variants between which ranks differ by more than chance would explain (paired difference beyond two standard errors).
"""

from __future__ import annotations

import argparse
import itertools
import os
from concurrent.futures import ProcessPoolExecutor
from datetime import date

import numpy as np
import numpy.typing as npt

from sim.draws import Replication
from sim.engines.reference import simulate
from sim.plan import make_plan
from sim.scenario.load import load_scenario, load_strategy

STRATEGIES = ("no-escort", "observed-2025", "small-frequent", "medium", "large-rare", "units-per-80")
VARIANTS: tuple[tuple[str, ...], ...] = (
    (),
    ("loss-fraction",),
    ("detection",),
    ("budget",),
    ("lull-escort",),
    ("loss-fraction", "detection"),
    ("loss-fraction", "lull-escort"),
)
Job = tuple[str, tuple[str, ...], str, int]


def shortage_days(job: Job) -> tuple[int, int]:
    """Days with a product short to 31 December and to the horizon, of one strategy in one world."""
    name, variants, strategy, world = job
    scenario = load_scenario(name, variants=variants).model
    plan = make_plan(scenario, load_strategy(strategy).model, seed=1, world=world)
    short = np.any(simulate(plan, 1, Replication(world, 0)).daily.column("shortage") > 0, axis=1)
    return int(short[: (date(2026, 1, 1) - scenario.start).days].sum()), int(short.sum())


def main() -> None:
    """Run all jobs and print the table and the places where ranks change."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("scenario", nargs="?", default="blockade-2025-customs")
    options.add_argument("--worlds", type=int, default=12)
    options.add_argument("--workers", type=int, default=os.cpu_count())
    chosen = options.parse_args()
    keys = list(itertools.product(VARIANTS, STRATEGIES))
    jobs = [(chosen.scenario, variants, strategy, w) for variants, strategy in keys for w in range(chosen.worlds)]
    with ProcessPoolExecutor(chosen.workers) as executor:
        days = np.array(list(executor.map(shortage_days, jobs, chunksize=4))).reshape(len(VARIANTS), len(STRATEGIES), -1, 2)
    for until, label in enumerate(("31 December 2025", "the horizon")):
        found = days[..., until]
        print(f"\nShortage days (any fuel) to {label}: mean over {chosen.worlds} worlds (rank)\n")
        print("| variant | " + " | ".join(STRATEGIES) + " |")
        print("|---|" + "---:|" * len(STRATEGIES))
        ranks = found.mean(axis=2).argsort(axis=1).argsort(axis=1) + 1
        for v, variants in enumerate(VARIANTS):
            cells = [f"{m:.1f} ({r})" for m, r in zip(found[v].mean(axis=1), ranks[v], strict=True)]
            print(f"| {' + '.join(variants) or 'as shipped'} | " + " | ".join(cells) + " |")
        print_changes(found)


def print_changes(found: npt.NDArray[np.int64]) -> None:
    """Print each pair of strategies whose order is clear in two variants and opposite between them."""
    worlds = found.shape[2]
    for a, b in itertools.combinations(range(len(STRATEGIES)), 2):
        difference = found[:, a] - found[:, b]
        clear = difference.mean(axis=1) / (difference.std(axis=1, ddof=1) / np.sqrt(worlds) + 1e-9)
        better = [" + ".join(VARIANTS[v]) or "as shipped" for v in np.flatnonzero(clear < -2)]
        worse = [" + ".join(VARIANTS[v]) or "as shipped" for v in np.flatnonzero(clear > 2)]
        if better and worse:
            print(f"\n{STRATEGIES[a]} beats {STRATEGIES[b]} under {', '.join(better)}; it loses to it under {', '.join(worse)}.")


if __name__ == "__main__":
    main()
