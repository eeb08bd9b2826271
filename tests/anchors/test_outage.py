"""A corridor that closes and reopens: how many days a year the stock does not last.

Closed with probability α a day, reopened with β, stock of m + 1 days' need refilled at once when open: a year has
365 · α ÷ (α + β) · (1 − β)^m shortage days, because the j-th day of a closure is short from j = m + 1 on. The same
disruption process as in Snyder & Shen, *Fundamentals of Supply Chain Theory*, ch. 9.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from worlds import plan, run

from sim.draws import Luck, Replication
from sim.engines.reference.run import Run
from sim.study.validate.outage import PUBLISHED, expected, outage

T_39 = 4.33
"""Two-sided Student bound with 39 degrees of freedom and a false-alarm rate of 1e-4."""

COVERS = list(PUBLISHED)


def day_of_closure(alpha: float, beta: float, days: int, chance: int) -> npt.NDArray[np.int64]:
    """For each day, how many days the leg has been closed, 0 if it is open: the engine's own closures."""
    made = Run(plan(outage(alpha, beta, 0, days)), Luck(1, Replication(0, chance)), None)
    closed, ages = 0, []
    for shut in made.roads.closed_days[1] or [0] * days:
        closed = closed + 1 if shut else 0
        ages.append(closed)
    return np.array(ages)


@pytest.mark.parametrize("m", COVERS)
def test_the_formula_gives_the_published_values(m: int) -> None:
    assert expected(0.04, 0.25, m) == pytest.approx(PUBLISHED[m], abs=0.005)


@pytest.mark.parametrize("m", COVERS)
def test_a_day_is_short_when_the_closure_has_outlasted_the_stock(m: int) -> None:
    days = 2_000
    short = run(outage(0.04, 0.25, m, days)).daily.column("shortage")[:, 0]
    age = day_of_closure(0.04, 0.25, days, 0)
    assert short.tolist() == (age > m).astype(int).tolist()
    assert m > 10 or short.any()


@pytest.mark.parametrize(("alpha", "beta"), [(0.04, 0.25), (0.01, 0.5), (0.1, 0.1), (0.3, 0.6)])
def test_shortage_days_a_year_are_those_published(alpha: float, beta: float) -> None:
    days, n = 18_250, 40
    ages = [day_of_closure(alpha, beta, days, chance) for chance in range(n)]
    for m in COVERS:
        by_run = np.array([(age > m).sum() for age in ages]) * 365 / days
        if by_run.sum() * days / 365 < 1_000:
            continue  # too rare for a normal bound
        bound = T_39 * by_run.std(ddof=1) / math.sqrt(n)
        assert abs(by_run.mean() - expected(alpha, beta, m)) <= bound, f"m = {m}"


@pytest.mark.slow
@pytest.mark.parametrize("m", COVERS)
def test_fifty_years_of_the_whole_engine_give_the_published_shortage_days(m: int) -> None:
    days, alpha, beta = 18_250, 0.04, 0.25
    short = run(outage(alpha, beta, m, days)).daily.column("shortage").sum() * 365 / days
    # closures are a renewal process: the variance is at most their number times the second moment of a closure's
    # short days; 3.9 standard errors have a false-alarm rate of 1e-4
    closures = days * alpha * beta / (alpha + beta)
    second_moment = (1 - beta) ** m * (2 - beta) / (beta * beta)
    spread = 3.9 * math.sqrt(closures * second_moment) * 365 / days
    assert abs(short - expected(alpha, beta, m)) <= spread
