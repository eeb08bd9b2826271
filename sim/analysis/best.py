"""Which of several strategies can be the best: simultaneous comparisons, probabilities, shares of worlds, regret."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.analysis.paired import towards_less
from sim.analysis.summary import interval
from sim.analysis.units import (
    CONFIDENCE,
    FEWEST_UNITS,
    RESAMPLES,
    Floats,
    Ints,
    independent_units,
    means,
    resampled_totals,
    student,
    unit_means,
    unit_sums,
)  # fmt: skip
from sim.records import Direction


class Contrasts(NamedTuple):
    """All paired differences of k strategies: row i, column j is i − j; every array has shape (k, k).

    `mean` over the pairs of which both are defined, `error` its standard error over `units` independent units (NaN
    with too few), `pairs` their number.
    """

    mean: Floats
    error: Floats
    units: Ints
    pairs: Ints

    def half(self, tail: float) -> Floats:
        """Half-widths of t intervals that leave `tail` on each side."""
        return student(np.maximum(self.units - 1, 1), tail) * self.error


def contrasts(values: Floats, units: Ints) -> Contrasts:
    """Paired differences of all strategies; `values` of shape (k, n_runs), NaN where undefined."""
    rows = [means(strategy - values, units) for strategy in values]
    return Contrasts(*(np.stack([getattr(row, name) for row in rows]) for name in ("mean", "error", "units", "runs")))


class WithBest(NamedTuple):
    """Multiple comparisons with the best; arrays of shape (k,).

    `low`, `high`: simultaneous interval of a strategy's mean minus the best mean of the others, in the metric's own
    direction; an end at 0 means that a strategy is (or is not) better beyond doubt. `can_be_best`: strategies that the
    runs do not rule out.
    """

    low: Floats
    high: Floats
    can_be_best: npt.NDArray[np.bool_]


def compared_with_best(
    found: Contrasts, direction: Direction, tail: float = 0.5 - CONFIDENCE / 2, comparisons: int | None = None
) -> WithBest:
    """Hsu's constrained intervals for common random numbers, all true together in 95 of 100 experiments and more.

    With w_ij = t(`tail` ÷ (k − 1)) · error of i − j, less being better: i can be the best if i − j ≤ w_ij for all j; the
    interval ends at min(0, max_j(i − j − w_ij)) below and max(0, max over other possible bests j of i − j + w_ij)
    above. Only the k − 1 differences from the unknown best need hold together (Hsu, *Multiple Comparisons*, 1996, ch. 4),
    and Bonferroni's inequality makes them for any correlation and any variances: common random numbers leave neither
    equal variances of differences nor the sphericity that the narrower intervals of Nelson & Matejcik (*Management
    Science* 41, 1995) rest on.

    Parameters
    ----------
    found
        Paired differences; with too few units no strategy is ruled out and the ends are NaN.
    tail
        Probability that some interval misses where differences are normal. Half of the usual 5 %: so of two strategies one
        is ruled out exactly when the 95 % interval of their difference leaves out 0, and skewed metrics keep a coverage
        above 93 %.
    comparisons
        Differences that must hold together, k − 1 by default; more when strategies were dropped on the way.
    """
    sign = towards_less(direction)
    count = found.mean.shape[0]
    if count == 1:
        return WithBest(np.zeros(1), np.zeros(1), np.ones(1, dtype=bool))
    ahead, width = sign * found.mean, found.half(tail / (comparisons or count - 1))
    if np.isnan(width).any() or np.isnan(ahead).any():
        nowhere = np.full(count, np.nan)
        return WithBest(nowhere, nowhere, np.ones(count, dtype=bool))
    off = ~np.eye(count, dtype=bool)
    possible = np.all((ahead <= width) | ~off, axis=1)
    low = np.minimum(0.0, np.where(off, ahead - width, -np.inf).max(axis=1))
    rivals = off & possible[None, :]
    high = np.where(rivals.any(axis=1), np.maximum(0.0, np.where(rivals, ahead + width, -np.inf).max(axis=1)), 0.0)
    return WithBest(low, high, possible) if sign > 0 else WithBest(-high, -low, possible)


def complete(values: Floats) -> npt.NDArray[np.bool_]:
    """Runs in which the metric is defined for every strategy; `values` of shape (k, n_runs)."""
    return np.asarray(~np.isnan(values).any(axis=0))


def shares_of_first(scores: Floats) -> Floats:
    """Share of columns in which each row is smallest, shape (k,); rows that tie share the column equally."""
    first = scores == scores.min(axis=0)
    return np.asarray((first / first.sum(axis=0)).mean(axis=1))


def p_best_mean(
    values: Floats, worlds: npt.ArrayLike, chances: npt.ArrayLike, direction: Direction, seed: int, resamples: int = RESAMPLES
) -> Floats | None:
    """Probability that each strategy has the best mean, given the sampling error of the means; shape (k,).

    The share of bootstrap resamples of the independent units in which its mean over complete runs is best; equal means
    share. It goes to 0 or 1 as runs are added, however much outcomes differ between worlds: for that see
    `share_of_worlds_best`. None with too few units.
    """
    known = complete(values)
    units = independent_units(np.asarray(worlds)[known], np.asarray(chances)[known])
    if not units.size or int(units.max()) + 1 < FEWEST_UNITS:
        return None
    distinct, place = np.unique(towards_less(direction) * values[:, known], axis=0, return_inverse=True)
    sums, sizes = unit_sums(distinct, units)
    totals = resampled_totals(np.r_[sums, sizes[:1]].T, seed, resamples)
    means_drawn = (totals[:, :-1] / totals[:, -1:]).T
    return shares_of_first(means_drawn[place.ravel()])


def world_means(values: Floats, worlds: npt.ArrayLike) -> tuple[Floats, npt.NDArray[np.generic]]:
    """Mean over chances of every strategy in every world with complete runs, shape (k, n_worlds), and those worlds."""
    known = complete(values)
    labels, place = np.unique(np.asarray(worlds)[known], return_inverse=True)
    return unit_means(values[:, known], place.astype(np.int64)), labels


def share_of_worlds_best(values: Floats, worlds: npt.ArrayLike, direction: Direction) -> Floats | None:
    """Share of worlds in which the mean over chances of each strategy is best, shape (k,); None without complete runs.

    Strategies that tie in a world share it. More runs do not drive it to 0 or 1: it says how often the choice would have
    been right, not how sure the ranking of means is.
    """
    found, labels = world_means(values, worlds)
    return shares_of_first(towards_less(direction) * found) if labels.size else None


class Regret(NamedTuple):
    """How far behind the best strategy of each world a strategy is, in the metric's unit, never negative.

    `mean` over worlds with the 95 % interval of that mean (None with too few worlds), `p95` over worlds, `worst` and
    the world where it occurs.
    """

    mean: float
    low: float | None
    high: float | None
    p95: float
    worst: float
    worst_world: int


def regrets(values: Floats, worlds: npt.ArrayLike, direction: Direction) -> tuple[Regret, ...] | None:
    """Regret of each strategy; None without a world of complete runs.

    Means over the chances of a world stand for that world, so with few chances some of the regret is luck.
    """
    found, labels = world_means(values, worlds)
    if not labels.size:
        return None
    scores = towards_less(direction) * found
    return tuple(_regret(row, labels) for row in scores - scores.min(axis=0))


def _regret(behind: Floats, labels: npt.NDArray[np.generic]) -> Regret:
    overall = means(behind, np.arange(behind.size))
    mean, half = float(overall.mean[0]), float(overall.half()[0])
    low, high = (None, None) if math.isnan(half) else interval(mean, half, (0.0, math.inf))
    worst = int(behind.argmax())
    return Regret(mean, low, high, float(np.quantile(behind, 0.95)), float(behind[worst]), int(labels[worst]))
