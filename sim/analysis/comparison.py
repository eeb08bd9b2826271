"""Strategies compared in the same replications: their runs, and the paired differences of all measures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.analysis.best import contrasts
from sim.analysis.paired import towards_less
from sim.analysis.units import CONFIDENCE, Floats, Ints, independent_units
from sim.errors import UsageError
from sim.language import Phrase
from sim.records import Metric

TAIL = 0.5 - CONFIDENCE / 2
"""Probability on each side of an interval."""


@dataclass(frozen=True)
class Comparison:
    """Runs of several strategies in the same replications.

    `values` by metric name, shape (n_strategies, n_runs), NaN where undefined; `worlds` and `chances` of shape (n_runs,).
    """

    strategies: tuple[str, ...]
    metrics: tuple[Metric, ...]
    values: Mapping[str, Floats]
    worlds: Ints
    chances: Ints

    def __post_init__(self) -> None:
        expected = (len(self.strategies), self.worlds.size)
        for metric in self.metrics:
            shape = self.values[metric.name].shape
            if shape != expected:
                raise UsageError(Phrase(
                    "comparison: values of {name} have shape {shape}, expected {expected}",
                    name=metric.name, shape=shape, expected=expected,
                ))

    @cached_property
    def units(self) -> Ints:
        """Independent unit of each run."""
        return independent_units(self.worlds, self.chances)

    def metric(self, name: str) -> Metric:
        """The metric of a name."""
        for metric in self.metrics:
            if metric.name == name:
                return metric
        known = ", ".join(metric.name for metric in self.metrics)
        raise UsageError(Phrase('comparison: metric "{name}" is not among those compared: {known}', name=name, known=known))

    def place(self, strategy: str) -> int:
        """Row of a strategy."""
        if strategy not in self.strategies:
            raise UsageError(Phrase(
                'comparison: strategy "{strategy}" is not among those compared: {strategies}',
                strategy=strategy, strategies=', '.join(self.strategies),
            ))
        return self.strategies.index(strategy)


@dataclass(frozen=True)
class Difference:
    """A metric under the strategy `of` minus the same under `against`, on average over pairs.

    `half`: half-width of its 95 % interval, None with too few units; `same`: no pair differs.
    """

    metric: Metric
    of: str
    against: str
    mean: float
    half: float | None
    pairs: int
    same: bool = False

    @property
    def settled(self) -> bool:
        """Whether the sign is beyond doubt (95 %)."""
        return self.half is not None and abs(self.mean) > self.half

    @property
    def better(self) -> bool:
        """Whether `of` is better beyond doubt."""
        return self.settled and self.mean * towards_less(self.metric.direction) < 0

    @property
    def worse(self) -> bool:
        """Whether `of` is worse beyond doubt."""
        return self.settled and not self.better


class Judged:
    """Paired differences in all measures of a comparison, read by pair of strategies; the first measure is the one judged."""

    def __init__(self, comparison: Comparison, measures: tuple[Metric, ...]) -> None:
        self.comparison = comparison
        self.measures = measures
        self.found = {m.name: contrasts(comparison.values[m.name], comparison.units) for m in measures}
        self.widths: dict[tuple[str, float], Floats] = {}

    def half(self, measure: Metric, tail: float) -> Floats:
        """Half-widths of all paired differences in a measure, shape (k, k)."""
        if (measure.name, tail) not in self.widths:
            self.widths[measure.name, tail] = self.found[measure.name].half(tail)
        return self.widths[measure.name, tail]

    def difference(self, measure: Metric, one: int, other: int, tail: float = TAIL) -> Difference:
        """One strategy minus another in one measure."""
        found, rows = self.found[measure.name], self.comparison.values[measure.name]
        half = float(self.half(measure, tail)[one, other])
        return Difference(
            measure, self.comparison.strategies[one], self.comparison.strategies[other], float(found.mean[one, other]),
            None if math.isnan(half) else half, int(found.pairs[one, other]),
            bool(np.array_equal(rows[one], rows[other], equal_nan=True)),
        )  # fmt: skip

    def same(self, one: int, other: int) -> bool:
        """Whether two strategies are equal in every run and measure."""
        rows = [self.comparison.values[measure.name] for measure in self.measures]
        return all(np.array_equal(row[one], row[other], equal_nan=True) for row in rows)

    def dominates(self, decisive: tuple[Metric, ...], comparisons: int) -> npt.NDArray[np.bool_]:
        """Whether row is on average worse than column on no measure, and better beyond doubt on a decisive one; (k, k).

        Beyond doubt means by intervals that hold for all `comparisons` of a strategy at once.
        """
        count = len(self.comparison.strategies)
        better, worse = np.zeros((count, count), dtype=bool), np.zeros((count, count), dtype=bool)
        for measure in self.measures:
            ahead = towards_less(measure.direction) * self.found[measure.name].mean
            worse |= ahead > 0
            if measure in decisive:
                better |= ahead < -self.half(measure, TAIL / max(comparisons, 1))
        return better & ~worse
