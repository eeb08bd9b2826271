"""No threat and no variance: deliveries are the least of fleet ÷ turnaround, loading, discharge and demand.

A tanker's round trip here: loaded from midnight to 06:00, gate at 08:00, off at 10:00, city at 18:00, cleared at 04:00,
unloaded at 08:00, back at 18:00 of the second day, loaded again at its midnight: two days. Longer clearance adds days.
"""

from __future__ import annotations

from typing import Any

import pytest
from worlds import TANKER_L, Data, convoys, run, world

DAYS = 60

CASES: dict[str, dict[str, float]] = {
    "fleet": {"fleet": 40, "loading": 100, "bays": 1_000, "need": 90},
    "fleet of one cohort a day": {"fleet": 40, "loading": 20, "bays": 1_000, "need": 90},
    "loading": {"fleet": 500, "loading": 12, "bays": 1_000, "need": 90},
    "discharge": {"fleet": 500, "loading": 30, "bays": 2, "need": 90},
    "demand": {"fleet": 500, "loading": 100, "bays": 1_000, "need": 8},
    "demand of half a tanker": {"fleet": 500, "loading": 100, "bays": 1_000, "need": 7.5},
}


def still(case: dict[str, float], clearance_h: float = 10, **change: Any) -> Data:
    """The world of a case, in which nothing varies, full and running from its start date."""
    return world(
        {
            "days": DAYS,
            "warmup_days": 30,
            "balance": {"fuel": {"need_l_day": case["need"] * TANKER_L}},
            "corridor": {
                "main": {
                    "fleet": case["fleet"],
                    "loading_capacity_day": case["loading"],
                    "loading": {"mean_h": 6},
                    "release_h": 10,
                }
            },
            "city": {
                "bays": case["bays"],
                "clearance": {"mean_h": clearance_h},
                "unload": {"mean_h": 4},
                "depot": {"fuel": {"capacity_l": 1e12, "start_cover_days": 0}},
            },
        },
        change,
    )


def bound(case: dict[str, float], turnaround_days: int) -> float:
    """Tankers a day: the least of the four."""
    return min(case["fleet"] / turnaround_days, case["loading"], case["bays"] * 24 / 4, case["need"])


def one_cohort(case: dict[str, float]) -> float:
    """Tankers that leave the source together at most."""
    return min(case["fleet"], case["loading"], case["need"] + 1)


@pytest.mark.parametrize("name", CASES)
def test_deliveries_are_the_least_of_the_four(name: str) -> None:
    case = CASES[name]
    delivered = run(still(case)).tallies["tankers_delivered"]
    assert abs(delivered - bound(case, 2) * DAYS) <= one_cohort(case)


@pytest.mark.parametrize(("clearance_h", "days"), [(16, 2), (17, 3), (40, 3), (64, 4), (88, 5)])
def test_a_longer_turnaround_delivers_less_with_the_same_fleet(clearance_h: float, days: int) -> None:
    case = CASES["fleet"]
    delivered = run(still(case, clearance_h)).tallies["tankers_delivered"]
    assert abs(delivered - case["fleet"] / days * DAYS) <= one_cohort(case)


@pytest.mark.parametrize(("size", "interval_h", "a_day"), [(20, 24, 20), (20, 48, 10), (40, 48, 20), (10, 24, 10)])
def test_convoys_bind_where_cadence_times_size_is_least(size: int, interval_h: float, a_day: float) -> None:
    delivered = run(still(CASES["fleet"]), convoys(size, interval_h, first_h=10)).tallies["tankers_delivered"]
    assert abs(delivered - a_day * DAYS) <= size


@pytest.mark.parametrize("name", CASES)
def test_what_is_delivered_is_what_comes_in_the_long_run(name: str) -> None:
    case = CASES[name]
    records = run(still(case, days=600))
    inflow = records.daily.column("inflow_l").sum() / TANKER_L
    assert abs(inflow - bound(case, 2) * 600) <= one_cohort(case)
