"""Intervals cover and selections are right as often as promised, by experiments with known truth.

The full versions (5,000 experiments, marked slow) hold the promise itself; the fast ones allow for their own sampling error.
"""

from __future__ import annotations

import numpy as np
import pytest
from experiments import (
    DIFFERENCES,
    LEVEL,
    MEANS,
    NORMAL_QUANTILES,
    bootstrap_coverage,
    margin,
    quantile_coverage,
    ratio_coverage,
    selected_by_two_stages,
    selected_sequentially,
    selected_with_common_numbers,
    selected_within_budget,
    sequential_coverage,
    stein_coverage,
    t_coverage,
    tail_coverage,
    with_best_coverage,
)

FEW, MANY = 300, 5_000
trials = pytest.mark.parametrize("trials", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])


def slack(trials: int, promised: float = 0.95) -> float:
    """What a fast version allows beyond the stated band; the full version allows nothing."""
    return margin(promised, trials) if trials < MANY else 0.0


@trials
@pytest.mark.parametrize("kind", DIFFERENCES)
def test_the_t_interval_of_a_paired_difference_covers_in_93_to_97_of_100_experiments(kind, trials) -> None:
    assert 0.93 - slack(trials) <= t_coverage(kind, trials) <= 0.97 + slack(trials)


@trials
@pytest.mark.parametrize("kind", DIFFERENCES)
def test_the_bootstrap_interval_of_a_paired_difference_covers_in_93_to_97_of_100_experiments(kind, trials) -> None:
    assert 0.93 - slack(trials) <= bootstrap_coverage(kind, trials) <= 0.97 + slack(trials)


@trials
@pytest.mark.parametrize("skewed", [False, True])
@pytest.mark.parametrize("kind", MEANS)
def test_comparisons_with_the_best_hold_all_together_in_93_of_100_experiments(kind, skewed, trials) -> None:
    assert with_best_coverage(kind, trials, skewed) >= 0.93 - slack(trials)


@trials
@pytest.mark.parametrize("kind", MEANS)
def test_comparisons_with_the_best_of_normal_outcomes_miss_no_more_often_than_asked(kind, trials) -> None:
    assert with_best_coverage(kind, trials, tail=0.05) >= 0.95 - margin(0.95, trials)


@trials
@pytest.mark.parametrize("kind", ["independent", "whole numbers", "clustered"])
@pytest.mark.parametrize("level", NORMAL_QUANTILES)
def test_intervals_of_quantiles_cover_in_93_of_100_experiments(level, kind, trials) -> None:
    assert quantile_coverage(level, kind, trials) >= 0.93 - slack(trials)


@trials
@pytest.mark.parametrize(
    ("kind", "least"), [("normal", 0.87), ("many normal", 0.92), ("exponential", 0.83), ("clustered", 0.83)]
)
def test_intervals_of_tail_means_cover_less_than_others_by_what_is_stated(kind, least, trials) -> None:
    assert least - slack(trials, 0.85) <= tail_coverage(kind, trials) <= 0.97


@trials
def test_the_interval_of_a_ratio_of_means_covers_in_93_to_97_of_100_experiments(trials) -> None:
    assert 0.93 - slack(trials) <= ratio_coverage(trials) <= 0.97 + slack(trials)


@trials
@pytest.mark.parametrize("procedure", ["rinott", "dudewicz-dalal"])
def test_two_stages_of_independent_runs_select_the_best_as_often_as_promised(procedure, trials) -> None:
    assert selected_by_two_stages(procedure, trials) >= LEVEL - margin(LEVEL, trials)


@trials
def test_nelson_and_matejcik_select_the_best_as_often_as_promised_where_differences_have_one_variance(trials) -> None:
    found = selected_with_common_numbers("nelson-matejcik", trials, np.full(5, 3.0))
    assert found >= LEVEL - margin(LEVEL, trials)


@trials
def test_clark_and_yang_select_the_best_as_often_as_promised_whatever_the_variances(trials) -> None:
    assert selected_with_common_numbers("clark-yang", trials) >= LEVEL


def test_nelson_and_matejcik_promise_too_much_where_the_best_strategy_is_by_far_the_most_variable() -> None:
    assert selected_with_common_numbers("nelson-matejcik", 1_000, np.array([6.0, 0.5, 0.5, 0.5, 0.5])) < LEVEL - 0.02


@trials
def test_kim_and_nelson_select_the_best_as_often_as_promised(trials) -> None:
    right, _ = selected_sequentially(trials)
    assert right >= LEVEL - slack(trials, LEVEL)


@trials
def test_a_budget_spent_by_ocba_selects_right_more_often_than_one_spent_equally(trials) -> None:
    assert selected_within_budget("ocba", trials) > selected_within_budget("equal", trials) + 0.05


@trials
def test_two_stages_leave_a_mean_within_its_target_in_95_of_100_experiments(trials) -> None:
    assert stein_coverage(trials) >= 0.95 - margin(0.95, trials)


@trials
@pytest.mark.parametrize(("kind", "least"), [("normal", 0.93), ("skewed", 0.88)])
def test_sequential_stopping_covers_nearly_as_often_as_it_says(kind, least, trials) -> None:
    assert least - slack(trials) <= sequential_coverage(kind, trials) <= 0.97
