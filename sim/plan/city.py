"""The city of a Plan: importers' orders, need by day, private stocks, sinks on the way."""

from __future__ import annotations

import numpy as np

from sim.clock import HOUR_S
from sim.errors import PlanError
from sim.language import Phrase
from sim.plan.arrays import CityPlan, Floats, Ints, Ordering
from sim.plan.context import Context, floats, rounded, shape, whole
from sim.rules.shapes import SHAPE_CODES
from sim.scenario import balance
from sim.scenario.events import Clearance, Gift, Need, ObservedStock


def ordering(context: Context) -> Ordering:
    """Importers' rule in one world."""
    o = context.scenario.orders
    return Ordering(
        order_up_to=int(o.rule == "order_up_to"),
        poisson=int(o.flow == "poisson"),
        gain=o.gain.value,
        low=o.min_factor.value,
        high=o.max_factor.value,
        target_cover_days=o.target_cover_days.value,
        tilt=o.tilt.value,
        throttle_start=o.throttle_start_tankers.value,
        throttle_stop=o.throttle_stop_tankers.value,
    )


def city(context: Context) -> CityPlan:
    """The city in one world: need by day, clearance by day, depots, private stocks, sinks, gifts."""
    s, lab, city = context.scenario, context.labels, context.scenario.city
    classes = list(s.demand_class.values())
    need = np.array([[c.share[p].value * s.balance[p].need_l_day.value for p in lab.products] for c in classes])
    clearance = np.full(context.days, city.clearance.mean_h.value * HOUR_S)
    for event in context.dated(Clearance):
        clearance[context.span(event)] = event.mean_h.value * HOUR_S
    private = [c.private for c in classes]
    retail = (need * np.array([[float(c.retail)] for c in classes])).sum(axis=0) > 0
    held = need * np.array([[p.capacity_days.value if p else 0.0] for p in private])
    wanted = need * np.array([[p.target_days.value if p else 0.0] for p in private])
    panic = need * np.array([[p.panic_target_days.value if p else 0.0] for p in private])
    start = need * np.array([[p.start_days.value if p else 0.0] for p in private])
    fractions = sink_fractions(context)
    sink_need = np.array(
        [[k.share[p].value * s.balance[p].need_l_day.value for p in lab.products] for k in s.sink.values()]
    ).reshape(len(s.sink), len(lab.products))
    cover = np.array([[k.start_cover_days.value] for k in s.sink.values()]).reshape(len(s.sink), 1)
    gifts = [e for e in context.dated(Gift) if 0 <= context.span(e).start < context.days]
    return CityPlan(
        node=context.node[city.node],
        counting_point=("border", "arrival", "release").index(s.counting_point),
        clearance_code=SHAPE_CODES[city.clearance.shape],
        clearance_cv=city.clearance.cv.value,
        clearance_mean_s=clearance,
        bays=int(city.bays.value + 0.5),
        unload=shape(city.unload),
        capacity_l=whole(city.depot[p].capacity_l.value for p in lab.products),
        start_stock_l=whole(
            min(city.depot[p].start_cover_days.value * need[:, i].sum(), city.depot[p].capacity_l.value)
            for i, p in enumerate(lab.products)
        ),
        normal_need_l=rounded(need),
        need_l=need[:, :, None] * need_factors(context)[:, None, :],
        need_entity=np.array([[context.entities[f"need/{k}/{p}"] for p in lab.products] for k in lab.classes], np.int64),
        noise_cv=floats(c.noise_cv.value for c in classes),
        retail=whole(c.retail for c in classes),
        priority=priorities(context),
        release_l=need * np.array([[c.release_factor.value] for c in classes]),
        private=whole(p is not None for p in private),
        private_capacity_l=rounded(held),
        private_start_l=rounded(start),
        private_target_l=wanted,
        panic_target_l=np.maximum(panic, wanted),
        panic_cover_days=floats(p.panic_cover_days.value if p else 0.0 for p in private),
        panic_share_open=floats(p.panic_share_open.value if p and city.stations else 0.0 for p in private),
        fill_l=floats(p.fill_l.value if p else 1.0 for p in private),
        ration_l=context.strategy.ration_l_fill or 0.0,
        region=whole(c.region for c in classes),
        cut_cover_days=floats(c.cut_cover_days.value for c in classes),
        cut_factor=floats(
            1.0 if name in context.strategy.protected else c.cut_factor.value for name, c in s.demand_class.items()
        ),
        power_hours=floats(c.electricity.normal_hours.value if c.electricity else 0.0 for c in classes),
        power_dependence=floats(c.electricity.dependence.value if c.electricity else 0.0 for c in classes),
        stations=int(city.stations.count.value + 0.5) if city.stations else 0,
        station_tank_l=int(city.stations.tank_l.value + 0.5) if city.stations else 0,
        station_drop_l=int(city.stations.drop_l.value + 0.5) if city.stations else 0,
        station_pump_l=int(city.stations.pump_l_day.value + 0.5) if city.stations else 0,
        station_start_l=whole(
            city.stations.tank_l.value * city.stations.start_fill.value if city.stations and retail[i] else 0.0
            for i in range(len(lab.products))
        ),
        base_wait_h=city.market.base_wait_h.value,
        wait_h=city.market.wait_h.value,
        longest_wait_h=city.market.longest_wait_h.value,
        markup=city.market.markup.value,
        refill_per_day=floats(p.refill_per_day.value if p else 0.0 for p in private),
        price_fcfa_l=floats(s.product[p].price_fcfa_l.value for p in lab.products),
        sink_of_node=sink_of_node(context),
        sink_fraction=fractions,
        sink_need_l=rounded(sink_need),
        sink_start_l=rounded(sink_need * cover),
        gift_day=whole(context.span(e).start for e in gifts),
        gift_tankers=np.array(
            [[int(e.tankers[p].value + 0.5) if p in e.tankers else 0 for p in lab.products] for e in gifts], np.int64
        ).reshape(len(gifts), len(lab.products)),
        gift_tanker_l=whole(e.tanker_l.value for e in gifts),
        observed_l=observed(context),
    )


