"""Clearance, discharge bays and the city's depots, compiled: from a cohort's arrival to fuel in stock."""

from __future__ import annotations

from sim.clock import DAY_S
from sim.draws import Stream
from sim.engines.batch.agenda import (
    FULL_PARTS,
    FULL_QUEUE,
    NONE,
    add,
    at,
    fail,
    free_cohort,
    free_lot,
    luck,
    new_lot,
    note,
)
from sim.engines.batch.escorts import go_back
from sim.engines.batch.layout import Record
from sim.engines.batch.sources import send_back
from sim.engines.order import ARRIVAL, CONVOY, GIFT, RELEASED, Rank
from sim.jit import kernel
from sim.records import TALLIES, Happening
from sim.rules import shapes

_duration_s = kernel(shapes.duration_s)

AT_CLEARED, AT_BERTHS, AT_DISCHARGED = int(Rank.CLEARED), int(Rank.BERTHS), int(Rank.DISCHARGED)
ARRIVED, CLEARED = int(Happening.ARRIVED), int(Happening.CLEARED)
DISCHARGING, DISCHARGED = int(Happening.DISCHARGING), int(Happening.DISCHARGED)
CLEARANCE, SERVICE = int(Stream.CLEARANCE), int(Stream.SERVICE)
TRANSIT_TANKER_S, TRANSIT_TANKERS = TALLIES.index("transit_tanker_s"), TALLIES.index("transit_tankers")
TANKERS_DELIVERED = TALLIES.index("tankers_delivered")
LOTS = 1 << 24


@kernel
def write_row(s: Record, k: Record) -> None:
    """Write what a convoy has been through so far into its row of the records."""
    row = s.convoy[k.row]
    row[0], row[1], row[2], row[3] = k.corridor, s.plan.slots.time_s[k.slot], k.departed_s, k.arrived_s
    row[4], row[5], row[6], row[7] = k.start_n, k.units_sent, k.engagements, k.lost
    row[8], row[9], row[10] = k.units_lost, k.turned_back, k.dropped


@kernel
def count_in(s: Record, k: Record) -> None:
    """Count fuel that passes the books' counting point today."""
    for p in range(s.products):
        s.product[p].inflow_l += k.counts[p] * k.tanker_l


@kernel
def entity_of(s: Record, c: int) -> int:
    """Entity of a cohort's corridor; that of the city for a donated convoy."""
    if c >= 0:
        return s.plan.corridors.entity[c]
    return s.plan.roads.node_entity[s.plan.city.node]


@kernel
def arrive(s: Record, i: int) -> None:
    """A cohort reaches the clearance: it counts as inflow, its escort goes back."""
    k, now = s.cohort[i], s.now
    k.arrived_s = now
    s.arrived_today += k.n
    for p in range(s.products):
        s.product[p].clearing_l += k.counts[p] * k.tanker_l
    if s.plan.city.counting_point == ARRIVAL or k.kind == GIFT:
        count_in(s, k)
    if k.kind != GIFT:
        add(s, TRANSIT_TANKER_S, k.n * now - k.left_source_s)
        add(s, TRANSIT_TANKERS, k.n)
    if k.kind == CONVOY:
        go_back(s, k)
        write_row(s, k)
    k.moving = 0
    s.in_clearance += k.n
    at(s, now + clearance_s(s, k), AT_CLEARED, entity_of(s, k.corridor), k.ordinal, i)
    note(s, ARRIVED, k.corridor, k.n, 0)


