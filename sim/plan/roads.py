"""Roads, corridors, escorts and departure slots of a Plan."""

from __future__ import annotations

import numpy as np

from sim.clock import DAY_S, HOUR_S, seconds_from_hours
from sim.errors import PlanError
from sim.language import Phrase
from sim.plan.arrays import Corridors, Escorts, Roads, Slots
from sim.plan.context import Context, floats, shape, whole
from sim.rules import dispatch
from sim.scenario.events import Closure, Pause, Reinforcement
from sim.scenario.strategy import Convoys
from sim.scenario.strategy_checks import SLOTS

ESCORT_RULES = {
    "none": dispatch.NONE,
    "fixed": dispatch.FIXED,
    "per_tankers": dispatch.PER_TANKERS,
    "square_root": dispatch.SQUARE_ROOT,
}


def roads(context: Context) -> Roads:
    """Nodes and legs in one world, dated closures laid out by day."""
    s, lab = context.scenario, context.labels
    closed = np.zeros((len(lab.legs), context.days), np.int64)
    for event in context.dated(Closure):
        closed[[context.leg[name] for name in event.legs], context.span(event)] = 1
    nodes, legs = list(s.node.values()), list(s.leg.values())
    chains = [(leg.chain.close_prob.value, leg.chain.open_prob.value) if leg.chain else (0.0, 1.0) for leg in legs]
    return Roads(
        node_entity=whole(context.entities[f"node/{n}"] for n in lab.nodes),
        hold_s=whole(n.hold_h.value * HOUR_S for n in nodes),
        hold_cv=floats(n.hold_cv.value for n in nodes),
        node_open_s=whole(n.open_start_h.value * HOUR_S for n in nodes),
        node_close_s=whole(n.open_end_h.value * HOUR_S for n in nodes),
        leg_entity=whole(context.entities[f"leg/{n}"] for n in lab.legs),
        leg_km=floats(leg.km.value for leg in legs),
        drive_s=whole(context.drive_s),
        exposure=floats(leg.exposure.value for leg in legs),
        chain_close=floats(close for close, _ in chains),
        chain_open=floats(reopen for _, reopen in chains),
        leg_closed=closed,
        drive_open_s=seconds_from_hours(s.road.drive_start_h.value),
        drive_close_s=seconds_from_hours(s.road.drive_end_h.value),
        pace_cv=s.road.pace_cv.value,
    )


def corridors(context: Context) -> Corridors:
    """Corridors in one world: legs and nodes in order, normal flow, dated pauses laid out by day."""
    s, lab = context.scenario, context.labels
    rows = list(s.corridors.values())
    longest = max(len(c.legs) for c in rows)
    legs = np.full((len(rows), longest), -1, np.int64)
    nodes = np.full((len(rows), longest + 1), -1, np.int64)
    for i, c in enumerate(rows):
        legs[i, : len(c.legs)] = [context.leg[name] for name in c.legs]
        ends = [s.leg[c.legs[0]].start] + [s.leg[name].end for name in c.legs]
        nodes[i, : len(ends)] = [context.node[name] for name in ends]
    staging = [nodes[i].tolist().index(context.node[c.staging]) for i, c in enumerate(rows)]
    alone, escort = s.escort.return_factor.value, s.escort.return_with_empties
    pause = np.ones((len(rows), context.days))
    for event in context.dated(Pause):
        named = [lab.corridors.index(n) for n in event.corridors if n in lab.corridors]
        pause[named if event.corridors else slice(None), context.span(event)] *= event.factor.value
    return Corridors(
        entity=whole(context.entities[f"corridor/{n}"] for n in lab.corridors),
        legs=legs,
        nodes=nodes,
        n_legs=whole(len(c.legs) for c in rows),
        staging_at=whole(staging),
        priority=whole(c.priority for c in rows),
        fleet=whole(c.fleet.value for c in rows),
        tanker_l=whole(c.tanker_l.value for c in rows),
        loading_cap=whole(c.loading_capacity_day.value for c in rows),
        loading=tuple(shape(c.loading) for c in rows),
        repair=tuple(shape(c.repair) for c in rows),
        return_factor=floats(c.return_factor.value for c in rows),
        unit_return_factor=floats(c.return_factor.value if escort else alone for c in rows),
        release_s=whole(min(c.release_h.value * HOUR_S, DAY_S - 1) for c in rows),
        replacements_day=floats(c.replacements_day.value for c in rows),
        flow=np.array(
            [[c.share.value * s.balance[p].need_l_day.value / c.tanker_l.value for p in lab.products] for c in rows]
        ),
        pause=pause,
        floor=floats(c.willingness.floor.value for c in rows),
        scale_tankers=floats(c.willingness.scale_tankers.value for c in rows),
        escorted_scale=floats(c.willingness.escorted_scale.value for c in rows),
        half_life_s=floats(c.willingness.half_life_days.value * DAY_S for c in rows),
        leak=s.memory.leak.value,
    )