def priorities(context: Context) -> Ints:
    """(k): rank of each class under priority allocation: those that the strategy lists first, then by the scenario."""
    first = {name: rank for rank, name in enumerate(context.strategy.priority)}
    classes = context.scenario.demand_class
    return whole(first.get(name, len(first) + c.priority) for name, c in classes.items())


def need_factors(context: Context) -> Floats:
    """(k, d): weekday factors times the announced measures in force."""
    s = context.scenario
    weekday = [(context.labels.epoch.weekday() + d) % 7 for d in range(context.days)]
    factors = np.array([[c.weekday[w] for w in weekday] for c in s.demand_class.values()], np.float64)
    for event in context.dated(Need):
        named = [context.labels.classes.index(name) for name in event.classes]
        factors[named if event.classes else slice(None), context.span(event)] *= event.factor.value
    return factors


def observed(context: Context) -> Ints:
    """(d, p): depot stock that is set at the midnight opening a day, −1 for none."""
    stock = np.full((context.days, len(context.labels.products)), -1, np.int64)
    for event in context.dated(ObservedStock):
        day = (event.first_day - context.labels.epoch).days
        for name, litres in event.stock_l.items():
            if 0 <= day < context.days:
                stock[day, context.labels.products.index(name)] = int(litres.value + 0.5)
    return stock


def sink_of_node(context: Context) -> Ints:
    """(n): the sink at each node, −1 for none."""
    at = np.full(len(context.labels.nodes), -1, np.int64)
    for i, (name, sink) in enumerate(context.scenario.sink.items()):
        if at[context.node[sink.node]] >= 0:
            raise PlanError(Phrase("sink {sink}: node {node} has a sink already: join them into one", sink=name, node=sink.node))
        at[context.node[sink.node]] = i
    return at


def sink_fractions(context: Context) -> Floats:
    """(s, p): what a sink takes of the tankers that pass it, so that normal flow meets every need."""
    s, lab = context.scenario, context.labels
    drops = balance.sink_fractions(s)
    if drops.lacking:
        sink = drops.lacking[0].sink
        message = Phrase(
            "sink {sink}: needs more than passes {node} in normal times: lower its share", sink=sink, node=s.sink[sink].node
        )
        raise PlanError(message)
    fractions = [[drops.fractions[name][product] for product in lab.products] for name in lab.sinks]
    return np.array(fractions, np.float64).reshape(len(lab.sinks), len(lab.products))