@kernel
def clearance_s(s: Record, k: Record) -> int:
    """Clearance time of a cohort that arrives now."""
    city = s.plan.city
    u = 0.5
    if city.clearance_code != 0:
        step = s.plan.slots.time_s[k.slot] if k.kind == CONVOY else k.step
        u = luck(s, CLEARANCE, entity_of(s, k.corridor), step, k.kind)[0]
    mean_s = city.clearance_mean_s[min(s.now // DAY_S, s.days - 1)]
    return _duration_s(city.clearance_code, mean_s, city.clearance_cv, u)


@kernel
def cleared(s: Record, i: int) -> None:
    """CLEARED: a cohort may be discharged."""
    k = s.cohort[i]
    s.in_clearance -= k.n
    for p in range(s.products):
        s.product[p].clearing_l -= k.counts[p] * k.tanker_l
    if s.plan.city.counting_point == RELEASED and k.kind != GIFT:
        count_in(s, k)
    note(s, CLEARED, k.corridor, k.n, 0)
    if s.queue_n >= len(s.queue):
        fail(s, FULL_QUEUE)
        return
    w = s.queue[s.queue_n]
    s.queue_n += 1
    w.corridor, w.tanker_l, w.at, w.damaged, w.since_s = k.corridor, k.tanker_l, k.at, k.damaged, s.now
    for p in range(s.products):
        w.counts[p] = k.counts[p]
    free_cohort(s, i)
    berths_due(s)


@kernel
def berths_due(s: Record) -> None:
    """See that bays are allotted once, at the end of this second."""
    if s.queue_n > 0 and s.bays_free != 0 and s.berths_s != s.now:
        s.berths_s = s.now
        at(s, s.now, AT_BERTHS, s.plan.roads.node_entity[s.plan.city.node], 0, 0)


@kernel
def berths(s: Record) -> None:
    """BERTHS: tankers in order of clearance get the free bays, if their depot has room for a load.

    Tankers that start together and take a fixed time are one lot; when the time is drawn each is a lot of its own.
    """
    single, started, first, last = s.plan.city.unload.code != 0, 0, NONE, NONE
    for i in range(s.queue_n):
        w = s.queue[i]
        for p in range(s.products):
            product = s.product[p]
            room = (s.plan.city.capacity_l[p] - product.stock_l - product.reserved_l) // w.tanker_l
            k = min(w.counts[p], s.bays_free, room)
            if k <= 0:
                continue
            damaged = min(w.damaged, k)
            w.damaged -= damaged
            w.counts[p] -= k
            s.bays_free -= k
            product.reserved_l += k * w.tanker_l
            each = 1 if single else k
            for j in range(0, k, each):
                part = new_part(s, w, p, each, min(each, max(damaged - j, 0)))
                if first == NONE:
                    first = part
                else:
                    s.part[last].next = part
                last = part
                if single:
                    start(s, first, started)
                    first = NONE
                started += 1
        if s.bays_free == 0:
            break
    if started > 0:
        if not single:
            start(s, first, 0)
        close_ranks(s)


@kernel
def close_ranks(s: Record) -> None:
    """Take cohorts of which no tanker waits out of the queue."""
    kept = 0
    for i in range(s.queue_n):
        left = False
        for p in range(s.products):
            left = left or s.queue[i].counts[p] != 0
        if left:
            if kept != i:
                s.queue[kept] = s.queue[i]
            kept += 1
    s.queue_n = kept


@kernel
def new_part(s: Record, w: Record, p: int, tankers: int, damaged: int) -> int:
    """Place of a part of a lot."""
    i = s.free_parts
    if i != NONE:
        s.free_parts = s.part[i].next
    elif s.parts_top < len(s.part):
        i = s.parts_top
        s.parts_top = i + 1
    else:
        fail(s, FULL_PARTS)
        return 0
    part = s.part[i]
    part.corridor, part.product, part.tankers, part.tanker_l = w.corridor, p, tankers, w.tanker_l
    part.damaged, part.at, part.next = damaged, w.at, NONE
    return i


@kernel
def start(s: Record, first: int, number: int) -> None:
    """Start to discharge a lot: the part `first` and those that follow it."""
    unload, entity = s.plan.city.unload, s.plan.roads.node_entity[s.plan.city.node]
    u = luck(s, SERVICE, entity, s.now, number)[0] if unload.code != 0 else 0.5
    s.city_lots = (s.city_lots + 1) % LOTS
    n, i = 0, first
    while i != NONE:
        n += s.part[i].tankers
        i = s.part[i].next
    done = s.now + max(_duration_s(unload.code, unload.mean_s, unload.cv, u), 1)
    at(s, done, AT_DISCHARGED, entity, s.city_lots, new_lot(s, first, n, 0, 0))
    note(s, DISCHARGING, s.plan.city.node, n, done)


@kernel
def discharged(s: Record, lot: int) -> None:
    """DISCHARGED: fuel is in stock, bays are free, empty tankers leave for their source."""
    first, n = s.lot[lot].a, s.lot[lot].b
    free_lot(s, lot)
    s.bays_free += n
    i = first
    while i != NONE:
        part = s.part[i]
        litres = part.tankers * part.tanker_l
        s.product[part.product].reserved_l -= litres
        s.product[part.product].stock_l += litres
        if part.corridor >= 0:
            s.corridor[part.corridor].delivered += part.tankers
        i = part.next
    add(s, TANKERS_DELIVERED, n)
    note(s, DISCHARGED, s.plan.city.node, n, 0)
    i = first
    while i != NONE:
        part = s.part[i]
        after = part.next
        c, position = part.corridor, part.at
        if c >= 0:
            tankers, damaged = part.tankers, part.damaged
            j = after
            while j != NONE:
                other = s.part[j]
                if other.corridor == c and other.at == position:
                    tankers += other.tankers
                    damaged += other.damaged
                    other.corridor = NONE
                j = other.next
            send_back(s, c, position, tankers, damaged)
        part.next = s.free_parts
        s.free_parts = i
        i = after
    berths_due(s)
