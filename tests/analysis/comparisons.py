"""Comparisons made by hand: strategies of which the truth is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.analysis.comparison import Comparison
from sim.analysis.metrics import metrics_for
from sim.analysis.verdict import GUARDS

METRICS = {metric.name: metric for metric in metrics_for(("petrol", "diesel"))}
DAYS = "shortage_days_any"
JUDGED = (DAYS, *GUARDS)
WORLDS, CHANCES = 24, 10


def compared(
    days: Mapping[str, float],
    worlds: int = WORLDS,
    chances: int = CHANCES,
    seed: int = 1,
    exact: bool = True,
    **guards: Sequence[float],
) -> Comparison:
    """Strategies by name with their mean number of shortage days; guards by name with a mean for each of them.

    The means of shortage days are exactly so far apart, or on average only if not `exact`.
    All share what the world and the chance bring; a guard is spread by Poisson draws of its own, and 0 everywhere if it is
    not given.
    """
    rng = np.random.default_rng(seed)
    world, chance = np.repeat(np.arange(worlds), chances), np.tile(np.arange(chances), worlds)
    shared = 40 + 10 * rng.standard_normal(worlds)[world] + 5 * rng.standard_normal(world.size)
    values = {name: np.zeros((len(days), world.size)) for name in JUDGED}
    for i, mean in enumerate(days.values()):
        own = 6.0 * (rng.standard_normal(worlds)[world] / 2 + rng.standard_normal(world.size))
        values[DAYS][i] = shared + mean + own - (own.mean() if exact else 0.0)
        for name, means in guards.items():
            values[name][i] = rng.poisson(means[i], world.size)
    return Comparison(tuple(days), tuple(METRICS[name] for name in JUDGED), values, world, chance)


def with_rows(comparison: Comparison, **rows: Sequence[np.ndarray]) -> Comparison:
    """The comparison with other values of some metrics, a row for each strategy."""
    values = {**comparison.values, **{name: np.stack(list(found)) for name, found in rows.items()}}
    return Comparison(comparison.strategies, comparison.metrics, values, comparison.worlds, comparison.chances)


def twin(comparison: Comparison, of: str, name: str) -> Comparison:
    """The comparison with one strategy more that equals another in every run."""
    place = comparison.strategies.index(of)
    values = {metric: np.concatenate([rows, rows[place : place + 1]]) for metric, rows in comparison.values.items()}
    return Comparison((*comparison.strategies, name), comparison.metrics, values, comparison.worlds, comparison.chances)
