"""Comparisons with the best, probabilities of being best, shares of worlds, regret."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.analysis.best import (
    compared_with_best,
    contrasts,
    p_best_mean,
    regrets,
    share_of_worlds_best,
    shares_of_first,
)
from sim.errors import UsageError

RNG = np.random.default_rng(8)
WORLDS, CHANCES = np.repeat(np.arange(30), 4), np.tile(np.arange(4), 30)


def three(gap: float) -> np.ndarray:
    """Three strategies in the same 120 runs, each `gap` worse than the one before."""
    return RNG.normal(0, 4, 120) + RNG.normal(0, 1, (3, 120)) + gap * np.arange(3)[:, None]


def test_with_two_strategies_the_interval_is_hsus_constrained_one_sided_interval() -> None:
    one, two = three(0.05)[:2]
    width = stats.t.ppf(0.95, 119) * stats.sem(one - two)
    d = float((one - two).mean())
    found = compared_with_best(contrasts(np.stack([one, two]), np.arange(120)), "lower", tail=0.05)
    assert found.low == pytest.approx([min(0, d - width), min(0, -d - width)])
    assert found.high == pytest.approx([max(0, d + width), max(0, -d + width)])


def test_a_clearly_best_strategy_is_alone_and_its_interval_ends_at_nothing() -> None:
    found = compared_with_best(contrasts(three(5.0), np.arange(120)), "lower")
    assert found.can_be_best.tolist() == [True, False, False]
    assert found.high[0] == 0.0
    assert (found.low[1:] == 0).all()


def test_direction_turns_the_intervals_round() -> None:
    values = three(0.3)
    lower = compared_with_best(contrasts(values, np.arange(120)), "lower")
    higher = compared_with_best(contrasts(-values, np.arange(120)), "higher")
    assert (lower.can_be_best == higher.can_be_best).all()
    assert lower.low == pytest.approx(-higher.high)
    assert lower.high == pytest.approx(-higher.low)


def test_equal_strategies_can_both_be_best_and_differ_by_nothing() -> None:
    values = np.repeat(RNG.normal(0, 1, (1, 120)), 2, axis=0)
    found = compared_with_best(contrasts(values, np.arange(120)), "lower")
    assert found.can_be_best.all()
    assert (found.low == 0).all() and (found.high == 0).all()


def test_too_few_units_rule_nobody_out() -> None:
    found = compared_with_best(contrasts(three(50.0), WORLDS % 2), "lower")
    assert found.can_be_best.all()
    assert np.isnan(found.low).all()


def test_more_comparisons_widen_the_intervals() -> None:
    differences = contrasts(three(0.1), np.arange(120))
    few, many = (compared_with_best(differences, "lower", comparisons=n) for n in (2, 99))
    assert (many.low <= few.low).all()
    assert (many.high >= few.high).all()
    assert (many.can_be_best | ~few.can_be_best).all()


def test_contrasts_of_partly_defined_strategies_use_the_pairs_that_both_have() -> None:
    values = three(1.0)
    values[0, :30] = np.nan
    found = contrasts(values, np.arange(120))
    assert found.pairs.tolist() == [[90, 90, 90], [90, 120, 120], [90, 120, 120]]
    assert found.mean[0, 1] == pytest.approx((values[0] - values[1])[30:].mean())


def test_one_strategy_alone_is_the_best() -> None:
    found = compared_with_best(contrasts(three(1.0)[:1], np.arange(120)), "lower")
    assert (found.low[0], found.high[0], found.can_be_best[0]) == (0, 0, True)


def test_a_metric_without_direction_ranks_nobody() -> None:
    with pytest.raises(UsageError, match="neither more nor less"):
        compared_with_best(contrasts(three(1.0), np.arange(120)), "none")


def test_first_places_are_shared_by_ties() -> None:
    assert shares_of_first(np.array([[1.0, 2, 0], [1.0, 1, 0], [5.0, 1, 0]])).tolist() == pytest.approx(
        [(1 / 2 + 1 / 3) / 3, (1 / 2 + 1 / 2 + 1 / 3) / 3, (1 / 2 + 1 / 3) / 3]
    )


def test_p_best_mean_is_about_the_mean_and_the_share_of_worlds_about_worlds() -> None:
    """A gain of 1 on average that differs much between worlds: the mean is certain, a single world is not."""
    worlds, chances = np.repeat(np.arange(400), 2), np.tile([0, 1], 400)
    gain = np.repeat(RNG.normal(1, 4, 400), 2)
    values = np.stack([np.zeros(800), -gain])
    assert p_best_mean(values, worlds, chances, "lower", seed=1)[1] > 0.99
    assert share_of_worlds_best(values, worlds, "lower")[1] == pytest.approx(stats.norm.cdf(0.25), abs=0.08)


def test_p_best_mean_agrees_with_the_normal_approximation() -> None:
    one = RNG.normal(0, 1, 200)
    difference = RNG.normal(0.05, 1, 200)
    found = p_best_mean(np.stack([one, one + difference]), np.zeros(200), np.arange(200), "lower", seed=3)
    assert found[0] == pytest.approx(stats.norm.cdf(difference.mean() / stats.sem(difference)), abs=0.03)


def test_equal_strategies_share_their_probability_exactly() -> None:
    values = three(0.2)
    found = p_best_mean(np.r_[values, values[:1]], WORLDS, CHANCES, "lower", seed=1)
    assert found[0] == found[3]
    assert found.sum() == pytest.approx(1.0)


def test_too_few_units_leave_p_best_mean_unknown() -> None:
    assert p_best_mean(three(1.0), WORLDS % 2, CHANCES, "lower", seed=1) is None


def test_shares_and_regret_count_worlds_and_not_runs() -> None:
    """World 0 has two chances, world 1 one; strategy 1 is best in world 0, strategy 0 in world 1 by more."""
    values = np.array([[4.0, 2.0, 1.0], [2.0, 2.0, 7.0]])
    worlds = np.array([3, 3, 8])
    assert share_of_worlds_best(values, worlds, "lower").tolist() == [0.5, 0.5]
    first, second = regrets(values, worlds, "lower")
    assert (first.mean, first.worst, first.worst_world) == (0.5, 1.0, 3)
    assert (second.mean, second.worst, second.worst_world) == (3.0, 6.0, 8)
    assert (second.low, second.high) == (None, None)
    assert second.p95 == pytest.approx(0.95 * 6)


def test_regret_is_never_negative_and_its_interval_keeps_that() -> None:
    for regret in regrets(three(0.4), WORLDS, "higher"):
        assert regret.low is not None
        assert 0 <= regret.low <= regret.mean <= regret.high <= 10
        assert regret.p95 <= regret.worst


def test_worlds_without_a_complete_run_are_left_out() -> None:
    values = np.array([[1.0, np.nan, 5.0], [2.0, 0.0, 4.0]])
    assert share_of_worlds_best(values, np.array([0, 1, 2]), "lower").tolist() == [0.5, 0.5]
    assert regrets(np.full((2, 3), np.nan), np.arange(3), "lower") is None
    assert share_of_worlds_best(np.full((2, 3), np.nan), np.arange(3), "lower") is None
