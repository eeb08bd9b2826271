"""The yard, compiled: who leaves alone, which convoys form, departure slots."""

from __future__ import annotations

from sim.clock import DAY_S
from sim.draws import Stream
from sim.engines.batch.agenda import NONE, add, at, free_cohort, luck, new_cohort, note, split
from sim.engines.batch.depots import count_in, write_row
from sim.engines.batch.escorts import available, dispatch_due, send
from sim.engines.batch.layout import Record
from sim.engines.batch.roads import enter, next_driving
from sim.engines.batch.staging import shares, wakes
from sim.engines.order import BORDER, CONVOY, INDEPENDENT, Rank
from sim.jit import kernel
from sim.records import TALLIES, Happening
from sim.rules import dispatch as rules
from sim.rules import willingness

_willing_count, _trait_left = kernel(willingness.willing_count), kernel(willingness.trait_left)
_convoy_size, _units_needed = kernel(rules.convoy_size), kernel(rules.units_needed)

AT_RELEASE, AT_SLOT = int(Rank.RELEASE), int(Rank.SLOT)
SLOT = int(Stream.SLOT)
DEPARTED = int(Happening.DEPARTED)
STAGING_WAIT_TANKER_S, STAGING_WAIT_TANKERS, PAYMENTS = (
    TALLIES.index("staging_wait_tanker_s"), TALLIES.index("staging_wait_tankers"), TALLIES.index("payments_fcfa"),
)  # fmt: skip
SENT_INDEPENDENT, SENT_ESCORTED, CONVOYS_SENT = (
    TALLIES.index("tankers_sent_independent"), TALLIES.index("tankers_sent_escorted"), TALLIES.index("convoys_sent"),
)  # fmt: skip


@kernel
def willing(s: Record, c: int, share: float) -> int:
    """Staged tankers whose trait is at most `share`."""
    total = 0
    for j in range(s.corridor[c].waiting):
        if s.wakes[c, j] < share:
            b = s.batch[s.line[c, j]]
            total += _willing_count(b.n, s.low[c, j], b.high, share)
    return total


