"""Statistics over runs: the interval covers what it says, worlds are clusters, nothing is NaN."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.analysis.summary import DAILY_QUANTILES, daily_quantiles, half_width, statistic

TRIALS = 4_000


def clustered(rng: np.random.Generator, worlds: int, chances: int, world_sd: float) -> np.ndarray:
    """Runs with true mean 0: what a world brings, and luck of standard deviation 1."""
    return world_sd * rng.standard_normal((worlds, 1)) + rng.standard_normal((worlds, chances))


def coverage(worlds: int, chances: int, world_sd: float, clusters: bool) -> float:
    rng = np.random.default_rng(20250901)
    labels = np.repeat(np.arange(worlds), chances) if clusters else np.arange(worlds * chances)
    hits = 0
    for _ in range(TRIALS):
        values = clustered(rng, worlds, chances, world_sd).ravel()
        half = half_width(values, labels)
        assert half is not None
        hits += abs(values.mean()) <= half
    return hits / TRIALS


SAMPLING_ERROR = 4 * math.sqrt(0.95 * 0.05 / TRIALS)


@pytest.mark.parametrize(
    ("worlds", "chances", "world_sd"), [(20, 10, 1.0), (5, 4, 3.0), (2, 10, 1.0), (30, 1, 0.0)]
)
def test_the_interval_covers_the_true_mean_in_95_of_100_experiments(worlds, chances, world_sd) -> None:
    assert abs(coverage(worlds, chances, world_sd, clusters=True) - 0.95) <= SAMPLING_ERROR


def test_an_interval_over_runs_would_promise_too_much() -> None:
    assert coverage(20, 10, 1.0, clusters=False) < 0.70


def test_the_balanced_interval_is_the_t_interval_of_world_means() -> None:
    values = clustered(np.random.default_rng(1), 7, 5, 2.0)
    low, high = stats.t.interval(0.95, 6, values.mean(), stats.sem(values.mean(axis=1)))
    found = statistic(values.ravel(), np.repeat(np.arange(7), 5))
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-12)


def test_in_one_world_the_interval_is_over_its_runs() -> None:
    values = np.array([1.0, 2.0, 4.0, 9.0])
    low, high = stats.t.interval(0.95, 3, values.mean(), stats.sem(values))
    found = statistic(values, np.zeros(4))
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-12)


def test_one_run_has_a_mean_and_quantiles_but_no_interval() -> None:
    assert statistic([3.0], [0]) == (3.0, None, None, 3.0, 3.0, 3.0, 1)


def test_a_metric_never_defined_is_null_and_not_nan() -> None:
    assert statistic([math.nan] * 3, [0, 1, 2]) == (None, None, None, None, None, None, 0)


def test_undefined_runs_are_left_out_and_counted() -> None:
    found = statistic([1.0, math.nan, 3.0, math.nan], [0, 0, 1, 1])
    assert (found.mean, found.p50, found.n_defined) == (2.0, 2.0, 2)


def test_the_mean_of_a_partly_defined_metric_weighs_runs_not_worlds() -> None:
    found = statistic([0.0, 0.0, 0.0, 6.0, math.nan, math.nan], [0, 0, 0, 1, 1, 1])
    assert found.mean == 1.5
    assert found.low is not None


def test_worlds_of_which_only_one_is_defined_give_no_interval() -> None:
    found = statistic([1.0, 2.0, math.nan, math.nan], [0, 0, 1, 1])
    assert (found.mean, found.low, found.high) == (1.5, None, None)


def test_equal_runs_give_an_interval_of_no_width() -> None:
    assert statistic([5.0] * 6, [0, 0, 1, 1, 2, 2])[:3] == (5.0, 5.0, 5.0)


def test_the_order_of_runs_does_not_matter_to_mean_and_quantiles() -> None:
    values, worlds = np.random.default_rng(2).gamma(1.0, 10.0, 60), np.repeat(np.arange(6), 10)
    shuffled = np.random.default_rng(3).permutation(60)
    first, second = statistic(values, worlds), statistic(values[shuffled], worlds[shuffled])
    assert first.mean == second.mean
    assert first[3:] == second[3:]


def test_daily_quantiles_keep_days_and_put_quantiles_last() -> None:
    runs = np.arange(101)[:, None] * np.array([1, 10, 0])
    found = daily_quantiles(runs)
    assert found.shape == (3, 7)
    assert found[0] == pytest.approx([100 * q for q in DAILY_QUANTILES])
    assert found[1] == pytest.approx([1000 * q for q in DAILY_QUANTILES])
    assert (found[2] == 0).all()
