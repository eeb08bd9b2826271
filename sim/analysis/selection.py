"""Indifference-zone selection: how many observations each strategy needs, and which are still in the running.

An observation is the mean of an independent unit (`sim.analysis.units.unit_means`): a world, or a chance of a single
world. The strategy selected is the best with probability `level` at least, whenever it is better than all others by the
indifference zone `zone` (in the metric's unit) or more; otherwise it is within `zone` of the best.

Strategies here meet the same replications. `nelson_matejcik_total`, `clark_yang_total` and `kim_nelson_screen` profit from
that; `two_stage_totals` with the constants of Rinott or of Dudewicz and Dalal is for strategies run independently.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.analysis.paired import towards_less
from sim.analysis.selection_constants import equicorrelated_t, kim_nelson
from sim.analysis.units import Floats, student
from sim.errors import UsageError
from sim.language import Phrase
from sim.records import Direction


def two_stage_totals(variances: npt.ArrayLike, least: int, zone: float, constant: float) -> npt.NDArray[np.int64]:
    """Observations each system needs in all: max(`least`, ⌈constant² · S² ÷ zone²⌉).

    Parameters
    ----------
    variances
        S² of the first stage, shape (k,).
    least
        Size of the first stage (Rinott); one more for Dudewicz and Dalal.
    constant
        From `rinott` or `dudewicz_dalal`.
    """
    _check_zone(zone)
    wanted = np.ceil(np.asarray(variances, dtype=np.float64) * (constant / zone) ** 2 - 1e-9)
    return np.maximum(wanted, least).astype(np.int64)


def weighted_mean(observations: npt.ArrayLike, first: int, zone: float, constant: float) -> float:
    """Mean by which Dudewicz and Dalal select: the first stage weighted so that the variance is (zone ÷ h)² exactly.

    W = first ÷ N · [1 + √(1 − N ÷ first · (1 − (N − first) · zone² ÷ (h² S²)))]; the rest weighs 1 − W.
    """
    values = np.asarray(observations, dtype=np.float64)
    count, variance = values.size, float(values[:first].var(ddof=1))
    if variance == 0:
        return float(values.mean())
    inner = 1 - count / first * (1 - (count - first) * (zone / constant) ** 2 / variance)
    weight = first / count * (1 + math.sqrt(max(inner, 0.0)))
    return weight * float(values[:first].mean()) + (1 - weight) * float(values[first:].mean())


def nelson_matejcik_total(first_stage: Floats, zone: float, level: float) -> int:
    """Observations that every strategy needs under common random numbers, by one pooled variance.

    N = max(n₀, ⌈(g S ÷ zone)²⌉) with S² = 2 Σ (y_ij − ȳ_i − ȳ_j + ȳ)² ÷ ((k − 1)(n₀ − 1)) and g of k − 1 t variables with
    (k − 1)(n₀ − 1) degrees of freedom. Then the best mean is selected. It assumes sphericity, that all differences have
    one variance (Nelson & Matejcik, *Management Science* 41, 1995): where the best strategy is by far the most variable it is
    right less often than promised (84 for 90 of 100 in the tests), and `clark_yang_total` is to be used.

    Parameters
    ----------
    first_stage
        Shape (k, n₀), the same replications in every row.
    """
    _check_zone(zone)
    count, first = _shape(first_stage)
    residual = first_stage - first_stage.mean(axis=1, keepdims=True) - first_stage.mean(axis=0) + first_stage.mean()
    freedom = (count - 1) * (first - 1)
    variance = 2 * float((residual**2).sum()) / freedom
    constant = equicorrelated_t(count - 1, freedom, level)
    return max(first, math.ceil((constant / zone) ** 2 * variance - 1e-9))


def clark_yang_total(first_stage: Floats, zone: float, level: float) -> int:
    """Observations that every strategy needs under common random numbers, whatever the variances of differences.

    N = max(n₀, ⌈(t ÷ zone)² · max S²_ij⌉), t the upper (1 − level) ÷ (k − 1) quantile with n₀ − 1 degrees of freedom. Then the
    best mean is selected (Clark & Yang, *Proceedings of the 1986 Winter Simulation Conference*).
    """
    _check_zone(zone)
    count, first = _shape(first_stage)
    deviate = float(student(first - 1, (1 - level) / (count - 1)))
    return max(first, math.ceil((deviate / zone) ** 2 * float(_difference_variances(first_stage).max()) - 1e-9))


class Screening(NamedTuple):
    """Where a sequential selection stands.

    `survivors` by row; `dropped_after`: observations after which each other row was dropped (None for survivors); `most`:
    observations after which the best mean is taken at the latest; `finished`: one survivor is left. Until then every
    survivor needs one more observation.
    """

    survivors: tuple[int, ...]
    dropped_after: tuple[int | None, ...]
    most: int
    finished: bool


def kim_nelson_screen(observations: Floats, first: int, zone: float, level: float, direction: Direction) -> Screening:
    """The fully sequential procedure KN, replayed over all observations so far.

    After r observations a strategy i is dropped when the mean of some strategy j still in the running is better by more
    than W_ij = max(0, zone ÷ 2r · (h² S²_ij ÷ zone² − r)), S²_ij the variance of their difference in the first stage: common
    random numbers make it small (Kim & Nelson, *ACM TOMACS* 11, 2001).

    Parameters
    ----------
    observations
        Shape (k, r), the same replications in every row; NaN after a strategy was dropped.
    first
        Observations of the first stage, at least 2.
    """
    _check_zone(zone)
    count, done = _shape(observations)
    if not 2 <= first <= done:
        raise UsageError(Phrase(
            "selection: the first stage has {first} observations, expected 2 to the {done} at hand",
            first=first, done=done,
        ))
    scores = towards_less(direction) * observations
    reach = kim_nelson(count, first, level).h_squared * _difference_variances(scores[:, :first]) / zone**2
    most = math.floor(float(reach.max())) + 1
    means = np.cumsum(scores, axis=1) / np.arange(1, done + 1)
    alive, dropped = np.arange(count), np.full(count, -1)
    for seen in range(first, done + 1):
        now = means[alive, seen - 1]
        if np.isnan(now).any():
            raise UsageError(Phrase(
                "selection: a strategy in the running has no observation {seen}; run it before screening",
                seen=seen,
            ))
        width = np.maximum(0.0, zone / (2 * seen) * (reach[np.ix_(alive, alive)] - seen))
        kept = (now[:, None] <= now + width).all(axis=1)
        if seen >= most:
            kept = np.arange(alive.size) == int(now.argmin())
        dropped[alive[~kept]] = seen
        alive = alive[kept]
        if alive.size == 1:
            break
    ends = tuple(None if when < 0 else int(when) for when in dropped)
    return Screening(tuple(int(i) for i in alive), ends, most, alive.size == 1)


def _difference_variances(values: Floats) -> Floats:
    """Variance of the difference of every two rows, shape (k, k)."""
    return np.stack([(row - values).var(axis=1, ddof=1) for row in values])


def _shape(values: Floats) -> tuple[int, int]:
    count, first = values.shape
    if count < 2 or first < 2:
        raise UsageError(Phrase(
            "selection: {count} strategies of {first} observations; expected two strategies and two observations",
            count=count, first=first,
        ))
    return count, first


def _check_zone(zone: float) -> None:
    if not zone > 0:
        raise UsageError(Phrase(
            "selection: the indifference zone is {zone}; give the smallest difference that matters, above 0",
            zone=zone,
        ))
