"""Quiet and active periods: one path a world, known where reports say so, and a multiplier of intensity and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from sim.errors import ScenarioError
from sim.plan import Plan, make_plan
from sim.scenario.load import load_scenario, load_strategy
from sim.study.forecast.known import known_at

WORLD = "blockade-2025-customs-regimes"
START = date(2025, 9, 1)
STRATEGY = load_strategy("observed-2025").model


def plan(
    overrides: dict[str, Any] | None = None, *, world: int = 0, uncertainty: str = "central", strategy: Any = STRATEGY
) -> Plan:
    """The Plan of a world of the blockade with its regimes."""
    return make_plan(load_scenario(WORLD, overrides=overrides).model, strategy, seed=1, world=world, uncertainty=uncertainty)


def quiet(made: Plan, factor: float = 0.12) -> npt.NDArray[np.bool_]:
    """(d) from the first day on: whether the day is quiet, read off the intensity of a leg that no dated event singles out."""
    days = made.campaign.intensity[:, made.times.warmup_days :].max(axis=0)
    assert set(np.round(days[days > 0], 12)) <= {round(x * f, 12) for x in LEVELS for f in (1.0, factor)}
    return np.isin(np.round(days, 12), [round(x * factor, 12) for x in LEVELS])


LEVELS = (3.1e-4, 1.2e-4, 5.0e-4, 1.1e-4, 7.0e-4)
"""Central intensities of the dated events."""


def test_known_days_are_as_reports_say_in_every_world() -> None:
    for world in range(8):
        path = quiet(plan(world=world))
        assert not path[: (date(2025, 10, 26) - START).days].any()
        assert path[(date(2025, 10, 26) - START).days : (date(2025, 12, 1) - START).days].all()
        assert not path[(date(2025, 12, 6) - START).days : (date(2026, 1, 1) - START).days].any()


def test_worlds_differ_where_nothing_is_known_and_chances_and_strategies_do_not() -> None:
    paths = {quiet(plan(world=world))[122:].tobytes() for world in range(8)}
    assert len(paths) > 4
    other = load_strategy("south-first").model
    assert np.array_equal(plan(world=3).campaign.intensity, plan(world=3, strategy=other).campaign.intensity)


def test_a_longer_run_and_a_later_event_leave_the_days_before_as_they_are() -> None:
    short, long = quiet(plan({"days": 180}, world=2)), quiet(plan({"days": 212}, world=2))
    assert np.array_equal(short, long[:180])
    later = {"kind": "regime", "state": "quiet", "title": "Later", "first_day": START + timedelta(190)}
    assert np.array_equal(quiet(plan({"event.later": later}, world=2))[:190], long[:190])
    assert quiet(plan({"event.later": later}, world=2))[190:].all()


def test_the_share_of_quiet_days_and_the_length_of_periods_are_as_stated() -> None:
    free = {
        "days": 18_000, "threat.regimes.mean_quiet_days": 4, "threat.regimes.mean_active_days": 6,
        "threat.regimes.first_day": date(2026, 1, 1), "event.campaign-begins.first_day": date(2025, 9, 1),
    }  # fmt: skip
    path = quiet(plan(free))[200:]
    changes = np.flatnonzero(np.diff(path.astype(int)))
    assert path.mean() == pytest.approx(0.4, abs=0.03)
    assert len(path) / len(changes) == pytest.approx(5.0, abs=0.3)


def test_a_quiet_factor_of_one_is_a_world_without_regimes() -> None:
    with_them = plan({"threat.regimes.quiet_factor": 1}).campaign.intensity
    truce = {"kind": "truce", "title": "No truce", "first_day": date(2025, 10, 26), "factor": 1}
    model = load_scenario("blockade-2025-customs", overrides={"event.truce": truce}).model
    assert np.array_equal(with_them, make_plan(model, STRATEGY, seed=1, uncertainty="central").campaign.intensity)


def test_a_known_state_without_regimes_is_a_mistake_that_says_what_is_missing() -> None:
    event = {"kind": "regime", "state": "quiet", "title": "Calm", "first_day": date(2025, 10, 1)}
    with pytest.raises(ScenarioError, match=r"event\.calm.*no threat\.regimes"):
        load_scenario("blockade-2025-customs", overrides={"event.calm": event})


def test_a_forecast_knows_the_state_of_the_eve_and_no_state_after_it() -> None:
    known = known_at(WORLD, None, [], date(2025, 12, 10), 20, {}, seed=1)
    events = known.experiment.scenario.model.event
    assert events["campaign-resumes"].last_day == date(2025, 12, 9)
    assert "campaign-resumes" not in known.still_running
    assert "campaign-resumes" in known_at(WORLD, None, [], date(2025, 12, 1), 20, {}, seed=1).left_out


def test_a_reading_of_the_lull_does_not_fit_and_says_what_the_event_is() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(WORLD, variants=["lull-truce"])
    (problem,) = caught.value.problems
    assert problem.file.endswith("lull-truce.toml") and problem.key == "event.truce.factor"
    assert 'keys of an event of kind "regime"' in problem.hint


def test_a_run_cut_short_before_the_periods_begin_is_no_mistake() -> None:
    first = {"threat.regimes.first_day": date(2025, 9, 20)}
    path = quiet(plan({**first, "days": 10, "report_to": ()}))
    assert np.array_equal(path, quiet(plan(first))[:10])
