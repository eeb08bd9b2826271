"""A replication is a function of its number: its neighbours, their order and being watched do not matter."""

from __future__ import annotations

import numpy as np
import pytest

from sim.draws import Replication
from sim.engines.reference.run import simulate
from sim.plan import make_plan
from sim.records import EventRecord, RunRecords
from sim.scenario.load import load_scenario, load_strategy

SCENARIO = load_scenario("kayes-corridor").model
STRATEGIES = {name: load_strategy(name).model for name in ("escort-48h-150", "small-frequent")}
PAIRS = [Replication(world, chance) for world in range(3) for chance in range(2)]


def alone(pair: Replication, strategy: str = "escort-48h-150", seed: int = 1) -> RunRecords:
    """A replication run by itself, from a Plan of its own."""
    made = make_plan(SCENARIO, STRATEGIES[strategy], seed=seed, world=pair.world)
    return simulate(made, seed, pair)


def assert_equal(one: RunRecords, other: RunRecords) -> None:
    """Bit for bit the same records."""
    assert one.replication == other.replication
    assert np.array_equal(one.daily.by_product, other.daily.by_product)
    assert np.array_equal(one.daily.by_run, other.daily.by_run)
    assert (one.convoys, one.tallies, one.costs) == (other.convoys, other.tallies, other.costs)


@pytest.fixture(scope="module")
def many() -> dict[Replication, RunRecords]:
    """All pairs in order, the chances of a world from one Plan."""
    made = {w: make_plan(SCENARIO, STRATEGIES["escort-48h-150"], seed=1, world=w) for w in range(3)}
    return {pair: simulate(made[pair.world], 1, pair) for pair in PAIRS}


@pytest.mark.parametrize("pair", PAIRS)
def test_a_replication_alone_equals_itself_within_many(pair: Replication, many: dict[Replication, RunRecords]) -> None:
    assert_equal(alone(pair), many[pair])


def test_the_order_of_replications_does_not_matter(many: dict[Replication, RunRecords]) -> None:
    made = {w: make_plan(SCENARIO, STRATEGIES["escort-48h-150"], seed=1, world=w) for w in range(3)}
    for pair in reversed(PAIRS):
        assert_equal(simulate(made[pair.world], 1, pair), many[pair])


def test_another_strategy_in_between_does_not_matter(many: dict[Replication, RunRecords]) -> None:
    for pair in PAIRS[:3]:
        alone(pair, "small-frequent")
        assert_equal(alone(pair), many[pair])


def test_watching_a_run_does_not_change_it(many: dict[Replication, RunRecords]) -> None:
    pair = PAIRS[3]
    made = make_plan(SCENARIO, STRATEGIES["escort-48h-150"], seed=1, world=pair.world)
    trace: list[EventRecord] = []
    assert_equal(simulate(made, 1, pair, trace=trace, check=True, record_draws=True), many[pair])
    assert trace


def test_the_trace_is_in_the_total_order_of_events() -> None:
    trace: list[EventRecord] = []
    made = make_plan(SCENARIO, STRATEGIES["small-frequent"], seed=1, world=0)
    simulate(made, 1, Replication(0, 0), trace=trace)
    places = [row[:4] for row in trace]
    assert places == sorted(places)


def test_replications_worlds_and_seeds_differ(many: dict[Replication, RunRecords]) -> None:
    unmet = {int(records.daily.column("unmet_l").sum()) for records in many.values()}
    unmet.add(int(alone(PAIRS[0], seed=2).daily.column("unmet_l").sum()))
    assert len(unmet) == len(PAIRS) + 1
