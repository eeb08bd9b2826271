"""Sources, compiled: idle tankers, the day's orders, loading, and the way of empty tankers back to idle."""

from __future__ import annotations

from sim.clock import DAY_S
from sim.draws import Stream
from sim.engines.batch.agenda import NONE, add, at, free_lot, luck, new_cohort, new_lot, note, split
from sim.engines.batch.layout import Record
from sim.engines.order import APPROACH, LAST_ORDINAL, Rank
from sim.jit import kernel
from sim.records import TALLIES, Happening
from sim.rules import movement, orders, shapes, sharing

_advance, _duration_s, _poisson_count = (
    kernel(movement.advance), kernel(shapes.duration_s), kernel(shapes.poisson_count),
)  # fmt: skip
_order_factor, _order_up_to, _throttle, _tilt_weight = (
    kernel(orders.order_factor), kernel(orders.order_up_to), kernel(orders.throttle), kernel(orders.tilt_weight),
)  # fmt: skip
_whole_part = kernel(sharing.whole_part)

LOAD, RETURNED, REPAIRED = int(Rank.LOAD), int(Rank.RETURNED), int(Rank.REPAIRED)
LOADED, CAME_BACK = int(Happening.LOADED), int(Happening.RETURNED)
ORDERS, REPAIR = int(Stream.ORDERS), int(Stream.REPAIR)
TANKERS_LOADED = TALLIES.index("tankers_loaded")


@kernel
def load(s: Record, c: int) -> tuple[int, int]:
    """LOAD: the cohort of the day's orders, −1 for none, and the second at which it leaves the source.

    The next day's loading is put on the agenda.
    """
    now, entity, of = s.now, s.plan.corridors.entity[c], s.corridor[c]
    day = now // DAY_S
    of.returning -= s.back[c, day]
    of.idle += s.back[c, day]
    i, leaves = NONE, now
    orders_of(s, c, day)
    n = 0
    for p in range(s.products):
        n += s.wanted_p[p]
    if n != 0:
        shape = s.plan.corridors.loading[c]
        u = luck(s, ORDERS, entity, day, 0)[1] if shape.code != 0 else 0.5
        leaves = now + max(_duration_s(shape.code, shape.mean_s, shape.cv, u), 1)
        of.idle -= n
        of.loaded += n
        add(s, TANKERS_LOADED, n)
        i = new_cohort(s, c, APPROACH, day, n * leaves, s.plan.corridors.tanker_l[c])
        k = s.cohort[i]
        k.n = k.start_n = n
        for p in range(s.products):
            k.counts[p] = s.wanted_p[p]
        note(s, LOADED, c, n, leaves)
    if day + 1 < s.days:
        at(s, (day + 1) * DAY_S, LOAD, entity, day + 1, c)
    return i, leaves


@kernel
def orders_of(s: Record, c: int, day: int) -> None:
    """Tankers by product loaded on a corridor today, into `s.wanted_p`: what importers want, within idle and capacity."""
    rule, of = s.plan.ordering, s.corridor[c]
    held = s.plan.corridors.pause[c, day] * _throttle(of.staged_n, rule.throttle_start, rule.throttle_stop)
    if rule.order_up_to != 0:
        lacking(s, c)
        for p in range(s.products):
            s.wanted_p[p] = int(held * s.wanted_p[p] + 1e-9)
    else:
        proportional(s, c, day, held)
    limit = min(of.idle, s.plan.corridors.loading_cap[c])
    wanted = 0
    for p in range(s.products):
        wanted += s.wanted_p[p]
    if wanted > limit:
        split(s, s.wanted_p, limit)
        for p in range(s.products):
            s.wanted_p[p] = s.taken[p]


@kernel
def proportional(s: Record, c: int, day: int, held: float) -> None:
    """Whole tankers by product of the proportional rule, into `s.wanted_p`; fractions are carried to the next day."""
    rule, n = s.plan.ordering, s.products
    for p in range(n):
        s.amounts[p] = s.plan.corridors.flow[c, p] * held
    if s.now >= s.plan.times.start_s:
        target, mean = rule.target_cover_days, 0.0
        for p in range(n):
            need = s.normal_need_l[p]
            s.cover[p] = s.product[p].stock_l / need if need > 0 else target
            mean += s.cover[p]
        mean /= n
        total = tilted = 0.0
        for p in range(n):
            wished = s.plan.corridors.flow[c, p] * _order_factor(s.cover[p], target, rule.gain, rule.low, rule.high)
            total += wished
            s.amounts[p] = wished * _tilt_weight(s.cover[p], mean, target, rule.tilt)
            tilted += s.amounts[p]
        scale = held * total / tilted if tilted > 0.0 else 0.0
        for p in range(n):
            s.amounts[p] *= scale
    if rule.poisson != 0:
        total = 0.0
        for p in range(n):
            total += s.amounts[p]
        count = _poisson_count(total, luck(s, ORDERS, s.plan.corridors.entity[c], day, 0)[0])
        for p in range(n):
            s.amounts[p] = s.amounts[p] * count / total if total > 0.0 else 0.0
    carry = s.corridor[c].carry
    for p in range(n):
        carry[p] += s.amounts[p]
        whole = _whole_part(carry[p])
        carry[p] -= whole
        s.wanted_p[p] = whole


