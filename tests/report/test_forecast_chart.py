"""Charts of a forecast: words that neither collide nor leave the sheet, titles and tables with the numbers of the runs."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from charts_by_hand import LAYOUTS, collisions, words

from sim.experiment.design import Design
from sim.experiment.identity import Experiment
from sim.language import said
from sim.report.charts.kept import kept_charts
from sim.report.charts.of_forecast import charts_of_forecast
from sim.report.forecast_figures import folder_of, written
from sim.report.style import SIZES
from sim.scenario.load import load_scenario, load_strategy
from sim.study.forecast.known import Known
from sim.study.forecast.run import Ahead, Asked, Forecast

DAY = date(2026, 1, 1)
SCENARIO, STRATEGY = load_scenario("kayes-corridor"), load_strategy("escort-48h-150")


def forecast_of(days: int, runs: int, short_runs: int, *, bare: bool = False, out: Path = Path("results")) -> Forecast:
    """Made-up days ahead: the first `short_runs` runs have a petrol shortage on the last of the first 30 days."""
    luck = np.random.default_rng(4)
    short = np.zeros((runs, days, 2), dtype=np.bool_)
    short[:short_runs, min(days, 30) - 1, 0] = True
    nothing = np.full((runs, days), np.nan)
    ahead = Ahead(
        DAY, ("petrol", "diesel"), ("petrol", "diesel"), inflow_l=luck.gamma(4, 5e5, (runs, days)), tanker_l=np.full(runs, 45e3),
        stations=np.repeat(nothing[:, :, None], 2, axis=2) if bare else luck.uniform(0, 1, (runs, days, 2)),
        stock_l=luck.gamma(4, 2e6, (runs, days, 2)), short=short,
        lost=luck.integers(0, 4, (runs, days)).cumsum(axis=1).astype(float),
        power_hours=nothing if bare else luck.uniform(5, 19, (runs, days)),
    )  # fmt: skip
    asked = Asked("kayes-corridor", None, ("", "detection"), DAY, days, {}, Design(runs, 1), 1, 1, out)
    known = Known(Experiment(SCENARIO, STRATEGY, 1, "sampled"), (), ())
    return Forecast(asked, known, {"plain": ahead, "detection": ahead}, ahead)


@pytest.mark.parametrize(("lang", "size"), LAYOUTS)
@pytest.mark.parametrize(("days", "runs", "bare"), [(1, 1, False), (6, 3, True), (90, 20, False), (365, 5, False)])
def test_no_words_of_a_forecast_collide(days: int, runs: int, bare: bool, lang: str, size: str) -> None:
    for chart in charts_of_forecast(forecast_of(days, runs, 0, bare=bare)):
        sheet = chart.draw("fr" if lang == "fr" else "en", SIZES[size])
        assert collisions(sheet) == []
        assert "".join(said(chart.title, "fr" if lang == "fr" else "en").split()) in "".join(words(sheet).split())


@pytest.mark.parametrize("short_runs", [0, 7, 20])
def test_the_title_has_the_share_of_runs_with_a_shortage(short_runs: int) -> None:
    supply, _ = charts_of_forecast(forecast_of(90, 20, short_runs))
    share = Fraction(100 * short_runs, 20)
    told = str(supply.title).replace("\xa0", " ").replace("\u202f", " ")
    assert told == f"Within 30 days from 1 January 2026: a shortage of petrol in {share} % of the runs, diesel in 0 %"
    assert "pénurie d’essence dans" in said(supply.title, "fr")


def test_the_title_of_losses_has_the_quantiles_of_the_last_day_and_the_table_all_of_them() -> None:
    found = forecast_of(90, 20, 0)
    _, losses = charts_of_forecast(found)
    low, middle, high = np.quantile(found.pooled.lost[:, -1], [0.05, 0.5, 0.95])
    assert f"{middle:.0f} tankers lost in the median run, {low:.0f} to {high:.0f}" in str(losses.title)
    last = next(line for line in losses.table.rows if line[1] == "2026-03-31")
    assert [last[2], last[5], last[8]] == pytest.approx([low, middle, high])


def test_weeks_are_whole_and_days_after_the_last_one_have_no_number() -> None:
    found = forecast_of(20, 20, 0)
    supply, _ = charts_of_forecast(found)
    weeks = [line[5] for line in supply.table.rows if line[0] == "Entering the country in the week"]
    tankers = [np.median(found.pooled.inflow_l[:, first : first + 7].sum(axis=1) / 45e3) for first in (0, 7)]
    assert weeks[0] == weeks[6] == pytest.approx(tankers[0])
    assert weeks[7] == weeks[13] == pytest.approx(tankers[1])
    assert weeks[14:] == [None] * 6


def test_a_forecast_leaves_charts_and_numbers_and_another_horizon_has_another_folder(tmp_path: Path) -> None:
    found = forecast_of(6, 3, 0, bare=True, out=tmp_path)
    first = {path: path.read_bytes() for path in written(found, "en")}
    assert {path.name for path in first} == {
        "forecast.json", *(f"{name}.en.{kind}" for name in ("forecast", "forecast-losses") for kind in ("png", "svg", "pdf"))
    }  # fmt: skip
    assert {path: path.read_bytes() for path in written(found, "en")} == first
    assert [chart.title for chart in kept_charts(folder_of(found))] == [chart.title for chart in charts_of_forecast(found)]
    assert folder_of(forecast_of(7, 3, 0, bare=True, out=tmp_path)) != folder_of(found)
