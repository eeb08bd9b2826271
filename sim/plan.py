"""The Plan: a scenario and a strategy in one world as arrays and integers, the only thing that engines read.

Axes: n nodes, l legs, c corridors, p products, k classes, s sinks, o pools, d days since the epoch, t slots. Names stay
behind in `Labels`. Dated events are laid out by day here, so that engines look them up and never interpret them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.clock import DAY_S, HOUR_S, epoch_date, seconds_from_hours
from sim.draws import entity_hashes
from sim.errors import PlanError
from sim.records import Labels
from sim.rules import dispatch, movement
from sim.rules.shapes import SHAPE_CODES
from sim.scenario.events import Clearance, Closure, Dated, Gift, Intensity, Need, ObservedStock, Pause
from sim.scenario.events import Reinforcement, Truce
from sim.scenario.model import Scenario
from sim.scenario.quantity import Duration
from sim.scenario.sampling import in_world
from sim.scenario.strategy import Convoys, Strategy

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ESCORT_RULES = {
    "none": dispatch.NONE,
    "fixed": dispatch.FIXED,
    "per_tankers": dispatch.PER_TANKERS,
    "square_root": dispatch.SQUARE_ROOT,
}
SLOTS_LIMIT = 1 << 20


class Shape(NamedTuple):
    """A duration: code of its shape, mean in seconds, coefficient of variation."""

    code: int
    mean_s: float
    cv: float


@dataclass(frozen=True, eq=False)
class Times:
    """Horizon and start in seconds since the epoch, days in all and in the warm-up."""

    start_s: int
    horizon_s: int
    days: int
    warmup_days: int


@dataclass(frozen=True, eq=False)
class Switches:
    """The mechanisms, 1 on or 0 off."""

    losses: int
    escort_wait: int
    slower_transit: int
    willingness: int
    panic: int
    by_priority: int


@dataclass(frozen=True, eq=False)
class Roads:
    """Nodes (n) and legs (l): handling, driving times with controls, exposure, closures by day."""

    node_entity: Ints
    hold_s: Ints
    hold_cv: Floats
    node_open_s: Ints
    node_close_s: Ints
    leg_entity: Ints
    leg_km: Floats
    drive_s: Ints
    exposure: Floats
    chain_close: Floats
    chain_open: Floats
    leg_closed: Ints
    """(l, d): 1 where a dated closure holds."""
    drive_open_s: int
    drive_close_s: int
    pace_cv: float


@dataclass(frozen=True, eq=False)
class Corridors:
    """Corridors (c): their legs and nodes in order (−1 pads), fleet, loading, normal flow, willingness."""

    entity: Ints
    legs: Ints
    nodes: Ints
    n_legs: Ints
    staging_at: Ints
    """Position of the staging node among the corridor's nodes."""
    priority: Ints
    fleet: Ints
    tanker_l: Ints
    loading_cap: Ints
    loading: tuple[Shape, ...]
    repair: tuple[Shape, ...]
    return_factor: Floats
    """Driving time of an empty tanker as a multiple of that of a loaded one; likewise for an escort unit going back."""
    unit_return_factor: Floats
    release_s: Ints
    replacements_day: Floats
    flow: Floats
    """(c, p) tankers a day in normal times."""
    pause: Floats
    """(c, d) factor of tankers loaded."""
    floor: Floats
    scale_tankers: Floats
    escorted_scale: Floats
    half_life_s: Floats
    leak: float


@dataclass(frozen=True, eq=False)
class Ordering:
    """Importers' rule: `order_up_to` and `poisson` are 0 or 1; the rest as in the scenario."""

    order_up_to: int
    poisson: int
    gain: float
    low: float
    high: float
    target_cover_days: float
    tilt: float
    throttle_start: float
    throttle_stop: float


