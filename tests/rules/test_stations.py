"""Stations: sales spread over those that have fuel, drops go to the emptiest, nothing is made or lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.stations import refill, room_for_drops, sell, with_at_most, with_fuel

claim = settings(max_examples=200, deadline=None)
tanks = st.lists(st.integers(0, 60), min_size=1, max_size=12).map(sorted)
litres = st.integers(0, 900)
pumps = st.integers(0, 70)


def by_brute_force(levels: list[int], wanted: int, pump: int) -> int:
    """Litres sold when customers buy one litre at a time at the able station that has sold least."""
    left, sold = list(levels), [0] * len(levels)
    for _ in range(wanted):
        able = [i for i in range(len(levels)) if left[i] > 0 and sold[i] < pump]
        if not able:
            break
        i = min(able, key=lambda j: (sold[j], j))
        left[i], sold[i] = left[i] - 1, sold[i] + 1
    return sum(sold)


@claim
@given(tanks, st.integers(0, 200), pumps)
def test_sales_are_those_of_customers_who_come_one_by_one(levels: list[int], wanted: int, pump: int) -> None:
    assert sell(list(levels), wanted, pump) == by_brute_force(levels, wanted, pump)


@claim
@given(tanks, litres, pumps)
def test_what_is_sold_leaves_the_tanks_and_no_station_sells_more_than_its_pump(
    levels: list[int], wanted: int, pump: int
) -> None:
    after = list(levels)
    sold = sell(after, wanted, pump)
    assert sold == sum(levels) - sum(after) == min(wanted, sum(min(level, pump) for level in levels))
    assert all(0 <= before - left <= pump and left >= 0 for before, left in zip(levels, after, strict=True))
    assert after == sorted(after)


@claim
@given(tanks, litres, st.integers(0, 100), pumps)
def test_sales_never_fall_when_more_is_wanted_or_pumped(levels: list[int], wanted: int, more: int, pump: int) -> None:
    sold = sell(list(levels), wanted, pump)
    assert sell(list(levels), wanted + more, pump) >= sold
    assert sell(list(levels), wanted, pump + more) >= sold


def test_sales_by_hand() -> None:
    levels = [0, 3, 10, 20]
    assert sell(levels, 20, 8) == 19
    assert levels == [0, 0, 2, 12]
    levels = [5, 5, 5]
    assert sell(levels, 7, 5) == 7
    assert levels == [2, 3, 3]


@claim
@given(tanks, st.integers(-1, 61))
def test_stations_with_at_most_some_litres_are_counted(levels: list[int], limit: int) -> None:
    assert with_at_most(levels, limit) == sum(level <= limit for level in levels)


def test_stations_with_fuel_are_those_that_are_not_empty() -> None:
    assert [with_fuel(levels) for levels in ([0, 0], [0, 1], [1, 1])] == [0, 1, 2]


@claim
@given(tanks, st.integers(1, 30), st.data())
def test_drops_go_to_the_emptiest_and_never_overfill(levels: list[int], drop: int, data: st.DataObject) -> None:
    room = room_for_drops(levels, 60, drop)
    assert room == sum(level + drop <= 60 for level in levels)
    drops = data.draw(st.integers(0, room))
    after = list(levels)
    refill(after, drops, drop, [0] * len(after))
    assert after == sorted([level + drop for level in levels[:drops]] + levels[drops:])
    assert max(after) <= 60
