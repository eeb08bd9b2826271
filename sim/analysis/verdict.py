"""Verdicts: which strategy does best in one variant, how surely, and at what price."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from sim.analysis.best import compared_with_best, complete, share_of_worlds_best, shares_of_first
from sim.analysis.budget import units_for
from sim.analysis.comparison import TAIL, Comparison, Difference, Judged
from sim.analysis.paired import towards_less
from sim.analysis.units import FEWEST_UNITS, Floats
from sim.records import Metric

GUARDS = ("crews_lost", "escort_units_lost", "litres_unmet_regions", "payments_fcfa")
"""Metrics on which the strategy that leads must not be worse, or its lead is a trade-off."""

Outcome = Literal["best", "trade-off", "tie", "no difference", "unknown"]


@dataclass(frozen=True)
class Rival:
    """A strategy that may be the best as well as the leader.

    `difference`: leader minus rival with an interval that holds for all strategies at once. `more_replications`: those that
    would settle it if variance and difference stayed as they are; None where none would (no difference at all).
    """

    name: str
    difference: Difference
    more_replications: int | None


@dataclass(frozen=True)
class Dominated:
    """A strategy that another one beats beyond doubt on some measure while being worse, on average, on none."""

    name: str
    by: str


@dataclass(frozen=True)
class Verdict:
    """What one variant says about strategies: the object from which every sentence is made.

    `leader`: best mean among those that can be best. `differences`: leader minus each other strategy in the metric judged.
    `rivals`: what the runs cannot tell from the leader; `same`: strategies that equal it in every run and measure.
    `trade_offs`: measures on which it is worse beyond doubt than some other strategy; `gains`: on which it is better than
    `reference`; `open_measures`: on which nothing is settled between the two. `first_share`: share of worlds (of
    replications, where `worlds` is 1) in which the leader comes first.
    """

    variant: str
    metric: Metric
    baseline: str
    strategies: tuple[str, ...]
    means: tuple[float, ...]
    worlds: int
    pairs: int
    leader: str | None = None
    reference: str | None = None
    runner_up: str | None = None
    differences: tuple[Difference, ...] = ()
    rivals: tuple[Rival, ...] = ()
    same: tuple[str, ...] = ()
    trade_offs: tuple[Difference, ...] = ()
    gains: tuple[Difference, ...] = ()
    open_measures: tuple[Metric, ...] = ()
    dominated: tuple[Dominated, ...] = ()
    first_share: float | None = None

    @property
    def outcome(self) -> Outcome:
        """In one word: a leader with rivals is a tie, one that is worse on another measure a trade-off, never best."""
        if self.leader is None:
            return "unknown"
        if len(self.same) == len(self.strategies) - 1:
            return "no difference"
        if self.rivals:
            return "tie"
        return "trade-off" if self.trade_offs else "best"

    @property
    def can_be_best(self) -> tuple[str, ...]:
        """Strategies that the runs do not rule out as the best."""
        if self.leader is None:
            return self.strategies
        return (self.leader, *self.same, *(rival.name for rival in self.rivals))

    def against(self, strategy: str) -> Difference:
        """The leader minus another strategy in the metric judged."""
        return next(difference for difference in self.differences if difference.against == strategy)


def screened(comparison: Comparison, metric: str, guards: tuple[str, ...] = GUARDS) -> tuple[Dominated, ...]:
    """Strategies to drop before budget is spent: some other one is better on the metric beyond doubt, at no price.

    One that is worse on the metric but on average better on a guard stays: it is one side of a trade-off. The truly best
    strategy is dropped in 2.5 % of experiments at most. Each is named with the best mean of those that rule it out.
    """
    judged = Judged(comparison, _measures(comparison, metric, guards))
    rules_out = judged.dominates(judged.measures[:1], len(comparison.strategies) - 1)
    return _dominated(comparison.strategies, rules_out, _scores(comparison, metric))


def judge(
    comparison: Comparison, metric: str, baseline: str, variant: str = "", guards: tuple[str, ...] = GUARDS,
    comparisons: int | None = None,
) -> Verdict:  # fmt: skip
    """The verdict of one variant.

    The leader is told from the others by multiple comparisons with the best at 2.5 % on each side, so that of two strategies
    it leads when the 95 % interval of their difference leaves out 0. Prices and gains against the reference (the baseline,
    or the next best where the baseline leads) rest on 95 % intervals of single differences, prices against all other
    strategies, and dominance, on intervals that hold for all of them at once.

    Parameters
    ----------
    metric
        Name of the metric judged.
    baseline
        Strategy against which the lead is told.
    variant
        Name of the variant, "" for the scenario as it stands.
    guards
        Measures on which a leader must not be worse.
    comparisons
        Differences that must hold together; give the number of strategies before screening, less one.
    """
    judged = Judged(comparison, _measures(comparison, metric, guards))
    base, scores = comparison.place(baseline), _scores(comparison, metric)
    sign = towards_less(comparison.metric(metric).direction)
    bare = Verdict(
        variant, comparison.metric(metric), baseline, comparison.strategies, tuple(float(s) * sign for s in scores),
        int(np.unique(comparison.worlds).size), int(complete(comparison.values[metric]).sum()),
    )  # fmt: skip
    few = int(comparison.units.max(initial=-1)) + 1 < FEWEST_UNITS
    if few or len(comparison.strategies) < 2 or np.isnan(scores).any() or np.isnan(judged.found[metric].error).any():
        return bare
    return _judged(bare, judged, base, scores, comparisons or len(comparison.strategies) - 1)


def _judged(bare: Verdict, judged: Judged, base: int, scores: Floats, comparisons: int) -> Verdict:
    names, measure = bare.strategies, bare.metric
    found = judged.found[measure.name]
    possible = compared_with_best(found, measure.direction, TAIL, comparisons).can_be_best
    dominates = judged.dominates(judged.measures, comparisons)
    leader = _leader(dominates, scores, possible, base)
    others = [i for i in range(len(names)) if i != leader]
    twins = [i for i in others if judged.same(leader, i)]
    apart = sorted((i for i in others if i not in twins), key=lambda i: scores[i])
    runner_up = apart[0] if apart else None
    reference = base if base in apart else runner_up
    to_reference = [] if reference is None else [judged.difference(g, leader, reference) for g in judged.measures[1:]]
    prices = [
        judged.difference(g, leader, i, TAIL if i == reference else TAIL / comparisons)
        for i in apart for g in judged.measures[1:]
    ]  # fmt: skip
    return Verdict(
        bare.variant, measure, bare.baseline, names, bare.means, bare.worlds, bare.pairs,
        leader=names[leader],
        reference=None if reference is None else names[reference],
        runner_up=None if runner_up is None else names[runner_up],
        differences=tuple(judged.difference(measure, leader, i) for i in others),
        rivals=tuple(_rival(judged, measure, leader, i, comparisons) for i in apart if possible[i]),
        same=tuple(names[i] for i in twins),
        trade_offs=tuple(d for d in prices if d.worse),
        gains=tuple(d for d in to_reference if d.better),
        open_measures=tuple(d.metric for d in to_reference if not d.settled and not d.same),
        dominated=_dominated(names, dominates, scores),
        first_share=_first_share(judged.comparison, measure, leader),
    )  # fmt: skip


def _measures(comparison: Comparison, metric: str, guards: tuple[str, ...]) -> tuple[Metric, ...]:
    names = (metric, *(guard for guard in guards if guard != metric))
    return tuple(comparison.metric(name) for name in names)


def _scores(comparison: Comparison, metric: str) -> Floats:
    """Mean of each strategy over complete runs, less being better; NaN without one."""
    rows = comparison.values[metric]
    known = complete(rows)
    if not known.any():
        return np.full(rows.shape[0], np.nan)
    return np.asarray(towards_less(comparison.metric(metric).direction) * rows[:, known].mean(axis=1))


def _leader(dominates: npt.NDArray[np.bool_], scores: Floats, possible: npt.NDArray[np.bool_], base: int) -> int:
    """The best mean; of equal ones a strategy that none of them dominates, the baseline before others."""
    candidates = np.flatnonzero(possible) if possible.any() else np.arange(scores.size)
    lowest = [int(i) for i in candidates if scores[i] == scores[candidates].min()]
    free = [i for i in lowest if not dominates[lowest, i].any()]
    return base if base in free else free[0]


def _rival(judged: Judged, measure: Metric, leader: int, rival: int, comparisons: int) -> Rival:
    tail = TAIL / comparisons
    difference = judged.difference(measure, leader, rival, tail)
    found = judged.found[measure.name]
    units = int(found.units[leader, rival])
    more = None
    deviation = float(found.error[leader, rival]) * math.sqrt(units)
    if abs(difference.mean) > 1e-9 * deviation:
        wanted = units_for(deviation, abs(difference.mean), tail)
        more = math.ceil(max(wanted - units, 1) * difference.pairs / units)
    return Rival(judged.comparison.strategies[rival], difference, more)


def _dominated(names: tuple[str, ...], dominates: npt.NDArray[np.bool_], scores: Floats) -> tuple[Dominated, ...]:
    order = np.argsort(scores, kind="stable")
    by = [next((int(j) for j in order if dominates[j, i]), None) for i in range(len(names))]
    return tuple(Dominated(names[i], names[j]) for i, j in enumerate(by) if j is not None)


def _first_share(comparison: Comparison, measure: Metric, leader: int) -> float | None:
    rows = comparison.values[measure.name]
    if np.unique(comparison.worlds).size > 1:
        shares = share_of_worlds_best(rows, comparison.worlds, measure.direction)
    else:
        shares = shares_of_first(towards_less(measure.direction) * rows[:, complete(rows)])
    return None if shares is None else float(shares[leader])
