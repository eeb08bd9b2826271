"""The observation model: reports with the errors that the back-test's bands stand for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.study.backtest.targets import Target
from sim.study.calibrate.reports import MISSED_SHARE, SURVEYS, Errors, is_threshold, never, observed, reported
from sim.study.calibrate.table import KNOWN_ON, fitted_targets

TARGETS = {target.id: target for target in fitted_targets("customs")}
UNIFORMS = (np.arange(20_000) + 0.5) / 20_000


def reports(target: Target, reading: float) -> np.ndarray:
    """What is reported of one reading, under evenly spread errors."""
    shuffled = np.random.default_rng(1).permutation(UNIFORMS)
    errors = Errors(UNIFORMS[:, None], shuffled[:, None])
    return reported((target,), np.full((len(UNIFORMS), 1), reading), errors)[:, 0]


def test_no_target_of_a_calibration_looks_beyond_november() -> None:
    assert {target.role for target in TARGETS.values()} == {"fitted"}
    assert max(target.last_day for target in TARGETS.values()) < KNOWN_ON
    assert len(TARGETS) == 13


@pytest.mark.parametrize("name", ["BT03", "BT04", "BT07", "BT08", "BT11"])
def test_a_report_can_be_what_was_observed_exactly_if_the_reading_lies_in_its_band(name: str) -> None:
    target = TARGETS[name]
    width = target.high - target.low
    for reading, possible in ((target.low + 0.01 * width, True), (target.high - 0.01 * width, True),
                              (target.low - 0.01 * width, False), (target.high + 0.01 * width, False)):  # fmt: skip
        found = reports(target, reading)
        assert (found.min() <= observed(target) <= found.max()) == possible
        assert found.mean() == pytest.approx(reading, abs=width / 1000)


@pytest.mark.parametrize("name", ["BT02", "BT12"])
def test_reports_of_losses_miss_up_to_three_tenths_and_lean_on_neither_side_of_the_rest(name: str) -> None:
    target = TARGETS[name]
    half = (target.high * (1 - MISSED_SHARE) - target.low) / 2
    found = reports(target, 200.0)
    assert found.mean() == pytest.approx(200 * (1 - MISSED_SHARE / 2), rel=0.01)
    assert found.max() <= 200 + half and found.min() >= 200 * (1 - MISSED_SHARE) - half
    assert target.low < observed(target) < target.high * (1 - MISSED_SHARE)


@pytest.mark.parametrize("name", SURVEYS)
@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.93, 1.0])
def test_a_survey_is_binomial(name: str, share: float) -> None:
    seen = SURVEYS[name][1]
    expected = stats.binom.ppf(UNIFORMS, seen, share) / seen
    assert np.array_equal(reports(TARGETS[name], share), np.maximum(expected, 0))


def test_a_band_that_ends_where_readings_must_end_says_only_whether_it_was_met() -> None:
    assert {name for name, target in TARGETS.items() if is_threshold(target)} == {"BT01", "BT06", "BT09"}
    target = TARGETS["BT01"]
    assert observed(target) == 1
    assert set(reports(target, 0.81)) == {1} and set(reports(target, 0.79)) == {0}


def test_what_never_happened_has_a_number_beyond_all_that_did() -> None:
    for name in ("BT04", "BT14"):
        target = TARGETS[name]
        assert set(reports(target, np.nan)) == {never(target)}
        last_day = target.last_day.toordinal() if target.is_date else (target.last_day - target.first_day).days
        assert never(target) > last_day
