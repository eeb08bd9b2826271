"""Nothing is made or destroyed, whatever the scenario: to the litre, the tanker and the escort unit."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_worlds import scenarios, strategies
from worlds import Data

from sim.draws import Replication
from sim.engines.reference.run import simulate
from sim.plan import make_plan
from sim.records import RunRecords
from sim.scenario.load import scenario_from_data, strategy_from_data


def checked(world: Data, strategy: Data, seed: int) -> RunRecords:
    """A run with the ledger verified after every event, Little's law on every queue, and no draw used twice."""
    made = make_plan(scenario_from_data(world), strategy_from_data(strategy), seed=seed)
    return simulate(made, seed, Replication(0, 0), check=True, record_draws=True)


# derandomize: the same 200 scenarios each time, so that a failure is about the change that was made
@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(scenarios(), strategies(), st.integers(0, 3))
def test_the_ledger_holds_after_every_event(world: Data, strategy: Data, seed: int) -> None:
    records = checked(world, strategy, seed)
    daily, tallies = records.daily, records.tallies
    assert (daily.by_product >= 0).all() and (daily.by_run[:-1] >= 0).all()
    assert (daily.column("sold_l") <= daily.column("wanted_l")).all()
    assert (daily.column("consumed_l") <= daily.column("need_l")).all()
    assert (daily.column("unmet_l") <= daily.column("class_need_l")).all()
    assert (daily.column("sinks_unmet_l") <= daily.column("sinks_need_l")).all()
    assert (daily.column("dropped_l") <= daily.column("inflow_l")).all()
    assert (daily.column("shortage") <= daily.column("queue")).all()
    assert (daily.column("tankers_lost_cum")[1:] >= daily.column("tankers_lost_cum")[:-1]).all()
    assert tallies["crews_lost"] <= tallies["tankers_burned"] + tallies["tankers_captured"]
    assert tallies["escort_unit_s"] >= 0
