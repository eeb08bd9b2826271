"""Ambushes: candidates add up over road and time, and thinning keeps every ambush of a lesser threat."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.draws import uniform
from sim.rules.ambush import candidate_mean, is_active, regime_ends
from sim.rules.shapes import poisson_count

claim = settings(max_examples=100, deadline=None)
rates = st.floats(0.0, 0.1)
exposures = st.floats(0.0, 3.0)
kilometres = st.floats(0.0, 700.0)
hours = st.floats(0.0, 336.0)
marks = st.integers(0, 2**32 - 1).map(uniform)
N = 20_000
STRATA = (np.arange(N) + 0.5) / N


def law_of_count(mean: float) -> np.ndarray:
    """Probabilities of 0, 1, 2… candidates, each right to within 1 / N."""
    return np.bincount([poisson_count(mean, u) for u in STRATA]) / N


def test_expected_candidates_by_hand() -> None:
    assert candidate_mean(0.001, 0.5, 100.0, 24.0) == pytest.approx(1.2)


@claim
@given(rates, exposures, kilometres, kilometres, hours, hours)
def test_expected_candidates_add_up_over_parts_of_a_leg_and_of_a_window(
    ceiling: float, exposure: float, km: float, more_km: float, h: float, more_h: float
) -> None:
    whole = candidate_mean(ceiling, exposure, km + more_km, h)
    assert whole == pytest.approx(
        candidate_mean(ceiling, exposure, km, h) + candidate_mean(ceiling, exposure, more_km, h),
        rel=1e-12,
        abs=1e-300,
    )
    whole = candidate_mean(ceiling, exposure, km, h + more_h)
    assert whole == pytest.approx(
        candidate_mean(ceiling, exposure, km, h) + candidate_mean(ceiling, exposure, km, more_h),
        rel=1e-12,
        abs=1e-300,
    )


@pytest.mark.parametrize("mean", [0.3, 2.0, 9.0])
def test_halving_a_leg_leaves_the_law_of_the_number_of_candidates_unchanged(mean: float) -> None:
    half = law_of_count(candidate_mean(mean, 1.0, 0.5, 1.0))
    whole = law_of_count(candidate_mean(mean, 1.0, 1.0, 1.0))
    two_halves = np.convolve(half, half)
    size = max(len(whole), len(two_halves))
    gap = np.pad(two_halves, (0, size - len(two_halves))) - np.pad(whole, (0, size - len(whole)))
    assert np.abs(gap).max() <= 4 / N


@claim
@given(marks, rates, rates, rates)
def test_more_threat_keeps_every_ambush_of_less_threat(
    mark: float, ceiling: float, a: float, b: float
) -> None:
    assert is_active(mark, max(a, b), ceiling) or not is_active(mark, min(a, b), ceiling)


@claim
@given(marks, st.floats(1e-9, 0.1), st.floats(1.0, 2.0))
def test_no_threat_activates_nothing_and_the_ceiling_everything(
    mark: float, ceiling: float, factor: float
) -> None:
    assert not is_active(mark, 0.0, ceiling)
    assert is_active(mark, ceiling * factor, ceiling)


@pytest.mark.parametrize(("intensity", "ceiling"), [(0.001, 0.004), (0.003, 0.004), (0.001, 0.1)])
def test_the_active_share_is_intensity_over_ceiling(intensity: float, ceiling: float) -> None:
    active = np.mean([is_active(mark, intensity, ceiling) for mark in STRATA])
    assert active == pytest.approx(intensity / ceiling, abs=1 / N)


def test_a_mark_at_the_very_threshold_is_not_active() -> None:
    assert not is_active(0.5, 0.25, 0.5)
    assert is_active(0.5 - 2.0**-33, 0.25, 0.5)


@claim
@given(st.floats(1.0, 3650.0), st.floats(1.0, 10.0), marks)
def test_longer_periods_end_more_rarely(mean_days: float, longer: float, u: float) -> None:
    assert regime_ends(mean_days, u) or not regime_ends(mean_days * longer, u)


@pytest.mark.parametrize("mean_days", [1.0, 4.0, 55.0])
def test_a_period_ends_with_a_chance_of_one_in_its_mean(mean_days: float) -> None:
    assert np.mean([regime_ends(mean_days, u) for u in STRATA]) == pytest.approx(1.0 / mean_days, abs=1 / N)
