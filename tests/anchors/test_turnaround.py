"""No threat and no variance: deliveries are the least of fleet ÷ turnaround, loading, discharge and demand.

A tanker's round trip here: loaded from midnight to 06:00, gate at 08:00, off at 10:00, city at 18:00, cleared at 04:00,
unloaded at 08:00, back at 18:00 of the second day, loaded again at its midnight: two days. Longer clearance adds days.
"""

from __future__ import annotations

import pytest
from worlds import TANKER_L, convoys, run

from sim.study.validate.turnaround import CASES, DAYS, bound, convoy_anchors, one_cohort, still


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


@pytest.mark.parametrize(("size", "interval_h"), [(20, 24), (8, 12), (10, 12), (15, 36), (7, 24)])
def test_a_settled_road_delivers_what_its_convoys_carry_to_the_tanker(size: int, interval_h: int) -> None:
    [anchor] = convoy_anchors(size, interval_h, fleet=80)
    assert anchor.ours == anchor.published == size * 24 / interval_h * DAYS
