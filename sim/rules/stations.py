"""Filling stations: many alike, known by what is in their tanks, in rising order; sales by day, truck-sized drops at night."""

from __future__ import annotations

from typing import Any

from sim.jit import rule, rule_compiled_as


@rule
def with_at_most(tanks_l: Any, litres: int) -> int:
    """Stations whose tank holds at most `litres`, of tanks in rising order: from 0 to their number, by bisection.

    Non-decreasing in litres. Source: definition.
    """
    low, high = 0, len(tanks_l)
    while low < high:
        middle = (low + high) // 2
        if tanks_l[middle] <= litres:
            low = middle + 1
        else:
            high = middle
    return low


@rule
def with_fuel(tanks_l: Any) -> int:
    """Stations whose tank is not empty, of tanks in rising order: from 0 to their number. Source: definition."""
    return len(tanks_l) - with_at_most(tanks_l, 0)


@rule
def room_for_drops(tanks_l: Any, tank_l: int, drop_l: int) -> int:
    """Stations that have room for a drop of `drop_l` litres in a tank of `tank_l`; tanks in rising order. Source: definition."""
    return with_at_most(tanks_l, tank_l - drop_l)


@rule
def sell(tanks_l: Any, wanted_l: int, pump_l: int) -> int:
    """Litres sold in a part of a day: customers move to stations that have fuel, each sells at most `pump_l`.

    `tanks_l` holds what is in each station's tank (litres ≥ 0, rising order) and is lowered in place; the order stays. All
    able stations sell alike; what does not divide goes to the emptiest able ones. The answer is the smaller of `wanted_l`
    and Σ min(tank, pump). Non-decreasing in wanted_l, pump_l and tanks. Source: assumption A98 (customers find open stations).
    """
    n, left = len(tanks_l), max(wanted_l, 0)
    # Stations in rising order run out one after the other; each one that does raises what the others must sell.
    for i in range(with_at_most(tanks_l, 0), n):
        most = tanks_l[i] if tanks_l[i] < pump_l else pump_l
        if most * (n - i) > left:
            share = left // (n - i)
            extra = i + left - share * (n - i)
            for j in range(i, extra):
                tanks_l[j] -= share + 1
            for j in range(extra, n):
                tanks_l[j] -= share
            return wanted_l
        tanks_l[i] -= most
        left -= most
    return max(wanted_l, 0) - left


@rule
def merged(tanks_l: Any, first: int, spare_l: Any) -> None:
    """Put tanks in rising order of which those before `first` and those from it on each are. Source: merging of two runs.

    `spare_l` is room for as many numbers as there are tanks.
    """
    n, low, high = len(tanks_l), 0, first
    if first >= n or (first > 0 and tanks_l[first - 1] <= tanks_l[first]):
        return
    for i in range(first):
        spare_l[i] = tanks_l[i]
    # What is left of the second run when the first one ends stands where it belongs.
    while low < first:
        if high < n and tanks_l[high] < spare_l[low]:
            tanks_l[low + high - first] = tanks_l[high]
            high += 1
        else:
            tanks_l[low + high - first] = spare_l[low]
            low += 1


@rule_compiled_as(merged)
def in_order(tanks_l: Any, first: int, spare_l: Any) -> None:
    """`merged`, for lists: sorting is quicker in Python, and whole numbers have one rising order. Source: definition."""
    tanks_l.sort()


@rule
def refill(tanks_l: Any, drops: int, drop_l: int, spare_l: Any) -> None:
    """Give a drop of `drop_l` litres to each of the `drops` emptiest stations and put the tanks in rising order again.

    0 ≤ drops ≤ `room_for_drops`; `spare_l` is room for as many numbers as there are tanks. Source: assumption A99 (emptiest
    first, one truck a night).
    """
    if drops > 0:
        for i in range(drops):
            tanks_l[i] += drop_l
        in_order(tanks_l, drops, spare_l)
