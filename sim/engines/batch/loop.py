"""The next-event loop: from an empty state to the horizon."""

from __future__ import annotations

from typing import Any

from sim.clock import DAY_S
from sim.engines.batch.agenda import DONE, FULL_CONVOYS, NONE, PAUSED, at, leave_first, new_cohort, take_first
from sim.engines.batch.cache import entry
from sim.engines.batch.city import close_day, open_day, start_world
from sim.engines.batch.consumers import open_stocks
from sim.engines.batch.depots import arrive, berths, cleared, discharged, write_row
from sim.engines.batch.escorts import ESCORT_UNIT_S, units_back, units_ready
from sim.engines.batch.eves import keep, wake
from sim.engines.batch.layout import Record
from sim.engines.batch.roads import draw_days, meet, reach, set_out
from sim.engines.batch.sources import load, repaired, returned
from sim.engines.batch.staging import stage
from sim.engines.batch.threat import lay
from sim.engines.batch.yard import (
    STAGING_WAIT_TANKER_S,
    STAGING_WAIT_TANKERS,
    dispatch,
    open_next,
    open_slot,
    release,
)
from sim.engines.order import GIFT, RANK_SHIFT, Rank
from sim.jit import kernel
from sim.records import TALLIES, Ints

DAY_CLOSE, WORLD_START, DAY_OPEN, REPAIRED = int(Rank.DAY_CLOSE), int(Rank.WORLD_START), int(Rank.DAY_OPEN), int(Rank.REPAIRED)
UNITS_BACK, UNITS_READY, REACH, CONTACT = int(Rank.UNITS_BACK), int(Rank.UNITS_READY), int(Rank.REACH), int(Rank.CONTACT)
TURNED, CLEARED, DISCHARGED, RETURNED = int(Rank.TURNED), int(Rank.CLEARED), int(Rank.DISCHARGED), int(Rank.RETURNED)
LOAD, BERTHS, RELEASE, SLOT, DISPATCH = (
    int(Rank.LOAD), int(Rank.BERTHS), int(Rank.RELEASE), int(Rank.SLOT), int(Rank.DISPATCH),
)  # fmt: skip
EVENTS = TALLIES.index("events")
GIVEN = 2


@kernel
def begin(s: Record) -> None:
    """Set a state to the beginning of its replication."""
    s.now = 0
    s.until_s = s.plan.times.start_s - 1
    s.key = NONE
    s.agenda_n = s.first_taken = s.events = s.failed = s.notes_n = s.convoys_n = s.cohorts_top = 0
    s.queue_n = s.lots = s.city_lots = 0
    s.in_clearance = s.away = s.away_since_s = s.arrived_today = s.power_served = s.power_need = 0
    s.suppressed_at_s = s.operations_at_s = 0
    s.berths_s = NONE
    s.bays_free = s.plan.city.bays
    s.suppression, s.operations = 0.0, s.plan.campaign.operations_cap
    for i in range(len(s.tally)):
        s.tally[i] = 0
    s.free_cohorts = s.free_batches = s.free_lots = s.free_parts = NONE
    s.batches_top = s.lots_top = s.parts_top = 0
    open_corridors(s)
    for number in range(s.pools):
        pool = s.pool[number]
        pool.established = pool.free = s.plan.escorts.units[number, 0]
        pool.out = pool.resting = pool.repairing = pool.lost = 0
    for p in range(s.products):
        product = s.product[p]
        product.stock_l = s.plan.city.start_stock_l[p]
        product.reserved_l = product.clearing_l = product.inflow_l = product.dropped_l = 0
        for sink in range(s.sinks):
            s.sink_carry[sink, p] = 0.0
    open_stocks(s)
    for leg in range(s.legs):
        s.leg[leg].closed_until_s = 0
    lay(s)
    draw_days(s)
    first_events(s)


@kernel
def open_corridors(s: Record) -> None:
    """All tankers of every corridor idle, nobody waiting, nothing remembered."""
    for c in range(s.corridors):
        of = s.corridor[c]
        of.idle = s.plan.corridors.fleet[c]
        of.returning = of.repairing = of.lost = of.loaded = of.staged_n = of.damaged_staged = of.waiting = 0
        of.opened_s = of.remembered_s = of.delivered = of.dropped = of.burned = of.captured = 0
        of.open_slot = of.repair_second = of.repair_block = NONE
        of.losses = of.escorted_losses = of.escorted_sent = of.replacement_carry = 0.0
        for p in range(s.products):
            of.carry[p] = 0.0
        for day in range(s.days + 1):
            s.back[c, day] = 0


