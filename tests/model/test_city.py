"""The city: what counts as a shortage, who is cut, what people see at stations, and hours of power."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import Data, day, independents, run, world

STATIONS = {"count": 60, "tank_l": 44_000, "drop_l": 14_000, "pump_l_day": 40_000, "start_fill": 1.0}
PRIVATE = {"capacity_days": 20, "start_days": 4, "target_days": 4, "refill_per_day": 0.2}
STOPPED = {"kind": "pause", "title": "Nothing is loaded", "first_day": day(0), "factor": 0}


def city(*changes: Data) -> Data:
    """A city with stations that is supplied with what it needs, and these changes."""
    return world({"days": 40, "warmup_days": 10, "city": {"stations": STATIONS}}, *changes)


def test_a_supplied_city_with_stations_has_no_shortage_and_all_stations_open() -> None:
    records = run(city(), independents(), check=True)
    assert records.daily.column("shortage").sum() == records.daily.column("queue").sum() == 0
    assert (records.daily.column("stations_supplied") == STATIONS["count"]).all()
    assert (records.daily.column("station_hours") == 24 * STATIONS["count"]).all()


def test_closed_schools_in_a_supplied_city_are_no_shortage() -> None:
    schools = {"kind": "need", "title": "Schools closed", "first_day": day(5), "last_day": day(20), "factor": 0.6}
    records = run(city({"event": {"schools": schools}}), independents(), check=True)
    need = records.daily.column("need_l")[:, 0]
    assert need[10] < 0.7 * need[0]
    assert records.daily.column("shortage").sum() == records.daily.column("queue").sum() == 0


def test_living_off_a_hoard_while_stations_are_full_is_no_shortage() -> None:
    hoard = {"class": {"retail": {"private": {**PRIVATE, "start_days": 20, "refill_per_day": 0.5}}}}
    records = run(city(hoard), independents(), check=True)
    sold, need = records.daily.column("sold_l")[:, 0], records.daily.column("need_l")[:, 0]
    assert (sold[:3] < 0.5 * need[:3]).all(), "people use what they hold"
    assert records.daily.column("shortage").sum() == records.daily.column("queue").sum() == 0


def test_dry_stations_with_full_private_stocks_are_queue_days_and_no_lost_consumption() -> None:
    dry = {
        "warmup_days": 0,
        "event": {"stop": STOPPED},
        "city": {"stations": {"start_fill": 0.0}, "depot": {"fuel": {"start_cover_days": 0}}},
        "class": {"retail": {"private": {**PRIVATE, "start_days": 20, "target_days": 20}}},
    }
    records = run(city(dry), independents(), check=True)
    first = slice(0, 10)
    assert (records.daily.column("stations_supplied")[first] == 0).all()
    assert records.daily.column("queue")[first].all()
    assert records.daily.column("unmet_l")[first].sum() == 0


def test_private_stock_delays_the_day_on_which_consumption_falls() -> None:
    def first_unmet(held_days: float) -> int:
        private = {**PRIVATE, "start_days": held_days, "target_days": held_days}
        changes = {"warmup_days": 0, "event": {"stop": STOPPED}, "class": {"retail": {"private": private}}}
        unmet = run(city(changes), independents(), check=True).daily.column("unmet_l")[:, 0]
        return int(np.argmax(unmet > 0))

    assert first_unmet(8) - first_unmet(2) == pytest.approx(6, abs=1)


def test_panic_empties_the_stations_sooner() -> None:
    def dry_from(panic_target_days: float) -> int:
        private = {**PRIVATE, "panic_cover_days": 8, "panic_share_open": 0.9, "panic_target_days": panic_target_days}
        changes = {"warmup_days": 0, "event": {"stop": STOPPED}, "class": {"retail": {"private": private}}}
        supplied = run(city(changes), independents(), check=True).daily.column("stations_supplied")[:, 0]
        return int(np.argmax(supplied == 0))

    assert dry_from(18) < dry_from(4)


TWO_CLASSES: Data = {
    "warmup_days": 0,
    "event": {"stop": STOPPED},
    "class": {
        "retail": {"share": {"fuel": 0.5}, "priority": 2},
        "power": {
            "title": "Power", "share": {"fuel": 0.5}, "priority": 1,
            "electricity": {"normal_hours": 19, "dependence": 0.7},
        },
    },
}  # fmt: skip


def hours(changes: Data, strategy: Data) -> list[float]:
    records = run(city(TWO_CLASSES, changes), strategy, check=True)
    return (records.daily.column("power_min") / 60).tolist()


def test_power_falls_with_the_fuel_that_it_gets_to_the_share_that_does_not_depend_on_it() -> None:
    light = hours({}, independents())
    assert light[0] == 19.0
    assert light[-1] == pytest.approx(0.3 * 19, abs=0.01)


def test_a_cut_class_gets_its_share_of_orders_below_the_cover_and_all_of_them_when_protected() -> None:
    cut = {"class": {"power": {"cut_cover_days": 5, "cut_factor": 0.25}}}
    light = hours(cut, independents())
    reduced = 19 * (0.3 + 0.7 * 0.25)
    assert light[0] == 19.0 and reduced == pytest.approx(light[8], abs=0.05)
    assert hours(cut, {**independents(), "protected": ("power",)}) == hours({}, independents())


def test_power_first_keeps_the_light_on_longer_than_retail_first() -> None:
    scarce = {"event": {"stop": {"factor": 0.3}}}

    def lit(*first: str) -> float:
        return sum(hours(scarce, {**independents(), "allocation": "priority", "priority": first}))

    assert lit("power") > lit("retail")


def test_a_ration_cap_lowers_what_is_sold_for_refilling_and_never_consumption() -> None:
    def sums(**rules: Any) -> tuple[int, int]:
        private = {**PRIVATE, "panic_cover_days": 20, "panic_target_days": 18, "fill_l": 20}
        records = run(city({"class": {"retail": {"private": private}}}), {**independents(), **rules}, check=True)
        return int(records.daily.column("private_l")[-1, 0]), int(records.daily.column("unmet_l").sum())

    free, capped = sums(), sums(ration_l_fill=5.0)
    assert capped[0] < free[0]
    assert capped[1] == free[1] == 0


def test_regions_are_counted_apart_from_the_city() -> None:
    region = {"class": {"retail": {"share": {"fuel": 0.7}}, "segou": {"title": "Ségou", "share": {"fuel": 0.3}, "region": True}}}
    stop = {"warmup_days": 0, "event": {"stop": STOPPED}}
    daily = run(city(region, stop), independents(), check=True).daily
    need, unmet = daily.column("regions_need_l")[:, 0], daily.column("regions_unmet_l")[:, 0]
    assert need[0] * 7 == pytest.approx(daily.column("class_need_l")[0, 0] * 3, abs=10)
    assert unmet[0] == 0 and unmet[-1] == need[-1]


@pytest.mark.parametrize(("point", "drive_h", "first_day"), [("border", 20, 0), ("arrival", 20, 1), ("release", 20, 2)])
def test_inflow_is_counted_where_the_books_say(point: str, drive_h: float, first_day: int) -> None:
    """Ten tankers leave the gate at six every morning; the road after it takes 20 h and clearance 24 h."""
    road = {"leg": {"gate-city": {"drive_h": drive_h}}, "city": {"clearance": {"mean_h": 24}}}
    inflow = run(world(road, {"counting_point": point, "days": 6}), independents(), check=True).daily.column("inflow_l")
    assert inflow[:, 0].tolist() == [0] * first_day + [400_000] * (6 - first_day)


def test_drops_are_counted_once_at_every_counting_point() -> None:
    sink = {
        "sink": {"town": {"title": "Town", "node": "gate", "share": {"fuel": 0.2}}},
        "class": {"retail": {"share": {"fuel": 0.8}}},
    }
    totals = set()
    for point in ("arrival", "release"):
        records = run(world(sink, {"counting_point": point, "days": 20}), independents(), check=True)
        totals.add(int(records.daily.column("inflow_l")[3:-3].sum()))
        assert records.daily.column("dropped_l").sum() > 0
    assert len(totals) == 1
