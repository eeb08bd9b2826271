"""Spread over runs split in two: what we do not know (between worlds) and chance (within a world)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.analysis.units import unit_sums


class Spread(NamedTuple):
    """Variance of a metric over runs, in the square of its unit.

    `not_knowing` between worlds, `chance` within them; `share_not_knowing` of their sum, None when it is 0.
    `truncated`: the estimate between worlds was negative and stands as 0, which says only that chance hides it.
    """

    not_knowing: float
    chance: float
    share_not_knowing: float | None
    truncated: bool
    worlds: int
    runs: int


def split_of_spread(values: npt.ArrayLike, worlds: npt.ArrayLike) -> Spread | None:
    """Law of total variance with its bias removed: the analysis-of-variance estimator for unequal numbers of chances.

    With W worlds of n_w defined runs, N in all: chance = MSW = Σ Σ (x − m_w)² ÷ (N − W); not knowing = (MSB − MSW) ÷ n₀
    with MSB = Σ n_w (m_w − m)² ÷ (W − 1) and n₀ = (N − Σ n_w² ÷ N) ÷ (W − 1) (Searle, Casella & McCulloch, *Variance
    Components*, 1992, ch. 3). The plain variance of world means would count chance ÷ n₀ as not knowing. Unbiased before
    it is cut at 0. None unless there are two worlds and one of them has two runs.

    Parameters
    ----------
    values
        Shape (n_runs,), NaN where undefined.
    worlds
        World of each run, shape (n_runs,).
    """
    everything = np.asarray(values, dtype=np.float64)
    known = ~np.isnan(everything)
    runs = everything[known]
    place = np.unique(np.asarray(worlds)[known], return_inverse=True)[1].astype(np.int64)
    count = int(place.max()) + 1 if place.size else 0
    if count < 2 or runs.size == count:
        return None
    sums, sizes = (part[0] for part in unit_sums(runs[None, :], place))
    centre = sums / sizes
    within = float(((runs - centre[place]) ** 2).sum()) / (runs.size - count)
    between = float((sizes * (centre - runs.mean()) ** 2).sum()) / (count - 1)
    per_world = (runs.size - float((sizes**2).sum()) / runs.size) / (count - 1)
    estimate = (between - within) / per_world
    not_knowing = max(estimate, 0.0)
    total = not_knowing + within
    return Spread(not_knowing, within, not_knowing / total if total > 0 else None, estimate < 0, count, runs.size)
