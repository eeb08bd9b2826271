"""What is added to a scenario changes no other draw, and a change of strategy changes only what it must."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from worlds import Data, ambushes, convoys, day, lay, plan, run, world

from sim.draws import Luck, Replication
from sim.engines.reference.run import Run, simulate
from sim.plan import make_plan
from sim.records import EventRecord, Happening, RunRecords
from sim.scenario.load import load_scenario, load_strategy, scenario_from_data, strategy_from_data
from sim.scenario.sampling import in_world, quantities

KAYES = load_scenario("kayes-corridor")
ESCORTED = load_strategy("escort-48h-150")


def kayes(change: Data, chance: int = 0, strategy: Data | None = None) -> RunRecords:
    """The sampled autumn of 2025 with something added."""
    data: Data = copy.deepcopy(dict(KAYES.data))
    lay(data, change)
    rules = strategy_from_data(strategy) if strategy else ESCORTED.model
    made = make_plan(scenario_from_data(data), rules, seed=1, world=chance)
    return simulate(made, 1, Replication(chance, chance), record_draws=True)


def assert_same(one: RunRecords, other: RunRecords) -> None:
    """All daily records and all tallies but the number of events are equal."""
    assert np.array_equal(one.daily.by_product, other.daily.by_product)
    assert np.array_equal(one.daily.by_run, other.daily.by_run)
    assert {**one.tallies, "events": 0} == {**other.tallies, "events": 0}


@pytest.fixture(scope="module")
def plain() -> list[RunRecords]:
    """Two chances of the autumn as it is shipped; both have losses and shortage days."""
    records = [kayes({}, chance) for chance in range(2)]
    assert all(r.tallies["tankers_burned"] and r.daily.column("shortage").any() for r in records)
    return records


IDLE: Data = {
    "node": {"conakry": {"title": "Conakry"}},
    "leg": {"conakry-bamako": {"from": "conakry", "to": "bamako", "km": 900, "drive_h": 30, "exposure": 1}},
    "corridor": {
        "conakry": {
            "title": "Conakry–Bamako",
            "legs": ["conakry-bamako"],
            "staging": "conakry",
            "share": 0,
            "fleet": 300,
            "tanker_l": 40_000,
            "loading_capacity_day": 50,
        }
    },
}


def neutral(kind: str, **values: Any) -> Data:
    """A dated event in the middle of the campaign."""
    return {"event": {"added": {"kind": kind, "title": kind, "first_day": day(40), **values}}}


ADDED: dict[str, Data] = {
    "an idle corridor": IDLE,
    "a corridor that is switched off": {
        **IDLE,
        "corridor": {"conakry": {**IDLE["corridor"]["conakry"], "enabled": False}},
    },
    "a need of the same size": neutral("need", factor=1),
    "a truce that calms nothing": neutral("truce", factor=1, last_day=day(60)),
    "a pause of nobody": neutral("pause", factor=1),
    "no reinforcement": neutral("reinforcement", pool="kayes", units=0),
    "threat on a safe leg": neutral("intensity", intensity_per_km_h=6e-4, legs=["dakar-kaolack"]),
    "an empty gift": neutral("gift", tankers={"petrol": 0}, tanker_l=40_000),
    "clearance as it was": neutral("clearance", mean_h=72, last_day=day(45)),
    "a node off the road": {"node": {"segou": {"title": "Ségou"}}},
    "a class without need": {"class": {"nobody": {"title": "Nobody", "share": {"petrol": 0, "diesel": 0}, "noise_cv": 0.3}}},
    "a range of a price": {"cost": {"tanker_fcfa": {"value": 6e7, "low": 1e6, "high": 9e7}}},
    "a range of what is not used": {"loss": {"convoy_share_logit_sd": {"value": 1, "low": 0, "high": 2}}},
}


@pytest.mark.parametrize("what", ADDED)
def test_what_is_added_and_idle_changes_nothing(what: str, plain: list[RunRecords]) -> None:
    for chance, before in enumerate(plain):
        assert_same(kayes(ADDED[what], chance), before)


def test_an_addition_that_matters_is_seen(plain: list[RunRecords]) -> None:
    with pytest.raises(AssertionError):
        assert_same(kayes(neutral("need", factor=0.99)), plain[0])


def test_a_range_more_leaves_all_other_quantities_as_they_were() -> None:
    data: Data = copy.deepcopy(dict(KAYES.data))
    lay(data, {"city": {"safety_stock_days": {"value": 3, "low": 1, "high": 9}}})
    key = "city.safety_stock_days"
    for number in range(20):
        before = dict(quantities(in_world(KAYES.model, 1, number, "sampled")))
        after = dict(quantities(in_world(scenario_from_data(data), 1, number, "sampled")))
        assert before.pop(key).value == 3 != after.pop(key).value
        assert {k: q.value for k, q in before.items()} == {k: q.value for k, q in after.items()}


VARYING: Data = {
    "days": 60,
    "warmup_days": 5,
    "road": {"pace_cv": 0.1},
    "node": {"gate": {"hold_h": 2, "hold_cv": 0.4}},
    "corridor": {
        "main": {
            "loading": {"shape": "exponential", "mean_h": 5},
            "repair": {"shape": "exponential", "mean_h": 48},
            "willingness": {"floor": 0.1, "scale_tankers": 20},
        }
    },
    "city": {
        "clearance": {"shape": "exponential", "mean_h": 10},
        "unload": {"shape": "exponential", "mean_h": 2},
    },
    "class": {"retail": {"noise_cv": 0.1}},
    "loss": {"convoy_mean_tankers": 3, "convoy_cv": 1, "independents_mean_tankers": 2, "damaged_per_lost": 2},
    "aftermath": {"delay": {"shape": "exponential", "mean_h": 3}, "turn_back_prob": 0.2},
}
"""Every duration drawn, on both flows."""


def test_an_idle_corridor_changes_nothing_where_all_is_drawn() -> None:
    idle: Data = {
        "node": {"other": {"title": "Other"}},
        "leg": {"other-city": {"from": "other", "to": "city", "km": 100, "drive_h": 3, "exposure": 1}},
        "corridor": {
            "another": {
                "title": "Another", "legs": ["other-city"], "staging": "other", "share": 0, "fleet": 30,
                "tanker_l": 40_000, "loading_capacity_day": 50,
            }
        },
    }  # fmt: skip
    strategy = convoys(15, 36, min_size=1, alone=True)
    for chance in range(10):
        data = world(ambushes(1.0), VARYING)
        before, after = run(data, strategy, chance=chance), run(world(data, idle), strategy, chance=chance)
        assert before.tallies["tankers_damaged"] and before.convoys
        assert_same(before, after)


def apart(**change: Any) -> Data:
    """More tankers than convoys take, and ambushes that never wait for two convoys."""
    return world(
        {
            "days": 60,
            "balance": {"fuel": {"need_l_day": 60 * 40_000}},
            "corridor": {"main": {"fleet": 5_000}},
            "loss": {"convoy_mean_tankers": 5, "convoy_cv": 1},
            "city": {"clearance": {"shape": "exponential", "mean_h": 10}},
        },
        ambushes(2.0, duration_h=6),
        change,
    )


def test_a_convoy_more_leaves_the_same_ambushes_in_wait() -> None:
    positions = []
    for strategy in (convoys(20, 96, first_h=30), convoys(20, 48, first_h=30)):
        threat = Run(plan(apart(), strategy), Luck(1, Replication(0, 0)), None).threat
        positions.append([(a.start_s, a.end_s, a.position, a.mark) for row in threat.ambushes for a in row])
    assert positions[0] == positions[1] != []


def test_convoys_in_between_leave_the_others_as_they_were() -> None:
    for chance in range(20):
        few = run(apart(), convoys(20, 96, first_h=30), chance=chance).convoys
        many = run(apart(), convoys(20, 48, first_h=30), chance=chance).convoys
        assert len(many) >= 2 * len(few) - 1 and sum(convoy.tankers_lost for convoy in few) > 0
        for alone, beside in zip(few, many[::2], strict=False):
            assert alone._replace(slot_s=0) == beside._replace(slot_s=0)


def test_convoys_in_between_leave_clearance_of_the_others_as_it_was() -> None:
    stays: list[dict[int, int]] = []
    for interval_h in (96, 48):
        trace: list[EventRecord] = []
        run(apart(), convoys(20, interval_h, first_h=30), trace=trace)
        cleared = {row.ordinal: row.time_s for row in trace if row.happening == Happening.CLEARED}
        arrived = {row.time_s: row.ordinal for row in trace if row.happening == Happening.ARRIVED}
        stays.append({at: cleared[ordinal] - at for at, ordinal in arrived.items() if ordinal in cleared})
    few, many = stays
    assert len(few) > 10
    assert few == {at: stay for at, stay in many.items() if at in few}


def shortage_and_losses(first_h: float, seed: int, n: int = 60) -> npt.NDArray[np.float64]:
    """Shortage days, tankers lost and litres unmet of each chance of the central autumn, shape (n, 3)."""
    rules = copy.deepcopy(ESCORTED.data)
    rules["convoys"]["first_h"] = first_h
    made = make_plan(KAYES.model, strategy_from_data(rules), seed=seed, uncertainty="central")
    rows = []
    for chance in range(n):
        records = simulate(made, seed, Replication(0, chance))
        lost = records.tallies["tankers_burned"] + records.tallies["tankers_captured"]
        daily = records.daily
        rows.append((daily.column("shortage").any(axis=1).sum(), lost, daily.column("unmet_l").sum()))
    return np.array(rows, np.float64)


def test_leaving_six_hours_later_keeps_most_of_the_luck(record_testsuite_property: Any) -> None:
    six, noon, other = shortage_and_losses(6, 1), shortage_and_losses(12, 1), shortage_and_losses(12, 2)
    paired, apart = (six - noon).var(axis=0, ddof=1), (six - other).var(axis=0, ddof=1)
    for name, ratio in zip(("shortage_days_any", "tankers_lost", "litres_unmet"), apart / paired, strict=True):
        record_testsuite_property(f"variance_ratio_{name}", round(float(ratio), 1))
        assert ratio > 4
