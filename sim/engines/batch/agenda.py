"""What all handlers use: the agenda, draws, tallies, the trace, and places for things that come and go."""

from __future__ import annotations

from typing import Any

from sim.draws import BLOCKS, philox, uniform
from sim.engines.batch.layout import Record
from sim.engines.order import ENTITY_BITS, ORDINAL_BITS, RANK_SHIFT
from sim.jit import kernel
from sim.rules.sharing import largest_remainder

_philox, _uniform, _largest_remainder = kernel(philox), kernel(uniform), kernel(largest_remainder)

NONE = -1
DONE, PAUSED, FULL_CONVOYS = 0, 1, 2
ORDER, TWICE, DRAW, ENCOUNTERED, CANDIDATES = 10, 11, 12, 13, 14
FULL = {
    "agenda": 20, "cohorts": 21, "batches": 22, "ambushes": 23, "lots": 25, "parts": 26, "queue": 27, "trace": 28,
}  # fmt: skip
"""What made a run stop: a defect of the model, or a capacity of `Sizes` that was too small."""
FULL_AGENDA, FULL_COHORTS, FULL_BATCHES, FULL_AMBUSHES = FULL["agenda"], FULL["cohorts"], FULL["batches"], FULL["ambushes"]
FULL_LOTS, FULL_PARTS, FULL_QUEUE, FULL_TRACE = (
    FULL["lots"], FULL["parts"], FULL["queue"], FULL["trace"],
)  # fmt: skip
LAST_BLOCK = BLOCKS - 1


@kernel
def fail(s: Record, why: int) -> None:
    """Make the run stop after this event; the first reason stays."""
    if s.failed == 0:
        s.failed = why
        s.failed_at = s.now


@kernel
def at(s: Record, time_s: int, rank: int, entity: int, ordinal: int, what: int) -> None:
    """Put an event on the agenda, a heap in the order of (time, key), unless it is beyond the horizon."""
    key = (rank << RANK_SHIFT) | (entity << ORDINAL_BITS) | ordinal
    if (ordinal >> ORDINAL_BITS) != 0 or (entity >> ENTITY_BITS) != 0 or time_s < s.now or (time_s == s.now and key <= s.key):
        fail(s, ORDER)
        return
    if time_s > s.horizon_s:
        return
    if s.first_taken != 0:
        s.first_taken = 0
        sink(s, 0, time_s, key, what)
        return
    hole = s.agenda_n
    if hole >= len(s.agenda):
        fail(s, FULL_AGENDA)
        return
    s.agenda_n = hole + 1
    while hole > 0:
        above = (hole - 1) >> 1
        first = s.agenda[above]
        if first.time_s < time_s or (first.time_s == time_s and first.key < key):
            break
        into = s.agenda[hole]
        into.time_s, into.key, into.what = first.time_s, first.key, first.what
        hole = above
    into = s.agenda[hole]
    into.time_s, into.key, into.what = time_s, key, what


@kernel
def sink(s: Record, hole: int, time_s: int, key: int, what: int) -> None:
    """Put an event in the place `hole`, and let it sink to where it belongs."""
    n, below = s.agenda_n, 2 * hole + 1
    while below < n:
        child = s.agenda[below]
        if below + 1 < n:
            other = s.agenda[below + 1]
            # Which of the two is first cannot be foretold: a sum costs less than a branch that is guessed wrong.
            below += int((other.time_s < child.time_s) | ((other.time_s == child.time_s) & (other.key < child.key)))
            child = s.agenda[below]
        if time_s < child.time_s or (time_s == child.time_s and key < child.key):
            break
        into = s.agenda[hole]
        into.time_s, into.key, into.what = child.time_s, child.key, child.what
        hole, below = below, 2 * below + 1
    into = s.agenda[hole]
    into.time_s, into.key, into.what = time_s, key, what


@kernel
def put_at(s: Record, hole: int, time_s: int, key: int, what: int) -> None:
    """Put an event, not the running one's successor, in the place `hole` of the agenda, and let it find where it belongs."""
    while hole > 0:
        above = s.agenda[(hole - 1) >> 1]
        if above.time_s < time_s or (above.time_s == time_s and above.key < key):
            break
        into = s.agenda[hole]
        into.time_s, into.key, into.what = above.time_s, above.key, above.what
        hole = (hole - 1) >> 1
    sink(s, hole, time_s, key, what)


@kernel
def take_first(s: Record) -> int:
    """Make the first event of the agenda the one that is running: what it is about.

    Its place is kept for the first event that it puts on the agenda; `leave_first` gives it up if there is none.
    """
    first = s.agenda[0]
    if first.time_s == s.now and first.key == s.key:
        fail(s, TWICE)
    s.now, s.key, s.first_taken = first.time_s, first.key, 1
    return first.what


