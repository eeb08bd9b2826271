"""Nodes, legs and corridors: the roads, and the tankers that use them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.quantity import (
    Amount,
    Count,
    Days,
    Duration,
    Factor,
    HourOfDay,
    Hours,
    Identifier,
    Kilometres,
    Litres,
    Model,
    Positive,
    Probability,
    Share,
    Spread,
    exactly,
    no_time,
)


class Road(Model):
    """What holds on every leg: controls, the daily driving window of loaded tankers, the spread of pace."""

    control_min_100km: Amount = exactly(0)
    drive_start_h: HourOfDay = exactly(0)
    drive_end_h: HourOfDay = exactly(24)
    pace_cv: Spread = exactly(0)


class Node(Model):
    """A place: handling time (border, customs, weighbridge) within its opening hours; coordinates for maps only."""

    title: str
    lat: float = Field(default=0.0, ge=-90, le=90)
    lon: float = Field(default=0.0, ge=-180, le=180)
    hold_h: Hours = exactly(0)
    hold_cv: Spread = exactly(0)
    open_start_h: HourOfDay = exactly(0)
    open_end_h: HourOfDay = exactly(24)


class Chain(Model):
    """A leg that closes with `close_prob` a day while open and reopens with `open_prob` a day while closed."""

    close_prob: Probability
    open_prob: Probability


class Leg(Model):
    """The road between two nodes: length, driving time of a loaded tanker, relative exposure to the threat."""

    start: Identifier = Field(alias="from")
    end: Identifier = Field(alias="to")
    km: Kilometres
    drive_h: Hours
    exposure: Factor = exactly(0)
    chain: Chain | None = None


class Willingness(Model):
    """Drivers' readiness: share that leaves unescorted falls from 1 towards `floor` with remembered losses.

    `scale_tankers`: remembered losses at which the part above the floor has fallen to 37 %; `escorted_scale`: the
    remembered loss *rate* of escorted tankers at which readiness to go with an escort has fallen to 37 %.
    """

    floor: Share = exactly(1)
    scale_tankers: Positive = exactly(1)
    escorted_scale: Positive = exactly(1)
    half_life_days: Positive = exactly(14)


class Corridor(Model):
    """A route from a source to the city: legs in order, its staging node, its finite fleet and its share of inflow."""

    title: str
    enabled: bool = True
    legs: tuple[Identifier, ...] = Field(min_length=1, max_length=10_000)
    staging: Identifier
    share: Share = exactly(1)
    fleet: Count
    tanker_l: Litres
    loading_capacity_day: Count
    loading: Duration = no_time()
    return_factor: Factor = exactly(1)
    release_h: HourOfDay = exactly(6)
    repair: Duration = no_time()
    replacements_day: Amount = exactly(0)
    priority: int = Field(default=0, ge=0, le=1000)
    willingness: Willingness = Willingness()


class Sink(Model):
    """A place served on the way: `share` of the balance of each product is dropped when tankers pass `node`.

    It consumes its need every day from what was dropped; at the start date it holds `start_cover_days` of its need.
    """

    title: str
    title_fr: str = ""
    node: Identifier
    share: dict[Identifier, Share]
    start_cover_days: Days = exactly(3)


class Orders(Model):
    """Importers' rule: how many tankers are loaded a day.

    `proportional`: normal flow × (1 + gain · (1 − cover ÷ target)), kept within [min_factor, max_factor]; `order_up_to`:
    what stock and pipeline lack of the target. `tilt` moves orders to the product with the lower cover;
    loading stops falling linearly from `throttle_start_tankers` waiting loaded tankers to none at `throttle_stop_tankers`.
    """

    rule: Literal["proportional", "order_up_to"] = "proportional"
    flow: Literal["slots", "poisson"] = "slots"
    gain: Factor = exactly(0)
    min_factor: Factor = exactly(0)
    max_factor: Factor = exactly(1)
    target_cover_days: Days = exactly(10)
    tilt: Share = exactly(0)
    throttle_start_tankers: Amount = exactly(1e6)
    throttle_stop_tankers: Amount = exactly(2e6)


class Memory(Model):
    """How losses on one corridor are remembered on the others: `leak` of each loss, from 0 (not) to 1 (fully)."""

    leak: Share = exactly(0)


class Pool(Model):
    """Escort units stationed at a staging node."""

    node: Identifier
    units: Count


class Escort(Model):
    """The escort units and their cycle: out with a convoy, back, rest, repair.

    `transit_factor` multiplies driving time with an escort, `return_factor` that of a unit going back (alone: with
    `return_with_empties` it takes the tankers' `return_factor` instead). `loss_prob` and `damage_prob` are per unit and
    engagement.
    """

    pool: dict[Identifier, Pool] = Field(default={}, max_length=1_000)
    transit_factor: Factor = exactly(1)
    return_factor: Factor = exactly(1)
    return_with_empties: bool = False
    rest_h: Hours = exactly(0)
    loss_prob: Probability = exactly(0)
    damage_prob: Probability = exactly(0)
    repair_days: Days = exactly(0)
