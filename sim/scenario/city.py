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
    HourOfDay,
    Hours,
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
    """The city's storage of one product, and its stock at the start date in days of the city's normal need.

    A depot holds at most its capacity: in a world whose drawn cover would need more, it starts full.
    """

    capacity_l: Positive
    start_cover_days: Days


class Stations(Model):
    """Filling stations of the city: many alike, each with a tank of every retail product.

    Every night depots refill them in drops of `drop_l`, the emptiest first; by day customers move to stations that have
    fuel, and a station sells at most `pump_l_day` of a product. `start_fill` is how full the tanks are at the start date.
    """

    count: Count
    tank_l: Positive
    drop_l: Positive
    pump_l_day: Positive
    start_fill: Share = exactly(0.5)


class Market(Model):
    """What people see at stations: waiting and the price on the black market.

    Waiting is `base_wait_h` when everybody is served and grows by `wait_h` for every day's sales that were wanted and not
    sold, up to `longest_wait_h`. The black-market price is the official one times 1 + `markup` · (share of wanted not sold).
    """

    base_wait_h: Hours = exactly(0)
    wait_h: Hours = exactly(0)
    longest_wait_h: Hours = exactly(72)
    markup: Factor = exactly(0)


class City(Model):
    """The city: clearance, discharge bays, depots, the safety stock and the rule that shares out what there is.

    Allocation `pro_rata` gives every class the same share of what it orders; `priority` serves classes by rising
    `priority`, equal ones pro rata. Without `stations` retail customers are served from the depots. `share` is the part of
    all need, electricity left out, that the city's own classes have: regions and sinks then get the rest in proportion to
    their shares. Without it shares are as written.
    """

    node: Identifier
    share: Share | None = None
    clearance: Duration = no_time()
    bays: Count
    unload: Duration
    depot: dict[Identifier, Depot]
    safety_stock_days: Days = exactly(3)
    allocation: Literal["pro_rata", "priority"] = "pro_rata"
    stations: Stations | None = None
    market: Market = Market()


class PrivateStock(Model):
    """What households and vehicles hold, in days of their own need: capacity, stock at the start, refill target.

    When the city's cover falls below `panic_cover_days`, or the share of stations that have fuel below `panic_share_open`,
    the target rises linearly to `panic_target_days` at none; the worse of the two counts. `refill_per_day` is the share of
    the gap that people try to close in a day; `fill_l` is what a customer usually buys, which a ration cap limits.
    """

    capacity_days: Days
    start_days: Days
    target_days: Days
    refill_per_day: Share
    panic_cover_days: Days = exactly(0)
    panic_share_open: Share = exactly(0)
    panic_target_days: Days = exactly(0)
    fill_l: Positive = exactly(20)


WeekdayFactor = Annotated[float, Field(ge=0, le=10)]


class Electricity(Model):
    """Hours of power a day: normal_hours · ((1 − dependence) + dependence · served ÷ need) of the class's fuels."""

    normal_hours: HourOfDay
    dependence: Share


class DemandClass(Model):
    """Consumers in the city: `share` of the balance of each product, day-to-day noise, an optional private stock.

    `retail` customers buy at the stations; a `region` is a place that is supplied through the city.
    `release_factor` bounds what the depots release to the class in a day, as a multiple of its normal need. While the
    city's cover of a product is below `cut_cover_days`, the class is given at most `cut_factor` of its orders.
    """

    title: str
    title_fr: str = ""
    share: dict[Identifier, Share]
    retail: bool = False
    region: bool = False
    priority: int = Field(default=0, ge=0, le=1000)
    weekday: tuple[WeekdayFactor, ...] = Field(default=(1.0,) * 7, min_length=7, max_length=7)
    noise_cv: Spread = exactly(0)
    release_factor: Factor = exactly(100)
    cut_cover_days: Days = exactly(0)
    cut_factor: Share = exactly(1)
    electricity: Electricity | None = None
    private: PrivateStock | None = None
