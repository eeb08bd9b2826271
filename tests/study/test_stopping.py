"""Pilots and stages: who is dropped, when a comparison stops, and how often its interval is right."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from short_corridor import written

import sim
from sim.analysis.budget import FEWEST_BEFORE_STOPPING
from sim.analysis.units import student
from sim.experiment.design import Design
from sim.study.design import Precision
from sim.study.stopping import FASTEST, SLOWEST, first_stage, next_worlds, pilot_of

TRIALS = 5_000


def test_a_pilot_is_a_small_part_of_the_design_or_there_is_none() -> None:
    assert pilot_of(Design(20, 10)) == Design(10, 2)
    assert pilot_of(Design(200, 1)) == Design(40, 1)
    assert pilot_of(Design(10, 2)) is None
    assert pilot_of(Design(1, 200)) is None
    for design in (Design(20, 10), Design(200, 1), Design(1000, 3)):
        pilot = pilot_of(design)
        assert pilot is not None
        assert design.covers(pilot)
        assert 2 * pilot.runs <= design.runs


def test_the_first_stage_has_the_fewest_worlds_that_may_stop() -> None:
    assert first_stage(Precision(1.0, 5, 400)) == Design(FEWEST_BEFORE_STOPPING, 5)
    assert first_stage(Precision(1.0, 5, 12)) == Design(12, 5)
    assert first_stage(Design(7, 3)) == Design(7, 3)


def test_it_stops_when_all_differences_are_known_and_at_the_most_worlds() -> None:
    rng = np.random.default_rng(1)
    narrow, wide = 0.1 * rng.standard_normal(20), 10 * rng.standard_normal(20)
    target = Precision(1.0, 1, 400)
    assert next_worlds([narrow], target, 20) == 0
    assert next_worlds([np.zeros(20)], target, 20) == 0
    assert next_worlds([narrow, wide], target, 20) == math.floor(FASTEST * 20)
    assert next_worlds([wide], Precision(1.0, 1, 25), 20) == 25
    assert next_worlds([wide], Precision(1.0, 1, 20), 20) == 0


def test_stages_grow_by_a_fifth_at_least_so_that_looks_are_few() -> None:
    rng = np.random.default_rng(2)
    values = rng.standard_normal(100)
    half = 0.999 * float(student(99, 0.025)) * values.std(ddof=1) / 10
    assert next_worlds([values], Precision(half, 1, 1000), 100) == math.ceil(SLOWEST * 100)


def coverage(draw, truth: float, half: float, trials: int) -> tuple[float, float]:
    """Share of trials whose last interval holds the truth, and worlds on average, by the stages that studies use."""
    target, right, used = Precision(half, 1, 2_000), 0, 0
    for _ in range(trials):
        values = draw(FEWEST_BEFORE_STOPPING)
        while worlds := next_worlds([values], target, values.size):
            values = np.r_[values, draw(worlds - values.size)]
        reach = float(student(values.size - 1, 0.025)) * values.std(ddof=1) / math.sqrt(values.size)
        right += abs(values.mean() - truth) <= reach
        used += values.size
    return right / trials, used / trials


@pytest.mark.slow
def test_intervals_at_which_it_stops_cover_as_stated() -> None:
    rng = np.random.default_rng(20250901)
    normal, worlds = coverage(lambda n: rng.standard_normal(n), 0.0, 0.2, TRIALS)
    skewed, _ = coverage(lambda n: rng.standard_exponential(n), 1.0, 0.2, TRIALS)
    assert 0.935 <= normal <= 0.965
    assert 0.90 <= skewed <= 0.965
    assert 80 < worlds < 130


def test_intervals_at_which_it_stops_cover_roughly() -> None:
    rng = np.random.default_rng(7)
    normal, _ = coverage(lambda n: rng.standard_normal(n), 0.0, 0.2, 400)
    assert normal > 0.91


def test_a_precision_is_reached_or_its_absence_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(written(tmp_path))
    asked = {"chances": 1, "engine": "reference"}
    loose = sim.compare("short.toml", ("escort-48h-150", "no-escort"), precision=40.0, max_worlds=21, **asked)
    assert loose.precise
    assert loose.design == Design(20, 1)
    assert loose.half is not None
    assert loose.half <= 40
    tight = sim.compare("short.toml", ("escort-48h-150", "no-escort"), precision=0.001, max_worlds=21, **asked)
    assert tight.precise is False
    assert tight.design == Design(21, 1)
    assert "not reached. With the most worlds allowed (21)" in (tight.folder / "verdict.en.md").read_text(encoding="utf-8")


def test_a_pilot_drops_what_is_clearly_worse_and_keeps_the_baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(written(tmp_path))
    strategies = ("starved.toml", "escort-48h-150", "starved-too.toml")
    asked = {"worlds": 20, "chances": 3, "engine": "reference"}
    results = sim.compare("calm.toml", strategies, screen=True, **asked)
    full = sim.compare("calm.toml", strategies, screen=False, out="full", **asked)
    assert results.strategies == ("starved", "escort-48h-150"), "the baseline stays, however bad it is"
    (dropped,) = results.dropped
    assert (dropped.strategy, dropped.by) == ("starved-too", (("", "escort-48h-150"),))
    assert (results.folder / "tables" / "screened.csv").is_file()
    assert full.dropped == ()
    assert not (full.folder / "tables" / "screened.csv").exists()
    one, all_ = (found.cases[0].comparison for found in (results, full))
    for name in results.strategies:
        for metric in one.values:
            rows = one.values[metric][one.place(name)], all_.values[metric][all_.place(name)]
            assert np.array_equal(*rows, equal_nan=True), (name, metric)
    assert results.cases[0].results["escort-48h-150"].manifest["replications"] == 60
    assert results.cases[0].piloted["starved-too"].manifest["replications"] == 20
