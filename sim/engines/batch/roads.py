"""Roads, compiled: cohorts on legs, closures, contacts and engagements, until the city is reached."""

from __future__ import annotations

from functools import partial

from sim.clock import DAY_S, HOUR_S
from sim.draws import Stream, uniform
from sim.engines.batch.agenda import NONE, add, at, free_cohort, luck, note, put_at, take
from sim.engines.batch.depots import arrive, write_row
from sim.engines.batch.escorts import go_back
from sim.engines.batch.escorts import lose as lose_units
from sim.engines.batch.layout import PENDING, Record
from sim.engines.batch.sources import send_back
from sim.engines.batch.staging import remember, stage
from sim.engines.batch.threat import destroyed, draw, encounter_block, engages, next_meeting, suppress
from sim.engines.order import APPROACH, BORDER, CONVOY, GATE, INDEPENDENT, ORDINAL_BITS, RANK_SHIFT, SINK, STAGING, Rank
from sim.jit import kernel
from sim.records import TALLIES, Happening
from sim.rules import movement, shapes, sharing

_advance, _stretched, _spread = kernel(movement.advance), kernel(movement.stretched), kernel(shapes.spread)
_duration_s, _rounded_by_chance = kernel(shapes.duration_s), kernel(shapes.rounded_by_chance)
_whole_part, _uniform = kernel(sharing.whole_part), kernel(uniform)

REACH, CONTACT, TURNED = int(Rank.REACH), int(Rank.CONTACT), int(Rank.TURNED)
LEG_DAY, NODE_DAY, AFTERMATH, UNITS = (
    int(Stream.LEG_DAY), int(Stream.NODE_DAY), int(Stream.AFTERMATH), int(Stream.UNITS),
)  # fmt: skip
REACHED, DROPPED, ENGAGED, TURNED_BACK = (
    int(Happening.REACHED), int(Happening.DROPPED), int(Happening.ENGAGED), int(Happening.TURNED_BACK),
)  # fmt: skip
ENGAGEMENTS, TANKERS_DAMAGED, TANKERS_DROPPED = (
    TALLIES.index("engagements"), TALLIES.index("tankers_damaged"), TALLIES.index("tankers_dropped"),
)  # fmt: skip
TANKERS_CAPTURED, TANKERS_BURNED, CREWS_LOST, LITRES_LOST, LITRES_LOST_COST = (
    TALLIES.index("tankers_captured"), TALLIES.index("tankers_burned"), TALLIES.index("crews_lost"),
    TALLIES.index("litres_lost"), TALLIES.index("litres_lost_cost_fcfa"),
)  # fmt: skip
MORNING_S, EVENING_S = 6 * HOUR_S, 18 * HOUR_S


@kernel
def draw_days(s: Record) -> None:
    """Draws of all legs for all days: the pace of each, and whether the daily chain closes it; dates do so in every run."""
    roads = s.plan.roads
    for leg in range(s.legs):
        s.leg[leg].may_close = s.shuts[leg]
        closed = first = 0
        while first < s.days:
            some = min(s.days - first, PENDING)
            if roads.pace_cv > 0.0 or roads.chain_close[leg] > 0.0:
                for i in range(some):
                    s.pending[0, i], s.pending[1, i] = first + i, 0
                draw(s, LEG_DAY, roads.leg_entity[leg], some)
            pace_days(s, leg, 0, first, some, 1.0)
            pace_days(s, leg, 1, first, some, s.plan.escorts.transit_factor)
            if roads.chain_close[leg] > 0.0:
                closed = close_days(s, leg, first, some, closed)
            first += some


@kernel
def pace_days(s: Record, leg: int, escorted: int, first: int, some: int, factor: float) -> None:
    """Driving seconds of a leg at the pace of days from `first` on, of which the words are drawn."""
    words, cv, drive_s = s.words[0], s.plan.roads.pace_cv, float(s.plan.roads.drive_s[leg])
    for i in range(some):
        s.pace_s[first + i, leg, escorted] = max(int(drive_s * (_spread(cv, _uniform(int(words[i]))) * factor) + 0.5), 1)


@kernel
def close_days(s: Record, leg: int, first: int, some: int, closed: int) -> int:
    """Days from `first` on, of which the words are drawn, on which a leg is closed; its chain is in a state before and after."""
    roads, of = s.plan.roads, s.leg[leg]
    for i in range(some):
        u = _uniform(int(s.words[1, i]))
        if closed != 0:
            closed = 1 if u >= roads.chain_open[leg] else 0
        else:
            closed = 1 if u < roads.chain_close[leg] else 0
        shut = roads.leg_closed[leg, first + i] | closed
        s.closed[leg, first + i] = shut
        of.may_close |= shut
    return closed