@kernel
def leave_first(s: Record) -> None:
    """Close the gap that an event leaves which put no other on the agenda."""
    if s.first_taken != 0:
        s.first_taken = 0
        s.agenda_n -= 1
        last = s.agenda[s.agenda_n]
        sink(s, 0, last.time_s, last.key, last.what)


@kernel
def is_due(s: Record, time_s: int, rank: int, entity: int) -> bool:
    """Whether an event of a rank and entity with ordinal 0 is on the agenda for a second."""
    key = (rank << RANK_SHIFT) | (entity << ORDINAL_BITS)
    for i in range(s.first_taken, s.agenda_n):
        event = s.agenda[i]
        if event.key == key and event.time_s == time_s:
            return True
    return False


@kernel
def luck(s: Record, stream: int, entity: int, step: int, block: int) -> tuple[float, float, float, float]:
    """The four uniforms of one block of the run's replication."""
    if block < 0 or block > LAST_BLOCK:
        fail(s, DRAW)
        block = 0
    a, b, c, d = _philox(
        int(s.replication), (stream << 16) | int(block), int(entity), int(step), int(s.seed_low), int(s.seed_high)
    )
    return _uniform(a), _uniform(b), _uniform(c), _uniform(d)


@kernel
def add(s: Record, tally: int, amount: int) -> None:
    """Add to a tally, once the start date has come."""
    if s.now >= s.plan.times.start_s:
        s.tally[tally] += amount


@kernel
def note(s: Record, happening: int, place: int, tankers: int, amount: int) -> None:
    """Write a row of the trace, if there is one."""
    if s.tracing == 0:
        return
    n = s.notes_n
    if n >= len(s.notes):
        fail(s, FULL_TRACE)
        return
    row = s.notes[n]
    row[0] = s.now
    row[1] = s.key >> RANK_SHIFT
    row[2] = (s.key >> ORDINAL_BITS) & ((1 << ENTITY_BITS) - 1)
    row[3] = s.key & ((1 << ORDINAL_BITS) - 1)
    row[4], row[5], row[6], row[7] = happening, place, tankers, amount
    s.notes_n = n + 1


@kernel
def new_lot(s: Record, a: int, b: int, c: int, d: int) -> int:
    """Place of four numbers that an event will need."""
    i = s.free_lots
    if i != NONE:
        s.free_lots = s.lot[i].a
    elif s.lots_top < len(s.lot):
        i = s.lots_top
        s.lots_top = i + 1
    else:
        fail(s, FULL_LOTS)
        return 0
    lot = s.lot[i]
    lot.a, lot.b, lot.c, lot.d, lot.first = a, b, c, d, NONE
    return i


@kernel
def free_lot(s: Record, i: int) -> None:
    """Give the place of a lot back."""
    s.lot[i].a = s.free_lots
    s.free_lots = i


@kernel
def new_cohort(s: Record, corridor: int, kind: int, step: int, left_source_s: int, tanker_l: int) -> int:
    """Place of a new cohort without tankers: its counts are given next."""
    i = s.free_cohorts
    if i != NONE:
        s.free_cohorts = s.cohort[i].step
    elif s.cohorts_top < len(s.cohort):
        i = s.cohorts_top
        s.cohorts_top = i + 1
    else:
        fail(s, FULL_COHORTS)
        return 0
    k = s.cohort[i]
    k.corridor, k.kind, k.step, k.ordinal = corridor, kind, step, (kind << 20) | step
    k.left_source_s, k.tanker_l = left_source_s, tanker_l
    k.n = k.start_n = 0
    k.leg = k.passed = NONE
    k.at = k.work_s = k.done_s = k.damaged = k.dropped = 0
    k.units = k.units_sent = k.units_lost = k.units_damaged = 0
    k.engagements = k.lost = k.daylight = k.turned_back = k.escorted = k.looking = 0
    k.slot = k.departed_s = k.arrived_s = k.row = k.seen_at = NONE
    k.regularity, k.trait_high = 0.0, 1.0
    k.moving = 1
    return i


@kernel
def free_cohort(s: Record, i: int) -> None:
    """Give the place of a cohort back."""
    k = s.cohort[i]
    k.step = s.free_cohorts
    k.moving = 0
    s.free_cohorts = i


@kernel
def split(s: Record, counts: Any, tankers: int) -> None:
    """Counts by product of `tankers` taken from `counts` in proportion (0 ≤ tankers ≤ sum), into `s.taken`."""
    n = s.products
    if tankers == 0:
        for p in range(n):
            s.taken[p] = 0
    else:
        _largest_remainder(counts[:n], tankers, s.taken[:n])


@kernel
def take(s: Record, i: int, tankers: int) -> None:
    """Remove tankers from a cohort, products by largest remainder; their counts stand in `s.taken`."""
    k = s.cohort[i]
    split(s, k.counts, tankers)
    if k.n > 0:
        k.left_source_s -= k.left_source_s * tankers // k.n
    for p in range(s.products):
        k.counts[p] -= s.taken[p]
    k.n -= tankers
    k.damaged = min(k.damaged, k.n)
