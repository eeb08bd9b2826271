"""The normal world is calm and steady, and the warm-up leaves its pipeline as it is later."""

from __future__ import annotations

import math

import numpy as np
import pytest
from worlds import NEED_TANKERS_DAY, TANKER_L, day, run, world

from sim.clock import HOUR_S
from sim.draws import Replication
from sim.engines.reference.run import simulate
from sim.plan import make_plan
from sim.records import RunRecords
from sim.scenario.load import load_scenario, load_strategy, scenario_from_data

NORMAL = load_scenario("kayes-corridor-normal")
ALONE = load_strategy("no-escort").model
WORLDS = 40


def normal(world: int, uncertainty: str = "sampled") -> RunRecords:
    """A run of the normal world."""
    made = make_plan(NORMAL.model, ALONE, seed=1, world=world, uncertainty=uncertainty)
    return simulate(made, 1, Replication(world, 0))


@pytest.fixture(scope="module")
def sampled() -> list[RunRecords]:
    """Forty sampled worlds of the normal world."""
    return [normal(w) for w in range(WORLDS)]


def arrivals(records: RunRecords, first: int) -> int:
    """Tankers that reached the city in the fourteen days from day `first` on."""
    return int(records.daily.column("tankers_arrived")[first : first + 14].sum())


def test_no_sampled_world_has_a_shortage_day(sampled: list[RunRecords]) -> None:
    assert not any(records.daily.column("shortage").any() for records in sampled)


def test_nothing_is_lost_without_a_threat(sampled: list[RunRecords]) -> None:
    for records in sampled:
        for name in (
            "engagements",
            "tankers_burned",
            "tankers_captured",
            "tankers_damaged",
            "crews_lost",
            "litres_lost",
        ):
            assert records.tallies[name] == 0


def test_the_first_fortnight_brings_as_many_tankers_as_one_two_months_later() -> None:
    # not exactly as many: fractions of a tanker are carried over from day to day, at the source and at the sink
    records = normal(0, "central")
    assert abs(arrivals(records, 0) - arrivals(records, 60)) <= 2


def test_sampled_fortnights_differ_only_by_packets_at_their_ends(sampled: list[RunRecords]) -> None:
    # a day's packet may come before or after midnight, at either end of either fortnight
    packet = max(records.daily.column("tankers_arrived")[:14].max() for records in sampled)
    differences = np.array([arrivals(records, 0) - arrivals(records, 60) for records in sampled])
    assert np.abs(differences).max() <= 2 * packet
    # 3.9 standard errors: false-alarm rate 1e-4
    assert abs(differences.mean()) <= 3.9 * differences.std(ddof=1) / math.sqrt(WORLDS)


def test_a_loaded_tanker_needs_five_to_six_days(sampled: list[RunRecords]) -> None:
    def transit_h(records: RunRecords) -> float:
        return records.tallies["transit_tanker_s"] / records.tallies["transit_tankers"] / HOUR_S

    assert 120 <= transit_h(normal(0, "central")) <= 144
    assert 120 <= np.mean([transit_h(records) for records in sampled]) <= 144


STOP = {"kind": "pause", "title": "Loading stops", "first_day": day(0), "factor": 0}


@pytest.mark.parametrize("cover_days", [0, 0.5, 3.5, 7, 13.95, 20])
def test_without_loading_the_stock_lasts_as_long_as_its_cover(cover_days: float) -> None:
    stock = {"capacity_l": 21 * NEED_TANKERS_DAY * TANKER_L, "start_cover_days": cover_days}
    records = run(world({"event": {"stop": STOP}, "city": {"depot": {"fuel": stock}}}))
    short = records.daily.column("shortage")[:, 0]
    first = int(np.argmax(short))
    assert short[first:].all() and not short[:first].any()
    assert abs(first - cover_days) <= 1


def test_the_kayes_corridor_without_loading_lasts_as_long_as_its_cover() -> None:
    data = {**NORMAL.data, "warmup_days": 0, "event": {"stop": STOP}}
    retail = {key: value for key, value in data["class"]["retail"].items() if key != "private"}
    data["class"] = {**data["class"], "retail": retail}
    made = make_plan(scenario_from_data(data), ALONE, seed=1, uncertainty="central")
    cover = made.city.start_stock_l / made.city.normal_need_l.sum(axis=0)
    for chance in range(5):
        short = simulate(made, 1, Replication(0, chance)).daily.column("shortage")
        assert (np.abs(np.argmax(short, axis=0) - cover) <= 1).all()