def escorts(context: Context) -> Escorts:
    """Escort pools in one world, reinforcements laid out by day."""
    s, pools = context.scenario, context.labels.pools
    units = np.repeat(whole(p.units.value for p in s.escort.pool.values())[:, None], context.days, axis=1)
    for day, rules in context.rules():
        for i, pool in enumerate(pools):
            units[i, day:] = rules.units.get(pool, units[i, 0])
    for event in context.dated(Reinforcement):
        units[pools.index(event.pool), context.span(event)] += int(event.units.value + 0.5)
    at = [p.node for p in s.escort.pool.values()]
    if len(set(at)) < len(at):
        raise PlanError(Phrase("two escort pools stand at one node ({nodes}): join them into one pool", nodes=tuple(at)))
    return Escorts(
        node=whole(context.node[name] for name in at),
        units=units.reshape(len(at), context.days),
        pool_of=np.array([at.index(c.staging) if c.staging in at else -1 for c in s.corridors.values()], np.int64),
        transit_factor=s.escort.transit_factor.value,
        rest_s=seconds_from_hours(s.escort.rest_h.value),
        loss_prob=s.escort.loss_prob.value,
        damage_prob=s.escort.damage_prob.value,
        repair_s=int(s.escort.repair_days.value * DAY_S + 0.5),
    )


def slots(context: Context) -> Slots:
    """Departure slots of the strategy on all corridors, in order of time."""
    rows: list[tuple[int, int, Convoys]] = []
    for i, name in enumerate(context.labels.corridors):
        spans = _convoy_spans(context, name)
        for (day, convoys), (until, _) in zip(spans, [*spans[1:], (context.days, None)], strict=True):
            if convoys is None:
                continue
            start, end = day * DAY_S, until * DAY_S
            if (end - start) / (convoys.interval_h * HOUR_S) > SLOTS:
                message = Phrase("corridor {name}: more than {most:,} slots: raise interval_h", name=name, most=SLOTS)
                raise PlanError(message)
            opens, n = start + seconds_from_hours(convoys.first_h), 0
            while opens < end:
                n += 1
                rows.append((opens, i, convoys))
                opens = max(start + seconds_from_hours(convoys.first_h + n * convoys.interval_h), opens + 1)
    rows.sort(key=lambda row: row[:2])
    rules = [row[2] for row in rows]
    return Slots(
        time_s=whole(row[0] for row in rows),
        jitter_s=whole(r.jitter_h * HOUR_S for r in rules),
        corridor=whole(row[1] for row in rows),
        max_size=whole(r.size for r in rules),
        min_size=whole(r.min_size for r in rules),
        rule=whole(ESCORT_RULES[r.escort.rule] for r in rules),
        amount=floats(_amount(r) for r in rules),
        shrink=whole(r.shrink for r in rules),
        daylight=whole(r.daylight_only for r in rules),
        unescorted_after_s=np.array(
            [seconds_from_hours(r.max_wait_h) if r.when_no_unit == "unescorted" else -1 for r in rules], np.int64
        ),
        regularity=floats(dispatch.regularity(r.interval_h, r.jitter_h) for r in rules),
    )


def _convoy_spans(context: Context, corridor: str) -> list[tuple[int, Convoys | None]]:
    """The convoy rules of a corridor with the day from which each holds; a rule that stays keeps its rhythm."""
    spans: list[tuple[int, Convoys | None]] = []
    for day, rules in context.rules():
        convoys = rules.corridor.get(corridor, rules.convoys)
        if not spans or convoys != spans[-1][1]:
            spans.append((day, convoys))
    return spans


def _amount(convoys: Convoys) -> float:
    """The number of an escort rule: units, tankers per unit, or units at 100 tankers."""
    escort = convoys.escort
    if escort.rule == "fixed":
        return float(escort.units)
    if escort.rule == "per_tankers":
        return float(escort.tankers_per_unit)
    if escort.rule == "square_root":
        return escort.units_at_100
    return 0.0
