"""Results that keep outcomes and sketches of days: the same outcomes, quantiles within the stated error, made again alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fake_engine import FAKE

from sim.analysis.sketch import ERROR
from sim.errors import ResultsError
from sim.experiment.design import Design
from sim.experiment.experiment import experiment_of, run_experiment
from sim.experiment.results import Results

SMALL, LARGE = Design(3, 4), Design(6, 4)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Results, Results]:
    """The same runs kept whole, and summarised in two steps of which the first is smaller."""
    experiment = experiment_of("kayes-corridor-normal", "no-escort")
    whole = run_experiment(experiment, LARGE, FAKE, out=tmp_path / "whole")
    run_experiment(experiment, SMALL, FAKE, out=tmp_path / "brief", summarised=True)
    return whole, run_experiment(experiment, LARGE, FAKE, out=tmp_path / "brief", summarised=True)


def test_outcomes_are_the_same_and_daily_records_are_left_out(pair: tuple[Results, Results]) -> None:
    whole, brief = pair
    files = [(results.folder / "outcomes.parquet").read_bytes() for results in pair]
    assert files[0] == files[1]
    assert brief.summary() == whole.summary()
    assert not (brief.folder / "daily.parquet").exists() and not (brief.folder / "convoys.parquet").exists()
    with pytest.raises(ResultsError, match="left out"):
        _ = brief.daily


def test_quantiles_of_days_are_within_the_stated_error_of_the_exact_ones(pair: tuple[Results, Results]) -> None:
    exact, found = (results.daily_quantiles for results in pair)
    assert (exact["column"] == found["column"]).all() and (exact["date"] == found["date"]).all()
    numbers = [name for name in exact.columns if name.startswith("q") and name[1:].isdigit()]
    largest = np.maximum(np.abs(exact[numbers].to_numpy()).max(axis=1, keepdims=True), 1.0)
    assert (np.abs(exact[numbers].to_numpy() - found[numbers].to_numpy()) <= ERROR * largest + 1e-9).all()


def test_the_share_of_runs_short_by_day_is_the_same_whether_days_are_kept_or_not(pair: tuple[Results, Results]) -> None:
    exact, found = (results.daily_quantiles.set_index(["column", "product", "date"])["mean"] for results in pair)
    for column in ("shortage", "shortage_any"):
        assert (exact.loc[column] == found.loc[column]).all()
    assert (np.abs(exact - found) <= ERROR * np.maximum(np.abs(exact), 1.0)).all()


def test_a_part_of_summarised_runs_does_not_know_its_days(pair: tuple[Results, Results]) -> None:
    whole, brief = pair
    experiment = experiment_of("kayes-corridor-normal", "no-escort")
    parts = [run_experiment(experiment, SMALL, FAKE, out=one.folder.parent, summarised=True) for one in pair]
    assert [part.knows_days for part in (whole, brief, *parts)] == [True, True, True, False]


def test_runs_kept_whole_answer_for_summarised_ones_and_not_the_other_way_round(pair: tuple[Results, Results]) -> None:
    whole, brief = pair
    experiment = experiment_of("kayes-corridor-normal", "no-escort")
    before = (whole.folder / "manifest.json").read_bytes()
    again = run_experiment(experiment, LARGE, FAKE, out=whole.folder.parent, summarised=True)
    assert (again.folder / "manifest.json").read_bytes() == before
    full = run_experiment(experiment, LARGE, FAKE, out=brief.folder.parent)
    assert (full.folder / "daily.parquet").read_bytes() == (whole.folder / "daily.parquet").read_bytes()
