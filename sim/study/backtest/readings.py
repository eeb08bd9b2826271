"""How a report is read off runs: one number a run, NaN where the run has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pandas import DataFrame

Floats = npt.NDArray[np.float64]

DRY, HALF, NOTICED = 0.25, 0.5, 0.1 - 1e-9
"""Shares of stations: dry under the first, mostly dry under the second; a rise or fall that people notice (0.1, less what
a difference of two shares may be off)."""

RELIEF_DAYS, MEMORY_DAYS = 6, 10
"""Days after a convoy in which relief is looked for, and days of which the best is remembered."""


@dataclass(frozen=True)
class Days:
    """Daily records of runs as arrays.

    `stations` is the number of stations of each run, shape (n_runs,).
    """

    table: DataFrame
    start: date
    products: tuple[str, ...]
    retail: tuple[str, ...]
    stations: npt.NDArray[np.int64]

    def by_product(self, name: str, products: tuple[str, ...] | None = None) -> Floats:
        """A daily column, shape (n_runs, n_days, n_products), of some products."""
        values: npt.NDArray[Any] = self.table[name].to_numpy(np.float64).reshape(len(self.stations), -1, len(self.products))
        places = [self.products.index(p) for p in products or self.products]
        return values[:, :, places]

    def by_run(self, name: str) -> Floats:
        """A daily column of the whole run, shape (n_runs, n_days)."""
        return self.by_product(name)[:, :, 0]

    def share(self, product: str) -> Floats:
        """Share of the stations that have a product at noon, shape (n_runs, n_days)."""
        supplied: Floats = self.by_product("stations_supplied", (product,))[:, :, 0]
        return supplied / self.stations[:, None]

    def window(self, first: date, last: date) -> slice:
        """Places of the days from `first` to `last`."""
        return slice((first - self.start).days, (last - self.start).days + 1)


Reading = Callable[[Days, str, date, date], Floats]


def _share(days: Days, product: str, first: date, last: date) -> Floats:
    return days.share(product)[:, days.window(first, last)]


def _lowest_share(days: Days, product: str, first: date, last: date) -> Floats:
    return np.asarray(_share(days, product, first, last).min(axis=1))


def _mean_share(days: Days, product: str, first: date, last: date) -> Floats:
    return np.asarray(_share(days, product, first, last).mean(axis=1))


def _mean_closed(days: Days, product: str, first: date, last: date) -> Floats:
    return 1 - _mean_share(days, product, first, last)


def _first(days: npt.NDArray[np.bool_]) -> Floats:
    """Place of the first true day of each run; NaN without one."""
    return np.where(days.any(axis=1), days.argmax(axis=1), np.nan)


def _first_day_below_quarter(days: Days, product: str, first: date, last: date) -> Floats:
    return days.start.toordinal() + _first(days.share(product) < DRY)


def _relief_days(days: Days, product: str, first: date, last: date) -> Floats:
    """Days in a row from `first` with a share above that of the day before it by a step that people notice."""
    here = days.window(first, last)
    share = days.share(product)
    better = share[:, here] >= share[:, [here.start - 1]] + NOTICED
    return np.asarray(np.cumprod(better[:, :RELIEF_DAYS], axis=1).sum(axis=1), np.float64)


def _days_until_dry(days: Days, product: str, first: date, last: date) -> Floats:
    """Days from `first` to the first day with under half of the stations supplied, after one with half or more."""
    supplied = _share(days, product, first, last) >= HALF
    begun = np.maximum.accumulate(supplied, axis=1)
    return _first(begun & ~supplied)


def _relapse_day(days: Days, product: str, first: date, last: date) -> Floats:
    """First day on which the share of some retail product lies a step under its best of the days before."""
    found = np.full(len(days.stations), np.nan)
    for each in days.retail:
        share = days.share(each)
        here = days.window(first, last)
        best = np.stack([share[:, d - MEMORY_DAYS : d].max(axis=1) for d in range(here.start, here.stop)], axis=1)
        found = np.fmin(found, first.toordinal() + _first(share[:, here] <= best - NOTICED))
    return found


def _lost_to(days: Days, product: str, first: date, last: date) -> Floats:
    lost: Floats = days.by_run("tankers_lost_cum")[:, days.window(first, last).stop - 1]
    return lost


def _lost_in(days: Days, product: str, first: date, last: date) -> Floats:
    here = days.window(first, last)
    lost = days.by_run("tankers_lost_cum")
    found: Floats = lost[:, here.stop - 1] - lost[:, here.start - 1]
    return found


def _inflow_l(days: Days, product: str, first: date, last: date) -> Floats:
    return np.asarray(days.by_product("inflow_l")[:, days.window(first, last)].sum(axis=(1, 2)))


def _stock_days(days: Days, product: str, first: date, last: date) -> Floats:
    """Days that the depots' stock of retail products lasts city, regions and sinks."""
    here = days.window(last, last)
    stock, city, regions = (
        days.by_product(name, days.retail)[:, here].sum(axis=(1, 2)) for name in ("stock_l", "class_need_l", "regions_need_l")
    )
    found: Floats = stock / (city + regions)
    return found


def _waits(days: Days, product: str, first: date, last: date) -> Floats:
    waits: Floats = days.by_product("wait_min", (product,))[:, days.window(first, last), 0]
    return waits


def _highest_wait_h(days: Days, product: str, first: date, last: date) -> Floats:
    return np.asarray(_waits(days, product, first, last).max(axis=1) / 60)


def _mean_wait_min(days: Days, product: str, first: date, last: date) -> Floats:
    return np.asarray(_waits(days, product, first, last).mean(axis=1))


def _mean_price_fcfa(days: Days, product: str, first: date, last: date) -> Floats:
    prices = days.by_product("black_market_fcfa_l", (product,))[:, days.window(first, last), 0]
    return np.asarray(prices.mean(axis=1))


def _waiting(days: Days, product: str, first: date, last: date) -> Floats:
    return np.asarray(days.by_run("tankers_staged")[:, days.window(first, last)].mean(axis=1))


def _on_the_road(days: Days, product: str, first: date, last: date) -> Floats:
    return np.asarray(days.by_run("tankers_on_road")[:, days.window(first, last)].mean(axis=1))


def _arrived(days: Days, product: str, first: date, last: date) -> Floats:
    return np.asarray(days.by_run("tankers_arrived")[:, days.window(first, last)].sum(axis=1))


def _most_arrived(days: Days, product: str, first: date, last: date) -> Floats:
    return np.asarray(days.by_run("tankers_arrived")[:, days.window(first, last)].max(axis=1))


READINGS: dict[str, Reading] = {
    "lowest_share": _lowest_share,
    "mean_share": _mean_share,
    "mean_closed": _mean_closed,
    "first_day_below_quarter": _first_day_below_quarter,
    "relief_days": _relief_days,
    "days_until_dry": _days_until_dry,
    "relapse_day": _relapse_day,
    "lost_to": _lost_to,
    "lost_in": _lost_in,
    "inflow_l": _inflow_l,
    "stock_days": _stock_days,
    "highest_wait_h": _highest_wait_h,
    "mean_wait_min": _mean_wait_min,
    "mean_price_fcfa": _mean_price_fcfa,
    "waiting": _waiting,
    "on_the_road": _on_the_road,
    "arrived": _arrived,
    "most_arrived": _most_arrived,
}
"""Readings by the name that the file of readings gives them; what each means is said row by row in docs/backtest.md."""

DATES = ("first_day_below_quarter", "relapse_day")
"""Readings that give a date."""
