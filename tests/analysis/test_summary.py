"""Statistics over runs: the interval covers what it says, worlds are clusters, nothing is NaN."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.analysis.metrics import bounds_of, metrics_for
from sim.analysis.summary import DAILY_QUANTILES, Running, daily_quantiles, half_width, interval, statistic

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
    ("worlds", "chances", "world_sd"), [(20, 10, 1.0), (5, 4, 3.0), (3, 10, 1.0), (30, 1, 0.0)]
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


def skewed(kind: str, shape: tuple[int, int]) -> tuple[float, np.ndarray, tuple[float, float]]:
    """True mean, runs (experiments, worlds, 10) and bounds of counts, rare counts, shares and days."""
    rng = np.random.default_rng(20251101)
    if kind == "counts":
        return 5.0, rng.poisson(rng.gamma(1.0, 5.0, shape)[..., None], (*shape, 10)), (0.0, math.inf)
    if kind == "rare counts":
        return 0.1, rng.poisson(0.1, (*shape, 10)), (0.0, math.inf)
    if kind == "shares":
        return 0.9, np.repeat(rng.beta(9.0, 1.0, shape)[..., None], 10, axis=2), (0.0, 1.0)
    return 12.2, rng.binomial(122, rng.beta(0.8, 7.2, shape)[..., None], (*shape, 10)), (0.0, 122.0)


@pytest.mark.parametrize("worlds", [20, 60])
@pytest.mark.parametrize("kind", ["counts", "rare counts", "shares", "days"])
def test_the_interval_of_a_skewed_bounded_metric_covers_93_to_97_in_100_and_keeps_within_bounds(kind, worlds) -> None:
    truth, runs, bounds = skewed(kind, (2_000, worlds))
    labels = np.repeat(np.arange(worlds), 10)
    hits = 0
    for values in runs.reshape(2_000, -1).astype(float):
        half = half_width(values, labels)
        assert half is not None
        low, high = interval(float(values.mean()), half, bounds)
        assert bounds[0] <= low <= values.mean() <= high <= bounds[1]
        hits += low <= truth <= high
    assert 0.93 <= hits / 2_000 <= 0.97


@pytest.mark.parametrize("worlds", [3, 4, 20])
def test_bounds_keep_intervals_possible_where_the_plain_one_is_not(worlds) -> None:
    values = np.r_[np.zeros(worlds - 1), 9.0]
    plain, kept = (statistic(values, np.arange(worlds), bounds) for bounds in ((-math.inf, math.inf), (0.0, 122.0)))
    assert plain.low < 0 < kept.low < kept.mean < kept.high < 122


def test_far_from_its_bounds_an_interval_is_the_plain_one() -> None:
    values = 500 + np.random.default_rng(4).standard_normal(20)
    plain = statistic(values, np.arange(20))
    for bounds in ((0.0, math.inf), (0.0, 1000.0)):
        found = statistic(values, np.arange(20), bounds)
        assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=1e-3)


def test_a_share_and_its_complement_have_mirrored_intervals() -> None:
    values = np.random.default_rng(5).beta(9, 1, 20)
    share, rest = (statistic(v, np.arange(20), (0.0, 1.0)) for v in (values, 1 - values))
    assert (share.low, share.high) == pytest.approx((1 - rest.high, 1 - rest.low), rel=1e-12)


def test_a_mean_rounded_onto_a_bound_has_an_interval_of_nearly_no_width() -> None:
    values = [math.nextafter(1.0, 0.0), *[1.0] * 19]
    found = statistic(values, range(20), (0.0, 1.0))
    assert (found.low, found.high) == pytest.approx((1.0, 1.0), abs=1e-15)


def test_values_beyond_stated_bounds_are_judged_without_them() -> None:
    values = [0.2, 0.9, 1.4, 0.1]
    assert statistic(values, range(4), (0.0, 1.0)) == statistic(values, range(4))


@pytest.mark.parametrize("worlds", [1, 2])
def test_fewer_than_three_worlds_give_no_interval_however_many_chances(worlds) -> None:
    found = statistic(np.arange(100.0), np.arange(100) % worlds)
    assert (found.mean, found.low, found.high) == (49.5, None, None)


@pytest.mark.parametrize("days", [15, 122])
def test_bounds_hold_for_every_value_that_a_run_can_have(days) -> None:
    for metric in metrics_for(("petrol",)):
        bottom, top = bounds_of(metric.name, metric.unit, days)
        assert bottom == 0
        expected = {"days": days, "day": days - 1}.get(metric.unit)
        assert top == expected if expected else top in (1.0, 24.0, math.inf)


def test_one_run_has_a_mean_and_quantiles_but_no_interval() -> None:
    assert statistic([3.0], [0]) == (3.0, None, None, 3.0, 3.0, 3.0, 1)


def test_a_metric_never_defined_is_null_and_not_nan() -> None:
    assert statistic([math.nan] * 3, [0, 1, 2]) == (None, None, None, None, None, None, 0)


def test_undefined_runs_are_left_out_and_counted() -> None:
    found = statistic([1.0, math.nan, 3.0, math.nan], [0, 0, 1, 1])
    assert (found.mean, found.p50, found.n_defined) == (2.0, 2.0, 2)


def test_the_mean_of_a_partly_defined_metric_weighs_runs_not_worlds() -> None:
    found = statistic([0.0, 0.0, 0.0, 6.0, math.nan, math.nan, 1.5, math.nan], [0, 0, 0, 1, 1, 1, 2, 2])
    assert found.mean == 1.5
    assert found.low is not None


def test_worlds_of_which_too_few_are_defined_give_no_interval() -> None:
    found = statistic([1.0, 2.0, math.nan, math.nan], [0, 1, 2, 3])
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


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30)), max_size=40))
def test_the_running_mean_and_interval_are_those_of_all_runs_so_far(runs) -> None:
    running = Running(6, (0.0, 30.0))
    for world, days in runs:
        running.add(world, days)
    whole = statistic([days for _, days in runs], [world for world, _ in runs], (0.0, 30.0))
    for found, expected in zip(running.statistic(), (whole.mean, whole.low, whole.high), strict=True):
        assert found == expected if expected is None else found == pytest.approx(expected, rel=1e-9, abs=1e-6)
    assert running.n_runs == len(runs)
