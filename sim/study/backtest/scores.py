"""Scores of predictions against bands: log score, CRPS, coverage and width."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.study.backtest.targets import Target

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """One target, one set of books, one variant.

    `inside_prob` is the share of runs in the observed band, as counted; `p05` to `p95` are None where more runs than
    that have no such number (a date that never comes lies after all dates).
    """

    target: Target
    books: str
    variant: str
    runs: int
    inside_prob: float
    p05: float | None
    p25: float | None
    p50: float | None
    p75: float | None
    p95: float | None
    crps: float | None
    expected_50: float
    """Probability that p25–p75 meets the band if the truth is one of the runs: see `expected_to_meet`."""
    expected_90: float

    @property
    def log_score(self) -> float:
        """−ln of the share of runs in the band, floored."""
        return log_score(self.inside_prob, self.runs)

    @property
    def inside_50(self) -> bool:
        """Whether p25–p75 meets the observed band, or holds the one number reported."""
        return _meets(self.target, self.p25, self.p75)

    @property
    def inside_90(self) -> bool:
        """Whether p05–p95 meets the observed band, or holds the one number reported."""
        return _meets(self.target, self.p05, self.p95)

    @property
    def width(self) -> float | None:
        """Width of p05–p95 over that of the observed band; None where p95 is undefined."""
        if self.p05 is None or self.p95 is None:
            return None
        return (self.p95 - self.p05) / (self.target.high - self.target.low)


def log_score(inside_prob: float, runs: int) -> float:
    """−ln P, with P no nearer to 0 or 1 than half a run."""
    floor = 1 / (2 * runs)
    return -math.log(min(max(inside_prob, floor), 1 - floor))


def scored(target: Target, books: str, variant: str, values: Floats, runs: int) -> Scored:
    """A target against what runs say of it, shape (n_runs,), NaN where a run says nothing; `runs` sets the floor of P."""
    p05, p25, p50, p75, p95 = (_quantile(values, share) for share in (0.05, 0.25, 0.5, 0.75, 0.95))
    inside = inside_share(target, values)
    sharp = None if target.sharp is None else crps(values, target.sharp) / abs(target.sharp)
    expected = expected_to_meet(target, values, p25, p75), expected_to_meet(target, values, p05, p95)
    return Scored(target, books, variant, runs, inside, p05, p25, p50, p75, p95, sharp, *expected)


def inside_share(target: Target, values: Floats) -> float:
    """Share of the runs whose number lies in the observed band."""
    return float(np.mean((values >= target.low) & (values <= target.high)))


def persistence_share(target: Target) -> float:
    """1 if the last observed state lies in the band, else 0."""
    return float(target.persistence is not None and target.low <= target.persistence <= target.high)


def crps(values: Floats, observed: float) -> float:
    """Continuous ranked probability score of an ensemble: mean |x − y| − ½ mean |x − x'| (Gneiting & Raftery 2007)."""
    ordered = np.sort(values)
    n = len(ordered)
    # mean |x − x'| over all pairs, from the ordered values
    spread = 2 * float(((2 * np.arange(1, n + 1) - n - 1) * ordered).sum()) / (n * n)
    return float(np.abs(ordered - observed).mean()) - spread / 2


def expected_to_meet(target: Target, values: Floats, low: float | None, high: float | None) -> float:
    """Probability that low–high meets a band as wide as the observed one that holds the truth anywhere, the truth being a run.

    What a model with right bands would reach: more than the share of runs between low and high, the wider the observed band
    is. Of a sharp number it is that share.
    """
    if low is None:
        return 0.0
    above = np.full(values.shape, -np.inf) if high is None else values - high
    beyond = np.fmax(np.fmax(low - values, above), 0.0)
    if high is None:
        beyond = np.where(np.isnan(values), 0.0, beyond)
    else:
        beyond = np.where(np.isnan(values), np.inf, beyond)
    if target.sharp is not None:
        return float(np.mean(beyond == 0))
    return float(np.mean(np.clip(1 - beyond / (target.high - target.low), 0, 1)))


def _quantile(values: Floats, share: float) -> float | None:
    """A quantile of the runs; undefined numbers lie after all others."""
    ordered = np.sort(values)  # NaN last
    place = ordered[min(len(ordered) - 1, int(share * len(ordered)))]
    return None if np.isnan(place) else float(place)


def _meets(target: Target, low: float | None, high: float | None) -> bool:
    if low is None:
        return False
    first, last = (target.low, target.high) if target.sharp is None else (target.sharp, target.sharp)
    return low <= last and (high is None or high >= first)