@kernel
def first_events(s: Record) -> None:
    """Put on the agenda what every run of a world begins with; slots follow when the warm-up is over."""
    city, times = s.plan.city, s.plan.times
    entity = s.plan.roads.node_entity[city.node]
    for g in range(s.gifts):
        i = new_cohort(s, NONE, GIFT, city.gift_day[g], 0, city.gift_tanker_l[g])
        k = s.cohort[i]
        k.looking, k.moving = GIVEN, 0
        for p in range(s.products):
            k.counts[p] = city.gift_tankers[g, p]
            k.n += k.counts[p]
        k.start_n = k.n
        at(s, k.step * DAY_S + DAY_S // 4, REACH, entity, k.ordinal, i)
    at(s, 0, DAY_OPEN, entity, 0, 0)
    at(s, DAY_S, DAY_CLOSE, entity, 0, 0)
    at(s, times.start_s, WORLD_START, entity, 0, 0)
    for c in range(s.corridors):
        at(s, 0, LOAD, s.plan.corridors.entity[c], 0, c)
        at(s, s.plan.corridors.release_s[c], RELEASE, s.plan.corridors.entity[c], 0, c)


@kernel
def follow(s: Record, rank: int, what: int) -> None:
    """Run an event of a rank that is neither the most frequent one nor writes records."""
    if rank == CONTACT:
        meet(s, what)
    elif rank == RETURNED:
        returned(s, what)
    elif rank == CLEARED:
        cleared(s, what)
    elif rank == BERTHS:
        berths(s)
    elif rank == DISCHARGED:
        discharged(s, what)
    elif rank == LOAD:
        cohort, leaves = load(s, what)
        if cohort >= 0:
            set_out(s, cohort, leaves)
    elif rank == RELEASE:
        release(s, what)
    elif rank == DISPATCH:
        dispatch(s, what)
    elif rank == SLOT:
        open_slot(s, what)
    elif rank == DAY_OPEN:
        open_day(s, what)
    elif rank == UNITS_BACK:
        units_back(s, what)
    elif rank == UNITS_READY:
        units_ready(s, what)
    elif rank == REPAIRED:
        repaired(s, what)
    elif rank == TURNED:
        stage(s, what)
    else:
        start_world(s)


@kernel
def go(s: Record, by_product: Any, by_run: Any) -> int:
    """Run events up to and including `s.until_s`: DONE, PAUSED while the trace is emptied, or why the run failed."""
    while s.agenda_n > 0 and s.agenda[0].time_s <= s.until_s:
        what = take_first(s)
        rank = s.key >> RANK_SHIFT
        # Apart from the other ranks, because each function clears room for all that it calls, and passes arrays on piecewise.
        if rank == REACH:
            if s.cohort[what].looking == GIVEN:
                arrive(s, what)
            else:
                reach(s, what)
        elif rank == DAY_CLOSE:
            close_day(s, what, by_product, by_run)
        else:
            follow(s, rank, what)
        leave_first(s)
        s.events += 1
        if s.failed != 0:
            return s.failed
        if s.tracing != 0 and 2 * s.notes_n > len(s.notes):
            return PAUSED
    return DONE


@kernel
def set_off(s: Record) -> None:
    """The warm-up is over: put on the agenda what a strategy begins with, and let the run go on to its horizon."""
    s.until_s = s.horizon_s
    for c in range(s.corridors):
        open_next(s, c, s.first_slot[c])


@kernel
def end(s: Record) -> None:
    """Count what is still going on at the horizon."""
    s.tally[ESCORT_UNIT_S] += s.away * (s.horizon_s - s.away_since_s)
    for c in range(s.corridors):
        for j in range(s.corridor[c].waiting):
            b = s.batch[s.line[c, j]]
            s.tally[STAGING_WAIT_TANKER_S] += b.n * (s.horizon_s - b.since_s)
            s.tally[STAGING_WAIT_TANKERS] += b.n
    for i in range(s.cohorts_top):
        k = s.cohort[i]
        if k.moving != 0 and k.row >= 0:
            write_row(s, k)
    s.tally[EVENTS] = s.events


@entry
def run(
    states: Any, words: Ints, strips: Ints, eves: Ints, eve_at: Ints, keeping: int, seed_low: int, seed_high: int,
    replications: Ints, first: int, tracing: int, resume: int, by_product: Ints, by_run: Ints, tallies: Ints, convoys: Ints,
    convoy_ends: Ints,
) -> tuple[int, int]:  # fmt: skip
    """Run replications from the one at `first` on: how many are done, and DONE or why no more.

    Parameters
    ----------
    states, words
        One state with a packed Plan, and the same memory as words.
    strips, eves, eve_at, keeping
        What an eve holds, eves of the replications and where they begin (`sim.engines.batch.eves`); 1 to keep them, 0 to begin
        with those that there are.
    seed_low, seed_high, replications
        Numbers of the seed and of the replications, shape (n,).
    tracing, resume
        1 to write the trace; 1 to go on with the replication at `first` after a pause.
    by_product, by_run, tallies
        Filled: (n, column, day, product), (n, column, day), (n, tally).
    convoys, convoy_ends
        Filled: rows of all convoys one run after the other, and (n + 1) where the rows of each run end, from 0.
    """
    s, n, i = states[0], len(replications), first
    while i < n:
        if resume == 0:
            s.seed_low, s.seed_high, s.replication, s.tracing = seed_low, seed_high, replications[i], tracing
            if keeping != 0 or eve_at[i] < 0 or not wake(s, words, strips, eves, eve_at[i]):
                begin(s)
        resume = 0
        status = s.failed
        if status == DONE:
            status = go(s, by_product[i], by_run[i])
        if status != DONE:
            return i, status
        if s.until_s < s.horizon_s:
            if keeping != 0:
                behind = keep(s, words, strips, eves, eve_at[n])
                if behind >= 0:
                    eve_at[i], eve_at[n] = eve_at[n], behind
            set_off(s)
            resume = 1
            continue
        end(s)
        for j in range(len(s.tally)):
            tallies[i, j] = s.tally[j]
        start = convoy_ends[i]
        if start + s.convoys_n > len(convoys):
            return i, FULL_CONVOYS
        for j in range(s.convoys_n):
            for column in range(len(s.convoy[j])):
                convoys[start + j, column] = s.convoy[j, column]
        convoy_ends[i + 1] = start + s.convoys_n
        i += 1
    return n, DONE
