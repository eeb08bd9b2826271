"""A forecast from calibrated worlds starts in the state that was last reported, and knows no report that came later."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.experiment.design import Design
from sim.scenario.load import load_scenario
from sim.study.backtest.targets import load_targets
from sim.study.forecast.recent import OUTSIDE_WEIGHT, STATES, effective, reports_before, resampled, weights
from sim.study.forecast.run import Asked, Forecast, as_object, forecast

CALIBRATED = "blockade-2025-customs-calibrated"


def names(day: date, scenario: str = CALIBRATED) -> list[str]:
    return [target.id for target in reports_before(day, load_scenario(scenario).model)]


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2025, 12, 5), ["BT15", "BT26", "BT27", "BT28", "BT29"]), (date(2025, 12, 17), ["BT27", "BT28", "BT29", "BT17"]),
     (date(2025, 12, 25), ["BT17"]), (date(2025, 12, 30), ["BT17"]), (date(2025, 12, 31), ["BT32"]),
     (date(2026, 1, 14), ["BT32"]), (date(2026, 1, 15), [])],
)  # fmt: skip
def test_reports_of_the_fortnight_before_count_and_none_that_came_later(day: date, expected: list[str]) -> None:
    assert names(day) == expected
    found = reports_before(day, load_scenario(CALIBRATED).model)
    assert all(target.last_day < day for target in found)


def test_what_the_calibration_used_is_not_used_again() -> None:
    assert names(date(2025, 11, 10)) == []
    assert {target.role for target in reports_before(date(2025, 12, 5), load_scenario(CALIBRATED).model)} == {"held_out"}


def test_worlds_that_were_not_calibrated_are_not_weighed() -> None:
    assert names(date(2025, 12, 31), "blockade-2025-customs") == names(date(2025, 12, 31), "kayes-corridor") == []


def test_reports_of_a_state_are_the_same_in_both_sets_of_books() -> None:
    customs, minister = ([t for t in load_targets(books) if t.reading in STATES] for books in ("customs", "minister"))
    assert customs == minister and customs


def test_a_run_outside_two_bands_weighs_the_product() -> None:
    within = np.array([[True, True, False, False], [True, False, True, False]])
    assert weights(within).tolist() == pytest.approx([1, OUTSIDE_WEIGHT, OUTSIDE_WEIGHT, OUTSIDE_WEIGHT**2])
    assert weights(np.zeros((0, 3), np.bool_)).tolist() == [1, 1, 1]


def test_runs_come_as_often_as_their_weight_asks() -> None:
    assert resampled(np.ones(7)).tolist() == list(range(7))
    assert resampled(np.array([0.0, 1.0, 0.0, 0.0])).tolist() == [1] * 4
    of = np.random.default_rng(3).uniform(0, 1, 200)
    counts = np.bincount(resampled(of), minlength=200)
    assert counts.sum() == 200 and np.abs(counts - 200 * of / of.sum()).max() < 1
    assert effective(np.ones(7)) == pytest.approx(7) and effective(np.array([1.0, 0.0])) == pytest.approx(1)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Forecast, Forecast]:
    """The first days of 2026 from forty calibrated worlds, weighed by what was reported and as the model has them."""
    out = tmp_path_factory.mktemp("results")
    given = (CALIBRATED, None, ("",), date(2025, 12, 31), 3, {}, Design(40, 1), 1, 1, out)
    return forecast(Asked(*given)), forecast(Asked(*given, reports=False))


def test_the_forecast_begins_nearer_to_what_was_reported(both: tuple[Forecast, Forecast]) -> None:
    weighed, plain = both
    low, high = weighed.reports[0].target.low, weighed.reports[0].target.high

    def met(found: Forecast) -> float:
        first = found.pooled.stations[:, 0, 0]
        return float(((first >= low) & (first <= high)).mean())

    assert [seen.target.id for seen in weighed.reports] == ["BT32"] and plain.reports == ()
    assert 0 < weighed.reports[0].inside_prob < 0.5
    assert met(weighed) > met(plain) + 0.2
    assert weighed.effective_runs is not None and 1 < weighed.effective_runs < 40


def test_the_object_says_what_runs_were_weighed_by(both: tuple[Forecast, Forecast]) -> None:
    weighed, plain = (as_object(found) for found in both)
    assert [row["id"] for row in weighed["reports"]] == ["BT32"] and plain["reports"] == []
    assert plain["effective_runs"] is None and len(weighed["daily"]) == 3


def test_another_strategy_than_the_one_reported_on_is_not_weighed(tmp_path: Path) -> None:
    given = (CALIBRATED, "escort-48h-150", ("",), date(2025, 12, 31), 1, {}, Design(2, 1), 1, 1, tmp_path)
    assert forecast(Asked(*given)).reports == ()
