"""Escort units, compiled: free at their node, out with a convoy, back and resting, in repair, lost."""

from __future__ import annotations

from sim.engines.batch.agenda import add, at, free_lot, is_due, new_lot, note
from sim.engines.batch.layout import Record
from sim.engines.order import Rank
from sim.jit import kernel
from sim.records import TALLIES, Happening
from sim.rules import movement

_advance = kernel(movement.advance)

UNLIMITED = 1 << 30
DISPATCH, UNITS_BACK, UNITS_READY = int(Rank.DISPATCH), int(Rank.UNITS_BACK), int(Rank.UNITS_READY)
UNIT_FREE, DATED = int(Happening.UNIT_FREE), int(Happening.DATED)
ESCORT_UNIT_S, ESCORT_UNITS_LOST = TALLIES.index("escort_unit_s"), TALLIES.index("escort_units_lost")


@kernel
def dispatch_due(s: Record, node: int, time_s: int) -> None:
    """See that open slots at a node are tried once, at the end of a second."""
    entity = s.plan.roads.node_entity[node]
    if s.corridors_at[node] > 0 and not is_due(s, time_s, DISPATCH, entity):
        at(s, time_s, DISPATCH, entity, 0, node)


@kernel
def available(s: Record, c: int) -> int:
    """Units that a convoy on a corridor could take now."""
    pool = s.plan.escorts.pool_of[c]
    if pool < 0:
        return 0
    return max(s.pool[pool].free, 0) if s.plan.switches.escort_wait != 0 else UNLIMITED


@kernel
def count_away(s: Record, units: int) -> None:
    """Keep the sum of unit-seconds away from the node up to now."""
    s.tally[ESCORT_UNIT_S] += s.away * (s.now - s.away_since_s)
    s.away += units
    s.away_since_s = s.now


@kernel
def send(s: Record, c: int, units: int) -> None:
    """Units leave with a convoy."""
    if units != 0:
        pool = s.pool[s.plan.escorts.pool_of[c]]
        pool.free -= units
        pool.out += units
        count_away(s, units)


@kernel
def lose(s: Record, c: int, units: int) -> None:
    """Units of a convoy are lost in an engagement."""
    if units != 0:
        pool = s.pool[s.plan.escorts.pool_of[c]]
        pool.out -= units
        pool.lost += units
        count_away(s, -units)
        add(s, ESCORT_UNITS_LOST, units)


@kernel
def go_back(s: Record, k: Record) -> None:
    """Units of a cohort that has arrived, or has no tankers left, return to their node."""
    if k.units != 0:
        c, roads = k.corridor, s.plan.roads
        time_s = _advance(s.now, s.unit_back_s[c], roads.drive_open_s, roads.drive_close_s)
        lot = new_lot(s, c, k.units, min(k.units_damaged, k.units), k.slot)
        at(s, time_s, UNITS_BACK, s.plan.corridors.entity[c], k.slot, lot)
        k.units = 0


@kernel
def units_back(s: Record, i: int) -> None:
    """UNITS_BACK: sound units rest, damaged ones go to repair first."""
    lot = s.lot[i]
    c, units, damaged, slot = lot.a, lot.b, lot.c, lot.d
    free_lot(s, i)
    number, entity, plan = s.plan.escorts.pool_of[c], s.plan.corridors.entity[c], s.plan.escorts
    pool = s.pool[number]
    count_away(s, -units)
    pool.out -= units
    pool.resting += units - damaged
    pool.repairing += damaged
    if units > damaged:
        at(s, s.now + plan.rest_s, UNITS_READY, entity, 2 * slot, new_lot(s, number, units - damaged, 0, 0))
    if damaged != 0:
        ready_s = s.now + plan.rest_s + plan.repair_s
        at(s, ready_s, UNITS_READY, entity, 2 * slot + 1, new_lot(s, number, damaged, 1, 0))


@kernel
def units_ready(s: Record, i: int) -> None:
    """UNITS_READY: units are free; open slots at the node are tried again."""
    lot = s.lot[i]
    number, units, repaired = lot.a, lot.b, lot.c
    free_lot(s, i)
    pool = s.pool[number]
    if repaired != 0:
        pool.repairing -= units
    else:
        pool.resting -= units
    pool.free += units
    note(s, UNIT_FREE, number, 0, units)
    dispatch_due(s, s.plan.escorts.node[number], s.now)


@kernel
def open_day(s: Record, day: int) -> None:
    """Dated changes of the pools."""
    for number in range(s.pools):
        pool = s.pool[number]
        change = s.plan.escorts.units[number, day] - pool.established
        if change != 0:
            pool.established += change
            pool.free += change
            note(s, DATED, number, 0, change)
            dispatch_due(s, s.plan.escorts.node[number], s.now)
