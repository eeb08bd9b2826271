"""The observation model: what would have been reported of a run, and what was.

Every report is a reading of the truth with an error; the errors are those that docs/backtest.md widens its bands by, as chances.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.draws import Luck, Replication, Stream, entity_hashes
from sim.study.backtest.readings import RELIEF_DAYS
from sim.study.backtest.targets import Target
from sim.study.calibrate.table import KNOWN_ON

Floats = npt.NDArray[np.float64]

SURVEYS: Mapping[str, tuple[int, int]] = {"BT05": (4, 20), "BT13": (7, 14)}
"""Stations that had petrol, of how many that were seen."""

MISSED_SHARE = 0.3
"""Share of losses that reports miss, at most (an assumption of the back-test)."""

LOSSES = ("lost_to", "lost_in")
"""Readings of which reports miss a part."""

LONGEST_WAIT_H = 72.0
"""Hours of waiting that the index of the model never exceeds."""

BOUNDS: Mapping[str, tuple[float, float]] = {
    "lowest_share": (0.0, 1.0), "mean_share": (0.0, 1.0), "mean_closed": (0.0, 1.0),
    "relief_days": (0.0, float(RELIEF_DAYS)), "highest_wait_h": (0.0, LONGEST_WAIT_H),
}  # fmt: skip
"""What a reading can be at all; any other is a date or has no end above 0."""


@dataclass(frozen=True)
class Errors:
    """Uniforms behind the errors of reports, each of shape (n_worlds, n_targets)."""

    error: Floats
    missed: Floats


def errors(seed: int, worlds: range, targets: tuple[Target, ...]) -> Errors:
    """Uniforms of the errors with which each target is reported of the run of each world."""
    entities = list(entity_hashes([f"report/{target.id}" for target in targets]).values())
    drawn = [Luck(seed, Replication(world, 0)).grid(Stream.REPORT, entities, 0, lanes=(0, 1))[:2] for world in worlds]
    return Errors(np.array([pair[0] for pair in drawn]), np.array([pair[1] for pair in drawn]))


def reported(targets: tuple[Target, ...], readings: Floats, errors: Errors) -> Floats:
    """What would have been reported of runs with these readings, shape (n_worlds, n_targets); always finite."""
    columns = [
        _reported(target, readings[:, i], errors.error[:, i], errors.missed[:, i]) for i, target in enumerate(targets)
    ]
    return np.stack(columns, axis=1)


def observed(target: Target) -> float:
    """What was reported: the stations counted, a threshold crossed, or the middle of the range published."""
    if target.id in SURVEYS:
        supplied, seen = SURVEYS[target.id]
        return supplied / seen
    low, high = _published(target)
    return 1.0 if is_threshold(target) else (low + high) / 2


def is_threshold(target: Target) -> bool:
    """Whether a band ends where a reading must end: such a report says only that a threshold was crossed, 1, or not, 0."""
    least, most = BOUNDS.get(target.reading, (-np.inf if target.is_date else 0.0, np.inf))
    return target.id not in SURVEYS and (target.low <= least or target.high >= most)


def never(target: Target) -> float:
    """The number that stands for what never happened up to the eve of `KNOWN_ON`: that of the day after."""
    return float(KNOWN_ON.toordinal()) if target.is_date else float((KNOWN_ON - target.first_day).days)


def _published(target: Target) -> tuple[float, float]:
    """The range of what reports say; the band of a loss reaches further, for what they miss."""
    return target.low, target.high * (1 - MISSED_SHARE) if target.reading in LOSSES else target.high


def _reported(target: Target, values: Floats, error: Floats, missed: Floats) -> Floats:
    happened = ~np.isnan(values)
    known = np.where(happened, values, never(target))
    if target.id in SURVEYS:
        return _surveyed(known, SURVEYS[target.id][1], error)
    if target.reading in LOSSES:
        known = known * (1 - MISSED_SHARE * missed)
    low, high = _published(target)
    if is_threshold(target):
        return np.asarray((known >= low) & (known <= high), np.float64)
    return np.where(happened, known + (error - 0.5) * (high - low), known)


def _surveyed(share: Floats, seen: int, u: Floats) -> Floats:
    """Share of so many stations found supplied: the binomial quantile of `u`."""
    from scipy.special import bdtr

    below = np.stack([bdtr(k, seen, np.clip(share, 0, 1)) < u for k in range(seen)], axis=0)
    return np.asarray(below.sum(axis=0) / seen, np.float64)
