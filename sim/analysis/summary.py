"""Statistics over runs: means with intervals that respect worlds, quantiles, daily fans.

Runs of one world share everything we do not know, so they are not independent: a hundred chances in one world
say little about another. The interval of a mean is therefore computed over worlds (clusters), not over runs.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DAILY_QUANTILES = (0.05, 0.20, 0.35, 0.50, 0.65, 0.80, 0.95)
"""Quantiles of the daily fans: the median and the edges of the 30, 60 and 90 % bands."""

CONFIDENCE = 0.95


class Statistic(NamedTuple):
    """A metric over runs; None where unknown: no defined run, or no spread to judge the mean by."""

    mean: float | None
    low: float | None
    high: float | None
    p05: float | None
    p50: float | None
    p95: float | None
    n_defined: int


def half_width(values: Floats, worlds: npt.ArrayLike, design_worlds: int | None = None) -> float | None:
    """Half-width of the 95 % interval of the mean of `values`, same unit; None when it cannot be estimated.

    With N defined runs in W worlds, S_w the sum and n_w the number of world w, and m = Σ S_w ÷ N:
    variance of m = W ÷ (W − 1) · Σ (S_w − m·n_w)² ÷ N²; the half-width is its root times Student's t with
    W − 1 degrees of freedom. With equal n_w this is exactly the t interval of the W world means; with unequal
    n_w (a metric undefined in some runs) it is the ratio estimator of survey sampling (Cochran, *Sampling
    Techniques*, 3rd ed., 1977, ch. 9A). In a design of one world each run is its own cluster: the interval
    then speaks of luck in that world only.

    Parameters
    ----------
    values
        Defined values, shape (n_runs,).
    worlds
        World of each value, shape (n_runs,).
    design_worlds
        Worlds of the experiment, by default those present. Several worlds of which only one has defined
        values give None: the spread between worlds is then unknown.
    """
    labels = np.asarray(worlds)
    present = np.unique(labels)
    if (design_worlds or present.size) == 1:
        labels = np.arange(values.size)
        present = labels
    n_clusters = present.size
    if n_clusters < 2:
        return None
    from scipy.special import stdtrit

    _, cluster = np.unique(labels, return_inverse=True)
    residual = np.bincount(cluster, weights=values - values.mean())
    variance = n_clusters / (n_clusters - 1) * math.fsum(residual**2) / values.size**2
    return float(stdtrit(n_clusters - 1, 0.5 + CONFIDENCE / 2) * math.sqrt(variance))


def statistic(values: npt.ArrayLike, worlds: npt.ArrayLike) -> Statistic:
    """Mean, 95 % interval of the mean and quantiles over runs of one metric.

    Parameters
    ----------
    values
        The metric in each run, shape (n_runs,), NaN where undefined.
    worlds
        World of each run, shape (n_runs,).
    """
    everything = np.asarray(values, dtype=np.float64)
    labels = np.asarray(worlds)
    defined = ~np.isnan(everything)
    known = everything[defined]
    if not known.size:
        return Statistic(None, None, None, None, None, None, 0)
    mean = math.fsum(known) / known.size
    half = half_width(known, labels[defined], np.unique(labels).size)
    p05, p50, p95 = (float(q) for q in np.quantile(known, (0.05, 0.50, 0.95)))
    low, high = (None, None) if half is None else (mean - half, mean + half)
    return Statistic(mean, low, high, p05, p50, p95, int(known.size))


def daily_quantiles(column: npt.NDArray[np.int64]) -> Floats:
    """Quantiles over runs of one daily column.

    Parameters
    ----------
    column
        Shape (n_runs, …): every other axis is kept.

    Returns
    -------
    Shape (…, 7): the quantiles of `DAILY_QUANTILES`, in the unit of the column.
    """
    return np.moveaxis(np.quantile(column, DAILY_QUANTILES, axis=0), 0, -1)
