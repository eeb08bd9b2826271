"""The small corridor in both engines of this simulator: a scenario file, a strategy file, and what their records come to."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from small_model import Outcomes

from sim.draws import Replication
from sim.engines.batch.machine import simulate_many
from sim.engines.reference import simulate
from sim.plan import Plan, make_plan
from sim.records import DAILY_COLUMNS, TALLIES, RunStack
from sim.scenario.load import load_scenario, load_strategy

HERE = Path(__file__).parent


@cache
def plan() -> Plan:
    """The Plan of the small corridor, in which nothing is uncertain."""
    scenario, strategy = load_scenario(HERE / "small-corridor.toml"), load_strategy(HERE / "every-12-h.toml")
    return make_plan(scenario.model, strategy.model, seed=0, uncertainty="central")


def outcomes(stack: RunStack) -> Outcomes:
    """The peers' outcomes in our records."""
    tally = {name: stack.tallies[:, i] for i, name in enumerate(TALLIES)}
    short = (stack.by_product[:, list(DAILY_COLUMNS).index("shortage")] > 0).any(axis=2).sum(axis=1)
    lost = tally["tankers_burned"] + tally["tankers_captured"]
    columns = (tally["convoys_sent"], tally["tankers_delivered"], lost, short, tally["events"])
    return np.stack(columns, axis=1).astype(np.float64)


def _replications(n: int) -> list[Replication]:
    return [Replication(0, chance) for chance in range(n)]


def play_reference(replications: int, seed: int) -> Outcomes:
    """Outcomes of replications in the reference engine."""
    return outcomes(RunStack.of([simulate(plan(), seed, replication) for replication in _replications(replications)]))


def play_batch(replications: int, seed: int) -> Outcomes:
    """Outcomes of replications in the batch engine, on one thread."""
    return outcomes(simulate_many(plan(), seed, _replications(replications)))
