"""Spread by not-knowing and by chance; quantiles, tail means and ratios."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.analysis.spread import split_of_spread
from sim.analysis.tails import quantile, ratio_of_means, tail_mean
from sim.errors import UsageError

RNG = np.random.default_rng(12)


@pytest.mark.parametrize("sizes", [[5] * 30, [1, 2, 3, 9] * 8])
def test_the_split_is_unbiased_for_equal_and_unequal_numbers_of_chances(sizes) -> None:
    worlds = np.repeat(np.arange(len(sizes)), sizes)
    found = []
    for _ in range(1_500):
        values = RNG.normal(0, 3, len(sizes))[worlds] + RNG.normal(0, 2, worlds.size)
        split = split_of_spread(values, worlds)
        assert split is not None and not split.truncated
        found.append((split.not_knowing, split.chance))
    not_knowing, chance = np.mean(found, axis=0)
    assert (not_knowing, chance) == pytest.approx((9.0, 4.0), rel=0.03)


def test_chance_alone_is_not_taken_for_not_knowing() -> None:
    worlds = np.repeat(np.arange(200), 4)
    split = split_of_spread(RNG.normal(0, 5, 800), worlds)
    plain = RNG.normal(0, 5, (200, 4)).mean(axis=1).var(ddof=1)
    assert split is not None
    assert split.share_not_knowing is not None
    assert split.share_not_knowing < 0.08
    assert plain / 25 > 0.2


@pytest.mark.parametrize("worlds", [[0, 1, 2], [0, 0, 0], []])
def test_a_split_needs_two_worlds_and_two_chances_of_one(worlds) -> None:
    assert split_of_spread(np.arange(float(len(worlds))), worlds) is None


def test_no_spread_has_no_share() -> None:
    split = split_of_spread([2.0, 2.0, 2.0, np.nan], [0, 0, 1, 1])
    assert split is not None
    assert (split.not_knowing, split.chance, split.share_not_knowing, split.runs) == (0.0, 0.0, None, 3)


def test_bounds_of_a_quantile_are_the_order_statistics_of_the_binomial() -> None:
    """Ranks 2 and 9 of ten runs hold the median in 97.9 % of samples; no narrower symmetric pair reaches 95 %."""
    found = quantile(np.arange(1.0, 11.0), np.arange(10), 0.5)
    assert found == (5.5, 2.0, 9.0, 10)


@given(st.integers(3, 400), st.sampled_from([0.05, 0.25, 0.5, 0.95]))
def test_ranks_are_the_innermost_that_hold(runs, level) -> None:
    found = quantile(np.arange(1.0, runs + 1), np.arange(runs), level)
    assert found is not None
    below = stats.binom(runs, level)
    low = 0 if found.low is None else int(found.low)
    high = runs + 1 if found.high is None else int(found.high)
    assert below.cdf(low - 1) <= 0.025 + 1e-9 and below.cdf(low) > 0.025 - 1e-9
    assert below.sf(high - 1) <= 0.025 + 1e-9 and below.sf(high - 2) > 0.025 - 1e-9


def test_twenty_runs_know_no_upper_bound_of_the_95th_percentile() -> None:
    found = quantile(np.arange(20.0), np.arange(20), 0.95)
    assert found is not None
    assert found.low is not None and found.high is None


def test_copies_of_a_run_in_its_world_say_nothing_new() -> None:
    values = RNG.normal(0, 1, 50)
    alone = quantile(values, np.arange(50), 0.5)
    copied = quantile(np.repeat(values, 8), np.repeat(np.arange(50), 8), 0.5)
    naive = quantile(np.repeat(values, 8), np.arange(400), 0.5)
    assert alone is not None and copied is not None and naive is not None
    assert copied.high - copied.low >= 0.9 * (alone.high - alone.low)
    assert naive.high - naive.low < 0.6 * (copied.high - copied.low)


def test_quantiles_of_undefined_runs_are_unknown_and_of_two_worlds_unbounded() -> None:
    assert quantile([math.nan] * 3, np.arange(3), 0.5) is None
    assert quantile([1.0, 2.0, 3.0, 4.0], np.array([0, 0, 1, 1]), 0.5) == (2.5, None, None, 4)
    with pytest.raises(UsageError, match="between 0 and 1"):
        quantile([1.0], np.arange(1), 1.0)


def test_the_tail_mean_is_the_mean_of_the_worst_runs() -> None:
    values = RNG.permutation(np.arange(200.0))
    worst = tail_mean(values, np.arange(200), "lower")
    least = tail_mean(values, np.arange(200), "higher")
    assert worst is not None and least is not None
    assert worst.value == pytest.approx(np.arange(190, 200).mean())
    assert least.value == pytest.approx(np.arange(10).mean())
    assert (least.low, least.high) == pytest.approx((199 - worst.high, 199 - worst.low))


def test_a_fraction_of_a_run_in_the_tail_counts_as_a_fraction() -> None:
    found = tail_mean(np.arange(30.0), np.arange(30), "lower")
    assert found is not None
    assert found.value == pytest.approx((29 + 0.5 * 28) / 1.5)
    assert (found.low, found.high) == (None, None)


def test_the_tail_mean_is_at_least_the_quantile() -> None:
    values = RNG.exponential(1.0, 500)
    tail, edge = tail_mean(values, np.arange(500), "lower"), quantile(values, np.arange(500), 0.95)
    assert tail is not None and edge is not None
    assert tail.value >= edge.value
    with pytest.raises(UsageError, match="direction"):
        tail_mean(values, np.arange(500), "none")


def test_fiellers_ends_solve_his_equation() -> None:
    below = RNG.normal(10, 2, 40)
    above = 0.5 * below + RNG.normal(0, 3, 40)
    found = ratio_of_means(above, below, np.arange(40))
    assert found is not None
    assert found.value == pytest.approx(above.mean() / below.mean())
    for end in (found.low, found.high):
        assert end is not None
        difference = above - end * below
        assert abs(difference.mean()) / stats.sem(difference) == pytest.approx(stats.t.ppf(0.975, 39), rel=1e-9)


def test_a_ratio_to_what_may_be_nothing_has_no_value() -> None:
    assert ratio_of_means(RNG.normal(5, 1, 30), RNG.normal(0.1, 3, 30), np.arange(30)) is None
    assert ratio_of_means(np.ones(30), np.zeros(30), np.arange(30)) is None
    assert ratio_of_means(np.ones(4), np.ones(4), np.array([0, 0, 1, 1])) is None
    assert ratio_of_means([math.nan], [1.0], np.arange(1)) is None
