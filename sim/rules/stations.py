"""Filling stations: many alike, known by what is in their tanks, in rising order; sales by day, truck-sized drops at night."""

from __future__ import annotations

from typing import Any

from sim.jit import rule


@rule
def sell(tanks_l: Any, wanted_l: int, pump_l: int) -> int:
    """Litres sold in a part of a day: customers move to stations that have fuel, each sells at most `pump_l`.

    `tanks_l` holds what is in each station's tank (litres ≥ 0, rising order) and is lowered in place; the order stays. All
    able stations sell alike; what does not divide goes to the emptiest able ones. The answer is the smaller of `wanted_l`
    and Σ min(tank, pump). Non-decreasing in wanted_l, pump_l and tanks. Source: assumption A98 (customers find open stations).
    """
    n = len(tanks_l)
    able, total = 0, 0
    even = wanted_l // n
    if 0 < wanted_l and even < pump_l and even < tanks_l[0]:  # every station can sell its even share
        extra = wanted_l - even * n
        for i in range(extra):
            tanks_l[i] -= even + 1
        for i in range(extra, n):
            tanks_l[i] -= even
        return wanted_l
    for i in range(n):
        most = min(tanks_l[i], pump_l)
        total += most
        if most > 0:
            able += 1
    if able == 0 or wanted_l <= 0:
        return 0
    if total <= wanted_l:
        for i in range(n):
            tanks_l[i] -= min(tanks_l[i], pump_l)
        return total
    left, quota, first = wanted_l, 0, n - able
    # Stations in rising order run out one after the other; each one that does raises what the others must sell.
    for i in range(n - able, n):
        quota = left // (n - i)
        most = min(tanks_l[i], pump_l)
        if most > quota:
            first = i
            break
        left -= most
        tanks_l[i] -= most
    extra = left - quota * (n - first)
    for i in range(first, n):
        tanks_l[i] -= quota + (1 if i - first < extra else 0)
    return wanted_l


@rule
def with_fuel(tanks_l: Any) -> int:
    """Stations whose tank is not empty, of tanks in rising order: from 0 to the number of stations. Source: definition."""
    empty = 0
    while empty < len(tanks_l) and tanks_l[empty] == 0:
        empty += 1
    return len(tanks_l) - empty


@rule
def room_for_drops(tanks_l: Any, tank_l: int, drop_l: int) -> int:
    """Stations that have room for a drop of `drop_l` litres in a tank of `tank_l`; tanks in rising order. Source: definition."""
    count = 0
    while count < len(tanks_l) and tanks_l[count] + drop_l <= tank_l:
        count += 1
    return count


@rule
def refill(tanks_l: Any, drops: int, drop_l: int, merged_l: Any) -> None:
    """Give a drop of `drop_l` litres to each of the `drops` emptiest stations and put the tanks in rising order again.

    `merged_l` is room for as many numbers as there are tanks. 0 ≤ drops ≤ `room_for_drops`. Source: assumption A99 (emptiest
    first, one truck a night).
    """
    n = len(tanks_l)
    i, j = 0, drops
    for k in range(n):
        if j >= n or (i < drops and tanks_l[i] + drop_l <= tanks_l[j]):
            merged_l[k] = tanks_l[i] + drop_l
            i += 1
        else:
            merged_l[k] = tanks_l[j]
            j += 1
    for k in range(n):
        tanks_l[k] = merged_l[k]
