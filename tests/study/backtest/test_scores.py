"""Scores are those of their definitions."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.study.backtest.scores import crps, expected_to_meet, log_score, persistence_share, scored
from sim.study.backtest.targets import Target

DAY = date(2025, 10, 1)
TARGET = Target("BT", "fitted", "", "lost_to", "", DAY, DAY, 10.0, 20.0, None, 15.0)
SHARP = replace(TARGET, sharp=16.0)


def test_the_log_score_is_minus_the_log_of_the_share_and_has_a_floor() -> None:
    assert log_score(0.5, 200) == pytest.approx(math.log(2))
    assert log_score(0.0, 200) == pytest.approx(math.log(400))
    assert log_score(1.0, 200) == pytest.approx(-math.log(1 - 1 / 400))


@pytest.mark.parametrize("observed", [-1.0, 3.0, 100.0])
def test_crps_is_the_mean_distance_less_half_the_mean_spread(observed: float) -> None:
    values = np.array([0.0, 1.0, 4.0, 4.0, 9.0])
    by_pairs = np.abs(values - observed).mean() - np.abs(values[:, None] - values).mean() / 2
    assert crps(values, observed) == pytest.approx(by_pairs)


def test_crps_of_a_normal_ensemble_is_the_known_one() -> None:
    """Gneiting & Raftery 2007: σ (2φ(0) − 1 ÷ √π) at the mean."""
    from scipy.special import ndtri

    values = ndtri((np.arange(20_000) + 0.5) / 20_000)
    assert crps(values, 0.0) == pytest.approx(2 / math.sqrt(2 * math.pi) - 1 / math.sqrt(math.pi), abs=1e-3)


def test_a_run_without_a_number_lies_outside_and_after_all_others() -> None:
    row = scored(TARGET, "b", "v", np.array([12.0] * 6 + [np.nan] * 4), 10)
    assert row.inside_prob == 0.6
    assert (row.p05, row.p50, row.p95) == (12.0, 12.0, None)
    assert row.width is None and row.inside_90


def test_a_band_is_met_where_the_intervals_meet() -> None:
    assert scored(TARGET, "b", "v", np.linspace(18, 40, 100), 100).inside_90
    assert not scored(TARGET, "b", "v", np.linspace(21, 40, 100), 100).inside_90


def test_one_number_has_to_be_held() -> None:
    assert scored(SHARP, "b", "v", np.linspace(12, 18, 100), 100).inside_90
    assert not scored(SHARP, "b", "v", np.linspace(17, 40, 100), 100).inside_90


def test_persistence_is_right_or_wrong() -> None:
    assert [persistence_share(replace(TARGET, persistence=p)) for p in (10.0, 20.5, None)] == [1, 0, 0]


def test_right_bands_meet_wide_observations_more_often_than_their_name_says() -> None:
    luck = np.random.default_rng(1)
    values = luck.normal(0, 1, 20_000)
    low, high = np.quantile(values, [0.25, 0.75]).tolist()
    for width in (0.01, 1.0, 3.0):
        target = replace(TARGET, low=0.0, high=width)
        starts = luck.choice(values, 20_000) - luck.uniform(0, width, 20_000)
        met = np.mean((starts <= high) & (starts + width >= low))
        assert expected_to_meet(target, values, low, high) == pytest.approx(met, abs=0.012)
    assert expected_to_meet(replace(TARGET, low=0.0, high=0.01), values, low, high) == pytest.approx(0.5, abs=0.01)
    assert expected_to_meet(replace(SHARP, low=0.0, high=3.0), values, low, high) == pytest.approx(0.5, abs=0.01)


def test_runs_without_a_number_are_met_only_by_a_band_without_an_end() -> None:
    values = np.array([12.0] * 6 + [np.nan] * 4)
    assert expected_to_meet(TARGET, values, 12.0, None) == 1
    assert expected_to_meet(TARGET, values, 12.0, 12.0) == pytest.approx(0.6)
    assert expected_to_meet(TARGET, values, None, None) == 0