@kernel
def form(s: Record, c: int, kind: int, step: int, share: float, limit: int) -> int:
    """A cohort of at most `limit` of the willing in order of arrival, the most willing of a batch first."""
    now, of = s.now, s.corridor[c]
    cohort = new_cohort(s, c, kind, step, 0, s.plan.corridors.tanker_l[c])
    k = s.cohort[cohort]
    for p in range(s.products):
        k.counts[p] = 0
    n = waited = 0
    j = 0
    while j < of.waiting and share <= s.wakes[c, j]:
        j += 1
    left = j
    while j < of.waiting and n < limit:
        if share <= s.wakes[c, j]:
            move_up(s, c, left, j)
            left += 1
            j += 1
            continue
        low, place = s.low[c, j], s.line[c, j]
        b = s.batch[place]
        some = min(_willing_count(b.n, low, b.high, share), limit - n)
        if some > 0:
            split(s, b.counts, some)
            for p in range(s.products):
                k.counts[p] += s.taken[p]
                b.counts[p] -= s.taken[p]
            moved = b.left_source_s * some // b.n
            low = _trait_left(b.n, some, low, b.high)
            b.n -= some
            b.left_source_s -= moved
            k.left_source_s += moved
            waited += some * (now - b.since_s)
            n += some
        if b.n == 0:
            b.next, s.free_batches = s.free_batches, place
        else:
            s.line[c, left], s.low[c, left], s.wakes[c, left] = place, low, wakes(b.n, low, b.high)
            left += 1
        j += 1
    close_up(s, c, left, j)
    of.staged_n -= n
    add(s, STAGING_WAIT_TANKER_S, waited)
    add(s, STAGING_WAIT_TANKERS, n)
    add(s, PAYMENTS, n * s.plan.campaign.toll_fcfa[min(now // DAY_S, s.days - 1)])
    k.n = k.start_n = n
    if s.plan.city.counting_point == BORDER:
        count_in(s, k)
    k.at, k.departed_s = s.plan.corridors.staging_at[c], now
    k.damaged = min(of.damaged_staged, n)
    of.damaged_staged -= k.damaged
    return cohort


@kernel
def move_up(s: Record, c: int, left: int, j: int) -> None:
    """Let the batch at place `j` of a line come up to place `left`."""
    s.line[c, left], s.low[c, left], s.wakes[c, left] = s.line[c, j], s.low[c, j], s.wakes[c, j]


@kernel
def close_up(s: Record, c: int, left: int, j: int) -> None:
    """Let the batches from place `j` of a line on come up to place `left`."""
    of = s.corridor[c]
    if left < j:
        for i in range(of.waiting - j):
            move_up(s, c, left + i, j + i)
        of.waiting -= j - left


@kernel
def release(s: Record, c: int) -> None:
    """RELEASE: willing tankers leave without escort, one packet a day; in the warm-up everybody does."""
    day = s.now // DAY_S
    if s.corridor[c].waiting != 0 and s.plan.independents[day] != 0:
        share = shares(s, c)[0]
        i = form(s, c, INDEPENDENT, day, share, s.corridor[c].staged_n)
        k = s.cohort[i]
        if k.n == 0:
            free_cohort(s, i)
        else:
            k.trait_high = share
            add(s, SENT_INDEPENDENT, k.n)
            note(s, DEPARTED, c, k.n, 0)
            enter(s, i)
    if day + 1 < s.days:
        later = (day + 1) * DAY_S + s.plan.corridors.release_s[c]
        at(s, later, AT_RELEASE, s.plan.corridors.entity[c], day + 1, c)


@kernel
def open_next(s: Record, c: int, following: int) -> None:
    """Put the corridor's slot `following` on the agenda, if there is one: it never opens before the one before it."""
    if following >= 0:
        time, jitter, entity = s.plan.slots.time_s[following], s.plan.slots.jitter_s[following], s.plan.corridors.entity[c]
        if jitter != 0:
            u = luck(s, SLOT, entity, time, 0)[0]
            time = max(time + int((2.0 * u - 1.0) * jitter), s.now + 1, s.plan.times.start_s)
        time = max(time, s.now)
        at(s, time, AT_SLOT, entity, following, following)


@kernel
def open_slot(s: Record, slot: int) -> None:
    """SLOT: a departure slot opens; where the one before is still open it takes its place and keeps its waiting time."""
    c = s.plan.slots.corridor[slot]
    of, node = s.corridor[c], s.staging_node[c]
    if of.open_slot < 0:
        of.opened_s = s.now
    of.open_slot = slot
    open_next(s, c, s.next_slot[slot])
    dispatch_due(s, node, s.now)
    after = s.plan.slots.unescorted_after_s[slot]
    alone_s = of.opened_s + after
    if after > 0 and s.now < alone_s <= s.horizon_s:
        dispatch_due(s, node, alone_s)


@kernel
def dispatch(s: Record, node: int) -> None:
    """DISPATCH: convoys leave from a node, corridors by priority, if enough are willing and units are free."""
    morning = next_driving(s.now, s.plan.roads.drive_open_s, s.plan.roads.drive_close_s)
    for j in range(s.corridors):
        c = s.by_priority[j]
        of = s.corridor[c]
        if s.staging_node[c] != node or of.open_slot < 0:
            continue
        if morning > s.now:
            dispatch_due(s, node, morning)
            return
        if of.waiting != 0:
            try_slot(s, c, of.open_slot)


@kernel
def try_slot(s: Record, c: int, slot: int) -> None:
    """Send the convoy of an open slot if its rule allows it now."""
    slots, of = s.plan.slots, s.corridor[c]
    size, least, rule, amount = slots.max_size[slot], slots.min_size[slot], slots.rule[slot], slots.amount[slot]
    after, free = slots.unescorted_after_s[slot], available(s, c)
    alone = 0 <= after <= s.now - of.opened_s
    if not alone and _units_needed(rule, amount, least) > free:
        return
    share = shares(s, c)[1]
    total = willing(s, c, share)
    tankers = _convoy_size(total, size, least, rule, amount, free, slots.shrink[slot])
    units = _units_needed(rule, amount, tankers)
    if tankers == 0 and alone:
        tankers, units = _convoy_size(total, size, least, rules.NONE, 0.0, 0, 0), 0
    if tankers == 0:
        return
    of.open_slot = NONE
    i = form(s, c, CONVOY, slot, share, tankers)
    k = s.cohort[i]
    k.slot, k.daylight, k.regularity = slot, slots.daylight[slot], slots.regularity[slot]
    k.units = k.units_sent = units
    if units != 0:
        k.escorted = 1
        of.escorted_sent += k.n
        send(s, c, units)
    k.row = s.convoys_n
    s.convoys_n += 1
    write_row(s, k)
    add(s, CONVOYS_SENT, 1)
    add(s, SENT_ESCORTED if units != 0 else SENT_INDEPENDENT, k.n)
    note(s, DEPARTED, c, k.n, units)
    enter(s, i)
