"""Paired differences: exact where the truth is exact, by units that are independent, the same on every machine."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.analysis.paired import bootstrap_interval, paired, variance_ratio
from sim.analysis.units import independent_units, means, resampled_totals
from sim.errors import UsageError

RNG = np.random.default_rng(6)
WORLDS, CHANCES = np.repeat(np.arange(8), 5), np.tile(np.arange(5), 8)


def test_one_strategy_under_two_names_differs_by_exactly_nothing() -> None:
    values = RNG.gamma(1.0, 10.0, 40)
    found = paired(values, values.copy(), WORLDS, CHANCES, "lower", seed=1)
    assert found[:5] == (0.0, 0.0, 0.0, 0.0, 0.0)
    assert (found.win_share, found.tie_share, found.same) == (0.0, 1.0, True)
    assert found.variance_ratio == math.inf


def test_the_interval_is_that_of_world_means_when_there_are_several_worlds() -> None:
    one, two = RNG.normal(0, 1, 40), RNG.normal(1, 1, 40)
    by_world = (one - two).reshape(8, 5).mean(axis=1)
    low, high = stats.t.interval(0.95, 7, by_world.mean(), stats.sem(by_world))
    found = paired(one, two, WORLDS, CHANCES, "lower", seed=1)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-12)
    assert (found.pairs, found.units) == (40, 8)


def test_chances_are_the_units_of_a_single_world() -> None:
    one, two = RNG.normal(0, 1, 40), RNG.normal(1, 1, 40)
    low, high = stats.ttest_rel(one, two).confidence_interval()
    found = paired(one, two, np.zeros(40), np.arange(40), "lower", seed=1)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-12)


def test_units_are_worlds_or_chances_by_how_many_worlds_there_are() -> None:
    assert independent_units([4, 4, 9], [0, 1, 0]).tolist() == [0, 0, 1]
    assert independent_units([4, 4, 4], [0, 1, 7]).tolist() == [0, 1, 2]


def test_undefined_values_are_dropped_by_pair_and_counted() -> None:
    one, two = np.array([1.0, np.nan, 3.0, 4.0, 9.0]), np.array([0.0, 1.0, np.nan, 2.0, 2.0])
    found = paired(one, two, np.zeros(5), np.arange(5), "lower", seed=1)
    assert (found.mean, found.pairs, found.same) == (pytest.approx(10 / 3), 3, False)
    assert found.win_share == 0.0


def test_a_metric_without_a_common_pair_is_unknown() -> None:
    found = paired([1.0, np.nan], [np.nan, 2.0], [0, 0], [0, 1], "lower", seed=1)
    assert found[:8] == (None,) * 8
    assert (found.pairs, found.same) == (0, False)


@pytest.mark.parametrize("worlds", [1, 2])
def test_too_few_units_give_a_mean_without_an_interval(worlds) -> None:
    values = np.arange(2.0 * worlds)
    labels = np.repeat(np.arange(worlds), 2)
    found = paired(values, values**2, labels, np.tile([0, 1], worlds), "lower", seed=1)
    assert found.mean is not None
    assert found[1:5] == (None,) * 4


@pytest.mark.parametrize(("direction", "share"), [("lower", 0.75), ("higher", 0.0)])
def test_wins_follow_the_direction_and_ties_are_no_wins(direction, share) -> None:
    found = paired([1.0, 1, 1, 1], [2.0, 2, 2, 1], [0] * 4, range(4), direction, seed=1)
    assert (found.win_share, found.tie_share) == (share, 0.25)


def test_the_variance_ratio_is_what_pairing_gains() -> None:
    luck = RNG.normal(0, 3, 4_000)
    one, two = luck + RNG.normal(0, 1, 4_000), luck + RNG.normal(0, 1, 4_000)
    assert variance_ratio(one, two) == pytest.approx((2 * 10) / 2, rel=0.1)
    assert variance_ratio(one, np.roll(two, 1)) == pytest.approx(1.0, rel=0.1)


def test_the_variance_ratio_of_two_constants_is_unknown() -> None:
    assert variance_ratio([5.0, 5, 5], [3.0, 3, 3]) is None
    assert variance_ratio([5.0], [3.0]) is None


def test_the_bootstrap_agrees_with_scipys_studentized_resampling_of_worlds() -> None:
    """Against the studentized interval written out with scipy's own resampling machinery."""
    by_world = RNG.exponential(1.0, 60)
    error = stats.sem(by_world)

    def studentized(sample: np.ndarray, axis: int) -> np.ndarray:
        return (sample.mean(axis=axis) - by_world.mean()) / (sample.std(axis=axis, ddof=1) / math.sqrt(60))

    drawn = stats.bootstrap((by_world,), studentized, n_resamples=40_000, method="percentile", rng=1, batch=2_000)
    low, high = drawn.confidence_interval
    expected = (by_world.mean() - high * error, by_world.mean() - low * error)
    found = bootstrap_interval(np.repeat(by_world, 3), np.repeat(np.arange(60), 3), 1, 40_000)
    assert found == pytest.approx(expected, abs=0.06 * error)


def test_the_bootstrap_depends_on_the_seed_alone() -> None:
    values = RNG.exponential(1.0, 40)
    first, again, other = (bootstrap_interval(values, np.arange(40), seed) for seed in (1, 1, 2))
    assert first == again != other


def test_a_tail_of_resamples_without_spread_leaves_the_interval_open() -> None:
    low, high = bootstrap_interval(np.array([0.0, 1.0, 5.0]), np.arange(3), 1)
    assert (low, high) == (-math.inf, math.inf)
    found = paired([0.0, 1, 5], [0.0, 0, 0], [0, 1, 2], [0, 0, 0], "lower", seed=1)
    assert (found.bootstrap_low, found.bootstrap_high) == (None, None)
    assert found.low is not None


@pytest.mark.parametrize("units", [3, 4, 5, 301])
def test_every_unit_is_drawn_equally_often(units) -> None:
    counts = resampled_totals(np.eye(units), 7, 4_000)
    assert (counts.sum(axis=1) == units).all()
    assert np.abs(counts.mean(axis=0) - 1).max() < 5 / math.sqrt(4_000)


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=30), st.floats(-1e6, 1e6))
def test_shifting_one_strategy_shifts_the_difference_and_nothing_else(values, shift) -> None:
    rows = means(np.stack([np.array(values), np.array(values) + shift]), np.arange(len(values)))
    assert rows.mean[1] - rows.mean[0] == pytest.approx(shift, abs=1e-6)
    assert rows.error[1] == pytest.approx(rows.error[0], rel=1e-6, abs=1e-6)


def test_values_and_runs_must_match() -> None:
    with pytest.raises(UsageError, match="give one value for each run"):
        means(np.zeros((2, 3)), np.arange(4))
