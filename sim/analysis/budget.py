"""How to spend replications: shares of a fixed budget by strategy, and when a difference is known well enough."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.analysis.paired import towards_less
from sim.analysis.units import CONFIDENCE, FEWEST_UNITS, Floats, student
from sim.errors import UsageError
from sim.language import Phrase
from sim.records import Direction

_TAIL = 0.5 - CONFIDENCE / 2

FEWEST_BEFORE_STOPPING = 20
"""Units before a sequential rule may stop: earlier, a variance that happens to be small stops it too often."""


def ocba_shares(means: npt.ArrayLike, variances: npt.ArrayLike, direction: Direction) -> Floats:
    """Shares of a budget that make a right selection most likely, shape (k,), summing to 1.

    With b the best mean and δ_i the distance to it: N_i ∝ σ²_i ÷ δ²_i and N_b = σ_b √(Σ N²_i ÷ σ²_i) (Chen, Lin, Yücesan & Chick,
    *Discrete Event Dynamic Systems* 10, 2000). Strategies that tie with b take all that is not b's, in proportion to their
    variances: the limit of small δ. All shares are 0 when no variance is left. Means are taken as independent; under
    common random numbers the shares remain a sensible allocation, without its optimality.

    Parameters
    ----------
    means, variances
        Mean and variance of one observation of each strategy, shape (k,).
    """
    scores, spread = towards_less(direction) * np.asarray(means, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    if scores.size < 2:
        raise UsageError(Phrase("budget: one strategy needs no comparison; give two or more"))
    best = int(scores.argmin())
    distance = scores - scores[best]
    others = np.arange(scores.size) != best
    tied = others & (distance == 0) & (spread > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(others & (distance > 0), spread / distance**2, 0.0)
        if tied.any():
            weight = np.where(tied, spread, 0.0)
        squares = np.where(spread > 0, weight**2 / spread, 0.0)
    weight[best] = math.sqrt(spread[best] * float(squares.sum()))
    total = float(weight.sum())
    return weight / total if total > 0 else weight


def ocba_next(
    means: npt.ArrayLike, variances: npt.ArrayLike, done: npt.ArrayLike, more: int, direction: Direction
) -> npt.NDArray[np.int64]:
    """Observations to add to each strategy now, shape (k,): `more` in all, towards the shares of the whole budget.

    A strategy that has its share already gets none; what is left is shared among the others, rounded by largest remainder
    (ties: the earlier strategy). All 0 when no variance is left.

    Parameters
    ----------
    done
        Observations of each strategy so far, shape (k,).
    """
    have = np.asarray(done, dtype=np.float64)
    shares = ocba_shares(means, variances, direction)
    open_ = shares > 0
    if not open_.any():
        return np.zeros(have.size, dtype=np.int64)
    while True:
        budget = more + float(have[open_].sum())
        wanted = np.where(open_, shares / shares[open_].sum() * budget, 0.0)
        over = open_ & (wanted < have)
        if not over.any():
            break
        open_ &= ~over
    exact = np.where(open_, wanted - have, 0.0)
    given = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - given), kind="stable")
    given[order[: more - int(given.sum())]] += 1
    return given


def units_for(deviation: float, half: float, tail: float = _TAIL, least: int = FEWEST_UNITS) -> int:
    """Smallest number of units of which the t interval is at most ± `half`, at standard deviation `deviation`.

    A planning number: it takes the deviation as known. For a relative half-width give `half` as a share of the mean
    (Hoad, Robinson & Davies, *JORS* 61, 2010).
    """
    if not half > 0:
        raise UsageError(Phrase("precision: a half-width of {half} is never reached; give one above 0", half=half))
    if deviation == 0:
        return least
    normal = float(student(np.inf, tail)) * deviation / half
    if normal > 1e6:  # Student's t is normal by then
        return math.ceil(normal**2)

    def enough(count: int) -> bool:
        return float(student(count - 1, tail)) * deviation / math.sqrt(count) <= half

    below, above = least - 1, least
    while not enough(above):
        below, above = above, 2 * above
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (below, middle) if enough(middle) else (middle, above)
    return above


class Precision(NamedTuple):
    """Whether a mean is known to ± the target: the half-width now, and units still needed (0: none)."""

    half: float | None
    reached: bool
    more_units: int


def stein_total(first_stage: npt.ArrayLike, half: float) -> int:
    """Units in all of which the mean lies within ± `half` of the truth with probability 95 % at least.

    N = max(n₀, ⌈(t S ÷ half)²⌉), t with n₀ − 1 degrees of freedom and S of the first stage alone: exact for normal
    differences, because N depends on the variance only (Stein, *Annals of Mathematical Statistics* 16, 1945). The interval to
    report is mean ± `half`, not the narrower t interval of all N.

    Parameters
    ----------
    first_stage
        Differences of the first units, shape (n₀,), chosen before any was seen.
    """
    values = np.asarray(first_stage, dtype=np.float64)
    if values.size < 2 or not half > 0:
        raise UsageError(Phrase(
            "precision: {size} first units and a half-width of {half}; expected two units, and above 0",
            size=values.size, half=half,
        ))
    deviate = float(student(values.size - 1, _TAIL))
    return max(values.size, math.ceil((deviate / half) ** 2 * float(values.var(ddof=1)) - 1e-9))


def precise_enough(values: npt.ArrayLike, half: float, least: int = FEWEST_BEFORE_STOPPING) -> Precision:
    """Sequential stopping: go on until the t interval of all units so far is at most ± `half`, and `least` are there.

    The rule of Chow & Robbins (*Annals of Mathematical Statistics* 36, 1965), of which the coverage tends to 95 % for small
    targets whatever the distribution. Looking again and again costs a little: with 20 units at least it covered in 94 of 100
    experiments with normal and in 90 with exponential differences, each of about 100 units. Where 95 % must hold, `stein_total`
    decides once.

    Parameters
    ----------
    values
        Differences by unit, shape (n_units,).
    """
    seen = np.asarray(values, dtype=np.float64)
    if seen.size < max(least, FEWEST_UNITS):
        return Precision(None, False, max(least, FEWEST_UNITS) - seen.size)
    deviation = float(seen.std(ddof=1))
    width = float(student(seen.size - 1, _TAIL)) * deviation / math.sqrt(seen.size)
    if width <= half:
        return Precision(width, True, 0)
    return Precision(width, False, max(units_for(deviation, half) - seen.size, 1))
