"""Products, the balance, the city's depots and those who consume."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.quantity import (
    Amount,
    Count,
    Days,
    Duration,
    Factor,
    Identifier,
    Model,
    Positive,
    Share,
    Spread,
    exactly,
    no_time,
)


class Product(Model):
    """A fuel with its official price."""

    title: str
    title_fr: str = ""
    price_fcfa_l: Amount = exactly(0)


class Balance(Model):
    """Normal need of one product in everything this world supplies; sinks and classes take shares that add up to 1."""

    need_l_day: Positive


class Depot(Model):
    """The city's storage of one product, and its stock at the start date in days of the city's normal need."""

    capacity_l: Positive
    start_cover_days: Days


class City(Model):
    """The city: clearance, discharge bays, depots, the safety stock and the rule that shares out what there is.

    Allocation `pro_rata` gives every class the same share of what it wants; `priority` serves classes by rising
    `priority`, equal ones pro rata.
    """

    node: Identifier
    clearance: Duration = no_time()
    bays: Count
    unload: Duration
    depot: dict[Identifier, Depot]
    safety_stock_days: Days = exactly(3)
    allocation: Literal["pro_rata", "priority"] = "pro_rata"


class PrivateStock(Model):
    """What households and vehicles hold, in days of their own need: capacity, stock at the start, refill target.

    When the city's cover falls below `panic_cover_days`, the target rises linearly to `panic_target_days` at no cover.
    `refill_per_day` is the share of the gap that people try to close in a day.
    """

    capacity_days: Days
    start_days: Days
    target_days: Days
    refill_per_day: Share
    panic_cover_days: Days = exactly(0)
    panic_target_days: Days = exactly(0)


WeekdayFactor = Annotated[float, Field(ge=0, le=10)]


class DemandClass(Model):
    """Consumers in the city: `share` of the balance of each product, day-to-day noise, an optional private stock.

    `release_factor` bounds what the depots release to the class in a day, as a multiple of its normal need.
    """

    title: str
    title_fr: str = ""
    share: dict[Identifier, Share]
    retail: bool = False
    priority: int = Field(default=0, ge=0, le=1000)
    weekday: tuple[WeekdayFactor, ...] = Field(default=(1.0,) * 7, min_length=7, max_length=7)
    noise_cv: Spread = exactly(0)
    release_factor: Factor = exactly(100)
    private: PrivateStock | None = None
