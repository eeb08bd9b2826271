"""The arrays of a Plan: integers and floats by index, no strings.

Axes: n nodes, l legs, c corridors, p products, k classes, s sinks, o pools, d days since the epoch, t slots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


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
    max_size: Ints
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
    counting_point: int
    """Where inflow is counted: 0 leaving a staging node, 1 reaching the clearance, 2 released from it."""
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
    panic_share_open: Floats
    fill_l: Floats
    ration_l: float
    """Most litres that a customer may buy at once, 0 for no cap."""
    region: Ints
    cut_cover_days: Floats
    cut_factor: Floats
    power_hours: Floats
    """(k): normal hours of power of a class that makes electricity, 0 for the others; and how much depends on its fuels."""
    power_dependence: Floats
    stations: int
    """Number of filling stations, 0 where retail is served from the depots; (p) litres in a tank at the start."""
    station_tank_l: int
    station_drop_l: int
    station_pump_l: int
    station_start_l: Ints
    base_wait_h: float
    wait_h: float
    longest_wait_h: float
    markup: float
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
    independents: Ints
    """(d): 1 on days when tankers may travel without an escort; all of the warm-up."""
    costs: tuple[float, float]

    @property
    def n_products(self) -> int:
        """Number of products p."""
        return len(self.city.capacity_l)
