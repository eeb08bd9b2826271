"""Quantiles and tail means over runs with intervals that respect worlds, and ratios of two means."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.analysis.units import CONFIDENCE, FEWEST_UNITS, Floats, Ints, means, student
from sim.errors import UsageError
from sim.language import Phrase
from sim.records import Direction

FEWEST_TAIL_RUNS = 5
"""Runs in the tail that an interval of its mean needs."""

_TAIL = 0.5 - CONFIDENCE / 2


class Estimate(NamedTuple):
    """A number with its 95 % interval; an end is None where the runs do not reach so far."""

    value: float
    low: float | None
    high: float | None
    runs: int


def quantile(values: npt.ArrayLike, units: Ints, share: float) -> Estimate | None:
    """The value that a `share` of runs does not pass, with an interval between two order statistics.

    Runs that are independent: ranks r and s with P(B < r) and P(B ≥ s) at most 2.5 % for B binomial(n, `share`); exact for
    any distribution, and with ties at least as wide (Meeker, Hahn & Escobar, *Statistical Intervals*, 2nd ed., 2017, ch. 5).
    Several runs in a unit: the same ranks, in proportion, of the effective number of runs, which is n ÷ design effect of
    the share below, with Student's t for the few units (Korn & Graubard, *Survey Methodology* 24, 1998; Woodruff, *JASA*
    47, 1952). None without a defined run.

    Parameters
    ----------
    values
        Shape (n_runs,), NaN where undefined.
    units
        Independent unit of each run, shape (n_runs,).
    share
        0 < share < 1.
    """
    if not 0 < share < 1:
        raise UsageError(Phrase("quantile: a share of runs lies between 0 and 1, got {share}", share=share))
    runs, of_run = _defined(values, units)
    if not runs.size:
        return None
    ordered = np.sort(runs)
    value = float(np.quantile(runs, share))
    effective = _effective_runs(runs <= value, of_run)
    if effective is None:
        return Estimate(value, None, None, runs.size)
    first, last = _ranks(effective, share, runs.size)
    low = float(ordered[first - 1]) if first >= 1 else None
    high = float(ordered[last - 1]) if last <= runs.size else None
    return Estimate(value, low, high, runs.size)


def _effective_runs(below: npt.NDArray[np.bool_], units: Ints) -> float | None:
    """Number of independent runs that would know the share below as well; None with too few units."""
    count = int(units.max()) + 1
    if count < FEWEST_UNITS:
        return None
    if count == below.size:
        return float(count)
    found = means(below.astype(np.float64), units)
    share, variance = float(found.mean[0]), float(found.error[0]) ** 2
    independent = share * (1 - share) / variance if variance > 0 and share * (1 - share) > 0 else float(count)
    widening = float(student(below.size - 1, _TAIL) / student(count - 1, _TAIL)) ** 2
    return min(below.size, independent) * widening


def _ranks(effective: float, share: float, runs: int) -> tuple[int, int]:
    """Ranks (from 1) of the order statistics that bound a quantile; 0 and `runs` + 1 where none does."""
    from scipy.optimize import brentq
    from scipy.special import betainc

    def reach(rank: float, chance: float) -> float:
        return float(betainc(rank, effective - rank + 1, share)) - chance

    tiny, top = 1e-9, effective + 1 - 1e-9
    low = brentq(reach, tiny, top, args=(1 - _TAIL,))
    high = brentq(reach, tiny, top, args=(_TAIL,))
    scale = runs / effective
    return math.floor(low * scale + 1e-9), math.ceil(high * scale - 1e-9)


def tail_mean(values: npt.ArrayLike, units: Ints, direction: Direction, share: float = 0.05) -> Estimate | None:
    """Mean of the worst `share` of runs (CVaR₉₅ for 0.05): the highest where less is better, the lowest where more is.

    The estimate of Rockafellar & Uryasev (*Journal of Risk* 2, 2000): q + Σ (x − q)⁺ ÷ (n · share), with q the order
    statistic at 1 − share. Its interval treats q + (x − q)⁺ ÷ share as the runs' values. It knows no tail that was not
    drawn, so it covers in 86 to 91 of 100 experiments with ten runs in the tail, in 93 with fifty; with fewer than
    `FEWEST_TAIL_RUNS` it is left out.
    """
    if direction == "none":
        raise UsageError(Phrase("tail mean: neither end of this metric is the worse one; choose a metric with a direction"))
    sign = 1.0 if direction == "lower" else -1.0
    runs, of_run = _defined(values, units)
    if not runs.size:
        return None
    losses = sign * runs
    edge = np.sort(losses)[max(math.ceil(losses.size * (1 - share) - 1e-9), 1) - 1]
    found = means(edge + np.maximum(losses - edge, 0.0) / share, of_run)
    value, half = float(found.mean[0]), float(found.half()[0])
    if math.isnan(half) or losses.size * share < FEWEST_TAIL_RUNS - 1e-9:
        return Estimate(sign * value, None, None, runs.size)
    low, high = sorted((sign * (value - half), sign * (value + half)))
    return Estimate(sign * value, low, high, runs.size)


def ratio_of_means(above: npt.ArrayLike, below: npt.ArrayLike, units: Ints) -> Estimate | None:
    """Mean of one quantity per mean of another, with Fieller's interval; None where the denominator may be 0.

    The ends are the roots of (a − ρ·b)² = t² · (v_a − 2ρ·v_ab + ρ²·v_b), over independent units (Fieller, *JRSS* B 16, 1954).
    They bound an interval only if b differs from 0 beyond doubt: b² > t²·v_b. Otherwise the ratio has no value worth
    giving. None with too few units.

    Parameters
    ----------
    above, below
        Values of the same runs, shape (n_runs,), such as shortage days averted and escort-days; pairs with a NaN are
        left out.
    units
        Independent unit of each run, shape (n_runs,).
    """
    top, bottom = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    known = ~(np.isnan(top) | np.isnan(bottom))
    if not known.any():
        return None
    found = means(np.stack([top, bottom, top + bottom])[:, known], np.unique(units[known], return_inverse=True)[1])
    if np.isnan(found.error).any():
        return None
    a, b = float(found.mean[0]), float(found.mean[1])
    v_a, v_b, v_sum = (float(error) ** 2 for error in found.error)
    square = float(student(int(found.units[0]) - 1, _TAIL)) ** 2
    curve = b * b - square * v_b
    if curve <= 0:
        return None
    middle = a * b - square * (v_sum - v_a - v_b) / 2
    reach = math.sqrt(max(middle * middle - curve * (a * a - square * v_a), 0.0))
    return Estimate(a / b, (middle - reach) / curve, (middle + reach) / curve, int(known.sum()))


def _defined(values: npt.ArrayLike, units: Ints) -> tuple[Floats, Ints]:
    """Defined runs and the number of each one's unit, from 0."""
    everything = np.asarray(values, dtype=np.float64)
    known = ~np.isnan(everything)
    return everything[known], np.unique(np.asarray(units)[known], return_inverse=True)[1].astype(np.int64)
