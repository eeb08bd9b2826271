"""An engine whose records are drawn, not simulated: every number depends on seed, world and chance alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.draws import Luck, Replication, Stream
from sim.errors import RunError
from sim.experiment.engines import Engine
from sim.plan import labels_of
from sim.records import DAILY_COLUMNS, DAILY_RUN_COLUMNS, TALLIES, Convoy, Daily, RunRecords
from sim.scenario.model import Scenario
from sim.scenario.strategy import Strategy

FAILING_WORLD = 3


class FakePlan(NamedTuple):
    world: int
    days: int
    products: int


def make_plan(scenario: Scenario, strategy: Strategy, *, seed: int, world: int, uncertainty: str) -> FakePlan:
    return FakePlan(world, scenario.days, len(scenario.product))


def simulate(plan: FakePlan, seed: int, replication: Replication) -> RunRecords:
    assert replication.world == plan.world
    luck = Luck(seed, replication)
    entities = np.arange(len(DAILY_COLUMNS) * plan.days * plan.products)
    drawn = luck.grid(Stream.NEED, entities, 0)[0].reshape(len(DAILY_COLUMNS), plan.days, plan.products)
    by_product = (1e6 * drawn).astype(np.int64)
    for name in ("shortage", "queue"):
        i = list(DAILY_COLUMNS).index(name)
        by_product[i] = drawn[i] < 0.1 * (1 + plan.world)
    by_run = (1e3 * luck.grid(Stream.ORDERS, np.arange(len(DAILY_RUN_COLUMNS) * plan.days), 0)[0]).astype(
        np.int64
    )
    return RunRecords(
        replication=replication,
        daily=Daily(by_product, by_run.reshape(len(DAILY_RUN_COLUMNS), plan.days)),
        convoys=tuple(_convoy(luck, i) for i in range(replication.chance % 3)),
        tallies={name: int(1e4 * luck(Stream.SLOT, i, 0)[0]) for i, name in enumerate(TALLIES)},
        costs=(40e6 * (1 + plan.world), 1.25e6),
    )


def _convoy(luck: Luck, i: int) -> Convoy:
    departed = 4_000_000 + int(1e5 * luck(Stream.SLOT, 100 + i, 0)[0])
    return Convoy(0, 4_000_000, departed, -1 if i else departed + 90_000, 150, 2, i, 3 * i, 0, i, 10)


def simulate_or_fail(plan: FakePlan, seed: int, replication: Replication) -> RunRecords:
    if plan.world == FAILING_WORLD:
        raise ValueError("the road is gone")
    return simulate(plan, seed, replication)


def simulate_or_lose_fuel(plan: FakePlan, seed: int, replication: Replication) -> RunRecords:
    error = RunError("a litre is missing")
    error.time_s = 86_400  # type: ignore[attr-defined]
    raise error


FAKE = Engine("fake", make_plan, simulate, labels_of)
FAILING = Engine("failing", make_plan, simulate_or_fail, labels_of)
LOSING = Engine("losing", make_plan, simulate_or_lose_fuel, labels_of)