@dataclass(frozen=True, eq=False)
class Escorts:
    """Pools (o) at nodes, units by day, the cycle of a unit."""

    node: Ints
    units: Ints
    """(o, d)."""
    pool_of: Ints
    """(c): pool at the corridor's staging node, −1 for none."""
    transit_factor: float
    rest_s: int
    loss_prob: float
    damage_prob: float
    repair_s: int


@dataclass(frozen=True, eq=False)
class Slots:
    """Departure slots (t) in order of time: when they open, and the rule applied at each."""

    time_s: Ints
    jitter_s: Ints
    corridor: Ints
    size: Ints
    min_size: Ints
    rule: Ints
    amount: Floats
    shrink: Ints
    daylight: Ints
    unescorted_after_s: Ints
    """−1: never without the units."""
    regularity: Floats


@dataclass(frozen=True, eq=False)
class Campaign:
    """Threat, contact, losses and aftermath."""

    window_s: int
    ceiling: float
    intensity: Floats
    """(l, d) per km and hour, times the truces in force; 0 in the warm-up."""
    duration: Shape
    engage_prob: float
    reference_size: float
    detection_exponent: float
    predictability: float
    perimeter: int
    deterrence: float
    limited: int
    operations_per_week: float
    operations_cap: float
    law: int
    convoy_mean: float
    convoy_cv: float
    convoy_median_share: float
    convoy_share_sd: float
    independents_mean: float
    independents_cv: float
    protection: float
    captured_share: float
    crew_loss_prob: float
    damaged_per_lost: float
    delay: Shape
    closure_s: int
    turn_back_prob: float
    suppression: float
    suppression_half_life_s: float
    payment_fcfa: Ints
    """(d) booked at the midnight that opens the day."""
    toll_fcfa: Ints
    """(d) per loaded tanker that leaves a staging node."""


@dataclass(frozen=True, eq=False)
class CityPlan:
    """The city: clearance, bays, depots, need of its classes by day, private stocks, sinks on the way."""

    node: int
    clearance_code: int
    clearance_cv: float
    clearance_mean_s: Floats
    """(d)."""
    bays: int
    unload: Shape
    capacity_l: Ints
    start_stock_l: Ints
    normal_need_l: Ints
    """(k, p) a day."""
    need_l: Floats
    """(k, p, d) before noise."""
    need_entity: Ints
    noise_cv: Floats
    retail: Ints
    priority: Ints
    release_l: Floats
    private: Ints
    """(k): 1 where the class holds a private stock; litres of (k, p) below."""
    private_capacity_l: Ints
    private_start_l: Ints
    private_target_l: Floats
    panic_target_l: Floats
    panic_cover_days: Floats
    refill_per_day: Floats
    price_fcfa_l: Floats
    sink_of_node: Ints
    sink_fraction: Floats
    """(s, p) share of passing tankers that is dropped."""
    sink_need_l: Ints
    sink_start_l: Ints
    gift_day: Ints
    gift_tankers: Ints
    gift_tanker_l: Ints
    observed_l: Ints
    """(d, p) depot stock set at the midnight that opens the day, −1 for none."""


@dataclass(frozen=True, eq=False)
class Plan:
    """All that a run needs beside its seed and replication."""

    times: Times
    switches: Switches
    roads: Roads
    corridors: Corridors
    ordering: Ordering
    escorts: Escorts
    slots: Slots
    campaign: Campaign
    city: CityPlan
    independents: int
    """1 where tankers may travel without an escort after the start date."""
    costs: tuple[float, float]

    @property
    def n_products(self) -> int:
        """Number of products p."""
        return len(self.city.capacity_l)


def labels_of(scenario: Scenario) -> Labels:
    """Names behind the indexes of the scenario's Plans."""
    return Labels(
        start=scenario.start,
        epoch=epoch_date(scenario.start, scenario.warmup_days),
        days=scenario.days,
        products=tuple(scenario.product),
        corridors=tuple(scenario.corridors),
        classes=tuple(scenario.demand_class),
        nodes=tuple(scenario.node),
        legs=tuple(scenario.leg),
        pools=tuple(scenario.escort.pool),
        sinks=tuple(scenario.sink),
    )


