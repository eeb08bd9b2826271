"""How each strategy of a comparison stands: its numbers, differences from the baseline, how often it comes first, its risk."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.best import Regret, p_best_mean, regrets, share_of_worlds_best
from sim.analysis.comparison import Comparison
from sim.analysis.metrics import bounds_of
from sim.analysis.paired import Paired, paired
from sim.analysis.spread import Spread, split_of_spread
from sim.analysis.summary import Statistic, statistic
from sim.analysis.tails import Estimate, ratio_of_means, tail_mean
from sim.analysis.units import RESAMPLES, Floats

AVERTED, EFFORT = "shortage_days_any", "escort_days"


@dataclass(frozen=True)
class Standing:
    """One strategy among those it is compared with.

    `metrics` and `differences` (from the baseline, paired) by metric name. In the metric judged: `p_best_mean`, the chance that
    its mean is the best given the sampling error of means; `share_best`, the share of worlds in which it comes first; `regret`
    towards the best of each world; `tail`, the mean of its worst 5 % of runs; `spread` by not knowing and by chance.
    `averted`: shortage days averted per escort-day more than the baseline takes, None where it takes no more beyond doubt.
    """

    strategy: str
    metrics: Mapping[str, Statistic]
    differences: Mapping[str, Paired]
    p_best_mean: float | None
    share_best: float | None
    regret: Regret | None
    tail: Estimate | None
    spread: Spread | None
    averted: Estimate | None


def standings(
    comparison: Comparison, metric: str, baseline: str, seed: int, days: int, bootstrapped: Sequence[str] = ()
) -> tuple[Standing, ...]:
    """How every strategy stands, in the order of the comparison.

    Parameters
    ----------
    metric, baseline
        The metric judged, and the strategy that the others are compared with.
    seed
        Of the experiment, for resampling.
    days
        Length of a run, which bounds metrics that count days.
    bootstrapped
        Further metrics whose differences get a bootstrap interval.
    """
    rows, judged = comparison.values[metric], comparison.metric(metric)
    certain = p_best_mean(rows, comparison.worlds, comparison.chances, judged.direction, seed)
    shares = share_of_worlds_best(rows, comparison.worlds, judged.direction)
    behind = regrets(rows, comparison.worlds, judged.direction)
    return tuple(
        Standing(
            name,
            _statistics(comparison, place, days),
            _differences(comparison, place, comparison.place(baseline), seed, {metric, *bootstrapped}),
            None if certain is None else float(certain[place]),
            None if shares is None else float(shares[place]),
            None if behind is None else behind[place],
            tail_mean(rows[place], comparison.units, judged.direction),
            split_of_spread(rows[place], comparison.worlds),
            averted_per_escort_day(comparison, place, comparison.place(baseline)),
        )
        for place, name in enumerate(comparison.strategies)
    )


def averted_per_escort_day(comparison: Comparison, of: int, against: int) -> Estimate | None:
    """Shortage days that a strategy averts for each escort-day that it takes more than another one; None if it takes no more.

    The ratio of the two mean differences with Fieller's interval, which needs a difference in escort-days beyond doubt.
    """
    fewer = _less(comparison.values[AVERTED], against, of)
    more = _less(comparison.values[EFFORT], of, against)
    known = ~np.isnan(fewer) & ~np.isnan(more)
    if not known.any() or more[known].mean() <= 0:
        return None
    return ratio_of_means(fewer, more, comparison.units)


def _less(rows: Floats, of: int, against: int) -> Floats:
    return np.asarray(rows[of] - rows[against])


def _statistics(comparison: Comparison, place: int, days: int) -> dict[str, Statistic]:
    return {
        metric.name: statistic(
            comparison.values[metric.name][place], comparison.worlds, bounds_of(metric.name, metric.unit, days)
        )
        for metric in comparison.metrics
    }


def _differences(comparison: Comparison, of: int, against: int, seed: int, bootstrapped: set[str]) -> dict[str, Paired]:
    if of == against:
        return {}
    found = {}
    for metric in comparison.metrics:
        rows = comparison.values[metric.name]
        resamples = RESAMPLES if metric.name in bootstrapped else 0
        found[metric.name] = paired(
            rows[of], rows[against], comparison.worlds, comparison.chances, metric.direction, seed, resamples
        )
    return found


def finite(value: float | None) -> float | None:
    """A number as JSON can hold it: None for one without end."""
    return value if value is not None and math.isfinite(value) else None
