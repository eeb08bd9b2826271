"""Runs weighed by what was reported in the fortnight before a forecast: the state in which the country was last seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from sim.scenario.model import Scenario
from sim.study.backtest.readings import Days
from sim.study.backtest.run import BOOKS, read
from sim.study.backtest.targets import Target, load_targets

Floats = npt.NDArray[np.float64]

RECENT_DAYS = 14
"""Days before a forecast whose reports still say in which state it begins."""

OUTSIDE_WEIGHT = 0.1
"""Weight of a run outside a report's band, beside 1 of a run inside (assumption A182)."""

STATES = frozenset({
    "lowest_share", "mean_share", "mean_closed", "highest_wait_h", "mean_wait_min", "mean_price_fcfa", "stock_days", "waiting",
    "on_the_road",
})  # fmt: skip
"""Readings of a state. Dates of a turn, sums of a month and losses say how a state came about, and not which it is. No
set of books has figures of its own for any of them."""


@dataclass(frozen=True)
class Seen:
    """A report that runs are weighed by, and the share of the runs, before they are weighed, in its band."""

    target: Target
    inside_prob: float


def reports_before(day: date, scenario: Scenario) -> tuple[Target, ...]:
    """Reports of a state in the `RECENT_DAYS` before a day that a calibrated scenario was not fitted to; none of any other.

    A report counts from the last day that it speaks of, and is read off the days before `day`.
    """
    if scenario.posterior is None or scenario.posterior.fitted_to is None:
        return ()
    since = max(day - timedelta(days=RECENT_DAYS), scenario.posterior.fitted_to + timedelta(days=1))
    eve = day - timedelta(days=1)
    return tuple(
        replace(target, last_day=min(target.last_day, eve))
        for target in load_targets(BOOKS[0])
        if target.reading in STATES and target.first_day <= eve and since <= target.last_day <= day
    )


def inside(days: Days, reports: tuple[Target, ...]) -> npt.NDArray[np.bool_]:
    """Whether each run lies in the band of each report, shape (n_reports, n_runs)."""
    values = np.array([read(days, target) for target in reports]).reshape(len(reports), len(days.stations))
    low, high = (np.array([[getattr(target, end)] for target in reports]).reshape(-1, 1) for end in ("low", "high"))
    return (values >= low) & (values <= high)


def weights(within: npt.NDArray[np.bool_]) -> Floats:
    """Weight of each run, shape (n_runs,): 1, times `OUTSIDE_WEIGHT` for every report whose band it misses."""
    return np.asarray(np.where(within, 1.0, OUTSIDE_WEIGHT).prod(axis=0))


def effective(of: Floats) -> float:
    """How many runs of equal weight say as much as these (Kish): (Σw)² ÷ Σw²."""
    return float(of.sum() ** 2 / np.square(of).sum())


def resampled(of: Floats) -> npt.NDArray[np.int64]:
    """Places of as many runs as there are weights, each as often as its weight asks, to the next whole number.

    Systematic resampling from the middle of each step: no chance is in it, and equal weights give every run once.
    """
    ends = np.cumsum(of) / of.sum()
    return np.minimum(np.searchsorted(ends, (np.arange(len(of)) + 0.5) / len(of)), len(of) - 1)