@kernel
def window(s: Record, k: Record) -> tuple[int, int]:
    """Seconds of the day between which a cohort may drive."""
    opens, closes = s.plan.roads.drive_open_s, s.plan.roads.drive_close_s
    if k.daylight != 0:
        return max(opens, MORNING_S), min(closes, EVENING_S)
    return opens, closes


@kernel
def next_driving(now: int, open_s: int, close_s: int) -> int:
    """First second from now on at which a cohort may drive."""
    time = now % DAY_S
    if open_s <= time < close_s:
        return now
    return now - time + (open_s if time < open_s else DAY_S + open_s)


@kernel
def opening(s: Record, leg: int, now: int) -> int:
    """First second from now on at which a leg is open; beyond the horizon if it stays closed."""
    time = max(now, s.leg[leg].closed_until_s)
    if s.leg[leg].may_close != 0:
        day = time // DAY_S
        while day < s.days and s.closed[leg, day] != 0:
            day += 1
            time = day * DAY_S
    return time


@kernel
def reach(s: Record, i: int) -> None:
    """REACH: a cohort has reached (and been handled at) a node: drops, then staging, the city or the next leg."""
    k = s.cohort[i]
    if k.leg >= 0:
        k.at += 1
        k.leg = NONE
    c = k.corridor
    stop, node = s.stop[c, k.at], s.plan.corridors.nodes[c, k.at]
    if stop & SINK:
        drop(s, i, s.plan.city.sink_of_node[node])
        if k.n == 0:
            finish(s, i)
            return
    note(s, REACHED, node, k.n, 0)
    if stop & GATE:
        arrive(s, i)
    elif stop & STAGING and k.kind == APPROACH:
        stage(s, i)
    else:
        enter(s, i)


@kernel
def set_out(s: Record, i: int, now: int) -> None:
    """A loaded cohort leaves its source at a second to come."""
    k = s.cohort[i]
    c = k.corridor
    if s.stop[c, 0] != 0 or s.tracing != 0:
        at(s, now, REACH, s.plan.corridors.entity[c], k.ordinal, i)
        return
    if now <= s.horizon_s:
        s.events += 1
    k.seen_at, k.seen_s, k.ahead = 0, now, 0
    time_s, rank = look_ahead(s, i, now)
    at(s, time_s, rank, s.plan.corridors.entity[c], k.ordinal, i)


@kernel
def enter(s: Record, i: int) -> None:
    """Enter the next leg, when it opens, and drive on to the next node or ambush where something happens."""
    k = s.cohort[i]
    k.seen_at, k.seen_s, k.ahead = k.at, s.now, 0
    time_s, rank = look_ahead(s, i, s.now)
    at(s, time_s, rank, s.plan.corridors.entity[k.corridor], k.ordinal, i)


@kernel
def look_ahead(s: Record, i: int, now: int) -> tuple[int, int]:
    """Second and rank of the next event of a cohort that stands before a leg and that others can notice.

    Nights, closures and nodes without a stop are passed at once, counted as the events that they are: until an engagement
    closes a leg ahead (`close`), nobody changes when they come.
    """
    k = s.cohort[i]
    while True:
        time_s, rank = attempt(s, i, now)
        if rank >= 0:
            k.looking = 0
            return time_s, rank
        if time_s > s.horizon_s:
            return time_s, REACH
        k.ahead += 1
        s.events += 1
        now = time_s