@kernel
def lacking(s: Record, c: int) -> None:
    """Tankers by product of the order-up-to rule, the corridor's share of the target, into `s.wanted_p`."""
    for p in range(s.products):
        whole_flow = 0.0
        for other in range(s.corridors):
            whole_flow += s.plan.corridors.flow[other, p]
        share = s.plan.corridors.flow[c, p] / whole_flow if whole_flow > 0.0 else 0.0
        target = int(s.plan.ordering.target_cover_days * s.normal_need_l[p] * share + 0.5)
        held, coming = int(s.product[p].stock_l * share), int(pipeline_l(s, p) * share)
        s.wanted_p[p] = _order_up_to(target, held, coming, s.plan.corridors.tanker_l[c])


@kernel
def pipeline_l(s: Record, p: int) -> int:
    """Fuel of a product that is loaded and not yet in stock."""
    litres = s.product[p].reserved_l + s.product[p].clearing_l
    for i in range(s.cohorts_top):
        k = s.cohort[i]
        if k.moving != 0:
            litres += k.counts[p] * k.tanker_l
    for c in range(s.corridors):
        for j in range(s.corridor[c].waiting):
            litres += s.batch[s.line[c, j]].counts[p] * s.plan.corridors.tanker_l[c]
    for i in range(s.queue_n):
        litres += s.queue[i].counts[p] * s.queue[i].tanker_l
    return litres


@kernel
def send_back(s: Record, c: int, position: int, tankers: int, damaged: int) -> None:
    """Empty tankers leave the corridor's node at a position for the source; `damaged` of them need repair.

    Sound ones are noticed there only when the next day's orders are loaded, so that their return needs no event of its own.
    """
    s.lots = (s.lots + 1) & LAST_ORDINAL
    s.corridor[c].returning += tankers
    roads = s.plan.roads
    back = _advance(s.now, s.back_work_s[c, position], roads.drive_open_s, roads.drive_close_s)
    if damaged != 0 or s.tracing != 0:
        at(s, back, RETURNED, s.plan.corridors.entity[c], s.lots, new_lot(s, c, tankers, damaged, 0))
    elif back <= s.horizon_s:
        s.events += 1
        s.back[c, (back + DAY_S - 1) // DAY_S] += tankers


@kernel
def returned(s: Record, i: int) -> None:
    """RETURNED: a lot is back at the source; sound tankers are idle, damaged ones go to repair."""
    c, tankers, damaged = s.lot[i].a, s.lot[i].b, s.lot[i].c
    free_lot(s, i)
    of = s.corridor[c]
    of.returning -= tankers
    of.idle += tankers - damaged
    note(s, CAME_BACK, c, tankers, 0)
    if damaged != 0:
        s.lots = (s.lots + 1) & LAST_ORDINAL
        of.repairing += damaged
        shape, entity = s.plan.corridors.repair[c], s.plan.corridors.entity[c]
        u = 0.5
        if shape.code != 0:
            of.repair_block = of.repair_block + 1 if of.repair_second == s.now else 0
            of.repair_second = s.now
            u = luck(s, REPAIR, entity, s.now, of.repair_block)[0]
        ready = s.now + max(_duration_s(shape.code, shape.mean_s, shape.cv, u), 1)
        at(s, ready, REPAIRED, entity, s.lots, new_lot(s, c, damaged, 0, 0))


@kernel
def repaired(s: Record, i: int) -> None:
    """REPAIRED: a lot of damaged tankers is idle again."""
    of, tankers = s.corridor[s.lot[i].a], s.lot[i].b
    free_lot(s, i)
    of.repairing -= tankers
    of.idle += tankers


@kernel
def replace_lost(s: Record) -> None:
    """A day's replacements of lost tankers join the idle ones."""
    for c in range(s.corridors):
        of = s.corridor[c]
        of.replacement_carry = min(of.replacement_carry + s.plan.corridors.replacements_day[c], of.lost + 1.0)
        whole = min(_whole_part(of.replacement_carry), of.lost)
        of.replacement_carry -= whole
        of.lost -= whole
        of.idle += whole