def make_plan(
    scenario: Scenario, strategy: Strategy, *, seed: int, world: int = 0, uncertainty: str = "sampled"
) -> Plan:
    """The Plan of a scenario and a strategy in one world.

    Parameters
    ----------
    scenario, strategy
        Validated and cross-checked models.
    seed, world, uncertainty
        What decides the epistemic draws; with ``"central"`` they change nothing.

    Raises
    ------
    PlanError
        If two entities share a hash, a node has two sinks, a sink takes more than passes, or there are too many slots.
    """
    return _Maker(in_world(scenario, seed, world, uncertainty), strategy).plan()


def _whole(values: Iterable[float]) -> Ints:
    return np.array([int(v + 0.5) for v in values], np.int64)


def _floats(values: Iterable[float]) -> Floats:
    return np.array(list(values), np.float64)


def _shape(duration: Duration) -> Shape:
    return Shape(SHAPE_CODES[duration.shape], duration.mean_h.value * HOUR_S, duration.cv.value)


class _Maker:
    """One scenario (as in its world) and strategy on the way to a Plan."""

    def __init__(self, scenario: Scenario, strategy: Strategy) -> None:
        self.scenario, self.strategy = scenario, strategy
        self.labels = labels_of(scenario)
        self.days = scenario.warmup_days + scenario.days
        lab = self.labels
        names = [f"node/{n}" for n in lab.nodes] + [f"leg/{n}" for n in lab.legs]
        names += [f"corridor/{n}" for n in lab.corridors]
        names += [f"need/{k}/{p}" for k in lab.classes for p in lab.products]
        self.entities = entity_hashes(names)
        self.node = {name: i for i, name in enumerate(lab.nodes)}
        self.leg = {name: i for i, name in enumerate(lab.legs)}
        self.control = scenario.road.control_min_100km.value
        self.drive_s = [
            movement.driving_s(leg.drive_h.value, leg.km.value, self.control) for leg in scenario.leg.values()
        ]

    def plan(self) -> Plan:
        s, switches = self.scenario, self.scenario.mechanisms
        rule = self.strategy.allocation or s.city.allocation
        return Plan(
            times=Times(s.warmup_days * DAY_S, self.days * DAY_S, self.days, s.warmup_days),
            switches=Switches(
                losses=int(switches.losses),
                escort_wait=int(switches.escort_wait),
                slower_transit=int(switches.slower_transit),
                willingness=int(switches.willingness),
                panic=int(switches.panic),
                by_priority=int(switches.allocation and rule == "priority"),
            ),
            roads=self.roads(),
            corridors=self.corridors(),
            ordering=self.ordering(),
            escorts=self.escorts(),
            slots=self.slots(),
            campaign=self.campaign(),
            city=self.city(),
            independents=int(self.strategy.independents),
            costs=(s.cost.tanker_fcfa.value, s.cost.escort_unit_day_fcfa.value),
        )

    def span(self, event: Dated) -> slice:
        """Days since the epoch on which a dated event holds."""
        first = (event.first_day - self.labels.epoch).days
        last = self.days - 1 if event.last_day is None else (event.last_day - self.labels.epoch).days
        return slice(max(first, 0), min(last, self.days - 1) + 1)

    def dated(self, kind: type[Dated]) -> list[Dated]:
        """Events of one kind by first day; where two set the same thing, the later one holds."""
        return sorted((e for e in self.scenario.event.values() if isinstance(e, kind)), key=lambda e: e.first_day)

    def roads(self) -> Roads:
        s, lab = self.scenario, self.labels
        closed = np.zeros((len(lab.legs), self.days), np.int64)
        for event in self.dated(Closure):
            assert isinstance(event, Closure)
            closed[[self.leg[name] for name in event.legs], self.span(event)] = 1
        nodes, legs = list(s.node.values()), list(s.leg.values())
        chains = [(leg.chain.close_prob.value, leg.chain.open_prob.value) if leg.chain else (0.0, 1.0) for leg in legs]
        return Roads(
            node_entity=_whole(self.entities[f"node/{n}"] for n in lab.nodes),
            hold_s=_whole(n.hold_h.value * HOUR_S for n in nodes),
            hold_cv=_floats(n.hold_cv.value for n in nodes),
            node_open_s=_whole(n.open_start_h.value * HOUR_S for n in nodes),
            node_close_s=_whole(n.open_end_h.value * HOUR_S for n in nodes),
            leg_entity=_whole(self.entities[f"leg/{n}"] for n in lab.legs),
            leg_km=_floats(leg.km.value for leg in legs),
            drive_s=_whole(self.drive_s),
            exposure=_floats(leg.exposure.value for leg in legs),
            chain_close=_floats(close for close, _ in chains),
            chain_open=_floats(reopen for _, reopen in chains),
            leg_closed=closed,
            drive_open_s=seconds_from_hours(s.road.drive_start_h.value),
            drive_close_s=seconds_from_hours(s.road.drive_end_h.value),
            pace_cv=s.road.pace_cv.value,
        )

    def corridors(self) -> Corridors:
        s, lab = self.scenario, self.labels
        rows = list(s.corridors.values())
        longest = max(len(c.legs) for c in rows)
        legs = np.full((len(rows), longest), -1, np.int64)
        nodes = np.full((len(rows), longest + 1), -1, np.int64)
        for i, c in enumerate(rows):
            legs[i, : len(c.legs)] = [self.leg[name] for name in c.legs]
            ends = [s.leg[c.legs[0]].start] + [s.leg[name].end for name in c.legs]
            nodes[i, : len(ends)] = [self.node[name] for name in ends]
        staging = [nodes[i].tolist().index(self.node[c.staging]) for i, c in enumerate(rows)]
        alone, escort = s.escort.return_factor.value, s.escort.return_with_empties
        pause = np.ones((len(rows), self.days))
        for event in self.dated(Pause):
            assert isinstance(event, Pause)
            named = [lab.corridors.index(n) for n in event.corridors if n in lab.corridors]
            pause[named if event.corridors else slice(None), self.span(event)] *= event.factor.value
        return Corridors(
            entity=_whole(self.entities[f"corridor/{n}"] for n in lab.corridors),
            legs=legs,
            nodes=nodes,
            n_legs=_whole(len(c.legs) for c in rows),
            staging_at=_whole(staging),
            priority=_whole(c.priority for c in rows),
            fleet=_whole(c.fleet.value for c in rows),
            tanker_l=_whole(c.tanker_l.value for c in rows),
            loading_cap=_whole(c.loading_capacity_day.value for c in rows),
            loading=tuple(_shape(c.loading) for c in rows),
            repair=tuple(_shape(c.repair) for c in rows),
            return_factor=_floats(c.return_factor.value for c in rows),
            unit_return_factor=_floats(c.return_factor.value if escort else alone for c in rows),
            release_s=_whole(min(c.release_h.value * HOUR_S, DAY_S - 1) for c in rows),
            replacements_day=_floats(c.replacements_day.value for c in rows),
            flow=np.array(
                [[c.share.value * s.balance[p].need_l_day.value / c.tanker_l.value for p in lab.products] for c in rows]
            ),
            pause=pause,
            floor=_floats(c.willingness.floor.value for c in rows),
            scale_tankers=_floats(c.willingness.scale_tankers.value for c in rows),
            escorted_scale=_floats(c.willingness.escorted_scale.value for c in rows),
            half_life_s=_floats(c.willingness.half_life_days.value * DAY_S for c in rows),
            leak=s.memory.leak.value,
        )

    def ordering(self) -> Ordering:
        o = self.scenario.orders
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

    def escorts(self) -> Escorts:
        s, pools = self.scenario, self.labels.pools
        units = np.repeat(_whole(p.units.value for p in s.escort.pool.values())[:, None], self.days, axis=1)
        for event in self.dated(Reinforcement):
            assert isinstance(event, Reinforcement)
            units[pools.index(event.pool), self.span(event)] += int(event.units.value + 0.5)
        at = [p.node for p in s.escort.pool.values()]
        if len(set(at)) < len(at):
            raise PlanError(f"two escort pools stand at one node ({', '.join(at)}): join them into one pool")
        return Escorts(
            node=_whole(self.node[name] for name in at),
            units=units.reshape(len(at), self.days),
            pool_of=np.array([at.index(c.staging) if c.staging in at else -1 for c in s.corridors.values()], np.int64),
            transit_factor=s.escort.transit_factor.value if s.mechanisms.slower_transit else 1.0,
            rest_s=seconds_from_hours(s.escort.rest_h.value),
            loss_prob=s.escort.loss_prob.value,
            damage_prob=s.escort.damage_prob.value,
            repair_s=int(s.escort.repair_days.value * DAY_S + 0.5),
        )

    def slots(self) -> Slots:
        start, horizon = self.scenario.warmup_days * DAY_S, self.days * DAY_S
        rows: list[tuple[int, int, Convoys]] = []
        for i, name in enumerate(self.labels.corridors):
            convoys = self.strategy.convoys_on(name)
            if convoys is None:
                continue
            if (horizon - start) / (convoys.interval_h * HOUR_S) > SLOTS_LIMIT:
                raise PlanError(f"corridor {name}: more than {SLOTS_LIMIT} slots: raise interval_h")
            opens, n = start + seconds_from_hours(convoys.first_h), 0
            while opens < horizon:
                n += 1
                rows.append((opens, i, convoys))
                opens = max(start + seconds_from_hours(convoys.first_h + n * convoys.interval_h), opens + 1)
        rows.sort(key=lambda row: row[:2])
        rules = [row[2] for row in rows]
        return Slots(
            time_s=_whole(row[0] for row in rows),
            jitter_s=_whole(r.jitter_h * HOUR_S for r in rules),
            corridor=_whole(row[1] for row in rows),
            size=_whole(r.size for r in rules),
            min_size=_whole(r.min_size for r in rules),
            rule=_whole(ESCORT_RULES[r.escort.rule] for r in rules),
            amount=_floats(_amount(r) for r in rules),
            shrink=_whole(r.shrink for r in rules),
            daylight=_whole(r.daylight_only for r in rules),
            unescorted_after_s=np.array(
                [seconds_from_hours(r.max_wait_h) if r.when_no_unit == "unescorted" else -1 for r in rules], np.int64
            ),
            regularity=_floats(dispatch.regularity(r.interval_h, r.jitter_h) for r in rules),
        )

    def campaign(self) -> Campaign:
        s = self.scenario
        t, c, loss, after = s.threat, s.contact, s.loss, s.aftermath
        intensity = np.full((len(self.labels.legs), self.days), t.intensity_per_km_h.value)
        for event in self.dated(Intensity):
            assert isinstance(event, Intensity)
            legs = [self.leg[name] for name in event.legs] if event.legs else slice(None)
            intensity[legs, self.span(event)] = event.intensity_per_km_h.value
        payment, toll = np.zeros(self.days, np.int64), np.zeros(self.days, np.int64)
        for event in self.dated(Truce):
            assert isinstance(event, Truce)
            span = self.span(event)
            intensity[:, span] *= event.factor.value
            toll[span] += int(event.toll_fcfa_tanker.value + 0.5)
            if span.start < span.stop:
                payment[span.start] += int(event.payment_fcfa.value + 0.5)
        intensity[:, : s.warmup_days] = 0.0
        if float(intensity.max(initial=0.0)) > t.ceiling_per_km_h:
            raise PlanError(
                f"threat.ceiling_per_km_h {t.ceiling_per_km_h:g} lies under an intensity of {intensity.max():g}: raise it"
            )
        return Campaign(
            window_s=t.window_h * HOUR_S,
            ceiling=t.ceiling_per_km_h,
            intensity=intensity,
            duration=_shape(t.duration),
            engage_prob=c.engage_prob.value,
            reference_size=c.reference_size.value,
            detection_exponent=c.detection_exponent.value,
            predictability=c.predictability.value,
            perimeter=int(c.escort_effect == "perimeter"),
            deterrence=c.deterrence.value,
            limited=int(c.budget == "operations"),
            operations_per_week=c.operations_per_week.value,
            operations_cap=c.operations_cap.value,
            law=int(loss.law == "fraction"),
            convoy_mean=loss.convoy_mean_tankers.value,
            convoy_cv=loss.convoy_cv.value,
            convoy_median_share=loss.convoy_median_share.value,
            convoy_share_sd=loss.convoy_share_logit_sd.value,
            independents_mean=loss.independents_mean_tankers.value,
            independents_cv=loss.independents_cv.value,
            protection=loss.protection.value,
            captured_share=loss.captured_share.value,
            crew_loss_prob=loss.crew_loss_prob.value,
            damaged_per_lost=loss.damaged_per_lost.value,
            delay=_shape(after.delay),
            closure_s=seconds_from_hours(after.closure_h.value),
            turn_back_prob=after.turn_back_prob.value,
            suppression=after.suppression.value,
            suppression_half_life_s=max(after.suppression_half_life_days.value * DAY_S, 1.0),
            payment_fcfa=payment,
            toll_fcfa=toll,
        )

    def need_factors(self) -> Floats:
        """(k, d): weekday factors times the announced measures in force."""
        s = self.scenario
        weekday = [(self.labels.epoch.weekday() + d) % 7 for d in range(self.days)]
        factors = np.array([[c.weekday[w] for w in weekday] for c in s.demand_class.values()], np.float64)
        for event in self.dated(Need):
            assert isinstance(event, Need)
            named = [self.labels.classes.index(name) for name in event.classes]
            factors[named if event.classes else slice(None), self.span(event)] *= event.factor.value
        return factors

    def city(self) -> CityPlan:
        s, lab, city = self.scenario, self.labels, self.scenario.city
        classes = list(s.demand_class.values())
        need = np.array([[c.share[p].value * s.balance[p].need_l_day.value for p in lab.products] for c in classes])
        clearance = np.full(self.days, city.clearance.mean_h.value * HOUR_S)
        for event in self.dated(Clearance):
            assert isinstance(event, Clearance)
            clearance[self.span(event)] = event.mean_h.value * HOUR_S
        private = [c.private for c in classes]
        held = need * np.array([[p.capacity_days.value if p else 0.0] for p in private])
        wanted = need * np.array([[p.target_days.value if p else 0.0] for p in private])
        panic = need * np.array([[p.panic_target_days.value if p else 0.0] for p in private])
        start = need * np.array([[p.start_days.value if p else 0.0] for p in private])
        fractions = self.sink_fractions()
        sink_need = np.array(
            [[k.share[p].value * s.balance[p].need_l_day.value for p in lab.products] for k in s.sink.values()]
        ).reshape(len(s.sink), len(lab.products))
        cover = np.array([[k.start_cover_days.value] for k in s.sink.values()]).reshape(len(s.sink), 1)
        gifts = [e for e in self.dated(Gift) if isinstance(e, Gift) and 0 <= self.span(e).start < self.days]
        return CityPlan(
            node=self.node[city.node],
            clearance_code=SHAPE_CODES[city.clearance.shape],
            clearance_cv=city.clearance.cv.value,
            clearance_mean_s=clearance,
            bays=int(city.bays.value + 0.5),
            unload=_shape(city.unload),
            capacity_l=_whole(city.depot[p].capacity_l.value for p in lab.products),
            start_stock_l=_whole(
                min(city.depot[p].start_cover_days.value * need[:, i].sum(), city.depot[p].capacity_l.value)
                for i, p in enumerate(lab.products)
            ),
            normal_need_l=_rounded(need),
            need_l=need[:, :, None] * self.need_factors()[:, None, :],
            need_entity=np.array([[self.entities[f"need/{k}/{p}"] for p in lab.products] for k in lab.classes], np.int64),
            noise_cv=_floats(c.noise_cv.value for c in classes),
            retail=_whole(c.retail for c in classes),
            priority=_whole(c.priority for c in classes),
            release_l=need * np.array([[c.release_factor.value] for c in classes]),
            private=_whole(p is not None for p in private),
            private_capacity_l=_rounded(held),
            private_start_l=_rounded(start),
            private_target_l=wanted,
            panic_target_l=np.maximum(panic, wanted),
            panic_cover_days=_floats(p.panic_cover_days.value if p else 0.0 for p in private),
            refill_per_day=_floats(p.refill_per_day.value if p else 0.0 for p in private),
            price_fcfa_l=_floats(s.product[p].price_fcfa_l.value for p in lab.products),
            sink_of_node=self.sink_of_node(),
            sink_fraction=fractions,
            sink_need_l=_rounded(sink_need),
            sink_start_l=_rounded(sink_need * cover),
            gift_day=_whole(self.span(e).start for e in gifts),
            gift_tankers=np.array(
                [[int(e.tankers[p].value + 0.5) if p in e.tankers else 0 for p in lab.products] for e in gifts], np.int64
            ).reshape(len(gifts), len(lab.products)),
            gift_tanker_l=_whole(e.tanker_l.value for e in gifts),
            observed_l=self.observed(),
        )

    def observed(self) -> Ints:
        stock = np.full((self.days, len(self.labels.products)), -1, np.int64)
        for event in self.dated(ObservedStock):
            assert isinstance(event, ObservedStock)
            day = (event.first_day - self.labels.epoch).days
            for name, litres in event.stock_l.items():
                if 0 <= day < self.days:
                    stock[day, self.labels.products.index(name)] = int(litres.value + 0.5)
        return stock

    def sink_of_node(self) -> Ints:
        at = np.full(len(self.labels.nodes), -1, np.int64)
        for i, (name, sink) in enumerate(self.scenario.sink.items()):
            if at[self.node[sink.node]] >= 0:
                raise PlanError(f"sink {name}: node {sink.node} has a sink already: join them into one")
            at[self.node[sink.node]] = i
        return at

    def sink_fractions(self) -> Floats:
        """(s, p): what a sink takes of the tankers that pass it, so that normal flow meets every need."""
        s, lab = self.scenario, self.labels
        left = {name: np.full(len(lab.products), c.share.value) for name, c in s.corridors.items()}
        ends = {name: [s.leg[c.legs[0]].start] + [s.leg[n].end for n in c.legs] for name, c in s.corridors.items()}

        def legs_to_city(node: str) -> int:
            return max((len(nodes) - nodes.index(node) for nodes in ends.values() if node in nodes), default=0)

        fractions = np.zeros((len(s.sink), len(lab.products)))
        order = sorted(enumerate(s.sink.items()), key=lambda row: -legs_to_city(row[1][1].node))
        for i, (name, sink) in order:
            through = [c for c, nodes in ends.items() if sink.node in nodes]
            share = np.array([sink.share[p].value for p in lab.products])
            passing = sum((left[c] for c in through), np.zeros(len(lab.products)))
            if np.any(share > passing + 1e-9):
                raise PlanError(f"sink {name}: needs more than passes {sink.node} in normal times: lower its share")
            fractions[i] = np.where(passing > 0, share / np.maximum(passing, 1e-12), 0.0)
            for c in through:
                left[c] = left[c] * (1.0 - fractions[i])
        return fractions


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


def _rounded(values: Floats) -> Ints:
    return np.floor(values + 0.5).astype(np.int64)