@kernel
def attempt(s: Record, i: int, now: int) -> tuple[int, int]:
    """Try to enter the next leg: when and with what rank that leads to an event; rank −1: to another attempt then."""
    k = s.cohort[i]
    c = k.corridor
    leg = s.plan.corridors.legs[c, k.at]
    open_s, close_s = window(s, k)
    if not open_s <= now % DAY_S < close_s:
        return next_driving(now, open_s, close_s), NONE
    if s.leg[leg].closed_until_s > now or s.leg[leg].may_close != 0:
        opens = opening(s, leg, now)
        if opens > now:
            return opens, NONE
    k.leg, k.done_s, k.passed = leg, 0, NONE
    k.work_s = s.pace_s[min(now // DAY_S, s.days - 1), leg, k.escorted]
    time_s, rank = drive(s, i, now)
    if rank == REACH and s.stop[c, k.at + 1] == 0 and s.tracing == 0:
        k.at += 1
        k.leg = NONE
        return time_s, NONE
    return time_s, rank


@kernel
def close(s: Record, leg: int, until_s: int) -> None:
    """Close a leg: cohorts that had looked ahead to a time at which they would now find it closed look again."""
    before = s.leg[leg].closed_until_s
    if until_s <= before:
        return
    s.leg[leg].closed_until_s = until_s
    for i in range(s.cohorts_top):
        k = s.cohort[i]
        if k.moving == 0 or k.seen_at < 0:
            continue
        for position in range(k.seen_at, k.at + 1):
            if s.plan.corridors.legs[k.corridor, position] == leg:
                s.leg[leg].closed_until_s = before
                now = catch_up(s, i)
                s.leg[leg].closed_until_s = until_s
                if now >= 0:
                    time_s, rank = look_ahead(s, i, now)
                    move(s, i, time_s, rank, s.plan.corridors.entity[k.corridor])
                break


@kernel
def catch_up(s: Record, i: int) -> int:
    """Take a cohort back to its first attempt to enter a leg that is still to come: the second of it, −1 if there is none."""
    k = s.cohort[i]
    s.events -= k.ahead
    k.at, k.ahead, now = k.seen_at, 0, k.seen_s
    while now <= s.now:
        time_s, rank = attempt(s, i, now)
        if rank >= 0:
            k.seen_at = NONE
            return NONE
        if time_s <= s.horizon_s:
            s.events += 1
        k.seen_at, k.seen_s, now = k.at, time_s, time_s
    return now


@kernel
def move(s: Record, i: int, time_s: int, rank: int, entity: int) -> None:
    """Move the event of a cohort on the road to another time and rank."""
    ordinal = s.cohort[i].ordinal
    for place in range(s.first_taken, s.agenda_n):
        event = s.agenda[place]
        if event.what == i and (event.key >> RANK_SHIFT == REACH or event.key >> RANK_SHIFT == CONTACT):
            put_at(s, place, time_s, (rank << RANK_SHIFT) | (entity << ORDINAL_BITS) | ordinal, i)
            return
    at(s, time_s, rank, entity, ordinal, i)


@kernel
def go_on(s: Record, i: int, now: int) -> None:
    """Drive on from where the cohort is on its leg, to the next active ambush or to the next node."""
    time_s, rank = drive(s, i, now)
    k = s.cohort[i]
    k.looking = 0
    at(s, time_s, rank, s.plan.corridors.entity[k.corridor], k.ordinal, i)


@partial(kernel, forceinline=True)
def drive(s: Record, i: int, now: int) -> tuple[int, int]:
    """Second and rank at which a cohort on its leg passes the next active ambush, or has been handled at the next node."""
    k = s.cohort[i]
    c, leg = k.corridor, k.leg
    open_s, close_s = window(s, k)
    end = _advance(now, k.work_s - k.done_s, open_s, close_s)
    if s.leg[leg].ambushes > 0 and k.kind != APPROACH:
        met = next_meeting(s, i, now, end, open_s, close_s)
        if met >= 0:
            return met, CONTACT
    node, roads = s.plan.corridors.nodes[c, k.at + 1], s.plan.roads
    if roads.hold_s[node] != 0:
        end = _advance(end, hold_s(s, node, end), roads.node_open_s[node], roads.node_close_s[node])
    return max(end, now + 1), REACH


@kernel
def hold_s(s: Record, node: int, time: int) -> int:
    """Handling time at a node on the day of arrival."""
    roads = s.plan.roads
    mean_s, cv = roads.hold_s[node], roads.hold_cv[node]
    if cv <= 0.0:
        return mean_s
    u = luck(s, NODE_DAY, roads.node_entity[node], time // DAY_S, 0)[0]
    return _stretched(mean_s, _spread(cv, u))


@kernel
def drop(s: Record, i: int, sink: int) -> None:
    """A sink takes its share of the passing tankers of each product; fractions are carried to the next cohort."""
    k = s.cohort[i]
    n = 0
    for p in range(s.products):
        s.sink_carry[sink, p] += s.plan.city.sink_fraction[sink, p] * k.counts[p]
        whole = min(_whole_part(s.sink_carry[sink, p]), k.counts[p])
        s.sink_carry[sink, p] -= whole
        s.taken[p] = whole
        n += whole
    if n == 0:
        return
    damaged = k.damaged * n // k.n
    for p in range(s.products):
        litres = s.taken[p] * k.tanker_l
        s.sink_l[sink, p] += litres
        if s.plan.city.counting_point != BORDER:
            s.product[p].inflow_l += litres
        s.product[p].dropped_l += litres
        k.counts[p] -= s.taken[p]
    k.left_source_s -= k.left_source_s * n // k.n
    k.n -= n
    k.dropped += n
    k.damaged -= damaged
    s.corridor[k.corridor].dropped += n
    add(s, TANKERS_DROPPED, n)
    note(s, DROPPED, sink, n, 0)
    send_back(s, k.corridor, k.at, n, damaged)


@kernel
def meet(s: Record, i: int) -> None:
    """CONTACT: the front passes an active ambush; an engagement destroys, delays, closes, or turns back."""
    s.cohort[i].seen_at = NONE
    engaged, crews_u, captured_u = engages(s, i)
    if engaged:
        engage(s, i, crews_u, captured_u)
    else:
        go_on(s, i, s.now)


@kernel
def engage(s: Record, i: int, crews_u: float, captured_u: float) -> None:
    """Consequences of an engagement, from the ambush's own uniforms."""
    k, campaign, now = s.cohort[i], s.plan.campaign, s.now
    a = s.ambush[k.ambush]
    block, entity, losses = encounter_block(s, a), s.plan.roads.leg_entity[a.leg], s.plan.switches.losses != 0
    delay_u, turn_u, damaged_u, _ = luck(s, AFTERMATH, entity, a.window, block)
    lost = destroyed(s, k, a)
    crews = min(_rounded_by_chance(lost * campaign.crew_loss_prob, crews_u), lost)
    remember(s, k.corridor, lost, k.units_sent != 0)
    k.engagements += 1
    add(s, ENGAGEMENTS, 1)
    if k.units != 0:
        lost_u, hurt_u, _, _ = luck(s, UNITS, entity, a.window, block)
        if losses:
            harm_units(s, k, lost_u, hurt_u)
    if losses and lost != 0:
        lose(s, i, lost, crews, captured_u)
    if losses and k.n != 0:
        damaged = min(_rounded_by_chance(lost * campaign.damaged_per_lost, damaged_u), k.n - k.damaged)
        k.damaged += damaged
        add(s, TANKERS_DAMAGED, damaged)
    note(s, ENGAGED, k.leg, k.n, lost)
    a.encounters += 1
    if k.units_sent != 0:
        suppress(s)
    close(s, k.leg, now + campaign.closure_s)
    delay = _duration_s(campaign.delay.code, campaign.delay.mean_s, campaign.delay.cv, delay_u)
    later = now + (delay if s.plan.switches.slower_transit != 0 else 0)
    if k.n == 0:
        finish(s, i)
    elif k.kind == INDEPENDENT and turn_u < campaign.turn_back_prob:
        turn_back(s, i, later)
    else:
        go_on(s, i, later)


@kernel
def harm_units(s: Record, k: Record, lost_u: float, hurt_u: float) -> None:
    """Escort units lost and damaged in an engagement."""
    plan = s.plan.escorts
    lost = min(_rounded_by_chance(k.units * plan.loss_prob, lost_u), k.units)
    lose_units(s, k.corridor, lost)
    k.units -= lost
    k.units_lost += lost
    k.units_damaged += _rounded_by_chance(k.units * plan.damage_prob, hurt_u)


@kernel
def lose(s: Record, i: int, lost: int, crews: int, u: float) -> None:
    """Book tankers and fuel burned or captured."""
    k = s.cohort[i]
    of = s.corridor[k.corridor]
    take(s, i, lost)
    k.lost += lost
    captured = min(_rounded_by_chance(lost * s.plan.campaign.captured_share, u), lost)
    of.burned += lost - captured
    of.captured += captured
    of.lost += lost
    add(s, TANKERS_CAPTURED, captured)
    add(s, TANKERS_BURNED, lost - captured)
    add(s, CREWS_LOST, crews)
    add(s, LITRES_LOST, lost * k.tanker_l)
    value = 0.0
    for p in range(s.products):
        value += s.taken[p] * k.tanker_l * s.plan.city.price_fcfa_l[p]
    add(s, LITRES_LOST_COST, int(value + 0.5))


@kernel
def turn_back(s: Record, i: int, now: int) -> None:
    """Independents drive back to their staging node."""
    k = s.cohort[i]
    c, roads = k.corridor, s.plan.roads
    way = s.along_s[c, k.at] - s.along_s[c, s.plan.corridors.staging_at[c]] + k.done_s
    back = _advance(now, way, roads.drive_open_s, roads.drive_close_s)
    k.turned_back = 1
    note(s, TURNED_BACK, k.leg, k.n, 0)
    at(s, max(back, now + 1), TURNED, s.plan.corridors.entity[c], k.ordinal, i)


@kernel
def finish(s: Record, i: int) -> None:
    """A cohort without tankers ends; its escort goes back."""
    k = s.cohort[i]
    if k.kind == CONVOY:
        go_back(s, k)
        write_row(s, k)
    free_cohort(s, i)
