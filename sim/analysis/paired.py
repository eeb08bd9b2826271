"""Differences between two strategies over the same replications: mean, two intervals, wins, what pairing gained."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.analysis.units import (
    CONFIDENCE,
    FEWEST_UNITS,
    RESAMPLES,
    Floats,
    Ints,
    independent_units,
    means,
    resampled_totals,
    unit_sums,
)  # fmt: skip
from sim.errors import UsageError
from sim.language import Phrase
from sim.records import Direction


class Paired(NamedTuple):
    """A strategy's metric minus another's over pairs of runs; None where unknown.

    `low` and `high`: t interval (95 %) of the mean over independent units; `bootstrap_low` and `bootstrap_high`: the
    studentized bootstrap over the same units. `win_share` and `tie_share`: pairs in which the first is strictly better,
    and equal. `same`: no pair differs, undefined values included.
    """

    mean: float | None
    low: float | None
    high: float | None
    bootstrap_low: float | None
    bootstrap_high: float | None
    win_share: float | None
    tie_share: float | None
    variance_ratio: float | None
    pairs: int
    units: int
    same: bool


def towards_less(direction: Direction) -> int:
    """1 for a metric of which less is better, −1 for one of which more is.

    Raises
    ------
    UsageError
        For a metric of which neither is: strategies cannot be ranked by it.
    """
    if direction == "none":
        raise UsageError(Phrase("comparison: neither more nor less of this metric is better; rank strategies by another one"))
    return 1 if direction == "lower" else -1


def variance_ratio(first: npt.ArrayLike, second: npt.ArrayLike) -> float | None:
    """How many times fewer pairs are needed than independent runs: (var A + var B) ÷ var(A − B), over defined pairs.

    None when both variances are 0 or there are fewer than two pairs; infinite when only the difference has none.
    """
    pairs = _defined(first, second)
    if pairs.shape[1] < 2:
        return None
    apart, together = float(pairs.var(axis=1, ddof=1).sum()), float((pairs[0] - pairs[1]).var(ddof=1))
    if apart == 0:
        return None
    return apart / together if together > 0 else math.inf


def bootstrap_interval(values: npt.ArrayLike, units: Ints, seed: int, resamples: int = RESAMPLES) -> tuple[float, float] | None:
    """Studentized bootstrap interval (95 %) of a mean, units resampled whole; None with too few units.

    In each resample t* = (mean* − mean) ÷ error*, with the error of `sim.analysis.units.means`; the interval is
    mean − t*₉₇.₅ · error to mean − t*₂.₅ · error. It follows the skewness that the t interval ignores (Hall, *The Bootstrap and
    Edgeworth Expansion*, 1992, ch. 3). An end is infinite where so few units are drawn that resamples without spread
    make up its tail.

    Parameters
    ----------
    values
        Shape (n_runs,), NaN where undefined.
    units
        Unit of each run, shape (n_runs,).
    """
    row = np.asarray(values, dtype=np.float64)[None, :]
    whole = means(row, units)
    if math.isnan(whole.error[0]):
        return None
    mean, error = float(whole.mean[0]), float(whole.error[0])
    sums, sizes = (part[0] for part in unit_sums(row, units))
    present = sizes > 0
    size = sizes[present]
    residual = sums[present] - mean * size
    columns = np.stack([residual, size, residual**2, residual * size, size**2], axis=1)
    total, runs, squares, cross, sizes_squared = resampled_totals(columns, seed, resamples).T
    shift = total / runs
    spread = squares - 2 * shift * cross + shift**2 * sizes_squared
    spread[spread < 1e-12 * squares.max()] = 0.0  # what is left of a difference of equal numbers
    errors = np.sqrt(size.size / (size.size - 1) * spread) / runs
    with np.errstate(divide="ignore", invalid="ignore"):
        studentized = np.where(np.abs(shift) * runs > 1e-12 * np.abs(residual).max(), shift / errors, 0.0)
    tail = 0.5 - CONFIDENCE / 2
    below, above = np.quantile(studentized, (tail, 1 - tail), method="inverted_cdf")
    return mean - float(above) * error, mean - float(below) * error


def paired(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    worlds: npt.ArrayLike,
    chances: npt.ArrayLike,
    direction: Direction,
    seed: int,
    resamples: int = RESAMPLES,
) -> Paired:
    """The metric under one strategy minus the metric under another, over the same replications.

    Parameters
    ----------
    first, second
        Values of the two strategies, shape (n_runs,), NaN where undefined; pairs with an undefined value are left out.
    worlds, chances
        Replication of each pair, shape (n_runs,).
    direction
        Whether more or less of the metric is better.
    seed
        Seed of the experiment, for the bootstrap.
    resamples
        Of the bootstrap; with 0 it is left out.
    """
    one, two = (np.asarray(v, dtype=np.float64) for v in (first, second))
    difference = one - two
    units = independent_units(worlds, chances)
    found = means(difference, units)
    pairs, present = int(found.runs[0]), int(found.units[0])
    same = bool(np.array_equal(one, two, equal_nan=True))
    if not pairs:
        return Paired(None, None, None, None, None, None, None, None, 0, 0, same)
    mean, half = float(found.mean[0]), float(found.half()[0])
    known = present >= FEWEST_UNITS
    drawn = bootstrap_interval(difference, units, seed, resamples) if resamples else None
    below, above = (end if math.isfinite(end) else None for end in drawn) if drawn else (None, None)
    wins = int((difference * towards_less(direction) < 0).sum()) / pairs if direction != "none" else None
    return Paired(
        mean, mean - half if known else None, mean + half if known else None, below, above,
        wins, int((difference == 0).sum()) / pairs, variance_ratio(one, two), pairs, present, same,
    )  # fmt: skip


def _defined(first: npt.ArrayLike, second: npt.ArrayLike) -> Floats:
    """Pairs of which both values are defined, shape (2, n_pairs)."""
    both = np.stack([np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)])
    return np.asarray(both[:, ~np.isnan(both).any(axis=0)])
