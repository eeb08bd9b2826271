"""Selection procedures and budgets: what they ask for in cases that can be worked out."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from sim.analysis.budget import ocba_next, ocba_shares, precise_enough, stein_total, units_for
from sim.analysis.selection import (
    clark_yang_total,
    kim_nelson_screen,
    nelson_matejcik_total,
    two_stage_totals,
    weighted_mean,
)
from sim.analysis.selection_constants import dudewicz_dalal, equicorrelated_t, kim_nelson, rinott
from sim.errors import UsageError

RNG = np.random.default_rng(10)


def test_constants_of_two_systems_are_those_of_a_difference_of_two_t_variables() -> None:
    """P(T1 − T2 ≤ h) by 400,000 draws."""
    h = dudewicz_dalal(2, 10, 0.95)
    drawn = RNG.standard_t(9, 400_000) - RNG.standard_t(9, 400_000)
    assert (drawn <= h).mean() == pytest.approx(0.95, abs=0.002)


def test_one_comparison_needs_students_t() -> None:
    assert equicorrelated_t(1, 7, 0.95) == pytest.approx(stats.t.ppf(0.95, 7), rel=1e-6)


def test_rinott_asks_for_more_than_dudewicz_and_dalal_unless_there_are_two_systems() -> None:
    for systems in (3, 5, 30):
        assert rinott(systems, 15, 0.95) > dudewicz_dalal(systems, 15, 0.95) + 0.01
    assert rinott(2, 15, 0.95) == pytest.approx(dudewicz_dalal(2, 15, 0.95), rel=1e-6)


def test_a_level_that_guessing_reaches_is_refused() -> None:
    with pytest.raises(UsageError, match="a level between 1 ÷ systems and 1"):
        rinott(4, 10, 0.25)
    with pytest.raises(UsageError, match="at least 2 and 2"):
        kim_nelson(1, 10, 0.95)


def test_two_stages_ask_for_no_less_than_the_first() -> None:
    assert two_stage_totals([0.0, 1e-9, 400.0], 10, 2.0, 3.0).tolist() == [10, 10, 900]


def test_weights_of_dudewicz_and_dalal_leave_the_variance_that_was_asked_for() -> None:
    """a₁² · n₀ + a₂² · (N − n₀) = (zone ÷ h)² ÷ S², read off from means of marked observations."""
    first, zone, h = 10, 1.0, 2.5
    start = RNG.normal(0, 2, first)
    count = math.ceil((h / zone) ** 2 * start.var(ddof=1)) + 5
    base = weighted_mean(np.r_[start, np.zeros(count - first)], first, zone, h)
    late = weighted_mean(np.r_[start, np.ones(count - first)], first, zone, h) - base
    early = 1 - late
    variance = early**2 / first + late**2 / (count - first)
    assert variance == pytest.approx((zone / h) ** 2 / start.var(ddof=1), rel=1e-9)
    assert weighted_mean(np.ones(12), 10, zone, h) == 1.0


def test_common_luck_does_not_raise_the_runs_that_are_needed() -> None:
    """What all strategies share leaves every difference, and so every total, as it is."""
    own = RNG.normal(0, 2, (4, 20))
    luck = RNG.normal(0, 50, 20)
    for total in (nelson_matejcik_total, clark_yang_total):
        assert total(own + luck, 1.0, 0.95) == total(own, 1.0, 0.95)


def test_two_strategies_need_what_their_difference_says() -> None:
    values = RNG.normal(0, 3, (2, 15))
    expected = math.ceil((stats.t.ppf(0.95, 14) / 0.5) ** 2 * (values[0] - values[1]).var(ddof=1))
    assert nelson_matejcik_total(values, 0.5, 0.95) == expected
    assert clark_yang_total(values, 0.5, 0.95) == expected


def test_kim_and_nelson_drop_a_hopeless_strategy_after_the_first_stage() -> None:
    values = RNG.normal(0, 1, (3, 10)) + np.array([[0.0], [0.1], [90.0]])
    found = kim_nelson_screen(values, 10, 0.5, 0.95, "lower")
    assert found.dropped_after == (None, None, 10)
    assert found.survivors == (0, 1)
    assert not found.finished


def test_what_was_dropped_needs_no_more_observations_and_drops_nobody() -> None:
    values = RNG.normal(0, 1, (3, 400)) + np.array([[0.0], [0.6], [90.0]])
    values[2, 10:] = np.nan
    found = kim_nelson_screen(values, 10, 0.5, 0.95, "lower")
    assert found.survivors == (0,)
    assert found.finished


def test_the_procedure_ends_with_the_best_mean_at_the_latest() -> None:
    values = np.tile(RNG.normal(0, 3, (1, 60)), (2, 1))
    values[1, :10] += RNG.normal(0, 1e-3, 10)
    found = kim_nelson_screen(values, 10, 0.5, 0.95, "higher")
    assert found.finished
    assert found.most == 1
    assert found.survivors == (int(values[:, :10].mean(axis=1).argmax()),)


def test_replaying_with_more_observations_never_brings_a_strategy_back() -> None:
    values = RNG.normal(0, 2, (6, 200)) + RNG.normal(0, 5, 200) + np.linspace(0, 1, 6)[:, None]
    alive = [set(kim_nelson_screen(values[:, :n], 12, 0.3, 0.95, "lower").survivors) for n in range(12, 201, 8)]
    assert all(later <= earlier for earlier, later in pairwise(alive))


def test_a_missing_observation_of_a_strategy_in_the_running_is_an_error() -> None:
    values = RNG.normal(0, 1, (2, 30))
    values[0, 20:] = np.nan
    with pytest.raises(UsageError, match="no observation 21"):
        kim_nelson_screen(values, 10, 0.01, 0.95, "lower")


@pytest.mark.parametrize("zone", [0.0, -1.0, math.nan])
def test_an_indifference_zone_must_be_positive(zone) -> None:
    with pytest.raises(UsageError, match="indifference zone"):
        clark_yang_total(np.zeros((2, 5)), zone, 0.95)


def test_two_systems_share_a_budget_by_their_deviations() -> None:
    assert ocba_shares([1.0, 2.0], [4.0, 16.0], "lower") == pytest.approx([1 / 3, 2 / 3])


def test_direction_turns_the_budget_round() -> None:
    lower = ocba_shares([1.0, 2.0, 5.0], [4.0, 9.0, 1.0], "lower")
    assert ocba_shares([-1.0, -2.0, -5.0], [4.0, 9.0, 1.0], "higher") == pytest.approx(lower)


def test_a_tie_with_the_best_takes_the_budget_and_nothing_is_spent_without_variance() -> None:
    assert ocba_shares([1.0, 1.0, 5.0], [4.0, 4.0, 4.0], "lower") == pytest.approx([0.5, 0.5, 0.0])
    assert ocba_shares([1.0, 1.0], [0.0, 0.0], "lower").tolist() == [0.0, 0.0]
    assert ocba_next([1.0, 1.0], [0.0, 0.0], [5, 5], 10, "lower").tolist() == [0, 0]


def test_additions_bring_the_whole_budget_to_its_shares_and_take_nothing_back() -> None:
    means, variances = np.arange(1.0, 6.0), np.full(5, 4.0)
    done = np.array([10, 10, 10, 10, 200])
    more = ocba_next(means, variances, done, 400, "lower")
    assert more.sum() == 400
    assert more[4] == 0 and (more >= 0).all()
    shares = ocba_shares(means, variances, "lower")
    assert (done + more)[:2] / (done + more)[0] == pytest.approx(shares[:2] / shares[0], rel=0.02)


@pytest.mark.parametrize("deviation", [0.1, 4.0, 60.0])
def test_the_units_that_are_needed_are_the_fewest(deviation) -> None:
    count = units_for(deviation, 1.0)

    def half(n: int) -> float:
        return stats.t.ppf(0.975, n - 1) * deviation / math.sqrt(n)

    assert half(count) <= 1.0
    assert count == 3 or half(count - 1) > 1.0


def test_hopelessly_many_units_are_counted_without_looking_for_them() -> None:
    assert units_for(1.0, 1e-9) == pytest.approx((stats.norm.ppf(0.975) * 1e9) ** 2, rel=1e-9)
    assert units_for(1.0, 1.0000001e-6 * stats.norm.ppf(0.975)) == pytest.approx(1e12, rel=1e-6)


def test_a_half_width_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="never reached"):
        units_for(1.0, 0.0)
    with pytest.raises(UsageError, match="above 0"):
        stein_total([1.0, 2.0], 0.0)


def test_no_spread_needs_no_more_units() -> None:
    assert units_for(0.0, 1.0) == 3
    assert stein_total([5.0] * 7, 0.1) == 7


def test_sequential_stopping_waits_for_the_least_number_of_units() -> None:
    assert precise_enough(np.ones(5), 1.0).more_units == 15
    assert precise_enough(np.ones(20), 1.0) == (0.0, True, 0)


def test_sequential_stopping_says_what_is_missing_at_the_present_variance() -> None:
    values = RNG.normal(0, 5, 30)
    found = precise_enough(values, 0.5)
    assert not found.reached
    assert found.half == pytest.approx(stats.t.ppf(0.975, 29) * stats.sem(values))
    assert 30 + found.more_units == units_for(float(values.std(ddof=1)), 0.5)
